"""The arrays a region's run starts from: policies, world, calendar and customers as records."""

from collections.abc import Sequence
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
from simkit.engine.compiled.records import INDICATORS, NOBODY
from simkit.engine.compiled.state import Arrays
from simkit.engine.luck import Luck
from simkit.engine.terms import Terms
from simkit.portfolio.roll import ON_THE_BOOKS
from simkit.rules.incentives import Sanction
from simkit.scenario.scenario import Scenario
from simkit.scenario.world import World
from simkit.streams import Stream, uniforms

BEYOND = 800
"""Days after the last one that are on record: lines fall due and desks finish work on them."""

PEOPLE = ("risk_reviewers", *DESKS)

Records = npt.NDArray[np.void]


class Sizes:
    """How many things a run has room for."""

    def __init__(self, customers: pd.DataFrame, scenario: Scenario) -> None:
        years = scenario.run.horizon_days / 365 + 1
        books = customers["arrival_day"] == ON_THE_BOOKS
        orders = float(customers.loc[books, "orders_per_year"].sum()) * years * 1.5
        self.orders = int(orders) + len(customers) + 100
        self.lines = 3 * self.orders
        self.purchases = 2 * self.orders
        self.jobs = 3 * self.orders
        self.receipts = 3 * self.orders
        self.actions = 6 * self.orders

    def double(self) -> None:
        """Make twice as much room."""
        for name, size in vars(self).items():
            setattr(self, name, 2 * size)


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
        "marketing": [factor for _, factor in policy.funnel.marketing],
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
        "customers": ("churn_per_year", "gap_shape", "acceptance_days"),
        "treatments": ("cross_sell_rate", "cross_sell", "cross_sell_uplift"),
        "funnel": (
            "cooling_days", "cooled", "forgetting_days", "calls_per_rep", "proposal_days", "negotiation_days",
            "papers_days",
        ),
        "payment": (
            "history_weight", "history_prior_share", "history_prior_lines", "quality_weight", "effort_elasticity",
            "prepayment_shift", "instalment_shift", "plan_acceptance", "extension_acceptance",
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


def days(calendar: Calendar, world: World, terms: Sequence[Terms]) -> Records:
    """Return every day of the run, and those after it that are on record."""
    horizon, count = calendar.horizon, calendar.horizon + BEYOND
    table = np.zeros(count, dtype=records.DAY)
    number = np.arange(count)
    ends = np.array(calendar.month_ends)
    month = np.searchsorted(ends, number)
    table["month"] = month
    table["month_end"] = np.where(number <= ends[-1], ends[np.minimum(month, len(ends) - 1)], horizon)
    table["working"] = [calendar.is_working(day) for day in range(count)]
    for start, end in calendar.reviews(0):
        table["stretch_end"][start:end] = end
        table["reviews"][start] = 1
    season, mean = world.market.season, sum(world.market.season) / 12
    for day in range(horizon):
        table["starts_month"][day] = day == calendar.month_start(int(month[day]))
        factor = season[calendar.date(day).month - 1] / mean
        table["market"][day] = factor * (1.0 + world.market.growth_per_year) ** (day / 365)
        table["meets"][day] = [
            calendar.meets(day, each.policy.approval.meeting.interval_days) for each in terms
        ]
    return table


def people(table: pd.DataFrame, indicators: Sequence[str], rep_ids: npt.NDArray[np.int64]) -> Records:
    """Return the customers and leads of a region, in the order of their ids."""
    c = np.zeros(len(table), dtype=records.CUSTOMER)
    for name, column in (
        ("customer_id", "customer_id"), ("channel", "channel"), ("arrival", "arrival_day"), ("quality", "quality"),
        ("frailty", "frailty"), ("annual_pd", "annual_pd"), ("orders_per_year", "orders_per_year"),
        ("order_value_fen", "order_value_fen"), ("wanted_days", "term_wanted_days"),
        ("monthly_purchases_fen", "monthly_purchases_fen"), ("late_lines", "history_late"),
        ("known_lines", "history_lines"),
    ):  # fmt: skip
        c[name] = table[column].to_numpy()
    c["rep"] = np.searchsorted(rep_ids, table["rep_id"].to_numpy())
    for place, name in enumerate(indicators):
        if name != "past_overdue":
            c["indicators"][:, place] = table[
                "net_assets_million" if name == "net_assets" else name
            ].to_numpy()
    c["grade"], c["tier"] = 3, 4
    for name in ("first_grade", "first_order", "last_purchase", "oldest", "last_line", "unjudged"):
        c[name] = NOBODY
    return c


def lead_records(roll: pd.DataFrame, customers: Records, rep_ids: npt.NDArray[np.int64]) -> Records:
    """Return the leads of a region, each with the place of its customer's record, if it has one."""
    leads = np.zeros(len(roll), dtype=records.LEAD)
    for name, column in (
        ("lead_id", "customer_id"), ("channel", "channel"), ("arrival", "arrival_day"), ("reach", "reach"),
    ):  # fmt: skip
        leads[name] = roll[column].to_numpy()
    leads["rep"] = np.searchsorted(rep_ids, roll["rep_id"].to_numpy())
    for name in ("called", "qualified", "proposed", "applied", "decided", "grade", "customer"):
        leads[name] = NOBODY
    leads["score"] = np.nan
    place = np.searchsorted(customers["customer_id"], leads["lead_id"])
    inside = np.minimum(place, len(customers) - 1)
    drawn = customers["customer_id"][inside] == leads["lead_id"]
    leads["customer"][drawn] = inside[drawn]
    return leads


def promising(scenario: Scenario, replication: int, roll: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return who may become a customer: those on the books, and leads that pass every stage at the most effort.

    A lead that fails its luck even then can never apply, and nobody needs to know more about it.
    """
    world, run = scenario.world, scenario.run
    policies = (scenario.status_quo, scenario.policy)
    most = max(Terms.of(policy, world).winning_shift for policy in policies)
    most += max(0.0, world.reps.promoted_effort * world.reps.highest_level)
    books = (roll["arrival_day"] == ON_THE_BOOKS).to_numpy()
    ids, channel = roll["customer_id"].to_numpy()[~books], roll["channel"].to_numpy()[~books] - 1
    passes = np.ones(len(ids), dtype=bool)
    for stage, name in enumerate(("qualified", "proposal", "negotiation"), 1):
        odds = [stage_odds(getattr(each, name), most) for _, each in world.funnel.channels]
        luck = uniforms(run.seed, replication, Stream.LEAD, ids, stage)
        passes &= luck < np.nextafter(odds, 1.0)[channel]
    found = books.copy()
    found[~books] = passes
    return found


def prepare(
    scenario: Scenario,
    replication: int,
    roll: pd.DataFrame,
    customers: pd.DataFrame,
    calendar: Calendar,
    sizes: Sizes,
) -> tuple[Arrays, npt.NDArray[np.int64]]:
    """Return the state before the first day, and the ids of the reps."""
    world, run, horizon = scenario.world, scenario.run, calendar.horizon
    terms = [Terms.of(scenario.status_quo, world), Terms.of(scenario.policy, world)]
    months = len(calendar.month_ends)
    rep_ids = np.unique(roll["rep_id"].to_numpy(np.int64))
    indicators = [table.name for table in terms[0].indicators]
    c = people(customers, indicators, rep_ids)
    leads = lead_records(roll[roll["arrival_day"] != ON_THE_BOOKS], c, rep_ids)
    reps = np.zeros(len(rep_ids), dtype=records.REP)
    for name in ("sanctioned_until", "vacant_until", "new_until"):
        reps[name] = NOBODY
    books = c["arrival"] < 0
    np.add.at(reps["usual_fen"], c["rep"][books], c["monthly_purchases_fen"][books])
    desks = np.zeros(len(PEOPLE), dtype=records.DESK)
    desks["people"] = [getattr(scenario.status_quo.desks, name).staff for name in PEOPLE]
    desks["inbox"] = NOBODY
    places = max(
        getattr(p.desks, name).staff for p in (scenario.status_quo, scenario.policy) for name in PEOPLE
    )
    values, scores = breakpoints(terms)
    season = np.array(world.market.season)
    return (
        Arrays(
            run=filled(
                records.RUN,
                [
                    {
                        "seed": run.seed,
                        "replication": replication,
                        "horizon": horizon,
                        "switch": calendar.switch,
                        "months": months,
                    }
                ],
            ),
            world=filled(records.WORLD, [world_record(world, Luck(run.seed, replication))]),
            policies=filled(records.POLICY, [policy_record(each) for each in terms]),
            values=values,
            scores=scores,
            alpha=np.array(world.payment.alpha),
            bucket_starts=np.array(world.payment.bucket_starts, dtype=np.int64),
            days=days(calendar, world, terms),
            season=np.array(
                [
                    season[calendar.date(end).month - 1] / (sum(world.market.season) / 12)
                    for end in calendar.month_ends
                ]
            ),
            month_starts=np.array([calendar.month_start(m) for m in range(months + 1)], dtype=np.int64),
            customers=c,
            members=np.zeros(len(c), dtype=np.int64),
            purchases=np.zeros(sizes.purchases, dtype=records.PURCHASE),
            leads=leads,
            orders=np.zeros(sizes.orders, dtype=records.ORDER),
            lines=np.zeros(sizes.lines, dtype=records.LINE),
            jobs=np.zeros(sizes.jobs, dtype=records.JOB),
            desks=desks,
            desk_months=np.zeros((len(PEOPLE) + 1, months + 1), dtype=records.DESK_MONTH),
            people=np.zeros((len(PEOPLE), max(1, places)), dtype=np.int64),
            queues=np.zeros((len(PEOPLE), sizes.jobs), dtype=np.int64),
            reps=reps,
            months=np.zeros((len(rep_ids), months + 1), dtype=records.MONTH),
            tiers=np.zeros((months + 1, 5), dtype=np.int64),
            treatment_fen=np.zeros((months + 1, 5), dtype=np.int64),
            receipts=np.zeros(sizes.receipts, dtype=records.RECEIPT),
            actions=np.zeros(sizes.actions, dtype=records.ACTION),
            line_lists=np.full((3, horizon), NOBODY, dtype=np.int64),
            buyers=np.full(horizon, NOBODY, dtype=np.int64),
            defaulters=np.full(horizon, NOBODY, dtype=np.int64),
            deliveries=np.full(horizon, NOBODY, dtype=np.int64),
            papers=np.full(horizon, NOBODY, dtype=np.int64),
            finished=np.full(horizon, NOBODY, dtype=np.int64),
            pursued=np.full(horizon, NOBODY, dtype=np.int64),
            waiting=np.zeros(len(leads), dtype=np.int64),
            agenda=np.zeros(sizes.orders, dtype=np.int64),
            reviewed=np.zeros(sizes.orders, dtype=np.int64),
            used=np.zeros(11, dtype=np.int64),
        ),
        rep_ids,
    )
