"""A policy as the engines read it: flat, with each rule's constants side by side."""

from dataclasses import dataclass
from typing import Self

from simkit.behaviour.demand import treatment_effect
from simkit.behaviour.disputes import dispute_probability
from simkit.behaviour.effort import response
from simkit.rules.admission import Admission, Security
from simkit.rules.incentives import cash_share_of_pay
from simkit.scenario.policy import Policy
from simkit.scenario.policy.credit import Indicator
from simkit.scenario.policy.segments import Segments
from simkit.scenario.world import World

SOFT_INDICATORS = ("industry_phase", "market_rank")
QUEUE_RULES = ("oldest", "largest", "value_at_risk")


@dataclass(frozen=True, slots=True)
class IndicatorTable:
    """One indicator of the score: its name, overall weight and breakpoints."""

    name: str
    weight: float
    values: tuple[float, ...]
    scores: tuple[float, ...]
    soft: bool


@dataclass(frozen=True, slots=True)
class GradeTerms:
    """What one grade is offered."""

    admission: Admission
    term_limit_days: int
    security: Security
    credit_limit_months: float


@dataclass(frozen=True, slots=True)
class TierTerms:
    """What one RFM tier gets, what that does to its orders, and what it costs in a month."""

    discount_share: float
    cross_sell: bool
    effect: float
    cost_fen: int


@dataclass(frozen=True, slots=True)
class TierLimits:
    """The limits of the core, potential and basic tier."""

    recency: tuple[int, ...]
    frequency: tuple[int, ...]
    monetary: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """A policy in a world: constants and the effort it makes reps show."""

    policy: Policy
    indicators: tuple[IndicatorTable, ...]
    cutoffs: tuple[float, float, float]
    grades: tuple[GradeTerms, ...]
    stage_days: tuple[int, ...]
    stage_minutes: tuple[int, ...]
    stage_cost_fen: tuple[int, ...]
    queue_rule: int
    limits: TierLimits
    tiers: tuple[TierTerms, ...]
    promoted_from: int
    selling_effort: float
    winning_shift: float
    dispute_probability: float
    log_collecting_effort: float
    inflation_points: float

    @classmethod
    def of(cls, policy: Policy, world: World) -> Self:
        """Return the terms of a policy in a world."""
        grades = [getattr(policy.credit.grades, name) for name in "ABCD"]
        ladder = policy.collections
        stages = (ladder.friendly, ladder.formal, ladder.plan, ladder.legal)
        pay = policy.incentives
        w = cash_share_of_pay(pay.commission.signing_share, pay.appraisal.weight)
        reps = world.reps
        return cls(
            policy=policy,
            indicators=_indicator_tables(policy),
            cutoffs=(grades[0].min_score, grades[1].min_score, grades[2].min_score),
            grades=tuple(
                GradeTerms(
                    Admission[grade.admission.upper()],
                    grade.term_limit_days,
                    Security[grade.security.upper()],
                    grade.credit_limit_months,
                )
                for grade in grades
            ),
            stage_days=tuple(stage.start_day for stage in stages),
            stage_minutes=tuple(stage.minutes for stage in stages),
            stage_cost_fen=tuple(stage.cost_fen for stage in stages),
            queue_rule=QUEUE_RULES.index(ladder.queue_rule),
            limits=_tier_limits(policy.segments),
            tiers=_tier_terms(policy.segments, world),
            promoted_from="ABCD".index(policy.funnel.first_order.lowest_grade),
            selling_effort=response(-reps.selling_response, w, reps.cash_share_today),
            winning_shift=-reps.selling_response * (w - reps.cash_share_today)
            + reps.training_wins * pay.training.hours_per_month / 10.0,
            dispute_probability=dispute_probability(
                world.payment.dispute.share,
                world.payment.dispute.mismatch_share,
                reps.training_disputes,
                pay.training.hours_per_month,
            ),
            log_collecting_effort=reps.collecting_response * (w - reps.cash_share_today),
            inflation_points=reps.inflation_points
            * response(-reps.inflation_response, w, reps.cash_share_today),
        )


def _tier_limits(segments: Segments) -> TierLimits:
    tiers = (segments.core, segments.potential, segments.basic)
    return TierLimits(
        tuple(tier.recency_days for tier in tiers),
        tuple(tier.frequency for tier in tiers),
        tuple(tier.monetary_fen for tier in tiers),
    )


def _tier_terms(segments: Segments, world: World) -> tuple[TierTerms, ...]:
    """Return what each tier gets, in the order of `simkit.rules.segments.Tier`."""
    tiers = (segments.core, segments.potential, segments.basic)
    treatments = (*(tier.treatment for tier in tiers), segments.dormant, segments.unclassified)
    response = world.treatments
    return tuple(
        TierTerms(
            discount_share=treatment.discount_share,
            cross_sell=treatment.cross_sell,
            effect=treatment_effect(
                treatment.account_manager,
                treatment.self_service,
                treatment.discount_share,
                response.account_manager,
                response.self_service,
                world.demand.discount_response,
            ),
            cost_fen=treatment.account_manager * response.account_manager_fen
            + treatment.cross_sell * response.cross_sell_fen
            + treatment.self_service * response.self_service_fen,
        )
        for treatment in treatments
    )


def _indicator_tables(policy: Policy) -> tuple[IndicatorTable, ...]:
    tables = []
    for _, dimension in policy.credit.scorecard:
        for name, indicator in dimension:
            if isinstance(indicator, Indicator):
                values, scores = zip(*indicator.breakpoints, strict=True)
                weight = dimension.weight * indicator.share
                tables.append(IndicatorTable(name, weight, values, scores, name in SOFT_INDICATORS))
    return tuple(tables)
