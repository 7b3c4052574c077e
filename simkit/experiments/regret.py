"""Which policy to choose when nobody knows the world: minimax regret, expected regret, and how often each is best.

Regret is what a policy gives away in a world against the one that would have been best there (Savage 1951, Journal of
the American Statistical Association 46, 55-67). Starr's domain criterion asks in how large a part of the worlds a
policy is the best (Starr 1962, Product Design and Decision Theory).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simkit.errors import UserError
from simkit.experiments.dominance import DRAWS, resampled
from simkit.experiments.estimate import CONFIDENCE, Values

CRITERIA = ("minimax", "expected", "domain")
"""The policy whose largest regret is smallest, whose regret is smallest on average, and that is most often best."""


@dataclass(frozen=True)
class Regret:
    """How policies do over worlds.

    Attributes
    ----------
    kpi : str
        The outcome that regret is counted in.
    worlds : DataFrame
        One row a policy and world: policy, world, weight, value (mean), regret with low and high (95 %), best (whether
        it is the best of the world), p_best (how often, when the replications are drawn again).
    policies : DataFrame
        One row a policy: policy; max_regret and expected_regret, each with _low and _high; worst_world (where the
        regret is largest); domain (weight of the worlds in which it is the best); chosen_minimax, chosen_expected and
        chosen_domain (whether it is each criterion's choice), and p_minimax, p_expected and p_domain (how often).
    lost : int
        Worlds left out because a run failed there, or the outcome is undefined.
    """

    kpi: str
    worlds: pd.DataFrame
    policies: pd.DataFrame
    lost: int

    def choice(self, criterion: str) -> str:
        """Return the policy that a criterion (``minimax``, ``expected`` or ``domain``) chooses."""
        rows = self.policies[self.policies[f"chosen_{criterion}"]]
        return str(rows["policy"].iloc[0])


def regret(
    policies: Sequence[str],
    worlds: Sequence[str],
    values: Values,
    kpi: str,
    weights: Sequence[float] | None = None,
    largest: bool = True,
    seed: int = 1,
    draws: int = DRAWS,
) -> Regret:
    """Return the regret of policies over worlds, and what three criteria choose.

    Parameters
    ----------
    policies, worlds : sequence of str
        Their names.
    values : float array, shape (policies, worlds, replications)
        The outcome, under the same luck; see `simkit.experiments.worlds.sample`. A world in which one is undefined
        (NaN) is left out.
    kpi : str
        Name of the outcome.
    weights : sequence of float, optional
        How likely each world is held to be; all alike when not given.
    largest : bool
        Whether more of the outcome is better.
    seed, draws : int
        Of the bootstrap over replications.

    Raises
    ------
    UserError
        When there are fewer than two replications, weights do not fit the worlds, or no world is left.
    """
    if values.shape[2] < 2:
        raise UserError("regret: one replication says nothing of luck; give at least 2")
    given = np.ones(len(worlds)) if weights is None else np.asarray(weights, dtype=float)
    if len(given) != len(worlds) or (given < 0).any():
        raise UserError(f"weights: give one for each of the {len(worlds)} worlds, none below 0")
    kept = np.asarray(~np.isnan(values).any(axis=(0, 2)))
    if given[kept].sum() == 0:
        raise UserError(f"regret: {kpi} is undefined, or of weight 0, in every world")
    share = given[kept] / given[kept].sum()
    names = [name for name, there in zip(worlds, kept, strict=True) if there]
    gains = values[:, kept] if largest else -values[:, kept]
    found = _judged(gains.mean(axis=2)[None], share)
    again = _judged(_drawn(gains, draws, seed), share)
    return Regret(kpi, _worlds(policies, names, share, values[:, kept], found, again),
                  _policies(policies, names, found, again), int((~kept).sum()))  # fmt: skip


@dataclass(frozen=True)
class _Judged:
    """Regrets (draws, policies, worlds) and what follows from them, each (draws, policies)."""

    regrets: Values
    best: Values
    most: Values
    expected: Values
    domain: Values


def _judged(means: Values, share: Values) -> _Judged:
    regrets = means.max(axis=1, keepdims=True) - means
    best = regrets == 0
    # Those that share the first place of a world share the world.
    domain = (best / best.sum(axis=1, keepdims=True)) @ share
    return _Judged(regrets, best.astype(float), regrets.max(axis=2), regrets @ share, domain)


def _drawn(gains: Values, draws: int, seed: int) -> Values:
    """Return means of replications drawn again, the same ones for every policy and world."""
    policies, worlds, replications = gains.shape
    flat = resampled(gains.reshape(-1, replications), draws, np.random.default_rng(seed))
    return flat.reshape(draws, policies, worlds)


def _choices(judged: _Judged) -> dict[str, Values]:
    """Return whom each criterion chooses, shape (draws, policies); the first of those that tie."""
    ranked = {"minimax": -judged.most, "expected": -judged.expected, "domain": judged.domain}
    return {name: np.eye(score.shape[1])[score.argmax(axis=1)] for name, score in ranked.items()}


def _interval(drawn: Values) -> tuple[Values, Values]:
    low, high = np.quantile(drawn, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2], axis=0)
    return low, high


def _worlds(
    policies: Sequence[str],
    worlds: Sequence[str],
    share: Values,
    values: Values,
    found: _Judged,
    again: _Judged,
) -> pd.DataFrame:
    low, high = _interval(again.regrets)
    index = pd.MultiIndex.from_product([list(policies), list(worlds)], names=["policy", "world"])
    columns = {
        "weight": np.tile(share, len(policies)), "value": values.mean(axis=2).ravel(),
        "regret": found.regrets[0].ravel(), "low": low.ravel(), "high": high.ravel(),
        "best": found.best[0].ravel() > 0, "p_best": again.best.mean(axis=0).ravel(),
    }  # fmt: skip
    return pd.DataFrame(columns, index=index).reset_index()


def _policies(policies: Sequence[str], worlds: Sequence[str], found: _Judged, again: _Judged) -> pd.DataFrame:
    table = pd.DataFrame({"policy": list(policies)})
    for name, value, drawn in (
        ("max_regret", found.most, again.most),
        ("expected_regret", found.expected, again.expected),
    ):
        low, high = _interval(drawn)
        table = table.assign(**{name: value[0], f"{name}_low": low, f"{name}_high": high})
    table["worst_world"] = [worlds[place] for place in found.regrets[0].argmax(axis=1).tolist()]
    table["domain"] = found.domain[0]
    for criterion, chosen in _choices(found).items():
        table[f"chosen_{criterion}"] = chosen[0] > 0
    for criterion, chosen in _choices(again).items():
        table[f"p_{criterion}"] = chosen.mean(axis=0)
    return table
