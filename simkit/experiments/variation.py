"""A scenario with some of its numbers changed: how searches move levers and how worlds are drawn."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from simkit.errors import UserError
from simkit.scenario.scenario import Scenario
from simkit.scenario.space import field_of


class ContradictionError(UserError):
    """Values that are right one by one and make no scenario together."""


def varied(scenario: Scenario, values: Mapping[str, Any], name: str | None = None) -> Scenario:
    """Return a scenario with other values of some of its parameters, checked as a whole.

    Parameters
    ----------
    scenario : Scenario
        What is changed.
    values : mapping
        Dotted path to value, such as ``{"world.reps.selling_response": 0.1}``.
    name : str, optional
        Name of the result; the scenario's own when not given.

    Raises
    ------
    UserError
        When there is no such parameter; `ContradictionError` when the values do not go together.
    """
    data = scenario.model_dump()
    for path, value in values.items():
        field_of(path)
        *sections, last = path.split(".")
        place = data
        for section in sections:
            place = place[section]
        place[last] = value
    try:
        found = Scenario.model_validate(data)
    except ValidationError as error:
        told = "; ".join(
            f"{'.'.join(str(part) for part in one['loc'])}: {one['msg'].removeprefix('Value error, ')}"
            for one in error.errors(include_url=False)
        )
        raise ContradictionError(f"{name or scenario.name}: {told}") from None
    # A name made of many levers may be longer than a file's.
    return found if name is None else found.model_copy(update={"name": name})
