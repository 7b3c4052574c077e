"""How near the compiled payment walk comes to C++: the same lines, the same days, one core.

``python -m benchmarks.limit.walk`` compiles ``walk.cpp`` with ``-O3`` where there is a compiler, checks that both find
the same day for every line, and prints lines a second of both: medians of seven, interleaved. Days are alike in both;
two more rows say what the walk costs where weekends differ from other days, and where every weekday and month end does.
"""

import ctypes
import shutil
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

import simkit
from benchmarks.timing import medians
from simkit.behaviour.payment import payment_day_by_date, threshold
from simkit.engine.calendar import Calendar
from simkit.engine.paydays import pay_days
from simkit.scenario.run import Run
from simkit.scenario.world.payment import PaymentCalendar
from simkit.streams import Stream, uniform

LINES, REPEATS = 1_000_000, 7
DUE = 100
"""Day of the run on which every line is due."""

ALIKE = PaymentCalendar()
WEEKENDS = PaymentCalendar(weekday=[0.0] * 5 + [-1.0] * 2)
ALL_DIFFERENT = PaymentCalendar(weekday=[0.3, 0.2, 0.1, 0.0, 0.4, -1.0, -1.5], month_end=0.35)
SOURCE = Path(__file__).with_suffix(".cpp")
Array = npt.NDArray[Any]


@njit
def walk(
    seed: int,
    stream: int,
    shift: Array,
    since: Array,
    alpha: Array,
    starts: Array,
    effects: Array,
    counts: Array,
    paid: Array,
) -> None:
    for n in range(len(paid)):
        goal = threshold(uniform(seed, 0, stream, n, 0))
        paid[n] = payment_day_by_date(0.0, goal, since[n], shift[n], alpha, starts, DUE, effects, counts)


def compiled_walk(folder: Path) -> Any:
    """Return the C++ walk; None where there is no compiler."""
    compiler = next(filter(None, map(shutil.which, ("g++", "clang++", "c++"))), None)
    if compiler is None:
        return None
    library = folder / "walk.so"
    subprocess.run([compiler, "-O3", "-march=native", "-shared", "-fPIC", "-o", library, SOURCE], check=True)
    return ctypes.CDLL(str(library)).walk


def address(array: Array) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)


def main() -> None:
    """Measure and print."""
    world = simkit.load("params/baseline.yaml").world.payment
    alpha, starts = np.array(world.alpha), np.array(world.bucket_starts, dtype=np.int64)
    luck = np.random.default_rng(1)
    shift, since = luck.normal(0, 1.5, LINES), -luck.integers(1, 91, LINES)
    ours, theirs, stream = np.empty(LINES, np.int64), np.empty(LINES, np.int64), int(Stream.PAYMENT)
    dates = [pay_days(Calendar(Run()), days) for days in (ALIKE, WEEKENDS, ALL_DIFFERENT)]

    with tempfile.TemporaryDirectory() as folder:
        cpp = compiled_walk(Path(folder))
        if cpp is None:
            sys.exit("no C++ compiler here: the limit was not measured")

        def limit() -> None:
            cpp(
                ctypes.c_int64(LINES), ctypes.c_int64(1), ctypes.c_int64(stream), address(shift), address(since),
                address(alpha), address(starts), ctypes.c_int64(len(starts)), address(theirs),
            )  # fmt: skip

        def numba(kind: int) -> None:
            walk(1, stream, shift, since, alpha, starts, *dates[kind], ours)

        limit(), numba(0)
        assert np.array_equal(ours, theirs), f"{np.count_nonzero(ours != theirs)} days differ"
        c, *found = medians(REPEATS, limit, *(partial(numba, kind) for kind in range(len(dates))))
    print("| bare payment walk | lines/s | of the C++ speed |")
    print("|---|---|---|")
    print(f"| C++ -O3 | {LINES / c:,.0f} | 1.00 |")
    for name, n in zip(
        ("", ", weekends differ", ", every weekday and month end differs"), found, strict=True
    ):
        print(f"| numba{name} | {LINES / n:,.0f} | {c / n:.2f} |")


if __name__ == "__main__":
    main()
