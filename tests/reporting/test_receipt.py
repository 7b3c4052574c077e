"""Every way of tampering with a report is found and named."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simkit.errors import UserError
from simkit.reporting import receipt as module
from simkit.reporting.receipt import (
    FILE,
    DataFile,
    Finding,
    ScenarioEntry,
    canonical,
    code_version,
    read_receipt,
    sha256_of,
    verify,
    write_receipt,
)
from simkit.scenario import Scenario, scenario_hash


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A report of one page, one scenario and one ledger."""
    folder, ledger = tmp_path / "report", tmp_path / "ledger.csv"
    (folder / "scenarios").mkdir(parents=True)
    ledger.write_text("customer,amount\n")
    (folder / "index.html").write_text("<p>growth 12.0%</p>")
    scenario = Scenario(name="Status quo")
    (folder / "scenarios" / "1.json").write_text(scenario.model_dump_json())
    entry = ScenarioEntry(
        name="Status quo",
        file="x.yaml",
        kept="scenarios/1.json",
        sha256=scenario_hash(scenario),
        seed=1,
        replications=2,
    )
    data = [DataFile(file=str(ledger), sha256=sha256_of(ledger))]
    write_receipt(folder, "en", [entry], data, {"11.ipynb": "0" * 64})
    return folder


def edit(change: Callable[[dict[str, Any]], None], seal: bool = False) -> Callable[[Path], None]:
    """Return an edit of the receipt that leaves its seal, or seals it again."""

    def apply(folder: Path) -> None:
        tree = json.loads((folder / FILE).read_text())
        change(tree)
        (folder / FILE).write_text(json.dumps(tree))
        if seal:
            found = read_receipt(folder / FILE)
            assert isinstance(found, module.Receipt)
            (folder / FILE).write_text(
                found.model_copy(update={"receipt_sha256": found.seal()}).model_dump_json()
            )

    return apply


def other_scenario(folder: Path) -> None:
    path = folder / "scenarios" / "1.json"
    path.write_text(path.read_text().replace('"prepayment_share":0.3', '"prepayment_share":0.4'))


TAMPERING: dict[str, tuple[Callable[[Path], object], list[tuple[str, str]]]] = {
    "nothing": (lambda folder: None, []),
    "a file beside it that is no part of it": (lambda folder: (folder / "README.md").write_text("x"), []),
    "a number on a page": (
        lambda folder: (folder / "index.html").write_text("<p>growth 13.0%</p>"),
        [("changed", "index.html")],
    ),
    "a page gone": (lambda folder: (folder / "index.html").unlink(), [("missing", "index.html")]),
    "a page more": (lambda folder: (folder / "more.html").write_text("x"), [("unlisted", "more.html")]),
    "another scenario": (other_scenario, [("changed", "scenarios/1.json"), ("scenario", "scenarios/1.json")]),
    "a scenario that is none": (
        lambda folder: (folder / "scenarios" / "1.json").write_text("{}"),
        [("changed", "scenarios/1.json"), ("scenario", "scenarios/1.json")],
    ),
    "another ledger": (
        lambda folder: (folder.parent / "ledger.csv").write_text("customer,amount\n1,2\n"),
        [("data", "ledger.csv")],
    ),
    "the ledger gone": (lambda folder: (folder.parent / "ledger.csv").unlink(), [("data", "ledger.csv")]),
    "a page and its hash": (
        lambda folder: (
            (folder / "index.html").write_text("y"),
            edit(lambda tree: tree["files"].update({"index.html": sha256_of(folder / "index.html")}))(folder),
        ),
        [("receipt", FILE)],
    ),
    "the seed": (edit(lambda tree: tree["scenarios"][0].update(seed=2)), [("receipt", FILE)]),
    "the notebooks": (edit(lambda tree: tree["notebooks"].clear()), [("receipt", FILE)]),
    "the seal": (edit(lambda tree: tree.update(receipt_sha256="0" * 64)), [("receipt", FILE)]),
    "the scenario's hash, sealed again": (
        edit(lambda tree: tree["scenarios"][0].update(sha256="0" * 64), seal=True),
        [("scenario", "scenarios/1.json")],
    ),
    "other code": (edit(lambda tree: tree.update(code_sha256="0" * 64), seal=True), [("code", "simkit")]),
    "another Python": (edit(lambda tree: tree.update(python="2.7"), seal=True), [("package", "python")]),
    "another package": (
        edit(lambda tree: tree["packages"].update(numpy="0.1"), seal=True),
        [("package", "numpy")],
    ),
    "a package more": (
        edit(lambda tree: tree["packages"].update(magic="1.0"), seal=True),
        [("package", "magic")],
    ),
    "a receipt that is no JSON": (lambda folder: (folder / FILE).write_text("{"), [("receipt", FILE)]),
    "a receipt with a name too many": (edit(lambda tree: tree.update(more=1)), [("receipt", FILE)]),
    "a receipt with a name too few": (edit(lambda tree: tree.pop("files")), [("receipt", FILE)]),
}


@pytest.mark.parametrize("name", TAMPERING)
def test_tampering_is_named(name: str, report: Path) -> None:
    tamper, expected = TAMPERING[name]
    tamper(report)
    found = verify(report)
    assert [(finding.kind, True) for finding in found] == [(kind, True) for kind, _ in expected]
    assert all(where in finding.where for finding, (_, where) in zip(found, expected, strict=True))
    assert all(finding.what in str(finding) and finding.where in str(finding) for finding in found)


def test_the_folder_its_receipt_or_a_page_will_do(report: Path) -> None:
    assert verify(report) == verify(report / FILE) == verify(report / "index.html") == []


def test_a_report_may_be_moved(report: Path, tmp_path: Path) -> None:
    assert verify(Path(shutil.move(report, tmp_path / "elsewhere"))) == []


@pytest.mark.parametrize("what", ["absent", "empty"])
def test_what_is_no_report_is_a_user_error(what: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match=r"absent: no such file|empty: no receipt\.json in this folder"):
        verify(tmp_path / what)


def test_the_code_version_is_of_every_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / "simkit"
    shutil.copytree(Path(module.__file__).parents[1], copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(module, "__file__", str(copy / "reporting" / "receipt.py"))
    seen = {fresh(code_version)}
    assert seen == {code_version()}
    for name in ("reporting/messages/zh.yaml", "reporting/template/simkit/style.css", "rules/contract.py"):
        path = copy / name
        path.write_text(path.read_text("utf-8") + "\n", encoding="utf-8")
        seen.add(fresh(code_version))
    (copy / "errors.py").rename(copy / "mistakes.py")
    seen.add(fresh(code_version))
    assert len(seen) == 5


def fresh(version: Any) -> str:
    """Return a version computed anew."""
    return str(version.__wrapped__())


def test_canonical_json_is_one_for_equal_values() -> None:
    assert canonical({"b": 1, "a": "雪"}) == canonical({"a": "雪", "b": 1}) == '{"a":"雪","b":1}'.encode()


def test_an_absent_package_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PACKAGES", ("no-such-package",))
    assert module.packages() == {"no-such-package": "absent"}


def test_findings_read_as_a_line() -> None:
    assert str(Finding("changed", "index.html", "sha256 differs")) == "changed: index.html: sha256 differs"
