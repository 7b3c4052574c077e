"""Levers of the score and of admission (B1)."""

from typing import Any

from simkit.scenario.policy import Policy
from tests.engine.levers import outcomes as seen
from tests.engine.levers.pull import DOWN, UP, Lever
from tests.engine.levers.still import ANY_TERMS, NO_HISTORY, NO_MEMORY, STATIC_SCORE, SURE_PREPAYMENT
from tests.engine.plain import GRADES, Changes

RISKY = {"firms.default.mean_pd": 0.5, "demand.accept_collateral": 0.0}
"""Many default, and a pledge puts nobody off."""

SCORECARD = Policy().credit.scorecard
WEIGHTS = {name: dimension.weight for name, dimension in SCORECARD}
INDICATORS = {
    name: {indicator: rule for indicator, rule in dimension if indicator != "weight"}
    for name, dimension in SCORECARD
}


def perfect(breakpoints: list[tuple[float, float]]) -> list[tuple[float, float]]:
    return [(value, 100.0) for value, _ in breakpoints]


def weight_up(name: str) -> Lever:
    """Raise a dimension's weight by half of what the others have, in a company where all are perfect on it."""
    start = WEIGHTS[name]
    others = {f"credit.scorecard.{other}.weight": w / 2 for other, w in WEIGHTS.items() if other != name}
    path = f"credit.scorecard.{name}"
    both = {f"{path}.{i}.breakpoints": perfect(rule.breakpoints) for i, rule in INDICATORS[name].items()}
    return Lever(f"{path}.weight", start, (1 + start) / 2, seen.SCORE, UP,
                 "more weight on what all are perfect at raises every score", both=both, along=others)  # fmt: skip


def share_up(dimension: str, name: str) -> Lever:
    path, rules = f"credit.scorecard.{dimension}", INDICATORS[dimension]
    along = {f"{path}.{other}.share": rule.share / 2 for other, rule in rules.items() if other != name}
    return Lever(f"{path}.{name}.share", rules[name].share, (1 + rules[name].share) / 2, seen.SCORE, UP,
                 "more share for what all are perfect at raises every score",
                 both={f"{path}.{name}.breakpoints": perfect(rules[name].breakpoints)}, along=along)  # fmt: skip


def points_up(dimension: str, name: str) -> Lever:
    table = INDICATORS[dimension][name].breakpoints
    more = [(value, min(100.0, score + 20.0)) for value, score in table]
    return Lever(f"credit.scorecard.{dimension}.{name}.breakpoints", table, more, seen.SCORE, UP,
                 "more points for the same indicator lower no score")  # fmt: skip


def for_others(grade: str, name: str, value: Any) -> Changes:
    """A rule for all grades but one."""
    return {f"credit.grades.{other}.{name}": value for other in GRADES if other != grade}


CREDIT = [
    *(weight_up(name) for name in WEIGHTS),
    *(share_up(d, name) for d, rules in INDICATORS.items() for name in rules if len(rules) > 1),
    *(points_up(d, name) for d, rules in INDICATORS.items() for name in rules),
    *(
        Lever(f"credit.grades.{grade}.min_score", start, end, seen.GRADE, UP, "a higher cutoff betters no grade",
              both=STATIC_SCORE | above, world=NO_MEMORY)
        for grade, start, end, above in (
            ("A", 70.0, 95.0, {}),
            ("B", 45.0, 75.0, {}),
            ("C", 20.0, 60.0, {}),
        )
    ),
    Lever("credit.grades.C.min_score", 20.0, 60.0, seen.OVERDUE, DOWN, "who falls to cash owes no credit any more",
          both=STATIC_SCORE | {"credit.grades.D.admission": "cash"},
          world=NO_MEMORY | ANY_TERMS | {"demand.term_response": 0.0}),
    *(
        Lever(f"credit.grades.{grade}.admission", "credit", "cash", outcome, DOWN, because,
              both=STATIC_SCORE, world=NO_MEMORY)
        for grade in GRADES
        for outcome, because in (
            (seen.BALANCE, "cash leaves no balance"),
            (seen.SIGNS, "fewer accept to pay in advance"),
        )
    ),
    *(
        Lever(f"credit.grades.{grade}.admission", "credit", "refuse", seen.SIGNS, DOWN,
              "what is refused is not signed",
              both=STATIC_SCORE, world=NO_MEMORY)
        for grade in GRADES
    ),
    *(
        Lever(f"credit.grades.{grade}.term_limit_days", 15, 90, outcome, sign, because,
              both=STATIC_SCORE | for_others(grade, "term_limit_days", 15) | {"contract.term_negotiable": True},
              world=NO_MEMORY)
        for grade in GRADES
        for outcome, sign, because in (
            (seen.TERM, UP, "the audit cuts fewer terms"),
            (seen.ORDERED, DOWN, "a longer term raises the intensity of orders"),
        )
    ),
    *(
        Lever(f"credit.grades.{grade}.security", "none", "collateral", outcome, sign, because,
              both=STATIC_SCORE, world=NO_MEMORY | world)
        for grade in GRADES
        for outcome, sign, because, world in (
            (seen.SIGNS, DOWN, "fewer accept to pledge", {}),
            (seen.RECOVERED, UP, "a pledge brings more back", RISKY),
        )
    ),
    *(
        Lever(f"credit.grades.{grade}.credit_limit_months", 0.5, 6.0, seen.PREPAYMENT_FEN, DOWN,
              "less is beyond the limit; what is open grows by no more than the limit",
              both=STATIC_SCORE | for_others(grade, "credit_limit_months", 0.5) | {"credit.limits_fall": False},
              world=NO_MEMORY | NO_HISTORY | ANY_TERMS | SURE_PREPAYMENT)
        for grade in GRADES
    ),
    Lever("credit.rescore_months", 1, 24, seen.SCORES_SEEN, DOWN, "who is not rescored keeps its score",
          world=NO_MEMORY),
    Lever("credit.audit_catch_rate", 0.0, 0.9, seen.TERM, DOWN, "the audit cuts more terms",
          both={f"credit.grades.{grade}.term_limit_days": 15 for grade in GRADES} | {"contract.term_negotiable": True},
          world=NO_MEMORY),
    Lever("credit.audit_catch_rate", 0.0, 0.9, seen.ORDERED, UP, "a customer who expects a shorter term orders less",
          both={f"credit.grades.{grade}.term_limit_days": 15 for grade in GRADES} | {"contract.term_negotiable": True},
          world=NO_MEMORY),
]  # fmt: skip
