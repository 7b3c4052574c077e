"""A policy in other worlds: one number of the world scaled at a time, both policies in each of them."""

import math

import pytest

from simkit.errors import UserError
from simkit.experiments.compare import mean_interval
from simkit.experiments.responses import differences_in_worlds, scaled
from simkit.experiments.simulation import simulate
from simkit.scenario.diff import diff
from tests.experiments.scenarios import HANDBOOK, STATUS_QUO

SELLING = "world.reps.selling_response"


def test_scaling_changes_one_number_of_the_world() -> None:
    value = HANDBOOK.world.reps.selling_response
    other = scaled(HANDBOOK, SELLING, 2.0)
    assert diff(HANDBOOK, other) == [(SELLING, value, 2 * value)]
    assert other.name == HANDBOOK.name
    assert scaled(HANDBOOK, SELLING, 1.0) == HANDBOOK


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("world.reps.seling_response", 'did you mean "selling_response"'),
        ("world.reps", "is no number of the world"),
        ("world.nowhere.at_all", "is no number of the world"),
        ("policy.contract.term_days", "is no number of the world"),
        ("world.market.season", "is no number of the world"),
    ],
)
def test_what_is_no_number_of_the_world_is_refused(path: str, said: str) -> None:
    with pytest.raises(UserError) as error:
        scaled(HANDBOOK, path, 2.0)
    assert said in str(error.value)


def test_a_scaled_number_must_keep_to_its_bounds() -> None:
    with pytest.raises(ValueError, match="less than or equal to 1"):
        scaled(HANDBOOK, "world.reps.quits_when_sanctioned", 100.0)


def test_both_policies_are_run_in_every_world_and_compared_within_it() -> None:
    """Against single runs of both policies in the world as assumed and in the scaled one."""
    path, kpi = "world.payment.frailty_sd", "collection_period_days"
    found = differences_in_worlds([STATUS_QUO, HANDBOOK], [path], [0.5], [kpi], replications=2, workers=1)
    assert found[["path", "factor", "kpi"]].to_numpy().tolist() == [["", 1.0, kpi], [path, 0.5, kpi]]
    for row in found.to_dict("records"):
        pair = [scaled(one, path, row["factor"]) for one in (STATUS_QUO, HANDBOOK)]
        values = [[float(simulate(one, replication=n).kpis[kpi] or 0) for n in range(2)] for one in pair]
        expected = mean_interval([after - before for before, after in zip(*values, strict=True)])
        assert (row["mean"], row["low"], row["high"]) == pytest.approx(expected[:3])
    assert found["mean"].nunique() == 2


def test_what_is_undefined_stays_so() -> None:
    found = differences_in_worlds([STATUS_QUO, HANDBOOK], [], [], ["gini"], replications=1, workers=1)
    assert len(found) == 1
    assert math.isnan(found["low"][0])
