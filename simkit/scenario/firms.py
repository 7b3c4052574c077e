"""Balance sheets of the customers: how the 5C ratios spread, go together and foretell default.

Levels and correlations are rounded aggregates of 4,696 Polish companies, 2007-2013, a year before they failed
or survived (UCI 365, Zieba, Tomczak & Tomczak 2016, CC BY 4.0). There leverage, liquidity, profitability and
size carry the signal and receivables turnover none.
"""

from itertools import pairwise
from typing import Any, Self

import numpy as np
from pydantic import Field, model_validator

from simkit.scenario.parameter import Parameters, parameter

KNOTS = (0.0, 0.01, 0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95, 0.99, 1.0)
"""Cumulative shares of firms at which a ratio's values are given; linear between, never outside."""

SCORES = (
    "profitability",
    "current_ratio",
    "quick_share",
    "receivables_turnover",
    "debt_ratio",
    "total_assets_million",
    "unseen",
)
"""Order of the rows of ``Firms.correlation`` and of the standard normal scores behind the ratios."""


BOUNDS = {
    "profitability": (-100.0, 100.0),
    "current_ratio": (0.0, 1e6),
    "quick_share": (0.0, 1.0),
    "receivables_turnover": (0.0, 1e6),
    "debt_ratio": (0.0, 1e3),
    "total_assets_million": (0.0, 1e9),
}
"""Least and largest value that the spread of each ratio may hold."""


def _spread(name: str, values: list[float], meaning: str, unit: str) -> Any:
    """Declare the values of one ratio at ``KNOTS``."""
    shares = ", ".join(f"{share:.0%}" for share in KNOTS)
    least, most = BOUNDS[name]
    return parameter(
        values,
        f"{meaning}: values at the cumulative shares {shares} of firms, rising, from {least:g} to {most:g}.",
        unit=unit,
        source="estimated",
        min_length=len(KNOTS),
        max_length=len(KNOTS),
    )


class DefaultDrivers(Parameters):
    """Weight of one standard deviation of each score in the log-odds of default within a year.

    The weights of the ratios are a penalised logistic fit to the Polish companies with the signs of theory,
    scaled so that the ratios alone reach an AUC of about 0.76; ``unseen`` stands for what no balance sheet
    shows.
    """

    profitability: float = parameter(
        -0.45, "Operating profit to total assets.", unit="logit", source="estimated", ge=-5, le=5
    )
    current_ratio: float = parameter(-0.35, "Current ratio.", unit="logit", source="estimated", ge=-5, le=5)
    quick_share: float = parameter(
        -0.25, "Quick assets in current assets.", unit="logit", source="estimated", ge=-5, le=5
    )
    receivables_turnover: float = parameter(
        0.0, "Receivables turnover: no signal.", unit="logit", source="estimated", ge=-5, le=5
    )
    debt_ratio: float = parameter(0.20, "Debt ratio.", unit="logit", source="estimated", ge=-5, le=5)
    total_assets_million: float = parameter(
        -0.35, "Total assets.", unit="logit", source="estimated", ge=-5, le=5
    )
    unseen: float = parameter(
        -0.45, "Management and all else no ratio shows.", unit="logit", source="assumption", ge=-5, le=5
    )


class Default(Parameters):
    """Annual probability of default: logistic in the firm's scores, with a given mean over all firms."""

    mean_pd: float = parameter(
        0.02,
        "Mean probability of default within a year, in an average economy.",
        unit="share/year",
        source="assumption",
        ge=0,
        le=0.5,
    )
    drivers: DefaultDrivers = Field(default_factory=DefaultDrivers, description="What default depends on.")


class Firms(Parameters):
    """Distribution of the customers' balance sheets (a Gaussian copula) and of their default risk."""

    profitability: list[float] = _spread(
        "profitability",
        [-2.0, -0.56, -0.21, -0.10, 0.01, 0.06, 0.14, 0.24, 0.33, 0.56, 1.5],
        "Operating profit / total assets",
        "share",
    )
    current_ratio: list[float] = _spread(
        "current_ratio",
        [0.05, 0.20, 0.55, 0.77, 1.09, 1.67, 2.94, 5.62, 8.70, 25.0, 60.0],
        "Current assets / short-term liabilities",
        "ratio",
    )
    quick_share: list[float] = _spread(
        "quick_share",
        [0.02, 0.12, 0.26, 0.36, 0.52, 0.68, 0.83, 0.95, 0.985, 0.995, 1.0],
        "Quick assets / current assets",
        "share",
    )
    receivables_turnover: list[float] = _spread(
        "receivables_turnover",
        [0.3, 1.0, 2.3, 3.0, 4.3, 6.2, 9.4, 15.3, 23.3, 78.0, 200.0],
        "Sales / receivables",
        "per year",
    )
    debt_ratio: list[float] = _spread(
        "debt_ratio",
        [0.005, 0.02, 0.08, 0.13, 0.26, 0.45, 0.67, 0.87, 1.02, 2.1, 4.0],
        "Total liabilities / total assets",
        "share",
    )
    total_assets_million: list[float] = _spread(
        "total_assets_million",
        [0.05, 0.23, 1.0, 2.6, 8.7, 29.0, 90.0, 290.0, 590.0, 2_400.0, 10_000.0],
        "Total assets (one zloty taken as two yuan)",
        "million yuan",
    )
    correlation: list[list[float]] = parameter(
        [
            [1.00, 0.43, 0.19, 0.01, -0.41, 0.05, 0.00],
            [0.43, 1.00, 0.16, -0.12, -0.78, -0.05, 0.00],
            [0.19, 0.16, 1.00, -0.33, -0.18, -0.07, 0.00],
            [0.01, -0.12, -0.33, 1.00, 0.04, -0.13, 0.00],
            [-0.41, -0.78, -0.18, 0.04, 1.00, -0.08, 0.00],
            [0.05, -0.05, -0.07, -0.13, -0.08, 1.00, 0.00],
            [0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 1.00],
        ],
        f"Correlations of the normal scores of {', '.join(SCORES)}.",
        unit="-",
        source="estimated",
        min_length=len(SCORES),
        max_length=len(SCORES),
    )
    default: Default = Field(default_factory=Default, description="Probability of default.")
    pledgeable_cover_median: float = parameter(
        0.9, "Median of pledgeable assets / usual exposure.", unit="ratio", source="assumption", ge=0, le=100
    )
    pledgeable_cover_spread: float = parameter(
        0.8, "Log-standard deviation of pledgeable cover.", unit="log", source="assumption", ge=0, le=3
    )
    legal_disputes_mean: float = parameter(
        0.25, "Mean legal disputes in three years.", unit="disputes", source="assumption", ge=0, le=100
    )
    legal_disputes_quality: float = parameter(
        -0.5,
        "Log-change of disputes per standard deviation of financial quality.",
        unit="log",
        source="assumption",
        ge=-3,
        le=3,
    )
    legal_disputes_frailty: float = parameter(
        -0.4,
        "Log-change of disputes per unit of the customer's payment habit.",
        unit="log/logit",
        source="assumption",
        ge=-3,
        le=3,
    )
    industry_phases: list[float] = parameter(
        [0.08, 0.20, 0.40, 0.22, 0.10],
        "Shares of customers in industry phases -2 (decline) to 2 (growth).",
        unit="share",
        source="assumption",
        min_length=5,
        max_length=5,
    )
    rank_follows_size: float = parameter(
        0.5,
        "Correlation of market rank with the size of the firm (normal scores).",
        unit="-",
        source="assumption",
        ge=-1,
        le=1,
    )
    orders_follow_size: float = parameter(
        0.5,
        "Correlation of order value with the size of the firm (normal scores).",
        unit="-",
        source="assumption",
        ge=-1,
        le=1,
    )
    terms_follow_size: float = parameter(
        0.25,
        "Correlation of the credit term asked for with the size of the firm (normal scores).",
        unit="-",
        source="assumption",
        ge=-1,
        le=1,
    )

    @model_validator(mode="after")
    def _values_rise(self) -> Self:
        for name, (least, most) in BOUNDS.items():
            values = getattr(self, name)
            if not all(left <= right for left, right in pairwise(values)):
                raise ValueError(f"{name} must not fall from one cumulative share to the next")
            if not least <= values[0] <= values[-1] <= most:
                raise ValueError(
                    f"{name} runs from {values[0]:g} to {values[-1]:g}; "
                    f"it must lie between {least:g} and {most:g}"
                )
        return self

    @model_validator(mode="after")
    def _correlation_is_one(self) -> Self:
        if any(len(row) != len(SCORES) for row in self.correlation):
            raise ValueError(f"correlation must have {len(SCORES)} numbers in each of its {len(SCORES)} rows")
        matrix = np.array(self.correlation)
        if not np.all(np.isfinite(matrix)):
            raise ValueError("correlation must hold finite numbers")
        if np.any(matrix != matrix.T) or np.any(np.diag(matrix) != 1):
            raise ValueError("correlation must be symmetric with ones on its diagonal")
        least = float(np.linalg.eigvalsh(matrix)[0])
        if least < 1e-6:
            raise ValueError(f"correlation must be positive definite; its least eigenvalue is {least:.2g}")
        return self

    @model_validator(mode="after")
    def _phases_sum_to_one(self) -> Self:
        if min(self.industry_phases) < 0 or abs(sum(self.industry_phases) - 1) > 1e-6:
            raise ValueError(
                f"industry_phases must be shares that sum to 1; they sum to {sum(self.industry_phases):g}"
            )
        return self
