"""An order and the customer who places it, as time passes."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from simkit.behaviour.payment import late_share
from simkit.engine.delays import Delays
from simkit.rules.approval import Route
from simkit.rules.segments import Tier
from simkit.scenario.world.payment import Payment

if TYPE_CHECKING:
    from simkit.engine.lead import Lead
    from simkit.engine.line import Line

YEAR = 365


@dataclass(slots=True, eq=False)
class Customer:
    """A customer: what is known on the first day, and what happens to it.

    `done` and `goal` are the customer's clock of orders: the intensity accumulated and the point at which the next
    order is placed. `goodwill` is the log-change of its wish to buy left by collection steps and disputes. `purchases`
    are (day, fen) of the contracts of the last year, those before the first day included.
    """

    customer_id: int
    rep_id: int
    channel: int
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
    delays: Delays
    done: float = 0.0
    goal: float = 0.0
    gaps: int = 0
    orders: int = 0
    signed: int = 0
    score: float = 0.0
    grade: int = 3
    first_grade: int | None = None
    tier: int = Tier.UNCLASSIFIED
    goodwill: float = 0.0
    exposure_fen: int = 0
    first_order: int | None = None
    purchases: list[tuple[int, int]] = field(default_factory=list)
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

    def rfm(self, day: int) -> tuple[int, int, int]:
        """Return days since the last contract, and number and value in fen of those of the 365 days before a day."""
        last = self.purchases[-1][0] if self.purchases else day - 10 * YEAR
        recent = [value_fen for signed, value_fen in self.purchases if signed >= day - YEAR]
        return day - last, len(recent), sum(recent)

    def bought(self, first: int, last: int) -> bool:
        """Tell whether a contract was signed in the days from `first` to `last`."""
        return any(first <= day <= last for day, _ in self.purchases)

    def buys(self, day: int) -> bool:
        """Tell whether the customer is still in business with us on a day."""
        return day < self.leaves and day < self.defaults


@dataclass(slots=True, eq=False)
class Order:
    """A customer's order and the contract made of it."""

    order_id: int
    customer: Customer
    day: int
    list_value_fen: int
    cross_sold: bool
    tier: int
    grade: int
    score: float
    is_new: bool
    status: str = "pending"
    lead: "Lead | None" = None
    route: int = Route.DIRECT
    decided: int | None = None
    discount_fen: int = 0
    term_days: int = 0
    prepayment_fen: int = 0
    security: int = 0
    signing_share: float = 0.0
    commission_rate: float = 0.0
    delivered: int | None = None

    @property
    def dated(self) -> int:
        """Day of the contract: when it was decided, while pending the day of the order."""
        return self.day if self.decided is None else self.decided

    @property
    def value_fen(self) -> int:
        """Value of the contract: what the list says less the discount."""
        return self.list_value_fen - self.discount_fen

    @property
    def balance_fen(self) -> int:
        """What falls due after acceptance."""
        return self.value_fen - self.prepayment_fen
