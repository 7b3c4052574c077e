"""The mapping file of a ledger: what a user states where recognition is not enough."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from simkit.portfolio.ledger_amounts import DecimalMark, currency_code
from simkit.portfolio.ledger_dates import DateOrder
from simkit.portfolio.ledger_names import COLUMNS
from simkit.scenario.problem import Problem, ScenarioError, did_you_mean, shown
from simkit.scenario.tree import Node
from simkit.scenario.yaml_document import read_yaml

DEFAULT_TERM_DAYS = 30
"""Handbook B2: the term of a contract, used for a ledger that has no issue date at all."""

LONGEST_TERM_DAYS = 365


@dataclass(frozen=True)
class LedgerMapping:
    """What a user states about a ledger; None leaves it to recognition.

    Attributes
    ----------
    columns : dict of str to str
        The name of the column that holds each field, of those in :data:`ledger_names.COLUMNS`.
    date_order : {'iso', 'day_first', 'month_first'}, optional
    decimal : {'.', ','}, optional
        The decimal mark.
    currency : str, optional
        The three-letter code of rows that name no currency.
    as_of : datetime.date, optional
        The day the ledger was drawn up: open invoices were still open then.
    sheet : str, optional
        Which sheet of a workbook.
    term_days : int
        The credit term assumed where no issue date in the ledger tells one, days.
    """

    columns: dict[str, str] = field(default_factory=dict)
    date_order: DateOrder | None = None
    decimal: DecimalMark | None = None
    currency: str | None = None
    as_of: datetime.date | None = None
    sheet: str | None = None
    term_days: int = DEFAULT_TERM_DAYS


KEYS = tuple(LedgerMapping.__dataclass_fields__)


def read_mapping(path: Path, fields: Iterable[str] = COLUMNS, keys: tuple[str, ...] = KEYS) -> LedgerMapping:
    """Return the mapping that a YAML file states.

    Parameters
    ----------
    path : Path
    fields : iterable of str
        The fields whose columns may be stated.
    keys : tuple of str
        The keys that may be given.

    Raises
    ------
    UserError
        With every problem of the file, each with its line, if there is any.
    """
    root, problems = read_yaml(path, str(path))
    if not isinstance(root.value, dict):
        message = f"keys and values are needed; allowed keys: {', '.join(keys)}"
        raise ScenarioError([Problem(root.place, "", message)])
    mapping = _Reader(root.value, problems, tuple(fields), keys).mapping()
    if problems:
        raise ScenarioError(problems)
    return mapping


class _Reader:
    """Reads the keys one by one and collects what is wrong with them."""

    def __init__(
        self, given: dict[str, Node], problems: list[Problem], fields: tuple[str, ...], keys: tuple[str, ...]
    ) -> None:
        self.given = given
        self.fields, self.keys = fields, keys
        self.problems = problems

    def mapping(self) -> LedgerMapping:
        """Return the mapping; worthless if there are problems."""
        self._refuse_unknown(self.given, self.keys, "")
        return LedgerMapping(
            columns=self._columns(),
            date_order=cast(
                "DateOrder | None", self._choice("date_order", ("iso", "day_first", "month_first"))
            ),
            decimal=cast("DecimalMark | None", self._choice("decimal", (".", ","))),
            currency=self._currency(),
            as_of=self._as_of(),
            sheet=self._text("sheet", self.given.get("sheet")),
            term_days=self._term_days(),
        )

    def _problem(self, node: Node, path: str, message: str) -> None:
        self.problems.append(Problem(node.place, path, message))

    def _refuse_unknown(self, given: dict[str, Node], allowed: tuple[str, ...], prefix: str) -> None:
        for name, node in given.items():
            if name not in allowed:
                hint = did_you_mean(name, allowed)
                self._problem(node, prefix + name, f"unknown key; allowed: {', '.join(allowed)}{hint}")

    def _text(self, path: str, node: Node | None) -> str | None:
        """Return what was written, as text, so that a column may be called 2024 or yes."""
        if node is None:
            return None
        if isinstance(node.value, dict | list) or node.value in (None, ""):
            self._problem(node, path, "a text is needed")
            return None
        return (node.value if isinstance(node.value, str) else node.text).strip()

    def _columns(self) -> dict[str, str]:
        node = self.given.get("columns")
        if node is None:
            return {}
        if not isinstance(node.value, dict):
            self._problem(
                node, "columns", f"keys and values are needed; allowed keys: {', '.join(self.fields)}"
            )
            return {}
        self._refuse_unknown(node.value, self.fields, "columns.")
        titles = {name: self._text(f"columns.{name}", child) for name, child in node.value.items()}
        return {name: title for name, title in titles.items() if title}

    def _choice(self, key: str, allowed: tuple[str, ...]) -> str | None:
        text = self._text(key, self.given.get(key))
        if text is not None and text not in allowed:
            choices = ", ".join(map(shown, allowed)) + did_you_mean(text, allowed)
            self._problem(self.given[key], key, f"{shown(text)} is given; allowed: {choices}")
            return None
        return text

    def _currency(self) -> str | None:
        text = self._text("currency", self.given.get("currency"))
        code = currency_code(text) if text else None
        if text and code is None:
            message = f"{shown(text)} is no currency; allowed: a code such as CNY or USD"
            self._problem(self.given["currency"], "currency", message)
        return code

    def _as_of(self) -> datetime.date | None:
        text = self._text("as_of", self.given.get("as_of"))
        try:
            return datetime.date.fromisoformat(text) if text else None
        except ValueError:
            message = f"{shown(text or '')} is no date; allowed: YYYY-MM-DD"
            self._problem(self.given["as_of"], "as_of", message)
            return None

    def _term_days(self) -> int:
        node = self.given.get("term_days")
        if node is None:
            return DEFAULT_TERM_DAYS
        if type(node.value) is not int or not 0 <= node.value <= LONGEST_TERM_DAYS:
            message = (
                f"{node.text or 'no number'} is given; allowed: whole days from 0 to {LONGEST_TERM_DAYS}"
            )
            self._problem(node, "term_days", message)
            return DEFAULT_TERM_DAYS
        return node.value
