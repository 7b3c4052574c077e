"""Ledgers on request: every region whole or not there, and the same tables when read again."""

import errno
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

import simkit
from simkit.engine.simulation import regions, simulate
from simkit.errors import UserError
from simkit.experiments import shards
from simkit.experiments.cache import Cache
from simkit.experiments.ledgers import Ledgers, write
from simkit.experiments.shards import Shard, run
from simkit.scenario.scenario import Scenario
from tests.experiments.scenarios import HANDBOOK, tiny

HOSTILE = ("../../up", "a/b", "50 %=x", "..", "华东 · 1", "007", "*?[x]\n")
TWO = tiny("two\\regions", run={"regions": ["East/West", ".."]})


@pytest.fixture
def kept(tmp_path: Path) -> Ledgers:
    return Ledgers(tmp_path / "ledgers")


def files(ledgers: Ledgers) -> dict[str, bytes]:
    found = ledgers.folder.rglob("*") if ledgers.folder.exists() else ()
    return {str(path.relative_to(ledgers.folder)): path.read_bytes() for path in found if path.is_file()}


def assert_same(read: pd.DataFrame, expected: pd.DataFrame) -> None:
    """Assert that two tables are equal; pandas may hold the texts of a file otherwise than the engine does."""
    texts = {name: dtype for name, dtype in expected.dtypes.items() if isinstance(dtype, pd.StringDtype)}
    pd.testing.assert_frame_equal(read.astype(texts), expected)


def assert_holds(ledgers: Ledgers, scenario: Scenario, replications: int) -> None:
    """Assert that what is read is what is simulated, type for type."""
    made = [simulate(scenario, replication=number) for number in range(replications)]
    for name in made[0].names():
        expected = pd.concat([getattr(one, name) for one in made], ignore_index=True)
        read = ledgers.dataset(name).to_table().to_pandas()
        read = read[read["scenario"] == scenario.name].drop(columns="scenario")
        place = pd.Categorical(read["region"], categories=scenario.run.regions)
        read = read.assign(place=place).sort_values(["replication", "place"], kind="stable")[[*expected]]
        assert_same(read.reset_index(drop=True), expected)


def test_what_workers_write_is_what_is_simulated(kept: Ledgers, tmp_path: Path) -> None:
    compared = simkit.compare([TWO], 2, 2, cache=Cache(tmp_path / "cache"), ledgers=kept.folder)
    assert_holds(kept, TWO, 2)
    assert len(files(kept)) == 2 * 2 * 10
    plain = simkit.compare([TWO], 2, 1, cache=Cache(tmp_path / "another"))
    pd.testing.assert_frame_equal(compared.kpis, plain.kpis)


def of_region(table: pd.DataFrame, name: str) -> pd.DataFrame:
    return table.assign(region=pd.Series(name, index=table.index, dtype="string[pyarrow]"))


def test_names_of_any_letters_stay_in_the_folder_and_come_back(kept: Ledgers, tmp_path: Path) -> None:
    [made] = regions(HANDBOOK)
    for name in HOSTILE:
        scenario = HANDBOOK.model_copy(
            update={"name": name, "run": HANDBOOK.run.model_copy(update={"regions": [name]})}
        )
        tables = {table: of_region(getattr(made, table), name) for table in made.made()}
        kept.keep("key", type(made)(**tables, scenario=scenario, replication=0))
        assert kept.holds(scenario, 0, "key")
    assert [path.name for path in tmp_path.iterdir()] == ["ledgers"]
    assert {len(Path(file).parts) for file in files(kept)} == {4}
    read = kept.dataset("daily").to_table(columns=["scenario", "region"]).to_pandas().drop_duplicates()
    assert set(zip(read["scenario"], read["region"], strict=True)) == {(name, name) for name in HOSTILE}


def test_ledger_that_is_there_is_not_made_again(
    kept: Ledgers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = []

    def counted(scenario, engine, replication, **shown):
        done.append(replication)
        return regions(scenario, engine, replication, **shown)

    monkeypatch.setattr(shards, "regions", counted)
    one, both = [Shard(HANDBOOK, 0)], [Shard(HANDBOOK, 0), Shard(HANDBOOK, 1)]
    list(run(one, 1, Cache(tmp_path)))
    list(run(one, 1, Cache(tmp_path), ledgers=kept))
    assert done == [0, 0]  # its outcomes were stored, its ledger was not
    before = files(kept)
    list(run(both, 1, Cache(tmp_path), ledgers=kept))
    assert done == [0, 0, 1]
    assert files(kept).items() > before.items()


def test_ledger_of_another_scenario_of_that_name_is_not_overwritten(kept: Ledgers, tmp_path: Path) -> None:
    simkit.compare([HANDBOOK], 1, 1, cache=Cache(tmp_path), ledgers=kept.folder)
    before = files(kept)
    other = tiny("Handbook", {"contract.prepayment_share": 1.0})
    with pytest.raises(
        UserError, match="scenario=Handbook/replication=0/region=One holds the ledger of another"
    ):
        simkit.compare([other], 1, 1, cache=Cache(tmp_path), ledgers=kept.folder)
    assert files(kept) == before
    daily = kept.folder / "scenario=Handbook" / "replication=0" / "region=One" / "daily.parquet"
    daily.write_bytes(b"not parquet")
    with pytest.raises(UserError, match="holds the ledger of another"):
        simkit.compare([HANDBOOK], 1, 1, cache=Cache(tmp_path), ledgers=kept.folder)


def full(monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """Let the disk be full after some files."""
    written = []
    whole = pq.write_table

    def no_room(table, where, **options):
        written.append(where)
        if len(written) > after:
            Path(where).write_bytes(b"PAR1")
            raise OSError(errno.ENOSPC, "No space left on device")
        whole(table, where, **options)

    monkeypatch.setattr(pq, "write_table", no_room)


def test_full_disk_is_one_message_and_leaves_whole_regions_only(
    kept: Ledgers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        full(patched, after=13)
        with pytest.raises(UserError) as error:
            simkit.compare([TWO], 3, 1, cache=Cache(tmp_path), ledgers=kept.folder)
    assert str(error.value) == f"ledgers {kept.folder}: No space left on device"
    assert len(files(kept)) == 10
    simkit.compare([TWO], 3, 1, cache=Cache(tmp_path), ledgers=kept.folder)
    assert_holds(kept, TWO, 3)


def test_folder_that_cannot_be_is_one_message(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UserError, match=r"ledgers .*file/here: Not a directory"):
        simkit.compare([HANDBOOK], 1, 1, cache=Cache(tmp_path), ledgers=tmp_path / "file" / "here")
    with pytest.raises(UserError, match="ledgers .*: File name too long"):
        simkit.compare([tiny("名" * 100)], 1, 1, cache=Cache(tmp_path), ledgers=tmp_path / "new")


def test_tables_that_are_not_there(kept: Ledgers) -> None:
    with pytest.raises(UserError, match="no table 'invoices'; there are customers, orders, "):
        kept.dataset("invoices")


KILLED = """
import os, signal, sys
import pyarrow.parquet as pq
import simkit
from tests.experiments.scenarios import HANDBOOK
written = []
whole = pq.write_table
def killed(table, where, **options):
    whole(table, where, **options)
    written.append(where)
    if len(written) == 13:
        os.kill(os.getpid(), signal.SIGKILL)
pq.write_table = killed
simkit.compare([HANDBOOK], 3, 1, ledgers=sys.argv[1])
"""


def test_killed_write_leaves_nothing_that_a_reader_sees(kept: Ledgers) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, kept.folder], check=False)
    assert killed.returncode == -9
    assert sorted(path.name for path in kept.folder.iterdir()) == [".unfinished", "scenario=Handbook"]
    assert_holds(kept, HANDBOOK, 1)
    simkit.compare([HANDBOOK], 3, 1, ledgers=kept.folder)
    assert_holds(kept, HANDBOOK, 3)


def test_whole_run_is_written_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = simulate(HANDBOOK)
    write(made, tmp_path / "run")
    for name in made.names():
        assert_same(pd.read_parquet(tmp_path / "run" / f"{name}.parquet"), getattr(made, name))
    whole = pd.DataFrame.to_parquet

    def no_room(table, where, **options):
        if where.name == "desks.parquet":
            raise OSError(errno.ENOSPC, "No space left on device")
        whole(table, where, **options)

    monkeypatch.setattr(pd.DataFrame, "to_parquet", no_room)
    with pytest.raises(UserError, match="--out .*other: No space left on device"):
        write(made, tmp_path / "other")
    assert list((tmp_path / "other").iterdir()) == []
