"""The world as a ledger tells it: customers' payment and purchase behaviour, fitted, matched, checked, written."""

import os
import re
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from simkit.calibration.fitted_file import check_name, file_text, rounded, write_text
from simkit.calibration.history import history_prior
from simkit.calibration.payment_model import PaymentFit, fit_payment
from simkit.calibration.person_periods import ledger_lines
from simkit.calibration.purchase_model import fit_purchases, fit_season
from simkit.calibration.simulated_match import Hazards, Match, match, merged
from simkit.calibration.validation import Validation, discrimination
from simkit.errors import UserError
from simkit.portfolio.ledger_import import Ledger, read_ledger
from simkit.scenario.loading import load
from simkit.scenario.scenario import Scenario
from simkit.scenario.world import World

FEWEST_INVOICES = 30
FEWEST_PAID = 20
LINES_A_ROUND = 8_000

PathLike = str | os.PathLike[str]


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
    validation : Validation
        How well it fits.
    facts : dict of str to str
        What it rests on: ledger, sha256, rows, dates, currency.
    notes : list of str
        What was assumed, left out or kept.
    """

    name: str
    world: dict[str, Any]
    payment: PaymentFit
    validation: Validation
    facts: dict[str, str]
    notes: list[str]

    def summary(self) -> str:
        """Return facts, fit quality and notes as text."""
        width = max(map(len, self.facts))
        timing = self.validation.timing
        lines = [f"{fact:<{width}}  {value}" for fact, value in self.facts.items()]
        lines += ["", f"{'payment timing':<20}{'ledger':>10}{'simulated':>11}   95 % interval"]
        for measure, ledger, simulated, low, high in timing.itertuples(index=False):
            lines.append(f"{measure:<20}{ledger:>10.4g}{simulated:>11.4g}   {low:.4g} .. {high:.4g}")
        lines += ["", "late or not, foretold at issue"]
        for row in self.validation.discrimination.itertuples(index=False):
            lines.append(
                f"{row.sample + ' of sample':<14} {row.lines:,} lines: AUC {row.auc:.3f}, Brier score {row.brier:.3f}, "
                f"late {row.late_share:.1%}, foretold {row.predicted_share:.1%}"
            )
        return "\n".join([*lines, "", "notes", *(f"- {note}" for note in self.notes)])

    def text(self) -> str:
        """Return the world as the text of a parameter file that a scenario can extend."""
        description = (
            f"Customers as the ledger {self.facts['ledger']} ({self.facts['invoices']}; {self.facts['issued']}) shows "
            f"them. Estimated by simkit; sha256 of the ledger {self.facts['sha256']}."
        )
        return file_text(self.name, description, [self.summary()], self.world)

    def write(self, folder: PathLike) -> Path:
        """Write ``NAME.yaml`` into a folder (made if need be), whole or not at all, and return its path."""
        return write_text(folder, self.name, self.text())


def calibrate(
    ledger: Ledger | PathLike,
    customers: object | None = None,
    name: str | None = None,
    status_quo: Scenario | PathLike | None = None,
    lines_a_round: int = LINES_A_ROUND,
) -> FittedWorld:
    """Return the world in which customers pay and buy as they do in a ledger, with its validation.

    Parameters
    ----------
    ledger : Ledger or path
        A receivables ledger, read or to be read by `simkit.portfolio.ledger_import.read_ledger`.
    customers : None
        A customer master is not used yet; anything else is refused.
    name : str, optional
        Name of the world; the ledger's when not given.
    status_quo : Scenario or path, optional
        The company as it was when the ledger was written; ``params/baseline.yaml`` when not given. Its status-quo
        policy is what the simulation is matched under; its world stands where the ledger is silent.
    lines_a_round : int
        About how many lines each of the ten simulations of the match has: more is slower and closer.

    Raises
    ------
    UserError
        When the ledger cannot be read or is too small, or an argument is not allowed.
    """
    if customers is not None:
        raise UserError("customers: a customer master cannot be used in a calibration yet; leave it out")
    if lines_a_round < 1:
        raise UserError(f"lines_a_round: {lines_a_round} is below 1")
    given = check_name(name) if name is not None else None
    book = ledger if isinstance(ledger, Ledger) else read_ledger(Path(ledger))
    today = status_quo if isinstance(status_quo, Scenario) else load(status_quo or _baseline())
    lines, notes = ledger_lines(book.invoices, book.as_of)
    _check_size(book.name, lines)
    customers_seen = int(lines["customer"].max()) + 1
    share, worth = history_prior(lines, today.world.payment)
    base = today.world.payment.model_copy(
        update={"history_prior_share": share, "history_prior_lines": worth, "quality_weight": 0.0}
    )
    fit = fit_payment(lines, customers_seen, base)
    purchases, remarks = fit_purchases(book.invoices, today.world.customers)
    season = fit_season(book.invoices)
    part: dict[str, Any] = {
        **({"market": {"season": season}} if season else {}),
        "customers": purchases,
        "payment": _payment_part(fit),
    }
    world = merged(today.world, rounded(part))
    matched = match(lines, world, today.status_quo, today.run, lines_a_round)
    part["payment"]["alpha"] = [float(value) for value in matched.alpha]
    tables = discrimination(lines, customers_seen, fit, base)
    return FittedWorld(
        name=given or _name_of(book.name),
        world=rounded(part),
        payment=fit,
        validation=Validation(
            timing=matched.timing,
            hazards=_hazard_table(fit, lines, matched),
            discrimination=tables[0],
            calibration=tables[1],
            rounds=matched.rounds,
        ),
        facts=_facts(book, fit),
        notes=[*notes, *remarks, *_remarks(book, fit, season)],
    )
