"""How the balance sheets of a company's customers spread and go together, in the form a world draws them."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtri
from scipy.stats import rankdata

from simkit.scenario.firms import BOUNDS, KNOTS, SCORES, Firms

Floats = npt.NDArray[np.float64]

FEWEST_KNOWN = 30
"""Customers whose ratio must be known for its spread to be taken from them."""

PRIOR_PAIRS = 30.0
"""Customers' worth of trust in each correlation of the base world (assumption)."""

_LEAST_EIGENVALUE = 1e-3
_FARTHEST = 3.3


def fit_spread(customers: pd.DataFrame, base: Firms) -> tuple[dict[str, Any], list[str]]:
    """Return values of ``world.firms`` for spreads and correlations, and notes on what they rest on.

    Parameters
    ----------
    customers : DataFrame
        Indicators as in `simkit.portfolio.customer_file.CustomerMaster`.
    base : Firms
        Whose values stand where the customers are silent.
    """
    ratios = ratios_of(customers)
    told = [name for name in BOUNDS if ratios[name].notna().sum() >= FEWEST_KNOWN]
    part: dict[str, Any] = {name: _spread(ratios[name].dropna().to_numpy(), name) for name in told}
    kept = [name for name in BOUNDS if name not in told]
    notes = [f"spreads of balance sheets: {', '.join(told) or 'none'} from the customer master"]
    if kept:
        notes.append(
            f"spreads kept from the base world: {', '.join(kept)} (known of fewer than {FEWEST_KNOWN} customers)"
        )
    if told:
        part["correlation"] = _correlation(ratios, told, np.array(base.correlation)).tolist()
    return {**part, **_others(customers, base)}, notes


def ratios_of(customers: pd.DataFrame) -> pd.DataFrame:
    """Return the ratios a world draws: those of the master, quick assets as a share of current assets."""
    share = (
        customers["quick_ratio"] / customers["current_ratio"].where(customers["current_ratio"] > 0)
    ).clip(0, 1)
    return customers.assign(quick_share=share)[list(BOUNDS)]


def scores_of(customers: pd.DataFrame, firms: Firms) -> Floats:
    """Return the normal scores of customers under a world's spreads, shape (customers, ratios).

    A missing one is what is expected given the others, by the world's correlations.
    """
    ratios = ratios_of(customers)
    shares = np.column_stack([np.interp(ratios[name], getattr(firms, name), KNOTS) for name in BOUNDS])
    scores = np.clip(ndtri(shares), -_FARTHEST, _FARTHEST)
    correlation = np.array(firms.correlation)[: len(BOUNDS), : len(BOUNDS)]
    missing = np.isnan(scores)
    for pattern in np.unique(missing, axis=0):
        rows, known = (missing == pattern).all(axis=1), ~pattern
        weights = np.linalg.solve(correlation[np.ix_(known, known)], correlation[np.ix_(known, pattern)])
        scores[np.ix_(rows, pattern)] = scores[np.ix_(rows, known)] @ weights
    filled: Floats = scores
    return filled


def _spread(values: Floats, name: str) -> list[float]:
    least, most = BOUNDS[name]
    return [float(value) for value in np.clip(np.quantile(values, KNOTS), least, most)]


def _correlation(ratios: pd.DataFrame, told: list[str], base: Floats) -> Floats:
    """Return correlations of normal scores, each shrunk to the base world's; of what is not told, the base world's.

    Pairs known of different customers may contradict each other; then all are moved towards the base world until the
    matrix is positive definite.
    """
    own = base.copy()
    for one, first in enumerate(SCORES):
        for two, second in enumerate(SCORES[:one]):
            if first in told and second in told:
                both = ratios[[first, second]].dropna().to_numpy()
                found = _rank_correlation(both)
                weight = len(both) / (len(both) + PRIOR_PAIRS)
                own[one, two] = own[two, one] = weight * found + (1 - weight) * base[one, two]
    for way in np.linspace(0, 1, 101):
        mixed: Floats = np.round((1 - way) * own + way * base, 6)
        if np.linalg.eigvalsh(mixed)[0] >= _LEAST_EIGENVALUE:
            return mixed
    return base


def _rank_correlation(pairs: Floats) -> float:
    """Return the correlation of the normal scores of two columns (van der Waerden); 0 where one does not vary."""
    if len(pairs) < 2 or (np.ptp(pairs, axis=0) == 0).any():
        return 0.0
    scores = ndtri((rankdata(pairs, axis=0) - 0.5) / len(pairs))
    return float(np.corrcoef(scores.T)[0, 1])


def _others(customers: pd.DataFrame, base: Firms) -> dict[str, Any]:
    """Return what else is told: disputes, cover, industry phases, rank against size."""
    part: dict[str, Any] = {}
    known = {
        name: customers[name].dropna() for name in ("legal_disputes", "pledgeable_cover", "industry_phase")
    }
    if len(known["legal_disputes"]) >= FEWEST_KNOWN:
        part["legal_disputes_mean"] = float(min(known["legal_disputes"].mean(), 100.0))
    cover = known["pledgeable_cover"]
    if (cover > 0).sum() >= FEWEST_KNOWN:
        logs = np.log(cover[cover > 0])
        part["pledgeable_cover_median"] = float(min(cover.median(), 100.0))
        part["pledgeable_cover_spread"] = float(min(logs.std(), 3.0))
    phases = known["industry_phase"]
    if len(phases) >= FEWEST_KNOWN:
        counts = np.bincount(np.rint(phases).astype(int) + 2, minlength=5).astype(np.float64)
        shares = np.round(counts / counts.sum(), 6)
        shares[np.argmax(shares)] += 1 - shares.sum()
        part["industry_phases"] = [float(share) for share in shares]
    rank = customers[["market_rank", "total_assets_million"]].dropna().to_numpy()
    if len(rank) >= FEWEST_KNOWN:
        weight = len(rank) / (len(rank) + PRIOR_PAIRS)
        part["rank_follows_size"] = weight * _rank_correlation(rank) + (1 - weight) * base.rank_follows_size
    return part
