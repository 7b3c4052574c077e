"""Compiled code is kept by the sources it was made of: none of them may change without another folder."""

import ast
import importlib
import os
import pkgutil
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from numba.core.dispatcher import Dispatcher

from simkit import jit
from simkit.engine.compiled.state import ARRAYS
from simkit.streams import uniform

ROOT = Path(jit.__file__).parent
PACKAGE = ROOT.name


def sources(root: Path) -> list[Path]:
    """Return the files the hash is made of, as paths within the package."""
    found = [[root / name] if name.endswith(".py") else (root / name).rglob("*.py") for name in jit.SOURCES]
    return sorted(path.relative_to(root) for paths in found for path in paths)


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the package, which the hash is taken of."""
    root = tmp_path / PACKAGE
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(jit, "ROOT", root)
    return root


def append(path: Path, text: str = "\n# changed\n") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


def test_hash_is_of_the_sources_and_not_of_where_they_lie(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = jit.sources_hash()
    monkeypatch.undo()
    assert jit.sources_hash() == there


def test_every_source_is_there_and_each_changes_the_hash(copy: Path) -> None:
    names = {path.as_posix() for path in sources(copy)}
    assert {
        "jit.py",
        "streams.py",
        "rules/contract.py",
        "behaviour/payment.py",
        "engine/compiled/run.py",
    } <= names
    seen = {jit.sources_hash()}
    for path in sources(copy):
        append(copy / path)
        seen.add(jit.sources_hash())
    assert len(seen) == 1 + len(names)


def test_new_lost_and_renamed_sources_change_the_hash(copy: Path) -> None:
    seen = [jit.sources_hash()]
    append(copy / "rules" / "bonus" / "new.py", "")
    seen.append(jit.sources_hash())
    (copy / "rules" / "bonus" / "new.py").rename(copy / "rules" / "bonus" / "renamed.py")
    seen.append(jit.sources_hash())
    (copy / "rules" / "targets.py").unlink()
    seen.append(jit.sources_hash())
    assert len(set(seen)) == len(seen)


def test_another_numba_changes_the_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    before = jit.sources_hash()
    monkeypatch.setattr(jit.numba, "__version__", "0.0.1")
    assert jit.sources_hash() != before


def test_no_other_file_changes_the_hash(copy: Path) -> None:
    before = jit.sources_hash()
    others = {path.relative_to(copy) for path in copy.rglob("*") if path.is_file()} - set(sources(copy))
    assert {"errors.py", "cli.py", "engine/des.py", "scenario/run.py"} <= {path.as_posix() for path in others}
    for path in others:
        append(copy / path)
    append(copy / "engine" / "compiled" / "__pycache__" / "run.cpython-311.pyc", "left behind")
    append(copy / "rules" / "notes.md")
    assert jit.sources_hash() == before


# ---------------------------------------------------------------- nothing compiled is left out


def imported(path: Path) -> Iterator[Path]:
    """Yield the file of every module of the package that a file imports, or imports something from."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            if name.split(".")[0] == PACKAGE:
                yield file_of(name.split(".")[1:])


def file_of(names: list[str]) -> Path:
    """Return the file that a dotted name inside the package stands for, or stands in."""
    while names:
        for path in (ROOT.joinpath(*names).with_suffix(".py"), ROOT.joinpath(*names, "__init__.py")):
            if path.is_file():
                return path.relative_to(ROOT)
        names = names[:-1]
    return Path("__init__.py")


def compiles(path: Path) -> bool:
    """Tell whether a file decorates a function of its own for the compiler."""
    decorators = {
        name.id
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
        for name in ast.walk(decorator)
        if isinstance(name, ast.Name)
    }
    return bool(decorators & {"njit", "jit", "register_jitable", "vectorize", "guvectorize"})


def test_hash_covers_all_that_compiled_code_is_made_of() -> None:
    """Compiled code holds what it calls, and the constants it uses: files it takes them from must be in the hash."""
    known = set(sources(ROOT))
    compiled = [path.relative_to(ROOT) for path in ROOT.rglob("*.py") if compiles(path)]
    assert {"streams.py", "rules/contract.py", "engine/compiled/run.py"} <= {
        path.as_posix() for path in compiled
    }
    assert [path for path in compiled if path not in known] == []
    needed = {(path.as_posix(), other.as_posix()) for path in compiled for other in imported(ROOT / path)}
    assert ("engine/compiled/luck.py", "streams.py") in needed
    assert [pair for pair in sorted(needed) if Path(pair[1]) not in known] == []


# ---------------------------------------------------------------- where it is kept


def run(code: str, home: Path, **env: str) -> str:
    """Run a program in an interpreter of its own, at home elsewhere, and return what it prints."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA_")}
    paths = {"HOME": str(home), "USERPROFILE": str(home), "PYTHONPATH": str(ROOT.parent)}
    result = subprocess.run(
        [sys.executable, "-c", code], env=inherited | paths | env, capture_output=True, text=True, check=True
    )
    return result.stdout.strip()


FOLDER = "import simkit.jit, numba; print(numba.config.CACHE_DIR)"
COMPILE = "from simkit.streams import uniform; print(uniform(1, 2, 3, 4, 5))"


def kept(folder: Path) -> set[str]:
    """Return the names of the functions whose compiled code lies in a folder."""
    return {path.name.split("-")[0] for path in folder.rglob("*.nbi")}


def test_folder_is_named_by_the_hash(tmp_path: Path) -> None:
    expected = tmp_path / ".cache" / "simkit" / "compiled" / jit.sources_hash()[:16]
    assert Path(run(FOLDER, tmp_path)) == expected


def test_compiled_code_lies_in_the_folder(tmp_path: Path) -> None:
    run(COMPILE, tmp_path)
    assert "streams.uniform" in kept(tmp_path / ".cache" / "simkit" / "compiled" / jit.sources_hash()[:16])


KEPT = """
import sys
import simkit.{first}
from numba.core.dispatcher import Dispatcher
functions = [f for name in list(sys.modules) if name.startswith("simkit.") for f in vars(sys.modules[name]).values()]
print({{f._cache.cache_path for f in functions if isinstance(f, Dispatcher) and hasattr(f._cache, "cache_path")}})
"""


@pytest.mark.parametrize("first", ["engine.compiled", "engine.compiled.desks", "streams", "rules.contract"])
def test_whatever_is_loaded_first_nothing_is_kept_elsewhere(first: str, tmp_path: Path) -> None:
    paths = ast.literal_eval(run(KEPT.format(first=first), tmp_path).replace("set()", "()"))
    folder = tmp_path / ".cache" / "simkit" / "compiled" / jit.sources_hash()[:16]
    assert bool(paths) == (not first.startswith("rules"))
    assert {Path(path).parent for path in paths} <= {folder}


@pytest.mark.parametrize("inherited", [False, True])
def test_folder_of_the_environment_holds_the_hashs(inherited: bool, tmp_path: Path) -> None:
    home, named = tmp_path / "home", tmp_path / "named"
    home.mkdir()
    place = named / jit.sources_hash()[:16]
    given = str(place if inherited else named)
    assert Path(run(FOLDER, home, NUMBA_CACHE_DIR=given)) == place
    run(COMPILE, home, NUMBA_CACHE_DIR=given)
    assert "streams.uniform" in kept(place)
    assert list(home.rglob("*")) == []


def test_folder_of_another_version_is_not_inherited(tmp_path: Path) -> None:
    others = tmp_path / ".cache" / "simkit" / "compiled" / "0123456789abcdef"
    assert Path(run(FOLDER, tmp_path, NUMBA_CACHE_DIR=str(others))) == others.parent / jit.sources_hash()[:16]


def test_where_nothing_can_be_kept_it_is_said_and_nothing_lies_beside_the_sources(tmp_path: Path) -> None:
    (tmp_path / ".cache").write_text("in the way")
    said = (
        "import warnings\n"
        "with warnings.catch_warnings(record=True) as said:\n"
        "    warnings.simplefilter('always')\n"
        "    from simkit.streams import uniform\n"
        "import numba, os\n"
        "print([str(w.message) for w in said if 'compiled code' in str(w.message)], numba.config.CACHE_DIR)\n"
        "assert os.path.isdir(numba.config.CACHE_DIR)\n"
        "assert uniform._cache.cache_path.startswith(numba.config.CACHE_DIR)\n"
    )
    told = run(said, tmp_path)
    assert "compiled code cannot be kept in" in told
    assert not Path(told.split()[-1]).exists(), "the folder goes with the process"


def test_the_folder_stays_when_another_setting_changes() -> None:
    """Numba reads its settings anew when one of them changes in the environment."""
    code = (
        "import os, numba, simkit.streams, simkit.jit as jit\n"
        "os.environ['NUMBA_NUM_THREADS'] = '1'\n"
        "numba.njit(lambda x: x)(1)\n"
        "print(numba.config.CACHE_DIR)\n"
    )
    names = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA_")}
    done = subprocess.run(
        [sys.executable, "-c", code], env=names, capture_output=True, text=True, check=True, cwd=ROOT.parent
    )
    assert Path(done.stdout.strip()) == jit.FOLDER / jit.sources_hash()[:16]


# ---------------------------------------------------------------- several processes


def test_every_compiled_function_has_a_name_of_its_own() -> None:
    """The linker tells functions apart by name and by a number that each process gives anew."""
    functions = {
        id(value): (value.py_func.__module__, value.py_func.__qualname__)
        for info in pkgutil.walk_packages([str(ROOT)], f"{PACKAGE}.")
        if not info.name.endswith("__main__")
        for value in vars(importlib.import_module(info.name)).values()
        if isinstance(value, Dispatcher)
    }
    assert len(functions) > len(ARRAYS)
    assert len(set(functions.values())) == len(functions)


SAVE = """
import sys
from simkit.jit import SharedCacheFile
print("ready", flush=True)
sys.stdin.readline()
for number in range(100):
    SharedCacheFile(sys.argv[1], "function", "stamp").save((sys.argv[2], number), f"{sys.argv[2]} {number}")
"""


def test_processes_that_save_at_once_lose_nothing_and_mix_nothing(tmp_path: Path) -> None:
    names = "first", "second", "third"
    running = [
        subprocess.Popen(
            [sys.executable, "-c", SAVE, str(tmp_path), name],
            cwd=ROOT.parent,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in names
    ]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [(process.communicate(timeout=120), process.returncode) for process in running] == [
        (("", None), 0)
    ] * 3
    cache = jit.SharedCacheFile(str(tmp_path), "function", "stamp")
    keys = [(name, number) for name in names for number in range(100)]
    assert [cache.load(key) for key in keys] == [f"{name} {number}" for name, number in keys]


def test_numba_keeps_its_code_by_it() -> None:
    assert type(uniform._cache._cache_file) is jit.SharedCacheFile


@pytest.mark.parametrize("length", [0, 1, -1])
@pytest.mark.parametrize("name", ["function.nbi", "function.1.nbc"])
def test_a_file_cut_short_is_as_if_absent_and_is_written_anew(tmp_path: Path, name: str, length: int) -> None:
    cache = jit.SharedCacheFile(str(tmp_path), "function", "stamp")
    cache.save("key", "data")
    whole = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(whole[:length])
    assert cache.load("key") is None
    cache.save("key", "data")
    assert (tmp_path / name).read_bytes() == whole
    assert cache.load("key") == "data"
