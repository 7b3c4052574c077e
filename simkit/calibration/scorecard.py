"""A default model as points: a score on which a fixed number of points doubles the odds of staying solvent."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from simkit.calibration.default_model import DefaultModel

Floats = npt.NDArray[np.float64]

SHARES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
"""Cumulative shares of the training firms at whose values the table gives the points; between them points follow a
smooth curve."""


@dataclass(frozen=True)
class Scale:
    """Points of a score: ``base_points`` at odds of solvency of ``base_odds`` to 1, ``pdo`` more when they double.

    Examples
    --------
    >>> Scale().score(-math.log(50)), round(Scale().score(-math.log(100)))
    (600.0, 620)
    """

    pdo: float = 20.0
    base_points: float = 600.0
    base_odds: float = 50.0

    @property
    def factor(self) -> float:
        """Points a unit of log-odds."""
        return self.pdo / math.log(2)

    @property
    def offset(self) -> float:
        """Points where solvency and default are as likely."""
        return self.base_points - self.factor * math.log(self.base_odds)

    def score(self, log_odds: float) -> float:
        """Return the score of a firm with these log-odds of default."""
        return self.offset - self.factor * log_odds


def points(model: DefaultModel, firms: pd.DataFrame, scale: Scale | None = None) -> pd.DataFrame:
    """Return the points of each firm by indicator, and ``base`` that all firms have; they sum to its score."""
    scale = scale or Scale()
    table = pd.DataFrame(
        -scale.factor * model.contributions(firms), columns=list(model.indicators), index=firms.index
    )
    table.insert(0, "base", scale.score(model.base))
    return table


def points_table(model: DefaultModel, scale: Scale | None = None) -> pd.DataFrame:
    """Return the scorecard: for each indicator its values at `SHARES` of the training firms, and the points they earn.

    Returns
    -------
    DataFrame
        indicator, share (NaN in the row for a missing value, of those indicators that some training firms lack), value,
        points.
    """
    scale = scale or Scale()
    terms = model.pipeline["terms"]
    rows = []
    for place, name in enumerate(model.indicators):
        values, ranks = terms.values_[place], terms.ranks_[place]
        shown = [(share, float(np.interp(share, ranks, values))) for share in SHARES] if len(values) else []
        if place in terms.absences_:
            shown.append((np.nan, np.nan))
        asked = pd.DataFrame(np.nan, index=range(len(shown)), columns=list(model.indicators))
        asked[name] = [value for _, value in shown]
        earned = -scale.factor * model.contributions(asked)[:, place]
        rows += [
            {"indicator": name, "share": share, "value": value, "points": each}
            for (share, value), each in zip(shown, earned, strict=True)
        ]
    return pd.DataFrame(rows, columns=["indicator", "share", "value", "points"])
