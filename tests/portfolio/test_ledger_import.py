"""The import of a ledger, from file to canonical invoices."""

import gzip
import hashlib
from decimal import Decimal
from pathlib import Path

import openpyxl
import pandas as pd
import pandera.errors
import pytest

from simkit.errors import UserError
from simkit.portfolio.ledger_contract import INVOICES
from simkit.portfolio.ledger_import import Ledger, read_ledger

HEADER = "Customer ID,Invoice No,Invoice Date,Due Date,Paid Date,Amount"
SHARED = Path("../shared/data")


@pytest.fixture
def imported(tmp_path: Path):
    def run(text: str, mapping: str | None = None, encoding: str = "utf-8") -> Ledger:
        (tmp_path / "ledger.csv").write_bytes(text.encode(encoding))
        if mapping is None:
            return read_ledger(tmp_path / "ledger.csv")
        (tmp_path / "mapping.yaml").write_text(mapping, encoding="utf-8")
        return read_ledger(tmp_path / "ledger.csv", str(tmp_path / "mapping.yaml"))

    return run


def lines(*rows: str, header: str = HEADER) -> str:
    return "\n".join([header, *rows]) + "\n"


def only(ledger: Ledger) -> pd.Series:
    assert len(ledger.invoices) == 1
    return ledger.invoices.iloc[0]


def total(ledger: Ledger, item: str, currency: str = "CNY") -> tuple[int, int]:
    row = ledger.totals.set_index(["currency", "item"]).loc[(currency, item)]
    return int(row["rows"]), int(row["amount_fen"])


def assert_balanced(ledger: Ledger) -> None:
    for _, totals in ledger.totals.groupby("currency"):
        whole = totals["item"] == "file"
        for column in ("rows", "amount_fen"):
            assert totals.loc[whole, column].sum() == totals.loc[~whole, column].sum()


def test_an_english_ledger(imported) -> None:
    ledger = imported(
        lines(
            'C1,1001,2024-01-01,2024-01-31,2024-02-02,"1,234.50"',
            "C2,1002,2024-01-05,2024-02-04,,80",
        )
    )
    INVOICES.validate(ledger.invoices)
    first, second = ledger.invoices.to_dict("records")
    assert first == {
        "invoice_id": "1001",
        "customer_id": "C1",
        "issue_date": pd.Timestamp("2024-01-01"),
        "issue_date_imputed": False,
        "due_date": pd.Timestamp("2024-01-31"),
        "paid_date": pd.Timestamp("2024-02-02"),
        "amount_fen": 123_450,
        "paid_fen": 123_450,
        "currency": "CNY",
        "disputed": False,
        "status": "paid",
    }
    assert second["paid_date"] is pd.NaT
    assert (second["paid_fen"], second["status"]) == (0, "open")
    assert ledger.as_of == pd.Timestamp("2024-02-02")
    assert ledger.name == "ledger"
    assert "rows that name no currency: 2; assumption: CNY (a mapping may say else)" in ledger.notes
    assert_balanced(ledger)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_chinese_ledger(imported, encoding: str) -> None:
    ledger = imported(
        "应收账款台账\n\n客户编号,客户名称,发票号,开票日期,到期日,回款日期,金额（万元）,已回款（元）,币种,是否争议\n"
        'K001,上海某某贸易有限公司,０００１,2024年1月5日,2024/2/4,2024.2.1,1.5,"￥15,000.00",人民币,否\n'
        "K002,北京某某科技公司,0002,2024年1月6日,2024/2/5,,0.25,,人民币,有争议\n",
        encoding=encoding,
    )
    first, second = ledger.invoices.to_dict("records")
    assert (first["customer_id"], first["invoice_id"], first["amount_fen"]) == ("K001", "0001", 1_500_000)
    assert (first["paid_fen"], first["status"], first["disputed"]) == (1_500_000, "paid", False)
    assert first["issue_date"] == pd.Timestamp("2024-01-05")
    assert (second["status"], second["disputed"], second["amount_fen"]) == ("open", True, 250_000)
    assert "the header is row 3" in ledger.notes
    assert ledger.rejected.empty
    assert any("1,000,000 fen" in note for note in ledger.notes)
    assert (f"read as {encoding}" in ledger.notes) == (encoding in ("gb18030", "utf-16"))


def test_a_western_ledger_with_decimal_commas(imported) -> None:
    ledger = imported(
        "Customer;Due date;Paid date;Amount\nMüller;31.01.2024;02.02.2024;1.234,50\nFrançois;15.02.2024;;7,5\n",
        encoding="cp1252",
    )
    assert ledger.invoices["customer_id"].tolist() == ["Müller", "François"]
    assert ledger.invoices["amount_fen"].tolist() == [123_450, 750]
    assert {"read as cp1252", "cells are separated by semicolons"} < set(ledger.notes)
    assert "the decimal mark of column 'Amount' is a comma" in ledger.notes
    assert any(note.startswith("dates are day first: '31.01.2024'") for note in ledger.notes)


def test_every_storage_holds_the_same_ledger(imported, tmp_path: Path) -> None:
    text = lines("C1,1001,2024-01-01,2024-01-31,2024-02-02,1234.5", "C2,1002,2024-01-05,2024-02-04,,80")
    expected = imported(text)
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(text.encode()))
    (tmp_path / "b.TSV").write_text(text.replace(",", "\t"))
    frame = pd.read_csv(tmp_path / "ledger.csv", parse_dates=["Invoice Date", "Due Date", "Paid Date"])
    frame.to_parquet(tmp_path / "c.parquet")
    frame.astype({"Amount": object}).assign(Amount=[1234.5, 80]).to_excel(tmp_path / "d.xlsx", index=False)
    for name in ("a.csv.gz", "b.TSV", "c.parquet", "d.xlsx"):
        ledger = read_ledger(tmp_path / name)
        pd.testing.assert_frame_equal(ledger.invoices, expected.invoices)
        pd.testing.assert_frame_equal(ledger.totals, expected.totals)
        assert ledger.name == name[0]
        assert ledger.sha256 == hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()


def workbook(path: Path, **sheets: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_a_workbook_with_a_cover_titles_serials_and_a_total(tmp_path: Path) -> None:
    rows = [
        ["Receivables"],
        [],
        ["Customer ID", "Due date", "Paid date", "Amount", "In dispute", "Currency"],
        [1001, 45322, 45324.5, 99.1, True, "USD"],
        [],
        [1002.0, "2024-02-04", None, 5, False, "EUR"],
        ["Total", None, None, 104.1, None, None],
    ]
    ledger = read_ledger(workbook(tmp_path / "l.xlsx", Cover=[["Receivables of 2024"]], Data=rows))
    assert ledger.invoices["customer_id"].tolist() == ["1001", "1002"]
    assert ledger.invoices["due_date"].tolist() == [pd.Timestamp("2024-01-31"), pd.Timestamp("2024-02-04")]
    assert ledger.invoices["paid_date"][0] == pd.Timestamp("2024-02-02")
    assert ledger.invoices["disputed"].tolist() == [True, False]
    assert ledger.rejected.to_dict("records") == [
        {"row": 7, "column": "Due date", "value": "", "reason": "no due date"}
    ]
    assert "sheet 'Data' read, of 'Cover', 'Data'" in ledger.notes
    assert "blank rows passed over: 1" in ledger.notes
    assert "2 currencies (EUR, USD), not converted into each other" in ledger.notes
    assert_balanced(ledger)


def test_a_stated_sheet_is_read(tmp_path: Path) -> None:
    rows = [["Customer ID", "Due date", "Paid date", "Amount"], ["A", "2024-01-31", None, 5]]
    path = workbook(tmp_path / "l.xlsx", First=rows, Second=[rows[0], ["B", "2024-01-31", None, 5]])
    (tmp_path / "m.yaml").write_text("sheet: Second\n")
    assert only(read_ledger(path))["customer_id"] == "A"
    assert only(read_ledger(path, tmp_path / "m.yaml"))["customer_id"] == "B"


def test_parquet_values_of_every_type(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "customer": pd.Categorical(["A", "B"]),
            "invoice_id": [1930438491.0, None],
            "due_date": [
                pd.Timestamp("2024-01-31", tz="Asia/Shanghai"),
                pd.Timestamp("2024-02-28", tz="Asia/Shanghai"),
            ],
            "paid_date": [pd.Timestamp("2024-02-01").date(), None],
            "amount": [Decimal("10.50"), Decimal("12.00")],
            "disputed": [True, None],
        }
    )
    frame.to_parquet(tmp_path / "l.parquet")
    ledger = read_ledger(tmp_path / "l.parquet")
    assert ledger.invoices["invoice_id"].tolist() == ["1930438491", "row-3"]
    assert ledger.invoices["amount_fen"].tolist() == [1050, 1200]
    assert ledger.invoices["due_date"].tolist() == [pd.Timestamp("2024-01-31"), pd.Timestamp("2024-02-28")]
    assert ledger.invoices["status"].tolist() == ["paid", "open"]


def test_numbers_that_went_through_floats_are_whole_again(imported) -> None:
    rows = ["77.0,1930438491.0,20240101.0,20240131.0,2024-02-02,5", "78.0,,20240102.0,20240131.0,,5"]
    ledger = imported(lines(*rows))
    assert ledger.invoices["customer_id"].tolist() == ["77", "78"]
    assert ledger.invoices["invoice_id"].tolist() == ["1930438491", "row-3"]
    assert ledger.invoices["due_date"][0] == pd.Timestamp("2024-01-31")


@pytest.mark.parametrize(
    ("row", "column", "value", "reason"),
    [
        (",2,2024-01-01,2024-01-31,,5", "Customer ID", "", "no customer"),
        ("C1,2,2024-01-01,2024-01-31,,", "Amount", "", "no amount"),
        (
            "C1,2,2024-01-01,2024-01-31,,ten",
            "Amount",
            "ten",
            "not an amount with the decimal mark '.', of at most",
        ),
        ("C1,2,2024-01-01,2024-01-31,,0.00", "Amount", "0.00", "the amount is not positive"),
        ("C1,2,2024-01-01,,,5", "Due Date", "", "no due date"),
        ("C1,2,2024-01-01,0000-00-00,,5", "Due Date", "0000-00-00", "no due date"),
        ("C1,2,2024-01-01,end of month,,5", "Due Date", "end of month", "not a date in 1980-2099"),
        ("C1,2,2024-01-32,2024-01-31,,5", "Invoice Date", "2024-01-32", "not a date in 1980-2099"),
        (
            "C1,2,2024-01-01,2023-12-31,,5",
            "Due Date",
            "2023-12-31",
            "due before it was issued ('Invoice Date')",
        ),
        ("C1,2,2024-01-02,2024-01-31,2024-01-01,5", "Paid Date", "2024-01-01", "paid before it was issued"),
        (
            "C1,2,2024-01-01,2024-01-31,,1,234.50",
            "beyond F",
            "234.50",
            "the row has more cells than the header's 6",
        ),
    ],
)
def test_a_wrong_row_is_rejected_with_its_reason(
    imported, row: str, column: str, value: str, reason: str
) -> None:
    ledger = imported(lines("C1,1,2024-01-01,2024-01-31,2024-02-02,100", "", row))
    assert len(ledger.invoices) == 1
    (rejected,) = ledger.rejected.to_dict("records")
    assert (rejected["row"], rejected["column"], rejected["value"]) == (4, column, value)
    assert rejected["reason"].startswith(reason)
    assert total(ledger, "file")[0] == 2
    assert total(ledger, "rejected")[0] == 1
    assert_balanced(ledger)


def test_a_rejected_row_names_its_further_faults(imported) -> None:
    ledger = imported(lines("C1,1,2024-01-01,2024-01-31,2024-02-02,100", ",2,2024-01-01,soon,,ten"))
    (rejected,) = ledger.rejected.to_dict("records")
    assert rejected["column"] == "Customer ID"
    assert rejected["reason"].startswith(
        "no customer; also Due Date 'soon': not a date in 1980-2099; also Amount 'ten'"
    )


def test_the_amount_of_a_rejected_row_is_accounted_for(imported) -> None:
    ledger = imported(lines("C1,1,2024-01-01,2024-01-31,2024-02-02,100", "C1,2,2024-01-01,,,7.77"))
    assert total(ledger, "rejected") == (1, 777)
    assert total(ledger, "kept") == (1, 10_000)
    assert total(ledger, "file") == (2, 10_777)


def test_exact_copies_count_once_and_are_listed(imported) -> None:
    row = "C1,1,2024-01-01,2024-01-31,2024-02-02,100"
    ledger = imported(lines(row, "C2,2,2024-01-01,2024-01-31,,5", row, f" {row} "))
    assert ledger.invoices["amount_fen"].tolist() == [10_000, 500]
    assert ledger.duplicates.to_dict("records") == [{"row": 4, "copy_of": 2}, {"row": 5, "copy_of": 2}]
    assert total(ledger, "duplicate") == (2, 20_000)
    assert "exact copies of an earlier row dropped: 2 (listed in duplicates)" in ledger.notes
    assert_balanced(ledger)


def test_a_copy_of_a_rejected_row_is_not_rejected_twice(imported) -> None:
    ledger = imported(lines("C1,1,2024-01-01,2024-01-31,,100", ",2,2024-01-01,,,5", ",2,2024-01-01,,,5"))
    assert ledger.rejected["row"].tolist() == [3]
    assert ledger.duplicates["row"].tolist() == [4]
    assert_balanced(ledger)


PAID_HEADER = HEADER + ",Amount paid"
OUTSTANDING_HEADER = HEADER + ",Outstanding"


def test_part_rows_of_an_invoice_add_up(imported) -> None:
    ledger = imported(
        lines(
            "C1,1,2024-01-01,2024-01-31,2024-02-10,60",
            "C2,1,2024-01-01,2024-01-31,,5",
            "C1,1,2024-01-01,2024-01-31,2024-02-02,40",
        )
    )
    first, second = ledger.invoices.to_dict("records")
    assert (first["amount_fen"], first["paid_fen"], first["status"]) == (10_000, 10_000, "paid")
    assert first["paid_date"] == pd.Timestamp("2024-02-10")
    assert (second["customer_id"], second["status"]) == ("C2", "open")
    assert "invoices with several rows: 1; their amounts and payments are added up" in ledger.notes
    assert total(ledger, "kept") == (3, 10_500)
    assert_balanced(ledger)


def test_an_open_part_leaves_the_invoice_partial(imported) -> None:
    invoice = only(
        imported(lines("C1,1,2024-01-01,2024-01-31,2024-02-10,60", "C1,1,2024-01-01,2024-01-31,,40"))
    )
    assert (invoice["amount_fen"], invoice["paid_fen"], invoice["status"]) == (10_000, 6_000, "partial")
    assert invoice["paid_date"] == pd.Timestamp("2024-02-10")


def test_payment_rows_that_repeat_the_amount_count_it_once(imported) -> None:
    ledger = imported(
        lines(
            "C1,1,2024-01-01,2024-01-31,2024-02-10,100,70",
            "C1,1,2024-01-01,2024-01-31,2024-02-02,100,30",
            "C2,2,2024-01-01,2024-01-31,2024-02-02,100,30",
            header=PAID_HEADER,
        )
    )
    first, second = ledger.invoices.to_dict("records")
    assert (first["amount_fen"], first["paid_fen"], first["status"]) == (10_000, 10_000, "paid")
    assert first["paid_date"] == pd.Timestamp("2024-02-10")
    assert (second["paid_fen"], second["status"], second["paid_date"]) == (
        3_000,
        "partial",
        pd.Timestamp("2024-02-02"),
    )
    assert total(ledger, "repeated") == (1, 10_000)
    assert "rows that repeat the amount of an invoice beside a further payment: 1" in ledger.notes
    assert_balanced(ledger)


def test_equal_lines_paid_beyond_one_of_them_are_lines(imported) -> None:
    invoice = only(
        imported(
            lines(
                "C1,1,2024-01-01,2024-01-31,2024-02-10,100,100",
                "C1,1,2024-01-01,2024-01-31,2024-02-02,100,100",
                header=PAID_HEADER,
            )
        )
    )
    assert (invoice["amount_fen"], invoice["paid_fen"], invoice["status"]) == (20_000, 20_000, "paid")


def test_the_payment_that_settles_gives_the_paid_date(imported) -> None:
    rows = ["40,2024-02-01", "60,2024-02-09", "10,2024-03-01"]
    text = lines(
        *(f"C1,1,2024-01-01,2024-01-31,{date},{amount},{paid}" for (paid, date), amount in zip(
            (row.split(",") for row in rows), (50, 40, 10), strict=True)),
        header=PAID_HEADER,
    )  # fmt: skip
    invoice = only(imported(text))
    assert (invoice["amount_fen"], invoice["paid_fen"]) == (10_000, 11_000)
    assert invoice["paid_date"] == pd.Timestamp("2024-02-09")


def test_a_falling_balance_is_not_added_up(imported) -> None:
    ledger = imported(
        lines(
            "C1,1,2024-01-01,2024-01-31,2024-02-10,100,0",
            "C1,1,2024-01-01,2024-01-31,2024-02-02,100,70",
            "C1,1,2024-01-01,2024-01-31,2024-02-05,100,20",
            "C2,2,2024-01-01,2024-01-31,2024-02-05,100,20",
            header=OUTSTANDING_HEADER,
        )
    )
    first, second = ledger.invoices.to_dict("records")
    assert (first["amount_fen"], first["paid_fen"], first["status"]) == (10_000, 10_000, "paid")
    assert first["paid_date"] == pd.Timestamp("2024-02-10")
    assert (second["paid_fen"], second["status"]) == (8_000, "partial")
    assert total(ledger, "repeated") == (2, 20_000)
    assert_balanced(ledger)


def test_instalments_are_lines_of_their_own(imported) -> None:
    ledger = imported(lines("C1,1,2024-01-01,2024-01-31,2024-02-02,30", "C1,1,2024-01-01,2024-02-29,,70"))
    assert ledger.invoices["status"].tolist() == ["paid", "open"]


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("C1,2,2024-01-01,2024-01-31,,100,100", "Amount paid", "paid in full, but 'Paid Date' is blank"),
        (
            "C1,2,2024-01-01,2024-01-31,2024-02-02,100,0",
            "Amount paid",
            "nothing was paid, but 'Paid Date' is filled",
        ),
        ("C1,2,2024-01-01,2024-01-31,2024-02-02,100,-5", "Amount paid", "less than nothing was paid"),
        ("C1,2,2024-01-01,2024-01-31,2024-02-02,100,x", "Amount paid", "not an amount"),
    ],
)
def test_contradicting_payments_are_rejected(imported, row: str, column: str, reason: str) -> None:
    ledger = imported(lines("C1,1,2024-01-01,2024-01-31,,100,40", row, header=PAID_HEADER))
    assert only(ledger)["status"] == "partial"
    assert only(ledger)["paid_date"] is pd.NaT
    (rejected,) = ledger.rejected.to_dict("records")
    assert (rejected["row"], rejected["column"]) == (3, column)
    assert rejected["reason"].startswith(reason)


def test_rows_that_together_pay_on_an_unknown_day_are_rejected(imported) -> None:
    rows = ["C1,1,2024-01-01,2024-01-31,,100,40", "C1,1,2024-01-01,2024-01-31,,100,60"]
    ledger = imported(lines(*rows, "C1,2,2024-01-01,2024-01-31,,100,40", header=PAID_HEADER))
    assert only(ledger)["invoice_id"] == "2"
    assert set(ledger.rejected["reason"]) == {"its rows pay the invoice in full, but none says when"}
    assert_balanced(ledger)


def test_a_row_rejected_for_another_reason_does_not_drag_its_invoice_along(imported) -> None:
    rows = ["C1,1,2024-01-01,2024-01-31,,100,40,no", "C1,1,2024-01-01,2024-01-31,,100,60,perhaps"]
    ledger = imported(lines(*rows, header=PAID_HEADER + ",Disputed"))
    assert (only(ledger)["paid_fen"], only(ledger)["status"]) == (4_000, "partial")
    assert ledger.rejected["row"].tolist() == [3]


def test_paid_wins_over_outstanding_where_they_contradict(imported) -> None:
    header = PAID_HEADER + ",Outstanding"
    ledger = imported(
        lines(
            "C1,1,2024-01-01,2024-01-31,2024-02-02,100,40,50",
            "C1,2,2024-01-01,2024-01-31,2024-02-02,100,,30",
            "C1,3,2024-01-01,2024-01-31,2024-02-02,100,,",
            "C1,4,2024-01-01,2024-01-31,2024-02-02,100,130,-30",
            header=header,
        )
    )
    assert ledger.invoices["paid_fen"].tolist() == [4_000, 7_000, 10_000, 13_000]
    assert (
        "rows whose paid and outstanding amounts do not add up: 1; the paid one is believed" in ledger.notes
    )
    assert "invoices paid beyond their amount: 1" in ledger.notes


def test_a_credit_note_goes_to_the_invoice_it_names(imported) -> None:
    ledger = imported(
        lines(
            "C1,1,2024-01-01,2024-01-31,,100,",
            "C1,2,2024-01-02,2024-02-01,,100,",
            "C1,K9,2024-01-20,,,(30),2",
            "C1,1,,,,-10,",
            header=HEADER + ",Applies to",
        )
    )
    assert ledger.invoices["amount_fen"].tolist() == [9_000, 7_000]
    applied = ledger.credits[["row", "amount_fen", "applied_to", "applied_fen", "unapplied_fen"]]
    assert applied.to_numpy().tolist() == [[4, -3_000, "2", 3_000, 0], [5, -1_000, "1", 1_000, 0]]
    assert set(ledger.credits["customer_id"]) == {"C1"}
    assert total(ledger, "credit_note") == (2, -4_000)
    assert total(ledger, "credited") == (0, 4_000)
    assert_balanced(ledger)


def test_a_credit_note_that_names_none_goes_to_the_oldest_open_invoices(imported) -> None:
    ledger = imported(
        lines(
            "C1,young,2024-03-01,2024-03-31,,100",
            "C1,paid,2024-01-01,2024-01-31,2024-02-01,100",
            "C1,old,2024-02-01,2024-03-01,,50",
            "C2,other,2024-01-01,2024-03-01,,50",
            "C1,K1,2024-04-01,,,-70",
        )
    )
    amounts = ledger.invoices.set_index("invoice_id")["amount_fen"].to_dict()
    assert amounts == {"young": 8_000, "paid": 10_000, "other": 5_000}
    assert ledger.credits["applied_to"].tolist() == ["old, young"]
    assert "invoices credited in full and left out: 1" in ledger.notes
    assert total(ledger, "credited") == (1, 7_000)
    assert_balanced(ledger)


def test_a_credit_note_without_an_invoice_is_listed(imported) -> None:
    ledger = imported(
        lines(
            "C1,1,2024-01-01,2024-01-31,,50,USD",
            "C1,K1,2024-04-01,,,-70.55,EUR",
            "C1,K2,,,,-80,USD",
            "C3,,,,,-1,USD",
            "C4,9,2024-01-01,2024-01-31,,50,USD",
            header=HEADER + ",Currency",
        )
    )
    assert ledger.credits["unapplied_fen"].tolist() == [7_055, 3_000, 100]
    assert "credit notes that no invoice takes in full: 3 (the rest is listed as unapplied)" in ledger.notes
    assert "  row 3: C1, 70.55 EUR" in ledger.summary()
    assert total(ledger, "kept", "EUR") == (0, 0)
    assert total(ledger, "credit_note", "EUR") == (1, -7_055)
    assert_balanced(ledger)


def test_an_invoice_paid_net_of_its_credit_note_is_paid(imported) -> None:
    invoice = only(imported(lines("C1,1,2024-01-01,2024-01-31,2024-02-02,100", "C1,1,2024-01-20,,,-20")))
    assert (invoice["amount_fen"], invoice["paid_fen"], invoice["status"]) == (8_000, 8_000, "paid")


def test_a_stated_payment_leaves_only_the_rest_to_credit(imported) -> None:
    ledger = imported(
        lines(
            "C1,1,2024-01-01,2024-01-31,2024-02-02,100,80",
            "C1,1,2024-01-20,,,-30,",
            "C2,2,2024-01-01,2024-01-31,,100,80",
            "C2,2,2024-01-20,,,-5,",
            header=PAID_HEADER,
        )
    )
    first, second = ledger.invoices.to_dict("records")
    assert (first["amount_fen"], first["paid_fen"], first["status"]) == (8_000, 8_000, "paid")
    assert first["paid_date"] == pd.Timestamp("2024-02-02")
    assert (second["amount_fen"], second["status"]) == (10_000, "partial")
    assert ledger.credits["unapplied_fen"].tolist() == [1_000, 500]
    assert_balanced(ledger)


def test_currencies_come_from_the_column_the_sign_or_the_mapping(imported) -> None:
    header = HEADER + ",Currency"
    text = lines(
        "C1,1,2024-01-01,2024-01-31,,5,usd",
        "C1,2,2024-01-01,2024-01-31,,€5,",
        "C1,3,2024-01-01,2024-01-31,,5,",
        "C1,4,2024-01-01,2024-01-31,,5,shells",
        header=header,
    )
    ledger = imported(text, "currency: GBP\n")
    assert ledger.invoices["currency"].tolist() == ["USD", "EUR", "GBP"]
    assert ledger.rejected["reason"].str.startswith("not a currency").all()
    assert ledger.totals["currency"].unique().tolist() == ["EUR", "GBP", "USD"]
    assert not any("assumption" in note for note in ledger.notes)
    assert imported(text).invoices["currency"].tolist() == ["USD", "EUR", "CNY"]


def test_an_unknown_word_for_disputed_is_rejected(imported) -> None:
    header = HEADER + ",Disputed"
    rows = [
        f"C1,{i},2024-01-01,2024-01-31,,5,{word}" for i, word in enumerate(("Yes", "no", "", "是", "perhaps"))
    ]
    ledger = imported(lines(*rows, header=header))
    assert ledger.invoices["disputed"].tolist() == [True, False, False, True]
    assert ledger.rejected["reason"].tolist() == ["neither yes nor no"]


def test_missing_issue_dates_are_imputed_from_the_customers_terms(imported) -> None:
    ledger = imported(
        lines(
            "C1,1,2024-01-01,2024-01-11,,5",
            "C1,2,2024-01-01,2024-01-21,,5",
            "C1,3,,2024-02-29,,5",
            "C2,4,,2024-02-29,,5",
            "C3,5,2024-01-01,2024-03-01,,5",
            "C1,6,,2024-02-29,2024-02-05,5",
        )
    )
    invoices = ledger.invoices.set_index("invoice_id")
    assert invoices.loc["3", "issue_date"] == pd.Timestamp("2024-02-14")  # C1: 15 days
    assert invoices.loc["4", "issue_date"] == pd.Timestamp("2024-02-09")  # all: 20 days
    assert invoices.loc["6", "issue_date"] == pd.Timestamp("2024-02-05")  # not after it was paid
    assert invoices["issue_date_imputed"].tolist() == [False, False, True, True, False, True]
    assert (
        "issue dates imputed: 3; the due date less the customer's median term (2) or the ledger median of 20 days (1)"
        in ledger.notes
    )
    assert "imputed issue dates moved back to an earlier due or paid date: 1" in ledger.notes


@pytest.mark.parametrize(("mapping", "day"), [(None, "2024-01-01"), ("term_days: 10\n", "2024-01-21")])
def test_without_any_issue_date_a_term_is_assumed(imported, mapping: str | None, day: str) -> None:
    ledger = imported("Customer,Due date,Paid date,Amount\nC1,2024-01-31,2024-02-02,5\n", mapping)
    assert only(ledger)["issue_date"] == pd.Timestamp(day)
    assert only(ledger)["issue_date_imputed"]
    assert any("or an assumed" in note for note in ledger.notes)


def test_an_estimated_issue_date_is_moved_not_believed(imported) -> None:
    ledger = imported(
        "Customer,posting_date_est,Due date,Paid date,Amount\n"
        "C1,2024-01-10,2024-01-31,2024-01-05,5\nC1,2024-02-01,2024-01-31,,5\nC1,2024-01-01,2024-01-31,,5\n"
    )
    assert ledger.rejected.empty
    assert ledger.invoices["issue_date"].dt.strftime("%m-%d").tolist() == ["01-05", "01-31", "01-01"]
    assert ledger.invoices["issue_date_imputed"].all()
    assert "issue dates that are the source's own estimates: 3" in ledger.notes


def test_a_term_below_nothing_counts_as_nothing(imported) -> None:
    ledger = imported(
        "Customer,posting_date_est,Due date,Paid date,Amount\n"
        "C1,2024-02-10,2024-01-31,,5\nC1,2024-01-11,2024-01-31,,5\nC1,,2024-01-31,,5\n"
    )
    assert ledger.invoices["issue_date"].dt.day.tolist() == [31, 11, 21]  # terms of 0 and 20 days: 10


def test_the_as_of_day_may_be_stated(imported) -> None:
    text = lines("C1,1,2024-01-01,2024-01-31,2024-02-02,5")
    assert imported(text, "as_of: 2024-06-30\n").as_of == pd.Timestamp("2024-06-30")
    assert imported(text, "as_of: 2024-02-02\n").as_of == pd.Timestamp("2024-02-02")
    with pytest.raises(UserError, match="as_of 2024-02-01, but"):
        imported(text, "as_of: 2024-02-01\n")


def test_a_lonely_last_date_is_doubted(imported) -> None:
    rows = ["C1,1,2024-01-01,2024-01-31,2024-02-02,5", "C1,2,2024-01-01,2024-01-31,2042-02-02,5"]
    assert any("2042-02-02, is 6575 days after" in note for note in imported(lines(*rows)).notes)
    assert not any("slip" in note for note in imported(lines(rows[0])).notes)


def test_a_stated_date_order_rejects_only_what_does_not_fit(imported) -> None:
    rows = ["C1,1,13/01/2024,31/01/2024,,5", "C1,2,01/14/2024,31/01/2024,,5"]
    ledger = imported(lines(*rows), "date_order: day_first\n")
    assert only(ledger)["issue_date"] == pd.Timestamp("2024-01-13")
    assert ledger.rejected["reason"].tolist() == ["not a date written day first in 1980-2099"]


def test_a_stated_decimal_mark_is_used(imported) -> None:
    text = lines("C1,1,2024-01-01,2024-01-31,,1.234", "C1,2,2024-01-01,2024-01-31,,2.500")
    assert imported(text, 'decimal: ","\n').invoices["amount_fen"].tolist() == [123_400, 250_000]
    assert imported(text, 'decimal: "."\n').invoices["amount_fen"].tolist() == [123, 250]


def test_short_rows_and_quoted_line_breaks_keep_their_numbers(imported) -> None:
    ledger = imported('Customer,Due date,Amount,Paid date\n"Acme\nLtd",2024-01-31,5\nB,x,5\n')
    assert only(ledger)["customer_id"] == "Acme Ltd"
    assert ledger.rejected["row"].tolist() == [3]


def test_the_summary_tells_everything(imported) -> None:
    rows = [
        f"C1,{i},2024-01-01,2024-01-31,,{amount}" for i, amount in enumerate(("5", "x", "y", "", "0", "-2"))
    ]
    text = lines(*rows, ",7,2024-01-01,2024-01-31,,5", "C1,8,2024-01-01,soon,,5", "C1,9,2024-01-01,,,5",
                 "C1,10,2024-02-01,2024-01-31,,5")  # fmt: skip
    summary = imported(text).summary()
    assert "ledger: 1 invoices of 1 customers (0 paid, 0 partial, 1 open) as of 2024-01-01" in summary
    assert "8 rejected rows, by reason:" in summary
    assert (
        "  2 x not an amount with the decimal mark '.', of at most 100,000,000,000; first in row 3, Amount: \"x\""
        in summary
    )
    assert "  and 2 more reasons" in summary
    assert "CNY       file                 10                   23.00" in summary
    assert "CNY       credit note           1                   -2.00" in summary
    assert "- no column tells disputes" in summary
    assert "unapplied" not in summary
    assert "rejected rows" not in imported(lines(rows[0])).summary()


def test_the_contract_refuses_a_broken_frame(imported) -> None:
    good = imported(
        lines("C1,1,2024-01-01,2024-01-31,2024-02-02,5", "C1,2,2024-01-01,2024-01-31,,5")
    ).invoices
    INVOICES.validate(good)
    day = pd.Timestamp("2023-01-01")
    for change in (
        {"amount_fen": 0}, {"paid_fen": -1}, {"status": "lost"}, {"status": "partial"}, {"currency": "yuan"},
        {"invoice_id": "1"}, {"customer_id": ""}, {"paid_date": day}, {"due_date": day}, {"paid_date": pd.NaT},
        {"amount_fen": 5.0}, {"extra": 1},
    ):  # fmt: skip
        with pytest.raises((pandera.errors.SchemaError, pandera.errors.SchemaErrors)):
            INVOICES.validate(good.assign(**change))


needs_shared_data = pytest.mark.skipif(not SHARED.is_dir(), reason="the real ledgers are not on this machine")


@needs_shared_data
@pytest.mark.parametrize(
    ("file", "kept", "rejected", "duplicates", "customers"),
    [
        ("highradius_ar/closed_invoices.csv.gz", 31_218, 0, 0, 982),
        ("udyam_payables/invoices.csv.gz", 7_692, 6, 1, 3_004),
        ("ibm_ar/accounts_receivable.csv.gz", 1_930, 0, 0, 100),
    ],
)
def test_real_ledgers_import_without_a_mapping(
    file: str, kept: int, rejected: int, duplicates: int, customers: int
) -> None:
    ledger = read_ledger(SHARED / file)
    counts = (len(ledger.invoices), len(ledger.rejected), len(ledger.duplicates))
    assert counts == (kept, rejected, duplicates)
    assert ledger.invoices["customer_id"].nunique() == customers
    assert ledger.rejected["reason"].str.startswith("paid before it was issued").all()
    assert_balanced(ledger)


@needs_shared_data
def test_highradius_agrees_with_its_own_lateness_column() -> None:
    ledger = read_ledger(SHARED / "highradius_ar/closed_invoices.csv.gz")
    raw = pd.read_csv(SHARED / "highradius_ar/closed_invoices.csv.gz")
    late = (ledger.invoices["paid_date"] - ledger.invoices["due_date"]).dt.days
    assert late.tolist() == raw["days_late"].tolist()
    assert ledger.invoices["amount_fen"].sum() == round(raw["amount"].sum() * 100)
    assert ledger.invoices["customer_id"].tolist() == raw["cust_number"].astype(str).tolist()
    known = raw["posting_date_est"].notna()
    untouched = ledger.invoices["issue_date"].dt.strftime("%Y-%m-%d")[known] == raw["posting_date_est"][known]
    assert untouched.mean() > 0.98
