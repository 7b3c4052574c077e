"""Every malformed ledger or mapping gives one clear message, and nothing else."""

from pathlib import Path

import pytest

from simkit.errors import UserError
from simkit.portfolio.ledger_import import read_ledger

LEDGERS = Path(__file__).parent / "ledgers"

LEDGER_CASES = {
    "absent.csv": ["absent.csv: no such file"],
    ".": ["is a folder, not a file", "allowed: .csv,"],
    "empty.csv": ["empty.csv: the file is empty", "a header row"],
    "header_only.csv": ["header_only.csv: there is a header but no row below it"],
    "blank.csv": ["blank.csv: there is nothing in it"],
    "no_amount.csv": ["no column for amount", "金额", "in row 1", "mapping file"],
    "two_customers.csv": [
        "2 columns may be the customer_id: 'Customer ID' (column A), 'Cust Number' (column B); say which"
    ],
    "letter.csv": ["letter.csv: this is not a table: its rows have a single cell"],
    "dutch.csv": ["4 problems:", "no column for due_date", '"Vervaldag"', "columns: {amount: COLUMN NAME}"],
    "near_miss.csv": ["no column for customer_id", "did you mean 'Custommer'?"],
    "broken.csv.gz": ["the gzip data is damaged or cut short"],
    "not_gzip.csv.gz": ["its ending promises gzip but it holds something else"],
    "ledger.json": ["the ending .json is not one that can be read", "allowed: .csv, .tsv"],
    "truncated.parquet": ["the Parquet data is damaged or cut short"],
    "workbook.csv": ["its ending promises text but it holds Excel", "did you mean .xlsx?"],
    "garbage.xlsx": ["its ending promises Excel but it holds something else"],
    "password.xlsx": ["is an old .xls or has a password"],
    "document.xlsx": ["is not a workbook that can be read"],
    "no_usable_sheet.xlsx": [
        "none of its 3 sheets has the needed columns",
        "sheet 'Cover': this is not a table",
        "sheet 'Pivot': 4 problems",
        "sheet 'Empty': there is nothing in it",
    ],
    "mixed_date_orders.csv": [
        "mixed date orders: '13/01/2024' in column 'Invoice Date' can only be day first",
        "'01/14/2024' in column 'Invoice Date' only month first",
        "date_order: day_first",
    ],
    "ambiguous_date_order.csv": [
        "'03/01/2024', which may be day first or month first",
        "date_order: month_first",
    ],
    "ambiguous_decimal.csv": ["'1.234', whose dot may separate thousands or decimals", 'decimal: ","'],
    "all_rejected.csv": [
        "no invoice is left of 4 rows: 4 are rejected",
        '1 x the amount is not positive; first in row 2, Amount: "0"',
        "1 x no customer; first in row 3",
        'not a date in 1980-2099; first in row 4, Due Date: "soon"',
        "due before it was issued ('Invoice Date'); first in row 5",
    ],
    "all_credited.csv": ["no invoice is left of 2 rows: 0 are rejected, 1 are credit notes"],
    "duplicate_columns.csv": ["2 columns may be the amount: 'Amount' (column F), 'Amount' (column G)"],
    "nul_bytes.csv": ["line 2 holds the control character U+0000 (NUL): not a text table"],
    "picture.csv": ["line 2 holds the control character U+001A", "allowed: .csv"],
    "open_quote.csv": ["not a comma-separated table", "is a quote left open?"],
    "bad_encoding.csv": ["not in an encoding that can be read; allowed: utf-8"],
}

MAPPING_CASES = {
    "absent.yaml": ["absent.yaml: no such file"],
    "absent_column.yaml": [
        'the mapping takes amount from column "Amuont": no such column; did you mean "Amount"?'
    ],
    "unknown_key.yaml": [
        "unknown_key.yaml:3: dateorder: unknown key; allowed: columns",
        'did you mean "date_order"?',
    ],
    "many_problems.yaml": [
        "8 problems:",
        "many_problems.yaml:2: columns.amont: unknown key; allowed: customer_id,",
        'did you mean "amount"?',
        "many_problems.yaml:3: columns.due_date: a text is needed",
        'many_problems.yaml:4: date_order: "day" is given; allowed: "iso", "day_first", "month_first"',
        'decimal: ";" is given; allowed: ".", ","',
        'currency: "shells" is no currency',
        'as_of: "2024-13-01" is no date; allowed: YYYY-MM-DD',
        "term_days: ten is given; allowed: whole days from 0 to 365",
        "many_problems.yaml:9: sheet: a text is needed",
    ],
    "list.yaml": ["list.yaml:1: keys and values are needed; allowed keys: columns, date_order"],
    "columns_text.yaml": [
        "columns_text.yaml:1: columns: keys and values are needed; allowed keys: customer_id"
    ],
    "broken.yaml": ["broken.yaml:2: not valid YAML"],
    "early_as_of.yaml": ["the mapping says as_of 2024-01-15", "on 2024-02-02; allowed: that day or later"],
    "wrong_sheet.yaml": ['there is no sheet "Recievables"; allowed: none, as the file is no workbook'],
}


def message(path: Path, mapping: Path | None = None) -> str:
    with pytest.raises(UserError) as caught:
        read_ledger(path, mapping)
    return str(caught.value)


@pytest.mark.parametrize("name", LEDGER_CASES)
def test_a_malformed_ledger_gives_one_clear_message(name: str) -> None:
    text = message(LEDGERS / name)
    assert text.startswith(str(LEDGERS / name))
    for fragment in LEDGER_CASES[name]:
        assert fragment in text
    assert "Traceback" not in text


@pytest.mark.parametrize("name", MAPPING_CASES)
def test_a_malformed_mapping_gives_one_clear_message(name: str) -> None:
    text = message(LEDGERS / "good.csv", LEDGERS / name)
    for fragment in MAPPING_CASES[name]:
        assert fragment in text


def test_the_good_ledger_is_good() -> None:
    assert len(read_ledger(LEDGERS / "good.csv").invoices) == 1


def test_a_mapping_may_not_choose_between_columns_of_one_name() -> None:
    text = message(LEDGERS / "duplicate_columns.csv", LEDGERS / "same_name.yaml")
    assert "'Amount' (column F), 'Amount' (column G) share that name" in text


def test_a_wrong_sheet_names_the_sheets_there_are(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text("sheet: Pivots\n")
    text = message(LEDGERS / "no_usable_sheet.xlsx", tmp_path / "m.yaml")
    assert 'allowed: "Cover", "Pivot", "Empty"; did you mean "Pivot"?' in text


def test_a_path_no_file_can_have_is_refused() -> None:
    assert "no such file" in message(Path("a\0b.csv"))
    assert "cannot be read" in message(Path("x" * 5000 + ".csv"))


def test_every_truncation_of_a_workbook_is_refused_or_read(tmp_path: Path) -> None:
    content = (LEDGERS / "no_usable_sheet.xlsx").read_bytes()
    for cut in range(5, len(content), 97):
        (tmp_path / "cut.xlsx").write_bytes(content[:cut])
        assert "is not a workbook that can be read" in message(tmp_path / "cut.xlsx")


def test_a_damaged_workbook_is_refused_without_a_traceback(tmp_path: Path) -> None:
    content = (LEDGERS / "no_usable_sheet.xlsx").read_bytes()
    for at in range(0, len(content), 53):
        damaged = bytearray(content)
        damaged[at] ^= 0xFF
        (tmp_path / "damaged.xlsx").write_bytes(bytes(damaged))
        message(tmp_path / "damaged.xlsx")


@pytest.mark.parametrize("days", ["-1", "366", "30.5", "true", "''"])
def test_a_term_is_whole_days_within_a_year(tmp_path: Path, days: str) -> None:
    (tmp_path / "m.yaml").write_text(f"term_days: {days}\n")
    assert "allowed: whole days from 0 to 365" in message(LEDGERS / "good.csv", tmp_path / "m.yaml")
