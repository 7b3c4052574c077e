"""The files a scenario is made of: one file as written, and the chain of those it extends."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from simkit.scenario.overrides import SECTIONS
from simkit.scenario.problem import Place, Problem, ScenarioError, did_you_mean, listed, refuse, shown
from simkit.scenario.scenario import Scenario
from simkit.scenario.tree import Node, described
from simkit.scenario.validation import unknown_name
from simkit.scenario.yaml_document import read_yaml

HEADER = ("name", "description", "reported")
TOP_LEVEL = ("schema", *HEADER, "extends", "draws", *SECTIONS)
DEEPEST_CHAIN = 16
SCHEMA = 1


@dataclass(frozen=True, slots=True)
class File:
    """One scenario file as written: its header (name, description, reported), sections, and the files it names."""

    name: str
    header: dict[str, Node]
    sections: dict[str, Node]
    extends: list[Node]
    draws: Node | None


class Chain:
    """The files that a scenario is merged from, the root of the ``extends`` chain first."""

    def __init__(self) -> None:
        self.files: list[File] = []
        self.problems: list[Problem] = []
        self.broken = False
        self._seen: set[str] = set()

    def follow(self, name: str, trail: tuple[str, ...] = (), asked: Place | None = None) -> None:
        """Add the files a file extends, then the file; each file once.

        Parameters
        ----------
        name : str
            The file as messages call it.
        trail : tuple of str
            The files that led here.
        asked : Place, optional
            The line that names the file.
        """
        place, path = (asked, "extends") if asked else (Place(name), "")
        try:
            refuse_absent(name, place, path)
            real = os.path.realpath(name)
            if real in map(os.path.realpath, trail):
                circle = " -> ".join([*trail, name])
                refuse(place, f"the files extend each other in a circle: {circle}", path)
            if len(trail) >= DEEPEST_CHAIN:
                refuse(place, f"more than {DEEPEST_CHAIN} files extend each other", path)
            if real in self._seen:
                return
            tree, problems = read_yaml(Path(name), name)
            file = _file(name, tree, problems)
        except ScenarioError as error:
            self.problems += error.problems
            self.broken = True
            return
        self._seen.add(real)
        self.problems += problems
        for node in file.extends:
            base = os.path.normpath(Path(name).parent / str(node.value))
            self.follow(base, (*trail, name), node.place)
        self.files.append(file)

    def refuse_policies(self) -> None:
        """Refuse policy sections: a world must not change what the company decides."""
        for file in self.files:
            if "policy" in file.sections:
                message = "has no place in a world file, which may set world and run only"
                self.problems.append(Problem(file.sections["policy"].place, "policy", message))


def refuse_absent(name: str, place: Place, path: str = "") -> None:
    """Refuse a file that does not exist, with the name of the closest one beside it.

    Parameters
    ----------
    name : str
        The file.
    place : Place
        Where it was asked for.
    path : str
        The dotted path it was asked for by; empty when the user named the file itself.
    """
    try:
        if Path(name).exists():
            return
        beside = [file.name for file in Path(name).parent.iterdir()]
    except (OSError, ValueError):
        beside = []
    named = f": {shown(name)}" if path else ""
    refuse(place, f"no such file{named}{did_you_mean(Path(name).name, beside)}", path)


def mapping_of(tree: Node, names: Iterable[str]) -> dict[str, Node]:
    """Return the children of a whole file, which must be a mapping of the names."""
    if not isinstance(tree.value, dict):
        refuse(tree.place, f"given {described(tree)}; allowed: a mapping with the names {listed(names)}")
    return tree.value


def wrong_schema(tree: Node) -> list[Problem]:
    """Return what is wrong with the format version that every file starts with."""
    node = tree.child("schema")
    if node is None:
        return [Problem(Place(tree.place.file, 1), "schema", f"is missing; write schema: {SCHEMA}")]
    if type(node.value) is int and node.value == SCHEMA:
        return []
    return [Problem(node.place, "schema", f"given {described(node)}; allowed: {SCHEMA}")]


def _file(name: str, tree: Node, problems: list[Problem]) -> File:
    """Return the parts of a scenario file; what is wrong with them is added to the problems."""
    top = mapping_of(tree, TOP_LEVEL)
    problems += wrong_schema(tree)
    problems += [
        Problem(node.place, key, unknown_name(Scenario, [key], TOP_LEVEL))
        for key, node in top.items()
        if key not in TOP_LEVEL
    ]
    sections: dict[str, Node] = {}
    for key in SECTIONS:
        node = top.get(key)
        if node is None or node.value is None:  # a section whose lines are all commented out
            continue
        if isinstance(node.value, dict):
            sections[key] = node
        else:
            problems.append(Problem(node.place, key, f"given {described(node)}; allowed: mapping"))
    header = {key: node for key, node in top.items() if key in HEADER}
    draws = top.get("draws")
    if draws is not None and not (isinstance(draws.value, str) and draws.value):
        problems.append(Problem(draws.place, "draws", f"given {described(draws)}; allowed: a path"))
    return File(name, header, sections, _extended(top.get("extends"), problems), draws)


def _extended(node: Node | None, problems: list[Problem]) -> list[Node]:
    """Return the files named by ``extends``: one path or a list of them."""
    if node is None:
        return []
    named = node.value if isinstance(node.value, list) else [node]
    if named and all(isinstance(item.value, str) and item.value for item in named):
        return named
    message = f"given {described(node)}; allowed: a path or a list of paths"
    problems.append(Problem(node.place, "extends", message))
    return []
