"""Balance-sheet parameters: what is refused, and whether the defaults are the facts they claim to be."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError
from scipy.special import ndtri
from scipy.stats import rankdata

from simkit.scenario.firms import BOUNDS, KNOTS, SCORES, DefaultDrivers, Firms

POLISH = Path(__file__).parents[3] / "shared/data/polish_bankruptcy/year5.parquet"
IDENTITY = np.eye(len(SCORES)).tolist()


def changed(row: int, column: int, value: float, mirrored: bool = True) -> list[list[float]]:
    matrix = np.eye(len(SCORES))
    matrix[row, column] = value
    if mirrored:
        matrix[column, row] = value
    return matrix.tolist()


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("debt_ratio", [0.1] * 10, "at least 11 items"),
        ("debt_ratio", [0.1, 0.2, 0.15, *[0.3] * 8], "debt_ratio must not fall"),
        ("debt_ratio", [0.1, float("nan"), *[0.3] * 9], "debt_ratio must not fall"),
        (
            "debt_ratio",
            [-0.1, *[0.3] * 10],
            "debt_ratio runs from -0.1 to 0.3; it must lie between 0 and 1000",
        ),
        ("quick_share", [*[0.3] * 10, 1.1], "quick_share runs from 0.3 to 1.1; it must lie between 0 and 1"),
        ("correlation", IDENTITY[:-1], "at least 7 items"),
        ("correlation", [row[:-1] for row in IDENTITY], "7 numbers in each of its 7 rows"),
        ("correlation", changed(0, 1, 0.5, mirrored=False), "symmetric"),
        ("correlation", changed(2, 2, 0.9), "ones on its diagonal"),
        ("correlation", changed(0, 1, 1.0), "positive definite"),
        ("correlation", changed(0, 1, float("inf")), "finite"),
        ("industry_phases", [0.2, 0.2, 0.2, 0.2, 0.1], "they sum to 0.9"),
        ("industry_phases", [-0.2, 0.4, 0.4, 0.2, 0.2], "must be shares that sum to 1"),
        ("default", {"mean_pd": 0.6}, "less than or equal to 0.5"),
        ("default", {"drivers": {"luck": 1.0}}, "Extra inputs"),
    ],
)
def test_bad_values_are_refused(field, value, message) -> None:
    with pytest.raises(ValidationError, match=message):
        Firms.model_validate({field: value})


def test_rising_by_nothing_is_allowed() -> None:
    assert Firms(debt_ratio=[0.5] * len(KNOTS)).debt_ratio == [0.5] * len(KNOTS)


def test_every_score_has_a_driver_and_every_ratio_bounds() -> None:
    assert tuple(DefaultDrivers.model_fields) == SCORES
    assert (*BOUNDS, "unseen") == SCORES
    assert set(BOUNDS) < set(Firms.model_fields)


@pytest.fixture(scope="module")
def polish() -> pd.DataFrame:
    """The ratios of the Polish companies under the names of the scores, without the unseen."""
    if not POLISH.exists():
        pytest.skip(f"{POLISH} is absent: the facts behind the defaults cannot be compared with their source")
    data = pd.read_parquet(POLISH).drop_duplicates()
    data = data.fillna(data.median())
    return pd.DataFrame(
        {
            "profitability": data["X7"],
            "current_ratio": data["X4"],
            "quick_share": (data["X46"] / data["X4"]).clip(0, 1),
            "receivables_turnover": data["X61"],
            "debt_ratio": data["X2"],
            "total_assets_million": 10 ** data["X29"] * 2 / 1000,  # thousand zloty to million yuan
        }
    )


@pytest.mark.parametrize("name", SCORES[:-1])
def test_spreads_are_those_of_the_source(polish, name) -> None:
    # The ends are cut: they are single firms. A knot may be off by its rounding alone.
    stated = np.array(getattr(Firms(), name)[1:-1])
    found = polish[name].quantile(KNOTS[1:-1]).to_numpy()
    np.testing.assert_allclose(stated, found, rtol=0.02, atol=0.012)


def test_correlations_are_those_of_the_source(polish) -> None:
    scores = polish.apply(lambda ratio: ndtri((rankdata(ratio) - 0.5) / len(ratio)))
    stated = np.array(Firms().correlation)[:-1, :-1]
    np.testing.assert_allclose(stated, np.corrcoef(scores.T), atol=0.006)
