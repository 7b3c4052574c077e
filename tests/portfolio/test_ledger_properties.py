"""Whatever a ledger looks like: every fen and every row is accounted for, and the result reads back the same."""

import csv
import io
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simkit.portfolio.ledger_amounts import read_amount
from simkit.portfolio.ledger_contract import INVOICES
from simkit.portfolio.ledger_import import read_ledger

HEADER = ["客户", "Invoice No", "Issue date", "Due date", "Paid date", "Amount", "Paid amount", "Outstanding",
          "Currency", "Disputed", "Applies to"]  # fmt: skip
DAYS = ["2024-01-01", "2024-01-31", "31.01.2024", "20240210", "45350", "2024年2月1日", "2024-03-01 10:00"]
FIELDS = [
    st.sampled_from(["A", "B", " Ａ ", "Acme  Ltd", '"Q", x', "77.0", "客户甲"])
    | st.sampled_from(["", "N/A"]),
    st.sampled_from(["1", "2", "2.0", "K-3", ""]),
    st.sampled_from([*DAYS[:4], ""]) | st.sampled_from(["soon", "2024-02-30"]),
    st.sampled_from(DAYS) | st.sampled_from(["", "2023-01-01", "next week"]),
    st.sampled_from([*DAYS, "", "", "0000-00-00"]),
    st.sampled_from(["100", "100", "1,234.50", "$50.00", "(30)", "-70.01", "0.5", "250"])
    | st.sampled_from(["", "0", "ten", "1.2.3"]),
    st.sampled_from(["", "", "100", "40", "60.00", "0", "1e2", "-1", "?"]),
    st.sampled_from(["", "", "", "0", "60", "500"]),
    st.sampled_from(["", "CNY", "usd", "人民币", "shells"]),
    st.sampled_from(["", "yes", "否", "maybe"]),
    st.sampled_from(["", "", "1", "K-3"]),
]
ROWS = st.lists(st.tuples(*FIELDS, st.sampled_from(["", "", "", "", "", "stray"])), min_size=1, max_size=25)
SURE = ("Z", "9", "2024-01-01", "2024-01-31", "", "5", *[""] * 6)
"""An invoice that nothing in the other rows touches, so that something is always left."""

COPIES = st.lists(st.integers(0, 24), max_size=3)
COLUMNS = st.sets(st.sampled_from(HEADER[6:]))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ledgers")


@pytest.mark.no_cover
@settings(max_examples=40, deadline=None)
@given(rows=ROWS, copies=COPIES, extra=COLUMNS, blank_lines=st.integers(0, 2))
def test_every_row_and_every_fen_is_accounted_for(
    folder: Path, rows: list[tuple[str, ...]], copies: list[int], extra: set[str], blank_lines: int
) -> None:
    rows = [*rows, SURE] + [rows[i] for i in copies if i < len(rows)]
    used = [i for i, name in enumerate(HEADER) if i < 6 or name in extra]
    table = [[row[i] for i in used] + ([row[-1]] if row[-1] else []) for row in rows]
    buffer = io.StringIO()
    csv.writer(buffer).writerows([[HEADER[i] for i in used], *([[]] * blank_lines), *table])
    (folder / "messy.csv").write_text(buffer.getvalue(), encoding="utf-8", newline="")
    ledger = read_ledger(folder / "messy.csv")

    INVOICES.validate(ledger.invoices)
    totals = ledger.totals.pivot_table(
        index="currency", columns="item", values=["rows", "amount_fen"], sort=False
    )
    for measure in ("rows", "amount_fen"):
        of_file, parts = totals[measure]["file"], totals[measure].drop(columns="file")
        assert (parts.sum(axis=1) == of_file).all()
    amounts = [read_amount(row[5]) for row in table if len(row) == len(used)]
    assert totals["amount_fen"]["file"].sum() == sum(amount.fen for amount in amounts if amount)
    assert totals["rows"]["file"].sum() == len(rows)
    assert totals["rows"]["rejected"].sum() == len(ledger.rejected)
    assert (
        totals["rows"]["duplicate"].sum() == len(ledger.duplicates) == len(rows) - len(set(map(tuple, table)))
    )
    assert totals["amount_fen"]["kept"].sum() == ledger.invoices["amount_fen"].sum()
    assert (
        ledger.credits["amount_fen"] + ledger.credits["applied_fen"] + ledger.credits["unapplied_fen"] == 0
    ).all()
    assert (ledger.invoices[["issue_date", "paid_date"]].max() <= ledger.as_of).any()
    for number, column, value in zip(
        *(ledger.rejected[name] for name in ("row", "column", "value")), strict=True
    ):
        cells = dict(zip([HEADER[i] for i in used], table[number - 2 - blank_lines], strict=False))
        assert value.strip() == cells.get(column, "stray").strip()
    assert ledger.summary()


@pytest.mark.no_cover
@settings(max_examples=20, deadline=None)
@given(rows=ROWS)
def test_canonical_invoices_read_back_the_same(folder: Path, rows: list[tuple[str, ...]]) -> None:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([HEADER, *(row[:-1] for row in [*rows, SURE])])
    (folder / "first.csv").write_text(buffer.getvalue(), encoding="utf-8", newline="")
    first = read_ledger(folder / "first.csv")
    first.invoices.to_csv(folder / "second.csv", index=False)
    first.invoices.to_parquet(folder / "third.parquet")
    for name in ("second.csv", "third.parquet"):
        again = read_ledger(folder / name)
        pd.testing.assert_frame_equal(again.invoices, first.invoices)
        assert again.as_of == first.as_of
        assert again.rejected.empty
        assert again.duplicates.empty
        assert again.credits.empty
