"""Words of the reports in English and Chinese: the message catalogue and the way numbers are written."""

import math
import re
from functools import lru_cache
from importlib import resources
from string import Formatter
from typing import Any, Literal, get_args

import yaml
from IPython.display import Markdown

from simkit.errors import UserError
from simkit.reporting.markup import Child, Html, joined

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
FEN_PER_YUAN = 100
JOINT = " \N{MIDDLE DOT} "
MINUS = "\N{MINUS SIGN}"
WORD_JOINER = "\N{WORD JOINER}"

_MARKDOWN_MARKS = re.compile(r"([\\`*_{}\[\]#+!|~$<>&^=-]|(?<=^\d)[.)])")


def language_of(name: str) -> Language:
    """Return the language a user asked for; anything but ``en`` and ``zh`` is a ``UserError``."""
    for language in LANGUAGES:
        if name == language:
            return language
    raise UserError(f"language {name!r} is not known; allowed are {', '.join(LANGUAGES)}")


@lru_cache(maxsize=len(LANGUAGES))
def catalogue(language: Language) -> dict[str, str]:
    """Return every message of a language by its dotted key."""
    source = resources.files("simkit.reporting").joinpath("messages", f"{language}.yaml").read_text("utf-8")
    return dict(_flat("", yaml.safe_load(source)))


def _flat(prefix: str, tree: dict[str, Any]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, value in tree.items():
        path = f"{prefix}{name}"
        found += _flat(f"{path}.", value) if isinstance(value, dict) else [(path, str(value))]
    return found


def text(key: str, language: Language, /, **values: str) -> str:
    """Return the message of a key with its values put in; an unknown key or a missing value is a ``KeyError``."""
    return catalogue(language)[key].format_map(values)


def say(key: str, language: Language, /, **values: str) -> Markdown:
    """Return a message as Markdown for a notebook; values are escaped, so a name can never become markup."""
    return Markdown(text(key, language, **{name: plain(value) for name, value in values.items()}))


def filled(key: str, language: Language, /, **values: Child) -> Html:
    """Return a message as HTML: the message and text values are escaped, ``Html`` values are put in as they are."""
    pieces: list[Child] = []
    for literal, name, _, _ in Formatter().parse(catalogue(language)[key]):
        pieces.append(literal)
        if name is not None:
            pieces.append(values[name])
    return joined(pieces)


def plain(value: str) -> str:
    """Escape a value so that Markdown shows it letter by letter, on one line."""
    return _MARKDOWN_MARKS.sub(r"\\\1", " ".join(value.split()))


def scenario_name(name: str, language: Language) -> str:
    """Return the shown name of a scenario: the catalogue's for the shipped ones, else the file's own.

    The points of a grid are named by their settings, which are translated one by one.
    """
    return JOINT.join(catalogue(language).get(f"name.{part}", part) for part in name.split(JOINT))


def listing(names: list[str], language: Language) -> str:
    """Return names as an enumeration: ``A, B and C``."""
    if len(names) < 2:
        return "".join(names)
    return text(
        "list.last", language, first=text("list.separator", language).join(names[:-1]), last=names[-1]
    )


def number(value: float, digits: int = 0, signed: bool = False) -> str:
    """Return a number with thousands separators; zero never carries a sign."""
    if not math.isfinite(value):
        return "\N{EN DASH}"
    rounded = round(value, digits) + 0.0
    sign = MINUS if rounded < 0 else "+" if signed and rounded > 0 else ""
    return f"{sign}{abs(rounded):,.{digits}f}"


def percent(share: float, digits: int = 1) -> str:
    """Return a share as a percentage: 0.123 is ``12.3%``."""
    return f"{number(100 * share, digits)}%" if math.isfinite(share) else number(share)


def points(share: float, language: Language, signed: bool = True) -> str:
    """Return a difference of shares in percentage points: 0.031 is ``+3.1 points``."""
    return text("number.points", language, value=bare_points(share, signed))


def bare_points(share: float, signed: bool = True) -> str:
    """Return percentage points without their unit; below one point with a second decimal."""
    return number(100 * share, 2 if abs(share) < 0.01 else 1, signed)


def days(value: float, language: Language, signed: bool = False) -> str:
    """Return a length of time in days with one decimal."""
    return text("number.days", language, value=number(value, 1, signed))


def yuan(fen: float, language: Language, signed: bool = False) -> str:
    """Return an amount of fen in yuan, in the units people of the language read money in.

    English counts in thousands and millions, Chinese in 万 (10⁴) and 亿 (10⁸).
    """
    divisor, unit = money_unit(fen, language)
    return _money(fen, divisor, f"number.money_{unit}", language, signed)


def yuan_range(low: float, high: float, language: Language, signed: bool = False) -> str:
    """Return a range of amounts of fen, both ends in the unit that suits the larger one."""
    divisor, unit = money_unit(max(abs(low), abs(high)), language)
    first = _money(low, divisor, "number.money_bare", language, signed)
    return interval(first, _money(high, divisor, f"number.money_{unit}", language, signed), language)


def _money(fen: float, divisor: int, key: str, language: Language, signed: bool) -> str:
    amount = fen / FEN_PER_YUAN / divisor
    digits = 0 if divisor == 1 or abs(amount) >= 1000 else 2 if abs(amount) < 10 else 1
    written = number(amount, digits, signed)
    sign = written[0] if written[0] in (MINUS, "+") else ""
    amount_in_words = text(key, language, value=written.removeprefix(sign))
    # A line must not end between the sign and the currency.
    return f"{sign}{WORD_JOINER}{amount_in_words}" if sign else amount_in_words


def money_unit(fen: float, language: Language) -> tuple[int, str]:
    """Return the divisor (of yuan) and the name of the unit that suits an amount of fen."""
    size = abs(fen) / FEN_PER_YUAN if math.isfinite(fen) else 0
    steps = (
        ((100_000_000, "large"), (10_000, "middle"))
        if language == "zh"
        else ((1_000_000, "large"), (1_000, "middle"))
    )
    return next(((step, unit) for step, unit in steps if size >= step), (1, "small"))


def interval(low: str, high: str, language: Language) -> str:
    """Return the words for a range whose ends are already written."""
    return text("number.interval", language, low=low, high=high)
