"""The funnel: how leads become customers who pay, stage by stage, and where it is narrowest (Handbook A4)."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal, Self

import numpy as np
import pandas as pd

from simkit.outcomes.ratio import ratio
from simkit.outcomes.reading import Reading
from simkit.outcomes.receivables import Counts, DateLike, Days, Fen, Flags, Receipt, day, days_of, positions
from simkit.outcomes.run import Run
from simkit.outcomes.sales import sales
from simkit.outcomes.sums import Sums
from simkit.outcomes.tally import Summary, Tally
from simkit.outcomes.words import codes_of, is_one_of

STAGES = ("lead", "qualified", "proposal", "negotiation", "signed", "paid")
SIGNED, PAID = STAGES.index("signed"), STAGES.index("paid")
ENTERED = ("arrival_date", "qualified_date", "proposal_date", "application_date", "decided_date")
CHANNELS = ("online_ads", "trade_fairs", "partners")
POINT = 0.01
YEAR = 365

By = Literal["region", "channel"]


@dataclass(frozen=True)
class Funnel:
    """Leads that reached each of ``STAGES``, and those that are still undecided in it at the end of the run.

    A lead that is still open counts for the stages it has passed and not for the one it is in: neither as a success
    nor as a failure, since it will be one or the other.
    """

    reached: tuple[int, ...]
    open: tuple[int, ...]

    @property
    def conversion(self) -> list[float | None]:
        """Share of the leads of each stage but the last that reached the next; None when none is decided in it."""
        known = [reached - still for reached, still in zip(self.reached, self.open, strict=True)]
        return [ratio(after, before) for before, after in zip(known[:-1], self.reached[1:], strict=True)]

    @property
    def lead_conversion(self) -> float | None:
        """Share of the leads that sign: the product of the conversions up to signing; None without any."""
        return _product(self.conversion[:SIGNED])

    def gains(self) -> list[float | None]:
        """Return the customers that one more point of each conversion up to signing would add.

        Leads x the other conversions x one point, or what a conversion lacks of 1 if that is less.
        """
        rates = self.conversion[:SIGNED]
        return [
            None
            if rate is None or (others := _product([*rates[:place], *rates[place + 1 :]])) is None
            else self.reached[0] * others * min(POINT, 1.0 - rate)
            for place, rate in enumerate(rates)
        ]


def _product(rates: list[float | None]) -> float | None:
    """Return the product of rates; an unknown one does not matter behind a zero."""
    product = 1.0
    for rate in rates:
        if rate is None:
            return None
        product *= rate
        if not product:
            break
    return product


def funnel_table(run: Run | Summary, by: By | None = None) -> pd.DataFrame:
    """Return one row a stage (and region or channel) of the leads that came in the policy year.

    All of them are followed to the end of the run. A signed customer is paid with the first payment on one of its
    lines; it is still open while it has not paid and may yet: nothing has been invoiced, or a line is open.

    Parameters
    ----------
    run : Run
        One replication.
    by : {"region", "channel"}, optional
        What to group by; all leads together when not given (``group`` is then "all").

    Returns
    -------
    DataFrame
        group, stage, reached, open (still undecided in the stage), conversion (to the next stage), days (mean from
        entering the stage to entering the next, of those that did), cooled_share (of the leads, in the first row of
        a group). What is undefined is NaN.
    """
    rows: list[dict[str, Any]] = []
    for group, leads in Leads.of(run).groups(run, by):
        funnel = leads.funnel
        for place, stage in enumerate(STAGES):
            row = {
                "group": group,
                "stage": stage,
                "reached": funnel.reached[place],
                "open": funnel.open[place],
            }
            after = place < PAID
            row["conversion"] = funnel.conversion[place] if after else None
            row["days"] = ratio(leads.days[place], leads.went_on[place]) if after else None
            row["cooled_share"] = None if place else ratio(leads.cooled.sum(), leads.ended.sum())
            rows.append(row)
    return _typed(rows, ("group", "stage"), ("conversion", "days", "cooled_share"))


def bottleneck_table(run: Run | Summary, by: By | None = None) -> pd.DataFrame:
    """Return what one more point of conversion would add, one row a stage up to signing (and region or channel).

    Parameters
    ----------
    run, by
        As in :func:`funnel_table`.

    Returns
    -------
    DataFrame
        group, stage (the one left), conversion, gain_customers, gain_fen (those customers x the mean sales to a new
        customer in its first year), bottleneck (true for the stage of the group that would add most). What is
        undefined is NaN, or NA in gain_fen.
    """
    rows: list[dict[str, Any]] = []
    for group, leads in Leads.of(run).groups(run, by):
        funnel, value = leads.funnel, leads.first_year.value
        gains = funnel.gains()
        most = max((gain for gain in gains if gain is not None), default=None)
        winner = None if most is None else gains.index(most)
        for place, (gain, rate) in enumerate(zip(gains, funnel.conversion, strict=False)):
            fen = None if gain is None or value is None else round(gain * value)
            row = {"group": group, "stage": STAGES[place], "conversion": rate, "gain_customers": gain}
            rows.append(row | {"gain_fen": fen, "bottleneck": place == winner})
    table = _typed(rows, ("group", "stage"), ("conversion", "gain_customers"))
    return table.astype({"gain_fen": "Int64"})


@dataclass(frozen=True)
class FirstYear(Sums):
    """What new customers bought in the 365 days from their first contract, see :func:`first_year_value_fen`.

    Each is a number, or an array of the same axes as the others: a customer, or a group of customers.
    """

    customers: Counts
    first_fen: Fen
    later_fen: Fen
    seen_days: Counts

    @classmethod
    def of(cls, sold: pd.DataFrame, ids: Counts, won: Days, end: DateLike) -> Self:
        """Return that of each of some customers, who signed first on the given days, among some sales."""
        known, place = positions(ids, sold["customer_id"].to_numpy(np.int64))
        fen, first = (sold[name].to_numpy()[known] for name in ("value_fen", "new_customer"))
        later = ~first & (days_of(sold["decided_date"])[known] < won[place] + YEAR)
        return cls(
            customers=np.ones(len(ids), dtype=np.int64),
            first_fen=_at(place, np.where(first, fen, 0), len(ids)),
            later_fen=_at(place, np.where(later, fen, 0), len(ids)),
            seen_days=np.minimum((day(end) - won).astype(np.int64), YEAR),
        )

    def each(self, change: Callable[[Counts], Counts]) -> Self:
        """Return all four numbers changed alike, for instance summed over an axis."""
        return type(self)(*(change(values) for values in vars(self).values()))

    @property
    def value(self) -> float | None:
        """The first contract's value and a year's sales after it; None without customers."""
        first = ratio(self.first_fen.sum(), self.customers.sum())
        if first is None:
            return None
        return first + YEAR * (ratio(self.later_fen.sum(), self.seen_days.sum()) or 0.0)


def first_year_value_fen(orders: pd.DataFrame, signed: pd.DataFrame, end: DateLike) -> float | None:
    """Return the mean sales to a new customer in the 365 days from its first contract, in fen; None without any.

    The first contract's value, and for the rest of the year sales a day of all the days of it that the run has seen:
    so a customer won late, whose year outlasts the run, does not count as one who bought little.

    Parameters
    ----------
    orders : DataFrame
        All orders; columns customer_id, decided_date, status, new_customer, value_fen.
    signed : DataFrame
        The leads that signed; columns customer_id, decided_date.
    end : date
        Last day of the run.
    """
    ids, won = signed["customer_id"].to_numpy(np.int64), days_of(signed["decided_date"])
    return FirstYear.of(sales(orders), ids, won, end).value


@dataclass(frozen=True)
class Leads(Tally):
    """The leads of the policy year, in arrays whose axes are region, channel and for some the stage.

    The last place of region and channel is one of another name. ``ended`` counts the leads by the furthest stage,
    ``undecided`` those that may go on from it, ``days`` sums the days in each stage of those that ``went_on`` from it.
    """

    ended: Counts
    undecided: Counts
    cooled: Counts
    days: Counts
    went_on: Counts
    first_year: FirstYear

    @classmethod
    def count(cls, reading: Reading) -> Self:
        """Count the leads of some regions."""
        table = reading.leads
        furthest, open_, entered = _fates(reading, table)
        shape = (len(reading.regions) + 1, len(CHANNELS) + 1)
        region, channel = codes_of(table["region"], reading.regions), codes_of(table["channel"], CHANNELS)
        group = region % shape[0] * shape[1] + channel % shape[1]

        def by(members: Flags, values: Counts) -> Counts:
            return _at(group[members], values[members], shape[0] * shape[1]).reshape(shape)

        one, won = np.ones(len(table), dtype=np.int64), furthest >= SIGNED
        taken = [(after - before).astype(np.int64) for before, after in pairwise(entered)]
        ids, decided = table["customer_id"].to_numpy(np.int64)[won], days_of(table["decided_date"])[won]
        bought = FirstYear.of(reading.sales, ids, decided, reading.window.end)
        stages = range(len(STAGES))
        return cls(
            ended=np.stack([by(furthest == place, one) for place in stages], axis=-1),
            undecided=np.stack([by((furthest == place) & open_, one) for place in stages], axis=-1),
            cooled=by(table["cooled"].to_numpy(bool), one),
            days=np.stack([by(furthest > place, taken[place]) for place in stages[:-1]], axis=-1),
            went_on=np.stack([by(furthest > place, one) for place in stages[:-1]], axis=-1),
            first_year=bought.each(
                lambda of_each: _at(group[won], of_each, shape[0] * shape[1]).reshape(shape)
            ),
        )

    def groups(self, run: Run | Summary, by: By | None = None) -> list[tuple[str, Self]]:
        """Return the tally of each region or channel by its name; that of all together when not given."""
        if by is None:
            return [("all", self.all)]
        if by == "region":
            names = run.scenario.run.regions
            return [
                (name, self._at(slice(place, place + 1), slice(None))) for place, name in enumerate(names)
            ]
        return [(name, self._at(slice(None), slice(place, place + 1))) for place, name in enumerate(CHANNELS)]

    @property
    def all(self) -> Self:
        """The tally of all regions and channels together: its arrays have no axes for them."""
        return self._at(slice(None), slice(None))

    def _at(self, regions: slice, channels: slice) -> Self:

        def summed(values: Counts) -> Counts:
            total: Counts = values[regions, channels].sum(axis=(0, 1))
            return total

        numbers = {name: summed(values) for name, values in vars(self).items() if name != "first_year"}
        return type(self)(**numbers, first_year=self.first_year.each(summed))

    @property
    def funnel(self) -> Funnel:
        """The funnel of a tally that has no axes of region and channel left."""
        reached = self.ended[::-1].cumsum()[::-1]
        return Funnel(tuple(reached.tolist()), tuple(self.undecided.tolist()))


def _fates(reading: Reading, leads: pd.DataFrame) -> tuple[Counts, Flags, list[Days]]:
    """Return of each lead the furthest stage, whether it may still go on, and the days on which it entered each."""
    paid, may_pay = _payments(reading, leads["customer_id"].to_numpy(np.int64))
    furthest = codes_of(leads["stage"], STAGES)
    signed = furthest == SIGNED
    has_paid = signed & ~np.isnat(paid)
    undecided = np.where(signed, ~has_paid & may_pay, is_one_of(leads["outcome"], "open"))
    return np.where(has_paid, PAID, furthest), undecided, [*(days_of(leads[name]) for name in ENTERED), paid]


def _payments(reading: Reading, customer_ids: Counts) -> tuple[Days, Flags]:
    """Return the day of each customer's first payment (NaT without), and whether one may still come."""
    lines, book = reading.lines, reading.book
    theirs, place = positions(customer_ids, lines["customer_id"].to_numpy(np.int64))
    customer = np.full(len(lines), -1)
    customer[theirs] = place
    payer = customer[book.receipt_line]
    counted = (book.receipt_kind == Receipt.PAYMENT) & (payer >= 0)
    never = np.iinfo(np.int64).max
    first = np.full(len(customer_ids), never)
    np.minimum.at(first, payer[counted], book.receipt_date[counted].astype(np.int64))
    days = np.where(first == never, np.datetime64("NaT", "D"), first.astype("datetime64[D]"))
    invoiced, owing = np.zeros((2, len(customer_ids)), dtype=bool)
    invoiced[place] = True
    owing[place[is_one_of(lines["status"], "open")[theirs]]] = True
    return days, owing | ~invoiced


def _at(place: Counts, values: Counts, length: int) -> Counts:
    total = np.zeros(length, dtype=np.int64)
    np.add.at(total, place, values)
    return total


def _typed(rows: list[dict[str, Any]], texts: tuple[str, ...], numbers: tuple[str, ...]) -> pd.DataFrame:
    types = dict.fromkeys(texts, "string[pyarrow]") | dict.fromkeys(numbers, "float64")
    return pd.DataFrame(rows).astype(types)
