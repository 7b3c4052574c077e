"""Which column of a ledger is what: recognised by its name, in English, Chinese or SAP's, or stated."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from openpyxl.utils import get_column_letter

from simkit.errors import UserError
from simkit.portfolio.ledger_file import Cells, Sheet
from simkit.portfolio.ledger_names import COLUMNS
from simkit.portfolio.ledger_text import half_width
from simkit.scenario.problem import did_you_mean, shown

MONEY = ("amount", "paid_amount", "outstanding")
DATES = ("issue_date", "due_date", "paid_date")


@dataclass(frozen=True)
class Vocabulary:
    """The names by which the columns of one kind of table are known.

    Attributes
    ----------
    names : mapping of str to tuple of str
        As :data:`ledger_names.COLUMNS`: each field's names, one text a rank.
    required : tuple of str
        Fields without which the table cannot be read.
    row : str
        What a row holds, for messages.
    """

    names: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...]
    row: str

    @cached_property
    def ranked(self) -> dict[str, tuple[str, int]]:
        """The field and the rank of each name."""
        return {
            name: (field_name, rank)
            for field_name, ranks in self.names.items()
            for rank, names in enumerate(ranks)
            for name in names.split()
        }


LEDGER = Vocabulary(COLUMNS, ("customer_id", "due_date", "amount", "paid_date"), "invoice")

_UNITS = {"万元": 1_000_000, "千元": 100_000, "元": 100, "fen": 1, "cents": 1, "分": 1}
_UNIT = re.compile(r"[(\[_/ ](万元|千元|元|分|cents)[)\]]?$|(fen)$", re.IGNORECASE)
_SEARCHED_ROWS = 30


@dataclass(frozen=True)
class LedgerColumns:
    """Where each field of a ledger stands.

    Attributes
    ----------
    header : tuple of str
        The names of the columns, as written.
    row : int
        The row of the header, as a spreadsheet shows it.
    at : dict of str to int
        The position of each field's column, from 0.
    notes : list of str
        What was recognised, and what else it could have been.
    """

    header: Cells
    row: int
    at: dict[str, int]
    notes: list[str] = field(default_factory=list)

    def title(self, field_name: str) -> str:
        """Return the name of a field's column in the file, or of the field if the file has none."""
        return self.header[self.at[field_name]] if field_name in self.at else field_name

    def unit_fen(self, field_name: str) -> int:
        """Return how many fen one unit of an amount column is: 100 unless its name says 万元, fen, ..."""
        match = _UNIT.search(half_width(self.title(field_name)))
        return _UNITS[(match[1] or match[2]).lower()] if match else 100

    def issue_is_estimated(self) -> bool:
        """Tell whether the issue dates are somebody's estimate, by the name of their column."""
        return bool(re.search(r"est(imated)?$", _folded(self.title("issue_date"))))


def find_columns(
    sheet: Sheet, stated: Mapping[str, str], place: str, known: Vocabulary = LEDGER
) -> LedgerColumns:
    """Return where the fields of a ledger, or of another table with its own vocabulary, stand in a sheet.

    The header is the row, among the first thirty, that names most fields: rows above it are titles.

    Parameters
    ----------
    sheet : Sheet
    stated : mapping of str to str
        The mapping file's ``columns``: field to column name. They win over recognition.
    place : str
        The file (and sheet) for messages.
    known : Vocabulary
        The fields and their names.

    Raises
    ------
    UserError
        If a required field has no column or several of the same rank, or a stated column is absent.
    """
    row = _header_row(sheet, stated, known)
    if row is None:
        raise UserError(
            f"{place}: there is nothing in it; a header row and at least one {known.row} are needed"
        )
    columns = _Columns(sheet, row, stated, known)
    problems = columns.problems()
    if problems:
        listed = ", ".join(shown(name) for name in columns.header if name) or "(none)"
        text = problems[0] if len(problems) == 1 else "\n  ".join([f"{len(problems)} problems:", *problems])
        raise UserError(
            f"{place}: {text}\n  columns in row {row}: {listed}"
            "\n  state them in a mapping file, e.g.  columns: {amount: COLUMN NAME}"
        )
    return LedgerColumns(columns.header, row, columns.at, columns.notes())


def _folded(name: str) -> str:
    return "".join(character for character in half_width(name).lower() if character.isalnum())


def ranked(name: str, known: Vocabulary = LEDGER) -> tuple[str, int] | None:
    """Return the field a column name stands for and the rank of the name, or None.

    Remarks in brackets are passed over, and of a bilingual name either half will do.

    Examples
    --------
    >>> ranked("Invoice No."), ranked("金额（万元）"), ranked("到期日 / Due"), ranked("colour")
    (('invoice_id', 0), ('amount', 1), ('due_date', 0), None)
    """
    bare = re.sub(r"[(\[].*?[)\]]", "", half_width(name))
    chinese, latin = re.sub(r"[^一-鿿]", "", bare), re.sub(r"[一-鿿]", " ", bare)
    unitless = re.sub(r"[_/ ](万元|千元|元|分|cents)$", "", bare)
    variants = (name, bare, unitless, chinese, latin)
    return next(
        (known.ranked[folded] for variant in variants if (folded := _folded(variant)) in known.ranked), None
    )


def _header_row(sheet: Sheet, stated: Mapping[str, str], known: Vocabulary) -> int | None:
    """Return the number of the row that names most fields; of those that name none, the first not blank."""
    best, best_score = None, -1
    searched = 0
    for number, row in enumerate(sheet.rows, start=1):
        if not any(row):
            continue
        named = {found[0] for cell in row if cell and (found := ranked(cell, known))}
        score = len(named | {name for name, title in stated.items() if title in row})
        if score > best_score:
            best, best_score = number, score
        searched += 1
        if searched == _SEARCHED_ROWS:
            break
    return best


class _Columns:
    """Assigns the columns of one sheet, and explains what it could not assign."""

    def __init__(self, sheet: Sheet, row: int, stated: Mapping[str, str], known: Vocabulary) -> None:
        self.header = sheet.rows[row - 1]
        self.stated = stated
        self.known = known
        self.at: dict[str, int] = {}
        self._rows: Sequence[Cells] = sheet.rows[row:]
        self._candidates: dict[str, list[tuple[int, int]]] = {}  # field -> (rank, position), best first
        self._problems: list[str] = []
        self._assign_stated()
        self._assign_recognised()

    def problems(self) -> list[str]:
        """Return what stops the import; a ledger with a single column is most likely no table."""
        missing = [
            name for name in self.known.required if name not in self.at and name not in self._candidates
        ]
        lines = list(self._problems)
        if missing and sum(bool(name) for name in self.header) < 2:
            lines.append("this is not a table: its rows have a single cell")
        else:
            lines += [self._missing(name) for name in missing if name not in self.stated]
        return lines

    def notes(self) -> list[str]:
        """Return which column was taken for what, one line a field that was recognised."""
        lines = []
        for name, position in self.at.items():
            others = [p for _, p in self._candidates.get(name, []) if p != position]
            instead = f", not from {self._titles(others)}" if others else ""
            if name not in self.stated:
                lines.append(f"{name} read from column '{self.header[position]}'{instead}")
        return lines

    def _assign_stated(self) -> None:
        for name, title in self.stated.items():
            positions = [i for i, given in enumerate(self.header) if given == title]
            if not positions:
                hint = did_you_mean(title, filter(None, self.header))
                self._problems.append(
                    f"the mapping takes {name} from column {shown(title)}: no such column{hint}"
                )
            elif len(positions) > 1:
                several = f"{self._titles(positions)} share that name"
                self._problems.append(f"the mapping takes {name} from column {shown(title)}: {several}")
            else:
                self.at[name] = positions[0]

    def _assign_recognised(self) -> None:
        taken = set(self.at.values())
        for position, title in enumerate(self.header):
            found = ranked(title, self.known) if title and position not in taken else None
            if found and found[0] not in self.stated:
                self._candidates.setdefault(found[0], []).append((found[1], position))
        for name, candidates in self._candidates.items():
            used = [c for c in candidates if not self._is_blank(c[1])] if len(candidates) > 1 else candidates
            best = min(used or candidates)
            equal = [position for rank, position in used or candidates if rank == best[0]]
            if len(equal) > 1:
                self._problems.append(
                    f"{len(equal)} columns may be the {name}: {self._titles(equal)}; say which"
                )
            else:
                self.at[name] = best[1]

    def _is_blank(self, position: int) -> bool:
        return not any(len(row) > position and row[position] for row in self._rows)

    def _titles(self, positions: Sequence[int]) -> str:
        return ", ".join(f"'{self.header[p]}' (column {get_column_letter(p + 1)})" for p in positions)

    def _missing(self, name: str) -> str:
        names = " ".join(self.known.names[name]).split()
        near = [title for title in self.header if title and did_you_mean(_folded(title), names)]
        hint = f"; did you mean {', '.join(map(repr, near))}?" if near else ""
        examples = ", ".join([*names[:3], *[n for n in names if not n.isascii()][:2]])
        return f"no column for {name} (recognised names: {examples}, ...){hint}"
