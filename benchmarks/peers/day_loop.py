"""The compiled payment walk beside the plain day loop that an analyst would write with pandas and NumPy.

``python -m benchmarks.peers.day_loop`` simulates the same lines both ways: issued over a year, each with its own shift
(grade, frailty) and the world's bucket effects, no desks, no default. The loop draws every open line anew every day;
the walk goes from bucket to bucket with one draw a line. Both must pay the same share by 0, 30 and 90 days past due,
within five standard errors. Prints lines a second of both, and of the whole compiled engine with every system on;
medians of five, interleaved.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

import simkit
from benchmarks.limit.walk import ALIKE, walk
from benchmarks.timing import medians
from simkit.engine import simulation
from simkit.engine.calendar import Calendar
from simkit.engine.paydays import pay_days
from simkit.streams import Stream

LINES, HORIZON, REPEATS = 50_000, 900, 5
AGES = (0, 30, 90)
Array = npt.NDArray[Any]


def day_loop(lines: pd.DataFrame, alpha: Array, starts: Array) -> pd.Series:
    """Return the day on which each line is paid, going day by day; missing where it is not."""
    rng = np.random.default_rng(7)
    paid = pd.Series(np.nan, index=lines.index)
    for day in range(HORIZON):
        due = lines[(lines["issue"] < day) & paid.isna()]
        bucket = np.searchsorted(starts, day - due["due"], side="right")
        chance = 1 / (1 + np.exp(-(alpha[bucket] + due["shift"])))
        paid.loc[due.index[rng.random(len(due)) < chance]] = day
    return paid


def shares(from_due: Array) -> Array:
    """Return the share of lines paid by each age."""
    return np.array([np.mean(from_due <= age) for age in AGES])


def main() -> None:
    """Measure and print."""
    scenario = simkit.load("params/policies/dual_wheel.yaml", overrides={"run.customers": 3_000})
    world = scenario.world.payment
    alpha, starts = np.array(world.alpha), np.array(world.bucket_starts, dtype=np.int64)
    alike = pay_days(Calendar(scenario.run), ALIKE)
    rng = np.random.default_rng(1)
    issue, term = rng.integers(0, 365, LINES), rng.choice([30, 60, 90], LINES)
    lines = pd.DataFrame({"issue": issue, "due": issue + term, "shift": rng.normal(0, 1, LINES)})
    shift, since, paid = lines["shift"].to_numpy(), (1 - term).astype(np.int64), np.empty(LINES, np.int64)

    def ours() -> None:
        walk(1, int(Stream.PAYMENT), shift, since, alpha, starts, *alike, paid)

    ours()
    found = shares(paid), shares((day_loop(lines, alpha, starts) - lines["due"]).to_numpy())
    error = np.sqrt(2 * found[0] * (1 - found[0]) / LINES)
    assert np.all(np.abs(found[0] - found[1]) < 5 * error), found
    made = len(simulation.simulate(scenario).receivables)
    loop, bare, whole = medians(
        REPEATS, lambda: day_loop(lines, alpha, starts), ours, lambda: simulation.simulate(scenario)
    )
    slow = LINES / loop
    print("| payment alone, and everything | lines/s | of the day loop's speed |")
    print("|---|---|---|")
    print(f"| pandas day loop, payment alone | {slow:,.0f} | 1 |")
    print(f"| simkit's walk, payment alone | {LINES / bare:,.0f} | {LINES / bare / slow:,.0f} x |")
    print(f"| simkit, every system on, tables made | {made / whole:,.0f} | {made / whole / slow:,.1f} x |")


if __name__ == "__main__":
    main()
