"""The reference engine's desk beside Ciw, a queueing library: the same M/M/1 queue, jobs a second.

``python -m benchmarks.peers.desk`` installs Ciw into a folder that goes with the run; it is no dependency of simkit.
Poisson arrivals, exponential work, load 0.8; the mean wait of both must be that of the closed form within five standard
errors (of batches). Medians of five, interleaved.
"""

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator

import numpy as np
import simpy

from benchmarks.timing import seconds
from simkit.engine.desk import Desk

JOBS, LOAD, SERVICE, REPEATS, BATCHES = 40_000, 0.8, 1_000, 5, 20
EXPECTED = LOAD / (1 - LOAD)
"""Mean wait of M/M/1, in mean services."""


class AlwaysOpen:
    """A calendar without nights."""

    def month(self, day: int) -> int:
        return 0

    def next_opening(self, minute: int) -> int:
        return minute

    def finish(self, minute: int, minutes: int) -> int:
        return minute + minutes


class Errand:
    """A job that notes when its turn came."""

    def __init__(self, env: simpy.Environment, number: int, minutes: int) -> None:
        self.env, self.key, self.minutes, self.begun = env, (float(number), 0), minutes, -1

    def needed(self) -> bool:
        self.begun = int(self.env.now)
        return True

    def finish(self, minute: int) -> None:
        pass


def ours(seed: int) -> np.ndarray:
    """Return the waits at simkit's desk, in mean services."""
    rng = np.random.default_rng(seed)
    env = simpy.Environment()
    desk = Desk(env, AlwaysOpen(), "office", 1)  # type: ignore[arg-type]
    desk.staff(1)
    arrivals = np.cumsum(rng.exponential(SERVICE / LOAD, JOBS)).astype(int)
    work = np.rint(rng.exponential(SERVICE, JOBS)).astype(int)
    errands = [Errand(env, number, int(minutes)) for number, minutes in enumerate(work)]

    def come() -> Iterator[simpy.Event]:
        for at, errand in zip(arrivals, errands, strict=True):
            yield env.timeout(int(at) - env.now)
            desk.submit(errand)

    env.process(come())
    env.run()
    return (np.array([errand.begun for errand in errands]) - arrivals) / SERVICE


def theirs(seed: int) -> np.ndarray:
    """Return the waits at Ciw's node, in mean services."""
    import ciw

    ciw.seed(seed)
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(LOAD)],
        service_distributions=[ciw.dists.Exponential(1.0)],
        number_of_servers=[1],
    )
    run = ciw.Simulation(network)
    run.simulate_until_max_customers(JOBS, method="Finish")
    records = sorted(run.get_all_records(), key=lambda record: record.arrival_date)
    return np.array([record.waiting_time for record in records])


def check(waits: np.ndarray) -> None:
    """Refuse waits that are not those of M/M/1."""
    means = [batch.mean() for batch in np.array_split(waits[JOBS // 10 :], BATCHES)]
    error = np.std(means, ddof=1) / np.sqrt(BATCHES)
    assert abs(np.mean(means) - EXPECTED) < 5 * error, (np.mean(means), EXPECTED, error)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        install = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-deps", "--target", folder]
        subprocess.run([*install, "ciw", "networkx", "tqdm"], check=True)
        sys.path.append(folder)
        check(ours(1)), check(theirs(1))
        times = [(seconds(lambda: ours(2)), seconds(lambda: theirs(2))) for _ in range(REPEATS)]
    mine, ciw = (statistics.median(column) for column in zip(*times, strict=True))
    print("| one desk, M/M/1 | jobs/s | of Ciw's speed |")
    print("|---|---|---|")
    print(f"| Ciw | {JOBS / ciw:,.0f} | 1 |")
    print(f"| simkit's SimPy desk | {JOBS / mine:,.0f} | {ciw / mine:.1f} x |")


if __name__ == "__main__":
    main()
