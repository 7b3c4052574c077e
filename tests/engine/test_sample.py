"""The committed sample is what its command writes, and its books agree with the run behind them."""

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from simkit.engine.sample import CUSTOMERS, INVOICES, ORDERS, SAMPLE, main, write_sample
from simkit.engine.simulation import simulate
from simkit.portfolio.ledger_import import read_ledger

DATA = Path(__file__).parents[2] / "data"
FILES = ["customers.csv", "orders.csv", "invoices.csv", "README.md"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "data"
    assert [path.name for path in write_sample(folder)] == FILES
    return folder


@pytest.fixture(scope="module")
def result():
    return simulate(SAMPLE)


def read(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / name, dtype=str, keep_default_na=False)


@pytest.mark.parametrize("name", FILES)
def test_committed_bytes_are_what_the_command_writes(folder, name) -> None:
    assert (DATA / name).read_bytes() == (folder / name).read_bytes(), "run `make data`"


def test_sample_is_small_and_nothing_else_is_in_the_folder() -> None:
    sizes = {path.name: path.stat().st_size for path in DATA.iterdir()}
    assert sorted(sizes) == sorted(FILES)
    assert sum(sizes.values()) < 2_000_000


def test_dictionary_names_every_column(folder) -> None:
    text = (folder / "README.md").read_text(encoding="utf-8")
    sections = text.split("## ")[1:]
    for section, columns in zip(sections, (CUSTOMERS, ORDERS, INVOICES), strict=True):
        name = section.split()[0]
        assert list(read(folder, name).columns) == list(columns)
        assert [line.split("`")[1] for line in section.splitlines() if line.startswith("| `")] == list(
            columns
        )


def test_keys_fit(folder) -> None:
    customers, orders, invoices = (read(folder, name) for name in FILES[:3])
    assert customers["customer_id"].is_unique
    assert orders["order_id"].is_unique
    assert invoices["invoice_id"].is_unique
    assert set(orders["customer_id"]) <= set(customers["customer_id"])
    assert set(invoices["order_id"]) <= set(orders["order_id"])
    assert set(invoices["credited_invoice"]) - {""} <= set(invoices["invoice_id"])


def test_importer_takes_every_row(folder, result) -> None:
    ledger = read_ledger(folder / "invoices.csv")
    assert ledger.rejected.empty
    assert ledger.duplicates.empty
    assert not ledger.credits["unapplied_fen"].any()
    lines = result.receivables[(result.receivables["kind"] != "prepayment")]
    kept = lines[lines["status"] != "rescheduled"]
    assert len(ledger.invoices) == len(kept)
    assert ledger.invoices["amount_fen"].sum() == kept["amount_fen"].sum()
    cash = result.receipts[result.receipts["kind"].isin(["payment", "recovery"])]
    of_lines = cash[cash["line_id"].isin(kept["line_id"])]
    assert ledger.invoices["paid_fen"].sum() == of_lines["amount_fen"].sum()
    paid = lines[lines["status"] == "paid"]
    paid = pd.Series(paid["paid_date"].to_numpy(), index=paid["line_id"].astype(str))
    read_back = ledger.invoices.set_index("invoice_id")["paid_date"]
    assert (read_back.loc[paid.index] == paid).all()


def test_leads_that_never_applied_are_not_customers(folder, result) -> None:
    customers = read(folder, "customers.csv").set_index("customer_id")
    buyers = set(result.orders["customer_id"].astype(str))
    on_the_books = customers["channel"] == "on_the_books"
    assert on_the_books.sum() == SAMPLE.run.customers
    assert set(customers.index[~on_the_books]) <= buyers <= set(customers.index)
    assert (customers["first_order_date"] != "").sum() == len(buyers)
    applied = result.leads["score"].notna()
    assert set(customers.index[~on_the_books]) == set(result.leads.loc[applied, "customer_id"].astype(str))
    assert applied.sum() < len(result.leads) / 2


def test_contracts_are_the_list_less_the_discount(folder) -> None:
    orders = read(folder, "orders.csv")
    yuan = orders[["list_value", "discount", "value"]].map(Decimal)
    assert (yuan["value"] == yuan["list_value"] - yuan["discount"]).all()
    assert (yuan["discount"] > 0).any()
    assert ((orders["decided_date"] == "") == (orders["status"] == "pending")).all()
    late = orders["decided_date"] > orders["order_date"]
    assert (orders["route"][late] != "direct").all()
    assert (orders["decided_date"] >= orders["order_date"])[orders["status"] != "pending"].all()


def test_command_line(tmp_path, capsys) -> None:
    assert main([]) == 2
    assert "usage: python -m simkit.engine.sample FOLDER" in capsys.readouterr().err
    (tmp_path / "file").write_text("")
    assert main([str(tmp_path / "file")]) == 2
    assert "cannot write the sample here: File exists" in capsys.readouterr().err
    assert main([str(tmp_path / "new")]) == 0
    assert capsys.readouterr().out.count("bytes") == len(FILES)


def test_module_runs_as_a_command() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "simkit.engine.sample"], capture_output=True, text=True, check=False
    )
    assert run.returncode == 2
    assert run.stderr.startswith("usage:")
