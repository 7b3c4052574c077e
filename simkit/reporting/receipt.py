"""The receipt of a report: what went in and what came out, by sha256, so that anyone can check it again."""

import hashlib
import json
import platform
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from simkit.errors import UserError
from simkit.scenario.diff import scenario_hash
from simkit.scenario.scenario import Scenario

FILE = "receipt.json"
PACKAGES = (
    "altair", "jupyter_client", "nbclient", "nbconvert", "numba", "numpy", "pandas", "papermill", "pyarrow", "pydantic",
    "scikit-learn", "scipy", "simpy", "vl-convert-python",
)  # fmt: skip
SOURCES = frozenset({".py", ".yaml", ".j2", ".css", ".js", ".json"})
REPORT_FILES = frozenset({".html", ".json", ".yaml"})
_CHUNK = 1 << 20

Kind = Literal["receipt", "changed", "missing", "unlisted", "scenario", "data", "code", "package"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One way in which a report is not what its receipt says."""

    kind: Kind
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.where}: {self.what}"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class DataFile(_Part):
    """A file that went in: its name as the user gave it and the sha256 of its bytes."""

    file: str
    sha256: str


class ScenarioEntry(_Part):
    """A scenario that went in: its name and source, where the report keeps it, and the hash of all that decides it."""

    name: str
    file: str
    kept: str
    sha256: str
    seed: int
    replications: int


class Receipt(_Part):
    """Everything a report was made from and consists of.

    ``receipt_sha256`` seals the rest: an edit that forgets it shows. It is no signature; keep it elsewhere (the command
    prints it) to be sure that nobody sealed a changed report again.
    """

    version: Literal[1]
    simkit: str
    language: str
    code_sha256: str
    notebooks: dict[str, str]
    python: str
    packages: dict[str, str]
    scenarios: list[ScenarioEntry]
    data: list[DataFile]
    files: dict[str, str]
    receipt_sha256: str = ""

    def seal(self) -> str:
        """Return the sha256 over everything else in the receipt."""
        return hashlib.sha256(canonical(self.model_dump(exclude={"receipt_sha256"}))).hexdigest()


def canonical(value: Any) -> bytes:
    """Return a value as JSON bytes: sorted names, no spaces, the same for equal values."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


@cache
def code_version() -> str:
    """Return the sha256 over every source file of the package, templates and messages included."""
    root = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for path in sorted(path for path in root.rglob("*") if path.suffix in SOURCES and path.is_file()):
        digest.update(f"{path.relative_to(root).as_posix()}\0{sha256_of(path)}\n".encode())
    return digest.hexdigest()


def packages() -> dict[str, str]:
    """Return the installed version of every package that numbers or pages depend on."""
    found: dict[str, str] = {}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "absent"
    return found


def files_of(folder: Path) -> dict[str, str]:
    """Return the sha256 of every file of a report by its path inside the folder, the receipt left out."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != FILE)
    return {path.relative_to(folder).as_posix(): sha256_of(path) for path in paths}


def write_receipt(
    folder: Path,
    language: str,
    scenarios: list[ScenarioEntry],
    data: list[DataFile],
    notebooks: Mapping[str, str],
) -> Receipt:
    """Write the receipt of the report in a folder and return it; every file there is listed in it."""
    open_receipt = Receipt(
        version=1,
        simkit=metadata.version("simkit"),
        language=language,
        code_sha256=code_version(),
        notebooks=dict(notebooks),
        python=platform.python_version(),
        packages=packages(),
        scenarios=scenarios,
        data=data,
        files=files_of(folder),
    )
    receipt = open_receipt.model_copy(update={"receipt_sha256": open_receipt.seal()})
    (folder / FILE).write_text(receipt.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return receipt


def read_receipt(path: Path) -> Receipt | Finding:
    """Return the receipt in a file, or a finding that says why it is none."""
    try:
        return Receipt.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        return Finding("receipt", FILE, f"cannot be read: {where + ': ' if where else ''}{first['msg']}")


def verify(report: Path) -> list[Finding]:
    """Return every way in which a report is not what its receipt says; an empty list means that all is as it was.

    Parameters
    ----------
    report : Path
        The report's folder, its receipt, or one of its pages.

    Raises
    ------
    UserError
        When there is no report.
    """
    if not report.exists():
        raise UserError(f"{report}: no such file or folder")
    folder = report if report.is_dir() else report.parent
    if not (folder / FILE).is_file():
        raise UserError(f"{folder}: no {FILE} in this folder, so it holds no report that could be verified")
    receipt = read_receipt(folder / FILE)
    if isinstance(receipt, Finding):
        return [receipt]
    return [*_seal(receipt), *_files(receipt, folder), *_inputs(receipt, folder), *_code(receipt)]


def _seal(receipt: Receipt) -> Iterator[Finding]:
    if receipt.seal() != receipt.receipt_sha256:
        yield Finding("receipt", FILE, "its own hash does not match: it was edited after the report was made")


def _files(receipt: Receipt, folder: Path) -> Iterator[Finding]:
    found = files_of(folder)
    for name, expected in receipt.files.items():
        if name not in found:
            yield Finding("missing", name, "the file is gone")
        elif found[name] != expected:
            yield Finding("changed", name, f"sha256 is {found[name][:12]}, was {expected[:12]}")
    for name in found:
        if name not in receipt.files and Path(name).suffix in REPORT_FILES:
            yield Finding("unlisted", name, "the file is not part of the report")


def _inputs(receipt: Receipt, folder: Path) -> Iterator[Finding]:
    for scenario in receipt.scenarios:
        kept = folder / scenario.kept
        if kept.is_file() and _kept_hash(kept) != scenario.sha256:
            yield Finding(
                "scenario",
                scenario.kept,
                f"does not hold the scenario {scenario.name!r} the report was made from",
            )
    for entry in receipt.data:
        if not Path(entry.file).is_file():
            yield Finding("data", entry.file, "the file is not here, so it could not be checked")
        elif sha256_of(Path(entry.file)) != entry.sha256:
            yield Finding("data", entry.file, "the file has changed since the report was made")


def _kept_hash(path: Path) -> str | None:
    try:
        return scenario_hash(Scenario.model_validate_json(path.read_bytes()))
    except ValidationError:
        return None


def _code(receipt: Receipt) -> Iterator[Finding]:
    if receipt.code_sha256 != code_version():
        yield Finding(
            "code",
            f"simkit {receipt.simkit}",
            f"made by code {receipt.code_sha256[:12]}; this is {code_version()[:12]}",
        )
    if receipt.python != platform.python_version():
        yield Finding("package", "python", f"made with {receipt.python}; this is {platform.python_version()}")
    installed = packages()
    for name, version in receipt.packages.items():
        if installed.get(name) != version:
            yield Finding("package", name, f"made with {version}; here is {installed.get(name, 'absent')}")
