"""What would flip a choice: the value of each uncertainty at which another policy takes its place."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from simkit.errors import UserError
from simkit.experiments.estimate import Estimate, Values, mean_interval
from simkit.experiments.evaluation import Evaluate, Outcomes
from simkit.experiments.frontier import Frontier
from simkit.experiments.recommendation import PROFIT, slacks
from simkit.experiments.variation import ContradictionError, varied
from simkit.scenario.scenario import Scenario
from simkit.scenario.sweep import Constraints
from simkit.scenario.uncertainties import Span

EARNS, MISSES, KEEPS = "another earns more", "misses a constraint", "another comes to keep a constraint"
"""Why a choice flips."""

LEAST_STEP = 1e-3
"""Share of a range below which a root is not looked for more closely."""

EDGE = 0.1
"""Share of what is left between two values within which of either the next is not tried."""


class Crossing(NamedTuple):
    """Where a margin falls to 0: all NaN where it nowhere does; an end is NaN where the interval has none."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Flips:
    """What would flip the recommendation.

    Attributes
    ----------
    recommended : str
        Name of the recommended policy.
    rivals : DataFrame
        The nearest alternatives, the nearest first: name, why (how it could win), and lead, lead_low, lead_high: what
        the recommended earns more (fen), or by how much (share) the rival misses its constraint.
    table : DataFrame
        One row an uncertainty and way to flip, what flips soonest first: path, unit, source, value (now), low, high
        (plausible), why, rival, outcome, margin, margin_low, margin_high (now; above 0 while the choice stands),
        flips_at with flips_low and flips_high (95 %; NaN where nothing flips, or the interval reaches the end of the
        range), side (``above`` or ``below`` that value the choice is another), distance (from now, as a share of the
        range), sure (no value tried leaves it open that the choice flips), tried (values).
    failed : tuple of str
        Runs that failed, each with its reason; a value with one is left out.
    """

    recommended: str
    rivals: pd.DataFrame
    table: pd.DataFrame
    failed: tuple[str, ...]


class _Criterion(NamedTuple):
    """A margin that is above 0 while the choice stands, from the outcomes of the recommended (0) and the rivals."""

    why: str
    rival: int
    kpi: str
    sign: int
    bound: float

    def margin(self, outcomes: Outcomes, start: int = 0) -> Values:
        """Return the margin by replication, of the policies that start at a row."""
        values = outcomes.values[self.kpi]
        rival: Values = values[start + self.rival]
        lead: Values = values[start] - rival if self.why == EARNS else self.sign * (rival - self.bound)
        return lead


@dataclass
class _Curve:
    """A margin over the values of one uncertainty, as far as they were tried."""

    at: list[float] = field(default_factory=list)
    margins: list[Estimate] = field(default_factory=list)

    def add(self, value: float, margin: Values) -> float:
        """Note a value and return the mean margin there; one without a defined margin is left out."""
        defined = margin[~np.isnan(margin)]
        if len(defined) < max(2, len(margin)):
            return math.nan
        place = int(np.searchsorted(self.at, value))
        self.at.insert(place, value)
        self.margins.insert(place, mean_interval(defined))
        return self.margins[place].mean


def crossing(
    at: Sequence[float],
    margins: Sequence[Values],
    now: float,
    margin: Callable[[float], Values],
    steps: int = 4,
) -> tuple[Crossing, list[float], list[Estimate]]:
    """Return where a margin falls to 0 nearest to a value, and all that was tried.

    Between the two values tried that lie on either side of 0 the root is closed in on by the Illinois method (Dowell &
    Jarratt 1971), and by halves where a secant would land near an end: no bend of the margin can hold it up. Its
    interval holds the values at which the 95 % interval of the margin holds 0 (Fieller's way of turning a test around),
    the ends interpolated between the values tried.

    Parameters
    ----------
    at : sequence of float
        Values tried, rising.
    margins : sequence of float array
        The margin of each by replication, under common luck.
    now : float
        The value that counts as today's.
    margin : callable
        A further value to its margin by replication.
    steps : int
        Further values that are tried at most.
    """
    curve = _Curve()
    for value, found in zip(at, margins, strict=True):
        curve.add(value, found)
    means = [found.mean for found in curve.margins]
    changes = [
        (abs(left + (right - left) * f / (f - g) - now), number)
        for number, ((left, f), (right, g)) in enumerate(pairwise(zip(curve.at, means, strict=True)))
        if (f > 0) != (g > 0)
    ]
    if not changes:
        return Crossing(math.nan, math.nan, math.nan), curve.at, curve.margins
    _, number = min(changes)
    ends = (curve.at[number], means[number]), (curve.at[number + 1], means[number + 1])
    root = _illinois(curve, *ends, margin, steps, LEAST_STEP * (curve.at[-1] - curve.at[0]))
    bands = ([found.low for found in curve.margins], [found.high for found in curve.margins])
    edges = [edge for band in bands for edge in _roots(curve.at, band)]
    low = max((edge for edge in edges if edge <= root), default=math.nan)
    high = min((edge for edge in edges if edge >= root), default=math.nan)
    return Crossing(root, low, high), curve.at, curve.margins


def _illinois(
    curve: _Curve,
    left: tuple[float, float],
    right: tuple[float, float],
    margin: Callable[[float], Values],
    steps: int,
    least: float,
) -> float:
    """Return the root between two values of different sign, by secants and halves."""
    (a, f), (b, g) = left, right
    for _ in range(steps):
        if abs(b - a) < least:
            break
        share = g / (g - f)
        x = b - (b - a) * (share if EDGE < share < 1 - EDGE else 0.5)
        h = curve.add(x, margin(x))
        if math.isnan(h):
            break
        if (h > 0) != (g > 0):
            a, f = b, g
        else:
            f /= 2
        b, g = x, h
    # The last secant, on what is known of both sides of the root.
    means = [found.mean for found in curve.margins]
    middle = (a + b) / 2
    return min(_roots(curve.at, means), key=lambda root: abs(root - middle))


def _roots(at: Sequence[float], values: Sequence[float]) -> list[float]:
    """Return where the straight lines between points cross 0."""
    return [
        left + (right - left) * f / (f - g)
        for (left, f), (right, g) in pairwise(zip(at, values, strict=True))
        if (f > 0) != (g > 0)
    ]


def flips(
    found: Frontier,
    spans: Sequence[Span],
    evaluate: Evaluate,
    points: int = 5,
    steps: int = 4,
    rivals: int = 2,
) -> Flips:
    """Return what would flip the recommendation of a frontier, one uncertainty at a time.

    Recommended is who earns most of those that keep the constraints. So three things flip it: a rival comes to earn
    more; the recommended comes to miss a constraint; or one that earns more already comes to keep the constraint that
    it misses most. All policies are run in the same worlds under the same luck.

    Parameters
    ----------
    found : Frontier
        With a recommendation.
    spans : sequence of Span
        The uncertainties and their plausible ranges.
    evaluate : callable
        Scenarios to outcomes, with profit and those that are constrained among them.
    points, steps : int
        Values tried of each range, and most further ones for each root.
    rivals : int
        Most alternatives of each kind that are looked at.

    Raises
    ------
    UserError
        When nothing is recommended.
    """
    best = found.recommendation
    if best is None:
        raise UserError("no point keeps to the constraints, so there is no recommendation that could flip")
    scenarios = {scenario.name: scenario for scenario in found.comparison.scenarios}
    names, criteria = _criteria(found, best, rivals)
    return _Analysis([scenarios[name] for name in names], criteria, evaluate, points, steps).run(spans)


def _criteria(found: Frontier, best: dict[str, Any], most: int) -> tuple[list[str], list[_Criterion]]:
    """Return the recommended and its rivals by name, and the margins that decide between them."""
    constraints: Constraints = found.sweep.constraints
    given = slacks(constraints)
    names = [str(best["name"])]
    criteria = [_Criterion(MISSES, 0, kpi, sign, bound) for kpi, sign, bound in given]
    for name in found.rivals["name"].head(most):
        criteria.append(_Criterion(EARNS, len(names), PROFIT, 1, 0.0))
        names.append(str(name))
    richer = found.points[~found.points["feasible"] & (found.points[PROFIT] > best[PROFIT])]
    for row in richer.sort_values(PROFIT, ascending=False).head(most).to_dict("records"):
        short = [(sign * (row[kpi] - bound), kpi, sign, bound) for kpi, sign, bound in given]
        if any(math.isnan(gap) for gap, *_ in short):
            continue
        _, kpi, sign, bound = min(short)
        criteria.append(_Criterion(KEEPS, len(names), kpi, -sign, bound))
        names.append(str(row["name"]))
    return names, criteria


class _Analysis:
    """The recommended and its rivals in one world after another."""

    def __init__(
        self,
        policies: list[Scenario],
        criteria: list[_Criterion],
        evaluate: Evaluate,
        points: int,
        steps: int,
    ) -> None:
        self.policies, self.criteria = policies, criteria
        self.evaluate, self.points, self.steps = evaluate, points, steps
        self.failed: list[str] = []

    def run(self, spans: Sequence[Span]) -> Flips:
        """Return the flips over some uncertainties."""
        today = self.outcomes([{}])
        rows = []
        for span, tried in zip(spans, self.scans(spans), strict=True):
            rows += [self.row(span, tried, criterion, today) for criterion in self.criteria]
        table = pd.DataFrame(rows).sort_values(["distance"], kind="stable", ignore_index=True)
        return Flips(self.policies[0].name, self.leads(today), table, tuple(self.failed))

    def scans(self, spans: Sequence[Span]) -> list[dict[float, Outcomes]]:
        """Return what comes out over each range; all are run as one batch."""
        values = [
            sorted({span.at(place) for place in np.linspace(0, 1, self.points)}
                   | ({span.value} if span.value is not None and span.low < span.value < span.high else set()))
            for span in spans
        ]  # fmt: skip
        worlds = [{span.path: value} for span, found in zip(spans, values, strict=True) for value in found]
        outcomes, start, scans = self.outcomes(worlds), 0, []
        for found in values:
            scans.append(
                {value: _part(outcomes, (start + n) * self.size, self.size) for n, value in enumerate(found)}
            )
            start += len(found)
        return scans

    @property
    def size(self) -> int:
        """Policies that are run in every world."""
        return len(self.policies)

    def outcomes(self, worlds: Sequence[dict[str, float]]) -> Outcomes:
        """Return the outcomes of all policies in some worlds, world by world; NaN in one that is a contradiction."""
        rows: list[Scenario] = []
        places: list[int] = []
        for number, world in enumerate(worlds):
            try:
                made = [varied(policy, world) for policy in self.policies]
            except ContradictionError as error:
                self.failed.append(str(error))
                continue
            rows += made
            places += range(number * self.size, (number + 1) * self.size)
        found = self.evaluate(rows)
        self.failed += found.failed
        values = {}
        for kpi, known in found.values.items():
            values[kpi] = np.full((len(worlds) * self.size, known.shape[1]), math.nan)
            values[kpi][places] = known
        return Outcomes(values, found.failed)

    def row(
        self, span: Span, tried: dict[float, Outcomes], criterion: _Criterion, today: Outcomes
    ) -> dict[str, Any]:
        """Return where one criterion flips over one range."""

        def margin(value: float) -> Values:
            value = round(value) if span.whole else value
            if value not in tried:
                tried[value] = self.outcomes([{span.path: value}])
            return criterion.margin(tried[value], 0)

        now = (span.low + span.high) / 2 if span.value is None else span.value
        # What other criteria have tried of this range is known to this one too.
        known = sorted(tried)
        root, at, margins = crossing(known, [margin(value) for value in known], now, margin, self.steps)
        present = mean_interval(criterion.margin(today, 0))
        above = next(
            (found.mean <= 0 for value, found in zip(at, margins, strict=True) if value > root.value), None
        )
        return {
            "path": span.path, "unit": span.unit, "source": span.source,
            "value": math.nan if span.value is None else span.value, "low": span.low, "high": span.high,
            "why": criterion.why, "rival": self.policies[criterion.rival].name if criterion.rival else "",
            "outcome": criterion.kpi,
            "margin": present.mean, "margin_low": present.low, "margin_high": present.high,
            "flips_at": root.value, "flips_low": root.low, "flips_high": root.high,
            "side": "" if above is None else "above" if above else "below",
            "distance": abs(root.value - now) / (span.high - span.low),
            "sure": bool(at) and all(found.low > 0 for found in margins), "tried": len(at),
        }  # fmt: skip

    def leads(self, today: Outcomes) -> pd.DataFrame:
        """Return how far ahead of each rival the recommended is, the nearest first."""
        rows = []
        for criterion in self.criteria:
            if criterion.why != MISSES:
                lead = mean_interval(criterion.margin(today, 0))
                rows.append((self.policies[criterion.rival].name, criterion.why, *lead[:3]))
        table = pd.DataFrame(rows, columns=["name", "why", "lead", "lead_low", "lead_high"])
        return table.sort_values(["why", "lead"], kind="stable", ignore_index=True)


def _part(outcomes: Outcomes, start: int, count: int) -> Outcomes:
    """Return the outcomes of some of the scenarios."""
    return Outcomes({kpi: values[start : start + count] for kpi, values in outcomes.values.items()})
