"""Steps of the collections ladder: when a debt was first chased."""

import numpy as np
import pandas as pd

from simkit.outcomes.receivables import Days, Receivables, days_of, positions

LADDER = 1
"""The first stage that is a step: alerts and extensions are at stage 0."""

NEVER = np.datetime64("9999-12-31", "D")


def first_steps(book: Receivables, actions: pd.DataFrame) -> Days:
    """Return the day of the first step of the ladder taken on each line or the instalments it became.

    A step counts from the day it is finished; a line on which none was has a day that never comes.
    """
    finished = days_of(actions["finished_date"])
    taken = (actions["stage"].to_numpy(np.int64) >= LADDER) & ~np.isnat(finished)
    found, place = positions(book.line_id, actions["line_id"].to_numpy(np.int64)[taken])
    first = np.full(len(book.line_id), NEVER)
    np.minimum.at(first, book.root[place], finished[taken][found])
    return first
