"""A world so small that a whole report takes seconds, and reports made in it."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from filelock import FileLock
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell

from simkit.reporting import plan
from simkit.reporting.report import build_report
from tests.reporting.fakes import HOSTILE

ROOT = Path(__file__).parents[2]
RUN = {
    "customers": 24,
    "replications": 2,
    "regions": ["East", "West"],
    "warm_up_days": 60,
    "policy_days": 60,
    "run_out_days": 90,
    "time_limit_seconds": 600,
}


def write_scenario(
    path: Path, name: str, policy: str = "baseline", run: dict[str, object] | None = None
) -> Path:
    """Write a scenario of a shipped policy with a small run."""
    extends = str(ROOT / "params" / f"{policy}.yaml")
    tree = {"schema": 1, "name": name, "extends": extends, "run": RUN | (run or {})}
    path.write_text(yaml.safe_dump(tree, allow_unicode=True), encoding="utf-8")
    return path


def write_sweep(folder: Path) -> Path:
    """Write a grid of two points beside a small baseline."""
    write_scenario(folder / "base.yaml", "Status quo")
    setting = {"label": "strict", "set": {"policy.credit.grades.A.min_score": 85.0}}
    grid = {"cutoffs": [{"label": "loose"}, setting]}
    tree = {"schema": 1, "name": "grid", "scenario": "base.yaml", "replications": 2, "grid": grid}
    path = folder / "sweep.yaml"
    path.write_text(yaml.safe_dump(tree), encoding="utf-8")
    return path


def write_uncertainties(path: Path) -> Path:
    """Write plausible ranges of two uncertainties."""
    ranges = {"world.market.growth_per_year": {"low": -0.1, "high": 0.1}, "world.payment.quality_weight": {}}
    tree = {"schema": 1, "name": "ranges", "uncertainties": ranges}
    path.write_text(yaml.safe_dump(tree), encoding="utf-8")
    return path


def write_ledger(path: Path) -> Path:
    """Write a ledger of 90 invoices of nine customers, one row of it hostile."""
    rows = ["customer,invoice,issue date,due date,paid date,amount"]
    for number in range(90):
        month, day = 1 + number // 10, 1 + number % 10
        due, late = f"2024-{month + 1:02d}-{day:02d}", number % 9 % 4
        paid = f"2024-{month + 1:02d}-{day + late * 3:02d}" if number % 15 else ""
        rows.append(
            f"C{number % 9},I{number},2024-{month:02d}-{day:02d},{due},{paid},{1000 + 10 * number}.00"
        )
    rows.append(f'C1,I999,2024-01-01,2024-02-01,2024-02-01,"{HOSTILE[0]}"')
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Path]:
    """A folder with four small scenarios, a grid and a ledger; what is simulated is kept for the session.

    All processes of a session share it, so that its reports are made once.
    """
    own = tmp_path_factory.getbasetemp()
    folder = (own if worker_id == "master" else own.parent) / "small"
    with FileLock(folder.with_suffix(".lock")):
        if not folder.exists():
            folder.mkdir()
            write_scenario(folder / "today.yaml", "Status quo")
            write_scenario(folder / "dual.yaml", "Dual wheel", "policies/dual_wheel")
            write_scenario(folder / "hostile1.yaml", HOSTILE[0], "policies/strict_cutoffs")
            write_scenario(folder / "hostile2.yaml", HOSTILE[1], "policies/cash_commission")
            write_ledger(folder / "ledger.csv")
            write_sweep(folder)
            write_uncertainties(folder / "ranges.yaml")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SIMKIT_CACHE", str(folder / "cache"))
        patch.setattr(plan, "SWEEP", folder / "sweep.yaml")
        patch.setattr(plan, "UNCERTAINTIES", folder / "ranges.yaml")
        patch.setattr(plan, "WORLDS_DRAWN", 8)
        patch.setattr(plan, "LINES_A_ROUND", 100)
        yield folder


def made_once(folder: Path, files: list[Path], **more: Any) -> Path:
    """Return the folder of a report, made by whichever process of the session comes first."""
    with FileLock(folder.with_suffix(".lock")):
        if not folder.exists():
            build_report(files, out=folder, workers=1, replications=2, **more)
    return folder


@pytest.fixture(scope="session")
def english(small: Path) -> Path:
    """A report in English with hostile names."""
    return made_once(
        small / "english", [small / name for name in ("today.yaml", "hostile1.yaml", "hostile2.yaml")]
    )


@pytest.fixture(scope="session")
def chinese(small: Path) -> Path:
    """A report in Chinese, calibrated on a ledger."""
    ledger = os.path.relpath(small / "ledger.csv")
    files = [small / name for name in ("today.yaml", "dual.yaml")]
    return made_once(small / "chinese", files, ledger=ledger, language="zh")


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """Collect what is recorded while a test runs."""
    shell = InteractiveShell.instance()
    publisher = CapturingDisplayPublisher(shell=shell)
    monkeypatch.setattr(shell, "display_pub", publisher)
    return publisher.outputs
