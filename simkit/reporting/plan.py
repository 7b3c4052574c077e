"""What a report is to be made of, checked in full before anything runs or is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Self

from joblib import cpu_count

from simkit.errors import UserError
from simkit.reporting.destination import Destination
from simkit.reporting.inputs import check_comparable, load_scenarios, status_quo_first
from simkit.reporting.notebook import Parameters, parameters, read_notebook
from simkit.reporting.texts import Language, language_of

ROOT = Path(__file__).parents[2]
SCENARIOS = tuple(
    ROOT / "params" / f"{name}.yaml"
    for name in ("baseline", "policies/dual_wheel", "policies/strict_cutoffs", "policies/cash_commission")
)
UNCERTAINTIES = ROOT / "params" / "sensitivity" / "plausible.yaml"
SWEEP = ROOT / "params" / "sweeps" / "cutoffs_terms.yaml"
NOTEBOOKS = tuple(
    ROOT / "notebooks" / f"{name}.ipynb"
    for name in (
        "11_executive_report",
        "08_frontier",
        "09_stress_and_sensitivity",
        "07_growth_programme",
        "06_collection_strategy",
        "05_commission_split",
        "03_credit_cutoffs",
        "04_term_limits",
        "10_dashboard",
        "01_portfolio",
    )
)
CALIBRATION = ROOT / "notebooks" / "02_calibration.ipynb"
LINES_A_ROUND = 12_000  # in each simulation of the calibration: its figures then repeat to half a point
WORLDS_DRAWN = 64  # a power of 2; each is a run or two of one region
INDEX = "index.html"

File = str | PathLike[str]


@dataclass(frozen=True)
class Data:
    """A company's own data that a report is made of.

    Attributes
    ----------
    ledger, customers : Path or None
        The receivables ledger, and the customer master beside it.
    mapping, customers_mapping : Path or None
        The files that name the columns of each.
    """

    ledger: Path | None
    customers: Path | None
    mapping: Path | None
    customers_mapping: Path | None

    @classmethod
    def of(
        cls,
        ledger: File | None,
        customers: File | None,
        mapping: File | None,
        customers_mapping: File | None,
    ) -> Self:
        """Return the data that were asked for; a file that is not there, or has nothing to go with, is refused."""
        if mapping is not None and ledger is None:
            raise UserError(f"{mapping}: a mapping names the columns of a ledger, and no ledger is given")
        if customers is not None and ledger is None:
            raise UserError(f"{customers}: a customer master goes with a ledger, and no ledger is given")
        if customers_mapping is not None and customers is None:
            raise UserError(
                f"{customers_mapping}: a mapping names the columns of a customer master, and none is given"
            )
        return cls(
            _existing(ledger, "ledger"),
            _existing(customers, "customer master"),
            _existing(mapping, "mapping"),
            _existing(customers_mapping, "mapping"),
        )

    @property
    def files(self) -> list[Path]:
        """The files there are."""
        return [path for path in (self.ledger, self.customers, self.mapping, self.customers_mapping) if path]


@dataclass(frozen=True)
class Plan:
    """A report that has been checked and can be made.

    Attributes
    ----------
    files : tuple of Path
        Scenario files, the status quo first.
    data : Data
        The company's own data.
    language : {"en", "zh"}
        Language of every page.
    notebooks : tuple of Path
        Notebooks to run, the one with the verdict first.
    destination : Destination
        Where the report goes.
    workers, replications : int or None
        Processes, and replications instead of the scenarios' own.
    seconds : int
        Longest time one notebook may take.
    """

    files: tuple[Path, ...]
    data: Data
    language: Language
    notebooks: tuple[Path, ...]
    destination: Destination
    workers: int | None
    replications: int | None
    seconds: int

    @classmethod
    def of(
        cls,
        scenarios: Sequence[File] | None,
        data: Data,
        language: str,
        out: File,
        notebooks: Sequence[File] | None,
        workers: int | None,
        replications: int | None,
    ) -> Self:
        """Return the plan of what was asked for; anything wrong is a ``UserError``."""
        files = tuple(Path(file) for file in scenarios or SCENARIOS)
        parameters({"scenarios": list(map(str, files)), "workers": workers, "replications": replications})
        files = status_quo_first(files, replications)
        loaded = load_scenarios(files, replications=replications)
        check_comparable(files, loaded, language_of(language))
        plan = cls(
            files,
            data,
            language_of(language),
            tuple(Path(path) for path in notebooks or NOTEBOOKS),
            Destination(Path(out)),
            workers,
            replications,
            loaded[0].run.time_limit_seconds,
        )
        plan.check_notebooks()
        plan.destination.check(plan.outputs)
        return plan

    def check_notebooks(self) -> None:
        """Refuse notebooks that cannot be read or whose pages would have one name."""
        for path in self.sources:
            read_notebook(path)
            if self.stems.count(path.stem) > 1 or path.stem == Path(INDEX).stem:
                raise UserError(
                    f"{path}: another page of the report is named {path.stem!r} too; names must differ"
                )

    @property
    def sources(self) -> tuple[Path, ...]:
        """All notebooks, in the order of their pages: the verdict's, the ledger's where there is one, the others."""
        first, *others = self.notebooks
        return (first, *([CALIBRATION] if self.data.ledger else []), *others)

    @property
    def stems(self) -> list[str]:
        """Names of the pages without their ending."""
        return [source.stem for source in self.sources]

    @property
    def outputs(self) -> list[str]:
        """The files that are known before anything runs."""
        return [INDEX, *(name for stem in self.stems for name in (page_file(stem), results_file(stem)))]

    @property
    def processes(self) -> int:
        """How many processes may work at a time."""
        return self.workers or cpu_count()

    @property
    def at_once(self) -> int:
        """How many notebooks run at a time."""
        return min(self.processes, len(self.notebooks))

    def told(self, world: Path | None, world_folder: Path | None = None) -> Parameters:
        """Return what the notebooks are told; paths in full, as kernels run elsewhere."""
        return Parameters(
            scenarios=[str(file.resolve()) for file in self.files],
            sweep=str(SWEEP),
            world=str(world) if world else None,
            ledger=_in_full(self.data.ledger),
            mapping=_in_full(self.data.mapping),
            customer_master=_in_full(self.data.customers),
            customer_mapping=_in_full(self.data.customers_mapping),
            world_folder=str(world_folder) if world_folder else None,
            lines_a_round=LINES_A_ROUND,
            uncertainties=str(UNCERTAINTIES),
            worlds_drawn=WORLDS_DRAWN,
            language=self.language,
            replications=self.replications,
            # The one before the others has all of them.
            workers=self.workers if world_folder else max(1, self.processes // self.at_once),
        )


def page_file(stem: str) -> str:
    """Return the file of a notebook's page."""
    return f"{stem}.html"


def results_file(stem: str) -> str:
    """Return the file of the numbers a notebook recorded."""
    return f"results/{stem}.json"


def _in_full(path: Path | None) -> str | None:
    return None if path is None else str(path.resolve())


def _existing(path: File | None, what: str) -> Path | None:
    if path is not None and not Path(path).is_file():
        raise UserError(f"{path}: no such {what} file")
    return None if path is None else Path(path)
