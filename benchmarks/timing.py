"""How long something takes."""

import statistics
import time
from collections.abc import Callable


def seconds(work: Callable[[], object]) -> float:
    """Return how long a piece of work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def medians(repeats: int, *works: Callable[[], object]) -> list[float]:
    """Return how long pieces of work take, the medians of so many turns that they take one after the other."""
    turns = [[seconds(work) for work in works] for _ in range(repeats)]
    return [statistics.median(column) for column in zip(*turns, strict=True)]
