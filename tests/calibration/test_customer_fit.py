import numpy as np
import pandas as pd
import pytest

from simkit.calibration.customer_fit import fit_customers, watched
from simkit.portfolio.customer_file import CustomerMaster
from simkit.portfolio.customer_ratios import INDICATORS
from simkit.scenario.firms import Firms

BASE = Firms()
AS_OF = pd.Timestamp("2025-01-01")


@pytest.fixture
def invoices():
    return pd.DataFrame(
        {
            "customer_id": ["a", "a", "b"],
            "issue_date": pd.to_datetime(["2023-01-02", "2023-06-01", "2024-01-02"]),
        }
    )


def master_of(count, outcomes=True, **columns):
    table = pd.DataFrame(np.nan, index=range(count), columns=list(INDICATORS))
    table.insert(0, "customer_id", [f"c{i}" for i in range(count)])
    table = table.assign(defaulted=False, default_date=pd.NaT).assign(**columns)
    table["default_date"] = pd.to_datetime(table["default_date"])
    empty = pd.DataFrame()
    return CustomerMaster("made up", "0" * 64, table, outcomes, empty, empty)


def test_a_customer_is_watched_from_its_first_invoice_to_its_default(invoices):
    dates = ["2024-01-02", None, "2025-06-01", "2022-12-31"]
    master = master_of(
        4, customer_id=["a", "b", "z", "y"], default_date=dates, defaulted=[True, False, True, True]
    )
    found = watched(master, invoices, AS_OF)
    # y failed before the ledger begins; z fails after it ends.
    assert found.customers["customer_id"].tolist() == ["a", "b", "z"]
    assert found.defaulted.tolist() == [True, False, False]
    np.testing.assert_allclose(found.years, np.array([730, 365, 730]) / 365)
    assert found.exposed == pytest.approx((365 + 365 + 730) / 365)
    assert "with an invoice in the ledger: 2 of 4" in found.notes[0]
    assert found.notes[1].endswith("who had failed before their first invoice: 1")


def test_flags_without_dates_tell_of_a_year(invoices):
    found = watched(master_of(3, defaulted=[True, False, False]), invoices, AS_OF)
    assert found.years.tolist() == [1, 1, 1]
    assert found.exposed == 3
    assert "no default has a date" in found.notes[0]


def test_a_master_without_outcomes_leaves_default_alone(invoices):
    found = fit_customers(master_of(50, outcomes=False, debt_ratio=0.5), invoices, AS_OF, BASE)
    assert "default" not in found.firms
    assert found.model is None
    assert any(note.startswith("default kept from the base world") for note in found.notes)


@pytest.mark.parametrize("defaults", [0, 3, 40])
def test_one_class_or_few_defaults_shrink_to_the_prior(invoices, defaults):
    luck = np.random.default_rng(1)
    master = master_of(40, debt_ratio=luck.random(40), defaulted=np.arange(40) < defaults)
    found = fit_customers(master, invoices, AS_OF, BASE)
    world = Firms(**found.firms)
    assert 0 < world.default.mean_pd <= 0.5
    assert (world.default.mean_pd > BASE.default.mean_pd) == (defaults > 1)
    assert world.default.drivers.unseen == BASE.default.drivers.unseen
    assert world.default.drivers.debt_ratio == pytest.approx(BASE.default.drivers.debt_ratio, abs=0.6)
    assert found.model is None
    assert any(f"{defaults} of 40 defaulted, and at least 10" in note for note in found.notes)


def test_enough_defaults_make_a_model_with_grades_and_points(invoices):
    luck = np.random.default_rng(2)
    debt = luck.random(600)
    bad = luck.random(600) < 0.02 + 0.3 * debt**2
    found = fit_customers(master_of(600, debt_ratio=debt, defaulted=bad), invoices, AS_OF, BASE)
    world = Firms(**found.firms)
    assert world.default.drivers.debt_ratio > BASE.default.drivers.debt_ratio
    assert world.debt_ratio[5] == pytest.approx(np.median(debt))
    assert world.default.mean_pd == pytest.approx((bad.sum() + 100 * 0.0202) / 700, abs=0.01)
    assert found.model.metrics.set_index("measure").loc["auc", "value"] > 0.6
    assert found.model.grades["annual_pd"].is_monotonic_increasing
    assert found.model.grades["defaults"].sum() == bad.sum()
    assert found.model.points["indicator"].unique().tolist() == ["debt_ratio"]
    text = "\n".join(found.model.summary())
    assert "Hosmer-Lemeshow" in text
    assert "nan" not in text
