"""Receivable lines as a payment model sees them: grouped rows of line x bucket with days at risk.

Days are whole days since 1970-01-01; days from due are negative before it. The rules are the engine's
(`simkit.behaviour.payment`): the same buckets, a line at risk from the day after its issue, and a history known only
as far as it was known when the line was issued.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Told = npt.NDArray[np.bool_]

OPEN = 2**40
"""Payment day of a line that has not been paid."""


def ledger_lines(invoices: pd.DataFrame, as_of: pd.Timestamp) -> tuple[pd.DataFrame, list[str]]:
    """Return the lines of an imported ledger and notes on how its rows were read.

    Parameters
    ----------
    invoices : DataFrame
        As `simkit.portfolio.ledger_contract.INVOICES` defines.
    as_of : Timestamp
        The day the ledger was drawn up; what is open on it is right-censored there.

    Returns
    -------
    lines : DataFrame
        customer (code: rank of the customer's id), issue, due, first (first day at risk), paid (day, or `OPEN`),
        end (last day observed), paid_share (1 paid, 0 open, between: paid in part), weight (1).
    notes : list of str

    Notes
    -----
    Left truncation: no payment before the ledger's first one can have been seen, so a line enters on that day at the
    earliest. An extract by payment date is then fitted without bias; a complete ledger loses nothing but the days
    before its first payment. A payment on the issue day, which the engine never makes, puts the first day at risk on
    that day. Disputed lines are left out: a dispute stops the clock and a ledger does not say for how long.
    An invoice paid in part counts as two shares: one paid on the day of its last payment, one still open.
    """
    undisputed = invoices[~invoices["disputed"]]
    notes = []
    if left_out := len(invoices) - len(undisputed):
        notes.append(f"disputed invoices left out of the payment model: {left_out:,}")
    issue, due = _days(undisputed["issue_date"]), _days(undisputed["due_date"])
    dated = undisputed["paid_date"].notna().to_numpy()
    paid = np.where(dated, _days(undisputed["paid_date"]), OPEN)
    amounts = undisputed["amount_fen"].to_numpy(np.float64)
    share = np.where(dated, np.minimum(undisputed["paid_fen"].to_numpy(np.float64) / amounts, 1.0), 0.0)
    if partial := int(((share > 0) & (share < 1)).sum()):
        notes.append(f"invoices paid in part, counted as a paid and an open share: {partial:,}")
    if at_once := int((paid <= issue).sum()):
        notes.append(
            f"invoices paid on the issue day, which is taken as their first day at risk: {at_once:,}"
        )
    opening = int(paid.min(initial=OPEN))
    first = np.minimum(np.maximum(issue + 1, opening), paid)
    if truncated := int((issue + 1 < np.minimum(opening, paid)).sum()):
        notes.append(
            f"invoices issued before the ledger's first payment, at risk from that day: {truncated:,}"
        )
    codes, _ = pd.factorize(undisputed["customer_id"], sort=True)
    lines = {"customer": codes, "issue": issue, "due": due, "first": first, "paid": paid}
    end = int(_days(pd.Series([as_of]))[0])
    return pd.DataFrame({**lines, "end": end, "paid_share": share, "weight": 1.0}), notes


def is_late(lines: pd.DataFrame) -> Told:
    """Return whether each line was not settled in full by its due date."""
    return ((lines["paid"] > lines["due"]) | (lines["paid_share"] < 1)).to_numpy()


def known_history(lines: pd.DataFrame) -> tuple[Ints, Ints]:
    """Return, for each line, how many of its customer's lines were known when it was issued, and how many late.

    A line is known from the day after its due date on (as in `simkit.behaviour.payment.late_share`): what comes to
    light later cannot reach back.
    """
    customer, issue = lines["customer"].to_numpy(), lines["issue"].to_numpy()
    told = lines["due"].to_numpy() + 1
    order = np.lexsort((told, customer))
    late_before = np.concatenate([[0], np.cumsum(is_late(lines)[order])])
    low = min(told.min(initial=0), issue.min(initial=0))
    span = max(told.max(initial=0), issue.max(initial=0)) - low + 1
    keys = customer[order] * span + (told[order] - low)
    start = np.searchsorted(keys, customer * span, side="left")
    stop = np.searchsorted(keys, customer * span + (issue - low), side="right")
    return stop - start, late_before[stop] - late_before[start]


@dataclass(frozen=True)
class PersonPeriods:
    """Grouped rows: one for each customer, bucket and history, of the lines that share them.

    Attributes
    ----------
    customer, bucket : int array
        Codes of customers and of buckets.
    history : float array
        Shrunk late share to date (share).
    days : float array
        Days at risk, the day of payment included.
    paid : float array
        Payments; both are sums of line weights.
    """

    customer: Ints
    bucket: Ints
    history: Floats
    days: Floats
    paid: Floats


def person_periods(lines: pd.DataFrame, history: Floats, starts: Sequence[int]) -> PersonPeriods:
    """Return the days at risk and the payments of lines, by customer, bucket and history.

    Parameters
    ----------
    lines : DataFrame
        As `ledger_lines` returns.
    history : float array, shape (lines,)
        History driver of each line.
    starts : sequence of int
        First day from due of each bucket after the first.
    """
    line, bucket, days, paid = bucket_days(lines, starts)
    weight, customer = lines["weight"].to_numpy(), lines["customer"].to_numpy()
    values, code = np.unique(history, return_inverse=True)
    buckets = len(starts) + 1
    key = (customer[line] * len(values) + code[line]) * buckets + bucket
    keys, group = np.unique(key, return_inverse=True)
    return PersonPeriods(
        customer=keys // buckets // max(len(values), 1),
        bucket=keys % buckets,
        history=values[keys // buckets % max(len(values), 1)],
        days=totals(group, weight[line] * days, len(keys)),
        paid=totals(group, weight[line] * paid, len(keys)),
    )


def bucket_days(lines: pd.DataFrame, starts: Sequence[int]) -> tuple[Ints, Ints, Floats, Floats]:
    """Return the rows line x bucket: line (position), bucket, days at risk, payments.

    Shares of a line (paid in part) count as fractions of its days and of its payment.
    """
    due, share = lines["due"].to_numpy(), lines["paid_share"].to_numpy()
    first, end = lines["first"].to_numpy() - due, lines["end"].to_numpy() - due
    paid = lines["paid"].to_numpy() - due
    settled, waiting = np.flatnonzero(share > 0), np.flatnonzero((share < 1) & (end >= first))
    line = np.concatenate([settled, waiting])
    part = np.concatenate([share[settled], 1 - share[waiting]])
    last = np.concatenate([paid[settled], end[waiting]])
    edges = np.concatenate([[-OPEN], np.asarray(starts, dtype=np.int64), [OPEN]])
    low, high = bucket_of_days(first[line], starts), bucket_of_days(last, starts)
    count = high - low + 1
    row = np.repeat(np.arange(len(line)), count)
    bucket = low[row] + np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    since = np.maximum(first[line][row], edges[bucket])
    until = np.minimum(last[row] + 1, edges[bucket + 1])
    pays = (bucket == high[row]) & (row < len(settled))
    return line[row], bucket, part[row] * (until - since), part[row] * pays


def bucket_of_days(days: Ints, starts: Sequence[int]) -> Ints:
    """Return the bucket of each day from due: `simkit.behaviour.payment.bucket_of` for arrays."""
    return np.searchsorted(np.asarray(starts, dtype=np.int64), days, side="right")


def totals(group: Ints, values: Floats, groups: int) -> Floats:
    """Return the sum of the values of each group 0, 1, ..."""
    return np.bincount(group, values, groups).astype(np.float64)


def _days(dates: "pd.Series[pd.Timestamp]") -> Ints:
    return dates.to_numpy("datetime64[D]").astype(np.int64)
