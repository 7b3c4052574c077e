"""The roll: who is on the books, and which leads come on which day through which channel."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from simkit.errors import UserError
from simkit.portfolio import roll
from simkit.portfolio.roll import (
    CHANNELS,
    MOST_MARKETING,
    binomial_counts,
    customers_by_region,
    draw_roll,
    pick,
    poisson_counts,
)
from simkit.scenario.policy import Policy
from simkit.scenario.policy.funnel import Funnel as FunnelPolicy
from simkit.scenario.policy.funnel import Marketing
from simkit.scenario.run import Run
from simkit.scenario.scenario import Scenario
from simkit.scenario.world import World
from simkit.scenario.world.customers import Customers
from simkit.scenario.world.funnel import Channel, Channels, Funnel
from simkit.scenario.world.reps import Reps
from simkit.streams import Stream, uniform

RARE = 1e-6
FIVE_ERRORS = 5.0  # one in two million a comparison
LUCK = st.floats(2.0**-53, 1 - 2.0**-53)
# Share of the applications, and of its leads those that qualify, ask for a proposal and negotiate (assumptions).
WORLD = {
    "online_ads": (0.4, 0.10, 0.70, 0.65),
    "trade_fairs": (0.3, 0.20, 0.70, 0.65),
    "partners": (0.3, 0.35, 0.75, 0.70),
}
PER_APPLICATION = [share / (first * second * third) for share, first, second, third in WORLD.values()]


def scenario(customers: int, regions: int, world: World | None = None, **run: int) -> Scenario:
    names = [f"R{n}" for n in range(regions)]
    return Scenario(name="t", world=world or World(), run=Run(customers=customers, regions=names, **run))


def leads_of(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["arrival_day"] >= 0]


@pytest.fixture(scope="module")
def leads() -> pd.DataFrame:
    return leads_of(draw_roll(scenario(6_000, 3), 0))


# -------------------------------------------------------------------- how many come, and when


@pytest.mark.parametrize(
    ("size", "new", "stages"),
    [(1000, 0.3, (0.10, 0.70, 0.65)), (1000, 0.6, (0.9, 0.9, 0.9)), (50, 5.0, (0.5,) * 3)],
)
def test_rate_follows_size_need_and_conversion(size, new, stages) -> None:
    names = ("qualified", "proposal", "negotiation")
    one = {"lead_fen": 0, **dict(zip(names, stages, strict=True))}
    channels = Channels(
        online_ads=Channel(share=1.0, **one),
        trade_fairs=Channel(share=0.0, **one),
        partners=Channel(share=0.0, **one),
    )
    world = World(customers=Customers(new_per_year=new), funnel=Funnel(channels=channels))
    given_scenario = scenario(size, 1, world)
    table = leads_of(draw_roll(given_scenario, 0))
    expected = 2 * new * size / 365 / np.prod(stages) * given_scenario.run.horizon_days
    assert abs(len(table) - expected) < FIVE_ERRORS * np.sqrt(expected)
    assert set(table["channel"]) == {CHANNELS.index("online_ads")}


def test_leads_of_the_world_are_twice_what_its_applications_take(leads) -> None:
    """Twice, so that any policy's marketing finds its leads among them."""
    applications = 0.30 * 6_000 / 365 * Run().horizon_days
    expected = 2 * applications * sum(PER_APPLICATION)
    assert abs(len(leads) - expected) < FIVE_ERRORS * np.sqrt(expected)


def test_leads_of_a_day_are_drawn_by_region_and_day(leads) -> None:
    rate = 2 * 0.30 * 2_000 / 365 * sum(PER_APPLICATION)
    run = Run()
    for region, day in [(0, 0), (0, 1), (1, 0), (2, run.horizon_days - 1)]:
        luck = uniform(run.seed, 0, Stream.ARRIVALS, region + 1, day)
        came = (leads["region_index"] == region) & (leads["arrival_day"] == day)
        assert came.sum() == stats.poisson.ppf(luck, rate)


# -------------------------------------------------------------------- which they are


def test_when_a_lead_comes_tells_nothing_else(leads) -> None:
    for name in ("reach", "channel", "rep_id"):
        part = leads[leads["region_index"] == 0]
        assert stats.spearmanr(part["arrival_day"], part[name]).pvalue > RARE


def test_half_of_the_leads_come_to_a_company_that_markets_as_today(leads) -> None:
    come = leads["reach"] < 1.0
    assert abs(come.mean() - 0.5) < FIVE_ERRORS * 0.5 / np.sqrt(len(leads))


def test_no_policy_may_ask_for_more_leads_than_are_drawn() -> None:
    for name, field in Marketing.model_fields.items():
        most = min(rule.le for rule in field.metadata if hasattr(rule, "le"))
        assert most == MOST_MARKETING, name


def test_leads_are_numbered_by_arrival(leads) -> None:
    for region, part in leads.groupby("region_index"):
        first = (region + 1) * 10**8 + 5 * 10**7
        assert list(part["customer_id"]) == list(range(first, first + len(part)))
        assert part["arrival_day"].is_monotonic_increasing


def test_no_lever_changes_the_roll() -> None:
    pushed = Policy(
        funnel=FunnelPolicy(crm_reminder=False, marketing=Marketing(online_ads=2.0, partners=0.0))
    )
    one = scenario(60, 2)
    other = one.model_copy(update={"policy": pushed, "status_quo": pushed})
    pd.testing.assert_frame_equal(draw_roll(one, 1), draw_roll(other, 1))


# -------------------------------------------------------------------- limits


def test_leads_too_many_to_tell_apart(monkeypatch) -> None:
    given_scenario = scenario(100, 1)
    count = len(leads_of(draw_roll(given_scenario, 0)))
    monkeypatch.setattr(roll, "LEAD_STEP", count)
    assert len(leads_of(draw_roll(given_scenario, 0))) == count
    monkeypatch.setattr(roll, "LEAD_STEP", count - 1)
    message = (
        rf"region 'R0' would have {count:,} leads and at most {count - 1:,} can be told apart; "
        r"lower world\.customers\.new_per_year or use more regions"
    )
    with pytest.raises(UserError, match=message):
        draw_roll(given_scenario, 0)


def test_reps_too_many_to_tell_apart() -> None:
    world = World(reps=Reps(customers_per_rep=1), customers=Customers(new_per_year=0.0))
    assert draw_roll(scenario(10_000, 1, world), 0)["rep_id"].nunique() == 10_000
    message = (
        r"region 'R0' would have 10,001 reps and at most 10,000 can be told apart; "
        r"raise world\.reps\.customers_per_rep or use more regions"
    )
    with pytest.raises(UserError, match=message):
        draw_roll(scenario(10_001, 1, world), 0)


# -------------------------------------------------------------------- the parts it is made of


@given(st.integers(0, 10**6), st.integers(1, 64))
def test_regions_share_the_customers_evenly(customers, regions) -> None:
    sizes = customers_by_region(customers, regions)
    assert sizes.sum() == customers
    assert sizes.max() - sizes.min() <= 1
    assert list(sizes) == sorted(sizes, reverse=True)


@settings(max_examples=50)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=6).filter(any), st.lists(LUCK, min_size=1, max_size=20))
def test_pick_is_the_first_alternative_whose_running_share_is_above_the_luck(weights, luck) -> None:
    shares = [weight / sum(weights) for weight in weights]
    edges = np.cumsum(shares)
    plain = [next((n for n, edge in enumerate(edges[:-1]) if u < edge), len(shares) - 1) for u in luck]
    assert list(pick(shares, np.array(luck))) == plain


@settings(max_examples=50)
@given(LUCK, st.floats(0.01, 200))
def test_poisson_count_is_where_the_running_sum_of_its_law_passes_the_luck(luck, mean) -> None:
    (count,) = poisson_counts(np.array([luck]), mean)
    below, upto = stats.poisson.cdf([count - 1, count], mean)
    assert below < luck * (1 + 1e-9)
    assert luck <= upto * (1 + 1e-9)


@settings(max_examples=50)
@given(st.lists(st.tuples(LUCK, st.integers(0, 300), st.floats(0, 1)), min_size=1, max_size=50))
def test_binomial_counts_are_the_librarys(drawn) -> None:
    luck, trials, chance = map(np.array, zip(*drawn, strict=True))
    counts = binomial_counts(luck, trials, chance)
    assert counts.dtype == np.int64
    assert list(counts) == list(stats.binom.ppf(luck, trials, chance))


@given(LUCK)
def test_poisson_count_is_nothing_where_the_mean_is(luck) -> None:
    counts = poisson_counts(np.array([luck, luck]), np.array([0.0, 700.0]))
    assert counts[0] == 0
    assert counts[1] > 0
    assert counts.dtype == np.int64
