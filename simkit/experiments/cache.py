"""Results that are found again: content-addressed by scenario, code, seed and shard, written atomically."""

import hashlib
import json
import os
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any
from uuid import uuid4

LIBRARIES = ("numba", "numpy", "pandas", "scipy")
"""Whose versions may change the last digits of a result."""


@cache
def code_version() -> str:
    """Return the sha256 over every source file of the package and the versions of the libraries it computes with.

    Other code, or the same on other libraries, never finds this code's results.
    """
    root = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for library in LIBRARIES:
        digest.update(f"{library} {version(library)}\n".encode())
    for source in sorted(root.rglob("*.py")):
        digest.update(source.relative_to(root).as_posix().encode())
        digest.update(source.read_bytes())
    return digest.hexdigest()


def default_folder() -> Path:
    """Return where results are kept: the environment's ``SIMKIT_CACHE``, or ``~/.cache/simkit``."""
    return Path(os.environ.get("SIMKIT_CACHE") or Path.home() / ".cache" / "simkit")


class Cache:
    """A folder of results by key.

    Parameters
    ----------
    folder : Path, optional
        Where results are kept; `default_folder` when not given.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or default_folder()

    def key(self, **parts: Any) -> str:
        """Return the key of a result: the sha256 of what it depends on, the code included."""
        text = json.dumps(parts | {"code": code_version()}, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def __contains__(self, key: str) -> bool:
        """Tell whether a result is stored as it was written."""
        return self._text(key) is not None

    def read(self, key: str) -> Any | None:
        """Return the stored result, or None when there is none or the file is not as it was written."""
        text = self._text(key)
        return None if text is None else json.loads(text)

    def write(self, key: str, result: Any) -> None:
        """Store a result: a reader sees all of it or nothing.

        Raises
        ------
        OSError
            When there is no room for it or the folder cannot be written to; nothing is left then.
        """
        path, text = self._path(key), json.dumps(result).encode("ascii")
        part = path.with_name(f"{key}.{uuid4().hex}.part")
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            part.write_bytes(_check(key, text) + b"\n" + text)
            part.replace(path)
        except BaseException:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise

    def _text(self, key: str) -> bytes | None:
        try:
            check, _, text = self._path(key).read_bytes().partition(b"\n")
        except OSError:
            return None
        return text if check == _check(key, text) else None

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}.json"


def _check(key: str, text: bytes) -> bytes:
    """Return what the first line of a file must be: of the key and of all that follows the line."""
    return hashlib.sha256(key.encode() + text).hexdigest().encode()
