"""Every executor gives the results in order, whoever dies; and says in a line why it cannot work."""

import os
import sys
from collections.abc import Iterator

import pytest
from distributed import LocalCluster

from simkit.errors import UserError
from simkit.experiments.executors import Executor, executor
from simkit.experiments.executors.dask import Dask
from simkit.experiments.executors.executor import EVERY_WORKER_DIED
from tests.experiments.executors.work import (
    Unloadable,
    die_at_two,
    die_once_at,
    fail_at_two,
    ignores_interrupts,
    square,
)


@pytest.fixture(params=["processes", "dask"])
def two(request: pytest.FixtureRequest) -> Executor:
    """Two workers."""
    return executor(2, None if request.param == "processes" else "local")


def test_results_come_in_order(two: Executor) -> None:
    assert list(two.map(square, range(7))) == [number * number for number in range(7)]
    assert list(two.map(square, [])) == []


def test_one_worker_is_this_process() -> None:
    assert list(executor(1).map(lambda number: -number, [1, 2])) == [-1, -2]


def test_work_in_hand_of_a_worker_that_dies_is_done_by_another(two: Executor, tmp_path) -> None:
    paths = ["", str(tmp_path / "one"), "", "", str(tmp_path / "two"), ""]
    assert list(two.map(die_once_at, paths)) == paths


def test_what_every_worker_dies_of_is_given_up(two: Executor) -> None:
    assert list(two.map(die_at_two, range(5))) == [0, 1, EVERY_WORKER_DIED, 3, 4]


def test_error_of_the_work_is_raised(two: Executor) -> None:
    with pytest.raises(ZeroDivisionError, match="two"):
        list(two.map(fail_at_two, range(5)))


def test_iteration_may_be_left(two: Executor) -> None:
    results = two.map(square, range(50))
    assert next(results) == 0
    results.close()
    assert list(two.map(square, range(3))) == [0, 1, 4]


@pytest.mark.filterwarnings("error:Port")
def test_two_clusters_of_one_machine_do_not_meet() -> None:
    first = executor(1, "local").map(square, range(3))
    assert next(first) == 0
    assert list(executor(1, "local").map(square, range(3))) == [0, 1, 4]
    assert list(first) == [1, 4]


def test_interruption_is_left_to_the_command(two: Executor) -> None:
    """A terminal interrupts all its processes: a worker that minds it tells a traceback beside the command's line."""
    assert list(two.map(ignores_interrupts, range(4))) == [True] * 4


@pytest.mark.parametrize("workers", [0, -3])
def test_fewer_than_one_worker_is_refused(workers: int) -> None:
    with pytest.raises(UserError, match=f"workers: {workers} given; allowed are 1 or more"):
        executor(workers)


def test_workers_are_not_asked_of_a_scheduler_that_has_its_own() -> None:
    with pytest.raises(UserError, match="the scheduler at tcp://127.0.0.1:1 has its own"):
        executor(2, "tcp://127.0.0.1:1")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simkit.experiments.executors.dask.CONNECT_SECONDS", 2)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense://here", "127.0.0.1:99999999"])
def test_scheduler_that_cannot_be_reached_is_said(impatient: None, address: str) -> None:
    with pytest.raises(UserError, match=f"scheduler {address}: cannot be reached"):
        list(executor(scheduler=address).map(square, [1]))


def test_workers_with_other_code_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The function is sent to the workers by its name; here it stands for another one."""
    monkeypatch.setattr("simkit.experiments.executors.dask.code_version", os.getpid)
    with pytest.raises(UserError, match="2 of 2 workers have another version of simkit"):
        list(executor(2, "local").map(square, [1]))


def test_worker_that_comes_later_with_other_code_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if all workers had this version when they were asked, and another when they work."""
    monkeypatch.setattr(Dask, "_refuse_other_code", lambda *_: None)
    monkeypatch.setattr("simkit.experiments.executors.dask.code_version", lambda: "this")
    with pytest.raises(UserError, match=r"worker tcp://127\.0\.0\.1:\d+: it has another version of simkit"):
        list(executor(2, "local").map(square, [1, 2]))


def test_scheduler_without_workers_is_said(impatient: None) -> None:
    with (
        LocalCluster(n_workers=0, dashboard_address=None, host="127.0.0.1") as cluster,
        pytest.raises(UserError, match=f"{cluster.scheduler_address}: no worker came within 2 seconds"),
    ):
        list(executor(scheduler=cluster.scheduler_address).map(square, [1]))


def test_workers_without_simkit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the function is sent by a name that the workers cannot load."""
    monkeypatch.setattr("simkit.experiments.executors.dask.code_version", Unloadable())
    with pytest.raises(UserError, match="2 of 2 workers have another version of simkit or none"):
        list(executor(2, "local").map(square, [1]))


@pytest.fixture
def without_dask(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(sys.modules, "distributed", None)
    kept = sys.modules.pop("simkit.experiments.executors.dask", None)
    yield
    if kept:
        sys.modules["simkit.experiments.executors.dask"] = kept


def test_without_dask_what_to_install_is_said(without_dask: None) -> None:
    with pytest.raises(UserError, match=r"pip install 'simkit\[distributed\]'"):
        executor(scheduler="local")
