"""Sales growth beside the change in collection rate, by region and month, and why collection moved (Handbook C3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simkit.outcomes.collection_rate import due_and_received
from simkit.outcomes.reading import GRADES, Reading
from simkit.outcomes.receivables import Counts, Days, Fen, Flags, Receipt, Receivables, days_of
from simkit.outcomes.run import Run, Window
from simkit.outcomes.spans import Spans
from simkit.outcomes.sums import Sums
from simkit.outcomes.tally import Summary, Tally
from simkit.outcomes.words import codes_of

SALES_UP = 0.20
COLLECTION_DOWN = -0.05
"""Growth and change of the collection rate from which a region-month is flagged (Handbook C3)."""

CAUSES = ("grade_mix", "behaviour", "effort")
TOLERANCE = 1e-9
"""What a threshold forgives: a rate that falls from 95 to 90 % has fallen by 5 points, in floating point too."""

Rates = NDArray[np.float64]


@dataclass(frozen=True)
class Collection(Sums):
    """What was due, received, and received unasked, in fen; arrays whose last axis is the grade.

    Unasked is the money paid before any step of the ladder was taken on the line: up to the day of the first step,
    since a step takes effect the day after. Recoveries are never unasked. Alerts and extensions are no steps.
    """

    due: Fen
    received: Fen
    unasked: Fen

    @property
    def rate(self) -> Rates:
        """The collection rate, all grades together; NaN where nothing was due."""
        return _over(self.received.sum(axis=-1), self.due.sum(axis=-1))

    @property
    def mix(self) -> Rates:
        """Each grade's share of what was due; NaN where nothing was."""
        return _over(self.due, self.due.sum(axis=-1, keepdims=True))

    @property
    def unasked_share(self) -> Rates:
        """The share of what was due that was paid unasked (p), by grade."""
        return _over(self.unasked, self.due)

    @property
    def collected_share(self) -> Rates:
        """The share of what was left that was received in the end (c), by grade."""
        return _over(self.received - self.unasked, self.due - self.unasked)

    def at(self, place: Counts) -> Self:
        """Return the given spans (the axis before the grade); -1 gives a span in which nothing was due."""
        spans = (np.where(place[:, None] >= 0, fen[:, place], 0) for fen in vars(self).values())
        return type(self)(*spans)


@dataclass(frozen=True)
class Change:
    """A change of the collection rate and the three parts that sum to it; NaN where either rate is undefined."""

    total: Rates
    grade_mix: Rates
    behaviour: Rates
    effort: Rates


def split_change(before: Collection, after: Collection) -> Change:
    """Split the change of a collection rate into the mix of grades, behaviour within grades, and collection.

    The rate is the sum over grades of mix x r, and within a grade r = p + (1 - p) c: p is paid unasked, c is the
    part collected of the rest. Each part takes the change of its factor at the mean of the other factor before and
    after, so that nothing is left over:

    - grade mix: the change of each share x the mean r (looser admission sells to grades that pay worse);
    - behaviour: the change of p x what is not collected of the rest on average (1 - mean c);
    - effort: the change of c x what is not paid unasked on average (1 - mean p).

    A grade with nothing due in one of the two has the p and c of the other in both, so that it moves the mix alone;
    where everything was paid unasked, c is that of the other too.
    """
    p0, p1 = _filled(before.unasked_share, after.unasked_share)
    c0, c1 = _filled(before.collected_share, after.collected_share)
    s0, s1 = before.mix, after.mix
    r0, r1 = p0 + (1 - p0) * c0, p1 + (1 - p1) * c1
    weight = (s0 + s1) / 2
    return Change(
        total=after.rate - before.rate,
        grade_mix=((s1 - s0) * (r0 + r1) / 2).sum(axis=-1),
        behaviour=(weight * (p1 - p0) * (1 - (c0 + c1) / 2)).sum(axis=-1),
        effort=(weight * (c1 - c0) * (1 - (p0 + p1) / 2)).sum(axis=-1),
    )


@dataclass(frozen=True)
class Comparison:
    """The spans of a run's policy year beside those of its warm-up year; arrays of regions x spans (x grades)."""

    sales_fen: Fen
    sales_growth: Rates
    before: Collection
    after: Collection

    @classmethod
    def of(cls, counted: "SpanSums", before: Spans, after: Spans, earlier: Counts) -> Self:
        """Compare each span after the switch with the one before it at the given position (-1: with none)."""
        was, now = counted.sales_fen[:, : len(before)], counted.sales_fen[:, len(before) :]
        known = (earlier >= 0) & (was[:, earlier] > 0)
        scaled = was[:, earlier] * (after.days / before.days[earlier])
        growth = np.divide(now, scaled, out=np.full(now.shape, np.nan), where=known) - 1
        spans = np.arange(len(before), counted.sales_fen.shape[1])
        return cls(now, growth, counted.collection.at(earlier), counted.collection.at(spans))

    def flagged(self, sales_up: float = SALES_UP, collection_down: float = COLLECTION_DOWN) -> Flags:
        """Return where sales rose and collection fell by the thresholds or more; never where either is unknown."""
        change = self.after.rate - self.before.rate
        return (self.sales_growth >= sales_up - TOLERANCE) & (change <= collection_down + TOLERANCE)


@dataclass(frozen=True)
class SpanSums(Sums):
    """Sales and collection of spans of days; arrays of regions x spans (x grades)."""

    sales_fen: Fen
    collection: Collection

    @classmethod
    def of(cls, reading: Reading, before: Spans, after: Spans) -> Self:
        """Sum the spans before the switch and, in the places behind them, those after it."""
        spans, regions = before.followed_by(after), reading.regions
        return cls(_sales_fen(reading.sales, regions, spans), _collection(reading, spans))


@dataclass(frozen=True)
class _SpanTally(Tally):
    """Spans of the warm-up and of the policy year, by region and grade."""

    sums: SpanSums

    @classmethod
    def count(cls, reading: Reading) -> Self:
        """Sum the spans of some regions."""
        return cls(SpanSums.of(reading, *cls.spans(reading.window)))

    @staticmethod
    def spans(window: Window) -> tuple[Spans, Spans]:
        """Return the spans before the switch and those after it."""
        raise NotImplementedError


class Months(_SpanTally):
    """The calendar months."""

    @staticmethod
    def spans(window: Window) -> tuple[Spans, Spans]:
        """Return the months before the switch and those after it."""
        return Spans.months(window.opening, window.eve), Spans.months(window.first, window.last)

    def compared(self, window: Window) -> Comparison:
        """Compare each region's months with those of a year earlier."""
        before, after = self.spans(window)
        return Comparison.of(self.sums, before, after, after.a_year_earlier(before))


class Years(_SpanTally):
    """The warm-up and the policy year as a whole."""

    @staticmethod
    def spans(window: Window) -> tuple[Spans, Spans]:
        """Return the warm-up year and the policy year, a span each."""
        return Spans.whole(window.opening, window.eve), Spans.whole(window.first, window.last)

    def compared(self, window: Window) -> Comparison:
        """Compare each region's policy year with its warm-up year."""
        return Comparison.of(self.sums, *self.spans(window), np.zeros(1, dtype=np.int64))


def by_month(
    run: Run | Summary, sales_up: float = SALES_UP, collection_down: float = COLLECTION_DOWN
) -> pd.DataFrame:
    """Return one row a region and month of the policy year, compared with the same month of the warm-up year.

    Months are cut to their period and sales compared per day. A month whose name the warm-up year does not hold has
    nothing to be compared with.

    Parameters
    ----------
    run : Run
        One replication.
    sales_up : float
        Sales growth at and above which a month may be flagged.
    collection_down : float
        Change of the collection rate (negative) at and below which it is.

    Returns
    -------
    DataFrame
        region, month (its first day), sales_fen, sales_growth, due_fen, collection_rate, collection_rate_before,
        collection_rate_change, its parts grade_mix, behaviour and effort (they sum to it), cause (the part that fell
        most where the rate fell, else NA), flagged (sales up, collection down). What is undefined is NaN.
    """
    window = Window.of(run.scenario.run)
    table = _table(run, Months.of(run).compared(window), sales_up, collection_down)
    _, after = Months.spans(window)
    months = after.first.astype("datetime64[M]").astype("datetime64[ns]")
    table.insert(1, "month", np.tile(months, len(run.scenario.run.regions)))
    return table


def by_region(
    run: Run | Summary, sales_up: float = SALES_UP, collection_down: float = COLLECTION_DOWN
) -> pd.DataFrame:
    """Return one row a region, the policy year as a whole compared with the warm-up year.

    Parameters and columns are those of :func:`by_month`, without the month.
    """
    compared = Years.of(run).compared(Window.of(run.scenario.run))
    return _table(run, compared, sales_up, collection_down)


def _sales_fen(sold: pd.DataFrame, regions: Sequence[str], spans: Spans) -> Fen:
    region, span = codes_of(sold["region"], regions), spans.place(days_of(sold["decided_date"]))
    inside = (region >= 0) & (span >= 0)
    total = np.zeros((len(regions), len(spans)), dtype=np.int64)
    np.add.at(total, (region[inside], span[inside]), sold["value_fen"].to_numpy(np.int64)[inside])
    return total


def _collection(reading: Reading, spans: Spans) -> Collection:
    """Sum what fell due in each span; a grade of -1 is the last place and so a group of its own."""
    book, region, grade = reading.book, reading.line_region, reading.line_grade
    span = spans.place(book.due)
    first, last = spans.first[span], spans.last[span]
    due, received = due_and_received(book, first, last)
    unasked = _unasked(book, reading.first_steps, first, last)
    inside = np.flatnonzero((region >= 0) & (span >= 0) & (due > 0))
    shape = (len(reading.regions), len(spans), len(GRADES) + 1)
    group = ((region * shape[1] + span) * shape[2] + grade % shape[2])[inside]
    amounts = []
    for fen in (due, received, unasked):
        total = np.zeros(shape, dtype=np.int64)
        np.add.at(total.reshape(-1), group, fen[inside])
        amounts.append(total)
    return Collection(*amounts)


def _unasked(book: Receivables, steps: Days, first: Days, last: Days) -> Fen:
    until = np.maximum(np.minimum(last, steps), first - 1)
    before = book.received(first - 1, Receipt.PAYMENT, follow=True)
    return book.received(until, Receipt.PAYMENT, follow=True) - before


def _table(run: Run | Summary, compared: Comparison, sales_up: float, collection_down: float) -> pd.DataFrame:
    change = split_change(compared.before, compared.after)
    regions = run.scenario.run.regions
    columns = {
        "sales_fen": compared.sales_fen,
        "sales_growth": compared.sales_growth,
        "due_fen": compared.after.due.sum(axis=-1),
        "collection_rate": compared.after.rate,
        "collection_rate_before": compared.before.rate,
        "collection_rate_change": change.total,
        **{name: getattr(change, name) for name in CAUSES},
    }
    table = pd.DataFrame({name: values.ravel() for name, values in columns.items()})
    names = np.repeat(np.array(regions, dtype=object), compared.sales_fen.shape[1])
    table.insert(0, "region", pd.Series(names, dtype="string[pyarrow]"))
    parts = np.nan_to_num(table[[*CAUSES]].to_numpy())
    cause = pd.Series(np.array(CAUSES, dtype=object)[parts.argmin(axis=1)], dtype="string[pyarrow]")
    table["cause"] = cause.where(table["collection_rate_change"] < 0)
    table["flagged"] = compared.flagged(sales_up, collection_down).ravel()
    return table


def _over(part: Counts, whole: Counts) -> Rates:
    part, whole = np.broadcast_arrays(part, whole)
    share = np.full(part.shape, np.nan)
    np.divide(part, whole, out=share, where=whole > 0)
    return share


def _filled(before: Rates, after: Rates) -> tuple[Rates, Rates]:
    """Return two rates, each filled with the other where it is undefined, and zero where both are."""
    known = np.nan_to_num(np.where(np.isnan(before), after, before))
    return known, np.nan_to_num(np.where(np.isnan(after), before, after))
