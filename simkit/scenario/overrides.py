"""Overrides: single values laid over a scenario by dotted path."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from simkit.scenario.problem import Place, Problem, ScenarioError
from simkit.scenario.scenario import Scenario
from simkit.scenario.tree import Node, merge, node_of, plain
from simkit.scenario.validation import unknown_name
from simkit.scenario.yaml_document import parse_yaml

SECTIONS = ("policy", "world", "run")
OVERRIDE = Place("override")


def parse_overrides(texts: Iterable[str]) -> dict[str, Any]:
    """Return the overrides written ``path=value``; values are read as YAML.

    Raises
    ------
    ScenarioError
        With every text that has no ``=``, no value, or a value that is not YAML, and every path given twice.

    Examples
    --------
    >>> parse_overrides(["world.payment.frailty_sd=1e-3", "run.regions=[North, South]"])
    {'world.payment.frailty_sd': 0.001, 'run.regions': ['North', 'South']}
    """
    overrides: dict[str, Any] = {}
    problems: list[Problem] = []
    for text in texts:
        path, equals, value = (part.strip() for part in text.partition("="))
        if not (path and equals and value):
            problems.append(Problem(OVERRIDE, path, "write it as path=value, or path=null to unset it"))
            continue
        if path in overrides:
            problems.append(Problem(OVERRIDE, path, "given twice"))
        try:
            node, wrong = parse_yaml(value, OVERRIDE.file)
            overrides[path] = plain(node)
        except ScenarioError as error:
            wrong = error.problems
        problems += [replace(problem, place=OVERRIDE, path=path) for problem in wrong]
    if problems:
        raise ScenarioError(problems)
    return overrides


def apply_overrides(tree: Node, overrides: Mapping[str, Any]) -> tuple[Node, list[Problem]]:
    """Return the tree with every override laid on top, and what is wrong with the overrides themselves.

    Parameters
    ----------
    tree : Node
        Mapping of the sections, complete with defaults so that lists can be entered by index.
    overrides : mapping
        Dotted path to value, applied in order. An unknown name further down is left in the tree for the
        validation to report with all else.
    """
    problems: list[Problem] = []
    for path, value in overrides.items():
        try:
            tree = _laid(tree, _parts(path), node_of(value, OVERRIDE))
        except ValueError as error:
            problems.append(Problem(OVERRIDE, str(path), str(error)))
    return tree, problems


def _parts(path: object) -> list[str]:
    """Return the parts of a dotted path that starts at a section."""
    if not isinstance(path, str) or not all(
        part.isidentifier() or part.isdecimal() for part in path.split(".")
    ):
        raise ValueError("is not a dotted path such as policy.contract.term_days")
    parts = path.split(".")
    if parts[0] == "status_quo":
        raise ValueError("the status quo is the first policy of the extends chain; overrides leave it alone")
    if parts[0] not in SECTIONS:
        raise ValueError(unknown_name(Scenario, parts[:1], SECTIONS))
    return parts


def _laid(below: Node, parts: Sequence[str], value: Node) -> Node:
    """Return ``below`` with the value laid over what stands at the path."""
    if not parts:
        return merge(below, value)
    head, *rest = parts
    child = below.child(head)
    if isinstance(below.value, list):
        if child is None:
            raise ValueError(f"given index {head}; the list has the indexes 0 to {len(below.value) - 1}")
        items = list(below.value)
        items[int(head)] = _laid(child, rest, value)
        return Node(items, value.place)
    nothing = Node({}, value.place)
    laid = _laid(child if child is not None else nothing, rest, value)
    return merge(below, Node({head: laid}, value.place))
