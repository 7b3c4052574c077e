"""Two plain forecasts that a fitted world has to beat: static roll rates, and each customer's median days late."""

import numpy as np
import pandas as pd

from simkit.calibration.book_measures import BUCKET_EDGES, BUCKETS, MONTH_DAYS, SALES_DAYS, WEEK, Book, Dates
from simkit.calibration.forward import Lines
from simkit.calibration.person_periods import OPEN, Floats, Ints

_SNAPSHOTS = 6
_FEWEST_PAID = 3
_STALE_DAYS = 30


def median_days(lines: pd.DataFrame, future: Lines, cut: int, customers: int) -> Ints:
    """Return the day on which each line is paid if its customer is as late as it usually is.

    A line already later than that is paid after the median further delay of lines that came to be so late, of the
    customer if it has three, else of everybody, else a month from the cut.

    Parameters
    ----------
    lines : DataFrame
        The lines known at the cut.
    future : Lines
        The lines to foretell; those paid by the cut keep their day.
    cut : int
    customers : int
    """
    paid = (lines["paid"] < OPEN).to_numpy()
    delay = (lines["paid"] - lines["due"]).to_numpy()[paid]
    who = lines["customer"].to_numpy()[paid]
    everybody = float(np.median(delay)) if len(delay) else 0.0
    own = pd.Series(delay).groupby(who).agg(["median", "size"]).reindex(range(customers))
    usual = own["median"].where(own["size"] >= _FEWEST_PAID, everybody).to_numpy()
    day = future.due + np.round(usual[future.customer]).astype(np.int64)
    day = np.maximum(day, future.issue + 1)
    sorted_delays = np.sort(delay)
    for line in np.flatnonzero((future.paid == OPEN) & (day <= cut)):
        age = cut - future.due[line]
        longer = delay[(who == future.customer[line]) & (delay > age)]
        if len(longer) < _FEWEST_PAID:
            longer = sorted_delays[np.searchsorted(sorted_delays, age, side="right") :]
        day[line] = future.due[line] + round(float(np.median(longer))) if len(longer) else cut + _STALE_DAYS
    return np.where(future.paid == OPEN, day, future.paid)


def roll_rates(lines: pd.DataFrame, cut: int) -> Floats:
    """Return the share of the amount of each bucket that is in each bucket, or paid, a month later.

    Rows are the five buckets and what is invoiced in the month, columns the five buckets and paid; from the last six
    months before the cut that the ledger covers. A bucket never seen stays as it is.
    """
    issue, due, paid = (lines[name].to_numpy() for name in ("issue", "due", "paid"))
    amount = lines["amount_fen"].to_numpy(np.float64)
    moved = np.zeros((len(BUCKETS) + 1, len(BUCKETS) + 1))
    for number in range(_SNAPSHOTS):
        end = cut - number * MONTH_DAYS
        start = end - MONTH_DAYS
        if start < issue.min() + MONTH_DAYS and number:
            break
        open_then = (issue <= start) & (paid > start)
        of = np.where(open_then, np.searchsorted(BUCKET_EDGES, start - due, side="right"), len(BUCKETS))
        to = np.where(paid > end, np.searchsorted(BUCKET_EDGES, end - due, side="right"), len(BUCKETS))
        counted = open_then | ((issue > start) & (issue <= end))
        np.add.at(moved, (of[counted], to[counted]), amount[counted])
    silent = moved.sum(axis=1) == 0
    moved[silent] = np.eye(len(moved))[silent]
    rates: Floats = moved / moved.sum(axis=1, keepdims=True)
    return rates


def rolled(rates: Floats, book: Book, dates: Dates) -> Floats:
    """Return what constant roll rates foretell, in the order of `Dates.index`; they know no late share of a cohort.

    Parameters
    ----------
    rates : float array
        As `roll_rates` returns.
    book : Book
        Lines open at the cut, and those issued later with their days of issue and amounts; payments are not used.
    dates : Dates
        Cash of a month is spread over its days.
    """
    held = book.issue <= dates.cut
    open_at_cut = held & (book.paid > dates.cut)
    bucket = np.searchsorted(BUCKET_EDGES, dates.cut - book.due[open_at_cut], side="right")
    balance = np.bincount(bucket, book.amount[open_at_cut], len(BUCKETS)).astype(np.float64)
    ends = np.append(dates.months, dates.last) if dates.last > dates.months.max(initial=0) else dates.months
    daily, values, start = np.zeros(dates.last - dates.cut), [], dates.cut
    for end in ends:
        fresh = book.amount[(book.issue > start) & (book.issue <= end)].sum()
        share = min((end - start) / MONTH_DAYS, 1.0)
        moved = np.append(balance, fresh) @ rates
        paid = share * moved[-1]
        balance = share * moved[:-1] + (1 - share) * (balance + np.eye(len(BUCKETS))[0] * fresh)
        daily[start - dates.cut : end - dates.cut] = paid / (end - start)
        if end in dates.months:
            sales = book.amount[(book.issue <= end) & (book.issue > end - SALES_DAYS)].sum()
            dso = balance.sum() / sales * SALES_DAYS if sales > 0 else np.nan
            values.append([*balance, np.nan, dso])
        start = end
    weeks = daily[: WEEK * len(dates.weeks)].reshape(-1, WEEK).sum(axis=1)
    return np.concatenate([weeks, *values])
