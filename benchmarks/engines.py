"""How fast the compiled engine is beside the reference engine, on the same scenarios in one run.

``python -m benchmarks.engines`` prints receivable lines a second of both and their ratio, medians of five, interleaved;
and of the compiled engine the time of its days alone, without drawing customers and making tables.
"""

import statistics
from functools import partial

import simkit
from benchmarks.timing import seconds
from simkit.engine import simulation
from simkit.engine.compiled.opening import Room, Sizes, opening
from simkit.engine.compiled.run import run_days
from simkit.engine.compiled.setting import Setting
from simkit.scenario.scenario import Scenario

REPEATS = 5
SCENARIOS = ("params/baseline.yaml", "params/policies/dual_wheel.yaml")


def days_alone(scenario: Scenario) -> float:
    """Return how long the compiled days of all regions take."""
    setting, room, total = Setting(scenario, 0), Room(), 0.0
    for roll, theirs in setting.people(range(len(scenario.run.regions))):
        arrays = opening(setting, roll, theirs, Sizes(theirs, scenario), room)
        days = partial(run_days, arrays.state, arrays["rep_ids"], 0, setting.calendar.horizon)
        total += seconds(days)
    return total


def main() -> None:
    """Measure and print."""
    print("| scenario | lines | SimPy, lines/s | compiled, lines/s | ratio | days alone, lines/s | ratio |")
    print("|---|---|---|---|---|---|---|")
    for file in SCENARIOS:
        scenario = simkit.load(file)
        lines = len(simulation.simulate(scenario).receivables)
        des, whole, days = [], [], []
        for _ in range(REPEATS):
            des.append(seconds(lambda: simulation.simulate(scenario, "des")))  # noqa: B023
            whole.append(seconds(lambda: simulation.simulate(scenario)))  # noqa: B023
            days.append(days_alone(scenario))
        slow, fast, bare = (statistics.median(times) for times in (des, whole, days))
        speeds = f"{lines / slow:,.0f} | {lines / fast:,.0f} | {slow / fast:.0f} x | {lines / bare:,.0f}"
        print(f"| {scenario.name} | {lines:,} | {speeds} | {slow / bare:.0f} x |")


if __name__ == "__main__":
    main()
