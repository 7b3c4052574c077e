"""The engine compiled ahead of its first use, by two processes that begin at either end of a day.

numba compiles one function after the other. What one process has compiled is kept, so the other, coming from the other
end, finds it: they meet somewhere in the middle of the day, in little more than half the time.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from joblib import Parallel, delayed
from numba import types

from simkit.engine.compiled.approvals import approvals, papers
from simkit.engine.compiled.desks import open_desks
from simkit.engine.compiled.leads import leads_day
from simkit.engine.compiled.lines import alerts, defaults, deliveries, receipts, settlements
from simkit.engine.compiled.run import effects, open_books, orders, reviews, run_days

STAGES = (
    open_books,
    defaults,
    settlements,
    receipts,
    reviews,
    deliveries,
    orders,
    leads_day,
    approvals,
    papers,
    alerts,
    open_desks,
    effects,
)
"""What a day consists of, in its order; all arguments are whole numbers."""

SIGNATURE = (types.int64, types.int64[::1], types.int64, types.int64)


def compile_ahead(processes: int, tell: Callable[[str], None] = lambda line: None) -> None:
    """Compile the engine, with a second process where there may be one; do nothing where its code is kept already.

    Parameters
    ----------
    processes : int
        How many processes may work at a time.
    tell : callable
        Called with a line when compiling begins.
    """
    if is_kept():
        return
    tell("compiling the engine, once for this version of it")
    if processes > 1:
        Parallel(n_jobs=2)(delayed(compile_stages)(step) for step in (1, -1))
    run_days.compile(SIGNATURE)


def is_kept() -> bool:
    """Return whether code of the whole engine is kept."""
    return any(code_of(run_days))


def code_of(function: Any) -> Iterator[Path]:
    """Yield the files in which code of a function is kept, one a signature."""
    module = function.py_func.__module__.rpartition(".")[2]
    # Not NUMBA_CACHE_DIR, which holds code of each place that the same simkit is installed in.
    return Path(function._cache.cache_path).glob(f"{module}.{function.py_func.__name__}-*.nbc")


def compile_stages(step: int) -> None:
    """Compile the stages of a day one after the other: forwards by a step of 1, backwards by one of -1."""
    for stage in STAGES[::step]:
        stage.compile((types.int64,) * stage.py_func.__code__.co_argcount)
