"""Targets against what was achieved."""

from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkit.outcomes.growth import Growth, growth
from simkit.outcomes.targets import (
    PARTS,
    KeyResult,
    growth_parts,
    growth_table,
    key_results,
    key_results_table,
)
from simkit.scenario.policy.targets import GrowthParts, Targets
from tests.outcomes.ledgers import Ledger, Line, many
from tests.outcomes.orders import Order, drawn, table
from tests.outcomes.runs import HandRun, scenario

SHARE = st.floats(0, 1 / 3)
FEN = st.integers(-(10**12), 10**12)


@pytest.mark.no_cover
@many
@given(
    shares=st.tuples(SHARE, SHARE, SHARE),
    target=st.floats(-1, 3),
    before=st.integers(0, 10**12),
    achieved=st.tuples(FEN, FEN, FEN, FEN),
)
def test_parts_sum_to_the_whole_and_the_rest_is_shown(
    shares: tuple[float, ...], target: float, before: int, achieved: tuple[int, ...]
) -> None:
    grown = Growth(before, before + sum(achieved), *achieved)
    targets = SimpleNamespace(
        sales_growth=target, parts=SimpleNamespace(**dict(zip(PARTS, shares, strict=True)))
    )
    *parts, whole = growth_parts(grown, targets)
    assert [part.part for part in parts] == [*PARTS, "unassigned"]
    assert sum(part.target_fen for part in parts) == whole.target_fen == round(target * before)
    assert sum(part.achieved_fen for part in parts) == whole.achieved_fen == sum(achieved)
    assert sum(part.share for part in parts) == pytest.approx(1.0, abs=1e-12)
    assert sum(part.target for part in parts) == pytest.approx(target, abs=1e-12)
    assert [part.target for part in parts[:3]] == [share * target for share in shares]
    if before:
        assert sum(part.achieved for part in parts) == pytest.approx(whole.achieved, rel=1e-9, abs=1e-9)
    else:
        assert {part.achieved for part in (*parts, whole)} == {None}


def test_the_handbooks_targets_leave_a_quarter_unassigned() -> None:
    parts = growth_parts(Growth(1_000_000, 1_300_000, 120_000, 75_000, 30_000, 75_000), Targets())
    assert [part.target_fen for part in parts] == [120_000, 75_000, 30_000, 75_000, 300_000]
    assert [round(part.target, 6) for part in parts] == [0.12, 0.075, 0.03, 0.075, 0.3]
    assert [part.achieved_fen for part in parts] == [part.target_fen for part in parts]


def run(orders: list[Order], lines: list[Line] | None = None, targets: Targets | None = None) -> HandRun:
    plan, ledger = scenario(), Ledger(lines or [])
    policy = plan.policy.model_copy(update={"targets": targets or Targets()})
    return HandRun(
        scenario=plan.model_copy(update={"policy": policy}),
        orders=table(orders),
        receivables=ledger.receivables(),
        receipts=ledger.receipts(),
    )


@pytest.mark.no_cover
@many
@given(orders=drawn)
def test_the_table_shows_the_growth_of_the_run(orders: list[Order]) -> None:
    shown = growth_table(run(orders)).set_index("part")
    grown = growth(table(orders), 30, 30)
    achieved = shown["achieved_fen"].to_dict()
    assert achieved["unassigned"] == grown.other_fen
    assert all(achieved[name] == getattr(grown, f"{name}_fen") for name in PARTS)
    assert achieved["sales_growth"] == grown.after_fen - grown.before_fen
    if grown.rate is None:
        assert shown["gap"].isna().all()
    else:
        assert shown.loc["sales_growth", "gap"] == pytest.approx(grown.rate - 0.3)


def test_key_results_have_an_owner_a_target_and_what_was_achieved() -> None:
    orders = [
        Order(1, 5, 100, new_customer=True),
        Order(2, 5, 100),
        Order(1, 35, 150),
        Order(3, 40, 150, new_customer=True),
        Order(4, 40, 100, new_customer=True),
    ]
    lines = [Line(1, 5, 35, 90).paid(40), Line(2, 5, 35, 10)]
    targets = Targets(parts=GrowthParts(new_customers=0.5))
    results = {result.key_result: result for result in key_results(run(orders, lines, targets))}
    assert {name: result.achieved for name, result in results.items()} == {
        "sales_growth": 1.0,
        "collection_rate": 0.9,
        "new_customers_growth": 1.0,
        "repurchase_rate": 0.5,
    }
    assert {name: result.target for name, result in results.items()} == {
        "sales_growth": 0.3,
        "collection_rate": 0.9,
        "new_customers_growth": 0.5,
        "repurchase_rate": 0.4,
    }
    assert results["new_customers_growth"].owner == "sales_director"
    assert results["repurchase_rate"].owner == "customer_success_manager"
    assert results["sales_growth"].owner is results["collection_rate"].owner is None
    assert results["repurchase_rate"].gap == pytest.approx(0.1)


def test_a_key_result_is_reached_at_its_target_and_unknown_without_an_outcome() -> None:
    lines = [Line(1, 5, 35, 90).paid(40), Line(2, 5, 35, 11)]
    shown = key_results_table(run([], lines)).set_index("key_result")
    assert not shown.loc["collection_rate", "reached"]
    assert shown["reached"].isna().to_dict() == {
        "sales_growth": True,
        "collection_rate": False,
        "new_customers_growth": True,
        "repurchase_rate": True,
    }
    exactly = [Line(1, 5, 35, 90).paid(40), Line(2, 5, 35, 10)]
    assert bool(key_results_table(run([], exactly)).set_index("key_result").loc["collection_rate", "reached"])
    assert pd.isna(shown.loc["sales_growth", "owner"])
    result = KeyResult("repurchase_rate", None, 0.4, None)
    assert result.gap is None
    assert replace(result, achieved=0.5).gap == pytest.approx(0.1)
