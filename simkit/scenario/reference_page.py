"""The page of all parameters, written from the models.

``python -m simkit.scenario.reference_page docs/parameters.md`` writes it to a file; without a path it goes to the
standard output. The same models write the same bytes everywhere.
"""

import inspect
import json
import re
import sys
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from simkit.scenario.policy import Policy
from simkit.scenario.reference import Row, describe, is_collection, model_in
from simkit.scenario.run import Run
from simkit.scenario.world import World

LONGEST_CELL = 40
"""Characters of a list that still fit into a cell; longer ones and tables are written out below."""

WIDTH = 100

HEAD = """# Parameters

Every parameter of a scenario file, generated from the models in `simkit/scenario/` by `make docs`. Levers are what
management decides and stand under `policy:`; uncertainties are what it cannot choose and stand under `world:`; `run:`
says how a simulation is run. What a file leaves out keeps its default: the levers default to the policy handbook, the
uncertainties to the base world. A path is nested in a file and dotted elsewhere, as in
`--set policy.contract.term_days=45`.

Rules between parameters (shares that sum to 1, steps that follow each other, sections that must not contradict each
other) are checked when a file is read; `simkit check FILE` tells what breaks them, with file and line.

The source says where a default comes from:

| source | the default is |
|---|---|
| handbook | a number of the policy handbook |
| survey | rounded from published surveys and studies |
| estimated | fitted to published data on companies |
| assumption | our judgement, to be replaced by your own numbers or varied |

A report shows these tags beside each value, `scenario file` where a file sets it, and `your ledger` where a
calibration fitted it.
"""

TOPS: tuple[tuple[str, str, type[BaseModel]], ...] = (
    ("Levers: policy", "policy", Policy),
    ("Uncertainties: world", "world", World),
    ("Run", "run", Run),
)


def page() -> str:
    """Return the page of all parameters as Markdown: levers, uncertainties and the run, a table for each section."""
    parts = [HEAD]
    for title, prefix, model in TOPS:
        rows = describe(model, prefix)
        sections = _sections(model, prefix)
        parts.append(f"## {title}\n\n{_sentence(model)}\n")
        if len(sections) > 1:
            links = [f"[{name.partition('.')[2]}](#{name.replace('.', '')})" for name, _ in sections]
            parts.append(f"{' · '.join(links)}\n")
        for name, section in sections:
            if name != prefix:
                parts.append(f"### {name}\n\n{_sentence(section)}\n")
            parts.append(_table([row for row in rows if row.path.startswith(f"{name}.")], section, name))
    return "\n".join(parts)


def _sections(model: type[BaseModel], prefix: str) -> list[tuple[str, type[BaseModel]]]:
    """Return the sections of a top-level model, or the model itself when it has none, each with its path."""
    inner = [(f"{prefix}.{name}", model_in(field.annotation)) for name, field in model.model_fields.items()]
    return [(path, section) for path, section in inner if section is not None] or [(prefix, model)]


def _sentence(model: type[BaseModel]) -> str:
    """Return the first sentence of a model's docstring; in this house that is its first paragraph."""
    return " ".join(inspect.cleandoc(model.__doc__ or "").split("\n\n")[0].split())


def _table(rows: Sequence[Row], section: type[BaseModel], path: str) -> str:
    """Return the table of a section, and below it the lists that are too long for a cell."""
    lines = ["| path | meaning | unit | allowed | default | source |", "|---|---|---|---|---|---|"]
    for holder, meaning in _holders(section, path, ""):
        if meaning:
            lines.append(f"| **{_cell(meaning)}** | | | | | |")
        lines += [_line(row) for row in rows if _holder_of(row) == holder]
    table = "\n".join(lines) + "\n"
    long = {row.path: json.loads(row.default) for row in rows if _is_long(row)}
    return f"{table}\n```yaml\n{_yaml(long)}\n```\n" if long else table


def _holders(model: type[BaseModel], path: str, meaning: str) -> Iterator[tuple[str, str]]:
    """Return the paths of a model and of the models inside it, each with what it holds."""
    yield path, meaning
    for name, field in model.model_fields.items():
        inner = model_in(field.annotation)
        if inner is not None and not is_collection(field.annotation):
            yield from _holders(inner, f"{path}.{name}", field.description or _sentence(inner))


def _holder_of(row: Row) -> str:
    """Return the path of the model that has a parameter; items of a list belong to the model that has the list."""
    return row.path.partition(".*.")[0].rpartition(".")[0]


def _line(row: Row) -> str:
    allowed = f"{row.type}{', ' if row.bounds else ''}{row.bounds}"
    unit = "" if row.unit == "-" else row.unit
    return (
        f"| `{row.path}` | {_cell(row.description)} | {unit} | {allowed} | {_default(row)} | {row.source} |"
    )


def _cell(text: str) -> str:
    return text.replace("|", r"\|")


def _default(row: Row) -> str:
    if not row.default:
        return "(required)" if ".*." in row.path else "(not set)"
    return "(below)" if _is_long(row) else f"`{_plain(row.default)}`"


def _is_long(row: Row) -> bool:
    return row.default.startswith("[[") or (row.default.startswith("[") and len(row.default) > LONGEST_CELL)


def _plain(written: str) -> str:
    """Return JSON as a person would write it in a file: 80, not 80.0, and names without quotes."""
    return re.sub(r'"(\w+)":', r"\1:", re.sub(r"(\d)\.0(?=[],}]|$)", r"\1", written))


def _yaml(values: dict[str, Any]) -> str:
    """Return lists by dotted path as a scenario file has them."""
    tree: dict[str, Any] = {}
    for path, value in values.items():
        *parents, name = path.split(".")
        inner = tree
        for parent in parents:
            inner = inner.setdefault(parent, {})
        inner[name] = value
    return "\n".join(_nested(tree, ""))


def _nested(tree: dict[str, Any], indent: str) -> Iterator[str]:
    for name, value in tree.items():
        if isinstance(value, dict):
            yield f"{indent}{name}:"
            yield from _nested(value, f"{indent}  ")
        else:
            yield from _list(value, name, indent)


def _list(value: list[Any], name: str, indent: str) -> Iterator[str]:
    """Return the lines of one list: a line for each item where the items are lists or mappings and many."""
    whole = f"{indent}{name}: {_plain(json.dumps(value))}"
    if len(whole) > WIDTH and isinstance(value[0], list | dict):
        yield f"{indent}{name}:"
        yield from (f"{indent}  - {_plain(json.dumps(item))}" for item in value)
    else:
        yield from textwrap.wrap(whole, WIDTH, subsequent_indent=f"{indent}  ", break_on_hyphens=False)


def main(arguments: Sequence[str]) -> int:
    """Write the page to the path given, or to the standard output, and return the exit code: 0, or 2 for an error."""
    if len(arguments) > 1:
        sys.stderr.write("usage: python -m simkit.scenario.reference_page [PATH]\n")
        return 2
    if not arguments:
        sys.stdout.write(page())
        return 0
    try:
        Path(arguments[0]).write_text(page(), encoding="utf-8", newline="\n")
    except OSError as error:
        sys.stderr.write(f"{arguments[0]}: cannot be written: {error.strerror}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
