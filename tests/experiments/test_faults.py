"""Whatever happens to a run, it ends whole or goes on later, and its bytes are those of an undisturbed one."""

import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from simkit.cli import main
from simkit.engine.simulation import regions
from simkit.errors import UserError
from simkit.experiments import shards
from simkit.experiments.cache import Cache
from simkit.experiments.shards import NotKeptWarning, Shard, run
from tests.experiments.scenarios import HANDBOOK, PREPAID

ROOT = Path(__file__).parents[2]
SHARDS = [Shard(scenario, replication) for scenario in (HANDBOOK, PREPAID) for replication in range(3)]
COMPARE = (
    "compare", "params/baseline.yaml", "params/policies/dual_wheel.yaml", "--replications", "20",
    "--set", "run.customers=60",
)  # fmt: skip
RUNS = 40


def files(cache: Path) -> dict[str, bytes]:
    """Everything that lies in a folder."""
    return {
        path.relative_to(cache).as_posix(): path.read_bytes() for path in cache.rglob("*") if path.is_file()
    }


def start(cache: Path, *more: str) -> "subprocess.Popen[str]":
    """Start a comparison of 40 runs in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "simkit", *COMPARE, *(more or ("--workers", "2"))],
        cwd=ROOT,
        env=os.environ | {"SIMKIT_CACHE": str(cache)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # Whoever runs tests in the background has told all its children to take no interruption.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def wait_for_files(cache: Path, count: int, process: "subprocess.Popen[str]") -> None:
    """Wait until so many runs are stored, and the comparison still goes on."""
    latest = time.monotonic() + 200
    while len(list(cache.rglob("*.json"))) < count:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < latest
        time.sleep(0.01)


def children(pid: int) -> list[int]:
    """Return the processes that work for one: those that hold none of joblib's books."""
    found = []
    for task in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(task.read_text().rpartition(")")[2].split()[1])
            command = task.with_name("cmdline").read_bytes()
        except OSError:
            continue
        if parent == pid and b"resource_tracker" not in command:
            found.append(int(task.parent.name))
    return found


def alive(group: int) -> bool:
    """Tell whether a process group still has a process."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, bytes]]:
    """What a comparison prints, and what it leaves in its cache."""
    cache = tmp_path_factory.mktemp("undisturbed")
    process = start(cache)
    out, err = process.communicate(timeout=280)
    assert (process.returncode, err) == (0, "")
    kept = files(cache)
    assert len(kept) == RUNS
    return out, kept


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="workers are found in /proc")
def test_worker_killed_midway(undisturbed: tuple[str, dict[str, bytes]], tmp_path: Path) -> None:
    process = start(tmp_path)
    wait_for_files(tmp_path, 3, process)
    workers = children(process.pid)
    assert workers
    os.kill(workers[-1], signal.SIGKILL)
    out, err = process.communicate(timeout=200)
    assert (process.returncode, err) == (0, "")
    assert (out, files(tmp_path)) == undisturbed


@pytest.mark.parametrize("scheduler", [(), ("--scheduler", "local")], ids=["processes", "dask"])
def test_interrupted_and_run_again(
    scheduler: tuple[str, ...], undisturbed: tuple[str, dict[str, bytes]], tmp_path: Path
) -> None:
    process = start(tmp_path, "--workers", "2", *scheduler)
    wait_for_files(tmp_path, 1, process)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert err == "simkit: stopped; nothing was left half-written\n"
    latest = time.monotonic() + 20
    while alive(process.pid):
        assert time.monotonic() < latest
        time.sleep(0.05)
    kept = files(tmp_path)
    assert 1 <= len(kept) < RUNS
    assert kept.items() <= undisturbed[1].items()
    out, err = start(tmp_path).communicate(timeout=200)
    assert (out, files(tmp_path)) == undisturbed


def test_two_at_once_on_one_cache(undisturbed: tuple[str, dict[str, bytes]], tmp_path: Path) -> None:
    running = [start(tmp_path), start(tmp_path)]
    ended = [process.communicate(timeout=250) for process in running]
    assert ended == [(undisturbed[0], "")] * 2
    assert files(tmp_path) == undisturbed[1]


def test_on_a_cluster_of_this_machine(undisturbed: tuple[str, dict[str, bytes]], tmp_path: Path) -> None:
    process = start(tmp_path, "--scheduler", "local", "--workers", "2")
    out, err = process.communicate(timeout=250)
    assert (process.returncode, err) == (0, "")
    assert (out, files(tmp_path)) == undisturbed


# ---------------------------------------------------------------- what is stored


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the shards that are simulated here."""
    done: list[str] = []

    def counted(scenario, engine, replication, **shown):
        done.append(Shard(scenario, replication).name)
        return regions(scenario, engine, replication, **shown)

    monkeypatch.setattr(shards, "regions", counted)
    return done


@pytest.mark.parametrize(
    "damage", [lambda whole: whole[:-3], lambda whole: whole[:-3] + b"]]]"], ids=["short", "bits"]
)
def test_damaged_file_is_made_again(
    damage: Callable[[bytes], bytes], runs: list[str], tmp_path: Path
) -> None:
    before = [digest.kpis for digest in run(SHARDS, 1, Cache(tmp_path))]
    whole = files(tmp_path)
    name = sorted(whole)[2]
    (tmp_path / name).write_bytes(damage(whole[name]))
    assert [digest.kpis for digest in run(SHARDS, 1, Cache(tmp_path))] == before
    assert len(runs) == len(SHARDS) + 1
    # A damaged file is in the way of nobody, and is whole again.
    assert files(tmp_path) == whole


def no_room(path: Path, data: bytes) -> int:
    """Write half, as a full disk does."""
    with path.open("wb") as file:
        file.write(data[: len(data) // 2])
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_full_disk_is_said_once_and_costs_no_result(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    expected = [digest.kpis for digest in run(SHARDS, 1, Cache(tmp_path / "roomy"))]
    with monkeypatch.context() as full:
        full.setattr(Path, "write_bytes", no_room)
        with pytest.warns(NotKeptWarning) as said:
            found = [digest.kpis for digest in run(SHARDS, 1, Cache(tmp_path / "full"))]
    assert found == expected
    assert [str(warning.message) for warning in said] == [
        f"6 of 6 results could not be kept ({tmp_path / 'full'}: No space left on device); nothing is missing from "
        "this run, but the next has to make them again"
    ]
    assert files(tmp_path / "full") == {}
    assert [digest.kpis for digest in run(SHARDS, 1, Cache(tmp_path / "full"))] == expected
    assert files(tmp_path / "full") == files(tmp_path / "roomy")


@pytest.mark.parametrize("room", ["here", "nowhere"])
def test_damaged_file_of_a_worker_that_cannot_store(
    room: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A worker on another machine: whoever asked puts the file right, or says that it cannot."""
    list(run(SHARDS, 1, Cache(tmp_path)))
    whole = files(tmp_path)
    name = sorted(whole)[2]
    (tmp_path / name).write_bytes(whole[name][:-3])
    at_work = shards._work

    def elsewhere(cache: Cache, *rest: object) -> dict[str, object]:
        with monkeypatch.context() as far:
            far.setattr(Path, "write_bytes", no_room)
            return at_work(cache, *rest)

    monkeypatch.setattr(shards, "_work", elsewhere)
    if room == "here":
        list(run(SHARDS, 1, Cache(tmp_path)))
        assert files(tmp_path) == whole
    else:
        monkeypatch.setattr(Path, "write_bytes", no_room)
        with pytest.warns(NotKeptWarning, match="1 of 6 results could not be kept"):
            list(run(SHARDS, 1, Cache(tmp_path)))


def test_full_disk_is_one_line_on_the_command_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SIMKIT_CACHE", str(tmp_path))
    monkeypatch.setattr(Path, "write_bytes", no_room)
    monkeypatch.chdir(ROOT)
    assert main([*COMPARE[:2], "--replications", "2", "--set", "run.customers=8", "--workers", "1"]) == 0
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1
    assert said[0].startswith(f"simkit: 2 of 2 results could not be kept ({tmp_path}: No space left")


# ---------------------------------------------------------------- a scheduler


class Cluster:
    """A Dask scheduler and one worker of it, in processes of their own."""

    def __init__(self, folder: Path) -> None:
        dask = [sys.executable, "-m", "dask"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": ROOT}
        book = folder / f"scheduler{time.monotonic_ns()}.json"
        place = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(book)]
        self.scheduler = subprocess.Popen([*dask, "scheduler", *place], **quiet)
        latest = time.monotonic() + 60
        while not (book.exists() and book.read_text().endswith("}")):
            assert time.monotonic() < latest
            time.sleep(0.05)
        self.address: str = json.loads(book.read_text())["address"]
        self.worker = subprocess.Popen(
            [*dask, "worker", self.address, "--nthreads", "1", "--no-dashboard", "--death-timeout", "20"],
            **quiet,
        )

    def end(self) -> None:
        """End both."""
        for process in (self.worker, self.scheduler):
            process.terminate()
        for process in (self.worker, self.scheduler):
            process.wait(timeout=30)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Callable[[], Cluster]]:
    """Start clusters that end with the test."""
    started: list[Cluster] = []

    def begin() -> Cluster:
        started.append(Cluster(tmp_path))
        return started[-1]

    yield begin
    for each in started:
        each.end()


def test_scheduler_killed_and_started_again(cluster: Callable[[], Cluster], tmp_path: Path) -> None:
    expected = [digest.kpis for digest in run(SHARDS, 1, Cache(tmp_path / "undisturbed"))]
    first, cache = cluster(), Cache(tmp_path / "kept")
    digests = run(SHARDS, cache=cache, scheduler=first.address)
    assert next(digests).kpis == expected[0]
    first.scheduler.kill()
    with pytest.raises(UserError, match=f"scheduler {first.address}: lost; what was done until now is kept"):
        # What had been done when the scheduler fell still comes; there is always something that had not.
        list(digests)
    kept = files(tmp_path / "kept")
    assert len(kept) >= 1
    again = run(SHARDS, cache=cache, scheduler=cluster().address)
    assert [digest.kpis for digest in again] == expected
    assert files(tmp_path / "kept") == files(tmp_path / "undisturbed")
    assert kept.items() <= files(tmp_path / "kept").items()
