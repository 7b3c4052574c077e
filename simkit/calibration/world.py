"""The world as a ledger tells it: customers' payment and purchase behaviour, fitted, matched, checked."""

import re
from pathlib import Path
from typing import Any

import pandas as pd

from simkit.calibration.currency import comparable
from simkit.calibration.customer_fit import fit_customers
from simkit.calibration.fitted_file import check_name, rounded
from simkit.calibration.fitted_world import FittedWorld, PathLike
from simkit.calibration.funnel_model import fit_funnel
from simkit.calibration.hazard_table import hazard_table
from simkit.calibration.history import with_priors
from simkit.calibration.ledger_checks import check_dates, check_size
from simkit.calibration.ledger_facts import facts
from simkit.calibration.ledger_remarks import remarks
from simkit.calibration.order_law import YEAR
from simkit.calibration.payment_model import fit_payment, payment_part
from simkit.calibration.person_periods import ledger_lines
from simkit.calibration.purchase_model import Purchases
from simkit.calibration.simulated_match import match
from simkit.calibration.uncertainty import world_draws
from simkit.calibration.validation import Validation, discrimination
from simkit.calibration.write_offs import default_rate
from simkit.errors import UserError
from simkit.portfolio.customer_file import CustomerMaster, read_customers
from simkit.portfolio.leads_file import Leads, read_leads
from simkit.portfolio.ledger_import import Ledger, read_ledger
from simkit.scenario.draws import laid_over
from simkit.scenario.loading import load
from simkit.scenario.scenario import Scenario
from simkit.scenario.world import World

LINES_A_ROUND = 15_000

_SECTIONS = ("market", "customers", "payment", "firms", "funnel")


def calibrate(
    ledger: Ledger | PathLike,
    customers: CustomerMaster | PathLike | None = None,
    name: str | None = None,
    status_quo: Scenario | PathLike | None = None,
    lines_a_round: int = LINES_A_ROUND,
    leads: Leads | PathLike | None = None,
) -> FittedWorld:
    """Return the world in which customers pay and buy as they do in a ledger, with its validation.

    Parameters
    ----------
    ledger : Ledger or path
        A receivables ledger, read or to be read by `simkit.portfolio.ledger_import.read_ledger`.
    customers : CustomerMaster or path, optional
        A customer master, read or to be read by `simkit.portfolio.customer_file.read_customers`: it tells balance
        sheets and, if it says who defaulted, default. Without one they are the status quo's.
    name : str, optional
        Name of the world; the ledger's when not given.
    status_quo : Scenario or path, optional
        The company as it was when the ledger was written; ``params/baseline.yaml`` when not given. Its status-quo
        policy is what the simulation is matched under; its world stands where the ledger is silent.
    lines_a_round : int
        About how many lines each of the twelve simulations of the match has: more is slower and closer.
    leads : Leads or path, optional
        A table of leads, read or to be read by `simkit.portfolio.leads_file.read_leads`: it tells the funnel.

    Raises
    ------
    UserError
        When a file cannot be read or is too small, or an argument is not allowed.
    """
    if lines_a_round < 1:
        raise UserError(f"lines_a_round: {lines_a_round} is below 1")
    given = check_name(name) if name is not None else None
    book = ledger if isinstance(ledger, Ledger) else read_ledger(Path(ledger))
    master = _master(customers)
    arrivals = leads if leads is None or isinstance(leads, Leads) else read_leads(Path(leads))
    today = status_quo if isinstance(status_quo, Scenario) else load(status_quo or baseline())
    write_off_days = today.status_quo.collections.write_off_days
    lines, notes = ledger_lines(comparable(book.invoices), book.as_of, write_off_days)
    check_size(book.name, lines)
    check_dates(book)

    purchases = Purchases(book.invoices, today.world)
    part: dict[str, Any] = {"customers": purchases.values()}
    season = purchases.season()
    if season:
        part["market"] = {"season": season}

    payers = int(lines["customer"].max()) + 1
    base = with_priors(lines, today.world.payment).model_copy(update={"quality_weight": 0.0})
    fit = fit_payment(lines, payers, base, part["customers"]["order_value_fen"])
    part["payment"] = payment_part(fit)
    defaults = default_rate(lines, int(lines["end"].max()), write_off_days, today.world.firms.default.mean_pd)

    portfolio = fit_customers(master, book.invoices, book.as_of, today.world.firms) if master else None
    if portfolio:
        part["firms"] = portfolio.firms
    notes += purchases.notes()
    if arrivals is not None:
        notes += _add_funnel(part, arrivals, book, today.world)

    matched = match(lines, laid_over(today.world, rounded(part)), today.status_quo, today.run, lines_a_round)
    part["payment"]["alpha"] = [float(value) for value in matched.alpha]
    judged, bins = discrimination(lines, payers, fit, today.world.payment)
    return FittedWorld(
        name=given or _name_of(book.name),
        world=rounded({name: part[name] for name in _SECTIONS if name in part}),
        payment=fit,
        default_rate=defaults,
        validation=Validation(
            timing=matched.timing,
            hazards=hazard_table(fit, lines, matched),
            discrimination=judged,
            calibration=bins,
            rounds=matched.rounds,
        ),
        facts=facts(book, fit, defaults, master),
        notes=[*notes, *remarks(book, fit, season), *(portfolio.notes if portfolio else [])],
        draws=rounded(
            world_draws(
                book.invoices,
                purchases,
                fit,
                matched.alpha,
                portfolio.default if portfolio else None,
                today.run.seed,
            )
        ),
        portfolio=portfolio,
    )


def _master(customers: CustomerMaster | PathLike | None) -> CustomerMaster | None:
    if customers is None or isinstance(customers, CustomerMaster):
        return customers
    return read_customers(Path(customers))


def _add_funnel(part: dict[str, Any], leads: Leads, book: Ledger, base: World) -> list[str]:
    """Put what a table of leads tells into the part of the world that is fitted, and return notes on it."""
    funnel = fit_funnel(leads, base.funnel)
    lately = book.invoices["issue_date"] > book.invoices["issue_date"].max() - pd.Timedelta(days=YEAR)
    buyers = book.invoices.loc[lately, "customer_id"].nunique()
    part["funnel"] = funnel.world
    part["customers"]["new_per_year"] = min(funnel.applications_per_year / buyers, 10.0)
    return [
        f"leads: {leads.name}, sha256 {leads.sha256}",
        *funnel.notes,
        f"new_per_year: {funnel.applications_per_year:,.0f} applications a year, to {buyers:,} customers who bought "
        "in the ledger's last year",
    ]


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
