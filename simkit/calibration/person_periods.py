"""Receivable lines as a payment model sees them: grouped rows of line x bucket with days at risk.

Days are whole days since 1970-01-01; days from due are negative before it. The rules are the engine's
(`simkit.behaviour.payment`): the same buckets, a line at risk from the day after its issue, and a history known only
as far as it was known when the line was issued.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Told = npt.NDArray[np.bool_]

OPEN = 2**40
"""Payment day of a line that has not been paid."""

KINDS = 14
"""Kinds of day: weekday x (one of the last days of its month, or not)."""

MONTH_END_DAYS = 3

WRITE_OFF_DAYS = 365
"""Days overdue after which a line is given up, unless the company's policy says otherwise."""


def ledger_lines(
    invoices: pd.DataFrame, as_of: pd.Timestamp, write_off_days: int = WRITE_OFF_DAYS
) -> tuple[pd.DataFrame, list[str]]:
    """Return the lines of an imported ledger and notes on how its rows were read.

    Parameters
    ----------
    invoices : DataFrame
        As `simkit.portfolio.ledger_contract.INVOICES` defines.
    as_of : Timestamp
        The day the ledger was drawn up; what is open on it is right-censored there.
    write_off_days : int
        Days overdue after which the company gives a line up.

    Returns
    -------
    lines : DataFrame
        customer (code: rank of the customer's id), issue, due, first (first day at risk), paid (day, or `OPEN`),
        end (last day observed), paid_share (1 paid, 0 open, between: paid in part), written_off (whether it was given
        up on the day `end`), amount_fen, weight (1).
    notes : list of str

    Notes
    -----
    Left truncation: no payment before the ledger's first one can have been seen, so a line enters on that day at the
    earliest. An extract by payment date is then fitted without bias; a complete ledger loses nothing but the days
    before its first payment. A payment on the issue day, which the engine never makes, puts the first day at risk on
    that day. Disputed lines are left out: a dispute stops the clock and a ledger does not say for how long.
    An invoice paid in part counts as two shares: one paid on the day of its last payment, one still open.
    What is still open when the company gives a line up is censored there, as in the engine (`given_up`).
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
    frame = pd.DataFrame({**lines, "end": end, "paid_share": share, "amount_fen": amounts, "weight": 1.0})
    kept = given_up(frame, write_off_days)
    if count := int(kept["written_off"].sum()):
        notes.append(
            f"invoices not paid in full within {write_off_days} days of their due date, taken as written off: {count:,}"
        )
    return kept, notes


def given_up(lines: pd.DataFrame, write_off_days: int) -> pd.DataFrame:
    """Return lines as a company shows them that gives a line up so many days after its due date.

    What is still open then is censored there; money that comes later is a recovery and no payment.
    """
    last = lines["due"] + write_off_days
    recovered = (lines["paid_share"] > 0) & (lines["paid"] > last)
    return lines.assign(
        paid=lines["paid"].mask(recovered, OPEN),
        paid_share=lines["paid_share"].mask(recovered, 0.0),
        written_off=(last <= lines["end"]) & (recovered | (lines["paid_share"] < 1)),
        end=np.minimum(last, lines["end"]),
    )


def is_late(lines: pd.DataFrame) -> Told:
    """Return whether each line was not settled in full by its due date."""
    return ((lines["paid"] > lines["due"]) | (lines["paid_share"] < 1)).to_numpy()


def known_history(lines: pd.DataFrame, as_of: Ints) -> tuple[Ints, Ints]:
    """Return, for each line, how many of its customer's lines were known on the day `as_of`, and how many late.

    A line is known from the day after its due date on (as in `simkit.behaviour.payment.late_share`): what comes to
    light later cannot reach back.
    """
    customer = lines["customer"].to_numpy()
    told = lines["due"].to_numpy() + 1
    order = np.lexsort((told, customer))
    late_before = np.concatenate([[0], np.cumsum(is_late(lines)[order])])
    low = min(told.min(initial=0), as_of.min(initial=0))
    span = max(told.max(initial=0), as_of.max(initial=0)) - low + 1
    keys = customer[order] * span + (told[order] - low)
    start = np.searchsorted(keys, customer * span, side="left")
    stop = np.searchsorted(keys, customer * span + (as_of - low), side="right")
    return stop - start, late_before[stop] - late_before[start]


@dataclass(frozen=True)
class PersonPeriods:
    """Grouped rows: days of one line, bucket and kind of day on which it was at risk, ordered by customer and line.

    Attributes
    ----------
    customer, line, bucket, kind : int array, shape (rows,)
        Codes of customers, positions of lines, codes of buckets and of kinds of day (`kind_of_day`).
    days : float array, shape (rows,)
        Days at risk, the day of payment included.
    paid : float array, shape (rows,)
        Payments; both are in line weights.
    drivers : float array, shape (lines, drivers)
        What is fixed of a line when it is issued.
    """

    customer: Ints
    line: Ints
    bucket: Ints
    kind: Ints
    days: Floats
    paid: Floats
    drivers: Floats

    def parted(self, bucket: int) -> tuple[Self, Self]:
        """Return the rows of the buckets up to one, and the others; lines keep their positions."""
        return self._of(self.bucket <= bucket), self._of(self.bucket > bucket)

    def _of(self, kept: Told) -> Self:
        names = ("customer", "line", "bucket", "kind", "days", "paid")
        return replace(self, **{name: getattr(self, name)[kept] for name in names})


def person_periods(lines: pd.DataFrame, drivers: Floats, starts: Sequence[int]) -> PersonPeriods:
    """Return the days at risk and the payments of lines, by line, bucket and kind of day.

    Parameters
    ----------
    lines : DataFrame
        As `ledger_lines` returns.
    drivers : float array, shape (lines, drivers)
        Drivers of each line.
    starts : sequence of int
        First day from due of each bucket after the first.
    """
    spells = bucket_spells(lines, starts)
    due = lines["due"].to_numpy()[spells.line]
    since, until = spells.since + due, spells.until + due
    low = int(since.min(initial=0))
    # Days of each kind before each day: differences count those of a spell.
    kinds = kind_of_day(np.arange(low, int(until.max(initial=low))))
    before = np.concatenate(
        [np.zeros((1, KINDS), np.int64), np.cumsum(kinds[:, None] == np.arange(KINDS), axis=0)]
    )
    days = spells.part[:, None] * (before[until - low] - before[since - low])
    paid = np.zeros_like(days)
    pays = np.flatnonzero(spells.pays)
    paid[pays, kind_of_day(until[pays] - 1)] = spells.part[pays]
    spell, kind = np.nonzero(days)
    line = spells.line[spell]
    customer = lines["customer"].to_numpy(np.int64)[line]
    weight = lines["weight"].to_numpy(np.float64)[line]
    # Sums come out the same to the last bit, however the lines are ordered.
    content = ("paid_share", "amount_fen", "paid", "first", "due", "issue")
    rank = np.argsort(np.lexsort([lines[name].to_numpy() for name in content]))
    order = np.lexsort((kind, spells.bucket[spell], rank[line], customer))
    return PersonPeriods(
        customer=customer[order],
        line=line[order],
        bucket=spells.bucket[spell][order],
        kind=kind[order].astype(np.int64),
        days=(weight * days[spell, kind])[order],
        paid=(weight * paid[spell, kind])[order],
        drivers=np.ascontiguousarray(drivers, dtype=np.float64),
    )


@dataclass(frozen=True)
class Spells:
    """Lines cut at the buckets' edges: line (position), bucket, days from due [since, until), part of it, and pays.

    A line paid in part is two: the settled part, whose last spell ends with its payment, and the part that waits.
    """

    line: Ints
    bucket: Ints
    since: Ints
    until: Ints
    part: Floats
    pays: Told


def bucket_spells(lines: pd.DataFrame, starts: Sequence[int]) -> Spells:
    """Return the spells of lines in buckets of days from due."""
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
    return Spells(
        line=line[row],
        bucket=bucket,
        since=np.maximum(first[line][row], edges[bucket]),
        until=np.minimum(last[row] + 1, edges[bucket + 1]),
        part=part[row],
        pays=(bucket == high[row]) & (row < len(settled)),
    )


def kind_of_day(day: Ints) -> Ints:
    """Return the kind of each day: its weekday, Monday 0, and 7 more if it is one of the last 3 days of its month.

    Examples
    --------
    >>> kind_of_day(np.array(["2024-02-26", "2024-02-27"], dtype="datetime64[D]").astype(np.int64))
    array([0, 8])
    """
    month, later = (
        days.astype("datetime64[D]").astype("datetime64[M]") for days in (day, day + MONTH_END_DAYS)
    )
    kind: Ints = (day + 3) % 7 + 7 * (month != later)
    return kind


def bucket_of_days(days: Ints, starts: Sequence[int]) -> Ints:
    """Return the bucket of each day from due: `simkit.behaviour.payment.bucket_of` for arrays."""
    return np.searchsorted(np.asarray(starts, dtype=np.int64), days, side="right")


def totals(group: Ints, values: Floats, groups: int) -> Floats:
    """Return the sum of the values of each group 0, 1, ..."""
    return np.bincount(group, values, groups).astype(np.float64)


def _days(dates: "pd.Series[pd.Timestamp]") -> Ints:
    return dates.to_numpy("datetime64[D]").astype(np.int64)
