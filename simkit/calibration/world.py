"""The world as a ledger tells it: customers' payment and purchase behaviour, fitted, matched, checked, written."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from simkit.calibration.fitted_file import check_name, file_text, rounded, write_draws, write_text
from simkit.calibration.history import with_priors
from simkit.calibration.payment_model import PRIOR_SD, PaymentFit, fit_payment, parameter_names, payment_part
from simkit.calibration.person_periods import ledger_lines
from simkit.calibration.purchase_model import fit_purchases, fit_season
from simkit.calibration.simulated_match import Hazards, Match, match
from simkit.calibration.uncertainty import world_draws
from simkit.calibration.validation import Validation, discrimination
from simkit.calibration.write_offs import DefaultRate, default_rate
from simkit.errors import UserError
from simkit.portfolio.ledger_import import Ledger, read_ledger
from simkit.scenario.draws import laid_over
from simkit.scenario.loading import load
from simkit.scenario.scenario import Scenario

FEWEST_INVOICES = 30
FEWEST_PAID = 20
LINES_A_ROUND = 15_000

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
    """

    name: str
    world: dict[str, Any]
    payment: PaymentFit
    default_rate: DefaultRate
    validation: Validation
    facts: dict[str, str]
    notes: list[str]
    draws: list[dict[str, dict[str, Any]]]

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
                f"{row['sample']:>3} of sample: {row['lines']:,} lines, AUC {row['auc']:.3f}, "
                f"Brier score {row['brier']:.3f}, late {row['late_share']:.1%}, foretold {row['predicted_share']:.1%}"
            )
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
        About how many lines each of the twelve simulations of the match has: more is slower and closer.

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
    today = status_quo if isinstance(status_quo, Scenario) else load(status_quo or baseline())
    lines, notes = ledger_lines(book.invoices, book.as_of, today.status_quo.collections.write_off_days)
    check_size(book.name, lines)
    customers_seen = int(lines["customer"].max()) + 1
    purchases, remarks = fit_purchases(book.invoices, today.world.customers)
    base = with_priors(lines, today.world.payment).model_copy(update={"quality_weight": 0.0})
    fit = fit_payment(lines, customers_seen, base, purchases["order_value_fen"])
    season = fit_season(book.invoices)
    as_of, write_off_days = int(lines["end"].max()), today.status_quo.collections.write_off_days
    defaults = default_rate(lines, as_of, write_off_days, today.world.firms.default.mean_pd)
    part: dict[str, Any] = {
        **({"market": {"season": season}} if season else {}),
        "customers": purchases,
        "payment": payment_part(fit),
    }
    world = laid_over(today.world, rounded(part))
    matched = match(lines, world, today.status_quo, today.run, lines_a_round)
    part["payment"]["alpha"] = [float(value) for value in matched.alpha]
    judged, bins = discrimination(lines, customers_seen, fit, today.world.payment)
    draws = world_draws(book.invoices, fit, matched.alpha, today.world.customers, today.run.seed)
    return FittedWorld(
        name=given or _name_of(book.name),
        world=rounded(part),
        payment=fit,
        default_rate=defaults,
        validation=Validation(
            timing=matched.timing,
            hazards=_hazard_table(fit, lines, matched),
            discrimination=judged,
            calibration=bins,
            rounds=matched.rounds,
        ),
        facts=_facts(book, fit, defaults),
        notes=[*notes, *remarks, *_remarks(book, fit, season)],
        draws=rounded(draws),
    )


def check_size(name: str, lines: pd.DataFrame) -> None:
    """Refuse lines that are too few to fit anything to."""
    paid = int((lines["paid_share"] > 0).sum())
    if len(lines) < FEWEST_INVOICES or paid < FEWEST_PAID:
        raise UserError(
            f"{name}: {len(lines)} undisputed invoices, {paid} of them with a payment, are too few to calibrate on; "
            f"at least {FEWEST_INVOICES} invoices and {FEWEST_PAID} payments are needed"
        )


def baseline() -> Path:
    """Return the status quo of the company: of the working folder if there is one, else of the source tree."""
    places = [Path("params"), Path(__file__).resolve().parents[2] / "params"]
    for place in places:
        if (place / "baseline.yaml").is_file():
            return place / "baseline.yaml"
    raise UserError(
        "there is no params/baseline.yaml here; say with status_quo which scenario the company is today"
    )


def _name_of(ledger: str) -> str:
    return re.sub(r"[^\w .-]", "_", ledger).lstrip(" .-_")[:100] or "ledger"


def _hazard_table(fit: PaymentFit, lines: pd.DataFrame, matched: Match) -> pd.DataFrame:
    ledger = Hazards.of(lines, fit.starts)
    return pd.DataFrame(
        {
            "bucket": range(len(fit.alpha)),
            "first_day": pd.array([None, *fit.starts], dtype="Int64"),
            "last_day": pd.array([*(start - 1 for start in fit.starts), None], dtype="Int64"),
            "days": ledger.days,
            "payments": ledger.payments,
            "ledger": ledger.rate,
            "simulated": matched.simulated.rate,
            "fitted_alpha": fit.alpha,
            "fitted_alpha_se": fit.alpha_se,
            "matched_alpha": matched.alpha,
        }
    )


def _facts(book: Ledger, fit: PaymentFit, defaults: DefaultRate) -> dict[str, str]:
    invoices = book.invoices
    states = invoices["status"].value_counts()
    counted = ", ".join(f"{states.get(state, 0):,} {state}" for state in ("paid", "partial", "open"))
    issued = invoices["issue_date"]
    weights = ("history_weight", "delay_weight", "term_weight", "amount_weight", "month_end")
    estimates = dict(zip(parameter_names(len(fit.alpha)), fit.theta, strict=True))
    weekdays = " ".join(f"{effect:.2f}" for effect in fit.payment.calendar.weekday)
    return {
        "ledger": book.name,
        "sha256": book.sha256,
        "invoices": f"{len(invoices):,} of {invoices['customer_id'].nunique():,} customers ({counted})",
        "issued": f"{issued.min().date()} to {issued.max().date()}, as of {book.as_of.date()}",
        "currency": ", ".join(sorted(invoices["currency"].unique())),
        **{
            name.replace("_", " "): f"{estimates[name]:.3f} (standard error {fit.errors[name]:.3f})"
            for name in weights
        },
        "weekdays": f"{weekdays} (Monday first; working days sum to 0)",
        "frailty sd": f"{fit.frailty_sd:.3f} (standard error {fit.frailty_sd_se:.3f})",
        "log-likelihood": f"{fit.log_likelihood:.1f}",
        "given up a year": f"{defaults.mean:.2%} ({defaults.low:.2%} .. {defaults.high:.2%}) of customers; "
        f"{defaults.defaults} in {defaults.customer_years:,.0f} customer-years",
    }


def _remarks(book: Ledger, fit: PaymentFit, season: list[float] | None) -> list[str]:
    invoices = book.invoices
    remarks = [
        "quality_weight is 0: a ledger holds no financial statements, so habit carries all that customers differ in"
    ]
    foreign = sorted(set(invoices["currency"].unique()) - {"CNY"})
    if foreign:
        remarks.append(f"amounts are in hundredths of {', '.join(foreign)}, not converted to yuan")
    if (invoices["status"] == "paid").all():
        remarks.append(
            "no invoice is open: if unpaid ones were left out of the ledger, late payment is understated, and how many "
            "customers default cannot be told"
        )
    if imputed := int(invoices["issue_date_imputed"].sum()):
        remarks.append(
            f"issue dates that are estimates: {imputed:,}; days at risk before the due date rest on them"
        )
    if season is None:
        remarks.append(
            "season kept from the base world: the ledger has less than two full years to tell it by"
        )
    silent = int((fit.alpha_se > 0.9 * PRIOR_SD).sum())
    if silent:
        remarks.append(f"buckets on which the ledger is all but silent, kept near the base world: {silent}")
    return remarks
