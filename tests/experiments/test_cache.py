"""Results are found again by what they depend on, and by nothing else."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkit.experiments import cache as cache_module
from simkit.experiments.cache import Cache, code_version, default_folder

RESULT = {"kpis": {"sales_fen": 12, "gini": None}, "tables": {"weekly": {"week": [0, 1]}}}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture
def cache(tmp_path) -> Cache:
    return Cache(tmp_path / "kept")


def files(cache: Cache) -> list[Path]:
    return [path for path in cache.folder.rglob("*") if path.is_file()]


@given(result=st.dictionaries(st.text(), JSON, min_size=1))
def test_what_is_kept_is_found_as_it_was(tmp_path_factory, result) -> None:
    cache = Cache(tmp_path_factory.mktemp("kept"))
    key = cache.key(scenario="a")
    assert cache.read(key) is None
    cache.write(key, result)
    assert cache.read(key) == result


def test_key_depends_on_every_part_and_not_on_their_order(cache) -> None:
    key = cache.key(scenario="a", replication=0)
    assert key == cache.key(replication=0, scenario="a")
    others = {cache.key(scenario="a", replication=1), cache.key(scenario="b", replication=0), cache.key()}
    assert len(others) == 3
    assert key not in others


def test_other_code_never_finds_this_codes_results(cache, monkeypatch) -> None:
    cache.write(cache.key(scenario="a"), RESULT)
    assert cache.read(cache.key(scenario="a")) == RESULT
    monkeypatch.setattr(cache_module, "code_version", lambda: "another")
    assert cache.read(cache.key(scenario="a")) is None


def test_code_version_changes_with_any_source_file(tmp_path, monkeypatch) -> None:
    """The package in a folder of our own: one byte, or a file's name, makes another version."""
    package = tmp_path / "package"
    (package / "room").mkdir(parents=True)
    (package / "room" / "cache.py").write_text("")
    (package / "a.py").write_text("x = 1\n")
    monkeypatch.setattr(cache_module, "__file__", str(package / "room" / "cache.py"))
    versions = [code_version.__wrapped__()]
    (package / "a.py").write_text("x = 2\n")
    versions.append(code_version.__wrapped__())
    (package / "a.py").rename(package / "b.py")
    versions.append(code_version.__wrapped__())
    (package / "notes.txt").write_text("not code")
    assert code_version.__wrapped__() == versions[-1]
    assert len(set(versions)) == 3


@pytest.mark.parametrize("library", cache_module.LIBRARIES)
def test_code_version_changes_with_the_version_of_a_library(library, monkeypatch) -> None:
    now = code_version.__wrapped__()
    found = cache_module.version
    monkeypatch.setattr(cache_module, "version", lambda name: "another" if name == library else found(name))
    assert code_version.__wrapped__() != now


def damaged(whole: bytes) -> dict[str, bytes]:
    """What may have become of a file."""
    middle = len(whole) // 2
    flipped = bytes([whole[middle] ^ 1])
    return {
        "empty": b"",
        "cut short": whole[:-1],
        "only its first line": whole[: whole.index(b"\n") + 1],
        "without its first line": whole[whole.index(b"\n") + 1 :],
        "a bit flipped": whole[:middle] + flipped + whole[middle + 1 :],
        "more than was written": whole + b" ",
        "something else": b'{"kpis": {}}',
    }


@pytest.mark.parametrize("damage", damaged(b"0123456789\n0123456789"))
def test_damaged_file_is_no_result_and_is_written_over(cache, damage) -> None:
    key = cache.key(scenario="a")
    cache.write(key, RESULT)
    [path] = files(cache)
    whole = path.read_bytes()
    path.write_bytes(damaged(whole)[damage])
    assert cache.read(key) is None
    assert key not in cache
    cache.write(key, RESULT)
    assert cache.read(key) == RESULT
    assert path.read_bytes() == whole


def test_another_keys_file_is_no_result(cache) -> None:
    one, other = cache.key(scenario="a"), cache.key(scenario="b")
    cache.write(one, RESULT)
    cache.write(other, RESULT)
    first, second = sorted(files(cache))
    second.write_bytes(first.read_bytes())
    assert [cache.read(key) for key in sorted((one, other))] == [RESULT, None]


def test_file_is_written_whole_and_leaves_nothing_beside_it(cache) -> None:
    key = cache.key(scenario="a")
    assert key not in cache
    cache.write(key, RESULT)
    assert key in cache
    [path] = files(cache)
    assert path.name == f"{key}.json"
    assert json.loads(path.read_bytes().split(b"\n")[1]) == RESULT


def test_folder_that_cannot_be_written_to_is_said(tmp_path) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = Cache(tmp_path / "file")
    with pytest.raises(OSError):
        cache.write(cache.key(scenario="a"), RESULT)
    assert cache.read(cache.key(scenario="a")) is None
    assert (tmp_path / "file").read_text() == "in the way"


def test_write_that_fails_midway_leaves_nothing(cache, monkeypatch) -> None:
    def no_space(self, target):
        raise OSError("no space left on device")

    key = cache.key(scenario="a")
    monkeypatch.setattr(Path, "replace", no_space)
    with pytest.raises(OSError, match="no space left"):
        cache.write(key, RESULT)
    assert cache.read(key) is None
    assert files(cache) == []


def test_default_folder(own_cache, monkeypatch) -> None:
    assert default_folder() == Cache().folder == own_cache
    for unset in (lambda: monkeypatch.setenv("SIMKIT_CACHE", ""), lambda: monkeypatch.delenv("SIMKIT_CACHE")):
        unset()
        assert default_folder() == Path.home() / ".cache" / "simkit"
