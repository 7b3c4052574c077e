"""The reference engine's desk beside Ciw, a queueing library: the same M/M/1 queue, jobs a second.

``python -m benchmarks.peers.desk`` installs Ciw into a folder that goes with the run; it is no dependency of simkit.
Poisson arrivals, exponential work, load 0.8; the mean wait of both must be that of the closed form within five standard
errors (of batches). Medians of five, interleaved.
"""

import subprocess
import sys
import tempfile

import numpy as np

from benchmarks.timing import medians
from tests.engine.test_oracles_company import queue_waits

JOBS, LOAD, REPEATS, BATCHES = 40_000, 0.8, 5, 20
EXPECTED = LOAD / (1 - LOAD)
"""Mean wait of M/M/1, in mean services."""


def ours() -> np.ndarray:
    """Return the waits at simkit's desk, in mean services; the first tenth is left out."""
    return queue_waits(servers=1, load=LOAD, jobs=JOBS)[0]


def theirs() -> np.ndarray:
    """Return the waits at Ciw's node, in mean services; the first tenth is left out."""
    import ciw

    ciw.seed(1)
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(LOAD)],
        service_distributions=[ciw.dists.Exponential(1.0)],
        number_of_servers=[1],
    )
    run = ciw.Simulation(network)
    run.simulate_until_max_customers(JOBS, method="Finish")
    records = sorted(run.get_all_records(), key=lambda record: record.arrival_date)
    return np.array([record.waiting_time for record in records])[JOBS // 10 :]


def check(waits: np.ndarray) -> None:
    """Refuse waits that are not those of M/M/1."""
    means = [batch.mean() for batch in np.array_split(waits, BATCHES)]
    error = np.std(means, ddof=1) / np.sqrt(BATCHES)
    assert abs(np.mean(means) - EXPECTED) < 5 * error, (np.mean(means), EXPECTED, error)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        install = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-deps", "--target", folder]
        subprocess.run([*install, "ciw", "networkx", "tqdm"], check=True)
        sys.path.append(folder)
        check(ours()), check(theirs())
        mine, ciw = medians(REPEATS, ours, theirs)
    print("| one desk, M/M/1 | jobs/s | of Ciw's speed |")
    print("|---|---|---|")
    print(f"| Ciw | {JOBS / ciw:,.0f} | 1 |")
    print(f"| simkit's SimPy desk | {JOBS / mine:,.0f} | {ciw / mine:.1f} x |")


if __name__ == "__main__":
    main()
