"""A problem in a file the user wrote: where it is, what was given and what is allowed."""

import difflib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NoReturn

from simkit.errors import UserError

LONGEST_SHOWN = 60
MOST_LISTED = 20


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file, or something without lines (an override, the defaults) when ``line`` is 0."""

    file: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong: its place, its dotted path (may be empty) and the message."""

    place: Place
    path: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (str(self.place), self.path, self.message) if part)


class ScenarioError(UserError):
    """All problems found at once; ``problems`` lists them, the text has one line for each."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(dict.fromkeys(problems))
        lines = [str(problem) for problem in self.problems]
        super().__init__("\n".join(lines if len(lines) == 1 else [f"{len(lines)} problems:", *lines]))


def refuse(place: Place, message: str, path: str = "") -> NoReturn:
    """Raise a :class:`ScenarioError` with one problem."""
    raise ScenarioError([Problem(place, path, message)])


def shown(text: str) -> str:
    """Return a user's text fit for a terminal: quoted, without control characters, cut if long."""
    quoted = json.dumps(text, ensure_ascii=False)
    if not quoted.isprintable():
        quoted = json.dumps(text)
    return quoted if len(quoted) <= LONGEST_SHOWN else quoted[: LONGEST_SHOWN - 4] + '..."'


def did_you_mean(given: str, choices: Iterable[str]) -> str:
    """Return ``; did you mean "x"?`` for the closest of the choices, or nothing when none is close."""
    by_folded = {choice.casefold(): choice for choice in choices}
    close = difflib.get_close_matches(given.casefold(), by_folded, n=1, cutoff=0.6)
    return f'; did you mean "{by_folded[close[0]]}"?' if close else ""


def listed(names: Iterable[str]) -> str:
    """Return names for a message, cut when they are too many to help."""
    every = list(names)
    return ", ".join(every[:MOST_LISTED]) + (", ..." if len(every) > MOST_LISTED else "")
