"""What a report is made from, checked in full before anything runs or is written."""

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from simkit.errors import UserError
from simkit.reporting.receipt import FILE, read_receipt, Receipt
from simkit.reporting.texts import Language, scenario_name
from simkit.scenario.diff import diff
from simkit.scenario.loading import load
from simkit.scenario.problem import ScenarioError
from simkit.scenario.scenario import Scenario

FEWEST_SCENARIOS = 2
MOST_SCENARIOS = 8


def load_scenarios(
    files: Sequence[str | os.PathLike[str]], world: str | os.PathLike[str] | None = None, replications: int | None = None
) -> list[Scenario]:
    """Return the scenarios of files under one world; all problems of all files are told at once.

    Parameters
    ----------
    files : sequence of path
        Scenario files.
    world : path, optional
        A calibrated world laid over each.
    replications : int, optional
        Replications instead of the files' own.
    """
    overrides = {} if replications is None else {"run.replications": replications}
    loaded, problems = [], []
    for file in files:
        try:
            loaded.append(load(file, overrides, world))
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(problems)
    return loaded


def check_comparable(files: Sequence[Path], scenarios: Sequence[Scenario], language: Language) -> None:
    """Refuse scenarios that a report cannot set side by side: too few, too many, one name, unlike runs."""
    if not FEWEST_SCENARIOS <= len(files) <= MOST_SCENARIOS:
        raise UserError(
            f"report: {len(files)} scenario{'s' if len(files) != 1 else ''} given; allowed are {FEWEST_SCENARIOS} to "
            f"{MOST_SCENARIOS}: the status quo first, then its alternatives"
        )
    seen: dict[str, Path] = {}
    for file, scenario in zip(files, scenarios, strict=True):
        name = " ".join(scenario_name(scenario.name, language).casefold().split())
        if name in seen:
            raise UserError(f"{file}: the name {scenario.name!r} reads like that of {seen[name]}; names must differ")
        seen[name] = file
    first = scenarios[0]
    for file, scenario in zip(files, scenarios, strict=True):
        unlike = [path for path, _, _ in diff(first, scenario) if path.startswith(("run.", "status_quo."))]
        if unlike:
            raise UserError(
                f"{file}: {', '.join(unlike[:5])}{' ...' if len(unlike) > 5 else ''} differ from {files[0]}; scenarios must "
                "share their run section and their status quo to be compared pair by pair"
            )


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a report goes: a new folder, an empty one, one with an earlier report, or one with other files beside it."""

    folder: Path

    def check(self, files: Sequence[str]) -> None:
        """Refuse a place that cannot be written to, or where a file that is no report's would be overwritten."""
        if self.folder.exists() and not self.folder.is_dir():
            raise UserError(f"{self.folder}: is a file; the report needs a folder")
        ground = next(place for place in (self.folder, *self.folder.absolute().parents) if place.exists())
        try:
            tempfile.TemporaryDirectory(dir=ground, prefix=".simkit-").cleanup()
        except OSError as error:
            raise UserError(f"{self.folder}: cannot be written: {error.strerror or error}") from None
        foreign = [name for name in (*files, FILE) if (self.folder / name).exists() and name not in self._earlier()]
        if foreign:
            raise UserError(
                f"{self.folder / foreign[0]}: exists and belongs to no report; give another folder, or move the file away"
            )

    def _earlier(self) -> set[str]:
        """Return the files of the report that is there already."""
        path = self.folder / FILE
        receipt = read_receipt(path) if path.is_file() else None
        return {*receipt.files, FILE} if isinstance(receipt, Receipt) else set()

    def publish(self, made: Path) -> None:
        """Move a finished report in: as one folder where there is none, else file by file with the receipt last."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.folder.parent, prefix=".simkit-") as near:
            staged = Path(near) / "report"
            _copied(made, staged)
            if not self.folder.exists():
                staged.replace(self.folder)
                return
            old = self._earlier()
            new = [path.relative_to(staged).as_posix() for path in sorted(staged.rglob("*")) if path.is_file()]
            for name in sorted(new, key=lambda name: name == FILE):
                (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
                (staged / name).replace(self.folder / name)
            for name in old - set(new):
                (self.folder / name).unlink(missing_ok=True)
