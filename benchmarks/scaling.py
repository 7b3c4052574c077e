"""How cost and memory of the compiled engine grow with the company, and what a second worker brings.

``python -m benchmarks.scaling`` runs 10,000 to ten million customers (``--customers`` names other sizes, such
as 50000) over 150 days, the shortest run (``--days 365 365 235`` for warm-up, policy year and run-out of the shipped
scenarios), a process each, region after region as in a sweep: drawn, simulated, made into tables, summed for the
outcomes, dropped; the outcomes and breakdowns at the end are in. Prints seconds, the share of them that outcomes take,
peak memory, bytes a customer of the largest region, the exponent of cost with its 95 % interval, and the time of one
sweep on two workers against one.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import reduce
from operator import add
from pathlib import Path

import numpy as np
from scipy import stats

import simkit
from benchmarks.timing import seconds
from simkit.engine.result import Result
from simkit.engine.simulation import regions
from simkit.experiments.cache import Cache
from simkit.outcomes.breakdowns import breakdowns
from simkit.outcomes.kpis import kpis
from simkit.outcomes.summary import summarise
from simkit.outcomes.tally import Summary
from simkit.scenario.scenario import Scenario

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
A_REGION, MOST_REGIONS = 50_000, 64
"""Customers of a region, which memory is bounded by, and regions of a company."""
DAYS = (30, 30, 90)


def regions_of(customers: int) -> int:
    """Return into how many regions a company is cut."""
    return min(MOST_REGIONS, -(-customers // A_REGION))


def one(customers: int, days: Sequence[int]) -> None:
    """Run one size in this process and print what it took."""
    lengths = dict(zip(("run.warm_up_days", "run.policy_days", "run.run_out_days"), days, strict=True))

    def company(size: int) -> Scenario:
        names = [f"Region {number}" for number in range(regions_of(size))]
        overrides = lengths | {"run.customers": size, "run.regions": names}
        return simkit.load("params/policies/dual_wheel.yaml", overrides=overrides)

    Run(company(100))  # compiled code is loaded
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    run = Run(company(customers))
    took = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        json.dumps(
            {
                "lines": run.lines,
                "seconds": took,
                "outcomes": run.outcomes_seconds,
                "before": before * 1024,
                "after": after * 1024,
            }
        )
    )


class Run:
    """One run as a worker of a sweep does it, and what the outcomes took of it."""

    def __init__(self, scenario: Scenario) -> None:
        self.lines, self.outcomes_seconds = 0, 0.0
        whole = reduce(add, map(self.summed, regions(scenario)))
        self.outcomes_seconds += seconds(lambda: (kpis(whole), breakdowns(whole)))

    def summed(self, region: Result) -> Summary:
        """Return the summary of a region."""
        start = time.perf_counter()
        summary = summarise(region)
        self.outcomes_seconds += time.perf_counter() - start
        self.lines += len(region.receivables)
        return summary


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
    parser.add_argument("--days", type=int, nargs=3, default=DAYS)
    parser.add_argument("--one", type=int)
    options = parser.parse_args()
    if options.one:
        one(options.one, options.days)
        return
    rows = []
    print(
        "| customers | lines | seconds | of these outcomes | peak memory | bytes a customer of the largest region |"
    )
    print("|---|---|---|---|---|---|")
    for size in options.customers:
        days = [str(number) for number in options.days]
        command = [sys.executable, "-m", "benchmarks.scaling", "--one", str(size), "--days", *days]
        row = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        rows.append((size, row["seconds"]))
        each = (row["after"] - row["before"]) / (size / regions_of(size))
        megabytes = row["after"] / 2**20
        print(
            f"| {size:,} | {row['lines']:,} | {row['seconds']:.1f} | {row['outcomes'] / row['seconds']:.0%} "
            f"| {megabytes:,.0f} MB | {each:,.0f} |"
        )
    if len(rows) > 2:
        sizes, took = np.log(np.array(rows)).T
        fit = stats.linregress(sizes, took)
        half = fit.stderr * stats.t.ppf(0.975, len(rows) - 2)
        print(f"\nexponent of cost in customers: {fit.slope:.3f} ± {half:.3f}")
    if (os.cpu_count() or 1) > 1:
        print(f"a sweep on two workers against one: {two_workers():.2f} x as fast")


if __name__ == "__main__":
    main()
