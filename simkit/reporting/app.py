"""The what-if as an application: its notebook, told what it needs, served by Voilà on this machine only."""

import os
import signal
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import nbformat
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from simkit.errors import UserError
from simkit.reporting.pages import TEMPLATES
from simkit.reporting.plan import ROOT
from simkit.reporting.texts import Language, language_of, number, text
from simkit.scenario.loading import PathLike, load

NOTEBOOK = ROOT / "notebooks" / "what_if.ipynb"
BASELINE = ROOT / "params" / "baseline.yaml"
EXTENSIONS = ("@voila-dashboards/widgets-manager8", "@jupyter-widgets/jupyterlab-manager", "anywidget")
"""JupyterLab extensions that draw the panel; any other that is installed may be made for another version."""

IDLE_SECONDS = 120
"""After how long a panel that nobody looks at any more is let go."""


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
        "browser": browser,
    }
    with tempfile.TemporaryDirectory(prefix="simkit-whatif-") as folder:
        page = Path(folder) / NOTEBOOK.name
        nbformat.write(_page(told), page)
        return _run(_command(page, language_of(language), port, browser))


def _page(told: dict[str, Any]) -> nbformat.NotebookNode:
    """Return the notebook with its parameters, without what it says to analysts, and the words of its page."""
    notebook: nbformat.NotebookNode = parameterize_notebook(load_notebook_node(str(NOTEBOOK)), told)
    notebook.cells = [cell for cell in notebook.cells if "analyst" not in cell.metadata.get("tags", [])]
    count = number(told["customers"] * told["replications"])
    notebook.metadata["title"] = text("page_title.what_if", told["language"])
    notebook.metadata["waiting"] = text("whatif.waiting", told["language"], customers=count)
    return notebook


def _command(page: Path, language: Language, port: int, browser: bool) -> list[str]:
    """Return the command that serves a notebook in our template, with no extension but those it draws with."""
    return [
        sys.executable, "-m", "voila", str(page), f"--port={port}", "--Voila.ip=127.0.0.1",
        "--template=what_if", f"--VoilaExporter.language_code={text('page.html_lang', language)}",
        *(f"--VoilaConfiguration.extension_allowlist={name}" for name in EXTENSIONS),
        "--VoilaExecutor.timeout=600",
        # Whoever closes the page without a word leaves processes with all their warm-ups behind.
        f"--MappingKernelManager.cull_idle_timeout={IDLE_SECONDS}",
        f"--MappingKernelManager.cull_interval={IDLE_SECONDS // 2}",
        *([] if browser else ["--no-browser"]),
    ]  # fmt: skip


def _run(command: list[str]) -> int:
    """Run the server and return its exit code; whoever stops us stops it too, so that it can stop its kernels."""
    paths = [str(TEMPLATES), *filter(None, [os.environ.get("JUPYTER_PATH")])]
    environment = os.environ | {"JUPYTER_PATH": os.pathsep.join(paths)}
    with subprocess.Popen(command, env=environment) as server:
        signal.signal(signal.SIGTERM, lambda *_: server.terminate())
        return server.wait()
