"""Loading a scenario: the chain of files it extends, merged over the defaults, with overrides on top."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache, reduce
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from simkit.scenario.chain import Chain, File, mapping_of, refuse_absent, wrong_schema
from simkit.scenario.draws import with_draws
from simkit.scenario.overrides import SECTIONS, apply_overrides
from simkit.scenario.problem import Place, Problem, ScenarioError
from simkit.scenario.scenario import Scenario
from simkit.scenario.tree import Node, merge, node_of, plain
from simkit.scenario.validation import validate
from simkit.scenario.yaml_document import read_yaml

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
    chain = Chain()
    chain.follow(os.fspath(path))
    on_top = Chain()
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
    whole = Node({**main.header, "status_quo": _section("policy", [_first(chain)])}, Place(main.name, 1))
    try:
        scenario = validate(Scenario, merge(merged, whole), [*problems, *wrong])
    except ScenarioError as error:
        raise ScenarioError(_in_files(error.problems)) from None
    if not scenario.run.parameter_uncertainty:
        return scenario
    return with_draws(scenario, [*chain.files, *on_top.files], merged)


def status_quo_file(path: PathLike) -> Path:
    """Return the file whose policy is the status quo of a scenario that can be loaded; it may be the scenario's own."""
    chain = Chain()
    chain.follow(os.fspath(path))
    return Path(_first(chain).name)


def _first(chain: Chain) -> File:
    """Return the first file that has a policy, or the main one."""
    return next((file for file in chain.files if "policy" in file.sections), chain.files[-1])


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
    refuse_absent(name, Place(name))
    tree, problems = read_yaml(Path(path), name, dotted_names)
    top = mapping_of(tree, ["schema", *kind.model_fields])
    problems += wrong_schema(tree)
    rest = {name: node for name, node in top.items() if name != "schema"}
    return validate(kind, Node(rest, Place(name, 1)), problems)


def world_settings(path: PathLike) -> tuple[str, dict[str, Any]]:
    """Return the name of a world file and what it sets of the world, by dotted path, to lay over other worlds.

    Parameters
    ----------
    path : path
        A file such as those in ``params/worlds/``; what the files it extends set is among it, a run section is not.

    Raises
    ------
    ScenarioError
        With every problem; values are checked where they are laid over a scenario.
    """
    chain = Chain()
    chain.follow(os.fspath(path))
    chain.refuse_policies()
    if chain.problems:
        raise ScenarioError(chain.problems)
    main = chain.files[-1]
    given = [file.sections["world"] for file in chain.files if "world" in file.sections]
    world = reduce(merge, given, Node({}, Place(main.name, 1)))
    header = main.header.get("name")
    return str(header.value) if header else Path(path).stem, _dotted("world", plain(world))


def _dotted(path: str, tree: Any) -> dict[str, Any]:
    if not isinstance(tree, dict):
        return {path: tree}
    return {
        inner: value
        for name, child in tree.items()
        for inner, value in _dotted(f"{path}.{name}", child).items()
    }


def _section(name: str, files: Iterable[File]) -> Node:
    """Return one section of the files merged over its defaults."""
    given = (file.sections[name] for file in files if name in file.sections)
    return reduce(merge, given, _defaults(name))


@lru_cache(maxsize=len(SECTIONS))
def _defaults(section: str) -> Node:
    # What no file gave is valid by itself, so no message ever shows this place.
    default = Scenario.model_fields[section].get_default(call_default_factory=True)
    return node_of(default, Place("defaults"))


def _in_files(problems: list[Problem]) -> list[Problem]:
    """Return the problems with the status quo's told as what they are: of the policy in the first file.

    A value that is wrong there is met twice, in the status quo and in the policy, and told once.
    """
    told = {(problem.place, problem.path) for problem in problems}
    kept: list[Problem] = []
    for problem in problems:
        first, dot, rest = problem.path.partition(".")
        if first == "status_quo":
            problem = replace(problem, path=f"policy{dot}{rest}")
            if (problem.place, problem.path) in told:
                continue
        kept.append(problem)
    return kept
