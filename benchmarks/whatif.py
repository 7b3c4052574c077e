"""How long a what-if takes: one changed lever, 20,000 customers, everything loaded.

``python -m benchmarks.whatif`` prints the medians of five answers, each of another term limit: from a kept warm-up
(`simkit.experiments.whatif`), 4 replications of 5,000 customers on all cores; and by simulating from the first day, one
replication of 20,000, on one.
"""

import statistics

import simkit
from benchmarks.timing import seconds
from simkit.experiments.whatif import WhatIf
from simkit.reporting.sliders import sized
from simkit.scenario.scenario import Scenario

CUSTOMERS, REPLICATIONS, REPEATS = 20_000, 4, 5
FILE = "params/policies/dual_wheel.yaml"


def asked(days: int, customers: int) -> Scenario:
    """Return the handbook with another term limit."""
    scenario = simkit.load(FILE, {"policy.credit.grades.C.term_limit_days": days})
    return sized(scenario, customers).model_copy(update={"name": f"C up to {days} days"})


def main() -> None:
    """Measure and print."""
    each = CUSTOMERS // REPLICATIONS
    with WhatIf(sized(simkit.load(FILE), each), replications=REPLICATIONS) as whatif:
        whatif.answer(asked(60, each))
        kept = [
            seconds(lambda days=days: whatif.answer(asked(days, each))) for days in range(30, 30 + REPEATS)
        ]  # type: ignore[misc]
    afresh = []
    for days in range(30, 30 + REPEATS + 1):
        scenario = asked(days, CUSTOMERS)
        afresh.append(seconds(lambda scenario=scenario: simkit.simulate(scenario).kpis))  # type: ignore[misc]
    print("| what-if, 20,000 customers | seconds |")
    print("|---|---|")
    print(f"| from a kept warm-up, {REPLICATIONS} replications | {statistics.median(kept):.2f} |")
    print(f"| from the first day, one replication | {statistics.median(afresh[1:]):.2f} |")


if __name__ == "__main__":
    main()
