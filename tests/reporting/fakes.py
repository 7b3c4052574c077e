"""Comparisons, frontiers and ledgers made of chosen numbers: what the reports read, without a simulation."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from simkit.experiments.compare import Comparison
from simkit.experiments.frontier import Frontier
from simkit.reporting.measures import MEASURES
from simkit.scenario import Run, Scenario
from simkit.scenario.sweep import Constraints, Setting, Sweep

HOSTILE = (
    "</script><script>alert(1)</script>",
    '<img src="x" onerror="alert(2)"> **b** [l](javascript:alert(3))',
)
LEVELS = {"sales_growth": 0.12, "overdue_rate_cohort_30": 0.15, "profit_fen": 5e8}


def comparison(
    effects: dict[str, tuple[float, float, float]],
    replications: int = 12,
    noise: float = 0.001,
    failed: tuple[str, ...] = (),
) -> Comparison:
    """Return a comparison of a status quo with alternatives of given effects on growth, overdue rate and profit.

    With little noise every effect other than 0 is sure; the noise of an effect of 0 is centred, so it never is.
    """
    rng = np.random.default_rng(7)
    names = ["Status quo", *effects]
    rows, curves = [], []
    luck = {kpi: rng.normal(0, 0.02 * abs(LEVELS.get(kpi, 1)), replications) for kpi in MEASURES}
    for name in names:
        shifts = dict(zip(LEVELS, effects.get(name, (0.0, 0.0, 0.0)), strict=True))
        for kpi in MEASURES:
            spread = rng.normal(0, noise * abs(LEVELS.get(kpi, 1)), replications)
            spread -= spread.mean()
            values = (
                LEVELS.get(kpi, 1.0) + shifts.get(kpi, 0.0) + luck[kpi] + (spread if name in effects else 0)
            )
            rows += [(name, place, kpi, float(value)) for place, value in enumerate(values)]
        for place in range(replications):
            weeks = pd.date_range("2025-01-07", periods=6, freq="7D")
            cash = rng.integers(10**7, 10**8, len(weeks))
            late = rng.uniform(0.1, 0.3, len(weeks))
            curves.append(
                pd.DataFrame(
                    {
                        "date": weeks,
                        "cash_fen": cash,
                        "overdue_rate_balance": late,
                        "scenario": name,
                        "replication": place,
                    }
                )
            )
    run = Run(regions=["East"], start_date=date(2025, 1, 1))
    return Comparison(
        scenarios=tuple(Scenario(name=name, run=run) for name in names),
        kpis=pd.DataFrame(rows, columns=["scenario", "replication", "kpi", "value"]),
        tables={"weekly": pd.concat(curves, ignore_index=True)},
        failed=failed,
    )


def frontier(
    points: list[tuple[str, float, float]], recommended: str | None, infeasible: tuple[str, ...] = ()
) -> Frontier:
    """Return a frontier of named points (growth, overdue rate), the first where the grid starts."""
    first = points[0]
    made = comparison(
        {name: (growth - first[1], overdue - first[2], 0.0) for name, growth, overdue in points[1:]}
    )
    scenarios = tuple(Scenario(name=name) for name, _, _ in points)
    kpis = made.kpis.assign(scenario=made.kpis["scenario"].replace("Status quo", first[0]))
    renamed = Comparison(scenarios, kpis, made.tables, ())
    table = pd.DataFrame(points, columns=["name", "sales_growth", "overdue_rate_cohort_30"])
    beaten = [
        any(g >= growth and o <= overdue and (g, o) != (growth, overdue) for _, g, o in points)
        for _, growth, overdue in points
    ]
    table = table.assign(
        collection_rate=0.9,
        profit_fen=1e8,
        feasible=~table["name"].isin(infeasible),
        efficient=~np.array(beaten),
        recommended=table["name"] == recommended,
    )
    sweep = Sweep(
        name="grid",
        scenario="base.yaml",
        grid={"cutoffs": [Setting(label=name) for name, _, _ in points]},
        constraints=Constraints(sales_growth_min=0.0),
    )
    return Frontier(sweep, renamed, table)


@dataclass(frozen=True)
class Book:
    """An imported ledger with two rejected rows, one of them hostile."""

    name: str = "ledger"
    rejected: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(
            {
                "row": [3, 9],
                "column": ["amount", "due"],
                "value": [HOSTILE[0], "soon"],
                "reason": ["no amount", "no date"],
            }
        )
    )

    @property
    def invoices(self) -> pd.DataFrame:
        """Three invoices of two customers."""
        return pd.DataFrame({"customer_id": ["a", "a", "b"]})

    @property
    def totals(self) -> pd.DataFrame:
        """The file and its parts."""
        items = {
            "file": 5,
            "kept": 3,
            "credited": 0,
            "credit_note": 0,
            "repeated": 0,
            "duplicate": 0,
            "rejected": 2,
        }
        rows = [("CNY", item, count, 123_456_00 * count) for item, count in items.items()]
        return pd.DataFrame(rows, columns=["currency", "item", "rows", "amount_fen"])


@dataclass(frozen=True)
class Validation:
    """A fit that is off by one point on lateness."""

    samples: tuple[str, ...] = ("in", "out")

    @property
    def timing(self) -> pd.DataFrame:
        """Payment timing."""
        names = ("early_share", "on_day_share", "late_share", "late_over_7_share", "late_over_30_share")
        rows = [(name, 0.4, 0.41, 0.39, 0.43) for name in names]
        rows += [(name, 3.0, 3.2, 2.9, 3.5) for name in ("days_late_mean", "days_late_median")]
        return pd.DataFrame(rows, columns=["measure", "ledger", "simulated", "low", "high"])

    @property
    def hazards(self) -> pd.DataFrame:
        """Three buckets: before, on and after the due date."""
        return pd.DataFrame(
            {
                "first_day": pd.array([None, 0, 1], dtype="Int64"),
                "last_day": pd.array([-1, 0, None], dtype="Int64"),
                "days": [400.0, 100.0, 25.0],
                "ledger": [0.01, 0.2, 0.1],
                "simulated": [0.012, 0.19, 0.11],
            }
        )

    @property
    def discrimination(self) -> pd.DataFrame:
        """In sample and out of it."""
        auc = {"in": 0.81, "out": 0.77}
        return pd.DataFrame(
            [
                {
                    "sample": name,
                    "lines": 1234,
                    "auc": auc[name],
                    "auc_over_7": 0.7,
                    "auc_over_30": float("nan"),
                }
                for name in self.samples
            ]
        )


@dataclass(frozen=True)
class GivenUp:
    """How many customers had a line given up."""

    mean: float = 0.02
    low: float = 0.01
    high: float = 0.04


@dataclass(frozen=True)
class DefaultModel:
    """A default model of 80 customers."""

    customers: int = 80
    defaults: int = 12
    metrics: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(
            {
                "measure": ["auc", "calibration_slope"],
                "value": [0.71, 0.9],
                "low": [0.62, 0.5],
                "high": [0.8, 1.4],
            }
        )
    )
    grades: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(
            {
                "grade": ["A", "D"],
                "firms": [60, 20],
                "defaults": [2, 10],
                "annual_pd": [0.031, 0.4],
                "low": [0.01, 0.25],
                "high": [0.08, 0.56],
            }
        )
    )


@dataclass(frozen=True)
class Portfolio:
    """What a customer master told."""

    model: DefaultModel | None = field(default_factory=DefaultModel)


@dataclass(frozen=True)
class Fitted:
    """A fitted world."""

    validation: Validation = field(default_factory=Validation)
    default_rate: GivenUp = field(default_factory=GivenUp)
    portfolio: Portfolio | None = None
    draws: list[dict[str, dict[str, Any]]] = field(
        default_factory=lambda: [
            {"payment": {"frailty_sd": sd, "quality_weight": 0.0, "alpha": [0.0]}}
            for sd in np.linspace(1, 2, 101)
        ]
    )
