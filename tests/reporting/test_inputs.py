"""A folder of policies gets the status quo that they extend; a sweep can start from another scenario."""

from pathlib import Path

from simkit.reporting.inputs import load_points, status_quo_first
from tests.reporting.conftest import ROOT, write_scenario

BASELINE = ROOT / "params" / "baseline.yaml"
POLICIES = sorted((ROOT / "params" / "policies").glob("*.yaml"))


def test_policies_get_the_status_quo_that_they_extend() -> None:
    assert [path.resolve() for path in status_quo_first(POLICIES)] == [BASELINE, *POLICIES]


def test_scenarios_that_begin_with_their_status_quo_stay_as_they_are() -> None:
    files = [BASELINE, *POLICIES[:2]]
    assert status_quo_first(files) == tuple(files)


def test_policies_that_run_otherwise_are_compared_with_the_first(tmp_path: Path) -> None:
    files = [
        write_scenario(tmp_path / f"{name}.yaml", name, f"policies/{name}")
        for name in ("dual_wheel", "short_terms")
    ]
    assert status_quo_first(files) == tuple(files)


def test_a_sweep_starts_from_another_scenario() -> None:
    sweep = ROOT / "params" / "sweeps" / "term_limits.yaml"
    plan, points = load_points(sweep)
    _, others = load_points(sweep, scenario=ROOT / "params" / "policies" / "cash_commission.yaml")
    assert len(points) == len(others) == len(plan.points())
    shares = {scenario.policy.incentives.commission.signing_share for scenario in others}
    assert shares == {0.4}
    assert {scenario.policy.incentives.commission.signing_share for scenario in points} == {1.0}
