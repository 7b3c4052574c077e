"""Synthetic customers: the same people in every company, spread as the world says."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import simkit.portfolio.roll as roll
from simkit.errors import UserError
from simkit.portfolio.contracts import CUSTOMERS
from simkit.portfolio.roll import CHANNELS, MOST_MARKETING, customers_by_region, draw_roll
from simkit.portfolio.synthetic import draw_customers
from simkit.scenario.policy import Policy
from simkit.scenario.policy.contract import Contract
from simkit.scenario.run import Run
from simkit.scenario.scenario import Scenario
from simkit.scenario.world import World
from simkit.scenario.world.customers import Customers, TermShare
from simkit.scenario.world.funnel import Channel, Channels, Funnel
from simkit.scenario.world.payment import Payment
from simkit.scenario.world.reps import Reps

FIVE_ERRORS = 5.0  # one in two million a comparison
DEPEND_ON_SIZE = ["arrival_day", "rep_id"]


def scenario(customers: int = 400, regions: int = 4, world: World | None = None, **run: int) -> Scenario:
    names = [f"R{n}" for n in range(regions)]
    return Scenario(name="t", world=world or World(), run=Run(customers=customers, regions=names, **run))


@pytest.fixture(scope="module")
def many() -> pd.DataFrame:
    return draw_customers(scenario(30_000, 3), 0)


@pytest.fixture(scope="module")
def on_books(many) -> pd.DataFrame:
    return many[many["arrival_day"] < 0]


def close(sample: pd.Series | np.ndarray, mean: float) -> bool:
    return abs(np.mean(sample) - mean) <= FIVE_ERRORS * np.std(sample) / np.sqrt(len(sample))


# -------------------------------------------------------------------- who there is


@settings(deadline=None, max_examples=25)
@given(
    customers=st.integers(1, 300),
    regions=st.integers(1, 6),
    per_rep=st.integers(1, 50),
    new=st.floats(0, 3),
    replication=st.integers(0, 5),
)
def test_every_company_is_well_formed(customers, regions, per_rep, new, replication) -> None:
    world = World(customers=Customers(new_per_year=new), reps=Reps(customers_per_rep=per_rep))
    given_scenario = scenario(customers, regions, world)
    table = CUSTOMERS.validate(draw_customers(given_scenario, replication))
    books = table[table["arrival_day"] == -1]
    assert len(books) == customers
    sizes = books.groupby("region_index").size().reindex(range(regions), fill_value=0)
    assert list(sizes) == list(customers_by_region(customers, regions))
    assert sizes.max() - sizes.min() <= 1
    assert (table["region"] == "R" + table["region_index"].astype(str)).all()
    assert (table["customer_id"] // 10**8 - 1 == table["region_index"]).all()
    assert ((table["customer_id"] % 10**8 >= 5 * 10**7) == (table["arrival_day"] >= 0)).all()
    assert table["arrival_day"].max() < given_scenario.run.horizon_days
    assert (table.loc[table["arrival_day"] >= 0, "history_lines"] == 0).all()
    reps = table["rep_id"] - (table["region_index"] + 1) * 10**4
    assert (reps >= 0).all()
    assert (reps < -(-table["region_index"].map(sizes) // per_rep)).all()
    assert books.groupby("rep_id").size().max() <= per_rep


def test_ids_count_from_the_regions_base() -> None:
    table = draw_customers(scenario(7, 2), 0)
    books = table.loc[table["arrival_day"] < 0, "customer_id"]
    assert list(books) == [100000000, 100000001, 100000002, 100000003, 200000000, 200000001, 200000002]


def test_the_same_numbers_for_the_same_seed() -> None:
    pd.testing.assert_frame_equal(draw_customers(scenario(), 2), draw_customers(scenario(), 2))


@pytest.mark.parametrize("other", [{"replication": 1}, {"seed": 5}])
def test_other_replications_and_seeds_have_other_people(other) -> None:
    first = draw_customers(scenario(), 0)
    given_scenario = scenario(seed=other["seed"]) if "seed" in other else scenario()
    second = draw_customers(given_scenario, other.get("replication", 0))
    both = first.merge(second, on="customer_id")
    for name in ("quality", "frailty", "orders_per_year", "pledgeable_cover", "market_rank"):
        assert (both[f"{name}_x"] != both[f"{name}_y"]).all()
        correlation = stats.spearmanr(both[f"{name}_x"], both[f"{name}_y"]).statistic
        assert abs(correlation) < FIVE_ERRORS / np.sqrt(len(both))


@settings(deadline=None, max_examples=10)
@given(st.integers(1, 200), st.integers(0, 200), st.integers(1, 4), st.integers(0, 2))
def test_growth_of_the_company_changes_nobody(customers, more, regions, more_regions) -> None:
    small = draw_customers(scenario(customers, regions), 3)
    large = draw_customers(scenario(customers + more, regions + more_regions), 3)
    if not more_regions:
        assert len(large[large["arrival_day"] < 0]) == customers + more
    common = np.intersect1d(small["customer_id"], large["customer_id"])
    assert common.size > 0
    fixed = [name for name in small.columns if name not in ["region", *DEPEND_ON_SIZE]]
    one, other = (t.set_index("customer_id").loc[common, fixed[1:]] for t in (small, large))
    pd.testing.assert_frame_equal(one, other)
    books = common[common % 10**8 < 5 * 10**7]
    one, other = (t.set_index("customer_id").loc[books, "rep_id"] for t in (small, large))
    pd.testing.assert_series_equal(one, other)


def test_no_lever_changes_anybody() -> None:
    strict = Policy(contract=Contract(prepayment_share=0.9, term_days=10))
    changed = scenario().model_copy(update={"policy": strict, "status_quo": strict})
    pd.testing.assert_frame_equal(draw_customers(scenario(), 0), draw_customers(changed, 0))


FUNNEL = Funnel(
    channels=Channels(
        online_ads=Channel(share=0.5, qualified=0.25, proposal=0.5, negotiation=0.8, lead_fen=1),
        trade_fairs=Channel(share=0.2, qualified=0.5, proposal=0.8, negotiation=0.25, lead_fen=2),
        partners=Channel(share=0.3, qualified=0.6, proposal=0.5, negotiation=0.5, lead_fen=3),
    )
)
LEADS_PER_APPLICATION = {"online_ads": 5.0, "trade_fairs": 2.0, "partners": 2.0}
"""A channel's share of the applications over what passes its three stages."""


def leads(given_scenario: Scenario, replications: int) -> pd.DataFrame:
    tables = [draw_roll(given_scenario, replication) for replication in range(replications)]
    table = pd.concat(tables, keys=range(replications), names=["replication"]).reset_index("replication")
    return table[table["arrival_day"] >= 0]


def test_leads_come_as_a_poisson_process_twice_as_many_as_without_marketing() -> None:
    """Twice the applications a year x the leads that it takes, so that any policy can reach some more."""
    given_scenario = scenario(300, 3, World(customers=Customers(new_per_year=2.0), funnel=FUNNEL))
    horizon, replications = given_scenario.run.horizon_days, 30
    came = leads(given_scenario, replications)
    a_day = 2 * 2.0 * 300 / 365 * sum(LEADS_PER_APPLICATION.values())
    expected = replications * horizon * a_day
    assert abs(len(came) - expected) < FIVE_ERRORS * np.sqrt(expected)
    per_day = came.groupby(["replication", "arrival_day"]).size().unstack(fill_value=0).to_numpy()
    assert per_day.shape == (replications, horizon)
    assert stats.chisquare(per_day.sum(axis=0)).pvalue > 1e-6
    dispersion = per_day.var() / per_day.mean()  # 1 for a Poisson count, with error sqrt(2 / days)
    assert abs(dispersion - 1) < FIVE_ERRORS * np.sqrt(2 / per_day.size)


def test_leads_of_a_region_are_in_proportion_to_its_customers() -> None:
    came = leads(scenario(301, 2, World(customers=Customers(new_per_year=2.0), funnel=FUNNEL)), 10)
    counts = came.groupby("region_index").size().to_numpy()
    assert stats.chisquare(counts, counts.sum() * np.array([151, 150]) / 301).pvalue > 1e-6


def test_channels_bring_leads_as_many_as_their_applications_take() -> None:
    came = leads(scenario(300, 3, World(customers=Customers(new_per_year=2.0), funnel=FUNNEL)), 10)
    counts = came["channel"].value_counts()
    expected = {CHANNELS.index(name): leads / 9.0 for name, leads in LEADS_PER_APPLICATION.items()}
    assert set(counts.index) == set(expected)
    shares = np.array([expected[channel] for channel in counts.index])
    assert stats.chisquare(counts, counts.sum() * shares).pvalue > 1e-6


def test_channel_without_a_share_brings_nobody() -> None:
    channels = FUNNEL.channels.model_copy(
        update={
            "online_ads": FUNNEL.channels.online_ads.model_copy(update={"share": 0.0}),
            "trade_fairs": FUNNEL.channels.trade_fairs.model_copy(update={"share": 0.7}),
        }
    )
    came = leads(scenario(300, 3, World(funnel=Funnel(channels=channels))), 3)
    assert set(came["channel"]) == {CHANNELS.index("trade_fairs"), CHANNELS.index("partners")}


def test_reach_is_even_up_to_the_most_marketing_and_knows_no_channel(many) -> None:
    """So that a marketing factor brings its share of the leads drawn: at 1 half of them."""
    came = many[many["arrival_day"] >= 0]
    assert MOST_MARKETING == 2
    for _, of_channel in came.groupby("channel"):
        assert stats.kstest(of_channel["reach"], stats.uniform(0, MOST_MARKETING).cdf).pvalue > 1e-6
    assert abs(np.corrcoef(came["reach"], came["quality"])[0, 1]) < FIVE_ERRORS / np.sqrt(len(came))


def test_who_is_on_the_books_came_through_no_channel(on_books) -> None:
    assert (on_books["channel"] == CHANNELS.index("on_the_books")).all()
    assert (on_books["reach"] == 0).all()


def test_reps_share_the_leads(many) -> None:
    came = many[(many["arrival_day"] >= 0) & (many["region_index"] == 0)]
    counts = came.groupby("rep_id").size().reindex(range(10_000, 10_500), fill_value=0)
    assert stats.chisquare(counts).pvalue > 1e-6


def test_who_else_is_drawn_changes_nobody() -> None:
    everybody = draw_customers(scenario(200), 1)
    some = draw_roll(scenario(200), 1).sample(frac=0.3, random_state=1).reset_index(drop=True)
    drawn = draw_customers(scenario(200), 1, some).set_index("customer_id")
    same = everybody.set_index("customer_id").loc[drawn.index]
    pd.testing.assert_frame_equal(drawn, same, check_exact=True)


def test_no_leads_where_nobody_applies() -> None:
    table = draw_customers(scenario(50, world=World(customers=Customers(new_per_year=0.0))), 0)
    assert len(table) == 50


def test_too_many_reps_to_tell_apart() -> None:
    world = World(reps=Reps(customers_per_rep=1))
    with pytest.raises(
        UserError, match=r"region 'R0' would have 10,001 reps .* world\.reps\.customers_per_rep"
    ):
        draw_customers(scenario(10_001, 1, world), 0)


def test_too_many_leads_to_tell_apart(monkeypatch) -> None:
    monkeypatch.setattr(roll, "LEAD_STEP", 10)
    with pytest.raises(UserError, match=r"region 'R0' would have [\d,]+ leads .* at most 10 can"):
        draw_customers(scenario(100, 1), 0)


# -------------------------------------------------------------------- how they buy


def test_order_rates_are_gamma(many) -> None:
    law = stats.gamma(1.2, scale=6.0 / 1.2)
    assert stats.kstest(many["orders_per_year"], law.cdf).pvalue > 1e-6


def test_order_values_are_lognormal_and_larger_for_larger_firms(many) -> None:
    law = stats.lognorm(0.9, scale=6_000_000)
    assert stats.kstest(many["order_value_fen"], law.cdf).pvalue > 1e-6
    size = many["net_assets_million"]
    follows = stats.spearmanr(many["order_value_fen"], size).statistic
    assert 0.3 < follows < 6 / np.pi * np.arcsin(0.5 / 2)  # net assets are a blurred view of size


def test_usual_purchases_are_rate_times_mean_value(many) -> None:
    mean_value = many["order_value_fen"] * np.exp(0.6**2 / 2)
    expected = many["orders_per_year"] / 12 * mean_value
    assert np.all(np.abs(many["monthly_purchases_fen"] - np.maximum(expected, 1)) <= 1 + 1e-6 * expected)


def test_terms_have_the_stated_shares_and_large_firms_ask_for_more(many) -> None:
    for days, share in [(30, 0.15), (60, 0.30), (90, 0.45), (120, 0.10)]:
        assert close(many["term_wanted_days"] == days, share)
    assert 0.1 < stats.spearmanr(many["term_wanted_days"], many["net_assets_million"]).statistic < 0.3


def test_terms_may_be_listed_in_any_order() -> None:
    terms = [TermShare(days=30, share=0.4), TermShare(days=90, share=0.6)]
    one, other = (
        draw_customers(scenario(200, world=World(customers=Customers(terms=listed))), 0)
        for listed in (terms, terms[::-1])
    )
    pd.testing.assert_frame_equal(one, other)


def test_values_beyond_all_bounds_stay_whole_fen() -> None:
    huge = Customers(order_value_fen=10**13, order_value_spread_between=3.0, order_value_spread_within=3.0)
    tiny = Customers(order_value_fen=1, order_value_spread_between=3.0, orders_shape=0.05)
    for customers in (huge, tiny):
        table = draw_customers(scenario(2_000, world=World(customers=customers)), 0)
        CUSTOMERS.validate(table)
        assert table["order_value_fen"].max() <= 10**15
        assert table["orders_per_year"].min() >= 1e-6


# -------------------------------------------------------------------- how they paid


def test_history_follows_the_order_rate(on_books) -> None:
    assert close(on_books["history_lines"], 12.0)
    mean = 12 * on_books["orders_per_year"] / 6
    scaled = (on_books["history_lines"] - mean) / np.sqrt(mean)  # mean 0, variance 1 for a Poisson count
    assert close(scaled, 0.0)
    assert close(scaled**2, 1.0)


def test_late_share_is_the_survival_of_the_shifted_hazard(on_books) -> None:
    lines = on_books[on_books["history_lines"] > 0]
    late = 0.40 ** np.exp(lines["frailty"] + 0.35 * lines["quality"])
    count = lines["history_lines"]
    scaled = (lines["history_late"] - count * late) / np.sqrt(count)
    assert close(scaled, 0.0)
    assert scaled.var() == pytest.approx((late * (1 - late)).mean(), rel=0.05)


def test_without_frailty_and_quality_all_share_one_late_share() -> None:
    world = World(payment=Payment(frailty_sd=0.0, quality_weight=0.0, history_prior_share=0.25))
    table = draw_customers(scenario(5_000, 1, world), 0)
    total = table["history_lines"].sum()
    error = np.sqrt(0.25 * 0.75 / total)
    assert table["history_late"].sum() / total == pytest.approx(0.25, abs=FIVE_ERRORS * error)


@pytest.mark.parametrize("certain", [0.0, 1.0])
def test_certain_lateness(certain) -> None:
    table = draw_customers(scenario(world=World(payment=Payment(history_prior_share=certain))), 0)
    assert (table["history_late"] == certain * table["history_lines"]).all()
    assert (table["past_overdue"] == certain).all()


def test_record_is_shrunk_towards_the_prior(many) -> None:
    expected = (many["history_late"] + 0.4 * 3) / (many["history_lines"] + 3)
    np.testing.assert_allclose(many["past_overdue"], expected, rtol=1e-12)
    np.testing.assert_allclose(many.loc[many["arrival_day"] >= 0, "past_overdue"], 0.4)


def test_no_history_on_record() -> None:
    table = draw_customers(scenario(world=World(customers=Customers(history_lines=0.0))), 0)
    assert (table["history_lines"] == 0).all()
    np.testing.assert_allclose(table["past_overdue"], 0.4)


# -------------------------------------------------------------------- who they are


def test_frailty_is_normal(many) -> None:
    assert stats.kstest(many["frailty"], stats.norm(0, 0.9).cdf).pvalue > 1e-6
    assert abs(np.corrcoef(many["frailty"], many["quality"])[0, 1]) < FIVE_ERRORS / np.sqrt(len(many))


def test_disputes_have_the_mean_and_strike_weak_firms_and_bad_payers(many) -> None:
    assert close(many["legal_disputes"], 0.25)
    mean = 0.25 * np.exp(-0.5 * many["quality"] - 0.4 * many["frailty"] - (0.25 + 0.16 * 0.81) / 2)
    assert close((many["legal_disputes"] - mean) * many["quality"], 0.0)
    assert close((many["legal_disputes"] - mean) * many["frailty"], 0.0)
    assert np.cov(many["legal_disputes"], many["quality"])[0, 1] < -0.1


def test_collateral_and_condition(many) -> None:
    assert stats.kstest(many["pledgeable_cover"], stats.lognorm(0.8, scale=0.9).cdf).pvalue > 1e-6
    assert stats.kstest(many["market_rank"], "uniform").pvalue > 1e-6
    for phase, share in zip(range(-2, 3), [0.08, 0.20, 0.40, 0.22, 0.10], strict=True):
        assert close(many["industry_phase"] == phase, share)


def test_mean_risk_is_the_stated_one(many) -> None:
    assert close(many["annual_pd"], 0.02)
