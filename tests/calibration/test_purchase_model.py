import numpy as np
import pandas as pd
import pytest

from simkit.calibration.purchase_model import fit_purchases, fit_season
from simkit.scenario.world.customers import Customers

BASE = Customers()
FIRST = pd.Timestamp("2022-01-01")


def invoices(customer, day, term=30, amount=100_000):
    issue = FIRST + pd.to_timedelta(np.asarray(day, dtype=float), unit="D")
    frame = pd.DataFrame({"customer_id": np.asarray(customer).astype(str), "issue_date": issue})
    return frame.assign(due_date=issue + pd.to_timedelta(np.broadcast_to(term, len(frame)).astype(float), unit="D"),
                        amount_fen=np.broadcast_to(amount, len(frame)))  # fmt: skip


@pytest.mark.parametrize("shape", [0.4, 1.0, 3.0])
def test_order_rates_are_recovered(shape):
    luck = np.random.default_rng(1)
    drawn = luck.poisson(luck.gamma(shape, 20 / shape, 4000))
    counts = drawn[drawn > 0]  # a customer who never bought is not in a ledger
    customer = np.repeat(np.arange(len(counts)), counts)
    values, _ = fit_purchases(invoices(customer, luck.integers(0, 365, len(customer))), BASE)
    assert values["orders_per_year"] == pytest.approx(counts.mean(), rel=0.01)
    if shape > 1:  # else too many customers bought nothing and are not seen
        assert values["orders_shape"] == pytest.approx(shape, rel=0.12)
    found = luck.poisson(
        luck.gamma(values["orders_shape"], values["orders_per_year"] / values["orders_shape"], 4000)
    )
    assert share_of_top_tenth(found) == pytest.approx(share_of_top_tenth(counts), abs=0.06)


def share_of_top_tenth(counts):
    return np.sort(counts)[-len(counts) // 10 :].sum() / counts.sum()


def test_only_the_last_year_tells_the_order_rate():
    long_ago = invoices(np.repeat(np.arange(50), 40), np.tile(np.arange(40), 50))
    lately = invoices(np.repeat(np.arange(100, 110), 10), np.tile(np.arange(700, 1000, 30), 10))
    values, notes = fit_purchases(pd.concat([long_ago, lately]), BASE)
    assert values["orders_per_year"] == pytest.approx(10)
    assert values["history_lines"] == pytest.approx((50 * 40 + 100) / 60)
    assert notes[0].startswith("orders: 100 invoices of 10 customers in the ledger's last 365 days")


def test_a_short_ledger_is_counted_over_a_month_at_least():
    values, _ = fit_purchases(invoices(["a", "b"], [0, 4]), BASE)
    assert values["orders_per_year"] == pytest.approx(365 / 30)


@pytest.mark.parametrize("shape", [0.6, 1.0, 2.0])
def test_gap_shape_is_recovered(shape):
    luck = np.random.default_rng(2)
    gaps = 40 * luck.weibull(shape, (300, 200))
    customer = np.repeat(np.arange(300), 200)
    values, _ = fit_purchases(invoices(customer, np.floor(np.cumsum(gaps, axis=1)).ravel()), BASE)
    assert values["gap_shape"] == pytest.approx(shape, rel=0.05)


def test_gap_shape_at_its_bounds_and_without_evidence():
    clockwork, _ = fit_purchases(invoices(["a"] * 40, np.arange(40) * 10), BASE)
    assert clockwork["gap_shape"] == 5.0
    bursts, _ = fit_purchases(invoices(["a"] * 60, [0] * 58 + [1, 900]), BASE)
    assert bursts["gap_shape"] == 0.3
    seldom, notes = fit_purchases(invoices(["a", "b"] * 5, np.arange(10)), BASE)
    assert seldom["gap_shape"] == BASE.gap_shape
    assert "gap_shape kept from the base world: no customer orders often enough to tell" in notes


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
    assert one["order_value_spread_between"] == BASE.order_value_spread_between
    each, _ = fit_purchases(invoices(["a", "b", "c"], [0, 1, 2], amount=amounts), BASE)
    assert each["order_value_spread_within"] == BASE.order_value_spread_within


def test_terms_are_the_commonest_and_sum_to_one():
    term = np.repeat([0, 7, 14, 30, 45, 60, 75, 90, 400, 500], [3, 3, 3, 50, 3, 20, 3, 10, 3, 2])
    values, notes = fit_purchases(invoices(["a"] * 100, np.arange(100), term=term), BASE)
    terms = {one["days"]: one["share"] for one in values["terms"]}
    assert list(terms) == [1, 7, 14, 30, 45, 60, 90, 365]
    assert round(sum(terms.values()) * 10_000) == 10_000
    assert sum(round(share * 10_000) for share in terms.values()) == 10_000
    assert terms[30] == pytest.approx(50 / 97, abs=1e-3)
    assert "terms beyond the 8 commonest, left out: 3.0% of the invoices" in notes
    Customers.model_validate({**BASE.model_dump(), **values})


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
