"""How cost and memory of the compiled engine grow with the company, and what a second worker brings.

``python -m benchmarks.scaling`` runs 10,000, 100,000 and a million customers (``--customers`` names other sizes, such
as 10000000) over 150 days, the shortest run, a process each, region after region: drawn, simulated, made into tables,
dropped. Prints seconds and peak memory, bytes a customer of the largest region, the exponent of cost with
its 95 % interval, and the time of one sweep on two workers against one.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from scipy import stats

import simkit
from benchmarks.timing import seconds
from simkit.experiments.cache import Cache
from simkit.scenario.scenario import Scenario

SIZES = (10_000, 100_000, 1_000_000)
A_REGION, MOST_REGIONS = 50_000, 64
"""Customers of a region, which memory is bounded by, and regions of a company."""
DAYS = {"run.warm_up_days": 30, "run.policy_days": 30, "run.run_out_days": 90}


def regions_of(customers: int) -> int:
    """Return into how many regions a company is cut."""
    return min(MOST_REGIONS, -(-customers // A_REGION))


def one(customers: int) -> None:
    """Run one size in this process and print what it took."""
    from simkit.engine.compiled import ledgers

    def company(size: int) -> Scenario:
        regions = [f"Region {number}" for number in range(regions_of(size))]
        overrides = DAYS | {"run.customers": size, "run.regions": regions}
        return simkit.load("params/policies/dual_wheel.yaml", overrides=overrides)

    list(ledgers(company(100), 0))  # compiled code is loaded
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    lines, start = 0, time.perf_counter()
    for _, tables in ledgers(company(customers), 0):
        lines += len(tables["receivables"])
    took = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"lines": lines, "seconds": took, "before": before * 1024, "after": after * 1024}))


def two_workers() -> float:
    """Return how many times as fast a sweep is on two workers as on one, loading left out."""
    names = "params/baseline.yaml", "params/policies/dual_wheel.yaml"
    scenarios = [simkit.load(name, overrides={"run.customers": 2_000}) for name in names]
    took = {}
    with tempfile.TemporaryDirectory() as folder:
        for workers in (1, 2):
            simkit.compare(scenarios, 2, workers, cache=Cache(Path(folder, f"{workers} warm")))
            cache = Cache(Path(folder, f"{workers}"))
            took[workers] = seconds(lambda: simkit.compare(scenarios, 20, workers, cache=cache))  # noqa: B023
    return took[1] / took[2]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--customers", type=int, nargs="+", default=SIZES)
    parser.add_argument("--one", type=int)
    options = parser.parse_args()
    if options.one:
        one(options.one)
        return
    rows = []
    print("| customers | lines | seconds | peak memory | bytes a customer of the largest region |")
    print("|---|---|---|---|---|")
    for size in options.customers:
        command = [sys.executable, "-m", "benchmarks.scaling", "--one", str(size)]
        row = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        rows.append((size, row["seconds"]))
        each = (row["after"] - row["before"]) / (size / regions_of(size))
        megabytes = row["after"] / 2**20
        print(f"| {size:,} | {row['lines']:,} | {row['seconds']:.1f} | {megabytes:,.0f} MB | {each:,.0f} |")
    if len(rows) > 2:
        sizes, took = np.log(np.array(rows)).T
        fit = stats.linregress(sizes, took)
        half = fit.stderr * stats.t.ppf(0.975, len(rows) - 2)
        print(f"\nexponent of cost in customers: {fit.slope:.3f} ± {half:.3f}")
    if (os.cpu_count() or 1) > 1:
        print(f"a sweep on two workers against one: {two_workers():.2f} x as fast")


if __name__ == "__main__":
    main()
