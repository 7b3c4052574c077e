"""What a notebook was given, checked in full before its first simulation.

papermill pastes what it is told into a cell below the notebook's own parameters: it only warns of a name that the
notebook does not know, and checks neither types nor files. So every notebook begins with
``globals().update(given(globals()))``, which refuses what is wrong in one message and finds the files. The content of a
scenario file may be given like parameters, as ``papermill -f`` does: it is taken as the scenario to look at.
"""

import ast
import atexit
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from simkit.errors import UserError
from simkit.reporting.inputs import check_comparable, load_scenarios
from simkit.reporting.texts import Language
from simkit.scenario.chain import TOP_LEVEL
from simkit.scenario.check import check_paths
from simkit.scenario.loading import load
from simkit.scenario.problem import ScenarioError, did_you_mean

ROOT = Path(__file__).parents[2]
PASTED = "# Parameters"
"""How the cell that papermill adds begins."""

SHARED_KEY = "world"  # a file for a notebook, a section in a scenario
PARAMETER_FILES = (
    "scenario",
    "sweep",
    "cutoffs",
    "limits",
    "splits",
    "strategies",
    "programme",
    "handbook",
    "case",
    "company",
    "ranges",
    "uncertainties",
    "world",
)
FILE_LISTS = ("scenarios", "worlds")
DATA_FILES = ("ledger", "mapping", "customer_master", "customer_mapping")
KINDS = (".", "policies", "worlds", "cases", "calibrated")
"""Folders of parameter files that a given scenario may lie in."""


class SharedParameters(BaseModel):
    """Parameters of the notebooks that the report tells them, each those that it has."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    world: str | None = Field(None, description="File of a calibrated world laid over the scenarios.")
    sweep: str | None = Field(None, description="A grid of policies.")
    ledger: str | None = Field(None, description="The ledger the world was calibrated on.")
    mapping: str | None = Field(None, description="The file that names the ledger's columns.")
    customer_master: str | None = Field(None, description="The customers' statements, and who defaulted.")
    customer_mapping: str | None = Field(
        None, description="The file that names the customer master's columns."
    )
    world_folder: str | None = Field(None, description="Where the calibrated world is written.")
    lines_a_round: int | None = Field(None, ge=1, description="Lines of each simulation of the match.")
    uncertainties: str | None = Field(None, description="The uncertainties and how far each may lie.")
    worlds_drawn: int | None = Field(
        None, ge=2, description="Worlds in which a policy's misses are looked for."
    )
    language: Language = Field("en", description="Language of the words.")
    replications: int | None = Field(None, ge=1, description="Replications instead of the scenarios' own.")
    workers: int | None = Field(None, ge=1, description="Processes to simulate in.")


class NotebookParameters(SharedParameters):
    """Every parameter that a notebook may have, with its type; each notebook has some of them."""

    scenarios: list[str] = Field([], min_length=1, description="Scenario files; the first is the status quo.")
    scenario: str | None = Field(None, description="Scenario to start from instead of the sweep's own.")
    cutoffs: str = Field("", description="The grid of credit cutoffs.")
    limits: str = Field("", description="The grid of term limits.")
    splits: str = Field("", description="The grid of commission splits.")
    strategies: str = Field("", description="The grid of collection strategies.")
    programme: str = Field("", description="The grid of growth measures.")
    handbook: str = Field("", description="The handbook's policy.")
    case: str = Field("", description="A known case.")
    company: str = Field("", description="The world of the company fitted to the case.")
    ranges: str = Field("", description="The uncertainties that may flip a recommendation.")
    worlds: list[str] = Field([], min_length=1, description="Worlds laid over each scenario.")
    growth_slack: float = Field(0.0, ge=0, description="Growth that a policy may miss, share.")
    customers: int = Field(1, ge=1, description="Customers of each simulation.")
    walks: int = Field(1, ge=1, description="Walks of the screening.")
    draws: int = Field(1, ge=1, description="Draws of each interval.")
    save_to: str = Field("", description="Folder where scenarios are saved.")
    report_to: str = Field("", description="Folder of the report.")
    browser: bool = Field(False, description="Open a report in the browser when it is made.")


def refusal(error: ValidationError) -> UserError:
    """Return every problem of wrong parameters as one error of one line."""
    problems = (f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
    return UserError("notebook parameters: " + "; ".join(problems))


def given(names: Mapping[str, Any]) -> dict[str, Any]:
    """Return a notebook's parameters by name, checked, with files where they are found and a given scenario in place.

    Files are looked for from the working folder, then from the folder of the notebooks.

    Parameters
    ----------
    names : mapping
        The notebook's ``globals()``: its values, and in ``In`` the cells that ran.

    Raises
    ------
    UserError
        When a name is no parameter of this notebook, a value has the wrong type, a file is absent or not valid, or the
        scenarios cannot be compared.
    """
    own, pasted = _parameter_cells(names.get("In", ()))
    own = own or set(names) & set(NotebookParameters.model_fields)
    scenario = {name: names[name] for name in pasted if _of_scenario(name, names[name], own)}
    if scenario and not own & {"scenario", "scenarios"}:
        raise UserError(
            f"notebook parameters: {_listed(scenario)} is of a scenario, which this notebook takes none of"
        )
    unknown = sorted(pasted - own - set(scenario))
    if unknown:
        raise UserError("notebook parameters: " + "; ".join(_unknown(name, own) for name in unknown))
    values = {name: None if name in scenario else names[name] for name in own}
    try:
        checked = NotebookParameters.model_validate(values)
    except ValidationError as error:
        raise refusal(error) from None
    several = len(values.get("scenarios") or ()) > 1
    values = _found(values)
    if scenario:
        values |= _with_scenario(scenario, values)
    check_paths(path for path in _parameter_files(values))
    if several:
        files = values["scenarios"]
        loaded = load_scenarios(files, values.get("world"), values.get("replications"))
        check_comparable([Path(file) for file in files], loaded, checked.language)
    return values


def _parameter_cells(cells: Iterable[str]) -> tuple[set[str], set[str]]:
    """Return the names set by the notebook's own cell of parameters and by the cell that papermill added."""
    own: set[str] = set()
    pasted: set[str] = set()
    for source in cells:
        assigned = _assigned(source)
        if source.startswith(PASTED):
            if assigned is None:
                raise UserError("notebook parameters: a name must be a plain name, without code in it")
            pasted = assigned
        elif assigned and "language" in assigned:
            own, pasted = assigned, set()
    return own, pasted


def _assigned(source: str) -> set[str] | None:
    """Return the names that code sets, or None if it does anything but set names."""
    names = set()
    for statement in ast.parse(source).body:
        if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
            return None
        names.add(statement.targets[0].id)
    return names


def _of_scenario(name: str, value: object, own: set[str]) -> bool:
    return name in TOP_LEVEL and (name not in own or (name == SHARED_KEY and isinstance(value, dict)))


def _unknown(name: str, own: set[str]) -> str:
    return f"{name}: no parameter of this notebook; allowed are {_listed(own)}{did_you_mean(name, own)}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _found(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values with the paths of their files; those that are absent are told together."""
    found, absent = dict(values), []
    for name, value in values.items():
        if value is None or name not in (*FILE_LISTS, *PARAMETER_FILES, *DATA_FILES):
            continue
        paths = [_located(path) for path in (value if name in FILE_LISTS else [value])]
        absent += [f"{name}: no such file: {path}" for path in paths if not Path(path).is_file()]
        found[name] = paths if name in FILE_LISTS else paths[0]
    if absent:
        raise UserError("notebook parameters: " + "; ".join(absent))
    return found


def _located(path: str) -> str:
    beside_notebooks = ROOT / "notebooks" / path
    return str(beside_notebooks.resolve()) if not Path(path).exists() and beside_notebooks.exists() else path


def _parameter_files(values: Mapping[str, Any]) -> list[str]:
    single = (values.get(name) for name in PARAMETER_FILES)
    lists = (path for name in FILE_LISTS for path in values.get(name, ()))
    return [*lists, *(path for path in single if path)]


def _with_scenario(tree: dict[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters that a given scenario changes.

    A notebook on a sweep starts from it. One on several scenarios compares it with its own status quo; a scenario that
    is one takes the first place. One on a single scenario takes it alone.
    """
    folder = Path(tempfile.mkdtemp(prefix="simkit-scenario-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    named = {name: _beside(tree[name]) for name in ("extends", "draws") if name in tree}
    file = _written(folder / "given.yaml", tree | named)
    try:
        loaded = load(file)
    except ScenarioError as error:
        raise UserError(str(error).replace(f"{folder}/", "")) from None
    if "scenario" in values:
        return {"scenario": str(file)}
    _, *alternatives = values["scenarios"]
    if loaded.policy == loaded.status_quo or not alternatives:
        return {"scenarios": [str(file), *alternatives]}
    policy = loaded.status_quo.model_dump(mode="json")
    today = {"schema": 1, "name": "Status quo", "extends": file.name, "policy": policy}
    return {"scenarios": [str(_written(folder / "status_quo.yaml", today)), str(file)]}


def _written(path: Path, tree: Mapping[str, Any]) -> Path:
    path.write_text(yaml.safe_dump(dict(tree), allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def _beside(named: Any) -> Any:
    """Return the files a scenario names, from the folder it was written in: the first that holds them all."""
    paths = named if isinstance(named, list) else [named]
    if not all(isinstance(path, str) for path in paths):
        return named
    here = Path.cwd()
    folders = [base / part for base in (here, here / "params", ROOT / "params") for part in KINDS]
    folder = next((folder for folder in folders if all((folder / path).is_file() for path in paths)), here)
    found = [str((folder / path).resolve()) for path in paths]
    return found if isinstance(named, list) else found[0]
