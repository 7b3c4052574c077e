"""Levers of approval and of the contract (B2, C1, C2)."""

from tests.engine.levers import outcomes as seen
from tests.engine.levers.pull import DOWN, UP, Lever
from tests.engine.levers.still import FIFO, LEADS, NO_HISTORY, NO_MEMORY, QUEUED, SLOW
from tests.engine.plain import GRADES

# ---------------------------------------------------------------- C1, C2: approval

REVIEWED = {"approval.new_customers": True, "approval.minutes": 10, "desks.risk_reviewers.staff": 50}
MEETING = REVIEWED | {
    "approval.meeting.enabled": True,
    "approval.meeting.capacity": 10_000,
    "approval.meeting.below_score": 90.0,
    "approval.meeting.collateral_below": 50.0,
    "approval.meeting.refuse_below": 20.0,
    "contract.term_negotiable": True,
    **{f"credit.grades.{grade}.term_limit_days": 15 for grade in GRADES},
}
"""A meeting that settles nearly every application, weekly, in any number."""

APPROVAL = [
    Lever("approval.new_customers", False, True, seen.FIRST_DECIDED, UP, "a review takes time",
          both=QUEUED, world=LEADS),
    Lever("approval.new_customers", False, True, seen.FIRST_SIGNS, DOWN, "waiting loses deals",
          both=QUEUED, world=LEADS),
    Lever("approval.over_limit", False, True, seen.DECIDED, UP, "a review takes time",
          both={f"credit.grades.{grade}.credit_limit_months": 0.5 for grade in GRADES}, world=NO_MEMORY),
    Lever("approval.minutes", 100, 2400, seen.FIRST_DECIDED, UP,
          "in a queue in order of arrival longer work delays all",
          both=QUEUED, world=LEADS | FIFO),
    Lever("approval.good_grades_first", False, True, seen.GOOD_DECIDED, DOWN,
          "of equal jobs those first are not delayed",
          both=QUEUED, world=LEADS | FIFO),
    Lever("approval.good_grades_first", False, True, seen.WEAK_DECIDED, UP,
          "of equal jobs those last are not sped up",
          both=QUEUED, world=LEADS | FIFO),
    Lever("approval.meeting.enabled", False, True, seen.FIRST_DECIDED, UP, "cases wait for the meeting",
          both=MEETING, world=LEADS),
    Lever("approval.meeting.enabled", False, True, seen.FIRST_REFUSED, UP, "only the meeting refuses",
          both=MEETING | {"approval.meeting.refuse_below": 50.0}, world=LEADS),
    Lever("approval.meeting.interval_days", 7, 28, seen.FIRST_DECIDED, UP, "every fourth of the days is a meeting",
          both=MEETING, world=LEADS),
    Lever("approval.meeting.capacity", 20, 1, seen.FIRST_DECIDED, UP,
          "what a meeting does not settle waits for the next",
          both=MEETING, world=LEADS),
    Lever("approval.meeting.below_score", 50.0, 90.0, seen.FIRST_DECIDED, UP, "more cases wait for the meeting",
          both=MEETING, world=LEADS),
    Lever("approval.meeting.collateral_below", 20.0, 90.0, seen.FIRST_SECURITY, UP, "more are asked for collateral",
          both=MEETING, world=LEADS),
    Lever("approval.meeting.collateral_below", 20.0, 90.0, seen.FIRST_TERM, DOWN, "fewer get their term extended",
          both=MEETING, world=LEADS),
    Lever("approval.meeting.refuse_below", 0.0, 50.0, seen.FIRST_REFUSED, UP, "more are refused",
          both=MEETING, world=LEADS),
    Lever("approval.meeting.extra_term_days", 0, 60, seen.FIRST_TERM, UP, "the meeting extends further",
          both=MEETING, world=LEADS),
]  # fmt: skip

# ---------------------------------------------------------------- B2: the contract

PREPAID_HALF = {"contract.prepayment_share": 0.5, "contract.lapse_days": 60}
LATER_IS_EASIER = {"payment.alpha": [-9.0 + n * 0.4 for n in range(15)]}

CONTRACT = [
    Lever("contract.prepayment_share", 0.0, 0.5, seen.BALANCE, DOWN, "what is prepaid is not owed", world=NO_MEMORY),
    Lever("contract.prepayment_share", 0.0, 0.5, seen.SIGNS, DOWN, "fewer accept to pay in advance", world=NO_MEMORY),
    Lever("contract.prepayment_due_days", 3, 25, seen.PREPAID, UP,
          "who pays more readily the longer it is due pays later",
          both=PREPAID_HALF, world=NO_MEMORY | NO_HISTORY | LATER_IS_EASIER),
    Lever("contract.lapse_days", 8, 60, seen.LAPSED, DOWN, "more time to pay voids fewer contracts",
          both={"contract.prepayment_share": 0.5}, world=NO_MEMORY | NO_HISTORY | SLOW),
    Lever("contract.term_days", 15, 60, seen.TERM, UP, "it is the term, for who wants as much", world=NO_MEMORY),
    Lever("contract.term_days", 15, 60, seen.ORDERED, DOWN, "a longer term raises the intensity of orders",
          world=NO_MEMORY),
    Lever("contract.term_negotiable", False, True, seen.TERM, UP, "who wants more than the standard gets it",
          world=NO_MEMORY),
    Lever("contract.overdue_interest_per_day", 0.0, 0.001, seen.INTEREST, UP, "it is the rate of interest"),
    Lever("contract.penalty_share", 0.0, 0.1, seen.PENALTY, UP, "it is the penalty",
          both={"contract.penalty_after_days": 10}),
    Lever("contract.penalty_after_days", 5, 40, seen.PENALTY, DOWN, "fewer lines are overdue so long",
          both={"contract.penalty_share": 0.1}),
]  # fmt: skip
