"""Numbers a notebook vouches for: shown rounded beside the code, kept in full with the notebook."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from IPython.display import publish_display_data

MARK = "simkit"
SHOWN_DIGITS = 4

Value = bool | int | float | str | None


def record(name: str, value: Any) -> None:
    """Record a number, or a short text, under a name in the running notebook.

    The output's text is ``name = value`` with four significant digits: a rerun on another machine shows the same
    text though its last bits differ. The full value goes to the output's metadata, which comparisons of notebooks pass
    over and :func:`recorded` reads.

    Parameters
    ----------
    name : str
        What the number is; a second value under the same name replaces the first.
    value : bool, int, float, str or None
        NumPy scalars are taken as Python's; NaN and infinity are kept as ``None``.

    Raises
    ------
    TypeError
        When the value is anything else.
    """
    plain = value.item() if isinstance(value, np.generic) else value
    if not isinstance(plain, Value):
        raise TypeError(
            f"record({name!r}): a {type(value).__name__} cannot be recorded; give a number or a text"
        )
    # JSON knows no NaN and no infinity.
    kept = None if isinstance(plain, float) and not math.isfinite(plain) else plain
    publish_display_data(
        {"text/plain": f"{name} = {shown(plain)}"}, metadata={MARK: {"name": name, "value": kept}}
    )


def shown(value: Value) -> str:
    """Return a value as a rerun must repeat it: numbers with four significant digits."""
    if isinstance(value, float):
        # + 0.0 turns the negative zero of a tiny difference into the ordinary one.
        return f"{value + 0.0:.{SHOWN_DIGITS}g}"
    return str(value)


def is_record(output: Mapping[str, Any]) -> bool:
    """Tell whether an output was made by :func:`record`."""
    return MARK in output.get("metadata", {})


def recorded(notebook: Any) -> dict[str, Value]:
    """Return what an executed notebook recorded, by name, in full."""
    marks = (
        output.metadata[MARK]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if is_record(output)
    )
    return {mark["name"]: mark["value"] for mark in marks}
