"""Results that are found again: content-addressed by scenario, code, seed and shard, written atomically."""

import hashlib
import json
import os
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4


@cache
def code_version() -> str:
    """Return the sha256 over every source file of the package: other code never finds this code's results."""
    root = Path(__file__).parents[1]
    digest = hashlib.sha256()
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

    def read(self, key: str) -> Any | None:
        """Return the stored result, or None when there is none or the file is damaged."""
        try:
            stored = json.loads(self._path(key).read_bytes())
        except (OSError, ValueError):
            return None
        if not isinstance(stored, dict) or stored.get("key") != key:
            return None
        return stored.get("result")

    def write(self, key: str, result: Any) -> None:
        """Store a result: a reader sees all of it or nothing.

        A folder that cannot be written to is no reason to lose the run: the result is then not stored.
        """
        path = self._path(key)
        text = json.dumps({"key": key, "result": result})
        part = path.with_name(f"{key}.{uuid4().hex}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(text, encoding="ascii")
            part.replace(path)
        except OSError:
            with suppress(OSError):
                part.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}.json"
