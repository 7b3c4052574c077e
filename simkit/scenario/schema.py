"""The JSON schema of scenario files, for completion and checks in editors."""

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from simkit.scenario.chain import SCHEMA
from simkit.scenario.overrides import SECTIONS
from simkit.scenario.reference import model_in
from simkit.scenario.scenario import Scenario

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """Return the JSON schema (draft 2020-12) of a scenario file.

    Nothing below the top level is required, as a file may extend another and all parameters have defaults.
    """
    models = [_section_model(name) for name in SECTIONS]
    refs, shared = models_json_schema(
        [(model, "validation") for model in models], ref_template="#/$defs/{model}"
    )
    definitions = shared["$defs"]
    for definition in definitions.values():
        definition.pop("required", None)
    path = {"type": "string", "minLength": 1}
    return {
        "$schema": DIALECT,
        "title": "simkit scenario",
        "type": "object",
        "additionalProperties": False,
        "required": ["schema", "name"],
        "properties": {
            "schema": {"const": SCHEMA, "description": "Version of the file format."},
            "name": {"type": "string", "minLength": 1, "description": "Short name."},
            "description": {"type": "string", "description": "What the scenario stands for."},
            "reported": {
                "description": "Outcomes that a known case reports of the policy, by name.",
                "type": "object",
                "additionalProperties": {
                    "type": "object",
                    "required": ["before", "after"],
                    "additionalProperties": False,
                    "properties": {"before": {"type": "number"}, "after": {"type": "number"}},
                },
            },
            "extends": {
                "description": "File or files this one is laid over, relative to it.",
                "anyOf": [path, {"type": "array", "items": path, "minItems": 1}],
            },
            "draws": {
                "description": "File of draws of the fitted world, relative to this one.",
                **path,
            },
            **{
                name: {
                    "description": model.__doc__,
                    "anyOf": [refs[(model, "validation")], {"type": "null"}],
                }
                for name, model in zip(SECTIONS, models, strict=True)
            },
        },
        "$defs": definitions,
    }


def _section_model(name: str) -> type[BaseModel]:
    model = model_in(Scenario.model_fields[name].annotation)
    assert model is not None, f"{name} is not a section"
    return model
