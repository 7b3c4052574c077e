"""Pieces of work that other processes can load."""

import importlib
import os
import signal
import time
from pathlib import Path


def square(number: int) -> int:
    """Return the square, sooner for large numbers."""
    time.sleep(0.05 / (number + 1))
    return number * number


def fail_at_two(number: int) -> int:
    """Raise for one number."""
    if number == 2:
        raise ZeroDivisionError("two")
    return number


def die_at_two(number: int) -> int:
    """End the process for one number, as the system does for want of memory."""
    if number == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def die_once_at(path: str) -> str:
    """End the process the first time a path is seen."""
    if path and not Path(path).exists():
        Path(path).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return path


def ignores_interrupts(_: int) -> bool:
    """Tell whether a terminal's interruption passes this process by."""
    return signal.getsignal(signal.SIGINT) is signal.SIG_IGN


class Unloadable:
    """A function of this process that no other can load."""

    def __call__(self) -> str:
        """Return a version."""
        return "this"

    def __reduce__(self) -> tuple[object, tuple[str]]:
        """Load in another process what is not there."""
        return importlib.import_module, ("simkit_that_is_not_there",)
