"""The report: scenarios and a ledger in, a folder of pages with a receipt out, or nothing at all."""

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from simkit.experiments.ahead import compile_ahead
from simkit.reporting.inputs import load_scenarios
from simkit.reporting.notebook import Tell, execute, execute_all
from simkit.reporting.pages import Entry, Frame, headline, page
from simkit.reporting.plan import CALIBRATION, INDEX, Data, File, Plan, page_file, results_file
from simkit.reporting.receipt import DataFile, ScenarioEntry, code_version, sha256_of, write_receipt
from simkit.reporting.record import recorded
from simkit.reporting.texts import Language, catalogue, text
from simkit.scenario.diff import scenario_hash
from simkit.scenario.scenario import Scenario

WORLD = "world.yaml"
SHORT = 12


def build_report(
    scenarios: Sequence[File] | None = None,
    ledger: File | None = None,
    language: str = "en",
    out: File = "reports",
    notebooks: Sequence[File] | None = None,
    workers: int | None = None,
    mapping: File | None = None,
    replications: int | None = None,
    customers: File | None = None,
    customers_mapping: File | None = None,
    tell: Tell = lambda line: None,
) -> Path:
    """Make a report and return its first page; on any error nothing is written and an earlier report stays as it was.

    Parameters
    ----------
    scenarios : sequence of path, optional
        Scenario files, the status quo first; the file that all extend for it is added when it is not given. The
        baseline and three policies when none are given.
    ledger : path, optional
        The company's receivables ledger; the world is calibrated on it.
    language : {"en", "zh"}
        Language of every page.
    out : path
        The folder of the report. Files in it that belong to no report are left alone.
    notebooks : sequence of path, optional
        Notebooks to run, the one with the verdict first; the product's own when not given.
    workers : int, optional
        Processes to work in; all cores when not given. Notebooks run in as many at once, and share what is left.
    mapping : path, optional
        The file that names the ledger's columns.
    replications : int, optional
        Replications of the comparison instead of the scenarios' own.
    customers, customers_mapping : path, optional
        The customer master beside the ledger, and the file that names its columns.
    tell : callable, optional
        Called with a line whenever a step begins.

    Raises
    ------
    UserError
        When anything given is wrong, a notebook fails, or its time is over.
    """
    data = Data.of(ledger, customers, mapping, customers_mapping)
    plan = Plan.of(scenarios, data, language, out, notebooks, workers, replications)
    with tempfile.TemporaryDirectory(prefix="simkit-report-") as scratch:
        made = Path(scratch) / "report"
        made.mkdir()
        _Making(plan, made, Path(scratch), tell).make()
        plan.destination.publish(made)
    return plan.destination.folder / INDEX


@dataclass(frozen=True)
class _Making:
    """A report being made in an empty folder."""

    plan: Plan
    folder: Path
    scratch: Path
    tell: Tell

    def make(self) -> None:
        """Make everything, the receipt last."""
        plan = self.plan
        world, executed = None, {}
        if plan.data.ledger:
            world = self.folder / WORLD
            executed = self.calibrated()
        scenarios = load_scenarios(plan.files, world, plan.replications)
        compile_ahead(plan.processes, self.tell)  # or each of the notebooks that begin would do it all
        executed |= execute_all(
            plan.notebooks, self.scratch, plan.told(world), plan.seconds, plan.at_once, self.tell
        )
        self.write_pages(executed, _provenance(plan, scenarios))
        write_receipt(
            self.folder,
            plan.language,
            [
                self.keep(number, *each)
                for number, each in enumerate(zip(plan.files, scenarios, strict=True), 1)
            ],
            [DataFile(file=str(path), sha256=sha256_of(path)) for path in plan.data.files],
            {source.name: sha256_of(source) for source in plan.sources},
        )

    def calibrated(self) -> dict[str, NotebookNode]:
        """Run the notebook that fits the world to the ledger, and leaves it with the report."""
        self.tell(f"running {CALIBRATION.stem}")
        told = self.plan.told(None, world_folder=self.folder)
        return {
            CALIBRATION.stem: execute(CALIBRATION, self.scratch / CALIBRATION.name, told, self.plan.seconds)
        }

    def write_pages(
        self, executed: Mapping[str, NotebookNode], provenance: tuple[tuple[str, str], ...]
    ) -> None:
        """Write a page and the recorded numbers of every notebook, and the first page."""
        language = self.plan.language
        entries: list[Entry] = []
        frame = Frame(language, _site(self.plan), provenance)
        for stem in self.plan.stems:
            title, question = _words("page_title", stem, language), _words("question", stem, language)
            self.write(page_file(stem), page(executed[stem], frame, page_file(stem), title, question))
            numbers = recorded(executed[stem])
            self.write(
                results_file(stem), json.dumps(numbers, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
            )
            # The first page opens with the first notebook's answer; its entry need not repeat it.
            entries.append(
                Entry(page_file(stem), title, question, str(numbers.get("answer", "")) if entries else "")
            )
        title, question = _words("page_title", "index", language), _words("question", "index", language)
        first = headline(executed[self.plan.stems[0]])
        self.write(INDEX, page(first, frame, INDEX, title, question, entries))

    def keep(self, number: int, file: Path, scenario: Scenario) -> ScenarioEntry:
        """Write a scenario as it was run, with all that it extends and its world."""
        kept = f"scenarios/{number}.json"
        self.write(kept, scenario.model_dump_json(indent=1) + "\n")
        return ScenarioEntry(
            name=scenario.name,
            file=str(file),
            kept=kept,
            sha256=scenario_hash(scenario),
            seed=scenario.run.seed,
            replications=scenario.run.replications,
        )

    def write(self, name: str, content: str) -> None:
        """Write a file of the report."""
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8", newline="\n")


def _site(plan: Plan) -> tuple[tuple[str, str], ...]:
    """Return every page's file and title, the first page first."""
    pages = ((page_file(stem), _words("page_title", stem, plan.language)) for stem in plan.stems)
    return ((INDEX, text("page.index", plan.language)), *pages)


def _words(family: str, stem: str, language: Language) -> str:
    """Return the words for a page; an analyst's own notebook goes by its file name and asks no question."""
    silent = stem.replace("_", " ") if family == "page_title" else ""
    return catalogue(language).get(f"{family}.{stem}", silent)


def _provenance(plan: Plan, scenarios: Sequence[Scenario]) -> tuple[tuple[str, str], ...]:
    """Return where the numbers of every page come from, in a line."""
    run, ledger = scenarios[0].run, text("provenance.no_ledger", plan.language)
    if plan.data.ledger:
        ledger = f"{plan.data.ledger.name} {sha256_of(plan.data.ledger)[:SHORT]}"
    facts = {
        "scenarios": " ".join(scenario_hash(scenario)[:SHORT] for scenario in scenarios),
        "ledger": ledger,
        "code": code_version()[:SHORT],
        "seed": str(run.seed),
        "replications": str(run.replications),
    }
    return tuple((text(f"provenance.{name}", plan.language), value) for name, value in facts.items())
