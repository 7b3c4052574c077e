"""A policy as the engines read it: flat, with each rule's constants side by side."""

from dataclasses import dataclass
from typing import Self

from simkit.behaviour.effort import response
from simkit.rules.admission import Admission, Security
from simkit.rules.incentives import cash_share_of_pay
from simkit.scenario.policy import Policy
from simkit.scenario.policy.credit import Indicator
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
    selling_effort: float
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
            selling_effort=response(-reps.selling_response, w, reps.cash_share_today),
            log_collecting_effort=reps.collecting_response * (w - reps.cash_share_today),
            inflation_points=reps.inflation_points
            * response(-reps.inflation_response, w, reps.cash_share_today),
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
