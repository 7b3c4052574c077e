"""The rows of a ledger, read and judged: each is an invoice line, a credit note, a copy or rejected."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd
from openpyxl.utils import get_column_letter

from simkit.portfolio.ledger_amounts import (
    CURRENCIES,
    LARGEST_FEN,
    Amounts,
    choose_decimal,
    currency_code,
    read_amounts,
)
from simkit.portfolio.ledger_columns import DATES, LedgerColumns
from simkit.portfolio.ledger_dates import FIRST_YEAR, LAST_YEAR, choose_order, read_dates
from simkit.portfolio.ledger_file import Cells, Sheet
from simkit.portfolio.ledger_mapping import LedgerMapping
from simkit.portfolio.ledger_text import filled

Texts = npt.NDArray[np.object_]
Mask = npt.NDArray[np.bool_]

LINE = ["customer_id", "invoice_id", "currency", "due_date"]
"""What tells one invoice line from another: an invoice paid in instalments has a line for each due date."""

ASSUMED_CURRENCY = "CNY"

YES = {"yes", "y", "true", "t", "1", "x", "disputed", "in dispute", "是", "有", "争议", "有争议", "争议中"}
NO = {"", "no", "n", "false", "f", "0", "undisputed", "not disputed", "否", "无", "无争议", "没有"}


@dataclass(frozen=True)
class LedgerRows:
    """The rows of a ledger, judged.

    Attributes
    ----------
    frame : pd.DataFrame
        One row for each row of the file that is not blank: row (its number in a spreadsheet), kind (invoice,
        credit_note, duplicate or rejected), customer_id, invoice_id, credited_invoice, issue_date,
        issue_date_imputed, due_date, paid_date, amount_fen (0 where unreadable), paid_fen, paid_stated,
        currency, disputed.
    rejected : pd.DataFrame
        row, column, value, reason: one line for each rejected row; the reason names further faults.
    duplicates : pd.DataFrame
        row, copy_of: the number of a dropped row and of the equal one that is kept.
    outstanding_only : bool
        Whether what was paid is only told by what is outstanding: on several rows of an invoice, a balance.
    notes : list of str
    """

    frame: pd.DataFrame
    rejected: pd.DataFrame
    duplicates: pd.DataFrame
    outstanding_only: bool
    notes: list[str]


def read_rows(sheet: Sheet, columns: LedgerColumns, mapping: LedgerMapping, place: str) -> LedgerRows:
    """Return every row below the header, read and judged.

    Raises
    ------
    UserError
        If the order of day and month, or the decimal mark, cannot be told.
    """
    return _RowReader(sheet, columns, mapping, place).judged()


@dataclass
class Faults:
    """What is wrong with which rows, in the order of the checks."""

    found: list[tuple[Mask, str, Texts, str]] = field(default_factory=list)

    def add(self, mask: Mask, column: str, values: Texts, reason: str) -> None:
        """Note a fault of the rows in a mask, if there are any."""
        if mask.any():
            self.found.append((mask, column, values, reason))

    def mask(self, size: int) -> Mask:
        """Return which of so many rows have a fault."""
        rejected = np.zeros(size, dtype=bool)
        for mask, *_ in self.found:
            rejected |= mask
        return rejected

    def table(self, numbers: npt.NDArray[np.int64], judged: Mask) -> pd.DataFrame:
        """Return one line for each judged row with a fault: the first in full, the others in its reason."""
        lines: dict[int, list[object]] = {}
        for mask, column, values, reason in self.found:
            for i in np.flatnonzero(mask & judged).tolist():
                if i in lines:
                    lines[i][3] = f"{lines[i][3]}; also {column} '{values[i]}': {reason}"
                else:
                    lines[i] = [int(numbers[i]), column, values[i], reason]
        table = pd.DataFrame([lines[i] for i in sorted(lines)], columns=["row", "column", "value", "reason"])
        return table.astype({"row": "int64", "column": object, "value": object, "reason": object})


class _RowReader:
    """Reads the used columns of a sheet, noting faults and observations on the way."""

    def __init__(self, sheet: Sheet, columns: LedgerColumns, mapping: LedgerMapping, place: str) -> None:
        below = list(enumerate(sheet.rows[columns.row :], start=columns.row + 1))
        self.columns, self.mapping, self.place = columns, mapping, place
        self.cells: list[Cells] = [row for _, row in below if any(row)]
        self.numbers = np.array([number for number, row in below if any(row)], dtype=np.int64)
        self.faults = Faults()
        self.unreadable: dict[str, Mask] = {}
        self.notes: list[str] = []
        if blank := len(below) - len(self.cells):
            self.notes.append(f"blank rows passed over: {blank}")

    def judged(self) -> LedgerRows:
        """Return the rows; the checks run in the order in which a reader of the file meets the columns."""
        duplicates = self._duplicates()
        is_copy = np.isin(self.numbers, duplicates["row"].to_numpy())
        ragged = self._ragged()
        frame = self._texts()
        frame = frame.join(self._dates())
        amounts, money = self._money(frame)
        amounts.fen[ragged] = 0  # the cells of such a row stand in the wrong columns
        frame = frame.assign(amount_fen=amounts.fen, currency=self._currencies(amounts.currency)).join(money)
        frame["disputed"] = self._disputed()
        self._check_dates(frame)
        self._check_payments(frame, amounts.unreadable | amounts.blank)
        self._check_undated_lines(frame, is_copy | self.faults.mask(len(frame)))
        rejected = self.faults.mask(len(frame))
        kind = np.where(frame["amount_fen"] < 0, "credit_note", "invoice").astype(object)
        kind[rejected] = "rejected"
        kind[is_copy] = "duplicate"
        return LedgerRows(
            frame.assign(row=self.numbers, kind=kind),
            self.faults.table(self.numbers, ~is_copy),
            duplicates,
            "outstanding" in self.columns.at and "paid_amount" not in self.columns.at,
            self.notes,
        )

    def _column(self, name: str) -> Texts:
        """Return the cells of a field's column as written; blank ones if the ledger has no such column."""
        position = self.columns.at.get(name)
        if position is None:
            return np.full(len(self.cells), "", dtype=object)
        return np.array([row[position] if len(row) > position else "" for row in self.cells], dtype=object)

    def _filled(self, name: str) -> Texts:
        return mapped(self._column(name), filled)

    def _title(self, name: str) -> str:
        return self.columns.title(name)

    def _fault(self, name: str, mask: Mask, reason: str) -> None:
        self.faults.add(mask, self._title(name), self._column(name), reason)

    def _duplicates(self) -> pd.DataFrame:
        first: dict[Cells, int] = {}
        pairs = []
        for number, row in zip(self.numbers.tolist(), self.cells, strict=True):
            original = first.setdefault(row, number)
            if original != number:
                pairs.append((number, original))
        if pairs:
            self.notes.append(f"exact copies of an earlier row dropped: {len(pairs)} (listed in duplicates)")
        return pd.DataFrame(pairs, columns=["row", "copy_of"]).astype("int64")

    def _ragged(self) -> Mask:
        """Reject rows with more cells than the header: most often an amount such as 1,234 without quotes."""
        width = len(self.columns.header)
        extra: Texts = np.array(
            [" ".join(cell for cell in row[width:] if cell) for row in self.cells], dtype=object
        )
        ragged: Mask = np.not_equal(extra, "").astype(bool)
        self.faults.add(
            ragged,
            f"beyond {get_column_letter(width)}",
            extra,
            f"the row has more cells than the header's {width}; is an amount with a comma not in quotes?",
        )
        return ragged

    def _texts(self) -> pd.DataFrame:
        names = ("customer_id", "invoice_id", "credited_invoice")
        customer, invoice, credited = (mapped(self._column(name), identifier) for name in names)
        self._fault("customer_id", customer == "", "no customer")
        unnumbered = invoice == ""
        if unnumbered.any():
            self.notes.append(
                f"rows without an invoice number: {unnumbered.sum()}; each is an invoice named after its row"
            )
            invoice = np.where(unnumbered, [f"row-{number}" for number in self.numbers], invoice)
        return pd.DataFrame({"customer_id": customer, "invoice_id": invoice, "credited_invoice": credited})

    def _dates(self) -> pd.DataFrame:
        read = {name: read_dates(self._filled(name)) for name in DATES if name in self.columns.at}
        titled = {self._title(name): column for name, column in read.items()}
        order, note = choose_order(titled, self.mapping.date_order, self.place)
        self.notes += [note] if note else []
        dates = {}
        for name, column in read.items():
            dates[name], unreadable = column.resolve(order)
            self.unreadable[name] = unreadable
            written = "" if order == "iso" else f" written {order.replace('_', ' ')}"
            reason = f"not a date{written} in {FIRST_YEAR}-{LAST_YEAR}"
            self._fault(name, unreadable, reason)
        frame = pd.DataFrame(dates, index=range(len(self.cells)), columns=list(DATES))
        frame = frame.astype("datetime64[ns]")
        flags = mapped(self._filled("issue_date_imputed"), lambda text: text.lower() in YES).astype(bool)
        frame["issue_date_imputed"] = flags | self.columns.issue_is_estimated() | frame["issue_date"].isna()
        return frame

    def _money(self, frame: pd.DataFrame) -> tuple[Amounts, pd.DataFrame]:
        """Return the amounts, and what was paid: as stated, less what is outstanding, or all if dated."""
        amounts = self._amounts("amount")
        self._fault("amount", amounts.blank, "no amount")
        zero = (amounts.fen == 0) & ~amounts.blank & ~amounts.unreadable
        self._fault("amount", zero, "the amount is not positive")
        paid, outstanding = self._amounts("paid_amount"), self._amounts("outstanding")
        both = ~paid.blank & ~outstanding.blank
        differ = int((both & (paid.fen + outstanding.fen != amounts.fen)).sum())
        if differ:
            self.notes.append(
                f"rows whose paid and outstanding amounts do not add up: {differ}; the paid one is believed"
            )
        everything = np.where(frame["paid_date"].notna(), amounts.fen, 0)
        inferred = np.where(outstanding.blank, everything, amounts.fen - outstanding.fen)
        stated = ~(paid.blank & outstanding.blank)
        fen = np.where(paid.blank, inferred, paid.fen)
        return amounts, pd.DataFrame({"paid_fen": fen, "paid_stated": stated})

    def _amounts(self, name: str) -> Amounts:
        texts = self._filled(name)
        title = self._title(name)
        unit = self.columns.unit_fen(name)
        # In ten thousands of yuan three decimals are usual, so they raise no doubt.
        decimal = self.mapping.decimal or ("." if unit > 100 else choose_decimal(texts, title, self.place))
        amounts = read_amounts(texts, decimal, unit)
        if decimal == "," and name in self.columns.at:
            self.notes.append(f"the decimal mark of column '{title}' is a comma")
        if unit != 100:
            self.notes.append(f"one unit of column '{title}' is {unit:,} fen, by its name")
        largest = f"{LARGEST_FEN // 100:,}"
        reason = f"not an amount with the decimal mark '{decimal}', of at most {largest}"
        self._fault(name, amounts.unreadable, reason)
        return amounts

    def _currencies(self, by_sign: Texts) -> Texts:
        """Return each row's currency: its own column, else the sign at its amount, else the ledger's."""
        texts = self._filled("currency")
        codes = mapped(texts, lambda text: currency_code(text) if text else None)
        unknown = (texts != "") & pd.isna(codes)
        signs = ", ".join(list(CURRENCIES)[:4])
        self._fault(
            "currency", unknown, f"not a currency; allowed: a code such as CNY or USD, or {signs}, ..."
        )
        codes = np.where(pd.isna(codes), by_sign, codes)
        silent = pd.isna(codes)
        default = self.mapping.currency or ASSUMED_CURRENCY
        if silent.any() and not self.mapping.currency:
            self.notes.append(
                f"rows that name no currency: {silent.sum()}; assumption: {default} (a mapping may say else)"
            )
        return np.where(silent, default, codes)

    def _disputed(self) -> Mask:
        texts = self._filled("disputed")
        words = mapped(texts, str.lower)
        unknown = ~np.isin(words, list(YES | NO))
        self._fault("disputed", unknown, "neither yes nor no")
        return np.isin(words, list(YES))

    def _check_dates(self, frame: pd.DataFrame) -> None:
        """Reject invoices without a due date, or due or paid before they were issued.

        An issue date that is somebody's estimate proves nothing against a due or paid date, so it is moved
        instead. A credit note needs no dates.
        """
        invoice = frame["amount_fen"].to_numpy() >= 0
        missing = invoice & frame["due_date"].isna().to_numpy() & ~self.unreadable["due_date"]
        self._fault("due_date", missing, "no due date")
        firm = invoice & ~frame["issue_date_imputed"].to_numpy()
        for name, word in (("due_date", "due"), ("paid_date", "paid")):
            early = firm & (frame[name] < frame["issue_date"]).to_numpy()
            self._fault(name, early, f"{word} before it was issued ('{self._title('issue_date')}')")

    def _check_payments(self, frame: pd.DataFrame, unknown: Mask) -> None:
        """Reject invoices whose paid amount and paid date contradict each other."""
        name = "paid_amount" if "paid_amount" in self.columns.at else "outstanding"
        invoice = (frame["amount_fen"] > 0).to_numpy() & frame["paid_stated"].to_numpy() & ~unknown
        dated = frame["paid_date"].notna().to_numpy()
        paid, amount = frame["paid_fen"].to_numpy(), frame["amount_fen"].to_numpy()
        checks = (
            (paid < 0, "less than nothing was paid"),
            ((paid >= amount) & ~dated, f"paid in full, but '{self._title('paid_date')}' is blank"),
            ((paid == 0) & dated, f"nothing was paid, but '{self._title('paid_date')}' is filled"),
        )
        for mask, reason in checks:
            self._fault(name, invoice & mask, reason)

    def _check_undated_lines(self, frame: pd.DataFrame, out: Mask) -> None:
        """Reject rows that only together pay their invoice in full, none of them saying when."""
        rows = frame[~out & frame["paid_stated"] & (frame["amount_fen"] > 0)]
        groups = rows.groupby(LINE)
        equal = groups["amount_fen"].transform("nunique") == 1
        undated = groups["paid_date"].transform("count") == 0
        full = equal & undated & (groups["paid_fen"].transform("sum") == rows["amount_fen"])
        mask = full.reindex(frame.index, fill_value=False).to_numpy(dtype=bool)
        self._fault("paid_date", mask, "its rows pay the invoice in full, but none says when")


def mapped(texts: Texts, function: Callable[[str], object]) -> Texts:
    """Return a function of each text, worked out once per distinct text."""
    codes, distinct = pd.factorize(texts)
    results = np.empty(len(distinct), dtype=object)
    results[:] = [function(text) for text in distinct]
    return results[codes]


def identifier(text: str) -> str:
    """Return an id as it was before a float took hold of it: 1930438491.0 is 1930438491."""
    text = filled(text)
    return text[:-2] if text.endswith(".0") and text[:-2].isdecimal() else text
