"""The reference table generated from the models."""

from datetime import date
from enum import Enum
from typing import Any, Literal, Optional

import pytest
from pydantic import BaseModel, Field

from simkit.scenario import Policy, Row, Run, Scenario, World, describe
from simkit.scenario.parameter import parameter
from simkit.scenario.reference import bound_words, item_annotation, type_words


class Kind(Enum):
    ONE = "one"
    TWO = "two"


class Item(BaseModel):
    size: int = parameter(..., "Size of it.", unit="m", source="survey", gt=0)
    colour: Kind = parameter(Kind.ONE, "Colour of it.", unit="-", source="assumption")


class Inner(BaseModel):
    share: float = parameter(0.5, "A share.", unit="share", source="handbook", ge=0, le=1)


class Toy(BaseModel):
    inner: Inner = Field(default_factory=lambda: Inner(share=0.75), description="Holds one.")
    items: list[Item] = Field(default_factory=lambda: [Item(size=2)], description="Items.", max_length=3)
    needed: Inner
    rule: Literal["a", "b"] | None = parameter(None, "A rule.", unit="-", source="assumption")
    word: str = Field("x", min_length=2)


def test_rows_of_a_model() -> None:
    assert describe(Toy, "toy") == [
        Row("toy.inner.share", "number", "share", "0 to 1", "0.75", "0.75", "handbook", "A share."),
        Row("toy.items", "list of mapping", "", "at most 3 items", '[{"size": 2, "colour": "one"}]',
            '[{"size": 2, "colour": "one"}]', "", "Items."),
        Row("toy.items.*.size", "whole number", "m", "above 0", "", "", "survey", "Size of it."),
        Row("toy.items.*.colour", "one of one, two", "-", "", "one", "one", "assumption", "Colour of it."),
        Row("toy.needed.share", "number", "share", "0 to 1", "", "", "handbook", "A share."),
        Row("toy.rule", "one of a, b or null", "-", "", "", "", "assumption", "A rule."),
        Row("toy.word", "text", "", "at least 2 characters", "x", "x", "", ""),
    ]  # fmt: skip


def test_an_instance_shows_its_values_beside_the_defaults() -> None:
    rows = {row.path: row for row in describe(Toy(needed=Inner(share=0.1), inner=Inner(share=0.2), rule="b"))}
    assert (rows["inner.share"].default, rows["inner.share"].value) == ("0.75", "0.2")
    assert (rows["needed.share"].default, rows["needed.share"].value) == ("", "0.1")
    assert (rows["rule"].default, rows["rule"].value) == ("", "b")


@pytest.mark.parametrize(
    ("annotation", "words"),
    [
        (int, "whole number"),
        (float | None, "number or null"),
        (Optional[bool], "true or false or null"),  # noqa: UP045
        (list[float], "list of number"),
        (list[tuple[float, float]], "list of list of 2 (number, number)"),
        (tuple[int, ...], "list of whole number"),
        (list[date], "list of date as YYYY-MM-DD"),
        (dict[str, int], "mapping"),
        (Inner, "mapping"),
        (Kind, "one of one, two"),
    ],
)
def test_types_in_words(annotation: Any, words: str) -> None:
    assert type_words(annotation) == words


class Bounds(BaseModel):
    both: int = Field(1, ge=0, le=10**13)
    open_ends: float = Field(1, gt=0, lt=0.5)
    half_open: float = Field(0, ge=-0.9, lt=1)
    low: int = Field(1, ge=1)
    high: float = Field(1, lt=1e-3)
    exact: list[float] = Field([], min_length=12, max_length=12)
    some: list[float] = Field([], min_length=1)
    free: int = 3


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("both", "0 to 10,000,000,000,000"),
        ("open_ends", "above 0 and below 0.5"),
        ("half_open", "at least -0.9 and below 1"),
        ("low", "at least 1"),
        ("high", "below 0.001"),
        ("exact", "12 items"),
        ("some", "at least 1 items"),
        ("free", ""),
    ],
)
def test_bounds_in_words(name: str, words: str) -> None:
    field = Bounds.model_fields[name]
    assert bound_words(field.metadata, item_annotation(field.annotation) is not None) == words


def test_what_items_are() -> None:
    assert item_annotation(dict[str, int]) is int
    assert item_annotation(list[Item] | None) is Item
    assert item_annotation(int) is None
    assert item_annotation(list) is None


@pytest.mark.parametrize("section", [Policy, World, Run])
def test_every_parameter_says_what_it_is(section: type[BaseModel]) -> None:
    rows = describe(section, "x")
    assert len({row.path for row in rows}) == len(rows)
    for row in rows:
        assert row.description.endswith("."), row.path
        if row.type != "list of mapping":  # a list of items: the items say it
            assert row.unit, row.path
            assert row.source in ("handbook", "survey", "estimated", "assumption"), row.path
        if "number" in row.type and "list" not in row.type:
            assert row.bounds, row.path


def test_a_changed_scenario_shows_in_its_rows() -> None:
    changed = [row for row in describe(Scenario(name="a", run=Run(seed=1))) if row.value != row.default]
    assert [(row.path, row.value) for row in changed] == [("name", "a"), ("run.seed", "1")]
