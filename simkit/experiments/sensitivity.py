"""Which uncertainty matters most: Morris' screening and Sobol's indices, with intervals.

The runs at all points share their luck, so a mean over the same replications is a function of the uncertainties alone,
and nothing of its spread is noise.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from simkit.errors import UserError
from simkit.experiments.design import Units, sobol
from simkit.experiments.estimate import CONFIDENCE, Values
from simkit.experiments.evaluation import Evaluate
from simkit.experiments.worlds import Sampled, sample, worlds_of
from simkit.scenario.scenario import Scenario
from simkit.scenario.uncertainties import Span

LEVELS = 4
"""Levels of Morris' grid; his own recommendation, with steps of two thirds of a range."""

DRAWS = 1000


@dataclass(frozen=True)
class Sensitivity:
    """How much each uncertainty matters to each outcome.

    Attributes
    ----------
    table : DataFrame
        One row an outcome and uncertainty, the most important first: kpi, path, unit, source, value (now), low, high
        (plausible), n (effects, or rows of the design, it rests on), and
        for Morris mu (mean effect of crossing the range), mu_star (mean size of it) with mu_star_low and mu_star_high,
        sigma (spread of the effects: curvature and interplay);
        for Sobol first with first_low and first_high (share of the variance it explains alone), total with total_low
        and total_high (with all it does together with others).
    runs : int
        Runs asked for.
    failed : tuple of str
        Runs that failed and worlds that contradict themselves, each with its reason.
    lost : int
        Points of the design left out because of them.
    """

    table: pd.DataFrame
    runs: int
    failed: tuple[str, ...]
    lost: int


def _responses(found: Sampled, kpis: Sequence[str]) -> Values:
    """Return what is analysed, shape (outcomes, points): outcomes of the one policy, or what the second changes."""
    rows = []
    for kpi in kpis:
        means = found.means(kpi)
        rows.append(means[0] if len(means) == 1 else means[1] - means[0])
    return np.array(rows)


def _refuse_wrong(policies: Sequence[Scenario]) -> None:
    if len(policies) not in (1, 2):
        raise UserError(
            f"sensitivity: {len(policies)} scenarios given; give one, or two for what the second changes"
        )


# ---------------------------------------------------------------- Morris


def trajectories(dimensions: int, count: int, seed: int) -> Units:
    """Return Morris' random walks over a grid of four levels, each coordinate stepped once, by two thirds of its range.

    Morris (1991), Technometrics 33(2), 161-174.

    Returns
    -------
    float array, shape (count, dimensions + 1, dimensions)
        In [0, 1].
    """
    rng = np.random.default_rng(seed)
    step = LEVELS / (2 * (LEVELS - 1))
    walks = np.empty((count, dimensions + 1, dimensions))
    for walk in walks:
        start = rng.integers(0, LEVELS // 2, dimensions) / (LEVELS - 1)
        up = rng.random(dimensions) < 0.5
        walk[0] = np.where(up, start, start + step)
        for number, coordinate in enumerate(rng.permutation(dimensions)):
            walk[number + 1] = walk[number]
            walk[number + 1, coordinate] += step if up[coordinate] else -step
    return walks


def effects(walks: Units, response: Values) -> Values:
    """Return the elementary effects of walks, shape (walks, dimensions): change of the response per range crossed.

    Parameters
    ----------
    walks : float array, shape (walks, dimensions + 1, dimensions)
        See `trajectories`.
    response : float array, shape (walks, dimensions + 1)
        NaN where it is not known; the effects on either side of it are NaN then.
    """
    steps = np.diff(walks, axis=1)
    found = np.full((walks.shape[0], walks.shape[2]), math.nan)
    walk, number, coordinate = np.nonzero(steps)
    found[walk, coordinate] = np.diff(response, axis=1)[walk, number] / steps[walk, number, coordinate]
    return found


def morris(
    policies: Sequence[Scenario],
    spans: Sequence[Span],
    kpis: Sequence[str],
    evaluate: Evaluate,
    count: int = 10,
    seed: int = 1,
) -> Sensitivity:
    """Return how far each uncertainty moves outcomes over its plausible range, screened one step at a time.

    Parameters
    ----------
    policies : sequence of Scenario
        One, whose outcomes are looked at; or two, to look at what the second changes against the first.
    spans : sequence of Span
        The uncertainties and their plausible ranges.
    kpis : sequence of str
        Outcomes.
    evaluate : callable
        Scenarios to outcomes.
    count : int
        Walks; each takes one point more than there are uncertainties.
    seed : int
        Of the walks and the bootstrap over them.
    """
    _refuse_wrong(policies)
    walks = trajectories(len(spans), count, seed)
    found = sample(policies, worlds_of(spans, walks.reshape(-1, len(spans))), evaluate)
    rows = []
    for kpi, response in zip(kpis, _responses(found, kpis), strict=True):
        moved = effects(walks, response.reshape(count, -1))
        for span, effect in zip(spans, moved.T, strict=True):
            known = effect[~np.isnan(effect)]
            rows.append(_about(kpi, span, len(known)) | _moments(known, seed))
    table = pd.DataFrame(rows).sort_values(["kpi", "mu_star"], ascending=[True, False], ignore_index=True)
    runs = walks.shape[0] * walks.shape[1] * len(policies)
    return Sensitivity(table, runs * _replications(found), found.failed, found.lost)


def _moments(known: Values, seed: int) -> dict[str, float]:
    if not len(known):
        return dict.fromkeys(("mu", "mu_star", "mu_star_low", "mu_star_high", "sigma"), math.nan)
    rng = np.random.default_rng(seed)
    again = np.abs(known)[rng.integers(0, len(known), (DRAWS, len(known)))].mean(axis=1)
    low, high = (
        np.quantile(again, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
        if len(known) > 1
        else (math.nan,) * 2
    )
    return {
        "mu": float(known.mean()), "mu_star": float(np.abs(known).mean()),
        "mu_star_low": float(low), "mu_star_high": float(high),
        "sigma": float(known.std(ddof=1)) if len(known) > 1 else math.nan,
    }  # fmt: skip


# ---------------------------------------------------------------- Sobol


def indices(a: Values, b: Values, ab: Values) -> tuple[Values, Values]:
    """Return first-order and total indices from the responses of a Saltelli design.

    Saltelli et al. (2010), Computer Physics Communications 181, 259-270: their estimator (b) of the first order, and
    Jansen's (1999) of the total.

    Parameters
    ----------
    a, b : float array, shape (n,)
        Responses at the rows of two independent samples.
    ab : float array, shape (dimensions, n)
        At the rows of the first with one coordinate taken from the second.
    """
    variance = np.var(np.concatenate([a, b]))
    if variance == 0:
        nothing = np.zeros(len(ab))
        return nothing, nothing
    centre = np.concatenate([a, b]).mean()
    first: Values = ((b - centre) * (ab - a)).mean(axis=1) / variance
    total: Values = ((a - ab) ** 2).mean(axis=1) / (2 * variance)
    return first, total


def sobol_indices(
    policies: Sequence[Scenario],
    spans: Sequence[Span],
    kpis: Sequence[str],
    evaluate: Evaluate,
    rows: int = 64,
    seed: int = 1,
) -> Sensitivity:
    """Return what share of the variance of outcomes each uncertainty explains, all uniform over their ranges.

    Parameters
    ----------
    policies, spans, kpis, evaluate
        As in `morris`.
    rows : int
        Rows of the design, a power of 2; each takes two points more than there are uncertainties. A row of which a run
        fails is left out.
    seed : int
        Of the design and the bootstrap over its rows.

    Raises
    ------
    UserError
        When the number of rows is no power of 2, or fewer than two rows are whole.
    """
    _refuse_wrong(policies)
    if rows < 2 or rows & (rows - 1):
        raise UserError(f"rows: {rows} given; allowed is a power of 2, such as 64")
    d = len(spans)
    drawn = sobol(2 * d, rows, seed)
    a, b = drawn[:, :d], drawn[:, d:]
    mixed = np.repeat(a[None], d, axis=0)
    for coordinate in range(d):
        mixed[coordinate, :, coordinate] = b[:, coordinate]
    found = sample(policies, worlds_of(spans, np.vstack([a, b, *mixed])), evaluate)
    table = []
    for kpi, response in zip(kpis, _responses(found, kpis), strict=True):
        shaped = response.reshape(d + 2, rows)
        whole = shaped[:, ~np.isnan(shaped).any(axis=0)]
        if whole.shape[1] < 2:
            reason = (found.failed or ("nothing fails, it is undefined",))[0]
            raise UserError(f"sensitivity of {kpi}: no two rows of the design are whole; the first: {reason}")
        for span, share in zip(spans, _shares(whole, seed), strict=True):
            table.append(_about(kpi, span, whole.shape[1]) | share)
    frame = pd.DataFrame(table).sort_values(["kpi", "total"], ascending=[True, False], ignore_index=True)
    return Sensitivity(frame, (d + 2) * rows * len(policies) * _replications(found), found.failed, found.lost)


def _shares(responses: Values, seed: int) -> list[dict[str, float]]:
    """Return the indices of every uncertainty with intervals from rows drawn again."""
    first, total = indices(responses[0], responses[1], responses[2:])
    rng, n = np.random.default_rng(seed), responses.shape[1]
    again = [responses[:, rng.integers(0, n, n)] for _ in range(DRAWS)]
    drawn = np.array([indices(one[0], one[1], one[2:]) for one in again])
    low, high = np.quantile(drawn, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2], axis=0)
    return [
        {
            "first": float(first[n]), "first_low": float(low[0, n]), "first_high": float(high[0, n]),
            "total": float(total[n]), "total_low": float(low[1, n]), "total_high": float(high[1, n]),
        }
        for n in range(len(first))
    ]  # fmt: skip


def _about(kpi: str, span: Span, n: int) -> dict[str, Any]:
    now = math.nan if span.value is None else span.value
    return {
        "kpi": kpi, "path": span.path, "unit": span.unit, "source": span.source,
        "value": now, "low": span.low, "high": span.high, "n": n,
    }  # fmt: skip


def _replications(found: Sampled) -> int:
    return int(next(iter(found.values.values())).shape[2])
