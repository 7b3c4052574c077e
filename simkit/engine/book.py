"""The book an engine writes while time passes."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from simkit.engine.calendar import Calendar
from simkit.engine.chase import Chase
from simkit.engine.desk_month import DeskMonth
from simkit.engine.lead import Lead
from simkit.engine.line import Line
from simkit.engine.order import Customer, Order
from simkit.engine.payroll import Payslip
from simkit.rules.monitoring import Alert

Row = tuple[Any, ...]


class TierMonth(NamedTuple):
    """Customers in an RFM tier on the first of a month, and what the month's treatment of them costs."""

    month: int
    tier: int
    customers: int
    treatment_fen: int


@dataclass(slots=True)
class Book:
    """What happened in one region, in the order in which it happened; `simkit.engine.tables` makes tables of it."""

    calendar: Calendar
    customers: list[Customer] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    receipts: list[Row] = field(default_factory=list)
    actions: list[Row] = field(default_factory=list)
    payslips: list[Payslip] = field(default_factory=list)
    leads: list[Lead] = field(default_factory=list)
    tiers: list[TierMonth] = field(default_factory=list)
    desks: list[DeskMonth] = field(default_factory=list)

    def receipt(self, day: int, line: Line, amount_fen: int, kind: str) -> None:
        """Note cash that came in."""
        self.receipts.append((day, line.line_id, amount_fen, kind))

    def action(self, chase: Chase, day: int) -> None:
        """Note a step that was taken at a desk."""
        stage = int(chase.stage) if chase.step != "extension" else 0
        row = (
            chase.line.line_id,
            stage,
            chase.step,
            chase.desk,
            chase.opened,
            day,
            chase.minutes,
            chase.cost_fen,
        )
        self.actions.append(row)

    def alert(self, line: Line, alert: Alert, desk: str, raised: int, day: int, minutes: int) -> None:
        """Note an alert that was answered."""
        self.actions.append((line.line_id, 0, f"alert_{alert.name.lower()}", desk, raised, day, minutes, 0))
