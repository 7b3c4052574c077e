"""The JSON schema agrees with the loader."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from simkit.scenario import Scenario, json_schema

FOLDER = Path(__file__).parent / "malformed"
HEAD: dict[str, Any] = {"schema": 1, "name": "x"}
CHECK = Draft202012Validator(json_schema())

# The malformed files whose fault a schema can see.
SEEN = [
    "boolean_for_number",
    "extends_kind",
    "fraction_for_whole_number",
    "lever_under_world",
    "mapping_for_number",
    "name_not_text",
    "not_a_mapping",
    "null_value",
    "out_of_bounds",
    "schema_missing",
    "schema_unknown",
    "section_missing",
    "uncertainty_under_policy",
    "unknown_choice",
    "unknown_name",
]


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(json_schema())
    assert json_schema()["$schema"].endswith("2020-12/schema")


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"extends": "a.yaml"},
        {"extends": ["a.yaml", "b.yaml"], "description": "d"},
        {"policy": {"credit": {"grades": {"C": {"term_limit_days": 60}}}}},
        {"policy": None, "world": {"economy": {"factor": None}, "market": {"season": [1] * 12}}},
        {"run": {"start_date": "2025-01-01"}},
        {"reported": {"sales_growth": {"before": 0, "after": 0.28}}},
        Scenario(name="x").model_dump(mode="json", include={"policy", "world", "run"}),
    ],
)
def test_it_accepts_scenarios(content: dict[str, Any]) -> None:
    CHECK.validate({**HEAD, **content})


@pytest.mark.parametrize(
    "content",
    [
        {"status_quo": {}},
        {"credit": {}},
        {"extends": []},
        {"extends": 3},
        {"schema": 2},
        {"reported": {"sales_growth": {"before": 0}}},
        {"reported": {"sales_growth": {"before": 0, "after": "1"}}},
        {"name": ""},
        {"policy": {"contract": {"term_days": "30"}}},
        {"policy": {"contract": {"term_days": True}}},
        {"policy": {"contract": {"term_days": 400}}},
        {"policy": {"contract": {"term_dayz": 30}}},
        {"policy": {"collections": {"queue_rule": "first"}}},
        {"world": {"market": {"season": [1] * 11}}},
    ],
)
def test_it_refuses_what_the_loader_refuses(content: dict[str, Any]) -> None:
    assert not CHECK.is_valid({**HEAD, **content})


@pytest.mark.parametrize("name", SEEN)
def test_it_refuses_the_malformed_files_it_can_see(name: str) -> None:
    assert not CHECK.is_valid(yaml.safe_load((FOLDER / f"{name}.yaml").read_text()))


def test_every_parameter_carries_its_facts() -> None:
    term = json_schema()["$defs"]["Contract"]["properties"]["term_days"]
    assert {"description", "unit", "source", "minimum", "maximum", "default"} <= set(term)
