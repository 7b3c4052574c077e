import numpy as np
import pandas as pd
import pytest

from simkit.calibration.purchase_model import Purchases, fit_season
from simkit.scenario.draws import laid_over
from simkit.scenario.world import World
from simkit.scenario.world.customers import Customers

BASE = World()
FIRST = pd.Timestamp("2022-01-01")


def fit_purchases(ledger, base):
    found = Purchases(ledger, base)
    return found.values(), found.notes()


def invoices(customer, day, term=30, amount=100_000):
    issue = FIRST + pd.to_timedelta(np.asarray(day, dtype=float), unit="D")
    frame = pd.DataFrame(
        {"customer_id": np.asarray(customer).astype(str), "issue_date": issue, "currency": "CNY"}
    )
    return frame.assign(due_date=issue + pd.to_timedelta(np.broadcast_to(term, len(frame)).astype(float), unit="D"),
                        amount_fen=np.broadcast_to(amount, len(frame)))  # fmt: skip


@pytest.mark.parametrize("shape", [0.4, 3.0])
def test_order_rates_are_those_of_all_customers(shape):
    luck = np.random.default_rng(1)
    counts = luck.poisson(luck.gamma(shape, 12 / shape, 1500))
    customer = np.repeat(np.arange(len(counts)), counts)  # one who never bought is not in a ledger
    values, notes = fit_purchases(invoices(customer, luck.integers(0, 365, len(customer))), BASE)
    assert values["orders_per_year"] == pytest.approx(12, rel=4 / (shape * 1500) ** 0.5)
    assert values["orders_shape"] == pytest.approx(shape, rel=0.25)
    assert values["gap_shape"] == pytest.approx(1, abs=0.08)
    assert values["churn_per_year"] < 0.05
    assert any(note.startswith("95 % intervals: orders_per_year ") for note in notes)


def test_only_the_last_two_years_tell_the_order_rate():
    long_ago = invoices(np.repeat(np.arange(50), 40), np.tile(np.arange(40), 50))
    lately = invoices(np.repeat(np.arange(100, 110), 10), np.tile(np.arange(1100, 1400, 30), 10))
    values, notes = fit_purchases(pd.concat([long_ago, lately]), BASE)
    assert values["orders_per_year"] == pytest.approx(365 / 30, rel=0.15)
    assert values["history_lines"] == pytest.approx((50 * 40 + 100) / 60)
    assert notes[0].startswith(
        "orders: 100 days with an invoice of 10 customers in the ledger's last 730 days"
    )


def test_invoices_of_a_day_are_an_order_cut_up():
    luck = np.random.default_rng(5)
    whole = invoices(np.repeat(np.arange(60), 10), luck.integers(0, 500, 600), amount=300_000)
    whole = whole.drop_duplicates(["customer_id", "issue_date"])
    cut = pd.concat([whole.assign(amount_fen=100_000)] * 3)
    values, _ = fit_purchases(whole, BASE)
    of_cut, notes = fit_purchases(cut, BASE)
    assert of_cut["history_lines"] == 3 * values["history_lines"]
    assert of_cut["orders_per_year"] == pytest.approx(values["orders_per_year"], rel=0.03)
    assert of_cut["order_value_fen"] == pytest.approx(values["order_value_fen"], rel=0.05)
    assert notes[0].endswith("100% of orders are taken to be cut into several invoices of a day")


def test_a_few_customers_stay_near_the_base_world_and_say_so():
    values, notes = fit_purchases(invoices(["a", "b"], [0, 4]), BASE)
    base = BASE.customers
    assert values["orders_shape"] == pytest.approx(base.orders_shape, rel=0.2)
    assert values["gap_shape"] == pytest.approx(base.gap_shape, rel=0.2)
    assert (
        "orders_shape, gap_shape, customers who stop in a year: the ledger tells little, kept near the base world"
        in notes
    )


def test_clockwork():
    values, _ = fit_purchases(invoices(["a"] * 40, np.arange(40) * 10), BASE)
    assert values["gap_shape"] > 4
    assert values["orders_per_year"] == pytest.approx(36.5, rel=0.3)


def test_churn_is_without_the_defaults_of_the_base_world():
    leaving = invoices(np.repeat(np.arange(200), 8), (np.arange(8) * 9 + np.arange(200)[:, None] * 3).ravel())
    values, _ = fit_purchases(leaving, BASE)
    safe = laid_over(BASE, {"firms": {"default": {**BASE.firms.default.model_dump(), "mean_pd": 0.0}}})
    all_of_them, _ = fit_purchases(leaving, safe)
    kept = (1 - values["churn_per_year"]) * (1 - BASE.firms.default.mean_pd)
    assert kept == pytest.approx(1 - all_of_them["churn_per_year"])
    assert all_of_them["churn_per_year"] > 0.5


def test_order_values_are_recovered():
    luck = np.random.default_rng(3)
    customer = np.repeat(np.arange(1500), luck.integers(1, 9, 1500))
    level = luck.normal(np.log(5e6), 0.7, 1500)
    amounts = np.exp(level[customer] + luck.normal(0, 0.5, len(customer))).astype(np.int64)
    values, _ = fit_purchases(invoices(customer, luck.integers(0, 365, len(customer)), amount=amounts), BASE)
    assert values["order_value_fen"] == pytest.approx(5e6, rel=4 * 0.7 / 1500**0.5)
    assert values["order_value_spread_between"] == pytest.approx(0.7, abs=0.06)
    assert values["order_value_spread_within"] == pytest.approx(0.5, abs=0.03)


def test_order_values_of_one_customer_and_of_single_invoices():
    amounts = np.array([100, 200, 400])
    one, _ = fit_purchases(invoices(["a"] * 3, [0, 1, 2], amount=amounts), BASE)
    assert one["order_value_fen"] == 200
    assert one["order_value_spread_within"] == pytest.approx(np.log([1, 2, 4]).std(ddof=1))
    assert one["order_value_spread_between"] == BASE.customers.order_value_spread_between
    each, _ = fit_purchases(invoices(["a", "b", "c"], [0, 1, 2], amount=amounts), BASE)
    assert each["order_value_spread_within"] == BASE.customers.order_value_spread_within


def test_terms_are_the_commonest_and_sum_to_one():
    term = np.repeat([0, 7, 14, 30, 45, 60, 75, 90, 400, 500], [3, 3, 3, 50, 3, 20, 3, 10, 3, 2])
    values, notes = fit_purchases(invoices(["a"] * 100, np.arange(100), term=term), BASE)
    terms = {one["days"]: one["share"] for one in values["terms"]}
    assert list(terms) == [1, 7, 14, 30, 45, 60, 90, 365]
    assert round(sum(terms.values()) * 10_000) == 10_000
    assert sum(round(share * 10_000) for share in terms.values()) == 10_000
    assert terms[30] == pytest.approx(50 / 97, abs=1e-3)
    assert "terms beyond the 8 commonest, left out: 3.0% of the invoices" in notes
    Customers.model_validate({**BASE.customers.model_dump(), **values})


def seasonal(years, counts, growth=1.0):
    months = pd.period_range("2020-04", periods=12 * years + 2, freq="M")
    days = []
    for number, month in enumerate(months):
        days += [month.start_time] * round(counts[month.month - 1] * growth ** ((number - 1) // 12))
    issue = pd.Series(days)
    return pd.DataFrame({"customer_id": "a", "issue_date": issue})


def test_season_is_found_january_first_and_growth_taken_out():
    counts = np.array([60, 20, 80, 100, 120, 100, 90, 110, 100, 100, 150, 170])
    # The first and last months may be cut and are left out: years run from May, and so does the growth here.
    assert fit_season(seasonal(3, counts, growth=2.0)) == pytest.approx(counts / counts.mean(), abs=0.03)


def test_season_needs_two_full_years_of_some_business():
    assert fit_season(seasonal(1, np.full(12, 50))) is None
    assert fit_season(seasonal(3, np.full(12, 5))) is None
    assert fit_season(seasonal(2, np.full(12, 50))) == pytest.approx(np.ones(12))


def test_a_season_of_mere_chance_is_shrunk_to_a_flat_year():
    luck = np.random.default_rng(8)
    months = pd.period_range("2020-04", periods=38, freq="M")
    days = [month.start_time for month in months for _ in range(luck.poisson(20))]
    season = fit_season(pd.DataFrame({"customer_id": "a", "issue_date": days}))
    raw = 1 / np.sqrt(3 * 20)  # spread of the unshrunk factors by chance alone
    assert np.std(season) < raw / 2
    assert np.mean(season) == pytest.approx(1)
