"""Comparisons with breakdowns made of chosen numbers: what the pages on growth and on regions read."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

import simkit
from simkit.experiments.compare import Comparison
from simkit.outcomes.definitions import DEFINITIONS
from simkit.scenario import Scenario
from tests.reporting.conftest import ROOT

REPLICATIONS = 3
SEGMENTS = "policy.segments.dormant.discount_share"
PARTS = ("new_customers", "repurchase", "order_value", "unassigned", "sales_growth")


def scenario(name: str, **overrides: Any) -> Scenario:
    """Return the shipped baseline under another name, with overrides by dotted path (``__`` for the dots)."""
    changed = {path.replace("__", "."): value for path, value in overrides.items()}
    return simkit.load(ROOT / "params" / "baseline.yaml", changed).model_copy(update={"name": name})


def comparison(
    scenarios: Sequence[Scenario],
    values: Mapping[str, Mapping[str, float | Sequence[float]]],
    tables: Mapping[str, pd.DataFrame],
) -> Comparison:
    """Return a comparison of three replications; outcomes that are not given are 0, and one number holds for all."""
    rows = []
    for one in scenarios:
        for kpi in DEFINITIONS:
            given = values.get(one.name, {}).get(kpi, 0.0)
            each = list(given) if isinstance(given, Sequence) else [given] * REPLICATIONS
            rows += [(one.name, place, kpi, float(value)) for place, value in enumerate(each)]
    kpis = pd.DataFrame(rows, columns=["scenario", "replication", "kpi", "value"])
    return Comparison(tuple(scenarios), kpis, dict(tables), ())


def repeated(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return a breakdown in which every replication has these rows."""
    return pd.DataFrame([row | {"replication": place} for place in range(REPLICATIONS) for row in rows])


def growth_rows(achieved: Mapping[str, Sequence[float]]) -> list[dict[str, Any]]:
    """Return the rows of ``growth``: the handbook's target, and the parts that each scenario achieves."""
    shares = (0.4, 0.25, 0.1, 0.25, 1.0)
    return [
        {"scenario": name, "part": part, "share": share, "target": 0.3 * share, "achieved": value}
        for name, parts in achieved.items()
        for part, share, value in zip(PARTS, shares, [*parts, sum(parts)], strict=True)
    ]


def key_result_rows(names: Sequence[str], owner: str | None, reached: object) -> list[dict[str, Any]]:
    """Return the rows of ``key_results``: one of the whole company, one with an owner."""
    results = {"sales_growth": None, "repurchase_rate": owner}
    return [
        {
            "scenario": name,
            "key_result": result,
            "owner": who,
            "target": 0.4,
            "achieved": 0.5,
            "reached": reached,
        }
        for name in names
        for result, who in results.items()
    ]


def tier_rows(name: str, shares: Sequence[float], rate: float = 0.5) -> list[dict[str, Any]]:
    """Return the rows of ``tiers`` of one scenario, with shares of customers and of sales by tier."""
    tiers = ("core", "potential", "basic", "dormant", "unclassified")
    expected = (0.1, 0.2, 0.5, 0.2, float("nan"))
    return [
        {
            "scenario": name,
            "tier": tier,
            "customer_share": share,
            "expected_customer_share": wanted,
            "sales_share": share,
            "expected_sales_share": wanted,
            "repurchase_rate": rate,
            "cross_sell_rate": 0.15,
            "treatment_fen": 1000_00,
        }
        for tier, share, wanted in zip(tiers, shares, expected, strict=True)
    ]


def funnel_tables(names: Sequence[str], gains: Sequence[float | None]) -> dict[str, pd.DataFrame]:
    """Return the funnel's breakdowns: half of each stage goes on, and what a point more of each step would add."""
    stages = ("lead", "qualified", "proposal", "negotiation", "signed", "paid")
    reached = (320, 160, 80, 40, 20, 10)
    funnels = {
        group: [
            {
                "scenario": name,
                "group": group,
                "stage": stage,
                "reached": count / share,
                "conversion": float("nan") if stage == "paid" else 0.5,
                "days": float("nan") if stage == "paid" else 2.0,
                "cooled_share": 0.4 if stage == "lead" else float("nan"),
            }
            for name in names
            for stage, count in zip(stages, reached, strict=True)
        ]
        for group, share in (("all", 1), ("online_ads", 2), ("trade_fairs", 4), ("partners", 4))
    }
    most = max((gain for gain in gains if gain is not None), default=None)
    steps = [
        {
            "scenario": name,
            "group": "all",
            "stage": stage,
            "conversion": 0.5,
            "gain_customers": 2.0,
            "gain_fen": gain,
            "bottleneck": gain is not None and gain == most,
        }
        for name in names
        for stage, gain in zip(stages, gains, strict=False)
    ]
    channels = [row for group, rows in funnels.items() if group != "all" for row in rows]
    return {
        "funnel": repeated(funnels["all"]),
        "funnel_by_channel": repeated(channels),
        "bottleneck": repeated(steps),
    }


def region_month(region: str, month: str, **values: Any) -> dict[str, Any]:
    """Return a row of ``months``: sales up by half, collection down by ten points for want of behaviour, flagged."""
    row = {
        "region": region,
        "month": pd.Timestamp(f"{month}-01"),
        "sales_growth": 0.5,
        "collection_rate": 0.8,
        "collection_rate_before": 0.9,
        "collection_rate_change": -0.1,
        "grade_mix": -0.02,
        "behaviour": -0.07,
        "effort": -0.01,
        "cause": "behaviour",
        "flagged": True,
    }
    return row | values
