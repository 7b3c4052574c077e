"""A receivable line as time passes: what has accumulated, what is in force, and when it will be paid."""

from dataclasses import dataclass, field
from math import inf, nan

from simkit.behaviour.payment import NEVER, accrue_by_date, payment_day_by_date
from simkit.engine.order import Order
from simkit.engine.terms import Terms
from simkit.rules.collections import Stage
from simkit.rules.monitoring import Alert
from simkit.scenario.world.payment import Payment

PREPAYMENT = 0
BALANCE = 1
INSTALMENT = 2
KINDS = ("prepayment", "balance", "instalment")

Dates = tuple[list[float], list[list[int]]]
"""What dates do to payment, as plain numbers (see `simkit.engine.paydays`)."""


@dataclass(slots=True, eq=False)
class Line:
    """One receivable: an amount a customer owes by a date.

    Days are days of the run. `drivers` is the part of the payment logit that was settled at issue. `force` is what has
    accumulated towards payment before day `since`; the line is paid on the first day on which it reaches `goal` (see
    `simkit.behaviour.payment`). `disputable` are the days on which it will be disputed and settled if it is still open
    then; `held_until` is the day before which it is not chased.
    """

    line_id: int
    order: Order
    kind: int
    issued: int
    due: int
    amount_fen: int
    drivers: float
    goal: float
    disputable: tuple[int, int] | None = None
    since: int = field(init=False)
    force: float = 0.0
    shift: float = field(init=False, default=nan)
    pays: int = field(init=False, default=NEVER)
    stage: Stage = Stage.NONE
    asked: Stage = Stage.NONE
    asked_on: int = -1
    alert: Alert = Alert.NONE
    notice_day: int = -1
    held_until: int = 0
    extension_asked: bool = False
    extended: int | None = None
    disputed: int | None = None
    settled: int | None = None
    status: str = "open"
    paid: int | None = None
    closed: int | None = None
    paid_fen: int = 0
    written_off_fen: int = 0
    in_recovery: bool = False

    def __post_init__(self) -> None:
        self.since = self.issued + 1

    @property
    def is_open(self) -> bool:
        """Whether the line is still owed."""
        return self.closed is None

    @property
    def in_dispute(self) -> bool:
        """Whether the customer disputes the goods, so that collection stands still."""
        return self.disputed is not None and self.settled is None

    def moves(self, day: int, payment: Payment, terms: Terms, dates: Dates) -> None:
        """Let what is now in force act from the start of a day on; `pays` is then the day of payment if it stays so."""
        shift = self._shift(payment, terms)
        if shift == self.shift:
            return
        due, hazard = self.due, (payment.alpha, payment.bucket_starts, self.due, *dates)
        if day > self.since:
            self.force = accrue_by_date(self.force, self.since - due, day - due, self.shift, *hazard)
            self.since = day
        self.shift = shift
        paid = payment_day_by_date(self.force, self.goal, self.since - due, shift, *hazard)
        self.pays = NEVER if paid == NEVER else due + paid

    def _shift(self, payment: Payment, terms: Terms) -> float:
        if self.in_dispute:
            return -inf
        customer = self.order.customer
        grade = payment.grade
        shift = (
            self.drivers
            + payment.quality_weight * customer.quality
            + customer.frailty
            + (grade.A, grade.B, grade.C, grade.D)[self.order.grade]
            + payment.effort_elasticity * terms.log_collecting_effort
        )
        if self.stage:
            stage = payment.stage
            shift += (stage.friendly, stage.formal, stage.plan, stage.legal)[self.stage - 1]
        if self.alert:
            alert = payment.alert
            shift += (alert.before_due, alert.level_1, alert.level_2)[self.alert - 1]
        if self.kind == PREPAYMENT:
            return shift + payment.prepayment_shift
        if self.kind == INSTALMENT:
            return shift + payment.instalment_shift
        return shift

    def close(self, day: int, status: str) -> None:
        """Take the line off the book."""
        self.closed = day
        self.status = status
