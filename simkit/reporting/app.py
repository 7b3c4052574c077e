"""The what-if as an application: its notebook, told what it needs, served by Voilà on this machine only."""

import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import nbformat
from papermill.parameterize import parameterize_notebook

from simkit.errors import UserError
from simkit.reporting.plan import ROOT
from simkit.reporting.texts import language_of
from simkit.scenario.loading import PathLike, load

NOTEBOOK = ROOT / "notebooks" / "what_if.ipynb"
BASELINE = ROOT / "params" / "baseline.yaml"


def serve(
    scenario: PathLike | None = None,
    language: str = "en",
    customers: int = 5_000,
    replications: int = 4,
    port: int = 8866,
    browser: bool = True,
) -> int:
    """Serve the what-if on 127.0.0.1 until it is stopped, and return the server's exit code.

    Parameters
    ----------
    scenario : path, optional
        The scenario where the sliders start; the shipped baseline when not given.
    language : {"en", "zh"}
        Language of its words.
    customers, replications : int
        Customers of each replication, and replications.
    port : int
        Where it listens.
    browser : bool
        Open it in a browser.

    Raises
    ------
    UserError
        When the scenario is wrong, a number is not allowed, or what serves it is not installed.
    """
    if find_spec("voila") is None or find_spec("anywidget") is None:
        raise UserError(
            "whatif: Voilà and anywidget serve it and are not installed; pip install 'simkit[app]'"
        )
    for name, value in (("customers", customers), ("replications", replications)):
        if value < 1:
            raise UserError(f"--{name}: {value} given; allowed are 1 or more")
    file = Path(scenario or BASELINE).resolve()
    load(file)
    told = {
        "scenario": str(file),
        "language": language_of(language),
        "customers": customers,
        "replications": replications,
        "save_to": str(Path("params/policies").resolve()),
        "report_to": str(Path("reports").resolve()),
    }
    notebook = parameterize_notebook(nbformat.read(NOTEBOOK, as_version=4), told)
    with tempfile.TemporaryDirectory(prefix="simkit-whatif-") as folder:
        page = Path(folder) / NOTEBOOK.name
        nbformat.write(notebook, page)
        command = [
            sys.executable, "-m", "voila", str(page), f"--port={port}", "--Voila.ip=127.0.0.1",
            "--VoilaExecutor.timeout=600", *([] if browser else ["--no-browser"]),
        ]  # fmt: skip
        return subprocess.run(command, check=False).returncode
