"""Rules and behaviour called from compiled code, to be compared with themselves called from Python."""

import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
from numba import njit


def public_functions(module: ModuleType) -> list[Callable]:
    """Return the public functions a module defines."""
    return [
        function
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    ]


def caller(function: Callable) -> Callable:
    """Return compiled code that calls a function and nothing else.

    It names every argument: what is inlined can not be called with a tuple of them.
    """
    names = ", ".join(inspect.signature(function).parameters)
    return njit(eval(f"lambda {names}: function({names})", {"function": function}))


def as_arrays(arguments: tuple[Any, ...]) -> list[Any]:
    """Return the arguments as compiled code holds them: sequences are arrays."""
    return [np.array(argument) if isinstance(argument, tuple) else argument for argument in arguments]
