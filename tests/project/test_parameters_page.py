"""`docs/parameters.md` is what the models say today, read again here as Markdown and YAML."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from simkit.scenario import Policy, Run, Scenario, World, describe
from simkit.scenario.reference_page import page

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docs" / "parameters.md"
HEAD = ["path", "meaning", "unit", "allowed", "default", "source"]


def tokens() -> list[Token]:
    return MarkdownIt("commonmark").enable("table").parse(FILE.read_text("utf-8"))


def tables() -> list[list[list[str]]]:
    """Every table of the page as rows of cells."""
    found: list[list[list[str]]] = []
    for token in tokens():
        if token.type == "table_open":
            found.append([])
        elif token.type == "tr_open":
            found[-1].append([])
        elif token.type == "inline" and found and token.level >= 4:
            found[-1][-1].append(token.content)
    return found


def rows() -> dict[str, list[str]]:
    """The cells of each parameter by its path, whose code marks are taken off."""
    cells = [
        row for table in tables() if table[0] == HEAD for row in table[1:] if not row[0].startswith("**")
    ]
    return {row[0].strip("`"): row for row in cells}


def lists() -> dict[str, Any]:
    """The lists written out below the tables, by dotted path."""
    found: dict[str, Any] = {}
    for token in tokens():
        if token.type == "fence":
            found |= leaves(yaml.safe_load(token.content))
    return found


def leaves(tree: Any, path: str = "") -> dict[str, Any]:
    """What a scenario says, by dotted path."""
    if not isinstance(tree, dict):
        return {path: tree}
    return {
        inner: value
        for name, child in tree.items()
        for inner, value in leaves(child, f"{path}.{name}" if path else name).items()
    }


def test_committed_page_is_what_the_models_say() -> None:
    assert FILE.read_bytes().decode("utf-8") == page(), "docs/parameters.md is stale; run `make docs`"


def test_a_changed_model_makes_the_committed_page_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Run.model_fields["seed"], "description", "Other words.")
    assert FILE.read_bytes().decode("utf-8") != page()


def test_every_parameter_stands_on_the_page_once() -> None:
    wanted = [row.path for model, top in ((Policy, "policy"), (World, "world"), (Run, "run"))
              for row in describe(model, top)]  # fmt: skip
    assert sorted(rows()) == sorted(wanted)
    assert FILE.read_text("utf-8").count("\n| `") == len(wanted)


def test_every_default_can_be_read_back_from_the_page() -> None:
    shown, below = rows(), lists()
    expected = leaves(Scenario(name="x").model_dump(mode="json", include={"policy", "world", "run"}))
    assert len(expected) > 250
    for path, value in expected.items():
        cell = shown[path][4]
        if cell == "(below)":
            assert below.pop(path) == value, path
        elif value is None:
            assert cell == "(not set)", path
        else:
            code = cell.removeprefix("`").removesuffix("`")
            assert (code if isinstance(value, str) else yaml.safe_load(code)) == value, path
    assert below == {}


def test_cells_are_whole_and_short() -> None:
    for table in tables():
        assert {len(row) for row in table} == {len(table[0])}
    for path, (_, meaning, _, allowed, default, source) in rows().items():
        assert meaning.endswith("."), path
        assert allowed, path
        assert source in ("handbook", "survey", "estimated", "assumption") or allowed.startswith("list"), path
        assert len(default) <= 45, path
    assert (
        max(len(line) for token in tokens() if token.type == "fence" for line in token.content.split("\n"))
        < 110
    )


def test_levers_and_uncertainties_stand_apart() -> None:
    policy, world, run = re.split(r"^## ", FILE.read_text("utf-8"), flags=re.MULTILINE)[1:]
    for part, top in ((policy, "policy"), (world, "world"), (run, "run")):
        assert {name.split(".")[0] for name in re.findall(r"^\| `(.+?)`", part, re.MULTILINE)} == {top}


def test_sections_are_introduced_and_can_be_reached() -> None:
    text = FILE.read_text("utf-8")
    headings = re.findall(r"^### (.+)\n\n(.+)\n", text, re.MULTILINE)
    assert [name for name, _ in headings] == [
        *(f"policy.{name}" for name in Policy.model_fields),
        *(f"world.{name}" for name in World.model_fields),
    ]
    assert all(sentence.endswith(".") for _, sentence in headings)
    anchors = {name.replace(".", "") for name, _ in headings}
    assert set(re.findall(r"\(#(.+?)\)", text)) == anchors


def test_sources_are_explained() -> None:
    (explained,) = (table for table in tables() if table[0][0] == "source")
    used = {row[5] for row in rows().values()} - {""}
    assert {row[0] for row in explained[1:]} == used


def test_make_docs_writes_the_page() -> None:
    steps = subprocess.run(
        ["make", "--dry-run", "docs"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert "python -m simkit.scenario.reference_page docs/parameters.md" in steps
