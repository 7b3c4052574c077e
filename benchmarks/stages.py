"""Where the time and the memory of the compiled engine go.

``python -m benchmarks.stages`` runs the days of one region of 5,000 customers under the dual wheel stage by stage, as
`simkit.engine.compiled.run.run_days` does, and prints what each stage takes of a line's time (the best of five runs),
then the bytes a customer of the largest arrays, as far as they are used, and of the tables made of them.
"""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import simkit
from simkit.engine.compiled import run
from simkit.engine.compiled import state as of
from simkit.engine.compiled.ledger import Ledger
from simkit.engine.compiled.opening import Room, Sizes, opening
from simkit.engine.compiled.region import simulated
from simkit.engine.compiled.setting import Setting
from simkit.engine.compiled.state import Arrays
from simkit.engine.compiled.tables import tables

CUSTOMERS, REPEATS = 5_000, 5
FIRST = (
    ("defaults", run.defaults),
    ("settlements of disputes", run.settlements),
    ("receipts", run.receipts),
)
THEN = (
    ("deliveries: lines begin, the payment walk", run.deliveries),
    ("orders: score, tier, admission, terms", lambda s, day: run.orders(s, day, run.ORDERS)),
    ("leads", run.leads_day),
    ("approvals", run.approvals),
    ("orders of those won today", lambda s, day: run.orders(s, day, run.APPROVALS)),
    ("papers", run.papers),
    ("alerts", run.alerts),
    ("desks", run.open_desks),
    ("effects of collection steps", run.effects),
)


def days(arrays: Arrays, setting: Setting) -> "Counter[str]":
    """Run all days and return the seconds of the processor that each stage takes."""
    took: Counter[str] = Counter()

    @contextmanager
    def timed(name: str) -> Iterator[None]:
        start = time.process_time()
        yield
        took[name] += time.process_time() - start

    s, calendar = arrays.state, setting.calendar
    with timed("opening the books"):
        run.open_books(s)
    for day in range(calendar.horizon):
        today = arrays["days"][day]
        if day == calendar.switch:
            with timed("the switch"):
                run.wake_all(s, day, run.SWITCH)
                run.staff(s, day)
        for name, stage in FIRST:
            with timed(name):
                stage(s, day)
        if today["reviews"]:
            with timed("reviews of all customers: score, tier, order rates"):
                run.reviews(s, day)
        for name, stage in THEN:
            with timed(name):
                stage(s, day)
        if today["month_end"] == day:
            with timed("month end"):
                run.close_month(s, day, run.terms_on(s, day), arrays["rep_ids"])
    return took


def main() -> None:
    """Measure and print."""
    changed = {"run.customers": CUSTOMERS, "run.regions": ["East"]}
    setting = Setting(simkit.load("params/policies/dual_wheel.yaml", overrides=changed), 0)
    ((roll, customers),) = setting.people([0])
    sizes = Sizes(customers, setting.scenario)

    def opened(room: Sizes) -> Arrays:
        return opening(setting, roll, customers, room, Room())

    whole = simulated(opened, sizes, 0, setting.calendar.horizon)  # compiled, and as large as it has to be
    runs = []
    for _ in range(REPEATS):
        arrays = opened(sizes)
        runs.append(days(arrays, setting))
    took = min(runs, key=lambda each: sum(each.values()))
    assert (arrays["used"] == whole["used"]).all(), "these are no longer the stages of a day"
    lines, total = int(arrays["used"][of.LINES]), sum(took.values())
    print(f"{lines:,} lines in {total:.2f} s: {lines / total:,.0f} lines/s\n")
    print("| stage | share | ns a line |\n|---|---|---|")
    for name, seconds in took.most_common(10):
        print(f"| {name} | {seconds / total:.0%} | {1e9 * seconds / lines:,.0f} |")
    print("\n| what is kept of each | rows a customer | bytes a row | bytes a customer |\n|---|---|---|---|")
    used = {"orders": of.ORDERS, "lines": of.LINES, "receipts": of.RECEIPTS, "actions": of.ACTIONS}
    for name, place in used.items():
        _row(f"array of {name}", int(arrays["used"][place]), arrays[name].dtype.itemsize)
    for name, table in tables(0, {"East": Ledger(arrays, setting.calendar).columns()}, "text").items():
        size = int(table.memory_usage(deep=True).sum())
        if size > 1_000 * CUSTOMERS:
            _row(f"table of {name}", len(table), size / len(table))


def _row(name: str, rows: int, size: float) -> None:
    print(f"| {name} | {rows / CUSTOMERS:.1f} | {size:,.0f} | {rows * size / CUSTOMERS:,.0f} |")


if __name__ == "__main__":
    main()
