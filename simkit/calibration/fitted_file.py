"""A fitted world as a parameter file: what was learnt, from what, and how well it fits."""

import json
import math
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from simkit.errors import UserError
from simkit.scenario.yaml_document import dump_yaml

_DIGITS = 6
_NAME = re.compile(r"\w[\w .-]{0,99}")


def check_name(name: str) -> str:
    """Return the name of a file to be, or raise a ``UserError`` when it could not be one.

    Examples
    --------
    >>> check_name("north 2024")
    'north 2024'
    """
    if not _NAME.fullmatch(name):
        raise UserError(
            f"name: {name!r} cannot name a file; allowed are up to 100 letters, digits, spaces, dots, hyphens and "
            "underscores, a letter or digit first"
        )
    return name


def file_text(
    name: str,
    description: str,
    facts: Sequence[str],
    world: Mapping[str, Any],
    run: Mapping[str, Any] | None = None,
    draws: Sequence[Mapping[str, Any]] = (),
) -> str:
    """Return the text of a parameter file: facts as comments, then the world, numbers to six significant digits.

    Parameters
    ----------
    name, description : str
        As in any scenario file.
    facts : sequence of str
        Lines of the comment at the top.
    world : mapping
        Values of the ``world`` section.
    run : mapping, optional
        Values of the ``run`` section, if the file has one.
    draws : sequence of mapping
        What `write_draws` writes beside the file; it is named if there is anything.
    """
    comment = "".join(f"# {line}".rstrip() + "\n" for fact in facts for line in (fact.splitlines() or [""]))
    document: dict[str, Any] = {"schema": 1, "name": name, "description": description}
    if draws:
        document["draws"] = _draws_file(name)
    document["world"] = rounded(world)
    if run:
        document["run"] = dict(run)
    return comment + dump_yaml(document)


def rounded(value: Any) -> Any:
    """Return a tree of plain values with every float rounded to six significant digits.

    Examples
    --------
    >>> rounded({"a": [0.123456789, 2], "b": -1234567.8})
    {'a': [0.123457, 2], 'b': -1234570.0}
    """
    if isinstance(value, Mapping):
        return {name: rounded(part) for name, part in value.items()}
    if isinstance(value, list):
        return [rounded(part) for part in value]
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"a parameter came out as {value}")
        return float(f"{value:.{_DIGITS}g}")
    return value


def write_text(folder: str | os.PathLike[str], name: str, text: str) -> Path:
    """Write a parameter file whole or not at all, and return its path.

    Raises
    ------
    UserError
        When the folder cannot be made or written to.
    """
    return _write(Path(folder) / f"{name}.yaml", text)


def write_draws(folder: str | os.PathLike[str], name: str, draws: Sequence[Mapping[str, Any]]) -> Path:
    """Write the draws of a world beside its file, one a line, whole or not at all, and return their path.

    Raises
    ------
    UserError
        When the folder cannot be made or written to.
    """
    lines = ",\n".join(json.dumps(rounded(draw), separators=(",", ":")) for draw in draws)
    return _write(Path(folder) / _draws_file(name), f'{{"schema":1,"draws":[\n{lines}\n]}}\n')


def _draws_file(name: str) -> str:
    return f"{name}.draws.json"


def _write(path: Path, text: str) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}.", suffix=".tmp")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            Path(draft).chmod(0o644)
            Path(draft).replace(path)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UserError(f"{path}: cannot be written ({error.strerror})") from None
    return path
