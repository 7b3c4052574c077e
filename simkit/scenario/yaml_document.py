"""Reading and writing YAML: YAML 1.2 scalars, line numbers kept, everything that could surprise refused."""

import keyword
import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from simkit.scenario.problem import Place, Problem, refuse, shown
from simkit.scenario.tree import LARGEST_INT, Node, Scalar, described, has_lone_surrogate

LARGEST_FILE = 1_000_000
MOST_NODES = 10_000
DEEPEST_NESTING = 32

_NULL = re.compile(r"null|Null|NULL|~|")
_BOOL = re.compile(r"true|True|TRUE|false|False|FALSE")
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


def read_yaml(path: Path, name: str, dotted_names: bool = False) -> tuple[Node, list[Problem]]:
    """Return the tree of a YAML file and the problems that did not stop the reading.

    Parameters
    ----------
    path : Path
        The file; at most 1 MB of UTF-8.
    name : str
        What messages call it.
    dotted_names : bool
        Whether keys may be dotted paths.

    Raises
    ------
    ScenarioError
        If the file cannot be read or is not YAML.
    """
    place = Place(name)
    try:
        if not path.is_file():
            refuse(place, "is not a file" if path.exists() else "no such file")
        with path.open("rb") as stream:
            content = stream.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        refuse(place, f"cannot be read: {reason}")
    if len(content) > LARGEST_FILE:
        refuse(place, f"is larger than {LARGEST_FILE:,} bytes; a parameter file is far smaller")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        refuse(Place(name, line), f"byte {error.start + 1} is not UTF-8; save the file as UTF-8")
    return parse_yaml(text, name, dotted_names)


def parse_yaml(text: str, name: str, dotted_names: bool = False) -> tuple[Node, list[Problem]]:
    """Return the tree of a YAML text and its problems: duplicate names, tags, numbers that are none.

    Plain scalars follow the YAML 1.2 core schema: ``1e-3`` is a number; ``no``, ``on``, ``1:30`` and
    ``2025-01-01`` are text; ``012`` is twelve.

    Raises
    ------
    ScenarioError
        If the text is not one YAML document.
    """
    reader = _Reader(text, name, dotted_names)
    return reader.document(), reader.problems


class _Reader:
    """Builds the tree from PyYAML's events, so that no Python object is ever constructed from a tag."""

    def __init__(self, text: str, name: str, dotted_names: bool) -> None:
        self.name = name
        self._text = text
        self._dotted_names = dotted_names
        self.problems: list[Problem] = []
        self._events: Iterator[yaml.Event] = iter(yaml.parse(text, Loader=yaml.SafeLoader))
        self._anchors: dict[str, tuple[Node, int]] = {}
        self._open_anchors: set[str] = set()
        self._count = 0

    def document(self) -> Node:
        """Return the one document of the stream."""
        self._next()
        if isinstance(self._next(), yaml.StreamEndEvent):
            refuse(Place(self.name, 1), "is empty")
        node = self._node(self._next(), "", 0)
        self._next()
        event = self._next()
        if not isinstance(event, yaml.StreamEndEvent):
            refuse(self._place(event), "a second document starts here; one file holds one document")
        return node

    def _next(self) -> yaml.Event:
        try:
            return next(self._events)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else 1
            refuse(Place(self.name, line), f"not valid YAML: {_explained(error)}")
        except yaml.reader.ReaderError as error:
            line = self._text.count("\n", 0, error.position) + 1
            code = f"U+{ord(self._text[error.position]):04X}"
            refuse(Place(self.name, line), f"not valid YAML: the character {code} is not allowed")
        except (ValueError, OverflowError) as error:  # an escape such as "\UFFFFFFFF" breaks PyYAML's scanner
            refuse(Place(self.name), f"not valid YAML: {error}")

    def _place(self, event: yaml.Event) -> Place:
        return Place(self.name, event.start_mark.line + 1 if event.start_mark else 1)

    def _problem(self, place: Place, path: str, message: str) -> None:
        self.problems.append(Problem(place, path, message))

    def _node(self, event: yaml.Event, path: str, depth: int, place: Place | None = None) -> Node:
        """Return the node that starts with the event; ``place`` is the line of the name it belongs to."""
        place = place or self._place(event)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, path, place)
        assert isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent)  # the grammar has no other
        if depth > DEEPEST_NESTING:
            refuse(place, f"nested deeper than {DEEPEST_NESTING} levels", path)
        self._add_to_count(1, place)
        if event.tag is not None:
            self._problem(place, path, f"the tag {shown(event.tag)} is not allowed; write plain values")
        if event.anchor is not None:
            self._open_anchors.add(event.anchor)
        before = self._count
        if isinstance(event, yaml.ScalarEvent):
            node = self._scalar(event, path, place)
        elif isinstance(event, yaml.MappingStartEvent):
            node = Node(self._mapping(path, depth), place)
        else:
            node = Node(self._sequence(path, depth), place)
        if event.anchor is not None:
            self._open_anchors.discard(event.anchor)
            self._anchors[event.anchor] = (node, 1 + self._count - before)
        return node

    def _add_to_count(self, nodes: int, place: Place) -> None:
        self._count += nodes
        if self._count > MOST_NODES:
            refuse(place, f"more than {MOST_NODES:,} values, counting every use of an alias")

    def _alias(self, event: yaml.AliasEvent, path: str, place: Place) -> Node:
        if event.anchor in self._open_anchors:
            refuse(place, f"the alias *{event.anchor} stands inside its own anchor", path)
        if event.anchor not in self._anchors:
            refuse(place, f"the alias *{event.anchor} has no anchor before it", path)
        node, size = self._anchors[event.anchor]
        self._add_to_count(size, place)
        return node

    def _sequence(self, path: str, depth: int) -> list[Node]:
        items: list[Node] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            items.append(self._node(event, _joined(path, str(len(items))), depth + 1))
        return items

    def _mapping(self, path: str, depth: int) -> dict[str, Node]:
        children: dict[str, Node] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            place = self._place(event)
            name = self._name(self._node(event, path, depth + 1), path, place)
            node = self._node(self._next(), _joined(path, name or ""), depth + 1, place)
            if name in children:
                first = children[name].place.line
                self._problem(place, _joined(path, name), f"given twice; the first is on line {first}")
            elif name is not None:
                children[name] = node
        return children

    def _name(self, key: Node, path: str, place: Place) -> str | None:
        """Return the key if it can name a parameter: names become Python names when a notebook is run."""
        if isinstance(key.value, str):
            parts = key.value.split(".") if self._dotted_names else [key.value]
            if all(is_name(part) or (index and part.isdecimal()) for index, part in enumerate(parts)):
                return key.value
        if key.value == "<<":
            self._problem(place, path, "the merge key << is not allowed; use extends, or repeat the values")
        else:
            message = f"{described(key)} cannot be a parameter name; allowed: letters, digits and _"
            self._problem(place, path, message)
        return None

    def _scalar(self, event: yaml.ScalarEvent, path: str, place: Place) -> Node:
        text = event.value
        if not event.implicit[0]:
            if has_lone_surrogate(text):
                self._problem(place, path, f"{text!a} holds half a character (a lone surrogate)")
                text = ""
            return Node(text, place, shown(text))
        value: Scalar = text
        try:
            value = resolve(text)
        except ValueError as error:
            self._problem(place, path, str(error))
        given = "nothing (null)" if value is None else shown(text)[1:-1]
        return Node(value, place, given)


def is_name(text: str) -> bool:
    """Tell whether a text can name a parameter: a Python identifier that is no keyword."""
    return text.isidentifier() and not keyword.iskeyword(text)


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path and name else path or name


def _explained(error: yaml.MarkedYAMLError) -> str:
    problem = str(error.problem or error.context)
    if "'\\t'" in problem:
        return "a tab is not allowed here; use spaces"
    return f"{error.context}, {problem}" if error.context and error.problem else problem


def resolve(text: str) -> Scalar:
    """Return the value of a plain scalar by the YAML 1.2 core schema.

    Raises
    ------
    ValueError
        If it is an infinite number, not a number (``.nan``) or an integer beyond 64 bits.
    """
    if _NULL.fullmatch(text):
        return None
    if _BOOL.fullmatch(text):
        return text.lower() == "true"
    if _INT.fullmatch(text):
        # Longer digit strings are refused before int() meets them; a plain 012 is twelve.
        base = {"0o": 8, "0x": 16}.get(text[:2], 10)
        if len(text) > 64 or abs(number := int(text, base)) > LARGEST_INT:
            raise ValueError(f"{shown(text)[1:-1]} is beyond 64 bits")
        return number
    if _NOT_FINITE.fullmatch(text) or (_FLOAT.fullmatch(text) and not math.isfinite(float(text))):
        raise ValueError(f"{shown(text)[1:-1]} is not a finite number")
    return float(text) if _FLOAT.fullmatch(text) else text


class _Dumper(yaml.SafeDumper):
    """Quotes the strings that YAML 1.2, or older readers, would take for something else."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def represent_text(self, text: str) -> yaml.ScalarNode:
        """Escape what is not printable: PyYAML folds the rarer line breaks of any other text."""
        return self.represent_scalar("tag:yaml.org,2002:str", text, None if text.isprintable() else '"')


_Dumper.add_representer(str, _Dumper.represent_text)
for _tag, _pattern in (
    ("null", _NULL),
    ("bool", _BOOL),
    ("int", _INT),
    ("float", _FLOAT),
    ("float", _NOT_FINITE),
):
    _Dumper.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"(?:{_pattern.pattern})$"), None)


def dump_yaml(value: Mapping[str, Any]) -> str:
    """Return a mapping of plain values as YAML that :func:`parse_yaml` reads back as the same values."""
    return yaml.dump(dict(value), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
