"""Turning what pydantic finds wrong into problems with a line, what was given and what is allowed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from simkit.scenario.problem import Place, Problem, ScenarioError, did_you_mean, listed
from simkit.scenario.reference import (
    choices,
    is_collection,
    item_annotation,
    model_in,
    options,
    paths,
    row_of,
    type_words,
)
from simkit.scenario.tree import Node, described, plain

Model = TypeVar("Model", bound=BaseModel)

MOST_PLACES = 3
_SWITCH_WORDS = {"yes": "true", "on": "true", "no": "false", "off": "false"}


def validate(kind: type[Model], tree: Node, problems: Sequence[Problem] = ()) -> Model:
    """Return the model that a tree describes.

    Numbers are not text, booleans are not numbers and 2.5 is not a whole number: nothing is converted but
    whole numbers to floats, 3.0 to 3 and ISO text to dates.

    Parameters
    ----------
    kind : type
        A pydantic model.
    tree : Node
        What was given, with places.
    problems : sequence of Problem
        What is already known to be wrong; raised together with what is found here.

    Raises
    ------
    ScenarioError
        With every problem, by file and line.
    """
    found = list(problems)
    try:
        # Strict JSON mode: text may name a choice or a date, nothing else is converted.
        model = kind.model_validate_json(json.dumps(plain(tree)), strict=True)
    except ValidationError as error:
        told = {(problem.place, problem.path) for problem in found}
        met = (_problem(kind, tree, details) for details in error.errors(include_url=False))
        found += [problem for problem in met if (problem.place, problem.path) not in told]
    if found:
        raise ScenarioError(sorted(found, key=lambda problem: (problem.place.file, problem.place.line)))
    return model


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where an error was found: the node given (None if missing), its line, path and declaration."""

    node: Node | None
    place: Place
    path: tuple[str, ...]
    annotation: Any
    field: FieldInfo | None

    @property
    def siblings(self) -> list[str]:
        """Names that a mapping may have here."""
        model = model_in(self.annotation)
        return list(model.model_fields) if model is not None and not is_collection(self.annotation) else []

    @property
    def allowed(self) -> str:
        if self.field is not None and self.annotation == self.field.annotation:
            return row_of(self.field, "").allowed
        return type_words(self.annotation)


def _spot(kind: type[BaseModel], tree: Node, location: tuple[int | str, ...]) -> _Spot:
    """Follow pydantic's location through the tree and the models side by side."""
    spot = _Spot(tree, tree.place, (), kind, None)
    for part in location:
        if part == "[key]":
            break
        spot = _step(spot, part)
    return spot


def _step(spot: _Spot, part: int | str) -> _Spot:
    node = spot.node.child(part) if spot.node is not None else None
    model = model_in(spot.annotation)
    field = model.model_fields.get(str(part)) if model is not None and str(part) in spot.siblings else None
    annotation = field.annotation if field is not None else item_annotation(spot.annotation)
    place = node.place if node is not None else spot.place
    return _Spot(node, place, (*spot.path, str(part)), annotation, field)


def _problem(kind: type[BaseModel], tree: Node, details: ErrorDetails) -> Problem:
    spot = _spot(kind, tree, details["loc"])
    return Problem(spot.place, ".".join(spot.path), _message(kind, tree, details, spot))


def _message(kind: type[BaseModel], tree: Node, details: ErrorDetails, spot: _Spot) -> str:
    if details["type"] == "extra_forbidden":
        parent = _spot(kind, tree, details["loc"][:-1])
        return unknown_name(kind, spot.path, parent.siblings)
    if details["type"] in ("value_error", "assertion_error"):
        return details["msg"].partition(", ")[2].splitlines()[0]
    if details["loc"][-1:] == ("[key]",):
        return f"this name is not allowed: {details['msg']}"
    if spot.node is None:
        return f"is missing; allowed: {spot.allowed}"
    return f"given {described(spot.node)}; allowed: {spot.allowed}{_hint(spot)}"


def unknown_name(kind: type[BaseModel], path: Sequence[str], siblings: Sequence[str]) -> str:
    """Return the message on a name that a mapping does not have: where it belongs, or what was meant.

    Parameters
    ----------
    kind : type
        The model of the whole file, searched for the name.
    path : sequence of str
        Where the name was given; its last part is the name.
    siblings : sequence of str
        The names allowed there.
    """
    *_, name = path
    known = [full for full in paths(kind) if full.split(".")[-1] == name]
    here = [full for full in known if full.split(".")[0] == path[0]]
    nearest = _nearest(here or [full for full in known if not full.startswith("status_quo")])
    if nearest and not here:
        hint = f"; it belongs under {' or '.join(nearest)}"
    else:
        hint = did_you_mean(name, siblings)
        if nearest and not hint:
            hint = f"; did you mean {' or '.join(nearest)}?"
    return f"unknown name; allowed: {listed(siblings)}{hint}"


def _nearest(known: Sequence[str]) -> list[str]:
    """Return the paths with the fewest parts, if they are few enough to help."""
    least = min((path.count(".") for path in known), default=0)
    nearest = [path for path in known if path.count(".") == least]
    return nearest if len(nearest) <= MOST_PLACES else []


def _hint(spot: _Spot) -> str:
    """Return how to write what was probably meant."""
    node, wanted = spot.node, options(spot.annotation)
    value = node.value if node is not None else None
    if names := choices(spot.annotation):
        return did_you_mean(str(value), names)
    if isinstance(value, str) and (int in wanted or float in wanted):
        return _number_hint(value)
    if isinstance(value, str) and bool in wanted:
        meant = _SWITCH_WORDS.get(value.lower(), value.lower())
        return f"; write {meant}, without quotes" if meant in ("true", "false") else ""
    if isinstance(value, bool | int | float) and str in wanted:
        return "; put it in quotes"
    return ""


def _number_hint(text: str) -> str:
    bare = text.strip().replace("_", "").replace(",", "").replace(" ", "")
    percent = bare.endswith("%")
    try:
        number = float(bare.rstrip("%"))
    except ValueError:
        return ""
    return f"; write {number / 100:g}" if percent else f"; write {bare}, without quotes or separators"
