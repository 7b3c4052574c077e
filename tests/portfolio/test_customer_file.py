from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simkit.errors import UserError
from simkit.portfolio.customer_file import read_customers
from simkit.portfolio.customer_names import COLUMNS, MASTER, MONEY, SHARES
from simkit.portfolio.customer_ratios import INDICATORS
from simkit.portfolio.ledger_columns import ranked

SAMPLE = Path(__file__).parents[2] / "data/customers.csv"


@pytest.fixture
def master(tmp_path):
    """Return a function that reads a master from lines of CSV."""

    def read(*lines, mapping=None):
        path = tmp_path / "master.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        if mapping is None:
            return read_customers(path)
        (tmp_path / "mapping.yaml").write_text(mapping, encoding="utf-8")
        return read_customers(path, tmp_path / "mapping.yaml")

    return read


def test_the_sample_is_read_whole():
    found = read_customers(SAMPLE)
    table = pd.read_csv(SAMPLE, dtype={"customer_id": str})
    assert found.outcomes
    assert found.rejected.empty
    assert found.customers["customer_id"].tolist() == table["customer_id"].tolist()
    for name in ("current_ratio", "quick_ratio", "debt_ratio", "pledgeable_cover", "market_rank"):
        np.testing.assert_allclose(found.customers[name], table[name], atol=1e-6)
    np.testing.assert_allclose(found.customers["net_assets_million"], table["net_assets_million"], atol=1e-6)
    late = table["past_late_invoices"] / table["past_invoices"].where(table["past_invoices"] > 0)
    np.testing.assert_allclose(found.customers["past_overdue"], late)
    assert found.customers["defaulted"].tolist() == table["default_date"].notna().tolist()
    assert "219 customers, 9 of them defaulted" in found.summary()


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_all_kinds_of_file_and_chinese_names_say_the_same(kind, tmp_path):
    table = pd.DataFrame(
        {
            "客户编号": ["A1", "A2"],
            "流动资产合计": [200.0, 90.0],
            "流动负债": [100.0, 60.0],
            "存货": [50.0, 30.0],
            "资产总计": [500.0, 300.0],
            "负债合计": [300.0, 330.0],
            "营业收入": [800.0, 400.0],
            "应收账款": [100.0, 0.0],
            "营业利润": [50.0, -30.0],
            "是否违约": ["否", "违约"],
        }
    )
    money = [name for name in table.columns if table[name].dtype == float]
    table = table.rename(columns={name: f"{name}（万元）" for name in money})
    path = tmp_path / f"客户.{kind}"
    {"csv": table.to_csv, "xlsx": table.to_excel, "parquet": table.to_parquet}[kind](path, index=False)
    found = read_customers(path).customers
    expected = {
        "current_ratio": [2.0, 1.5],
        "quick_ratio": [1.5, 1.0],
        "debt_ratio": [0.6, 1.1],
        "net_assets_million": [2.0, -0.3],
        "total_assets_million": [5.0, 3.0],
        "profitability": [0.1, -0.1],
        "receivables_turnover": [8.0, np.nan],
    }
    for name, values in expected.items():
        np.testing.assert_allclose(found[name], values, err_msg=name)
    assert found["defaulted"].tolist() == [False, True]


def test_what_is_stated_wins_over_what_can_be_computed(master):
    found = master(
        "customer,debt ratio,total liabilities,net assets,current ratio,current assets,current liabilities",
        "A,0.5,90,10,1.2,300,100",
        "B,,90,10,,300,100",
    ).customers
    assert found["debt_ratio"].tolist() == [0.5, 0.9]
    assert found["current_ratio"].tolist() == [1.2, 3.0]


def test_shares_in_per_cent(master):
    signed = master("customer,debt_ratio,market rank", "A,60%,0.5", "B,45.5 %,0.25").customers
    assert signed["debt_ratio"].tolist() == pytest.approx([0.6, 0.455])
    titled = master("customer,资产负债率(%)", "A,0.9", "B,1.5")
    assert titled.customers["debt_ratio"].tolist() == pytest.approx([0.009, 0.015])
    large = master("customer,debt_ratio", "A,60", "B,45")
    assert large.customers["debt_ratio"].tolist() == pytest.approx([0.6, 0.45])
    assert "column 'debt_ratio' is read as per cent" in large.notes
    plain = master("customer,debt_ratio", "A,0.6", "B,1.2")
    assert plain.customers["debt_ratio"].tolist() == [0.6, 1.2]


def test_decimal_commas(master):
    found = master("customer;current_ratio;net assets", "A;1,234;1.234.567,50", "B;2,5;12,25").customers
    assert found["current_ratio"].tolist() == [1.234, 2.5]
    np.testing.assert_allclose(found["net_assets_million"], [1.2345675, 12.25e-6])


def test_every_bad_row_is_listed_with_its_number(master):
    found = master(
        "customer_id,current_ratio,quick_ratio,default_date,defaulted",
        "A,1.5,1.0,,no",
        "B,good,1.0,,",
        ",1.5,1.0,,",
        "A,1.5,1.0,,no",
        "A,1.6,1.0,,no",
        "C,-1,1.0,,",
        "D,1.0,1.0,2024-13-40,",
        "E,1.0,1.0,2024-05-01,no",
        "F,1.0,1.0,,maybe",
        "G,1,500,1.0,,no",
    )
    assert found.customers["customer_id"].tolist() == ["A"]
    assert found.duplicates.to_numpy().tolist() == [[5, 2]]
    assert found.rejected["row"].tolist() == [3, 4, 6, 7, 8, 9, 10, 11]
    reasons = found.rejected.set_index("row")["reason"]
    assert reasons[3].startswith("not a number")
    assert reasons[4] == "no customer"
    assert reasons[6] == "the customer has an earlier row that says something else"
    assert reasons[7] == "current_ratio is not from 0 to 1e+06"
    assert reasons[8] == "not a date in 1980-2099"
    assert reasons[9] == "no default, but a date of default"
    assert reasons[10] == "neither yes nor no"
    assert "the row has more cells than the header's 5" in reasons[11]
    assert found.rejected.loc[0, ["column", "value"]].tolist() == ["current_ratio", "good"]
    assert "8 rejected rows, by reason" in found.summary()


def test_a_fault_in_a_computed_ratio_names_it(master):
    rejected = master(
        "customer,total assets,total liabilities,debt ratio", "A,100,50,", "B,100,-50,", "C,100,50,"
    ).rejected
    assert rejected["row"].tolist() == [3]
    assert rejected["reason"].tolist() == ["debt_ratio is not from 0 to 1000"]


def test_without_outcomes(master):
    found = master("customer,current_ratio", "A,1.5")
    assert not found.outcomes
    assert found.indicators.columns.tolist() == ["current_ratio"]
    assert "defaulted" not in found.summary().splitlines()[0]


def test_a_mapping_names_columns(master):
    found = master(
        "who,cr,gone", "A,1.5,01/02/2024", "B,2.5,", "",
        mapping="columns: {customer_id: who, current_ratio: cr, default_date: gone}\ndate_order: day_first\n",
    )  # fmt: skip
    assert found.customers["default_date"][0] == pd.Timestamp("2024-02-01")
    assert found.customers["current_ratio"].tolist() == [1.5, 2.5]


@pytest.mark.parametrize(
    ("lines", "mapping", "message"),
    [
        (["current_ratio,debt_ratio", "1,2"], None, "no column for customer_id"),
        (["customer,colour", "A,red"], None, "no column holds an indicator of the customers"),
        (["customer,current_ratio"], None, "there is a header but no row below it; at least one customer"),
        (["customer,current_ratio", "A,x"], None, "no customer is left of 1 rows: 1 are rejected"),
        (["customer,current_ratio,default_date", "A,1,03/04/2024"], None, "may be day first or month"),
        (["customer,current_ratio", "A,1"], "columns: {curent_ratio: x}", 'did you mean "?current_ratio'),
        (["customer,current_ratio", "A,1"], "term_days: 3", "unknown key; allowed: columns, date_order, decimal"),
        (["customer,current_ratio", "A,1"], "columns: {debt_ratio: x}", "no such column"),
        (["customer,roa,profitability", "A,1,2"], None, "2 columns may be the profitability"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_with_what_is_allowed(master, lines, mapping, message):
    with pytest.raises(UserError, match=message):
        master(*lines, mapping=mapping)


def test_an_empty_file_is_refused(tmp_path):
    (tmp_path / "none.csv").write_text("")
    with pytest.raises(UserError, match="the file is empty"):
        read_customers(tmp_path / "none.csv")


def test_the_vocabulary_has_no_name_twice():
    names = [name for ranks in COLUMNS.values() for names in ranks for name in names.split()]
    assert len(names) == len(set(names))
    assert all(ranked(name, MASTER) is not None for name in names)
    assert {*MONEY, *SHARES} <= set(COLUMNS)
    assert set(INDICATORS) - {"total_assets_million"} <= set(COLUMNS)
