"""Ledgers that nothing can be fitted to: too small, or with a slip of the pen among its dates."""

import numpy as np
import pandas as pd

from simkit.errors import UserError
from simkit.portfolio.ledger_import import Ledger

FEWEST_INVOICES = 30
FEWEST_PAID = 20
LONGEST_SILENCE_DAYS = 365


def check_size(name: str, lines: pd.DataFrame) -> None:
    """Refuse lines that are too few to fit anything to."""
    paid = int((lines["paid_share"] > 0).sum())
    if len(lines) < FEWEST_INVOICES or paid < FEWEST_PAID:
        raise UserError(
            f"{name}: {len(lines)} undisputed invoices, {paid} of them with a payment, are too few to calibrate on; "
            f"at least {FEWEST_INVOICES} invoices and {FEWEST_PAID} payments are needed"
        )


def check_dates(book: Ledger) -> None:
    """Refuse a ledger whose last rows are dated long after all others: they would have everything open for years."""
    dates = np.sort(pd.concat([book.invoices["issue_date"], book.invoices["paid_date"]]).dropna().unique())
    gaps = np.diff(dates) / np.timedelta64(1, "D")
    if not (gaps > LONGEST_SILENCE_DAYS).any():
        return
    gap = int(np.flatnonzero(gaps > LONGEST_SILENCE_DAYS)[-1])
    late = book.invoices["issue_date"].ge(dates[gap + 1]) | book.invoices["paid_date"].ge(dates[gap + 1])
    if late.mean() < 0.5:
        first = book.invoices[late].iloc[0]
        raise UserError(
            f"{book.name}: {int(late.sum())} of {len(late)} invoices are dated {int(gaps[gap])} days or more after all "
            f"others (invoice {first['invoice_id']!r} of {first['customer_id']!r}, {first['issue_date'].date()}): "
            f"a slip of the pen? Correct or leave out what is dated after {pd.Timestamp(dates[gap]).date()}; allowed: "
            f"at most {LONGEST_SILENCE_DAYS} days without an invoice or a payment"
        )
