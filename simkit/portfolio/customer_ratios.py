"""The indicators of a customer: stated in its master, or computed from the lines of its balance sheet."""

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]

INDICATORS = {
    "past_overdue": (0.0, 1.0),
    "legal_disputes": (0.0, 1e4),
    "profitability": (-100.0, 100.0),
    "current_ratio": (0.0, 1e6),
    "quick_ratio": (0.0, 1e6),
    "receivables_turnover": (0.0, 1e6),
    "debt_ratio": (0.0, 1e3),
    "net_assets_million": (-1e9, 1e9),
    "total_assets_million": (0.0, 1e9),
    "pledgeable_cover": (0.0, 1e6),
    "industry_phase": (-2.0, 2.0),
    "market_rank": (0.0, 1.0),
}
"""The indicators of the 5C score and of default, each with the least and the largest value it may have."""

_MILLION_YUAN = 1e6
_LEAST_EQUITY_SHARE = 0.02  # with less, total assets inferred from net assets are all rounding error


def indicators(fields: pd.DataFrame) -> pd.DataFrame:
    """Return the indicators of customers, one a column, NaN where nothing tells them.

    What is stated wins over what can be computed. Past overdue is the late share of the invoices on record.

    Parameters
    ----------
    fields : DataFrame
        The fields of `simkit.portfolio.customer_names.COLUMNS` as numbers, NaN where blank; money in yuan.
    """
    f = {name: fields[name].to_numpy(np.float64) for name in fields}
    assets = _first(f["total_assets"], f["net_assets"] + f["total_liabilities"])
    debt = _first(f["debt_ratio"], _ratio(f["total_liabilities"], assets))
    equity = _first(
        f["net_assets_million"] * _MILLION_YUAN,
        f["net_assets"],
        assets - f["total_liabilities"],
        assets * (1 - debt),
    )
    safe = np.where(np.abs(1 - debt) >= _LEAST_EQUITY_SHARE, 1 - debt, np.nan)
    inferred = _ratio(equity, safe)
    assets = _first(assets, np.where(inferred > 0, inferred, np.nan))
    debt = _first(debt, 1 - _ratio(equity, assets))
    found = {
        "past_overdue": _first(f["past_overdue"], _ratio(f["past_late_invoices"], f["past_invoices"])),
        "legal_disputes": f["legal_disputes"],
        "profitability": _first(f["profitability"], _ratio(f["operating_profit"], assets)),
        "current_ratio": _first(f["current_ratio"], _ratio(f["current_assets"], f["current_liabilities"])),
        "quick_ratio": _first(f["quick_ratio"], _ratio(f["current_assets"] - f["inventory"], f["current_liabilities"])),
        "receivables_turnover": _first(f["receivables_turnover"], _ratio(f["sales"], f["receivables"])),
        "debt_ratio": debt,
        "net_assets_million": equity / _MILLION_YUAN,
        "total_assets_million": assets / _MILLION_YUAN,
        "pledgeable_cover": _first(f["pledgeable_cover"], _ratio(f["pledgeable_assets"], f["exposure"])),
        "industry_phase": f["industry_phase"],
        "market_rank": f["market_rank"],
    }  # fmt: skip
    return pd.DataFrame(found, index=fields.index, columns=list(INDICATORS))


def _first(*stated: Floats) -> Floats:
    """Return, for each customer, the first value that is known."""
    value = stated[0].copy()
    for other in stated[1:]:
        value = np.where(np.isnan(value), other, value)
    return value


def _ratio(above: Floats, below: Floats) -> Floats:
    """Return a ratio, NaN where there is nothing to divide by."""
    ratio: Floats = np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0)
    return ratio
