"""Reading and writing YAML by the 1.2 core schema."""

import math
import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from simkit.scenario.problem import ScenarioError
from simkit.scenario.tree import Node, plain
from simkit.scenario.yaml_document import LARGEST_FILE, dump_yaml, parse_yaml, read_yaml, resolve

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True).map(lambda name: f"x_{name}")
PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63) + 1, 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"), max_size=20)
    | st.sampled_from(["no", "yes", "1e3", "012", "1:30", "~", "null", ".inf", "0x1F", "2025-01-01", "<<"]),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(NAMES, children, max_size=4),
    max_leaves=12,
)


def value_of(text: str) -> Any:
    node, problems = parse_yaml(text, "text")
    assert not problems
    return node.value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-3", 0.001),
        ("1E3", 1000.0),
        ("+1.5", 1.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("012", 12),
        ("-7", -7),
        ("0o17", 15),
        ("0x1F", 31),
        ("true", True),
        ("FALSE", False),
        ("~", None),
        ("", None),
        ("null", None),
        # What YAML 1.1 would read as booleans, sexagesimals, grouped numbers and dates is text.
        ("no", "no"),
        ("off", "off"),
        ("Yes", "Yes"),
        ("1:30", "1:30"),
        ("1_000", "1_000"),
        ("2025-01-01", "2025-01-01"),
        ("0b1", "0b1"),
        ("１２", "１２"),
        ("e3", "e3"),
        (".", "."),
        ("=", "="),
    ],
)
def test_plain_scalars_follow_yaml_1_2(text: str, value: Any) -> None:
    assert resolve(text) == value
    assert type(resolve(text)) is type(value)
    if text:
        assert value_of(f"x: {text}")["x"].value == value  # type: ignore[index,union-attr]


@pytest.mark.parametrize("text", [".inf", "-.INF", ".NaN", "1e400", str(2**63), "9" * 5000, "0x" + "f" * 16])
def test_numbers_out_of_range_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"finite|64 bits"):
        resolve(text)


def test_quoted_scalars_are_text() -> None:
    node, _ = parse_yaml("a: '1'\nb: \"true\"\nc: |\n  3\n", "text")
    assert plain(node) == {"a": "1", "b": "true", "c": "3\n"}
    assert node.child("a") == Node("1", node.child("a").place, '"1"')  # type: ignore[union-attr]


def test_places_are_the_lines_of_the_names() -> None:
    node, _ = parse_yaml("a:\n  b:\n    - 1\n    - c: 2\nd:\n  3\n", "f.yaml")
    a = node.child("a")
    assert a is not None
    b = a.child("b")
    assert b is not None
    assert [str(each.place) for each in (a, b, b.value[0], b.value[1])] == [  # type: ignore[index]
        "f.yaml:1", "f.yaml:2", "f.yaml:3", "f.yaml:4",
    ]  # fmt: skip
    assert str(node.child("d").place) == "f.yaml:5"  # type: ignore[union-attr]


def test_aliases_repeat_their_anchor() -> None:
    assert plain(parse_yaml("a: &x [1, 2]\nb: *x\nc: [*x, *x]", "t")[0]) == {
        "a": [1, 2],
        "b": [1, 2],
        "c": [[1, 2], [1, 2]],
    }


def test_nodes_are_counted_with_every_use_of_an_alias() -> None:
    # 1 root + 2 names + 1 outer list + 98 anchored + 98 for each of 101 aliases are 10,000 to the node.
    text = "a: &x [" + "1, " * 97 + "]\nb: [" + "*x, " * 101 + "{}]"
    assert len(parse_yaml(text.format(""), "t")[0].child("b").value) == 101  # type: ignore[union-attr,arg-type]
    with pytest.raises(ScenarioError, match="t:2: more than 10,000 values"):
        parse_yaml(text.format("1"), "t")


def test_dotted_names_only_where_asked() -> None:
    text = "policy.credit.grades.A.min_score: 1\nworld.market.season.0: 2"
    node, problems = parse_yaml(text, "t", dotted_names=True)
    assert not problems
    assert plain(node) == yaml.safe_load(text)
    assert len(parse_yaml(text, "t")[1]) == 2
    assert len(parse_yaml("a..b: 1\n.a: 2\n0.a: 3\n", "t", dotted_names=True)[1]) == 3


def test_a_tag_is_never_obeyed(tmp_path: Path) -> None:
    target = tmp_path / "touched"
    _, problems = parse_yaml(f"a: !!python/object/apply:os.mkdir ['{target}']", "t")
    assert len(problems) == 1
    assert not target.exists()


def test_a_large_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "large.yaml"
    file.write_bytes(b"#" * LARGEST_FILE)
    with pytest.raises(ScenarioError, match="is empty"):
        read_yaml(file, "large.yaml")
    file.write_bytes(b"#" * (LARGEST_FILE + 1))
    with pytest.raises(ScenarioError, match=r"large.yaml: is larger than 1,000,000 bytes"):
        read_yaml(file, "large.yaml")


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="is not a file"):
        read_yaml(tmp_path, "folder")
    with pytest.raises(ScenarioError, match="no such file"):
        read_yaml(tmp_path / "none", "none")
    with pytest.raises(ScenarioError, match="cannot be read: File name too long"):
        read_yaml(tmp_path / ("n" * 300), "long")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(ScenarioError, match="is not a file"):
        read_yaml(pipe, "pipe")


def test_a_byte_order_mark_is_skipped(tmp_path: Path) -> None:
    file = tmp_path / "bom.yaml"
    file.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")
    assert plain(read_yaml(file, "bom.yaml")[0]) == {"a": 1, "b": 2}


def without_whole_floats(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_whole_floats(child) for name, child in value.items()}
    if isinstance(value, list):
        return [without_whole_floats(child) for child in value]
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else value


@given(st.dictionaries(NAMES, PLAIN, min_size=1, max_size=5))
@example({"x": ["\x85", "a\u2028b", "\r\n", "\x07", " "]})
def test_what_is_dumped_reads_back(value: dict[str, Any]) -> None:
    node, problems = parse_yaml(dump_yaml(value), "dumped")
    assert not problems
    assert repr(plain(node)) == repr(without_whole_floats(value))


@given(st.dictionaries(NAMES, PLAIN, min_size=1, max_size=3))
def test_what_is_dumped_means_the_same_to_an_older_reader(value: dict[str, Any]) -> None:
    assert repr(yaml.safe_load(dump_yaml(value))) == repr(value)


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_random_bytes_raise_nothing_but_a_scenario_error(tmp_path_factory: Any, content: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "random.yaml"
    file.write_bytes(content)
    told = "random.yaml"
    try:
        read_yaml(file, "random.yaml")
    except ScenarioError as error:
        told = str(error)
    assert told.startswith("random.yaml")


TOKENS = st.sampled_from(
    [*"a[]{}'\"\\|>#\t\né", ": ", "- ", "  ", ", ", "? ", "&x ", "*x", "!!int ", "---", "...", "%YAML 1.2",
     "<<", "1e3", "~", "\\UFFFFFFFF", "\\ud800", "policy", "schema: 1\n"]
)  # fmt: skip


@settings(max_examples=500)
@given(st.lists(TOKENS, max_size=25).map("".join))
def test_random_yaml_raises_nothing_but_a_scenario_error(text: str) -> None:
    try:
        node, problems = parse_yaml(text, "t")
    except ScenarioError:
        return
    if not problems:
        assert_finite(plain(node))


def assert_finite(value: Any) -> None:
    if isinstance(value, dict):
        for child in value.values():
            assert_finite(child)
    elif isinstance(value, list):
        for child in value:
            assert_finite(child)
    else:
        assert not isinstance(value, float) or math.isfinite(value)
