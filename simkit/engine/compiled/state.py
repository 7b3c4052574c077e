"""Everything a region's run works on: records, the lists of each day, and how full each array is.

Compiled functions take the state as one number, the address of a table of addresses, so that a call passes one argument
and not a hundred and no reference is counted; a function a noun, such as ``lines(s)``, gives the noun's array. `Arrays`
holds what the addresses point to.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np.numpy_support import carray

import simkit.jit  # noqa: F401  (before anything is compiled)
from simkit.engine.compiled import records

Ints = npt.NDArray[np.int64]
Records = npt.NDArray[np.void]
State = int

# Places in `used`; the last holds one more than the first place of a job that is free again, 0 while there is none.
ORDERS, LINES, PURCHASES, JOBS, RECEIPTS, ACTIONS, LEADS, WAITING, AGENDA, REVIEWED, MEMBERS, FREE_JOB = (
    range(12)
)

# Lists of lines in `line_lists`, in the order in which a day goes through them.
SETTLEMENT, RECEIPT, ALERT = range(3)

F8, I8 = np.dtype(np.float64), np.dtype(np.int64)

ARRAYS: dict[str, tuple[np.dtype[Any], int]] = {
    "run": (records.RUN, 1),
    "world": (records.WORLD, 1),
    "policies": (records.POLICY, 1),  # the status quo's and the policy's
    "values": (F8, 3),  # breakpoints: policy x indicator x point
    "scores": (F8, 3),
    "alpha": (F8, 1),
    "bucket_starts": (I8, 1),
    "days": (records.DAY, 1),
    "season": (F8, 1),  # of each month of the run, for targets
    "month_starts": (I8, 1),
    "date_effects": (
        F8,
        1,
    ),  # what dates add to the payment logit, and how many days before each day have each
    "date_counts": (I8, 2),
    "customers": (records.CUSTOMER, 1),
    "members": (I8, 1),  # customers on the books, and those who have applied
    "purchases": (records.PURCHASE, 1),
    "leads": (records.LEAD, 1),
    "orders": (records.ORDER, 1),
    "lines": (records.LINE, 1),
    "jobs": (records.JOB, 1),
    "desks": (records.DESK, 1),
    "desk_months": (records.DESK_MONTH, 2),  # desk x month; the meeting is the last desk
    "people": (I8, 2),  # desk x person: a heap of minutes at which people become free
    "queues": (records.WAITING, 2),  # desk x job: a heap of waiting jobs
    "inboxes": (records.WAITING, 2),  # desk x job: those that join the queue at the next opening
    "reps": (records.REP, 1),
    "months": (records.MONTH, 2),  # rep x month
    "tiers": (I8, 2),  # month x tier
    "treatment_fen": (I8, 2),
    "receipts": (records.RECEIPT, 1),
    "actions": (records.ACTION, 1),
    "line_lists": (I8, 2),  # SETTLEMENT, RECEIPT, ALERT x day
    "buyers": (I8, 1),  # by day: customers whose clock says they order
    "defaulters": (I8, 1),
    "deliveries": (I8, 1),
    "papers": (I8, 1),
    "finished": (I8, 1),
    "pursued": (I8, 1),
    "waiting": (I8, 1),  # leads that wait for a call, oldest first
    "agenda": (I8, 1),  # orders before the meeting
    "reviewed": (I8, 1),
    "used": (I8, 1),
}
LISTS = ("buyers", "defaulters", "deliveries", "papers", "finished", "pursued")
"""Lists of each day, empty at the start."""

WORDS = 4
"""Words an array takes in the table of addresses: its address and its shape."""

TABLE = len(ARRAYS) * WORDS


def _pointer(_typing: Any, _address: Any) -> Any:
    """Return an address as a pointer."""

    def codegen(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.inttoptr(args[0], cgutils.voidptr_t)

    return types.voidptr(types.int64), codegen


pointer: Any = intrinsic(_pointer)


@njit(cache=True)
def table(s: State) -> Any:
    """Return the table of addresses: of each array its address and its shape."""
    return carray(pointer(s), (TABLE,), I8)


def _array(name: str) -> Callable[[State], Any]:
    """Return the function that gives one array of a state."""
    dtype, dimensions = ARRAYS[name]
    place = list(ARRAYS).index(name) * WORDS
    if dimensions == 1:

        def noun(s: State) -> Any:
            at = table(s)
            return carray(pointer(at[place]), (at[place + 1],), dtype)

    elif dimensions == 2:

        def noun(s: State) -> Any:
            at = table(s)
            return carray(pointer(at[place]), (at[place + 1], at[place + 2]), dtype)

    else:

        def noun(s: State) -> Any:
            at = table(s)
            return carray(pointer(at[place]), (at[place + 1], at[place + 2], at[place + 3]), dtype)

    # The linker knows a compiled function by its name and a number that each process gives anew: under one name, code
    # kept by two processes could call each other's arrays.
    noun.__qualname__ = noun.__name__ = name
    return njit(cache=True)(noun)


run, world, policies, values, scores, alpha, bucket_starts, days, season, month_starts = map(
    _array, list(ARRAYS)[:10]
)
date_effects, date_counts = map(_array, list(ARRAYS)[10:12])
customers, members, purchases, leads, orders, lines, jobs, desks = map(_array, list(ARRAYS)[12:20])
desk_months, people, queues, inboxes, reps, months, tiers, treatment_fen = map(_array, list(ARRAYS)[20:28])
receipts, actions, line_lists, buyers, defaulters, deliveries, papers = map(_array, list(ARRAYS)[28:35])
finished, pursued, waiting, agenda, reviewed, used = map(_array, list(ARRAYS)[35:])


class Arrays(dict[str, npt.NDArray[Any]]):
    """The arrays of a run by name; beside those of `ARRAYS`, ``rep_ids``: the reps, in the order of their records."""

    @cached_property
    def table(self) -> Ints:
        """Where they are, and their shapes; good for as long as this object lives and none is replaced."""
        words = np.zeros(TABLE, dtype=np.int64)
        for number, (name, (dtype, dimensions)) in enumerate(ARRAYS.items()):
            array = self[name]
            assert (array.dtype, array.ndim) == (dtype, dimensions), name
            assert array.flags.c_contiguous, name
            words[number * WORDS] = array.ctypes.data
            words[number * WORDS + 1 : number * WORDS + 1 + dimensions] = array.shape
        return words

    @property
    def state(self) -> State:
        """Where that table is."""
        return self.table.ctypes.data


class FullError(Exception):
    """An array was too small for what happened; the run is done again with larger ones."""


@njit(cache=True)
def take(s: State, kind: int, size: int) -> int:
    """Return the next free place of an array of a given size."""
    place = used(s)[kind]
    if place >= size:
        raise FullError
    used(s)[kind] = place + 1
    return place
