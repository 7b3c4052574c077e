"""The report: scenarios and a ledger in, a folder of pages with a receipt out, or nothing at all."""

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import nbformat

from simkit.errors import UserError
from simkit.reporting.destination import Destination
from simkit.reporting.inputs import check_comparable, load_scenarios
from simkit.reporting.notebook import Parameters, execute, parameters
from simkit.reporting.pages import Entry, Frame, headline, page
from simkit.reporting.receipt import DataFile, ScenarioEntry, code_version, sha256_of, write_receipt
from simkit.reporting.record import recorded
from simkit.reporting.texts import Language, catalogue, language_of, text
from simkit.scenario.diff import scenario_hash
from simkit.scenario.scenario import Scenario

ROOT = Path(__file__).parents[2]
SCENARIOS = tuple(
    ROOT / "params" / name
    for name in (
        "baseline.yaml",
        "policies/dual_wheel.yaml",
        "policies/strict_cutoffs.yaml",
        "policies/cash_commission.yaml",
    )
)
SWEEP = ROOT / "params" / "sweeps" / "cutoffs_terms.yaml"
NOTEBOOKS = ROOT / "notebooks"
PAGES = ("11_executive_report", "08_frontier", "01_portfolio")
CALIBRATION = "02_calibration"
LINES_A_ROUND = 12_000  # of each simulation of the calibration: its figures then repeat to half a point
INDEX = "index.html"
WORLD = "world.yaml"
SHORT = 12

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """A report that has been checked and can be made."""

    files: tuple[Path, ...]
    scenarios: tuple[Scenario, ...]
    ledger: Path | None
    language: Language
    notebooks: tuple[Path, ...]
    destination: Destination
    workers: int | None
    replications: int | None
    tell: Tell = field(repr=False)

    @property
    def calibration(self) -> Path:
        """The notebook that fits the world to a ledger."""
        return NOTEBOOKS / f"{CALIBRATION}.ipynb"

    @property
    def sources(self) -> tuple[Path, ...]:
        """All notebooks to run, in the order of their pages: the one with the verdict, the ledger's, the others."""
        first, *others = self.notebooks
        return (first, *([self.calibration] if self.ledger else []), *others)

    @property
    def stems(self) -> list[str]:
        """Names of the pages."""
        return [source.stem for source in self.sources]

    @property
    def outputs(self) -> list[str]:
        """The files that are known before anything runs."""
        return [
            INDEX,
            *(f"{stem}.html" for stem in self.stems),
            *(f"results/{stem}.json" for stem in self.stems),
        ]

    @property
    def seconds(self) -> int:
        """Longest time one notebook may take."""
        return self.scenarios[0].run.time_limit_seconds


def build_report(
    scenarios: Sequence[str | Path] | None = None,
    ledger: str | Path | None = None,
    language: str = "en",
    out: str | Path = "reports",
    notebooks: Sequence[str | Path] | None = None,
    workers: int | None = None,
    replications: int | None = None,
    tell: Tell = lambda line: None,
) -> Path:
    """Make a report and return its first page; on any error nothing is written and an earlier report stays as it was.

    Parameters
    ----------
    scenarios : sequence of path, optional
        Scenario files, the status quo first; the baseline and three policies when not given.
    ledger : path, optional
        The company's receivables ledger; the world is calibrated on it.
    language : {"en", "zh"}
        Language of every page.
    out : path
        The folder of the report. Files in it that belong to no report are left alone.
    notebooks : sequence of path, optional
        Notebooks to run, the one with the verdict first; the product's own when not given.
    workers : int, optional
        Processes to simulate in; all cores when not given.
    replications : int, optional
        Replications of the comparison instead of the scenarios' own.
    tell : callable, optional
        Called with a line whenever a step begins.

    Raises
    ------
    UserError
        When anything given is wrong, a notebook fails, or its time is over.
    """
    plan = _plan(scenarios, ledger, language, out, notebooks, workers, replications, tell)
    with tempfile.TemporaryDirectory(prefix="simkit-report-") as scratch:
        made = Path(scratch) / "report"
        made.mkdir()
        _make(plan, made, Path(scratch))
        plan.destination.publish(made)
    return plan.destination.folder / INDEX


def _plan(
    scenarios: Sequence[str | Path] | None,
    ledger: str | Path | None,
    language: str,
    out: str | Path,
    notebooks: Sequence[str | Path] | None,
    workers: int | None,
    replications: int | None,
    tell: Tell,
) -> Plan:
    """Check everything that can be checked before a notebook runs."""
    spoken = language_of(language)
    files = tuple(Path(file) for file in scenarios or SCENARIOS)
    told = parameters({"scenarios": list(map(str, files)), "workers": workers, "replications": replications})
    loaded = load_scenarios(files, replications=told.replications)
    check_comparable(files, loaded, spoken)
    data = None if ledger is None else _existing(ledger, "ledger")
    sources = tuple(
        _existing(path, "notebook") for path in notebooks or [NOTEBOOKS / f"{stem}.ipynb" for stem in PAGES]
    )
    plan = Plan(
        files, tuple(loaded), data, spoken, sources, Destination(Path(out)), workers, replications, tell
    )
    plan.destination.check(plan.outputs)
    return plan


def _existing(path: str | Path, what: str) -> Path:
    if not Path(path).is_file():
        raise UserError(f"{path}: no such {what} file")
    return Path(path)


def _make(plan: Plan, made: Path, scratch: Path) -> None:
    """Make the whole report in an empty folder."""
    world = made / WORLD if plan.ledger else None
    executed: dict[str, nbformat.NotebookNode] = {}
    if plan.ledger is not None:
        executed[CALIBRATION] = _calibrated(plan, made, scratch)
    scenarios = load_scenarios(plan.files, world, plan.replications)
    kept = _keep(plan, scenarios, made)
    told = _told(plan, world)
    for source in plan.notebooks:
        plan.tell(f"running {source.stem}")
        executed[source.stem] = execute(source, scratch / source.name, told, plan.seconds)
    frame = Frame(plan.language, _site(plan), _provenance(plan, scenarios))
    entries = []
    for stem in plan.stems:
        notebook = executed[stem]
        title, question = _words("page_title", stem, plan.language), _words("question", stem, plan.language)
        numbers = recorded(notebook)
        _write(made / f"{stem}.html", page(notebook, frame, f"{stem}.html", title, question))
        _write(
            made / "results" / f"{stem}.json",
            json.dumps(numbers, indent=1, ensure_ascii=False, sort_keys=True) + "\n",
        )
        entries.append(Entry(f"{stem}.html", title, question, str(numbers.get("answer", ""))))
    words = (_words("page_title", "index", plan.language), _words("question", "index", plan.language))
    first = headline(executed[plan.stems[0]])
    _write(made / INDEX, page(first, frame, INDEX, *words, [replace(entries[0], answer=""), *entries[1:]]))
    ledger = DataFile(file=str(plan.ledger), sha256=sha256_of(plan.ledger)) if plan.ledger else None
    write_receipt(
        made, plan.language, kept, ledger, {source.name: sha256_of(source) for source in plan.sources}
    )


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(content, encoding="utf-8", newline="\n")


def _keep(plan: Plan, scenarios: Sequence[Scenario], made: Path) -> list[ScenarioEntry]:
    """Write the scenarios as they were run, everything they extend and the world included."""
    entries = []
    for number, (file, scenario) in enumerate(zip(plan.files, scenarios, strict=True), start=1):
        name = f"scenarios/{number}.json"
        _write(made / name, scenario.model_dump_json(indent=1) + "\n")
        entries.append(
            ScenarioEntry(
                name=scenario.name,
                file=str(file),
                kept=name,
                sha256=scenario_hash(scenario),
                seed=scenario.run.seed,
                replications=scenario.run.replications,
            )
        )
    return entries


def _told(plan: Plan, world: Path | None) -> Parameters:
    """Return what the notebooks are told; paths in full, as kernels run elsewhere."""
    return Parameters(
        scenarios=[str(file.resolve()) for file in plan.files],
        sweep=str(SWEEP),
        world=str(world) if world else None,
        ledger=str(plan.ledger.resolve()) if plan.ledger else None,
        language=plan.language,
        replications=plan.replications,
        workers=plan.workers,
        lines_a_round=LINES_A_ROUND,
    )


def _calibrated(plan: Plan, made: Path, scratch: Path) -> nbformat.NotebookNode:
    """Run the notebook that fits the world to the ledger, and leave the world with the report."""
    plan.tell(f"calibrating on {plan.ledger}")
    told = _told(plan, None).model_copy(update={"world_folder": str(made)})
    return execute(plan.calibration, scratch / plan.calibration.name, told, plan.seconds)


def _site(plan: Plan) -> tuple[tuple[str, str], ...]:
    pages = [(f"{stem}.html", _words("page_title", stem, plan.language)) for stem in plan.stems]
    return ((INDEX, text("page.index", plan.language)), *pages)


def _words(family: str, stem: str, language: Language) -> str:
    """Return the words for a page; an analyst's own notebook goes by its file name."""
    return catalogue(language).get(
        f"{family}.{stem}", stem.replace("_", " ") if family == "page_title" else ""
    )


def _provenance(plan: Plan, scenarios: Sequence[Scenario]) -> tuple[tuple[str, str], ...]:
    """Return where the numbers of every page come from, in a line."""
    run = scenarios[0].run
    ledger = (
        f"{plan.ledger.name} {sha256_of(plan.ledger)[:SHORT]}"
        if plan.ledger
        else text("provenance.no_ledger", plan.language)
    )
    facts = {
        "scenarios": " ".join(scenario_hash(scenario)[:SHORT] for scenario in scenarios),
        "ledger": ledger,
        "code": code_version()[:SHORT],
        "seed": str(run.seed),
        "replications": str(run.replications),
    }
    return tuple((text(f"provenance.{name}", plan.language), value) for name, value in facts.items())
