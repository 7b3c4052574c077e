"""Screening and indices: functions whose answers are known, failures counted, and a real small run."""

import math

import numpy as np
import pytest
from scipy.stats import qmc
from scipy.stats import sobol_indices as scipys

from simkit.errors import UserError
from simkit.experiments.evaluation import Evaluator, Outcomes
from simkit.experiments.sensitivity import effects, indices, morris, sobol_indices, trajectories
from simkit.scenario.uncertainties import Span
from tests.experiments.scenarios import HANDBOOK, PREPAID

PATHS = ("frailty_sd", "effort_elasticity", "instalment_shift")
SPANS = [Span(f"world.payment.{name}", 1.0, 0.0, 2.0, "assumption", "logit", False) for name in PATHS]


def at(scenario) -> np.ndarray:
    """The three uncertainties of a scenario, as places in their ranges."""
    return np.array([getattr(scenario.world.payment, name) for name in PATHS]) / 2


def closed(function, lose=lambda x: False):
    """An evaluator that knows the outcome y of every scenario, and loses some runs."""

    def evaluate(scenarios) -> Outcomes:
        lost = [bool(lose(at(scenario))) for scenario in scenarios]
        values = [
            math.nan if gone else function(at(one), one) for gone, one in zip(lost, scenarios, strict=True)
        ]
        return Outcomes({"y": np.array(values).reshape(-1, 1)}, ("lost",) * sum(lost))

    return evaluate


def ishigami(x) -> float:
    """Ishigami & Homma (1990) with a = 7, b = 0.1 on three uniforms from -pi to pi."""
    x = (2 * x - 1) * math.pi
    return math.sin(x[0]) + 7 * math.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * math.sin(x[0])


def linear(x, scenario=None) -> float:
    return 1 + 3 * x[0] - 2 * x[1]


# ---------------------------------------------------------------- Morris


def test_walks_step_every_coordinate_once_within_the_cube() -> None:
    walks = trajectories(5, 8, seed=1)
    steps = np.diff(walks, axis=1)
    assert ((walks >= -1e-12) & (walks <= 1 + 1e-12)).all()
    assert ((np.abs(steps) > 0).sum(axis=1) == 1).all()
    assert np.abs(steps).sum(axis=1) == pytest.approx(2 / 3)


def test_effects_of_a_linear_function_are_its_slopes() -> None:
    found = morris([HANDBOOK], SPANS, ["y"], closed(linear), count=4)
    table = found.table
    assert table["path"].tolist() == [span.path for span in SPANS]
    assert table["mu"].tolist() == pytest.approx([3, -2, 0])
    assert table["mu_star"].tolist() == pytest.approx([3, 2, 0])
    assert table["sigma"].tolist() == pytest.approx([0, 0, 0], abs=1e-9)
    assert table["mu_star_low"].tolist() == pytest.approx([3, 2, 0])
    assert (found.runs, found.lost, found.failed) == (16, 0, ())


def test_interplay_shows_as_spread() -> None:
    table = morris([HANDBOOK], SPANS, ["y"], closed(lambda x, _: x[0] * x[1]), count=40).table.set_index(
        "path"
    )
    for span in SPANS[:2]:
        row = table.loc[span.path]
        # The effect of one is the other's place, which a walk draws evenly from 0, 1/3, 2/3 and 1.
        assert row["mu"] == pytest.approx(0.5, abs=0.15)
        assert row["sigma"] == pytest.approx(math.sqrt(5) / 6, abs=0.08)
        assert row["mu_star_low"] < row["mu_star"] < row["mu_star_high"]


def test_two_policies_are_screened_for_their_difference() -> None:
    def response(x, scenario) -> float:
        return 10 * x[2] + (x[0] if scenario.name == "Prepaid" else 0.0)

    table = morris([HANDBOOK, PREPAID], SPANS, ["y"], closed(response), count=3).table.set_index("path")
    assert table["mu"].tolist() == pytest.approx([1, 0, 0])


def test_effects_beside_a_lost_run_are_left_out_and_counted() -> None:
    walks = trajectories(3, 6, seed=1)
    response = 1 + walks @ np.array([3.0, -2.0, 0.0])
    response[2, 1] = math.nan
    found = effects(walks, response)
    assert np.isnan(found).sum() == 2
    assert np.isnan(found[2]).sum() == 2
    told = morris([HANDBOOK], SPANS, ["y"], closed(linear, lambda x: x[2] > 0.9), count=8)
    assert told.lost == len(told.failed) > 0
    assert (told.table["n"] < 8).any()
    assert told.table["mu"].dropna().tolist() == pytest.approx([3, -2, 0][: told.table["mu"].notna().sum()])


# ---------------------------------------------------------------- Sobol


def test_indices_of_ishigami_are_the_closed_forms() -> None:
    a, b = 7, 0.1
    total = a**2 / 8 + b * math.pi**4 / 5 + b**2 * math.pi**8 / 18 + 0.5
    one = 0.5 * (1 + b * math.pi**4 / 5) ** 2 / total
    two = a**2 / 8 / total
    both = b**2 * math.pi**8 * (1 / 18 - 1 / 50) / total
    drawn = qmc.Sobol(6, seed=1).random_base2(13)
    a_rows, b_rows = drawn[:, :3], drawn[:, 3:]
    mixed = [np.where(np.arange(3) == n, b_rows, a_rows) for n in range(3)]
    first, alone_and_together = indices(
        *(np.array([ishigami(x) for x in rows]) for rows in (a_rows, b_rows)),
        np.array([[ishigami(x) for x in rows] for rows in mixed]),
    )
    assert first.tolist() == pytest.approx([one, two, 0], abs=0.01)
    assert alone_and_together.tolist() == pytest.approx([one + both, two, both], abs=0.01)


def test_indices_of_a_sum_are_found_through_the_design() -> None:
    found = sobol_indices([HANDBOOK], SPANS, ["y"], closed(linear), rows=64)
    table = found.table.set_index("path")
    assert found.table["path"].tolist() == [span.path for span in SPANS]
    for name in ("first", "total"):
        assert table[name].tolist() == pytest.approx([9 / 13, 4 / 13, 0], abs=0.03)
        assert (table[f"{name}_low"] <= table[name]).all()
        assert (table[name] <= table[f"{name}_high"]).all()
    assert found.runs == 64 * 5


def test_estimators_are_those_of_scipy() -> None:
    rng = np.random.default_rng(3)
    a, b, ab = rng.normal(5, 1, 64), rng.normal(5, 1, 64), rng.normal(5, 1, (3, 64))
    theirs = scipys(func={"f_A": a[None], "f_B": b[None], "f_AB": ab[:, None]}, n=64)
    first, total = indices(a, b, ab)
    assert first == pytest.approx(theirs.first_order)
    assert total == pytest.approx(theirs.total_order)


def test_rows_with_a_lost_run_are_left_out() -> None:
    def lose(x) -> bool:
        return bool(x[1] > 0.95)

    found = sobol_indices([HANDBOOK], SPANS, ["y"], closed(lambda x, _: x[0], lose), rows=64)
    table = found.table.set_index("path")
    assert found.lost == len(found.failed) > 0
    assert (table["n"] < 64).all()
    assert table["total"][SPANS[0].path] == pytest.approx(1, abs=0.15)
    assert table["total"][SPANS[2].path] == 0


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(UserError, match="rows: 60 given; allowed is a power of 2"):
        sobol_indices([HANDBOOK], SPANS, ["y"], closed(linear), rows=60)
    with pytest.raises(UserError, match="3 scenarios given"):
        morris([HANDBOOK] * 3, SPANS, ["y"], closed(linear))
    with pytest.raises(UserError, match="no two rows of the design are whole; the first: lost"):
        sobol_indices([HANDBOOK], SPANS, ["y"], closed(linear, lambda x: True), rows=4)


def test_constant_outcome_has_no_index() -> None:
    table = sobol_indices([HANDBOOK], SPANS, ["y"], closed(lambda x, _: 1.0), rows=4).table
    assert (table[["first", "total"]] == 0).all(axis=None)


def test_a_real_policy_is_screened() -> None:
    found = morris([HANDBOOK], SPANS[:1], ["sales_fen", "overdue_rate_cohort_30"], Evaluator(
        ("sales_fen", "overdue_rate_cohort_30"), range(2), 1), count=2)  # fmt: skip
    assert found.failed == ()
    assert found.runs == 8
    assert set(found.table["kpi"]) == {"sales_fen", "overdue_rate_cohort_30"}
