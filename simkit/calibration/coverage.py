"""How well forecasts did: how often bands held what came, and how far medians were off, beside plain forecasts."""

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from simkit.calibration.person_periods import Floats

NEAR, FAR = "1-3", "4-6"
"""Months ahead, near and farther (the fourth month and on)."""

KEYS = ["view", "measure", "months"]
FORECASTS = ("median", "roll_rates", "median_days")


def coverage(points: pd.DataFrame, independent: pd.DataFrame) -> pd.DataFrame:
    """Return how often bands held what came.

    Parameters
    ----------
    points, independent : DataFrame
        Of one backtest or of several together (see `simkit.calibration.backtest.Backtest`).

    Returns
    -------
    DataFrame
        view, measure, months, points, effective (independent points they are worth), within_80, within_95 (shares).
    """
    told = with_months(points.dropna(subset=["realised", "mean"]))
    held = told.assign(
        within_80=(told["p10"] <= told["realised"]) & (told["realised"] <= told["p90"]),
        within_95=(told["p2.5"] <= told["realised"]) & (told["realised"] <= told["p97.5"]),
    )
    shares = held.groupby(KEYS, sort=False)[["within_80", "within_95"]].mean()
    counted = independent.groupby(KEYS, sort=False)[["points", "effective"]].sum()
    return counted.join(shares, how="inner").reset_index()


def errors(points: pd.DataFrame) -> pd.DataFrame:
    """Return how far forecasts were off.

    Returns
    -------
    DataFrame
        view, measure, months, then mean absolute errors mae_median, mae_roll_rates and mae_median_days (in the
        measure's unit) and weighted absolute percentage errors wape_median, ...: sums of absolute errors over sums of
        absolute values. NaN where a baseline foretells nothing.
    """
    told = with_months(points.dropna(subset=["realised", "mean"]))
    size = told["realised"].abs().groupby([told[key] for key in KEYS], sort=False).sum()
    table = {}
    for name in FORECASTS:
        off = (told[name] - told["realised"]).abs().groupby([told[key] for key in KEYS], sort=False)
        table[f"mae_{name}"] = off.mean()
        table[f"wape_{name}"] = off.sum(min_count=1) / size.where(size > 0)
    return pd.DataFrame(table).reset_index()


def effective_points(points: pd.DataFrame, runs: Floats) -> pd.DataFrame:
    """Return view, measure, months, points and effective: how many independent points tell as much.

    n points whose values go together on simulated paths, with correlations r, tell as much as n^2 / sum(r) points that
    do not, at least one.

    Parameters
    ----------
    points : DataFrame
        Points of one view.
    runs : float array, shape (paths, points)
        Their values on the paths.
    """
    told = with_months(points).assign(column=np.arange(len(points)))
    rows = []
    for key, group in told[told["realised"].notna()].groupby(KEYS, sort=False):
        rows.append((*key, len(group), _effective(runs[:, group["column"].to_numpy()])))
    return pd.DataFrame(rows, columns=[*KEYS, "points", "effective"])


def _effective(values: Floats) -> float:
    spread = values.std(axis=0)
    moving = values[:, spread > 0]
    still = values.shape[1] - moving.shape[1]
    if not moving.shape[1]:
        return float(still > 0)
    together = np.corrcoef(moving, rowvar=False).sum() if moving.shape[1] > 1 else 1.0
    number = moving.shape[1]
    return float(np.clip(number**2 / max(together, 1e-9), 1.0, number))


def with_months(points: pd.DataFrame) -> pd.DataFrame:
    """Return points with the column months: near or farther ahead."""
    return points.assign(months=np.where(points["month"] <= 3, NEAR, FAR))


def summary(covered: pd.DataFrame, off: pd.DataFrame) -> str:
    """Return coverage and errors as text."""
    lines = [
        f"{'view':<9} {'measure':<17}{'months':>7}{'points':>8}{'indep.':>8}{'in 80 %':>9}{'in 95 %':>9}"
        f"{'WAPE':>8}{'roll rates':>12}{'median days':>13}"
    ]
    for row in covered.merge(off, on=KEYS).to_dict("records"):
        lines.append(
            f"{row['view']:<9} {row['measure']:<17}{row['months']:>7}{row['points']:>8}{row['effective']:>8.1f}"
            f"{row['within_80']:>9.0%}{row['within_95']:>9.0%}{_percents(row)}"
        )
    return "\n".join(lines)


def _percents(row: Mapping[Hashable, Any]) -> str:
    widths: Iterable[tuple[str, int]] = (("median", 8), ("roll_rates", 12), ("median_days", 13))
    return "".join(
        f"{'-':>{width}}" if np.isnan(row[f"wape_{name}"]) else f"{row[f'wape_{name}']:>{width}.1%}"
        for name, width in widths
    )
