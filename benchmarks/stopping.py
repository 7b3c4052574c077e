"""What intervals cover that stop when they are narrow enough: Stein's two stages beside the naive rule.

The naive rule adds a replication at a time and stops at the first Student interval within the precision. Both
start from the same first stage and want the same half-width; the data are normal, and skewed (exponential, moved to
mean 0).
"""

import math

import numpy as np
from scipy.stats import t

from simkit.experiments.sequential import needed

TRIALS, MOST = 20_000, 2_500
STUDENT = t.ppf(0.975, np.arange(1, MOST))
"""Quantiles for 2, 3, ... values."""


def stein(values: np.ndarray, first: int, precision: float) -> tuple[int, bool]:
    """Return how many of the values the two stages use, and whether the interval holds 0."""
    n = needed(values[:first], precision)
    if n > len(values):
        raise ValueError(f"{n} values wanted; raise MOST above {len(values)}")
    half = STUDENT[first - 2] * values[:first].std(ddof=1) / math.sqrt(n)
    return n, bool(abs(values[:n].mean()) <= half)


def naive(values: np.ndarray, first: int, precision: float) -> tuple[int, bool]:
    """Return the same of the rule that looks after every value."""
    count = np.arange(1, len(values) + 1)
    mean = np.cumsum(values) / count
    spread = (np.cumsum(values**2) - count * mean**2)[1:] / count[:-1]
    half = STUDENT[: len(values) - 1] * np.sqrt(np.maximum(spread, 0) / count[1:])
    stop = first - 2 + int(np.argmax(half[first - 2 :] <= precision))
    return stop + 2, bool(abs(mean[stop + 1]) <= half[stop])


def main() -> None:
    """Print coverage and numbers used."""
    print("| data | first stage | half-width, sd | rule | coverage of 95 % | replications, mean |")
    print("|---|---|---|---|---|---|")
    for kind, draw in (
        ("normal", lambda rng, n: rng.standard_normal(n)),
        ("exponential", lambda rng, n: rng.exponential(1, n) - 1),
    ):
        for first, precision in ((5, 0.5), (20, 0.5), (20, 0.25)):
            for name, rule in (("two stages", stein), ("naive", naive)):
                rng = np.random.default_rng(1)
                found = [rule(draw(rng, MOST), first, precision) for _ in range(TRIALS)]
                used, held = np.mean(found, axis=0)
                error = math.sqrt(held * (1 - held) / TRIALS)
                print(
                    f"| {kind} | {first} | {precision} | {name} | {held:.1%} ± {2 * error:.1%} | {used:.0f} |"
                )


if __name__ == "__main__":
    main()
