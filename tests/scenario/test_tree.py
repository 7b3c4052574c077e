"""Trees of values with places."""

import datetime
import enum
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkit.scenario.policy.desks import Desk
from simkit.scenario.problem import Place
from simkit.scenario.tree import Node, described, merge, node_of, plain

HERE = Place("here")
VALUES = st.recursive(
    st.none() | st.integers(0, 3) | st.lists(st.integers(0, 3), max_size=2),
    lambda children: st.dictionaries(st.sampled_from("abc"), children, max_size=3),
    max_leaves=10,
)
NODES = VALUES.map(lambda value: node_of(value, HERE))


@given(NODES, NODES, NODES)
def test_merge_is_associative(a: Node, b: Node, c: Node) -> None:
    assert merge(merge(a, b), c) == merge(a, merge(b, c))


@given(NODES)
def test_merging_a_tree_with_itself_or_with_nothing_changes_nothing(a: Node) -> None:
    assert plain(merge(a, a)) == plain(a)
    if isinstance(a.value, dict):
        assert plain(merge(node_of({}, HERE), a)) == plain(merge(a, node_of({}, HERE))) == plain(a)


@pytest.mark.parametrize(
    ("below", "above", "merged"),
    [
        ({"a": {"x": 1, "y": 2}}, {"a": {"y": 3, "z": 4}}, {"a": {"x": 1, "y": 3, "z": 4}}),
        ({"a": [1, 2, 3]}, {"a": [4]}, {"a": [4]}),
        ({"a": {"x": 1}}, {"a": None}, {"a": None}),
        ({"a": 1}, {"a": {"x": 1}}, {"a": {"x": 1}}),
        ({"a": 1}, {"b": 2}, {"a": 1, "b": 2}),
    ],
)
def test_mappings_merge_and_the_rest_is_replaced(below: Any, above: Any, merged: Any) -> None:
    assert plain(merge(node_of(below, HERE), node_of(above, HERE))) == merged


def test_merge_keeps_the_place_of_what_was_given_last() -> None:
    first, second = Place("one.yaml", 3), Place("two.yaml", 8)
    merged = merge(node_of({"a": {"x": 1, "y": 2}}, first), node_of({"a": {"y": 3}}, second))
    a = merged.child("a")
    assert a is not None
    assert a.place == second
    assert {name: node.place for name, node in a.value.items()} == {"x": first, "y": second}  # type: ignore[union-attr]


class Colour(enum.Enum):
    RED = "red"


@pytest.mark.parametrize(
    ("value", "plainly"),
    [
        (np.float64(0.5), 0.5),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (np.array([1, 2]), [1, 2]),
        ((1, 2), [1, 2]),
        (datetime.date(2025, 1, 31), "2025-01-31"),
        (Colour.RED, "red"),
        (Desk(staff=2), {"staff": 2}),
        (3.0, 3),
        (2.5, 2.5),
        (1e300, 1e300),
    ],
)
def test_python_values_become_plain(value: Any, plainly: Any) -> None:
    bare = plain(node_of(value, HERE))
    assert bare == plainly
    assert type(bare) is type(plainly)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (float("nan"), "nan is not a finite number"),
        ([float("inf")], "inf is not a finite number"),
        ({1: 2}, "the name 1 is not text"),
        (object(), "a value of type object cannot stand in a scenario"),
        (datetime.datetime(2025, 1, 1), "a value of type datetime"),
        (2**63, "beyond 64 bits"),
        ("\ud800", "lone surrogate"),
    ],
)
def test_other_values_are_refused(value: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        node_of(value, HERE)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({}, "a mapping"),
        ([1, 2], "a list of 2"),
        (None, "nothing (null)"),
        (True, "true"),
        (1, "1"),
        ("x", '"x"'),
    ],
)
def test_what_was_given_in_words(value: Any, words: str) -> None:
    assert described(node_of(value, HERE)) == words


def test_children_by_name_and_index() -> None:
    tree = node_of({"a": [1, 2]}, HERE)
    a = tree.child("a")
    assert a is not None
    assert (a.child(1), a.child("1")) == (a.value[1], a.value[1])  # type: ignore[index]
    assert [a.child(key) for key in ("2", "x", "-1", "²")] == [None] * 4
    assert a.value[0].child("x") is None  # type: ignore[index,union-attr]
