"""Which days of a run are as good as each other for paying, against plain dates."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkit.engine.calendar import Calendar
from simkit.engine.paydays import pay_days
from simkit.scenario.run import Run
from simkit.scenario.world.payment import PaymentCalendar

EFFECT = st.sampled_from([-50.0, -0.5, 0.0, 0.25, 1.0])
START = st.dates(date(1900, 1, 1), date(2200, 1, 1))


@given(START, st.lists(EFFECT, min_size=7, max_size=7), EFFECT)
def test_every_day_has_the_effect_of_its_date(start, weekday, month_end) -> None:
    run = Run(start_date=start, warm_up_days=40, policy_days=30, run_out_days=90)
    effects, counts = pay_days(Calendar(run), PaymentCalendar(weekday=weekday, month_end=month_end))
    assert list(effects) == sorted(set(effects))
    assert len(counts) == run.horizon_days + 1
    assert (counts[0] == 0).all()
    for day, kinds in enumerate(np.diff(counts, axis=0)):
        today = pd.Timestamp(start) + pd.Timedelta(days=day)
        last = today + pd.offsets.MonthEnd(0)
        expected = weekday[today.dayofweek] + (month_end if (last - today).days < 3 else 0.0)
        assert [effect for effect, is_it in zip(effects, kinds, strict=True) if is_it] == [expected]


@pytest.mark.parametrize("same", [0.0, -1.5])
def test_days_that_are_all_alike_are_one_kind(same) -> None:
    effects, counts = pay_days(Calendar(Run()), PaymentCalendar(weekday=[same] * 7))
    assert effects.tolist() == [same]
    assert counts.tolist() == [[day] for day in range(Run().horizon_days + 1)]
