import numpy as np
import pytest

from simkit.calibration.bucket_match import steps
from simkit.calibration.changing_habits import ChangingHabits
from simkit.calibration.followed import Followed
from simkit.calibration.phased_fit import fit_phases
from simkit.scenario.world.payment import Payment
from tests.calibration.made_up import known_by, restless_lines

CUSTOMERS, CUT = 60, 690
WORLD = Payment(**{**Payment().model_dump(), "frailty_sd": 0.8, "history_weight": 0.0})


def everybody(seed, shock):
    lines = known_by(restless_lines(seed, WORLD, shock=shock, customers=CUSTOMERS), CUT)
    fit = fit_phases(lines, CUSTOMERS, Payment())
    habits = ChangingHabits.of(lines, fit, CUSTOMERS, CUT)
    return Followed.of(lines, fit, habits, steps(fit, habits, lines)).everybody(CUT)


@pytest.mark.parametrize("seed", [1, 2])
def test_months_in_which_everybody_pays_late_or_early_are_found(seed):
    part, state = everybody(seed, 0.6)
    assert 0.1 <= part.variance <= 0.6
    assert part.memory > 0, "a month is more than a week"
    assert part.lasting > part.fresh
    assert state.variance[0] < part.lasting, "the last weeks tell where it stands"


def test_where_months_are_alike_hardly_anything_is_shared():
    spreads = [np.sqrt(everybody(seed, 0.0)[0].variance) for seed in (1, 2, 3)]
    assert np.mean(spreads) < 0.12
