"""What is counted region by region and added up is what the whole company comes to."""

import weakref
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simkit.engine import compiled, simulation
from simkit.engine.result import Result
from simkit.outcomes.breakdowns import BREAKDOWNS, breakdowns
from simkit.outcomes.kpis import Kpis, kpis
from simkit.outcomes.summary import TALLIES, fold, summarise
from simkit.scenario.run import Run as Length
from simkit.scenario.scenario import Scenario
from simkit.scenario.world import World
from simkit.scenario.world.economy import Economy
from tests.outcomes import ledgers, orders
from tests.outcomes.ledgers import Ledger, on, typed
from tests.outcomes.runs import (
    ACTIONS,
    COMMISSIONS,
    DAILY,
    DESKS,
    LEADS,
    MONTHS,
    SEGMENTS,
    HandRun,
    lead,
    rows,
    scenario,
)

REGIONS = ("East", "West")
BY_LINE = ("receipts", "actions")
MONEY = (
    "sales_fen",
    "list_sales_fen",
    "discount_fen",
    "bad_debt_fen",
    "interest_income_fen",
    "treatment_cost_fen",
)
NUMBERS = ("orders", "new_customers", "leads", "flagged_months")
COUNT = st.integers(0, 50)


def home(customer_id: int) -> str:
    """Return the region of a customer: it has one only, and so has all that is of it."""
    return REGIONS[customer_id % 2]


@st.composite
def leads(draw: st.DrawFn) -> pd.DataFrame:
    found = []
    for customer in draw(st.sets(st.integers(1, 12), max_size=8)):
        days = np.cumsum(
            [draw(st.integers(0, 70)), *draw(st.lists(st.integers(0, 9), min_size=4, max_size=4))]
        )
        stage = draw(st.sampled_from(["lead", "qualified", "proposal", "negotiation", "signed"]))
        entered = tuple(days.tolist())[: 5 if stage == "signed" else 4]
        found.append(
            lead(
                customer,
                stage,
                entered,
                region=home(customer),
                channel=draw(st.sampled_from(["partners", "trade_fairs", "fax"])),
                cooled=draw(st.booleans()),
                lead_fen=draw(COUNT),
                period=draw(st.sampled_from(["warm_up", "policy"])),
            )
            | ({"outcome": "open"} if stage != "signed" and draw(st.booleans()) else {})
        )
    return rows(LEADS, *found)


@st.composite
def monthly(draw: st.DrawFn) -> dict[str, pd.DataFrame]:
    places = [(region, month) for region in REGIONS for month in MONTHS]
    kept = draw(st.sets(st.sampled_from(places)))
    work = ("submitted", "started", "dropped", "waiting_minutes", "worked_minutes", "open_minutes", "queue")
    share = st.floats(0.1, 1.0) | st.just(float("nan"))
    return {
        "segments": rows(
            SEGMENTS,
            *(
                {
                    "region": region,
                    "month": month,
                    "tier": tier,
                    "customers": draw(COUNT),
                    "treatment_fen": draw(COUNT),
                }
                for region, month in sorted(kept)
                for tier in ("core", "dormant")
            ),
        ),
        "desks": rows(
            DESKS,
            *(
                {
                    "region": region,
                    "month": month,
                    "desk": draw(st.sampled_from(["reps", "legal", "canteen"])),
                }
                | {name: draw(COUNT) for name in work}
                for region, month in sorted(kept)
            ),
        ),
        "commissions": rows(
            COMMISSIONS,
            *(
                {
                    "region": region,
                    "month": month,
                    "satisfaction": draw(share),
                    "collection_rate": draw(share),
                }
                | {"vacant": draw(st.booleans()), "award_fen": draw(COUNT), "level": draw(st.integers(0, 2))}
                for region, month in sorted(kept)
            ),
        ),
    }


@st.composite
def companies(draw: st.DrawFn) -> HandRun:
    """Draw a company of two regions of which every table has something."""
    drawn = [replace(order, region=home(order.customer_id)) for order in draw(orders.drawn)]
    scores = [replace(order, score=float(draw(st.integers(20, 90)))) for order in drawn]
    lines = [
        replace(line, customer_id=line.order_id, region=home(line.order_id))
        for line in draw(ledgers.ledgers()).lines
    ]
    ledger = Ledger(lines)
    steps = [
        {
            "line_id": line.line_id,
            "stage": draw(st.integers(0, 2)),
            "minutes": draw(COUNT),
            "cost_fen": draw(COUNT),
        }
        | {"finished_date": on(line.due + draw(st.integers(-9, 60)))}
        for line in lines
    ]
    days = [
        {"region": region, "date": on(day), "closing_fen": draw(COUNT), "not_due_fen": draw(COUNT)}
        for region in REGIONS
        for day in range(20, 37)
    ]
    bad = draw(st.sets(st.integers(1, 6)))
    customers = pd.DataFrame(
        {"customer_id": range(1, 7), "default_date": [on(90) if n in bad else None for n in range(1, 7)]}
    )
    return HandRun(
        scenario=scenario(run_out=500),
        customers=typed(customers),
        orders=orders.table(scores),
        receivables=ledger.receivables(),
        receipts=ledger.receipts(),
        actions=rows(ACTIONS, *steps),
        leads=draw(leads()),
        daily=rows(DAILY, *days),
        **draw(monthly()),
    )


def parts(run: HandRun) -> Iterator[HandRun]:
    """Yield each region of a company as a run of its own."""
    for name in REGIONS:
        lines = run.receivables[run.receivables["region"] == name]
        theirs = {table: of[of["region"] == name] for table, of in vars(run).items() if hasattr(of, "region")}
        theirs |= {table: getattr(run, table).merge(lines["line_id"]) for table in BY_LINE}
        customers = run.customers[[home(number) == name for number in run.customers["customer_id"]]]
        yield replace(run, **theirs, customers=customers)


def assert_same(found: Kpis, expected: Kpis) -> None:
    assert list(found) == list(expected)
    for name, value in expected.items():
        if isinstance(value, int):
            assert (found[name], type(found[name])) == (value, int), name
        else:
            assert found[name] == (None if value is None else pytest.approx(value, rel=1e-12)), name


@settings(max_examples=20, deadline=None)
@given(run=companies())
def test_the_whole_is_the_sum_of_its_regions(run: HandRun) -> None:
    whole, east, west = summarise(run), *map(summarise, parts(run))
    expected = kpis(whole)
    for folded in (east + west, west + east):
        assert_same(kpis(folded), expected)
    shown = breakdowns(east + west)
    for name, table in breakdowns(whole).items():
        pd.testing.assert_frame_equal(shown[name], table, rtol=1e-12, atol=1e-15)
    # No money is lost or counted twice, nor is anybody.
    in_east, in_west = kpis(east), kpis(west)
    for name in (*MONEY, *NUMBERS):
        assert expected[name] == in_east[name] + in_west[name], name


# ---------------------------------------------------------------- a simulated company


@pytest.fixture(scope="module")
def company() -> Scenario:
    length = Length(customers=90, regions=["North", "South", "East"], warm_up_days=200, policy_days=200)
    return Scenario(name="company", run=length, world=World(economy=Economy(factor=3.0)))


@pytest.fixture(scope="module")
def whole(company: Scenario) -> Result:
    return simulation.simulate(company)


def test_a_simulated_company_is_the_sum_of_its_regions_to_the_last_digit(
    company: Scenario, whole: Result
) -> None:
    folded = fold(whole.by_region())
    assert kpis(fold(simulation.regions(company))) == kpis(folded)
    assert kpis(folded) == kpis(whole)
    assert set(breakdowns(folded)) == set(BREAKDOWNS)
    for name, table in breakdowns(folded).items():
        pd.testing.assert_frame_equal(table, BREAKDOWNS[name](whole), check_exact=True)


def test_no_region_is_kept_while_the_next_is_made(company: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "TOGETHER", 0)
    seen: list[weakref.ref[pd.DataFrame]] = []

    def watched(region: Result) -> Result:
        assert [one for one in seen if one() is not None] == []
        seen.extend(weakref.ref(getattr(region, name)) for name in Result.names())
        return region

    fold(map(watched, simulation.regions(company)))
    assert len(seen) == len(company.run.regions) * len(Result.names())


def test_regions_are_views_of_the_whole_and_make_it_again(
    company: Scenario, whole: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiled, "TOGETHER", 0)
    for view, region in zip(whole.by_region(), simulation.regions(company), strict=True):
        for name in Result.names():
            pd.testing.assert_frame_equal(getattr(view, name).reset_index(drop=True), getattr(region, name))
    assert kpis(fold(whole.by_region())) == kpis(whole)


def test_a_summary_does_not_grow_with_the_company(company: Scenario) -> None:
    """But for the scores, of which every one counts, and nothing of it refers to a table."""
    lengths = [company.run.model_copy(update={"customers": customers}) for customers in (30, 90)]
    runs = [simulation.simulate(company.model_copy(update={"run": length})) for length in lengths]
    small, large = map(summarise, runs)
    for kind in TALLIES:
        if kind.__name__ != "Scored":
            assert size(small.tallies[kind]) == size(large.tallies[kind]), kind


def size(tally: object) -> int:
    """Return how many numbers a tally holds."""
    if isinstance(tally, np.ndarray):
        assert tally.dtype != object
        return tally.size
    if isinstance(tally, dict):
        return sum(map(size, tally.values()))
    if isinstance(tally, (int, float, np.number)):
        return 1
    return sum(map(size, vars(tally).values()))
