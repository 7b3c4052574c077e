"""How customers buy, as far as a ledger tells: how often, how evenly, how much, on what terms, and how many stop."""

import math
from typing import Any

import numpy as np
import pandas as pd

from simkit.calibration.order_law import PRIOR_SD, YEAR, OrderHistories, OrderLaw
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


def fit_purchases(invoices: pd.DataFrame, base: World) -> tuple[dict[str, Any], list[str]]:
    """Return values for ``world.customers`` and notes on what they rest on.

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
    last = invoices["issue_date"].max()
    days = min(WINDOW_DAYS, max(_SHORTEST_WINDOW, (last - invoices["issue_date"].min()).days + 1))
    day = days - 1 - (last - invoices["issue_date"]).dt.days
    seen = invoices.assign(day=day)[day >= 0]
    histories = OrderHistories.of(seen["customer_id"], seen["day"].to_numpy(), days)
    fit = fit_orders(histories, _expected(base.customers))
    law, defaults = fit.law, base.firms.default.mean_pd
    currency = main_currency(invoices)
    a_day = pd.Series(fit.orders_a_day, np.unique(seen["customer_id"]))
    orders = _orders(seen[seen["currency"] == currency], a_day)
    median, between, within = _order_values(orders, base.customers)
    terms, left_out = _terms(invoices)
    order_days = int(histories.single.sum() + histories.several.sum())
    notes = [
        f"orders: {order_days:,} days with an invoice of {len(histories.first):,} customers in the ledger's last "
        f"{days} days; {law.cut_share:.0%} of orders are taken to be cut into several invoices of a day",
        *_intervals(fit),
        f"customers seen who have stopped buying by now: {fit.stopped_share:.0%}; churn_per_year is without those lost "
        f"to default, {defaults:.1%} a year in the base world",
        "terms: shares of invoices; credit terms are taken to run from the invoice date, so acceptance_days is 0",
    ]
    rate = law.orders_per_day * YEAR
    if fit.seen_share < LEAST_SEEN:
        # As many orders in all, of no more customers than anybody would count.
        rate *= LEAST_SEEN / fit.seen_share
        notes.append(
            f"the orders would suit a crowd of whom {fit.seen_share:.0%} were seen in {days} days; orders_per_year is "
            f"raised as if {LEAST_SEEN:.0%} had been"
        )
    if others := sorted(set(invoices["currency"]) - {currency}):
        share = (invoices["currency"] == currency).mean()
        notes.append(
            f"amounts are those of the {share:.0%} of invoices in {currency}; those in {', '.join(others)} tell how "
            f"often and when, as nothing says what they are worth in {currency} (convert them first to have all count)"
        )
    if left_out:
        notes.append(f"terms beyond the {_MOST_TERMS} commonest, left out: {left_out:.1%} of the invoices")
    return {
        "orders_per_year": min(rate, 1000.0),
        "orders_shape": law.shape,
        "gap_shape": law.gap_shape,
        "order_value_fen": median,
        "order_value_spread_between": between,
        "order_value_spread_within": within,
        "terms": terms,
        "acceptance_days": 0,
        "churn_per_year": max(0.0, 1 - (1 - law.churn_per_year) / (1 - defaults)),
        "history_lines": float(min(invoices.groupby("customer_id").size().mean(), 1e4)),
    }, notes


def main_currency(invoices: pd.DataFrame) -> str:
    """Return the currency of most invoices; of equally many, the first by its code."""
    return str(invoices["currency"].value_counts().sort_index().idxmax())


def _orders(seen: pd.DataFrame, orders_a_day: "pd.Series[float]") -> pd.DataFrame:
    """Return one row for each customer and day with an invoice: customer_id and the value of an order, amount_fen.

    A day's invoices are one order, or as many as a customer's day of several invoices is expected to hold.
    """
    days = seen.groupby(["customer_id", "day"])["amount_fen"].agg(["size", "sum"]).reset_index()
    expected = orders_a_day.loc[days["customer_id"]].to_numpy()
    orders = np.where(days["size"] > 1, np.minimum(expected, days["size"]), 1.0)
    return pd.DataFrame({"customer_id": days["customer_id"], "amount_fen": days["sum"] / orders})


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


def fit_season(invoices: pd.DataFrame) -> list[float] | None:
    """Return the relative demand of the twelve months, January first, or None with less than two full years.

    The whole months of the ledger are cut, from the last one back, into years; each year is divided by its own mean,
    which takes growth from year to year out, and the years are averaged. Years with fewer than ten invoices a month
    are left out. What differs from month to month no more than counts do by chance (Poisson) is shrunk to a flat year
    (James and Stein's positive part).
    """
    months = invoices["issue_date"].dt.to_period("M")
    whole = pd.period_range(months.min() + 1, months.max() - 1, freq="M")
    counts = months.value_counts().reindex(whole, fill_value=0).to_numpy(np.float64)
    years = counts[len(counts) % 12 :].reshape(-1, 12)
    years = years[years.mean(axis=1) >= _LEAST_A_MONTH]
    if len(years) < 2:
        return None
    season = (years / years.mean(axis=1, keepdims=True)).mean(axis=0)
    chance = float((1 / years.mean(axis=1)).mean() / len(years))
    season = 1 + max(0.0, 1 - chance / max(float(season.var(ddof=1)), chance)) * (season - 1)
    january_first = np.roll(season, whole[-1].month)
    return [float(factor) for factor in np.maximum(january_first, 0.05)]


def _order_values(orders: pd.DataFrame, base: Customers) -> tuple[int, float, float]:
    """Return the median order value (fen) and the log-spread between and within customers (analysis of variance).

    With a single customer, or none with two orders, one of the spreads is the base world's.
    """
    logs = np.log(orders["amount_fen"].to_numpy(np.float64))
    code, _ = pd.factorize(orders["customer_id"])
    size = totals(code, np.ones(len(code)), code.max() + 1)
    mean = totals(code, logs, len(size)) / size
    between, within = base.order_value_spread_between, base.order_value_spread_within
    free = float((size - 1).sum())
    if free:
        within = min(float(((logs - mean[code]) ** 2).sum() / free) ** 0.5, _WIDEST)
    if len(mean) > 1:
        noise = float((1 / size).mean()) * within**2
        between = min(max(0.0, float(mean.var(ddof=1)) - noise) ** 0.5, _WIDEST)
    return int(np.clip(round(np.exp(mean.mean())), 1, _LARGEST_FEN)), between, within


def _terms(invoices: pd.DataFrame) -> tuple[list[dict[str, float]], float]:
    """Return the commonest credit terms, days and share (in whole hundredths of a per cent), and the share left out.

    A term of less than a day counts as one day: the engine's customers pay from the day after the invoice on.
    """
    term = (invoices["due_date"] - invoices["issue_date"]).dt.days.to_numpy()
    days, counts = np.unique(np.clip(term, 1, YEAR), return_counts=True)
    common = np.sort(np.argsort(-counts, kind="stable")[:_MOST_TERMS])
    days, kept = days[common], counts[common]
    parts = np.maximum(kept * _WHOLE // kept.sum(), 1)
    parts[np.argmax(parts)] += _WHOLE - parts.sum()
    terms = [{"days": int(day), "share": float(part / _WHOLE)} for day, part in zip(days, parts, strict=True)]
    return terms, 1 - float(kept.sum() / counts.sum())
