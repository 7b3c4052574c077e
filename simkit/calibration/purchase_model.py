"""How customers buy, as far as a ledger tells: how often, how evenly, how much, and on what terms.

Each invoice counts as one order. Moments and one-parameter likelihoods suffice here: what the engine draws from is as
simple (`simkit.scenario.world.Customers`).
"""

from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import brentq, minimize_scalar
from scipy.special import gamma, gammaln

from simkit.calibration.person_periods import Floats, totals
from simkit.scenario.world.customers import Customers

YEAR = 365
_SHORTEST_WINDOW = 30
_MOST_TERMS = 8
_FEWEST_GAPS = 10
_SHORTEST_GAP = 3.0
_LEAST_A_MONTH = 10
_WIDEST = 3.0
_LARGEST_FEN = 10**13
_WHOLE = 10_000


def fit_purchases(invoices: pd.DataFrame, base: Customers) -> tuple[dict[str, Any], list[str]]:
    """Return values for ``world.customers`` and notes on what they rest on.

    Order rates are those of the ledger's last year (or of all of it, if it is shorter), over the customers who bought
    in it. Terms are weighted by invoices, so that simulated lines have the ledger's terms.

    Parameters
    ----------
    invoices : DataFrame
        As `simkit.portfolio.ledger_contract.INVOICES` defines.
    base : Customers
        The base world, whose values stand where the ledger is silent.
    """
    counts, days = _last_year(invoices)
    gap_shape = _gap_shape(invoices)
    median, between, within = _order_values(invoices, base)
    terms, left_out = _terms(invoices)
    notes = [
        f"orders: {int(counts.sum()):,} invoices of {len(counts):,} customers in the ledger's last {days} days; each "
        "invoice counts as one order",
        "terms: shares of invoices; credit terms are taken to run from the invoice date, so acceptance_days is 0",
    ]
    if gap_shape is None:
        notes.append("gap_shape kept from the base world: no customer orders often enough to tell")
    if left_out:
        notes.append(f"terms beyond the {_MOST_TERMS} commonest, left out: {left_out:.1%} of the invoices")
    return {
        "orders_per_year": float(np.clip(counts.mean() * YEAR / days, 1e-3, 1000)),
        "orders_shape": _orders_shape(counts),
        "gap_shape": base.gap_shape if gap_shape is None else gap_shape,
        "order_value_fen": median,
        "order_value_spread_between": between,
        "order_value_spread_within": within,
        "terms": terms,
        "acceptance_days": 0,
        "history_lines": float(min(invoices.groupby("customer_id").size().mean(), 1e4)),
    }, notes


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


def _last_year(invoices: pd.DataFrame) -> tuple[Floats, int]:
    """Return the number of invoices of each customer seen in the last year of the ledger, and its days."""
    last = invoices["issue_date"].max()
    days = min(YEAR, max(_SHORTEST_WINDOW, (last - invoices["issue_date"].min()).days + 1))
    window = invoices[invoices["issue_date"] > last - pd.Timedelta(days=days)]
    return window.groupby("customer_id").size().to_numpy(np.float64), days


def _orders_shape(counts: Floats) -> float:
    """Return the gamma shape of order rates: the maximum of the negative binomial likelihood of the counts.

    Customers who bought nothing in the window are not seen; the shape is that of those who did.
    """
    mean = float(counts.mean())

    def deviance(log_shape: float) -> float:
        k = np.exp(log_shape)
        terms = (
            gammaln(counts + k) - gammaln(k) + k * np.log(k / (k + mean)) + counts * np.log(mean / (k + mean))
        )
        return -float(terms.sum())

    return float(np.exp(minimize_scalar(deviance, bounds=(np.log(0.05), np.log(100)), method="bounded").x))


def _gap_shape(invoices: pd.DataFrame) -> float | None:
    """Return the Weibull shape whose squared coefficient of variation is that of the gaps between orders.

    Gaps are measured in each customer's own mean gap and pooled over customers with at least ten gaps of three days
    and more on average (below that, whole days are too coarse). None without such customers.
    """
    ordered = invoices.sort_values(["customer_id", "issue_date"])
    code, _ = pd.factorize(ordered["customer_id"])
    same = code[1:] == code[:-1]
    gap = np.diff(ordered["issue_date"].to_numpy("datetime64[D]").astype(np.int64))[same].astype(np.float64)
    of = code[1:][same]
    number = totals(of, np.ones(len(of)), code.max() + 1)
    usual = totals(of, gap, len(number)) / np.maximum(number, 1)
    told = (number >= _FEWEST_GAPS) & (usual >= _SHORTEST_GAP)
    if not told.any():
        return None
    counted = told[of]
    squares = (gap[counted] / usual[of[counted]] - 1) ** 2
    variation = float(squares.sum() / (number[told] - 1).sum())

    def excess(shape: float) -> float:
        return float(gamma(1 + 2 / shape) / gamma(1 + 1 / shape) ** 2 - 1 - variation)

    low, high = 0.3, 5.0
    if excess(low) <= 0 or excess(high) >= 0:
        return low if excess(low) <= 0 else high
    return float(brentq(excess, low, high))


def _order_values(invoices: pd.DataFrame, base: Customers) -> tuple[int, float, float]:
    """Return the median order value (fen) and the log-spread between and within customers (analysis of variance).

    With a single customer, or none with two invoices, one of the spreads is the base world's.
    """
    logs = np.log(invoices["amount_fen"].to_numpy(np.float64))
    code, _ = pd.factorize(invoices["customer_id"])
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
