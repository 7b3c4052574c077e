"""Scenarios side by side: pairing, intervals, and what cannot be compared."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from simkit.engine.simulation import regions
from simkit.errors import UserError
from simkit.experiments import shards
from simkit.experiments.compare import Comparison, compare, mean_interval
from simkit.experiments.simulation import simulate
from simkit.scenario.yaml_document import dump_yaml
from tests.experiments.scenarios import HANDBOOK, PREPAID, STATUS_QUO, tiny

ALL = [STATUS_QUO, HANDBOOK, PREPAID]


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return compare(ALL, replications=4, workers=1)


# ---------------------------------------------------------------- intervals


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30))
def test_interval_is_students(values) -> None:
    found = mean_interval(values)
    mean, error = np.mean(values), stats.sem(values)
    assert found.n == len(values)
    assert found.mean == pytest.approx(mean)
    low, high = (mean, mean) if error == 0 else stats.t.interval(0.95, len(values) - 1, loc=mean, scale=error)
    assert (found.low, found.high) == pytest.approx((low, high), rel=1e-9, abs=1e-9)


def test_interval_of_too_few_values() -> None:
    assert mean_interval([3.0])[0::3] == (3.0, 1)
    assert all(math.isnan(bound) for bound in mean_interval([3.0])[1:3])
    assert mean_interval([]).n == 0
    assert all(math.isnan(value) for value in mean_interval([])[:3])


# ---------------------------------------------------------------- a comparison


def test_values_are_those_of_the_single_runs(comparison) -> None:
    assert comparison.names == ("Status quo", "Handbook", "Prepaid")
    assert comparison.replications == 4
    assert comparison.failed == ()
    for scenario in ALL:
        expected = simulate(scenario, replication=2).kpis
        rows = comparison.kpis[
            (comparison.kpis["scenario"] == scenario.name) & (comparison.kpis["replication"] == 2)
        ]
        assert set(rows["kpi"]) == set(expected)
        for kpi, value in zip(rows["kpi"], rows["value"], strict=True):
            assert value == expected[kpi] if expected[kpi] is not None else math.isnan(value)


def test_summary_is_over_replications(comparison) -> None:
    summary = comparison.summary()
    assert list(dict.fromkeys(summary["scenario"])) == list(comparison.names)
    for row in summary.itertuples():
        values = comparison.kpis.query("scenario == @row.scenario and kpi == @row.kpi")["value"].dropna()
        assert row.n == len(values)
        if len(values):
            assert row.mean == pytest.approx(values.mean())
            assert (row.p05, row.p95) == pytest.approx(tuple(values.quantile([0.05, 0.95])))
        else:
            assert math.isnan(row.p05)


def test_differences_are_paired(comparison) -> None:
    wide = comparison.kpis.pivot(index="replication", columns=["scenario", "kpi"], values="value")
    differences = comparison.differences()
    assert set(differences["scenario"]) == {"Handbook", "Prepaid"}
    for row in differences.itertuples():
        delta = (wide[row.scenario, row.kpi] - wide["Status quo", row.kpi]).dropna()
        assert row.n == len(delta)
        assert (row.mean, row.low, row.high) == pytest.approx(
            mean_interval(delta.to_numpy())[:3], nan_ok=True
        )
    sales = differences.query("kpi == 'sales_fen'").set_index("scenario")
    assert (sales["n"] == 4).all()


def test_common_luck_makes_differences_sharper_than_the_runs_themselves(comparison) -> None:
    """That is what the pairing is for."""
    own, paired = comparison.estimate("Handbook", "sales_fen"), comparison.difference("Handbook", "sales_fen")
    assert paired.high - paired.low < 0.7 * (own.high - own.low)


def test_undefined_outcome_counts_in_no_mean(comparison) -> None:
    """With everything prepaid nothing of the policy year's falls due in instalments or balances."""
    rows = comparison.kpis.query("scenario == 'Prepaid'")
    undefined = rows[rows["value"].isna()]
    assert len(undefined)
    for kpi in set(undefined["kpi"]):
        assert comparison.estimate("Prepaid", kpi).n == rows.query("kpi == @kpi")["value"].notna().sum()


def test_curves_hold_every_scenario_replication_and_week(comparison) -> None:
    counts = comparison.curves.groupby(["scenario", "replication"])["week"].agg(["size", "nunique"])
    assert len(counts) == 12
    assert counts["size"].nunique() == 1
    assert (counts["size"] == counts["nunique"]).all()


def test_changes_name_the_levers(comparison) -> None:
    reference, handbook, _ = comparison.changes
    assert reference == []
    assert ("policy.contract.prepayment_share", 0.0, 0.3) in handbook
    assert {path.split(".")[0] for path, _, _ in handbook} == {"policy"}


def test_scenario_files_may_be_given_by_path(tmp_path) -> None:
    base = {"schema": 1, "name": "one", "run": HANDBOOK.run.model_dump(mode="json"), "policy": {}}
    prepaid = {
        "schema": 1,
        "name": "two",
        "extends": "one.yaml",
        "policy": {"contract": {"prepayment_share": 0.5}},
    }
    paths = [tmp_path / "one.yaml", tmp_path / "two.yaml"]
    for path, content in zip(paths, (base, prepaid), strict=True):
        path.write_text(dump_yaml(content), encoding="utf-8")
    found = compare([paths[0], str(paths[1])], replications=1, workers=1)
    assert found.names == ("one", "two")
    assert found.changes[1] == [("policy.contract.prepayment_share", 0.3, 0.5)]


def test_number_of_replications_is_the_first_scenarios_when_not_given() -> None:
    assert compare([tiny("Two", run={"replications": 2})], workers=1).replications == 2


def test_replication_that_fails_anywhere_is_left_out_everywhere(monkeypatch) -> None:
    def fails(scenario, engine, replication, **shown):
        if (scenario.name, replication) == ("Handbook", 1):
            raise RuntimeError("lost")
        return regions(scenario, engine, replication, **shown)

    monkeypatch.setattr(shards, "regions", fails)
    found = compare([STATUS_QUO, HANDBOOK], replications=3, workers=1)
    assert found.failed == ("Handbook, replication 1: RuntimeError: lost",)
    assert found.replications == 2
    for table in (found.kpis, *found.tables.values()):
        assert set(zip(table["scenario"], table["replication"], strict=True)) == {
            (name, number) for name in ("Status quo", "Handbook") for number in (0, 2)
        }


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("scenarios", "replications", "message"),
    [
        ([], 1, "compare: no scenario given; give at least one"),
        ([HANDBOOK, HANDBOOK], 1, "compare: two scenarios are named 'Handbook'; names must differ"),
        ([HANDBOOK], 0, "replications: 0 given; allowed are 1 or more"),
        (
            [HANDBOOK, tiny("Other", run={"seed": 1, "customers": 7})],
            1,
            "compare: 'Other' differs from 'Handbook' in run.seed, run.customers; "
            "scenarios must share seed, size, dates and status quo to be compared pair by pair",
        ),
    ],
    ids=["none", "same name", "no replication", "unpaired"],
)
def test_what_cannot_be_compared_is_refused(scenarios, replications, message) -> None:
    with pytest.raises(UserError) as error:
        compare(scenarios, replications, workers=1)
    assert str(error.value) == message


def test_when_everything_fails_the_first_reason_is_told() -> None:
    with pytest.raises(
        UserError, match="every replication failed; the first: Handbook, replication 0: UserError"
    ):
        compare([HANDBOOK], 2, workers=1, engine="quantum")


def test_tables_are_the_same_on_any_number_of_workers(comparison) -> None:
    other = compare(ALL, replications=4, workers=2)
    pd.testing.assert_frame_equal(comparison.kpis, other.kpis)
    pd.testing.assert_frame_equal(comparison.curves, other.curves)
