"""How customers buy, as far as a ledger tells: how often, how evenly, how much, on what terms, and how many stop."""

import math
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd

from simkit.calibration.currency import main_currency
from simkit.calibration.order_law import PRIOR_SD, YEAR, Floats, Ints, OrderHistories, OrderLaw
from simkit.calibration.order_rates import OrderFit, fit_orders
from simkit.calibration.person_periods import totals
from simkit.scenario.world import World
from simkit.scenario.world.customers import Customers

WINDOW_DAYS = 2 * YEAR
"""How far back orders count: long enough to see who stops, short enough to be about today (assumption)."""

LEAST_SEEN = 0.5
"""Customers on the books are at most twice those who ordered in the window: who never orders is nobody's customer
(assumption; without it, customers seen once each would suit ever more customers who order ever less)."""

_SHORTEST_WINDOW = 30
_MOST_TERMS = 8
_LEAST_A_MONTH = 10
_WIDEST = 3.0
_LARGEST_FEN = 10**13
_WHOLE = 10_000
_SILENT = 0.9


class Purchases:
    """What a ledger tells of purchases, when each of its customers counts once and when some count more often.

    Orders are those of the ledger's last two years; invoices of one day may be one order cut up. The rates are those
    of all customers, those not seen in the window among them (`simkit.calibration.order_rates`). Terms are weighted by
    invoices, so that simulated lines have the ledger's terms.

    Parameters
    ----------
    invoices : DataFrame
        As `simkit.portfolio.ledger_contract.INVOICES` defines.
    base : World
        The base world, whose values stand where the ledger is silent, and towards which a small one is shrunk.
    """

    def __init__(self, invoices: pd.DataFrame, base: World) -> None:
        self._invoices, self._base = invoices, base
        self._code, ids = pd.factorize(invoices["customer_id"], sort=True)
        self._once: Ints = np.ones(len(ids), dtype=np.int64)
        last = invoices["issue_date"].max()
        self._days = min(WINDOW_DAYS, max(_SHORTEST_WINDOW, (last - invoices["issue_date"].min()).days + 1))
        day = self._days - 1 - (last - invoices["issue_date"]).dt.days
        seen = invoices.assign(day=day, code=self._code)[day >= 0]
        histories = OrderHistories.of(seen["customer_id"], seen["day"].to_numpy(), self._days)
        self._order_days = int(histories.single.sum() + histories.several.sum())
        self._seen = np.unique(seen["code"])
        self._fit = fit_orders(histories, _expected(base.customers))
        self._currency = main_currency(invoices)
        a_day = pd.Series(self._fit.orders_a_day, self._seen)
        self._values = _OrderValues.of(seen[seen["currency"] == self._currency], a_day)

    def values(self) -> dict[str, Any]:
        """Return values for ``world.customers``."""
        return self._told(self._fit.law, self._fit.seen_share, self._once)

    def season(self) -> list[float] | None:
        """Return the relative demand of the months (see `fit_season`)."""
        return fit_season(self._invoices)

    def drawn(self, counts: Ints, luck: Floats) -> dict[str, Any]:
        """Return the ``customers`` and ``market`` parts of a world when customers count so often.

        The order process takes one Newton step from its fit, which is not repeated; all else is computed anew.

        Parameters
        ----------
        counts : int array, shape (customers,)
            How often each customer counts, in the order of their ids.
        luck : float array, shape (parameters of `OrderLaw`,)
            Standard normal: where the centre of the prior lies, so that what the ledger leaves open varies with it.
        """
        slope = (counts[self._seen] - 1) @ self._fit.scores + luck / PRIOR_SD
        season = fit_season(self._invoices, counts[self._code])
        customers = self._told(*self._fit.moved(slope), counts)
        return {**({"market": {"season": season}} if season else {}), "customers": customers}

    def notes(self) -> list[str]:
        """Return what the values rest on."""
        fit, invoices = self._fit, self._invoices
        notes = [
            f"orders: {self._order_days:,} days with an invoice of {len(self._seen):,} customers in the ledger's last "
            f"{self._days} days; {fit.law.cut_share:.0%} of orders are taken to be cut into several invoices of a day",
            *_intervals(fit),
            f"customers seen who have stopped buying by now: {fit.stopped_share:.0%}; churn_per_year is without those "
            f"lost to default, {self._base.firms.default.mean_pd:.1%} a year in the base world",
            "terms: shares of invoices; credit terms are taken to run from the invoice date, so acceptance_days is 0",
        ]
        if fit.seen_share < LEAST_SEEN:
            notes.append(
                f"the orders would suit a crowd of whom {fit.seen_share:.0%} were seen in {self._days} days; "
                f"orders_per_year is raised as if {LEAST_SEEN:.0%} had been"
            )
        if others := sorted(set(invoices["currency"]) - {self._currency}):
            share = (invoices["currency"] == self._currency).mean()
            notes.append(
                f"amounts are those of the {share:.0%} of invoices in {self._currency}; those in {', '.join(others)} "
                f"tell how often and when, as nothing says what they are worth in {self._currency} (convert them first "
                "to have all count)"
            )
        if left_out := _terms(invoices, self._once[self._code])[1]:
            notes.append(
                f"terms beyond the {_MOST_TERMS} commonest, left out: {left_out:.1%} of the invoices"
            )
        return notes

    def _told(self, law: OrderLaw, seen_share: float, counts: Ints) -> dict[str, Any]:
        # As many orders in all, of no more customers than anybody would count.
        rate = law.orders_per_day * YEAR * max(1.0, LEAST_SEEN / seen_share)
        median, between, within = self._values.spread(counts, self._base.customers)
        times = counts[self._code]
        return {
            "orders_per_year": min(rate, 1000.0),
            "orders_shape": law.shape,
            "gap_shape": law.gap_shape,
            "order_value_fen": median,
            "order_value_spread_between": between,
            "order_value_spread_within": within,
            "terms": _terms(self._invoices, times)[0],
            "acceptance_days": 0,
            "churn_per_year": max(0.0, 1 - (1 - law.churn_per_year) / (1 - self._base.firms.default.mean_pd)),
            "history_lines": float(min(times.sum() / counts.sum(), 1e4)),
        }


@dataclass(frozen=True)
class _OrderValues:
    """Log values of orders by customer: code of the customer, orders, mean, and sum of squares around the mean."""

    customer: Ints
    size: Floats
    mean: Floats
    squares: Floats

    @classmethod
    def of(cls, seen: pd.DataFrame, orders_a_day: "pd.Series[float]") -> Self:
        """Return the values of orders: a day's invoices are one order, or as many as a day of several may hold."""
        days = seen.groupby(["code", "day"])["amount_fen"].agg(["size", "sum"]).reset_index()
        expected = orders_a_day.loc[days["code"]].to_numpy()
        orders = np.where(days["size"] > 1, np.minimum(expected, days["size"]), 1.0)
        logs = np.log(days["sum"].to_numpy(np.float64) / orders)
        customer, code = np.unique(days["code"].to_numpy(np.int64), return_inverse=True)
        size = totals(code, np.ones(len(code)), len(customer))
        mean = totals(code, logs, len(customer)) / size
        return cls(customer, size, mean, totals(code, (logs - mean[code]) ** 2, len(customer)))

    def spread(self, counts: Ints, base: Customers) -> tuple[int, float, float]:
        """Return the median order value (fen) and the log-spread between and within customers (analysis of variance).

        With a single customer, or none with two orders, one of the spreads is the base world's.
        """
        times = counts[self.customer].astype(np.float64)
        if not times.any():
            times = np.ones(len(times))
        number = times.sum()
        between, within = base.order_value_spread_between, base.order_value_spread_within
        free = float(times @ (self.size - 1))
        if free:
            within = min(float(times @ self.squares / free) ** 0.5, _WIDEST)
        middle = float(times @ self.mean / number)
        if number > 1:
            noise = float(times @ (1 / self.size) / number) * within**2
            apart = float(times @ (self.mean - middle) ** 2 / (number - 1))
            between = min(max(0.0, apart - noise) ** 0.5, _WIDEST)
        return int(np.clip(round(math.exp(middle)), 1, _LARGEST_FEN)), between, within


def _expected(base: Customers) -> OrderLaw:
    return OrderLaw(
        orders_per_day=base.orders_per_year / YEAR,
        shape=base.orders_shape,
        gap_shape=base.gap_shape,
        leaving_per_day=-math.log1p(-base.churn_per_year) / YEAR,
        cut_share=0.1,
        old_share=0.5,
    )


def _intervals(fit: OrderFit) -> list[str]:
    """Return the 95 % interval of each parameter of the order process, and which are the base world's still."""
    low, high = fit.interval()
    ends = {
        "orders_per_year": (low.orders_per_day * YEAR, high.orders_per_day * YEAR),
        "orders_shape": (low.shape, high.shape),
        "gap_shape": (low.gap_shape, high.gap_shape),
        "customers who stop in a year": (low.churn_per_year, high.churn_per_year),
    }
    told = ", ".join(f"{name} {a:.3g} to {b:.3g}" for name, (a, b) in ends.items())
    silent = [name for name, se, sd in zip(ends, fit.free_se, PRIOR_SD, strict=False) if se > _SILENT * sd]
    kept = [f"{', '.join(silent)}: the ledger tells little, kept near the base world"] if silent else []
    return [f"95 % intervals: {told}", *kept]


def fit_season(invoices: pd.DataFrame, times: Ints | None = None) -> list[float] | None:
    """Return the relative demand of the twelve months, January first, or None with less than two full years.

    The whole months of the ledger are cut, from the last one back, into years; each year is divided by its own mean,
    which takes growth from year to year out, and the years are averaged. Years with fewer than ten invoices a month
    are left out. What differs from month to month no more than counts do by chance (Poisson) is shrunk to a flat year
    (James and Stein's positive part). An invoice counts as many times as is said, once if nothing is.
    """
    months = invoices["issue_date"].dt.to_period("M")
    whole = pd.period_range(months.min() + 1, months.max() - 1, freq="M")
    weight = pd.Series(1 if times is None else times, invoices.index)
    counts = weight.groupby(months).sum().reindex(whole, fill_value=0).to_numpy(np.float64)
    years = counts[len(counts) % 12 :].reshape(-1, 12)
    years = years[years.mean(axis=1) >= _LEAST_A_MONTH]
    if len(years) < 2:
        return None
    season = (years / years.mean(axis=1, keepdims=True)).mean(axis=0)
    chance = float((1 / years.mean(axis=1)).mean() / len(years))
    season = 1 + max(0.0, 1 - chance / max(float(season.var(ddof=1)), chance)) * (season - 1)
    january_first = np.roll(season, whole[-1].month)
    return [float(factor) for factor in np.maximum(january_first, 0.05)]


def _terms(invoices: pd.DataFrame, times: Ints) -> tuple[list[dict[str, float]], float]:
    """Return the commonest credit terms, days and share (in whole hundredths of a per cent), and the share left out.

    A term of less than a day counts as one day: the engine's customers pay from the day after the invoice on.
    """
    term = (invoices["due_date"] - invoices["issue_date"]).dt.days.to_numpy()
    days, code = np.unique(np.clip(term, 1, YEAR), return_inverse=True)
    counts = np.bincount(code, times).astype(np.int64)
    days, counts = days[counts > 0], counts[counts > 0]
    common = np.sort(np.argsort(-counts, kind="stable")[:_MOST_TERMS])
    days, kept = days[common], counts[common]
    parts = np.maximum(kept * _WHOLE // kept.sum(), 1)
    parts[np.argmax(parts)] += _WHOLE - parts.sum()
    terms = [{"days": int(day), "share": float(part / _WHOLE)} for day, part in zip(days, parts, strict=True)]
    return terms, 1 - float(kept.sum() / counts.sum())
