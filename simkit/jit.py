"""Where compiled code is kept: a folder named by the sources it was made of, so that none is ever used with others.

numba looks at the file of the function it compiles and not at those that the function calls. Importing this module
before any function is compiled keeps each version of simkit apart; ``NUMBA_CACHE_DIR`` names another folder.
"""

import hashlib
import os
from pathlib import Path

import numba

ROOT = Path(__file__).parent
FOLDER = Path.home() / ".cache" / "simkit" / "compiled"
SOURCES = ("streams.py", "rules", "behaviour", "engine/calendar.py", "engine/compiled")


def sources_hash() -> str:
    """Return the sha256 over all that compiled code is made of."""
    digest = hashlib.sha256(numba.__version__.encode())
    for name in SOURCES:
        path = ROOT / name
        for source in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            digest.update(source.relative_to(ROOT).as_posix().encode())
            digest.update(source.read_bytes())
    return digest.hexdigest()


# A process started by another that has simkit loaded inherits the name of that one's folder, and must find its own.
if Path(os.environ.get("NUMBA_CACHE_DIR", FOLDER)).is_relative_to(FOLDER):
    folder = str(FOLDER / sources_hash()[:16])
    setattr(numba.config, "CACHE_DIR", folder)  # noqa: B010 (numba's own types do not know it)
    # numba reads all its settings anew whenever one of them changes in the environment, and must find this one there.
    os.environ["NUMBA_CACHE_DIR"] = folder
