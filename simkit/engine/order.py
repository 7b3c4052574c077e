"""An order and the customer who places it, as time passes."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from simkit.behaviour.payment import late_share
from simkit.scenario.world.payment import Payment

if TYPE_CHECKING:
    from simkit.engine.line import Line


@dataclass(slots=True, eq=False)
class Customer:
    """A customer: what is known on the first day, and what happens to it.

    `done` and `goal` are the customer's clock of orders: the intensity accumulated and the point at which the next
    order is placed. `goodwill` is the log-change of its wish to buy left by collection steps.
    """

    customer_id: int
    rep_id: int
    arrival: int
    leaves: int
    defaults: int
    quality: float
    frailty: float
    annual_pd: float
    indicators: dict[str, float]
    orders_per_year: float
    order_value_fen: int
    wanted_days: int
    monthly_purchases_fen: int
    late_lines: int
    known_lines: int
    done: float = 0.0
    goal: float = 0.0
    gaps: int = 0
    orders: int = 0
    signed: int = 0
    score: float = 0.0
    grade: int = 3
    first_grade: int | None = None
    goodwill: float = 0.0
    exposure_fen: int = 0
    first_order: int | None = None
    lines: list["Line"] = field(default_factory=list)
    unjudged: list["Line"] = field(default_factory=list)

    def history(self, day: int, payment: Payment) -> float:
        """Return the shrunk share of late lines among those whose due date has passed before a day."""
        waiting = []
        for line in self.unjudged:
            if line.due >= day:
                waiting.append(line)
                continue
            self.known_lines += 1
            self.late_lines += line.paid is None or line.paid > line.due
        self.unjudged = waiting
        return late_share(
            self.late_lines, self.known_lines, payment.history_prior_share, payment.history_prior_lines
        )

    def buys(self, day: int) -> bool:
        """Tell whether the customer is still in business with us on a day."""
        return day < self.leaves and day < self.defaults


@dataclass(slots=True, eq=False)
class Order:
    """A customer's order and the contract made of it."""

    order_id: int
    customer: Customer
    day: int
    value_fen: int
    grade: int
    score: float
    status: str
    is_new: bool
    term_days: int = 0
    prepayment_fen: int = 0
    security: int = 0
    signing_share: float = 0.0
    commission_rate: float = 0.0
    delivered: int | None = None

    @property
    def balance_fen(self) -> int:
        """What falls due after acceptance."""
        return self.value_fen - self.prepayment_fen
