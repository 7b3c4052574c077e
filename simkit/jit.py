"""Where compiled code is kept: a folder named by the sources it was made of, so that none is ever used with others.

numba looks at the file of the function it compiles and not at those that the function calls. Importing this module
before any function is compiled keeps each version of simkit apart; ``NUMBA_CACHE_DIR`` names another place for these
folders.

numba lets any process write there at any time, and two that compile at once can leave one's code under the other's
types (numba issues 4807 and 10128). Here they take turns.

numba compiles a function anew for each constant that another passes to it, and for each width of integer. Our functions
are compiled once, for integers of 64 bits, which saves more than a quarter of the time that compiling takes.
"""

import atexit
import hashlib
import os
import pickle
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numba
from filelock import FileLock
from numba.core import caching, types
from numba.core.dispatcher import Dispatcher

ROOT = Path(__file__).parent
FOLDER = Path.home() / ".cache" / "simkit" / "compiled"
SOURCES = (
    "jit.py", "streams.py", "rules", "behaviour", "engine/calendar.py", "engine/compiled", "calibration",
    "scenario/world/payment.py",
)  # fmt: skip


def sources_hash() -> str:
    """Return the sha256 over all that compiled code is made of."""
    digest = hashlib.sha256(numba.__version__.encode())
    for name in SOURCES:
        path = ROOT / name
        for source in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            digest.update(source.relative_to(ROOT).as_posix().encode())
            digest.update(source.read_bytes())
    return digest.hexdigest()


class SharedCacheFile(caching.IndexDataCacheFile):
    """Compiled code of one function, which several processes may save at once; a file cut short is as if absent."""

    CUT_SHORT = EOFError, pickle.UnpicklingError

    def save(self, key: Any, data: Any) -> None:
        """Keep one signature's code, when no other process is saving any."""
        with FileLock(Path(self._cache_path) / "lock"):
            super().save(key, data)  # type: ignore[no-untyped-call]

    def load(self, key: Any) -> Any:
        """Return one signature's code; none where there is none, or none whole."""
        try:
            return super().load(key)  # type: ignore[no-untyped-call]
        except self.CUT_SHORT:
            return None

    def _load_index(self) -> Any:
        try:
            return super()._load_index()  # type: ignore[no-untyped-call]
        except self.CUT_SHORT:
            return {}


setattr(caching, "IndexDataCacheFile", SharedCacheFile)  # noqa: B010 (numba's own types do not know it)


PACKAGE = f"{__package__}."
numbas_template = Dispatcher.get_call_template


def call_template(self: Any, args: Any, kws: Any) -> Any:
    """Return the signature a compiled function is called with by another: of ours, always the same one."""
    if self.py_func.__module__.startswith(PACKAGE):
        args, kws = tuple(map(widest, args)), {name: widest(kind) for name, kind in kws.items()}
    return numbas_template(self, args, kws)


def widest(kind: Any) -> Any:
    """Return the type an argument is taken as: of no one value, and signed integers in 64 bits.

    >>> widest(types.int32), widest(types.literal(7)), widest(types.literal(True)), widest(types.float64)
    (int64, int64, bool, float64)
    """
    plain: Any = types.unliteral(kind)  # type: ignore[no-untyped-call]
    return types.int64 if plain in types.signed_domain else plain


setattr(Dispatcher, "get_call_template", call_template)  # noqa: B010 (numba's own types do not know it)


def folder() -> Path:
    """Return where this code's compiled form is kept; a folder of this process's own where nothing can be kept.

    numba itself would then keep it beside the sources, where one version's code is used with another's.
    """
    name = sources_hash()[:16]
    given = Path(os.environ.get("NUMBA_CACHE_DIR") or FOLDER)
    # A process started by another that has simkit loaded inherits the name of that one's folder.
    base = FOLDER if given.is_relative_to(FOLDER) else given
    place = base if base.name == name else base / name
    try:
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=place):
            return place
    except OSError as error:
        warnings.warn(
            f"compiled code cannot be kept in {place} ({error.strerror or error}), and takes a minute to make each "
            "time; NUMBA_CACHE_DIR names another folder",
            stacklevel=2,
        )
    place = Path(tempfile.mkdtemp(prefix="simkit-"), name)
    atexit.register(shutil.rmtree, place.parent, ignore_errors=True)
    return place


# numba reads all its settings anew whenever one of them changes in the environment, and must find this one there.
os.environ["NUMBA_CACHE_DIR"] = str(folder())
setattr(numba.config, "CACHE_DIR", os.environ["NUMBA_CACHE_DIR"])  # noqa: B010 (numba's own types do not know it)
