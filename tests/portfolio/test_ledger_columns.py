"""Columns of a ledger, recognised by name or stated in a mapping."""

from pathlib import Path

import pytest

from simkit.errors import UserError
from simkit.portfolio.ledger_columns import LedgerColumns, find_columns, ranked
from simkit.portfolio.ledger_file import Sheet
from simkit.portfolio.ledger_mapping import LedgerMapping, read_mapping
from simkit.portfolio.ledger_names import COLUMNS


def columns_of(header: list[str], *rows: list[str], stated: dict[str, str] | None = None) -> LedgerColumns:
    return find_columns(Sheet("", [tuple(header), *map(tuple, rows)]), stated or {}, "file.csv")


ENGLISH = {
    "Customer No.": "customer_id",
    "INVOICE_NUMBER": "invoice_id",
    "Invoice Date": "issue_date",
    "Net due date": "due_date",
    "Clearing Date": "paid_date",
    "Gross amount": "amount",
    "Amount paid": "paid_amount",
    "Outstanding balance": "outstanding",
    "Currency": "currency",
    "In dispute": "disputed",
    "Original invoice": "credited_invoice",
}
CHINESE = {
    "客户编号": "customer_id",
    "发票号": "invoice_id",
    "开票日期": "issue_date",
    "到期日": "due_date",
    "回款日期": "paid_date",
    "金额": "amount",
    "已回款": "paid_amount",
    "未回款": "outstanding",
    "币种": "currency",
    "是否争议": "disputed",
    "原发票号": "credited_invoice",
}
SAP = {
    "KUNNR": "customer_id",
    "BELNR": "invoice_id",
    "BLDAT": "issue_date",
    "FAEDT": "due_date",
    "AUGDT": "paid_date",
    "WRBTR": "amount",
    "WAERS": "currency",
}
HIGHRADIUS_AS_PUBLISHED = [
    "business_code", "cust_number", "name_customer", "clear_date", "buisness_year", "doc_id", "posting_date",
    "document_create_date", "document_create_date.1", "due_in_date", "invoice_currency", "document type",
    "posting_id", "area_business", "total_open_amount", "baseline_create_date", "cust_payment_terms", "invoice_id",
    "isOpen",
]  # fmt: skip


@pytest.mark.parametrize("names", [ENGLISH, CHINESE, SAP], ids=["english", "chinese", "sap"])
def test_common_names_are_recognised(names: dict[str, str]) -> None:
    columns = columns_of(list(names))
    assert columns.at == {field: position for position, field in enumerate(names.values())}
    assert f"amount read from column '{columns.title('amount')}'" in columns.notes


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("客户", "customer_id"), ("客户名称", "customer_id"), ("购买方名称",
        "customer_id"), ("Vendor_Name", "customer_id"),
        ("金额（元）", "amount"), ("价税合计", "amount"), ("发票号码 Invoice No",
        "invoice_id"), ("ＤＵＥ　ＤＡＴＥ", "due_date"),
        ("Amount (USD)", "amount"), ("* Customer ID", "customer_id"), ("收款日期",
        "paid_date"), ("settled", "paid_amount"),
    ],
)  # fmt: skip
def test_remarks_width_and_bilingual_names_do_not_matter(header: str, field: str) -> None:
    found = ranked(header)
    assert found is not None
    assert found[0] == field


@pytest.mark.parametrize("header", ["", "Region", "Days late", "不含税金额", "备注", "isOpen", "()"])
def test_other_names_are_not_taken(header: str) -> None:
    assert ranked(header) is None


def test_no_name_stands_for_two_fields() -> None:
    names = [name for ranks in COLUMNS.values() for text in ranks for name in text.split()]
    assert len(names) == len(set(names))
    assert all(ranked(name) is not None for name in names)


def test_the_more_exact_name_wins_and_the_other_is_noted() -> None:
    columns = columns_of(HIGHRADIUS_AS_PUBLISHED)
    titles = {field: columns.title(field) for field in columns.at}
    assert titles == {
        "customer_id": "cust_number",
        "invoice_id": "invoice_id",
        "issue_date": "posting_date",
        "due_date": "due_in_date",
        "paid_date": "clear_date",
        "amount": "total_open_amount",
        "currency": "invoice_currency",
    }
    assert "customer_id read from column 'cust_number', not from 'name_customer' (column C)" in columns.notes


def test_a_blank_column_yields_to_one_with_values() -> None:
    header = ["Customer ID", "Due date", "Paid date", "Payment date", "Amount"]
    assert columns_of(header, ["A", "2024-01-01", "", "2024-01-02", "5"]).at["paid_date"] == 3


def test_two_blank_columns_are_still_for_the_user_to_choose_from() -> None:
    header = ["Customer ID", "Due date", "Paid date", "Payment date", "Amount"]
    with pytest.raises(UserError, match="2 columns may be the paid_date"):
        columns_of(header, ["A", "2024-01-01", "", "", "5"])


def test_titles_above_the_header_are_passed_over() -> None:
    sheet = Sheet(
        "", [("应收账款明细",), (), ("", "2024"), ("客户", "到期日", "回款日期", "金额"), ("A", "", "", "")]
    )
    assert find_columns(sheet, {}, "file.csv").row == 4


def test_the_header_is_sought_in_the_first_thirty_rows() -> None:
    title, header = [("note",)], [("客户", "到期日", "回款日期", "金额")]
    assert find_columns(Sheet("", title * 29 + header), {}, "file.csv").row == 30
    with pytest.raises(UserError, match="not a table"):
        find_columns(Sheet("", title * 30 + header), {}, "file.csv")


def test_stated_columns_win() -> None:
    header = ["Customer ID", "Customer No", "Due date", "Paid date", "Betrag"]
    columns = columns_of(header, stated={"customer_id": "Customer No", "amount": "Betrag"})
    assert columns.at == {"customer_id": 1, "amount": 4, "due_date": 2, "paid_date": 3}
    assert not any(note.startswith(("customer_id", "amount")) for note in columns.notes)


@pytest.mark.parametrize(
    ("header", "fen"),
    [
        ("金额", 100), ("金额(元)", 100), ("金额（万元）", 1_000_000), ("金额_千元",
        100_000), ("amount_fen", 1),
        ("Amount (cents)", 1), ("金额（分）", 1), ("Amount", 100),
    ],
)  # fmt: skip
def test_the_unit_is_in_the_name(header: str, fen: int) -> None:
    columns = columns_of(["Customer ID", "Due date", "Paid date", header])
    assert columns.unit_fen("amount") == fen


@pytest.mark.parametrize(
    ("header", "estimated"), [("posting_date_est", True), ("Posting date", False), ("Date", False)]
)
def test_estimated_issue_dates_are_known_by_name(header: str, estimated: bool) -> None:
    assert (
        columns_of(["Customer", "Due date", "Paid date", "Amount", header]).issue_is_estimated() is estimated
    )


def test_a_full_mapping_is_read(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(
        "columns:\n  amount: 2024\n  paid_date: no\ndate_order: day_first\ndecimal: ','\ncurrency: 人民币\n"
        "as_of: 2024-12-31\nsheet: 1\nterm_days: 45\n",
        encoding="utf-8",
    )
    mapping = read_mapping(tmp_path / "m.yaml")
    assert mapping.columns == {"amount": "2024", "paid_date": "no"}
    assert (mapping.date_order, mapping.decimal, mapping.currency) == ("day_first", ",", "CNY")
    assert (str(mapping.as_of), mapping.sheet, mapping.term_days) == ("2024-12-31", "1", 45)


def test_a_mapping_may_be_partial(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text("term_days: 45\n")
    assert read_mapping(tmp_path / "m.yaml") == LedgerMapping(term_days=45)
