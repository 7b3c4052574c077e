"""How long a what-if takes: one changed lever, 20,000 customers, everything loaded.

``python -m benchmarks.whatif`` prints the medians of five answers: the ledger, its outcomes, both.
"""

import statistics

import simkit
from benchmarks.timing import seconds

CUSTOMERS, REPEATS = 20_000, 5


def main() -> None:
    """Measure and print."""
    times = []
    for days in range(30, 30 + REPEATS + 1):
        overrides = {"run.customers": CUSTOMERS, "policy.credit.grades.C.term_limit_days": days}
        scenario = simkit.load("params/policies/dual_wheel.yaml", overrides=overrides)
        found = []
        ledger = seconds(lambda: found.append(simkit.simulate(scenario)))  # noqa: B023
        times.append((ledger, seconds(lambda: found[0].kpis)))  # noqa: B023
    ledger, outcomes = (statistics.median(column) for column in zip(*times[1:], strict=True))
    print("| what-if, 20,000 customers | seconds |")
    print("|---|---|")
    print(f"| ledger | {ledger:.2f} |")
    print(f"| outcomes | {outcomes:.2f} |")
    print(f"| both | {ledger + outcomes:.2f} |")


if __name__ == "__main__":
    main()
