"""Loading a scenario: the chain of files it extends, merged over the defaults, with overrides on top."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, reduce
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from simkit.scenario.overrides import SECTIONS, apply_overrides
from simkit.scenario.problem import Place, Problem, ScenarioError, did_you_mean, listed, shown
from simkit.scenario.scenario import Scenario
from simkit.scenario.tree import Node, described, merge, node_of
from simkit.scenario.validation import DEFAULTS, unknown_name, validate
from simkit.scenario.yaml_document import read_yaml

TOP_LEVEL = ("schema", "name", "description", "extends", *SECTIONS)
DEEPEST_CHAIN = 16
SCHEMA = 1

Model = TypeVar("Model", bound=BaseModel)
PathLike = str | os.PathLike[str]


def load(
    path: PathLike, overrides: Mapping[str, Any] | None = None, world: PathLike | None = None
) -> Scenario:
    """Return the scenario a YAML file describes, checked.

    The files it ``extends`` come first (depth first, left to right, each file once), then the file itself,
    then ``world``, then ``overrides``; mappings merge name by name, lists and values replace; what no file
    gives keeps its default. The status quo is the policy of the first file of the chain that has one, alone:
    neither later files nor overrides touch it.

    Parameters
    ----------
    path : path
        The scenario file.
    overrides : mapping, optional
        Dotted path to value, for instance ``{"policy.credit.grades.C.term_limit_days": 60}``; a list is
        entered by index (``world.market.season.0``).
    world : path, optional
        A file whose ``world`` and ``run`` sections are laid on top, such as a calibrated world. It and the
        files it extends must not have a ``policy`` section.

    Raises
    ------
    ScenarioError
        A ``UserError`` with every problem: file, line, dotted path, what was given and what is allowed.
    """
    chain = _Chain()
    chain.follow(os.fspath(path))
    on_top = _Chain()
    if world is not None:
        on_top.follow(os.fspath(world))
        on_top.refuse_policies()
    problems = chain.problems + on_top.problems
    if chain.broken or on_top.broken:
        raise ScenarioError(problems)
    main = chain.files[-1]
    sections = Node(
        {name: _section(name, [*chain.files, *on_top.files]) for name in SECTIONS}, Place(main.name, 1)
    )
    merged, wrong = apply_overrides(sections, overrides or {})
    first = next((file for file in chain.files if "policy" in file.sections), main)
    whole = Node({**main.header, "status_quo": _section("policy", [first])}, Place(main.name, 1))
    try:
        return validate(Scenario, merge(merged, whole), [*problems, *wrong])
    except ScenarioError as error:
        # A bad value in the first policy is met twice: it is one problem, in that file's policy.
        raise ScenarioError([_as_policy(problem) for problem in error.problems]) from None


def load_model(path: PathLike, kind: type[Model], dotted_names: bool = False) -> Model:
    """Return the model that a YAML file of another kind than a scenario describes, checked the same way.

    Parameters
    ----------
    path : path
        A file that starts with ``schema: 1``; it cannot extend another.
    kind : type
        The pydantic model of everything else in it.
    dotted_names : bool
        Whether names may be dotted paths, as in the grid of a sweep.

    Raises
    ------
    ScenarioError
        With every problem.
    """
    name = os.fspath(path)
    _refuse_absent(name, Place(name), "")
    tree, problems = read_yaml(Path(path), name, dotted_names)
    top = _mapping(tree, f"names: {listed(kind.model_fields)}")
    problems += _wrong_schema(tree)
    rest = {name: node for name, node in top.items() if name != "schema"}
    return validate(kind, Node(rest, Place(name, 1)), problems)


@dataclass(frozen=True, slots=True)
class _File:
    """One scenario file as written: its header (name, description), sections and the files it extends."""

    name: str
    header: dict[str, Node]
    sections: dict[str, Node]
    extends: list[Node]


class _Chain:
    """The files that a scenario is merged from, the root of the ``extends`` chain first."""

    def __init__(self) -> None:
        self.files: list[_File] = []
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
            _refuse_absent(name, place, path)
            real = os.path.realpath(name)
            if real in map(os.path.realpath, trail):
                circle = " -> ".join([*trail, name])
                raise ScenarioError([Problem(place, path, f"the files extend each other in a circle: {circle}")])
            if len(trail) >= DEEPEST_CHAIN:
                raise ScenarioError([Problem(place, path, f"more than {DEEPEST_CHAIN} files extend each other")])
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
            base = os.path.normpath(os.path.join(os.path.dirname(name), str(node.value)))
            self.follow(base, (*trail, name), node.place)
        self.files.append(file)

    def refuse_policies(self) -> None:
        """Refuse policy sections: a world must not change what the company decides."""
        for file in self.files:
            if "policy" in file.sections:
                place = file.sections["policy"].place
                self.problems.append(
                    Problem(place, "policy", "a world file sets world and run only; policy has no place in it")
                )


def _refuse_absent(name: str, place: Place, path: str) -> None:
    if os.path.exists(name):
        return
    folder, base = os.path.split(name)
    try:
        hint = did_you_mean(base, os.listdir(folder or os.curdir))
    except (OSError, ValueError):
        hint = ""
    raise ScenarioError([Problem(place, path, f"no such file{f': {shown(name)}' if path else ''}{hint}")])


def _mapping(tree: Node, allowed: str) -> dict[str, Node]:
    if isinstance(tree.value, dict):
        return tree.value
    raise ScenarioError([Problem(tree.place, "", f"given {described(tree)}; allowed: a mapping with the {allowed}")])


def _wrong_schema(tree: Node) -> list[Problem]:
    node = tree.child("schema")
    if node is None:
        return [Problem(tree.place, "schema", f"is missing; write schema: {SCHEMA}")]
    if type(node.value) is int and node.value == SCHEMA:
        return []
    return [Problem(node.place, "schema", f"given {described(node)}; allowed: {SCHEMA}")]


def _file(name: str, tree: Node, problems: list[Problem]) -> _File:
    """Return the parts of a scenario file; what is wrong with them is added to the problems."""
    top = _mapping(tree, f"names: {', '.join(TOP_LEVEL)}")
    problems += _wrong_schema(tree)
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
    header = {key: top[key] for key in ("name", "description") if key in top}
    return _File(name, header, sections, _extended(top.get("extends"), problems))


def _extended(node: Node | None, problems: list[Problem]) -> list[Node]:
    """Return the files named by ``extends``: one path or a list of them."""
    if node is None:
        return []
    named = node.value if isinstance(node.value, list) else [node]
    if named and all(isinstance(item.value, str) and item.value for item in named):
        return named
    problems.append(Problem(node.place, "extends", f"given {described(node)}; allowed: path or list of paths"))
    return []


def _section(name: str, files: Iterable[_File]) -> Node:
    """Return one section of the files merged over its defaults."""
    given = (file.sections[name] for file in files if name in file.sections)
    return reduce(merge, given, _defaults(name))


@lru_cache(maxsize=len(SECTIONS))
def _defaults(section: str) -> Node:
    return node_of(Scenario.model_fields[section].get_default(call_default_factory=True), DEFAULTS)


def _as_policy(problem: Problem) -> Problem:
    first, dot, rest = problem.path.partition(".")
    return replace(problem, path=f"policy{dot}{rest}") if first == "status_quo" else problem
