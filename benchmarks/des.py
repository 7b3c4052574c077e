"""How fast the reference engine is, beside what bare SimPy could do with as many events.

``python -m benchmarks.des`` prints receivable lines a second and the ratio to a bare SimPy run in which processes do
nothing but wait: one process a line, with the engine's number of events. Medians of five, interleaved in one run.
"""

from unittest import mock

import simpy

import simkit
from benchmarks.timing import medians
from simkit.scenario.scenario import Scenario

REPEATS = 5


def events_of(scenario: Scenario) -> int:
    """Return how many SimPy events one replication processes."""
    seen = 0
    step = simpy.Environment.step

    def counting(env: simpy.Environment) -> None:
        nonlocal seen
        seen += 1
        step(env)

    with mock.patch.object(simpy.Environment, "step", counting):
        simkit.simulate(scenario, "des")
    return seen


def bare(lines: int, events: int) -> None:
    """Run as many processes and events in SimPy that do nothing."""
    env = simpy.Environment()

    def waits(times: int):  # type: ignore[no-untyped-def]
        for _ in range(times):
            yield env.timeout(1)

    each, extra = divmod(max(0, events - 2 * lines), lines)
    for number in range(lines):
        env.process(waits(each + (number < extra)))
    env.run()


def main() -> None:
    """Measure and print."""
    scenario = simkit.load("params/baseline.yaml")
    lines = len(simkit.simulate(scenario, "des").receivables)
    events = events_of(scenario)
    engine, limit = medians(REPEATS, lambda: simkit.simulate(scenario, "des"), lambda: bare(lines, events))
    print(f"{lines} lines, {events} events, {engine:.2f} s: {lines / engine:,.0f} lines/s")
    print(f"bare SimPy {limit:.2f} s: the engine takes {engine / limit:.1f} x as long")


if __name__ == "__main__":
    main()
