"""A backtest: calibrate on what was known on an earlier day, foretell the months after it, and compare."""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from simkit.calibration import baselines
from simkit.calibration.book_measures import Book, Dates, measured
from simkit.calibration.coverage import coverage, effective_points, errors, summary
from simkit.calibration.cut import known_at
from simkit.calibration.extract import NEGLIGIBLE, shown
from simkit.calibration.forward import Lines
from simkit.calibration.ledger_checks import check_size
from simkit.calibration.open_book import OpenBook
from simkit.calibration.person_periods import OPEN, Floats, ledger_lines
from simkit.calibration.world import baseline
from simkit.errors import UserError
from simkit.portfolio.ledger_import import Ledger, read_ledger
from simkit.scenario.loading import load
from simkit.scenario.scenario import Scenario

PathLike = str | os.PathLike[str]

FORETOLD, ISSUED = "foretold", "issued"
VIEWS = (FORETOLD, ISSUED)
"""What is taken for the invoices after the cut: draws from the purchase model, or those really issued."""

BANDS = {"p2.5": 2.5, "p10": 10.0, "p90": 90.0, "p97.5": 97.5}
_FEWEST_PATHS, _MOST_PATHS = 20, 100_000
_MOST_MONTHS = 24


@dataclass(frozen=True, eq=False)
class Backtest:
    """Forecasts from a cut beside what came.

    Attributes
    ----------
    name : str
        The ledger's.
    cut, last : Timestamp
        The last day that was known, and the last one looked at.
    paths : int
    points : DataFrame
        view, measure, date, month (1, 2, ... after the cut), realised, mean, median, p2.5, p10, p90, p97.5, and the two
        baselines roll_rates and median_days. Cash and balances in fen, late share as a share, DSO in days; NaN where
        nothing is told, and realised also where the ledger cannot show it (`simkit.calibration.extract`).
    independent : DataFrame
        view, measure, months, points, effective: how many independent points the points are worth.
    notes : list of str
        What the forecasts rest on.
    """

    name: str
    cut: pd.Timestamp
    last: pd.Timestamp
    paths: int
    points: pd.DataFrame
    independent: pd.DataFrame
    notes: list[str]

    def coverage(self) -> pd.DataFrame:
        """Return how often the bands held what came (see `simkit.calibration.coverage.coverage`)."""
        return coverage(self.points, self.independent)

    def errors(self) -> pd.DataFrame:
        """Return the errors of the means and of the baselines (see `simkit.calibration.coverage.errors`)."""
        return errors(self.points)

    def summary(self) -> str:
        """Return coverage, errors and notes as text."""
        head = f"{self.name}: known to {self.cut.date()}, foretold to {self.last.date()}, {self.paths} paths"
        return "\n".join(
            [head, "", summary(self.coverage(), self.errors()), "", *(f"- {n}" for n in self.notes)]
        )


def backtest(
    ledger: Ledger | PathLike,
    cut: pd.Timestamp | str,
    paths: int = 500,
    months: int = 6,
    status_quo: Scenario | PathLike | None = None,
) -> Backtest:
    """Return forecasts of a ledger's book from an earlier day beside what came.

    Parameters
    ----------
    ledger : Ledger or path
        A receivables ledger, read or to be read by `simkit.portfolio.ledger_import.read_ledger`.
    cut : date
        The last day that is known: the fit sees no payment after it and no invoice issued after it.
    paths : int
        Simulated futures; the bands are their percentiles.
    months : int
        How far ahead; what lies beyond the ledger's own end is left out.
    status_quo : Scenario or path, optional
        As in `simkit.calibration.world.calibrate`; its seed names the luck.

    Raises
    ------
    UserError
        When the cut leaves too little before it or no month after it, or an argument is not allowed.
    """
    book = ledger if isinstance(ledger, Ledger) else read_ledger(Path(ledger))
    today = status_quo if isinstance(status_quo, Scenario) else load(status_quo or baseline())
    day = _checked(book, cut, paths, months)
    known = known_at(book, day)
    lines, _ = ledger_lines(known.invoices, day, today.status_quo.collections.write_off_days)
    check_size(f"{book.name} up to {day.date()}", lines)
    dates = Dates.after(day, months, book.as_of)
    start = OpenBook.of(known, lines, today, dates, paths)
    later = start.issued(book, dates.last)
    seen = shown(book, lines, dates, int(np.datetime64(book.as_of, "D").astype(np.int64)))
    realised = np.where(seen, measured(start.realised(book, dates.last), dates), np.nan)
    tables, independent = [], []
    for view in VIEWS:
        runs = np.array(
            [
                measured(
                    start.path(
                        path, later if view == ISSUED else start.orders.drawn(start.seed, path, dates.last)
                    ),
                    dates,
                )
                for path in range(paths)
            ]
        )
        points = _points(
            view,
            dates,
            realised,
            runs,
            _baselines(start, later if view == ISSUED else start.repeated(dates.last), dates),
        )
        tables.append(points)
        independent.append(effective_points(points, runs))
    return Backtest(
        name=book.name,
        cut=day,
        last=pd.Timestamp(dates.last, unit="D"),
        paths=paths,
        points=pd.concat(tables, ignore_index=True),
        independent=pd.concat(independent, ignore_index=True),
        notes=[*start.notes(), *_not_shown(dates.index()[~seen])],
    )


def latest(
    ledger: Ledger, paths: int = 200, months: int = 3, status_quo: Scenario | PathLike | None = None
) -> Backtest | None:
    """Return the backtest of a ledger's last months, or None when too little lies before them."""
    cut = ledger.as_of - pd.DateOffset(months=months)
    try:
        return backtest(ledger, cut, paths, months, status_quo)
    except UserError:
        return None


def _checked(book: Ledger, cut: pd.Timestamp | str, paths: int, months: int) -> pd.Timestamp:
    try:
        day = pd.Timestamp(cut).normalize()
    except (ValueError, TypeError):
        raise UserError(f"cut: {cut!r} is not a date; write YYYY-MM-DD") from None
    first = book.invoices["issue_date"].min()
    latest = book.as_of - pd.DateOffset(months=1)
    if not first < day <= latest:
        raise UserError(
            f"cut: {day.date()} is not inside the ledger; allowed is a day after its first invoice ({first.date()}) "
            f"and at least a month before its last entry, that is up to {latest.date()}"
        )
    if not _FEWEST_PATHS <= paths <= _MOST_PATHS:
        raise UserError(f"paths: {paths} is not allowed; allowed are {_FEWEST_PATHS} to {_MOST_PATHS:,}")
    if not 1 <= months <= _MOST_MONTHS:
        raise UserError(f"months: {months} is not allowed; allowed are 1 to {_MOST_MONTHS}")
    return day


def _not_shown(missing: pd.DataFrame) -> list[str]:
    """Return a note on values that the ledger cannot show."""
    if missing.empty:
        return []
    first = missing.groupby("measure", sort=False)["date"].min()
    names = ", ".join(f"{measure} from {date.date()}" for measure, date in first.items())
    return [
        f"the ledger holds no unpaid invoice, so these are not compared: by its own past, more than {NEGLIGIBLE:.0%} "
        f"of them would still be unpaid on its last day and are missing ({names})"
    ]


def _baselines(start: OpenBook, later: Lines, dates: Dates) -> dict[str, Floats]:
    lines = start.open_lines.followed_by(later)
    day = baselines.median_days(start.lines, lines, dates.cut, start.customers_with(later))
    usual = Book(lines.issue, lines.due, day, lines.amount, lines.amount)
    held = Book(lines.issue, lines.due, np.minimum(lines.paid, OPEN), lines.amount, lines.amount)
    rates = baselines.roll_rates(start.lines, dates.cut)
    return {"roll_rates": baselines.rolled(rates, held, dates), "median_days": measured(usual, dates)}


def _points(
    view: str, dates: Dates, realised: Floats, runs: Floats, others: dict[str, Floats]
) -> pd.DataFrame:
    frame = dates.index().assign(realised=realised, mean=runs.mean(axis=0), median=np.median(runs, axis=0))
    for name, percent in BANDS.items():
        frame[name] = np.percentile(runs, percent, axis=0)
    frame = frame.assign(**others)
    frame.insert(0, "view", view)
    return frame
