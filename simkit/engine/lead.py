"""A lead: somebody who may become a customer."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from simkit.engine.order import Customer

STAGES = ("lead", "qualified", "proposal", "negotiation", "signed")
LEAD, QUALIFIED, PROPOSAL, NEGOTIATION, SIGNED = range(5)


@dataclass(slots=True, eq=False)
class Lead:
    """A lead on its way through the funnel.

    `firm` is its row in the portfolio's table, made into a customer when it applies; `remembered` is the day on which
    its rep would think of it unaided.
    """

    lead_id: int
    rep_id: int
    channel: int
    arrival: int
    remembered: int
    lead_fen: int
    firm: Mapping[Hashable, Any]
    customer: Customer | None = None
    called: int | None = None
    qualified: int | None = None
    proposed: int | None = None
    applied: int | None = None
    decided: int | None = None
    stage: int = LEAD
    outcome: str = "open"
    cooled: bool = False
    score: float | None = None
    grade: int | None = None

    def close(self, day: int, outcome: str) -> None:
        """Note what became of it."""
        self.decided, self.outcome = day, outcome
