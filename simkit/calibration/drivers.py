"""What is known of a line on the day it is issued and moves its payment: history, delays, term and amount.

All is as of the issue day. A ledger cut off at any later day gives every line issued by then the same drivers.
"""

import numpy as np
import pandas as pd

from simkit.calibration.history import delay_driver, history_driver
from simkit.calibration.person_periods import Floats, Ints
from simkit.scenario.world.payment import Payment

DRIVERS = ("history_weight", "delay_weight", "term_weight", "amount_weight")
"""The field of ``world.payment`` that weighs each driver."""


def line_drivers(
    lines: pd.DataFrame, payment: Payment, order_value_fen: int, as_of: Ints | None = None
) -> Floats:
    """Return the drivers of lines, in the order of `DRIVERS`, in the units of ``world.payment``.

    The formula is `simkit.behaviour.payment.drivers`.

    Parameters
    ----------
    lines : DataFrame
        As `simkit.calibration.person_periods.ledger_lines` returns.
    payment : Payment
        Its constants of late share and mean delay are used.
    order_value_fen : int
        The world's median order value.
    as_of : int array, shape (lines,), optional
        The day on which each customer's record is looked at; the line's issue where not given.

    Returns
    -------
    float array, shape (lines, 4)
    """
    day = lines["issue"].to_numpy(np.int64) if as_of is None else as_of
    late = history_driver(lines, payment.history_prior_share, payment.history_prior_lines, day)
    delay = delay_driver(
        lines, payment.delay_prior_days, payment.delay_prior_lines, payment.delay_memory, day
    )
    term = (lines["due"] - lines["issue"]).to_numpy(np.float64)
    amount = np.log(lines["amount_fen"].to_numpy(np.float64) / order_value_fen)
    return np.column_stack([late, delay / 30, (term - 30) / 30, amount])


def weights_of(payment: Payment) -> Floats:
    """Return the weights of the drivers, in the order of `DRIVERS`."""
    return np.array([getattr(payment, name) for name in DRIVERS])
