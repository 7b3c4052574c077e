"""Which indicators a short default model should read: one after the other, by what each adds to those before it."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from simkit.calibration.default_model import check_outcomes, logistic_pipeline, values_of

Floats = npt.NDArray[np.float64]

_LOOSENESS = 0.1


def select_indicators(firms: pd.DataFrame, defaulted: npt.ArrayLike, count: int) -> list[str]:
    """Return so many indicators, the most telling first: forward selection by the penalised score test (Rao 1948).

    The score test of an indicator's whole curve needs the fit without it alone, so each step costs one fit. Held-out
    firms must have no part in it: select inside each training fold.

    Raises
    ------
    UserError
        With too few defaults or survivors.
    """
    names = list(firms.columns)
    bad = np.asarray(defaulted, dtype=bool)
    check_outcomes(bad)
    values = values_of(firms, names)
    terms = logistic_pipeline(_LOOSENESS)["terms"].fit(values)
    columns = terms.transform(values)
    chosen: list[int] = []
    for _ in range(min(count, len(names))):
        inside = columns[:, np.isin(terms.term_, chosen)]
        chance = _chance(inside, bad)
        gains = [
            _score(columns[:, terms.term_ == each], inside, chance, bad) if each not in chosen else -np.inf
            for each in range(len(names))
        ]
        chosen.append(int(np.argmax(gains)))
    return [names[each] for each in chosen]


def _chance(inside: Floats, bad: npt.NDArray[np.bool_]) -> Floats:
    if not inside.shape[1]:
        return np.full(len(bad), bad.mean())
    logistic = logistic_pipeline(_LOOSENESS)["logistic"].fit(inside, bad)
    chance: Floats = logistic.predict_proba(inside)[:, 1]
    return chance


def _score(curve: Floats, inside: Floats, chance: Floats, bad: npt.NDArray[np.bool_]) -> float:
    """Return twice what a quadratic step in the weights of a curve adds to the penalised log-likelihood."""
    weight = chance * (1 - chance)
    base = np.column_stack([np.ones(len(bad)), inside])
    penalty = np.diag(np.r_[0.0, np.full(inside.shape[1], 1 / _LOOSENESS)])
    cross = (base.T * weight) @ curve
    shared = np.linalg.solve((base.T * weight) @ base + penalty, cross)
    left = (curve.T * weight) @ curve - cross.T @ shared + np.eye(curve.shape[1]) / _LOOSENESS
    gradient = curve.T @ (bad - chance)
    return float(gradient @ np.linalg.solve(left, gradient))
