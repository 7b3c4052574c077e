"""Draws of a fitted world: what else the ledger it was fitted to allows, one world for each replication.

A world file names them, ``draws: NAME.draws.json``; they are read only when ``run.parameter_uncertainty`` is on. Each
draw is a part of a world, section by section, laid over the scenario's. What a later file or an override sets is meant,
so it is kept in every draw.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from simkit.scenario.chain import File
from simkit.scenario.problem import Place, refuse
from simkit.scenario.scenario import Scenario
from simkit.scenario.tree import Node
from simkit.scenario.world import World

MOST_DRAWS = 200
PARAMETER = "run.parameter_uncertainty"

Draw = dict[str, dict[str, Any]]


def with_draws(scenario: Scenario, files: list[File], sections: Node) -> Scenario:
    """Return the scenario with the draws that the last of its files to name any names.

    Parameters
    ----------
    scenario : Scenario
        With ``run.parameter_uncertainty`` on.
    files : list of File
        The files it was merged from, in order.
    sections : Node
        The merged sections, which tell who set what.

    Raises
    ------
    ScenarioError
        When no file names draws, or they cannot be read, or one of them makes no world.
    """
    naming = [file for file in files if file.draws is not None]
    if not naming:
        message = (
            "is true, but no file of the scenario names draws of a fitted world; lay a world over it that "
            "`simkit calibrate` has written with its draws, or set it to false"
        )
        refuse(_place_of(sections), message, PARAMETER)
    file = naming[-1]
    assert file.draws is not None
    path = Path(os.path.normpath(Path(file.name).parent / str(file.draws.value)))
    draws = [_unset(draw, file.name, sections) for draw in read_draws(path, file.draws.place)]
    for number, draw in enumerate(draws):
        try:
            laid_over(scenario.world, draw)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            refuse(Place(os.fspath(path)), f"draw {number} makes no world: {where}: {first['msg']}", "draws")
    return scenario.model_copy(update={"draws": draws})


def read_draws(path: Path, asked: Place) -> list[Draw]:
    """Return the draws of a file, each a mapping of sections to mappings of values.

    Parameters
    ----------
    path : Path
        A JSON file: ``{"schema": 1, "draws": [...]}`` with 1 to `MOST_DRAWS` draws.
    asked : Place
        The line that names the file.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        refuse(asked, f"{path} cannot be read: {error.strerror or error}", "draws")
    except ValueError:
        refuse(asked, f"{path} is not a JSON file", "draws")
    draws = document.get("draws") if isinstance(document, dict) and document.get("schema") == 1 else None
    if not isinstance(draws, list) or not 1 <= len(draws) <= MOST_DRAWS or not all(map(_is_draw, draws)):
        message = (
            f'{path} holds no draws; allowed: "schema": 1 and "draws": 1 to {MOST_DRAWS} parts of a world'
        )
        refuse(asked, message, "draws")
    return draws


def laid_over(world: World, draw: Draw) -> World:
    """Return a world with some values of some sections replaced, checked.

    Raises
    ------
    pydantic.ValidationError
        When a section or value is not one of a world's.
    """
    whole = world.model_dump()
    return World.model_validate(
        whole | {section: whole.get(section, {}) | values for section, values in draw.items()}
    )


def _is_draw(draw: object) -> bool:
    return isinstance(draw, dict) and all(isinstance(values, dict) for values in draw.values())


def _unset(draw: Draw, file: str, sections: Node) -> Draw:
    """Return what of a draw was set by nobody after the file that names the draws."""
    return {
        section: {name: value for name, value in values.items() if _set_by(sections, section, name) <= {file}}
        for section, values in draw.items()
    }


def _set_by(sections: Node, section: str, name: str) -> set[str]:
    node: Node | None = sections
    for key in ("world", section, name):
        node = node.child(key) if node else None
    return {part.place.file for part in _parts(node)} if node else set()


def _parts(node: Node) -> Iterator[Node]:
    children = node.children()
    if not children:
        yield node
    for child in children:
        yield from _parts(child)


def _place_of(sections: Node) -> Place:
    run = sections.child("run")
    node = run.child("parameter_uncertainty") if run else None
    return node.place if node else sections.place
