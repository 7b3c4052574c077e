"""Shards: found again, counted when they fail, the same on any number of workers."""

import pandas as pd
import pytest

from simkit.engine.simulation import regions
from simkit.errors import UserError
from simkit.experiments import shards
from simkit.experiments.cache import Cache
from simkit.experiments.shards import Shard, joined, run
from simkit.experiments.simulation import simulate
from simkit.outcomes.curves import weekly_curves
from tests.experiments.scenarios import HANDBOOK, PREPAID

SHARDS = [Shard(scenario, replication) for scenario in (HANDBOOK, PREPAID) for replication in (0, 1)]


@pytest.fixture
def runs(monkeypatch) -> list[str]:
    """The names of the shards that are simulated, as they are."""
    done = []

    def counted(scenario, engine, replication, **shown):
        done.append(Shard(scenario, replication).name)
        return regions(scenario, engine, replication, **shown)

    monkeypatch.setattr(shards, "regions", counted)
    return done


def assert_same(left, right) -> None:
    assert [digest.kpis for digest in left] == [digest.kpis for digest in right]
    for one, other in zip(left, right, strict=True):
        pd.testing.assert_frame_equal(joined("weekly", [one]), joined("weekly", [other]))


def test_digest_is_the_outcomes_and_curves_of_its_run(tmp_path) -> None:
    digests = list(run(SHARDS, workers=1))
    assert [digest.shard for digest in digests] == SHARDS
    result = simulate(PREPAID, replication=1)
    assert digests[-1].kpis == result.kpis
    switch = PREPAID.run.start_date + pd.Timedelta(days=PREPAID.run.warm_up_days)
    expected = [
        weekly_curves(simulate(shard.scenario, replication=shard.replication).daily, switch).assign(
            scenario=shard.scenario.name, replication=shard.replication
        )
        for shard in SHARDS
    ]
    pd.testing.assert_frame_equal(joined("weekly", digests), pd.concat(expected, ignore_index=True))


def test_shard_is_run_once_and_found_the_same(runs, tmp_path) -> None:
    first = list(run(SHARDS, 1, Cache(tmp_path)))
    assert runs == [shard.name for shard in SHARDS]
    again = list(run(SHARDS, 1, Cache(tmp_path)))
    assert len(runs) == len(SHARDS)
    assert_same(first, again)


def test_only_what_changed_is_run_again(runs, tmp_path) -> None:
    list(run(SHARDS[:3], 1, Cache(tmp_path)))
    list(run(SHARDS, 1, Cache(tmp_path)))
    assert runs[3:] == ["Prepaid, replication 1"]


def test_name_of_a_scenario_does_not_count(runs, tmp_path) -> None:
    list(run(SHARDS[:1], 1, Cache(tmp_path)))
    [digest] = run([Shard(HANDBOOK.model_copy(update={"name": "Other"}), 0)], 1, Cache(tmp_path))
    assert len(runs) == 1
    assert digest.shard.scenario.name == "Other"


def test_other_code_runs_everything_again(runs, tmp_path, monkeypatch) -> None:
    list(run(SHARDS[:2], 1, Cache(tmp_path)))
    monkeypatch.setattr("simkit.experiments.cache.code_version", lambda: "another")
    list(run(SHARDS[:2], 1, Cache(tmp_path)))
    assert len(runs) == 4


def test_default_cache_is_used_when_none_is_given(runs, own_cache) -> None:
    list(run(SHARDS[:1], 1))
    list(run(SHARDS[:1], 1))
    assert len(runs) == 1
    assert len(list(own_cache.rglob("*.json"))) == 1


def test_any_number_of_workers_gives_the_same(tmp_path) -> None:
    assert_same(list(run(SHARDS, 1, Cache(tmp_path / "one"))), list(run(SHARDS, 2, Cache(tmp_path / "two"))))


def test_failure_is_named_and_not_kept(monkeypatch, tmp_path) -> None:
    def fails(scenario, engine, replication, **shown):
        if replication == 0:
            raise ZeroDivisionError("nothing was due")
        return regions(scenario, engine, replication, **shown)

    monkeypatch.setattr(shards, "regions", fails)
    failed, fine = run(SHARDS[:2], 1, Cache(tmp_path))
    assert failed.failure == "Handbook, replication 0: ZeroDivisionError: nothing was due"
    assert failed.kpis == {}
    assert failed.tables == {}
    assert fine.failure is None
    monkeypatch.setattr(shards, "regions", regions)
    assert [digest.failure for digest in run(SHARDS[:2], 1, Cache(tmp_path))] == [None, None]


def test_nothing_to_run() -> None:
    assert list(run([], 2)) == []


@pytest.mark.parametrize("workers", [0, -1])
def test_fewer_than_one_worker_is_refused(workers) -> None:
    with pytest.raises(UserError, match=f"workers: {workers} given; allowed are 1 or more"):
        list(run(SHARDS, workers))
