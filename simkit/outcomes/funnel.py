"""The funnel: how leads become customers who pay, stage by stage, and where it is narrowest (Handbook A4)."""

from dataclasses import dataclass
from typing import Any, Literal, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simkit.outcomes.ratio import ratio
from simkit.outcomes.receivables import DateLike, Days, Flags, day, days_of, positions
from simkit.outcomes.run import Run, Window
from simkit.outcomes.sales import in_period, of_customers, sales
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

    @classmethod
    def of(cls, furthest: NDArray[np.int64], undecided: Flags) -> Self:
        """Count leads by the furthest stage each has reached and whether it may still go on."""
        ended = np.bincount(furthest, minlength=len(STAGES))
        reached = ended[::-1].cumsum()[::-1]
        still = np.bincount(furthest[undecided], minlength=len(STAGES))
        return cls(tuple(reached.tolist()), tuple(still.tolist()))

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


def counted(leads: pd.DataFrame) -> Funnel:
    """Return the funnel of some leads up to signing, from the table of leads alone."""
    return Funnel.of(codes_of(leads["stage"], STAGES), is_one_of(leads["outcome"], "open"))


def funnel_table(run: Run, by: By | None = None) -> pd.DataFrame:
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
    leads = _Leads.of(run)
    rows: list[dict[str, Any]] = []
    for group, members in _groups(run, leads.table, by):
        funnel, cooled = Funnel.of(leads.furthest[members], leads.undecided[members]), leads.cooled[members]
        for place, stage in enumerate(STAGES):
            row = {
                "group": group,
                "stage": stage,
                "reached": funnel.reached[place],
                "open": funnel.open[place],
            }
            after = place < PAID
            row["conversion"] = funnel.conversion[place] if after else None
            row["days"] = leads.days_in(place, members) if after else None
            row["cooled_share"] = None if place else ratio(np.count_nonzero(cooled), len(cooled))
            rows.append(row)
    return _typed(rows, ("group", "stage"), ("conversion", "days", "cooled_share"))


def bottleneck_table(run: Run, by: By | None = None) -> pd.DataFrame:
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
    leads, end = _Leads.of(run), Window.of(run.scenario.run).end
    rows: list[dict[str, Any]] = []
    for group, members in _groups(run, leads.table, by):
        funnel = Funnel.of(leads.furthest[members], leads.undecided[members])
        value = first_year_value_fen(run.orders, leads.table[members & (leads.furthest >= SIGNED)], end)
        gains = funnel.gains()
        most = max((gain for gain in gains if gain is not None), default=None)
        winner = None if most is None else gains.index(most)
        for place, (gain, rate) in enumerate(zip(gains, funnel.conversion, strict=False)):
            fen = None if gain is None or value is None else round(gain * value)
            row = {"group": group, "stage": STAGES[place], "conversion": rate, "gain_customers": gain}
            rows.append(row | {"gain_fen": fen, "bottleneck": place == winner})
    table = _typed(rows, ("group", "stage"), ("conversion", "gain_customers"))
    return table.astype({"gain_fen": "Int64"})


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
    theirs = sales(orders)
    theirs = theirs[of_customers(theirs, ids)]
    _, place = positions(ids, theirs["customer_id"].to_numpy(np.int64))
    fen, first = theirs["value_fen"].to_numpy(np.int64), theirs["new_customer"].to_numpy(bool)
    later = ~first & (days_of(theirs["decided_date"]) < won[place] + YEAR)
    seen_days = np.minimum((day(end) - won).astype(np.int64), YEAR).sum()
    first_value = ratio(fen[first].sum(), len(ids))
    if first_value is None:
        return None
    return first_value + YEAR * (ratio(fen[later].sum(), seen_days) or 0.0)


@dataclass(frozen=True)
class _Leads:
    """The leads of the policy year, and for each the furthest stage, whether it may go on, and its dates."""

    table: pd.DataFrame
    furthest: NDArray[np.int64]
    undecided: Flags
    cooled: Flags
    entered: tuple[Days, ...]

    @classmethod
    def of(cls, run: Run) -> "_Leads":
        leads = in_period(run.leads, "policy")
        paid, may_pay = _payments(run, leads["customer_id"].to_numpy(np.int64))
        furthest = codes_of(leads["stage"], STAGES)
        signed = furthest == SIGNED
        has_paid = signed & ~np.isnat(paid)
        undecided = np.where(signed, ~has_paid & may_pay, is_one_of(leads["outcome"], "open"))
        return cls(
            table=leads,
            furthest=np.where(has_paid, PAID, furthest),
            undecided=undecided,
            cooled=leads["cooled"].to_numpy(bool),
            entered=(*(days_of(leads[name]) for name in ENTERED), paid),
        )

    def days_in(self, place: int, members: Flags) -> float | None:
        """Return the mean days from entering a stage to entering the next, of the members who did."""
        went_on = members & (self.furthest > place)
        taken = self.entered[place + 1][went_on] - self.entered[place][went_on]
        return ratio(taken.astype(np.int64).sum(), len(taken))


def _payments(run: Run, customer_ids: NDArray[np.int64]) -> tuple[Days, Flags]:
    """Return the day of each customer's first payment (NaT without), and whether one may still come."""
    lines, receipts = run.receivables, run.receipts
    payer = lines["customer_id"].to_numpy(np.int64)
    found, line = positions(lines["line_id"].to_numpy(np.int64), receipts["line_id"].to_numpy(np.int64))
    payment = is_one_of(receipts["kind"], "payment")[found]
    known, place = positions(customer_ids, payer[line[payment]])
    first = np.full(len(customer_ids), np.iinfo(np.int64).max)
    np.minimum.at(first, place, days_of(receipts["date"])[found][payment][known].astype(np.int64))
    none = first == np.iinfo(np.int64).max
    days = np.where(none, np.datetime64("NaT", "D"), np.where(none, 0, first).astype("datetime64[D]"))
    owing = payer[is_one_of(lines["status"], "open")]
    return days, np.isin(customer_ids, owing) | ~np.isin(customer_ids, payer)


def _groups(run: Run, leads: pd.DataFrame, by: By | None) -> list[tuple[str, Flags]]:
    if by is None:
        return [("all", np.ones(len(leads), dtype=bool))]
    names = run.scenario.run.regions if by == "region" else CHANNELS
    column = leads[by].astype(str)
    return [(name, (column == name).to_numpy(bool)) for name in names]


def _typed(rows: list[dict[str, Any]], texts: tuple[str, ...], numbers: tuple[str, ...]) -> pd.DataFrame:
    types = dict.fromkeys(texts, "string[pyarrow]") | dict.fromkeys(numbers, "float64")
    return pd.DataFrame(rows).astype(types)
