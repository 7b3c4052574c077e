"""Problems from pydantic's errors, on models made for it."""

from enum import Enum
from typing import Any, Self

import pytest
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from simkit.scenario.problem import (
    LONGEST_SHOWN,
    MOST_LISTED,
    Place,
    ScenarioError,
    did_you_mean,
    listed,
    shown,
)
from simkit.scenario.tree import node_of
from simkit.scenario.validation import validate


class Colour(Enum):
    RED = "red"


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Leaf(Model):
    size: int = Field(1, ge=0, le=9)
    code: str = Field("ab", pattern="^[a-z]+$")
    even: int = 2

    @field_validator("even")
    @classmethod
    def _is_even(cls, value: int) -> int:
        assert value % 2 == 0, "must be even"
        return value


class Left(Model):
    leaf: Leaf = Field(default_factory=Leaf)
    weight: float = 1.0


class Right(Model):
    weight: float = 1.0
    width: float = 1.0


class Root(Model):
    left: Left = Field(default_factory=Left)
    right: Right = Field(default_factory=Right)
    by_colour: dict[Colour, int] = {}
    maybe: Left | None = None

    @model_validator(mode="after")
    def _widths(self) -> Self:
        if self.right.width > 5:
            raise ValueError("too wide: given 6, see the manual")
        return self


def told(value: Any) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        validate(Root, node_of(value, Place("f.yaml", 4)))
    return [str(problem).removeprefix("f.yaml:4: ") for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"left": {"leaf": {"size": 12}}}, "left.leaf.size: given 12; allowed: whole number, 0 to 9"),
        ({"left": {"leaf": {"code": "A1"}}}, 'left.leaf.code: given "A1"; allowed: text'),
        ({"left": {"leaf": {"code": 3}}}, "left.leaf.code: given 3; allowed: text; put it in quotes"),
        ({"left": {"leaf": {"code": None}}}, "left.leaf.code: given nothing (null); allowed: text"),
        ({"left": {"leaf": {"even": 3}}}, "left.leaf.even: must be even"),
        ({"right": {"width": 6}}, "too wide: given 6, see the manual"),
        ({"by_colour": {"rde": 1}}, "by_colour.rde: this name is not allowed: Input should be 'red'"),
        ({"by_colour": {"red": "x"}}, 'by_colour.red: given "x"; allowed: whole number'),
        ({"by_colour": [1]}, "by_colour: given a list of 1; allowed: mapping"),
        ({"maybe": {"leaf": {"size": True}}}, "maybe.leaf.size: given true; allowed: whole number, 0 to 9"),
        ({"maybe": {"leef": {}}}, 'maybe.leef: unknown name; allowed: leaf, weight; did you mean "leaf"?'),
        ({"left": {"zzz": {}}}, "left.zzz: unknown name; allowed: leaf, weight"),
        # A name of this section is meant there; a name of another section belongs there.
        ({"left": {"size": 1}},
         "left.size: unknown name; allowed: leaf, weight; did you mean left.leaf.size?"),
        ({"left": {"width": 1}},
         "left.width: unknown name; allowed: leaf, weight; it belongs under right.width"),
        ({"weight": 1}, "weight: unknown name; allowed: left, right, by_colour, maybe; "
                        "it belongs under left.weight or right.weight or maybe.weight"),
    ],
)  # fmt: skip
def test_messages(value: Any, message: str) -> None:
    assert told(value) == [message]


def test_all_are_told() -> None:
    value = {"left": {"weight": "x"}, "right": {"weight": True}, "extra": 1}
    assert len(told(value)) == 3


def test_a_valid_tree_is_a_model() -> None:
    tree = node_of(
        {"left": {"leaf": {"size": 2.0}}, "right": {"width": 3}, "by_colour": {"red": 1}}, Place("f")
    )
    model = validate(Root, tree)
    assert (model.left.leaf.size, model.right.width, model.by_colour) == (2, 3.0, {Colour.RED: 1})


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        ("30", "; write 30, without quotes or separators"),
        ("1,000", "; write 1000, without quotes or separators"),
        ("1 000", "; write 1000, without quotes or separators"),
        ("12.5%", "; write 0.125"),
        ("ten", ""),
        ("%", ""),
    ],
)
def test_numbers_written_as_text_get_a_hint(given: str, hint: str) -> None:
    assert told({"right": {"width": given}}) == [f'right.width: given "{given}"; allowed: number{hint}']


def test_texts_are_shown_safely() -> None:
    assert shown("bell \x07 del \x7f csi \x9b") == r'"bell \u0007 del \u007f csi \u009b"'
    assert shown("账期") == '"账期"'
    assert shown("\U0001f600\u202e") == r'"\ud83d\ude00\u202e"'
    assert len(shown("x" * 500)) == LONGEST_SHOWN
    assert shown("x" * 500).endswith('..."')


def test_close_names_are_offered() -> None:
    assert did_you_mean("Grade", ["grades", "term"]) == '; did you mean "grades"?'
    assert did_you_mean("zebra", ["grades", "term"]) == ""
    assert listed(str(n) for n in range(MOST_LISTED)).count(",") == MOST_LISTED - 1
    assert listed(str(n) for n in range(MOST_LISTED + 1)).endswith("19, ...")
