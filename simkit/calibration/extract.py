"""What a ledger can show of the months after a cut: an extract of paid invoices does not show what is still unpaid.

Some extracts hold paid invoices alone: not one of their lines is without a payment. A line that was still open on the
last day is then missing on every day on which it was open, and what is long overdue near the end looks less than it
was. How much is missing is not in the ledger, but the forecast tells what is to be expected: paths are followed to the
ledger's last day, and each value is measured with all lines and with those paid by then.
"""

from dataclasses import replace

import numpy as np

from simkit.calibration.book_measures import Dates, measured
from simkit.calibration.forward import Lines
from simkit.calibration.open_book import OpenBook
from simkit.calibration.person_periods import Told
from simkit.portfolio.ledger_import import Ledger

NEGLIGIBLE = 0.05
"""Share of a value that may be missing (assumption)."""

_PATHS = 50


def shown(ledger: Ledger, start: OpenBook, later: Lines, as_of: int) -> Told:
    """Return which values after a cut a ledger can show, in the order of `simkit.calibration.book_measures.measured`.

    Parameters
    ----------
    ledger : Ledger
        The whole ledger; only whether it has lines without any payment is looked at.
    start : OpenBook
        What is known at the cut.
    later : Lines
        Lines issued after it.
    as_of : int
        The ledger's last day.
    """
    dates = start.dates
    if ledger.invoices["paid_date"].isna().any():
        return np.ones(len(dates.index()), dtype=np.bool_)
    to_the_end = replace(start, dates=Dates(dates.cut, dates.weeks, np.append(dates.months, as_of)))
    books = [to_the_end.path(path, later) for path in range(_PATHS)]
    whole = np.nan_to_num([measured(book, dates) for book in books]).mean(axis=0)
    paid = np.nan_to_num([measured(book.only(book.paid <= as_of), dates) for book in books]).mean(axis=0)
    told: Told = np.abs(whole - paid) <= NEGLIGIBLE * whole
    return told
