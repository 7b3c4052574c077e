"""What does not change while a region's days go by: policies, world and calendar as records, made once a run."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from simkit.behaviour.default import normal_quantile
from simkit.behaviour.demand import log_mean_gap
from simkit.behaviour.leads import stage_odds
from simkit.engine.calendar import Calendar
from simkit.engine.collecting import DESKS
from simkit.engine.compiled import records
from simkit.engine.compiled.records import INDICATORS
from simkit.engine.luck import Luck
from simkit.engine.paydays import pay_days
from simkit.engine.terms import Terms
from simkit.portfolio.roll import ON_THE_BOOKS, region_roll
from simkit.portfolio.synthetic import draw_customers
from simkit.rules.incentives import Sanction
from simkit.scenario.scenario import Scenario
from simkit.scenario.world import World
from simkit.streams import Stream, uniforms

BEYOND = 800
"""Days after the last one that are on record: lines fall due and desks finish work on them."""

PEOPLE = ("risk_reviewers", *DESKS)

Records = npt.NDArray[np.void]


class Setting:
    """The policies, the world and the calendar of one replication, which all regions share.

    Parameters
    ----------
    scenario : Scenario
        Policy, status quo, world and run.
    replication : int
        Number of the repetition.

    Attributes
    ----------
    calendar : Calendar
        Days of the run.
    terms : tuple of Terms
        The status quo's and the policy's.
    arrays : dict of str to array
        What the compiled days read and never write.
    """

    def __init__(self, scenario: Scenario, replication: int) -> None:
        self.scenario = scenario
        self.replication = replication
        self.calendar = Calendar(scenario.run)
        world = scenario.world
        self.terms = (Terms.of(scenario.status_quo, world), Terms.of(scenario.policy, world))
        values, scores = breakpoints(self.terms)
        dates = pay_days(self.calendar, world.payment.calendar)
        ends = np.array(self.calendar.month_ends)
        self.arrays: dict[str, npt.NDArray[Any]] = {
            "run": filled(records.RUN, [self._run()]),
            "world": filled(records.WORLD, [world_record(world, Luck(scenario.run.seed, replication))]),
            "policies": filled(records.POLICY, [policy_record(each) for each in self.terms]),
            "values": values,
            "scores": scores,
            "alpha": np.array(world.payment.alpha),
            "bucket_starts": np.array(world.payment.bucket_starts, dtype=np.int64),
            "date_effects": dates.effects,
            "date_counts": dates.counts,
            "days": days(self.calendar, world, self.terms),
            "season": np.array(season(world))[self.calendar.months_of_year(ends) - 1],
            "month_starts": np.array(self.calendar.month_starts, dtype=np.int64),
        }

    def _run(self) -> dict[str, int]:
        return {
            "seed": self.scenario.run.seed,
            "replication": self.replication,
            "horizon": self.calendar.horizon,
            "switch": self.calendar.switch,
        }

    def people(
        self, regions: Sequence[int], others: Sequence[Terms] = ()
    ) -> list[tuple[pd.DataFrame, pd.DataFrame]]:
        """Return of each region, given by its place, the roll without those whom nobody reaches, and its customers.

        They are those of this setting's policies and of any others that are to take over from its warm-up. Customers of
        all these regions are drawn at once.
        """
        terms = (*self.terms, *others)
        rolls = [reached(region_roll(self.scenario, self.replication, region), terms) for region in regions]
        known = [roll[self.promising(roll, terms)] for roll in rolls]
        drawn = draw_customers(self.scenario, self.replication, pd.concat(known, ignore_index=True))
        ends = np.cumsum([0, *map(len, known)])
        return [
            (roll, drawn.iloc[first:end]) for roll, (first, end) in zip(rolls, pairwise(ends), strict=True)
        ]

    def promising(self, roll: pd.DataFrame, terms: Sequence[Terms]) -> npt.NDArray[np.bool_]:
        """Return who may become a customer: those on the books, and leads that pass every stage at the most effort.

        A lead that fails its luck even then can never apply, and nobody needs to know more about it.
        """
        world, run = self.scenario.world, self.scenario.run
        most = max(each.winning_shift for each in terms)
        most += max(0.0, world.reps.promoted_effort * world.reps.highest_level)
        books = (roll["arrival_day"] == ON_THE_BOOKS).to_numpy()
        ids, channel = roll["customer_id"].to_numpy()[~books], roll["channel"].to_numpy()[~books] - 1
        passes = np.ones(len(ids), dtype=bool)
        for stage, name in enumerate(("qualified", "proposal", "negotiation"), 1):
            odds = [stage_odds(getattr(each, name), most) for _, each in world.funnel.channels]
            luck = uniforms(run.seed, self.replication, Stream.LEAD, ids, stage)
            passes &= luck < np.nextafter(odds, 1.0)[channel]
        found = books.copy()
        found[~books] = passes
        return found


def reached(roll: pd.DataFrame, terms: Sequence[Terms]) -> pd.DataFrame:
    """Return who is on the books, and the leads that the marketing of any of these policies reaches."""
    most = np.array(
        [math.inf, *np.max([marketing(each) for each in terms], axis=0)]
    )  # the books have no channel
    return roll[roll["reach"].to_numpy() < most[roll["channel"].to_numpy()]]


def marketing(terms: Terms) -> list[float]:
    """Return a policy's factors on the leads of each channel."""
    return [factor for _, factor in terms.policy.funnel.marketing]


def filled(dtype: np.dtype[Any], values: Sequence[dict[str, Any]]) -> Records:
    """Return records with the given values; every field must be given."""
    table = np.zeros(len(values), dtype=dtype)
    for row, fields in zip(table, values, strict=True):
        assert dtype.names is not None
        for name in dtype.names:
            row[name] = fields[name]
    return table


def policy_record(terms: Terms) -> dict[str, Any]:
    """Return a policy's constants by name."""
    policy = terms.policy
    approval, meeting, contract = policy.approval, policy.approval.meeting, policy.contract
    watch, ladder, pay = policy.monitoring, policy.collections, policy.incentives
    return {
        "staff": [getattr(policy.desks, name).staff for name in PEOPLE],
        "cutoffs": terms.cutoffs,
        "admission": [grade.admission for grade in terms.grades],
        "term_limit_days": [grade.term_limit_days for grade in terms.grades],
        "security": [grade.security for grade in terms.grades],
        "credit_limit_months": [grade.credit_limit_months for grade in terms.grades],
        "rescore_months": policy.credit.rescore_months,
        "audit_catch_rate": policy.credit.audit_catch_rate,
        "weights": [table.weight for table in terms.indicators],
        "soft": [table.soft for table in terms.indicators],
        "breakpoints": [len(table.values) for table in terms.indicators],
        "inflation_points": terms.inflation_points,
        "review_new": approval.new_customers,
        "review_over_limit": approval.over_limit,
        "review_minutes": approval.minutes,
        "good_grades_first": approval.good_grades_first,
        "meeting": meeting.enabled,
        "meeting_interval_days": meeting.interval_days,
        "meeting_capacity": meeting.capacity,
        "below_score": meeting.below_score,
        "collateral_below": meeting.collateral_below,
        "refuse_below": meeting.refuse_below,
        "extra_term_days": meeting.extra_term_days,
        "prepayment_share": contract.prepayment_share,
        "prepayment_due_days": contract.prepayment_due_days,
        "lapse_days": contract.lapse_days,
        "term_days": contract.term_days,
        "term_negotiable": contract.term_negotiable,
        "overdue_interest_per_day": contract.overdue_interest_per_day,
        "penalty_share": contract.penalty_share,
        "penalty_after_days": contract.penalty_after_days,
        "dispute_probability": terms.dispute_probability,
        "monitored": watch.enabled,
        "response_lag_days": watch.response_lag_days,
        "before_due_days": watch.alerts.before_due_days,
        "level_1_days": watch.alerts.level_1_days,
        "level_2_days": watch.alerts.level_2_days,
        "alert_minutes": watch.alerts.minutes,
        "stage_days": terms.stage_days,
        "stage_minutes": terms.stage_minutes,
        "stage_cost_fen": terms.stage_cost_fen,
        "instalments": ladder.instalments.count,
        "instalment_share": ladder.instalments.share,
        "instalment_interval_days": ladder.instalments.interval_days,
        "extension": ladder.extension.enabled,
        "extension_days": ladder.extension.days,
        "extension_minutes": ladder.extension.minutes,
        "notice_days": ladder.notice_days,
        "queue_rule": terms.queue_rule,
        "write_off_days": ladder.write_off_days,
        "recency": terms.limits.recency,
        "frequency": terms.limits.frequency,
        "monetary": terms.limits.monetary,
        "tier_discount": [tier.discount_share for tier in terms.tiers],
        "tier_cross_sell": [tier.cross_sell for tier in terms.tiers],
        "tier_effect": [tier.effect for tier in terms.tiers],
        "tier_cost_fen": [tier.cost_fen for tier in terms.tiers],
        "promoted_from": terms.promoted_from,
        "first_discount": policy.funnel.first_order.discount_share,
        "crm_reminder": policy.funnel.crm_reminder,
        "marketing": marketing(terms),
        "rate": pay.commission.rate,
        "signing_share": pay.commission.signing_share,
        "constant_budget": pay.commission.budget == "constant",
        "bonus_at": pay.appraisal.bonus_at,
        "bonus_share": pay.appraisal.bonus_share,
        "malus_below": pay.appraisal.malus_below,
        "malus_share": pay.appraisal.malus_share,
        "winners": pay.awards.winners,
        "award_share": pay.awards.share,
        "team_repurchase_rate": pay.awards.team_repurchase_rate,
        "team_share": pay.awards.team_share,
        "repurchase_window_days": pay.awards.repurchase_window_days,
        "promotion_months": pay.career.promotion_months,
        "promotion_satisfaction": pay.career.promotion_satisfaction,
        "promotion_raise_share": pay.career.promotion_raise_share,
        "sanction": Sanction[pay.career.sanction.upper()],
        "sanction_months": pay.career.sanction_months,
        "pay_cut_share": pay.career.pay_cut_share,
        "sanction_lasts_months": pay.career.sanction_lasts_months,
        "training_hours": pay.training.hours_per_month,
        "sales_growth": policy.targets.sales_growth,
        "selling_effort": terms.selling_effort,
        "winning_shift": terms.winning_shift,
        "log_collecting_effort": terms.log_collecting_effort,
    }


def world_record(world: World, luck: Luck) -> dict[str, Any]:
    """Return a world's constants by name; an economy that is not set is drawn."""
    payment, funnel, memory = world.payment, world.funnel, world.relationship
    channels = [channel for _, channel in funnel.channels]
    stage, alert, grade = payment.stage, payment.alert, payment.grade
    factor = world.economy.factor
    same = {
        "customers": ("churn_per_year", "gap_shape", "acceptance_days", "order_value_fen"),
        "treatments": ("cross_sell_rate", "cross_sell", "cross_sell_uplift"),
        "funnel": (
            "cooling_days", "cooled", "forgetting_days", "calls_per_rep", "proposal_days", "negotiation_days",
            "papers_days",
        ),
        "payment": (
            "history_weight", "history_prior_share", "history_prior_lines", "delay_weight", "delay_prior_days",
            "delay_prior_lines", "delay_memory", "term_weight", "amount_weight", "quality_weight",
            "effort_elasticity", "prepayment_shift", "instalment_shift", "plan_acceptance", "extension_acceptance",
            "interest_collected_share",
        ),
        "relationship": ("satisfaction", "satisfaction_weight", "recovery_per_month"),
        "demand": (
            "term_response", "accept_intercept", "accept_term", "accept_prepayment", "accept_cash", "accept_waiting",
            "accept_discount",
        ),
        "reps": (
            "promoted_effort", "sanctioned_effort", "highest_level", "quits_when_sanctioned", "vacancy_months",
            "vacant_effort", "new_effort", "new_months",
        ),
        "economics": ("training_fen_per_hour",),
    }  # fmt: skip
    found = {name: getattr(getattr(world, part), name) for part, names in same.items() for name in names}
    return found | {
        "economy": normal_quantile(luck.draw(Stream.ECONOMY, 0)) if factor is None else factor,
        "correlation": world.economy.correlation,
        "log_mean_gap": log_mean_gap(world.customers.gap_shape),
        "spread_within": world.customers.order_value_spread_within,
        "qualified": [channel.qualified for channel in channels],
        "proposal": [channel.proposal for channel in channels],
        "negotiation": [channel.negotiation for channel in channels],
        "lead_fen": [channel.lead_fen for channel in channels],
        "grade_shift": [grade.A, grade.B, grade.C, grade.D],
        "stage_shift": [stage.friendly, stage.formal, stage.plan, stage.legal],
        "alert_shift": [alert.before_due, alert.level_1, alert.level_2],
        "dispute_mean_days": payment.dispute.mean_days,
        "recovery": [world.recovery.none, world.recovery.guarantor, world.recovery.collateral],
        "recovery_lag_days": world.recovery.lag_days,
        "felt": [memory.friendly, memory.formal, memory.plan, memory.legal],
        "felt_dispute": memory.dispute,
        "accept_security": [0.0, world.demand.accept_guarantor, world.demand.accept_collateral],
    }


def breakpoints(terms: Sequence[Terms]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return values and scores of all breakpoint tables: policy x indicator x point, padded."""
    most = max(len(table.values) for each in terms for table in each.indicators)
    values, scores = np.zeros((2, INDICATORS, most)), np.zeros((2, INDICATORS, most))
    for number, each in enumerate(terms):
        for place, table in enumerate(each.indicators):
            values[number, place, : len(table.values)] = table.values
            scores[number, place, : len(table.scores)] = table.scores
    return values, scores


def season(world: World) -> list[float]:
    """Return the relative demand of each month of a year, 1 on average."""
    months = world.market.season
    return [month / (sum(months) / 12) for month in months]


def days(calendar: Calendar, world: World, terms: Sequence[Terms]) -> Records:
    """Return every day of the run, and those after it that are on record."""
    horizon, count = calendar.horizon, calendar.horizon + BEYOND
    table = np.zeros(count, dtype=records.DAY)
    number = np.arange(count)
    ends = np.array(calendar.month_ends)
    month = np.searchsorted(ends, number)
    table["month"] = month
    table["month_end"] = np.where(number <= ends[-1], ends[np.minimum(month, len(ends) - 1)], horizon)
    table["working"] = calendar.works(number)
    for start, end in calendar.reviews(0):
        table["stretch_end"][start:end] = end
        table["reviews"][start] = 1
    run = number[:horizon]
    table["starts_month"][[start for start in calendar.month_starts if start < horizon]] = 1
    factors, growth = season(world), 1.0 + world.market.growth_per_year
    table["market"][run] = [
        factors[month - 1] * growth ** (day / 365)
        for day, month in enumerate(calendar.months_of_year(run).tolist())
    ]
    for place, each in enumerate(terms):
        table["meets"][run, place] = calendar.meeting_days(run, each.policy.approval.meeting.interval_days)
    return table
