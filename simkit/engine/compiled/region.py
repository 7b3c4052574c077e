"""The days of one region, with as much room as they turn out to need."""

from collections.abc import Callable

import numpy as np

from simkit.engine.compiled.customers import TooManyOrdersError
from simkit.engine.compiled.opening import Sizes
from simkit.engine.compiled.run import run_days
from simkit.engine.compiled.state import Arrays, FullError
from simkit.engine.selling import ORDER_STEP, too_many_orders


def simulated(start: Callable[[Sizes], Arrays], sizes: Sizes, first: int, end: int) -> Arrays:
    """Return the state of a region after the days from one on until the day before another.

    Parameters
    ----------
    start : callable
        Gives the state before those days, with room of given sizes. When the room was too small it is asked again.
    sizes : Sizes
        The room to begin with; made larger when it is too small.
    first, end : int
        First day simulated, and the first that is not.

    Raises
    ------
    UserError
        When a customer orders more often than ids can tell apart.
    """
    while True:
        arrays = start(sizes)
        try:
            run_days(arrays.state, arrays["rep_ids"], first, end)
        except FullError:
            sizes.double()
        except TooManyOrdersError:
            raise too_many_orders(_busiest(arrays)) from None
        else:
            return arrays


def _busiest(arrays: Arrays) -> int:
    """Return the id of the customer who has used up its order ids."""
    customers = arrays["customers"]
    return int(customers["customer_id"][np.flatnonzero(customers["orders"] == ORDER_STEP)[0]])
