"""The file of a ledger as rows of text, whatever it is stored as: CSV (also gzipped), Parquet or Excel."""

import csv
import datetime
import decimal
import gzip
import hashlib
import io
import re
import warnings
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl.utils.exceptions import InvalidFileException

from simkit.errors import UserError

Cells = tuple[str, ...]

SUFFIXES = {
    ".csv": "text",
    ".tsv": "text",
    ".txt": "text",
    ".csv.gz": "gzip",
    ".parquet": "Parquet",
    ".xlsx": "Excel",
}
"""What each allowed ending promises that the file holds."""

_MAGIC = ((b"PK\x03\x04", "Excel"), (b"PAR1", "Parquet"), (b"\x1f\x8b", "gzip"), (b"%PDF", "PDF"))
_OLE2 = b"\xd0\xcf\x11\xe0"
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
_SNIFFED_ROWS = 30


@dataclass(frozen=True)
class Sheet:
    """The rows of one table as text; ``rows[n - 1]`` is what a spreadsheet shows as row n."""

    name: str
    rows: list[Cells]


@dataclass(frozen=True)
class LedgerFile:
    """A file read whole: its sheets (one, unnamed, unless it is Excel), its sha256 and what was guessed."""

    path: Path
    sha256: str
    sheets: list[Sheet]
    notes: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The file name without its ending."""
        return self.path.name[: -len(_suffix(self.path))]


def read_file(path: Path) -> LedgerFile:
    """Return the rows of a ledger file as text.

    Raises
    ------
    UserError
        If there is no such file, its ending is not allowed or not what it holds, or it is damaged.
    """
    suffix = _suffix(path)
    try:
        if not path.exists():
            _refuse(path, "no such file")
        if not path.is_file():
            _refuse(path, f"is a folder, not a file; {_allowed()}")
        content = path.read_bytes()
    except OSError as error:
        _refuse(path, f"cannot be read: {error.strerror or error}")
    if suffix not in SUFFIXES:
        _refuse(path, f"the ending {suffix or '(none)'} is not one that can be read; {_allowed()}")
    if not content:
        _refuse(path, "the file is empty; a header row and at least one invoice are needed")
    _check_kind(path, content, SUFFIXES[suffix])
    notes: list[str] = []
    if SUFFIXES[suffix] == "Excel":
        sheets = _workbook(path, content)
    elif SUFFIXES[suffix] == "Parquet":
        sheets = [_parquet(path, content)]
    else:
        sheets = [_text_table(path, _unzipped(path, content) if suffix.endswith(".gz") else content, notes)]
    return LedgerFile(path, hashlib.sha256(content).hexdigest(), sheets, notes)


def _suffix(path: Path) -> str:
    name = path.name.lower()
    return next((end for end in sorted(SUFFIXES, key=len, reverse=True) if name.endswith(end)), path.suffix)


def _allowed() -> str:
    return "allowed: " + ", ".join(SUFFIXES)


def _refuse(path: Path, message: str) -> NoReturn:
    raise UserError(f"{path}: {message}")


def _check_kind(path: Path, content: bytes, promised: str) -> None:
    """Refuse a file whose first bytes say that it is something else than its ending promises."""
    if content.startswith(_OLE2):
        _refuse(
            path,
            "is an old .xls or has a password; save it as .xlsx without a password, or as .csv",
        )
    found = next((kind for magic, kind in _MAGIC if content.startswith(magic)), "text")
    if found == promised:
        return
    if found in SUFFIXES.values() and found != "text":
        fitting = next(suffix for suffix, kind in SUFFIXES.items() if kind == found)
        archive = " (or another zip archive)" if found == "Excel" else ""
        _refuse(
            path, f"its ending promises {promised} but it holds {found}{archive}; did you mean {fitting}?"
        )
    held = "something else" if found == "text" else found
    _refuse(path, f"its ending promises {promised} but it holds {held}: damaged, or misnamed; {_allowed()}")


def _unzipped(path: Path, content: bytes) -> bytes:
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        _refuse(path, f"the gzip data is damaged or cut short ({error}); export or copy the file again")


def _cell(value: Any) -> str:
    """Return a value of Excel or Parquet as the text a CSV would hold."""
    if value is None or value != value:  # NaN and NaT differ from themselves
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime.datetime):
        return value.replace(tzinfo=None).isoformat(" ")
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, decimal.Decimal):
        return f"{value:f}"
    return str(value).strip()


def _workbook(path: Path, content: bytes) -> list[Sheet]:
    try:
        with warnings.catch_warnings():  # openpyxl warns of styles it skips; only values are read here
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheets = []
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # some programs write a wrong size, which would cut rows off
            rows = [tuple(_cell(value) for value in row) for row in sheet.iter_rows(values_only=True)]
            sheets.append(Sheet(sheet.title, rows))
    except (
        zipfile.BadZipFile,
        zlib.error,
        InvalidFileException,
        EOFError,
        LookupError,
        NotImplementedError,
        OSError,
        RuntimeError,
        SyntaxError,
        TypeError,
        ValueError,
    ) as error:
        reason = str(error).strip("'\"") or type(error).__name__
        _refuse(path, f"is not a workbook that can be read ({reason}); save it again as .xlsx, or as .csv")
    return sheets


def _parquet(path: Path, content: bytes) -> Sheet:
    try:
        table = pq.read_table(io.BytesIO(content))
        columns = [[_cell(value) for value in column.to_pylist()] for column in table.columns]
    except (pa.ArrowException, OSError, ValueError) as error:
        reason = str(error).splitlines()[0]
        _refuse(path, f"the Parquet data is damaged or cut short ({reason}); export or copy the file again")
    return Sheet("", [tuple(map(str, table.column_names)), *zip(*columns, strict=True)])


def _text_table(path: Path, content: bytes, notes: list[str]) -> Sheet:
    text, encoding = _decoded(path, content)
    if encoding != "utf-8":
        notes.append(f"read as {encoding}")
    delimiter = _delimiter(text)
    if delimiter != ",":
        notes.append(f"cells are separated by {_DELIMITERS[delimiter]}s")
    try:
        rows = [tuple(cell.strip() for cell in row) for row in _records(text, delimiter)]
    except csv.Error as error:
        _refuse(path, f"not a {_DELIMITERS[delimiter]}-separated table: {error}; is a quote left open?")
    return Sheet("", rows)


def _decoded(path: Path, content: bytes) -> tuple[str, str]:
    """Return the text and the encoding it was in: UTF-8 if it can be, else GB18030 or Windows-1252."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif _looks_western(content):
        encodings = ["utf-8-sig", "cp1252", "gb18030"]
    else:
        encodings = ["utf-8-sig", "gb18030", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if strange := _CONTROL.search(text):
            line = text.count("\n", 0, strange.start()) + 1
            code = f"U+{ord(strange[0]):04X}{' (NUL)' if strange[0] == chr(0) else ''}"
            _refuse(path, f"line {line} holds the control character {code}: not a text table; {_allowed()}")
        return text, "utf-8" if encoding == "utf-8-sig" else encoding
    _refuse(path, f"the text is not in an encoding that can be read; allowed: {', '.join(encodings)}")


def _looks_western(content: bytes) -> bool:
    """Tell Windows-1252 from GB18030: an accented letter stands alone, a Chinese character is two bytes."""
    runs = [len(run) for run in re.findall(rb"[\x80-\xff]+", content)]
    return bool(runs) and sum(length == 1 for length in runs) * 2 > len(runs)


def _records(text: str, delimiter: str) -> Iterable[list[str]]:
    # Strict, so that a quote left open is an error and cannot swallow the rows behind it.
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _delimiter(text: str) -> str:
    """Return the delimiter under which most of the first rows have the same number of cells, above one."""

    def fit(delimiter: str) -> tuple[float, int]:
        widths = []
        try:
            for row in _records(text, delimiter):
                if any(cell.strip() for cell in row):
                    widths.append(len(row))
                if len(widths) == _SNIFFED_ROWS:
                    break
        except csv.Error:
            return 0.0, 0
        (width, count), *_ = Counter(widths).most_common(1) or [(1, 0)]
        return (count / len(widths), width) if width > 1 else (0.0, 0)

    return max(_DELIMITERS, key=fit)
