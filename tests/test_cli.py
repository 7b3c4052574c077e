"""The command: what each prints, and that wrong input ends with one message, exit code 2 and nothing written."""

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from simkit import cli
from simkit.cli import EXIT_INTERRUPTED, EXIT_USER_ERROR, main
from simkit.experiments.compare import Estimate
from simkit.outcomes.kpis import Kpis
from simkit.reporting.measures import MEASURES

ROOT = Path(__file__).parents[1]

SMALL = """\
schema: 1
name: {name}
run: {{customers: 12, regions: [One], warm_up_days: 120, policy_days: 120, run_out_days: 90, replications: 2}}
{more}
"""

SWEEP = """\
schema: 1
name: Terms
scenario: small.yaml
replications: 2
grid:
  terms:
    - {label: as asked, set: {}}
    - {label: short, set: {policy.contract.term_negotiable: false}}
constraints: {sales_growth_min: CONSTRAINT}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two small scenarios and a sweep, its cache, and the working directory in it."""
    monkeypatch.setenv("SIMKIT_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.yaml").write_text(
        SMALL.format(name="Small", more="policy: {contract: {prepayment_share: 0.0}}")
    )
    more = "extends: small.yaml\npolicy: {contract: {prepayment_share: 1.0}}"
    (tmp_path / "prepaid.yaml").write_text(SMALL.format(name="Prepaid", more=more))
    (tmp_path / "sweep.yaml").write_text(SWEEP.replace("CONSTRAINT", "-1.0"))
    (tmp_path / "strict.yaml").write_text(SWEEP.replace("CONSTRAINT", "10"))
    return tmp_path


def test_run_prints_every_measure_and_writes_the_ledger(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "small.yaml", "--out", "ledger"]) == 0
    printed = capsys.readouterr().out
    assert all(name in printed for name in MEASURES)
    receivables = pd.read_parquet(folder / "ledger" / "receivables.parquet")
    receipts = pd.read_parquet(folder / "ledger" / "receipts.parquet")
    paid = receivables.loc[receivables["status"] == "paid", "amount_fen"].sum()
    assert paid == receipts.loc[receipts["kind"] == "payment", "amount_fen"].sum() > 0


def test_run_does_not_overwrite(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "full").mkdir()
    (folder / "full" / "kept.txt").write_text("mine")
    assert main(["run", "small.yaml", "--out", "full"]) == EXIT_USER_ERROR
    assert "exists already; give a new or empty folder" in capsys.readouterr().err
    assert [path.name for path in (folder / "full").iterdir()] == ["kept.txt"]


def test_set_overrides_one_parameter(folder: Path) -> None:
    assert (
        main(["run", "small.yaml", "--set", "policy.contract.prepayment_share=1.0", "--out", "ledger"]) == 0
    )
    lines = pd.read_parquet(folder / "ledger" / "receivables.parquet")
    assert set(lines.loc[lines["period"] == "policy", "kind"]) == {"prepayment"}


def test_compare_prints_differences_with_intervals(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "small.yaml", "prepaid.yaml", "--workers", "1"]) == 0
    printed = capsys.readouterr()
    assert "2 replications; differences from 'Small' with 95 % intervals" in printed.out
    assert " to " in printed.out
    assert printed.err == ""


def test_compare_names_failed_runs(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from simkit.experiments import shards
    from simkit.experiments.cache import Cache

    def fails(cache: Cache, ledgers: None, item: tuple[shards.Shard, str]) -> dict[str, object]:
        shard, _ = item
        return {"failure": f"{shard.name}: broken"} if shard.replication == 1 else work(cache, ledgers, item)

    work = shards._work
    monkeypatch.setattr(shards, "_work", fails)
    assert main(["compare", "small.yaml", "prepaid.yaml", "--workers", "1"]) == 0
    printed = capsys.readouterr()
    assert "1 replications" in printed.out
    assert "failed: Small, replication 1: broken" in printed.err
    assert "failed: Prepaid, replication 1: broken" in printed.err


def test_compare_says_which_levers_differ_and_whether_the_precision_was_met(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["--set", "run.precision=0.9", "--set", "run.customers=4"]
    assert main(["compare", "small.yaml", "prepaid.yaml", "--workers", "1", *asked]) == 0
    printed = capsys.readouterr().out
    assert "20 replications" in printed
    assert "precision of 90.00% for growth and overdue rate: met" in printed
    assert "'Prepaid' differs in:\n  policy.contract.prepayment_share: 0.0 -> 1.0\n" in printed


def test_sweep_prints_roles(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sweep", "sweep.yaml", "--workers", "1"]) == 0
    assert "recommended" in capsys.readouterr().out
    assert main(["sweep", "strict.yaml", "--workers", "1"]) == 0
    printed = capsys.readouterr().out
    assert "recommended" not in printed
    assert "no point keeps to the constraints" in printed


def test_check_and_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(ROOT / "params")]) == 0
    assert "baseline.yaml: ok, scenario Status quo" in capsys.readouterr().out
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "simkit scenario"


def test_calibrate_writes_a_world_that_a_run_takes(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    books = [str(ROOT / "data" / "invoices.csv"), "--customers", str(ROOT / "data" / "customers.csv")]
    assert main(["calibrate", *books, "--name", "sample", "--out", "worlds"]) == 0
    printed = capsys.readouterr().out
    assert "219 customers, 9 of them defaulted" in printed
    assert "default: 9 in 4" in printed
    assert "written: worlds/sample.yaml" in printed
    assert main(["run", "small.yaml", "--world", "worlds/sample.yaml"]) == 0


WRONG = [
    (["run", "absent.yaml"], ["absent.yaml: no such file"]),
    (
        ["run", "small.yaml", "--set", "policy.contract.term_day=3"],
        ["term_day: unknown name", 'did you mean "term_days"'],
    ),
    (["run", "small.yaml", "--set", "nonsense"], ["nonsense", "path=value"]),
    (["run", "small.yaml", "--replication", "-1"], ["replication: -1 is negative"]),
    (["compare", "small.yaml", "small.yaml"], ["two scenarios are named 'Small'"]),
    (["compare", "small.yaml", "prepaid.yaml", "--replications", "0"], ["replications: 0 given"]),
    (["sweep", "small.yaml"], ["small.yaml"]),
    (["check", "absent.yaml"], ["absent.yaml"]),
    (["calibrate", "absent.csv"], ["absent.csv"]),
    (
        ["calibrate", str(ROOT / "data" / "invoices.csv"), "--customers", "absent.csv"],
        ["absent.csv: no such file"],
    ),
    (
        ["calibrate", str(ROOT / "data" / "invoices.csv"), "--customers-mapping", "names.yaml"],
        ["no --customers is given"],
    ),
    (["verify", "absent"], ["absent"]),
    (["report", "absent.yaml", "small.yaml", "--out", "made"], ["absent.yaml"]),
    (["report", "small.yaml", "prepaid.yaml", "--lang", "fr", "--out", "made"], ["fr"]),
]


@pytest.mark.parametrize(
    ("arguments", "fragments"), WRONG, ids=lambda value: " ".join(value) if isinstance(value, list) else None
)
def test_wrong_input_is_one_message_and_nothing_written(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], fragments: list[str]
) -> None:
    before = sorted(folder.rglob("*"))
    assert main(arguments) == EXIT_USER_ERROR
    printed = capsys.readouterr()
    assert printed.out == ""
    assert all(fragment in printed.err for fragment in fragments)
    assert "Traceback" not in printed.err
    assert sorted(folder.rglob("*")) == before


def test_interrupt_says_so(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(paths: list[str]) -> list[str]:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "check_paths", interrupted)
    assert main(["check", "small.yaml"]) == EXIT_INTERRUPTED
    assert "stopped" in capsys.readouterr().err


def test_reader_that_goes_away_is_no_error() -> None:
    run = subprocess.run(
        f"{sys.executable} -m simkit schema | head -c 10",
        shell=True, cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert run.stdout.startswith("{")
    assert run.stderr == ""


def test_verify_tells_each_finding(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simkit.reporting.receipt.verify", lambda report: [])
    assert main(["verify", "reports"]) == 0
    assert "as it was written" in capsys.readouterr().out
    monkeypatch.setattr(
        "simkit.reporting.receipt.verify", lambda report: ["a.html: changed", "b.html: missing"]
    )
    assert main(["verify", "reports"]) == EXIT_USER_ERROR
    assert capsys.readouterr().err == "a.html: changed\nb.html: missing\n"


def test_report_hands_over_what_was_asked(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, object] = {}

    def build(scenarios: object, **others: object) -> Path:
        asked.update(scenarios=scenarios, **others)
        return Path("made/index.html")

    monkeypatch.setattr("simkit.reporting.report.build_report", build)
    assert main(["report", "--lang", "zh", "--out", "made", "--ledger", "ledger.csv", "--workers", "1"]) == 0
    assert capsys.readouterr().out == "written: made/index.html\n"
    assert asked["language"] == "zh"
    assert asked["ledger"] == "ledger.csv"


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        (Estimate(float("nan"), float("nan"), float("nan"), 0), "-"),
        (Estimate(0.01, float("nan"), float("nan"), 1), "+1.0 points"),
        (Estimate(0.015, 0.011, 0.02, 9), "+1.5 points (+1.1 to +2.0 points)"),
    ],
)
def test_difference_shows_what_is_known(found: Estimate, shown: str) -> None:
    assert cli._difference(found, MEASURES["sales_growth"]) == shown


@pytest.mark.parametrize("value", [None, float("nan")])
def test_undefined_value_is_a_dash(value: float | None) -> None:
    kpis: Kpis = {"gini": value}
    assert cli._value(kpis["gini"], MEASURES["gini"]) == "-"
