"""Import of a customer master: one row a customer, with its financials and, if known, whether and when it defaulted."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from simkit.errors import UserError
from simkit.portfolio.customer_names import COLUMNS, MASTER, MONEY, SHARES
from simkit.portfolio.customer_ratios import INDICATORS, indicators
from simkit.portfolio.ledger_amounts import DecimalMark, choose_decimal, read_amount
from simkit.portfolio.ledger_columns import LedgerColumns
from simkit.portfolio.ledger_dates import FIRST_YEAR, LAST_YEAR, choose_order, read_dates
from simkit.portfolio.ledger_file import Cells, Sheet, read_file
from simkit.portfolio.ledger_import import choose_sheet, place_of, reasons
from simkit.portfolio.ledger_mapping import LedgerMapping, read_mapping
from simkit.portfolio.ledger_rows import NO, YES, Faults, identifier, mapped
from simkit.portfolio.ledger_text import filled

Texts = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

KEYS = ("columns", "date_order", "decimal", "sheet")
"""What a mapping file of a customer master may state (see `simkit.portfolio.ledger_mapping`)."""

_TEXTS = ("customer_id", "defaulted", "default_date")
_NUMBERS = tuple(name for name in COLUMNS if name not in _TEXTS)
_DEFAULTED = YES | {"default", "defaulted", "bankrupt", "insolvent", "bad", "违约", "破产", "失信"}
_SOUND = NO | {"good", "sound", "active", "正常", "未违约"}
_PARTS = 10**6  # numbers are read to a millionth
_PER_CENT_ABOVE = 5.0


@dataclass(frozen=True, eq=False)
class CustomerMaster:
    """A customer master in canonical form, with an account of every row of its file.

    Attributes
    ----------
    name, sha256 : str
        The file's name without its ending, and the sha256 of its bytes.
    customers : DataFrame
        customer_id, the indicators of :data:`customer_ratios.INDICATORS` (NaN where unknown), defaulted (bool) and
        default_date (NaT where unknown), one row a customer.
    outcomes : bool
        Whether the file says who defaulted.
    rejected, duplicates : DataFrame
        As in `simkit.portfolio.ledger_import.Ledger`.
    notes : list of str
        What was guessed, assumed, or otherwise worth knowing.
    """

    name: str
    sha256: str
    customers: pd.DataFrame
    outcomes: bool
    rejected: pd.DataFrame
    duplicates: pd.DataFrame
    notes: list[str] = field(default_factory=list)

    @property
    def indicators(self) -> pd.DataFrame:
        """The indicators that some customer has, one a column."""
        return self.customers[list(INDICATORS)].dropna(axis=1, how="all")

    def summary(self) -> str:
        """Return the account of the import as text: customers, coverage, reasons for rejection, notes."""
        known = self.customers[list(INDICATORS)].notna().sum()
        lines = [f"{self.name}: {len(self.customers):,} customers", f"sha256 {self.sha256}", ""]
        if self.outcomes:
            lines[0] += f", {int(self.customers['defaulted'].sum()):,} of them defaulted"
        lines += [f"{name:<22}{count:>10,} known" for name, count in known.items() if count]
        if len(self.rejected):
            lines += ["", f"{len(self.rejected):,} rejected rows, by reason:", *reasons(self.rejected)]
        return "\n".join([*lines, "", "notes:", *(f"- {note}" for note in self.notes)])


def read_customers(path: str | Path, mapping: str | Path | None = None) -> CustomerMaster:
    """Return a customer master in canonical form, with an account of every row of its file.

    Parameters
    ----------
    path : str or Path
        CSV, Parquet or Excel, as for a ledger.
    mapping : str or Path, optional
        A YAML file that states columns, date_order, decimal or sheet where recognition is not enough.

    Raises
    ------
    UserError
        If the file or the mapping cannot be read, no column names the customers or none holds an indicator, the order
        of day and month cannot be told, or no customer is left.
    """
    given = read_mapping(Path(mapping), COLUMNS, KEYS) if mapping is not None else LedgerMapping()
    file = read_file(Path(path))
    sheet, columns, choice = choose_sheet(file, given, MASTER)
    place = place_of(file, sheet)
    if not any(name in columns.at for name in _NUMBERS):
        raise UserError(
            f"{place}: no column holds an indicator of the customers; recognised are, among others, "
            "current_ratio (流动比率), debt_ratio (资产负债率), net_assets (净资产); state them in a mapping file"
        )
    return _Reader(sheet, columns, given, place).master(file.name, file.sha256, [*file.notes, *choice])


class _Reader:
    """Reads the used columns of a sheet, noting faults and observations on the way."""

    def __init__(self, sheet: Sheet, columns: LedgerColumns, mapping: LedgerMapping, place: str) -> None:
        below = list(enumerate(sheet.rows[columns.row :], start=columns.row + 1))
        self.columns, self.mapping, self.place = columns, mapping, place
        self.cells: list[Cells] = [row for _, row in below if any(row)]
        self.numbers = np.array([number for number, row in below if any(row)], dtype=np.int64)
        self.faults = Faults()
        self.notes: list[str] = []
        if not self.cells:
            raise UserError(
                f"{place}: there is a header but no row below it; at least one customer is needed"
            )

    def master(self, name: str, sha256: str, notes: list[str]) -> CustomerMaster:
        """Return the customers; the checks run in the order in which a reader of the file meets the columns."""
        customer = mapped(self._column("customer_id"), identifier)
        self._fault("customer_id", customer == "", "no customer")
        copies = self._repeated(customer)
        self._ragged()
        fields = pd.DataFrame({each: self._number(each) for each in _NUMBERS})
        table = indicators(fields)
        for each, (least, most) in INDICATORS.items():
            values = table[each].to_numpy()
            self._fault(each, (values < least) | (values > most), f"{each} is not from {least:g} to {most:g}")
        defaulted, dates = self._outcomes()
        table = table.assign(defaulted=defaulted, default_date=dates)
        table.insert(0, "customer_id", customer)
        is_copy = np.isin(self.numbers, copies["row"].to_numpy())
        rejected = self.faults.table(self.numbers, ~is_copy)
        kept = table[~is_copy & ~self.faults.mask(len(table))].reset_index(drop=True)
        if kept.empty:
            text = f"{self.place}: no customer is left of {len(table):,} rows: {len(rejected):,} are rejected"
            raise UserError("\n".join([text, *reasons(rejected)]))
        outcomes = "defaulted" in self.columns.at or "default_date" in self.columns.at
        return CustomerMaster(
            name, sha256, kept, outcomes, rejected, copies, [*notes, *self.columns.notes, *self.notes]
        )

    def _column(self, name: str) -> Texts:
        position = self.columns.at.get(name)
        if position is None:
            return np.full(len(self.cells), "", dtype=object)
        return np.array([row[position] if len(row) > position else "" for row in self.cells], dtype=object)

    def _fault(self, name: str, mask: Mask, reason: str) -> None:
        self.faults.add(mask, self.columns.title(name), self._column(name), reason)

    def _ragged(self) -> None:
        """Reject rows with more cells than the header: most often an amount such as 1,234 without quotes."""
        width = len(self.columns.header)
        extra: Texts = np.array([" ".join(filter(None, row[width:])) for row in self.cells], dtype=object)
        reason = f"the row has more cells than the header's {width}; is a number with a comma not in quotes?"
        self.faults.add(np.not_equal(extra, "").astype(bool), "beyond the header", extra, reason)

    def _repeated(self, customer: Texts) -> pd.DataFrame:
        """Return the exact copies of earlier rows; reject other rows of a customer that is already there."""
        first: dict[str, int] = {}
        pairs, again = [], np.zeros(len(customer), dtype=bool)
        for i, name in enumerate(customer.tolist()):
            original = first.setdefault(name, i)
            if original != i and self.cells[i] == self.cells[original]:
                pairs.append((int(self.numbers[i]), int(self.numbers[original])))
            elif original != i and name:
                again[i] = True
        self._fault("customer_id", again, "the customer has an earlier row that says something else")
        if pairs:
            self.notes.append(f"exact copies of an earlier row dropped: {len(pairs)} (listed in duplicates)")
        return pd.DataFrame(pairs, columns=["row", "copy_of"]).astype("int64")

    def _number(self, name: str) -> Floats:
        """Return a field as numbers: money in yuan, shares as shares whether written so or in per cent."""
        texts = mapped(self._column(name), filled)
        title = self.columns.title(name)
        money = name in MONEY
        decimal = self.mapping.decimal or (
            choose_decimal(texts, title, self.place) if money else _ratio_mark(texts)
        )
        unit = self.columns.unit_fen(name) if money else _PARTS
        scale = 100 if money else _PARTS
        values = mapped(texts, lambda text: _read(text, decimal, unit, scale)).astype(np.float64)
        self._fault(name, (texts != "") & np.isnan(values), f"not a number with the decimal mark '{decimal}'")
        if name not in SHARES:
            return values
        known = np.abs(values[~np.isnan(values)])
        signed = any("%" in text for text in texts)
        if ("%" in title and not signed) or (known.size and np.median(known) > _PER_CENT_ABOVE):
            self.notes.append(f"column '{title}' is read as per cent")
            return values / 100
        return values

    def _outcomes(self) -> tuple[Mask, pd.Series]:
        """Return who defaulted, and when: a date alone says that it happened."""
        words = mapped(mapped(self._column("defaulted"), filled), str.lower)
        self._fault("defaulted", ~np.isin(words, list(_DEFAULTED | _SOUND)), "neither yes nor no")
        column = read_dates(mapped(self._column("default_date"), filled))
        titled = {self.columns.title("default_date"): column}
        order, note = choose_order(titled, self.mapping.date_order, self.place)
        self.notes += [note] if note else []
        dates, unreadable = column.resolve(order)
        self._fault("default_date", unreadable, f"not a date in {FIRST_YEAR}-{LAST_YEAR}")
        flagged, dated = np.isin(words, list(_DEFAULTED)), dates.notna().to_numpy()
        said_no = np.isin(words, list(_SOUND - {""})) & dated
        self._fault("defaulted", said_no, "no default, but a date of default")
        return flagged | dated, dates


def _ratio_mark(texts: Texts) -> DecimalMark:
    """Return a comma if the ratios of a column hold commas and no dot: three decimals are usual, thousands are not."""
    return "," if any("," in text for text in texts) and not any("." in text for text in texts) else "."


def _read(text: str, decimal: DecimalMark, unit: int, scale: int) -> float:
    """Return a text as a number of units, NaN if it is none; 60 % is 0.6."""
    bare = text.rstrip("%％ ")
    amount = read_amount(bare, decimal, unit) if bare else None
    if amount is None:
        return np.nan
    return amount.fen / scale / (100 if bare != text else 1)
