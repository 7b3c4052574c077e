"""Running a notebook: its parameters checked first, always with a time limit, the result kept only if all went well."""

import ast
import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from subprocess import DEVNULL
from typing import Any

import nbformat
import papermill
from joblib import Parallel, delayed
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError
from pydantic import Field, ValidationError

from simkit.errors import UserError
from simkit.reporting.given import SharedParameters, refusal

KERNEL = "python3"
FORMAT = 4
START_SECONDS = 120

Tell = Callable[[str], None]

# What goes wrong is told in our own words, once.
logging.getLogger("papermill").addHandler(logging.NullHandler())


class _QuietKernelManager(AsyncKernelManager):
    """Starts kernels whose own log goes nowhere: what a cell prints comes back in the notebook."""

    async def _async_launch_kernel(self, kernel_cmd: list[str], **kw: Any) -> None:
        await super()._async_launch_kernel(kernel_cmd, **{**kw, "stdout": DEVNULL, "stderr": DEVNULL})

    _launch_kernel = _async_launch_kernel


class Parameters(SharedParameters):
    """What the notebooks of a report are told; anything else is refused before a kernel starts."""

    scenarios: list[str] = Field(min_length=1, description="Scenario files; the first is the status quo.")


def parameters(values: Mapping[str, Any]) -> Parameters:
    """Return checked parameters; every problem of a wrong one is told in one ``UserError``."""
    try:
        return Parameters.model_validate(dict(values))
    except ValidationError as error:
        raise refusal(error) from None


def read_notebook(path: Path) -> nbformat.NotebookNode:
    """Return a notebook; a file that is none is a ``UserError``."""
    if not path.is_file():
        raise UserError(f"{path}: no such notebook file")
    try:
        tree = json.loads(path.read_bytes())
        if not isinstance(tree, dict) or tree.get("nbformat") != FORMAT:
            raise ValueError
        nbformat.validate(tree, version=FORMAT)
    except (ValueError, nbformat.ValidationError):
        raise UserError(f"{path}: is not a Jupyter notebook of format {FORMAT}") from None
    notebook: nbformat.NotebookNode = nbformat.read(path, as_version=FORMAT)
    return notebook


def execute(source: Path, target: Path, told: Parameters, seconds: float) -> nbformat.NotebookNode:
    """Run a notebook and return it with its outputs; ``target`` is written when it has finished, and only then.

    Parameters
    ----------
    source, target : Path
        The notebook and where its executed copy goes.
    told : Parameters
        Those of its parameters that the notebook declares are given to it.
    seconds : float
        Longest time for the whole notebook.

    Raises
    ------
    UserError
        When a cell fails, the time is over or the kernel dies.
    """
    deadline = time.monotonic() + seconds
    declared = _declared(source)
    partial = target.with_name(f".partial-{target.name}")
    try:
        papermill.execute_notebook(
            source,
            partial,
            parameters={name: value for name, value in told.model_dump().items() if name in declared},
            kernel_name=KERNEL,
            language="python",
            progress_bar=False,
            cwd=source.parent,
            start_timeout=START_SECONDS,
            kernel_manager_class=_QuietKernelManager,
            # Asked before each cell: what is left of the time, so that the limit holds for the whole notebook.
            timeout_func=lambda _cell: max(1, round(deadline - time.monotonic())),
        )
        notebook: nbformat.NotebookNode = nbformat.read(partial, as_version=FORMAT)
        partial.replace(target)
    except PapermillExecutionError as error:
        raise UserError(_failure(source, error)) from None
    except CellTimeoutError:
        advice = "raise run.time_limit_seconds or lower run.replications"
        raise UserError(f"{source.name}: stopped after {seconds:g} seconds; {advice}") from None
    except DeadKernelError:
        raise UserError(f"{source.name}: the kernel died; perhaps the machine ran out of memory") from None
    finally:
        partial.unlink(missing_ok=True)
    return notebook


def execute_all(
    sources: Sequence[Path], folder: Path, told: Parameters, seconds: float, at_once: int, tell: Tell
) -> dict[str, nbformat.NotebookNode]:
    """Run notebooks, some at once, and return them by the stems of their names; the first that fails ends the others.

    Parameters
    ----------
    sources : sequence of Path
        The notebooks.
    folder : Path
        Where executed copies go.
    told, seconds
        As of `execute`, the same for each.
    at_once : int
        How many run at a time, each in a process that sees to its kernel.
    tell : callable
        Called with a line whenever one begins.

    Raises
    ------
    UserError
        As of `execute`.
    """

    def begun() -> Iterator[Any]:
        for source in sources:
            tell(f"running {source.stem}")
            yield delayed(execute)(source, folder / source.name, told, seconds)

    parallel = Parallel(n_jobs=min(at_once, len(sources)), batch_size=1, pre_dispatch="n_jobs")
    return dict(zip([source.stem for source in sources], parallel(begun()), strict=True))


def _failure(source: Path, error: PapermillExecutionError) -> str:
    """Return what a failed cell tells the user: a user error speaks for itself."""
    if error.ename in {kind.__name__ for kind in _kinds(UserError)}:
        return str(error.evalue)
    return f"{source.name}: cell {error.exec_count} failed with {error.ename}: {error.evalue}"


def _kinds(error: type[Exception]) -> Iterator[type[Exception]]:
    """Yield an error and everything derived from it."""
    yield error
    for kind in error.__subclasses__():
        yield from _kinds(kind)


def _declared(source: Path) -> set[str]:
    """Return the names that the notebook's cell tagged ``parameters`` sets."""
    cells = read_notebook(source).cells
    code = next((cell.source for cell in cells if "parameters" in cell.metadata.get("tags", [])), "")
    return {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}
