"""A world fitted to a ledger: its parameters, what they rest on, its text and its files."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simkit.calibration.customer_fit import CustomerFit
from simkit.calibration.fitted_file import file_text, write_draws, write_text
from simkit.calibration.payment_model import PaymentFit
from simkit.calibration.validation import Validation
from simkit.calibration.write_offs import DefaultRate

PathLike = str | os.PathLike[str]

ORDERS_A_YEAR = 2_400
FEWEST_CUSTOMERS = 60
MOST_CUSTOMERS = 400
"""Bounds of the customers a calibrated world simulates."""


@dataclass(frozen=True, eq=False)
class FittedWorld:
    """A world fitted to a ledger.

    Attributes
    ----------
    name : str
        Name of the world and of its file.
    world : dict
        Section to values: the part of ``world`` the ledger tells, rounded as in the file.
    payment : PaymentFit
        The payment model before its bucket effects were matched to the engine.
    default_rate : DefaultRate
        Share of customers of whom a line is given up in a year. It is told, and no part of ``world``: the engine gives
        up lines of slow payers too, which a ledger does not tell from those of customers who have failed.
    validation : Validation
        How well it fits.
    facts : dict of str to str
        What it rests on: ledger, sha256, rows, dates, currency.
    notes : list of str
        What was assumed, left out or kept.
    draws : list of dict
        Parts of worlds that the ledger allows as well (see `simkit.calibration.uncertainty`), as ``world``.
    portfolio : CustomerFit or None
        What the customer master says, if there was one.
    """

    name: str
    world: dict[str, Any]
    payment: PaymentFit
    default_rate: DefaultRate
    validation: Validation
    facts: dict[str, str]
    notes: list[str]
    draws: list[dict[str, dict[str, Any]]]
    portfolio: CustomerFit | None = None

    def summary(self) -> str:
        """Return facts, fit quality and notes as text."""
        width = max(map(len, self.facts))
        timing = self.validation.timing
        lines = [f"{fact:<{width}}  {value}" for fact, value in self.facts.items()]
        lines += ["", f"{'payment timing':<20}{'ledger':>10}{'simulated':>11}   95 % interval"]
        for row in timing.to_dict("records"):
            lines.append(
                f"{row['measure']:<20}{row['ledger']:>10.4g}{row['simulated']:>11.4g}   "
                f"{row['low']:.4g} .. {row['high']:.4g}"
            )
        lines += ["", "late or not, foretold at issue"]
        for row in self.validation.discrimination.to_dict("records"):
            lines.append(
                f"{row['sample']:>3} of sample: {row['lines']:,} lines, AUC {row['auc']:.3f} "
                f"(over 7 days late {row['auc_over_7']:.3f}, over 30 {row['auc_over_30']:.3f}), "
                f"Brier score {row['brier']:.3f}, late {row['late_share']:.1%}, foretold {row['predicted_share']:.1%}"
            )
        if self.portfolio and self.portfolio.model:
            lines += ["", *self.portfolio.model.summary()]
        return "\n".join([*lines, "", "notes", *(f"- {note}" for note in self.notes)])

    def text(self) -> str:
        """Return the world as the text of a parameter file that a scenario can extend."""
        description = (
            f"Customers as the ledger {self.facts['ledger']} ({self.facts['invoices']}; {self.facts['issued']}) shows "
            f"them. Estimated by simkit; sha256 of the ledger {self.facts['sha256']}."
        )
        run = {"customers": self.customers}
        return file_text(self.name, description, [self.summary()], self.world, run, self.draws)

    @property
    def customers(self) -> int:
        """Customers to simulate: as many as place about ORDERS_A_YEAR orders a year, within bounds.

        A ledger of busy customers holds far more lines than intervals need; the share of each kind of customer, and
        so every rate, stays what the ledger shows.
        """
        busy = float(self.world["customers"]["orders_per_year"])
        return min(MOST_CUSTOMERS, max(FEWEST_CUSTOMERS, round(ORDERS_A_YEAR / busy)))

    def write(self, folder: PathLike) -> Path:
        """Write ``NAME.yaml``, and before it its draws, into a folder (made if need be); return the world's path."""
        write_draws(folder, self.name, self.draws)
        return write_text(folder, self.name, self.text())
