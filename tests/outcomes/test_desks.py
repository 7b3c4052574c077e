"""Desks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkit.outcomes.desks import DESKS as NAMES
from simkit.outcomes.desks import Load, desk_table
from tests.outcomes.ledgers import many, share
from tests.outcomes.runs import DESKS, IN_POLICY, MONTHS, HandRun, rows

desk_months = st.lists(
    st.fixed_dictionaries(
        {
            "region": st.sampled_from(["East", "West"]),
            "month": st.sampled_from(MONTHS),
            "desk": st.sampled_from([*NAMES, "canteen"]),
            "submitted": st.integers(0, 50),
            "started": st.integers(0, 50),
            "dropped": st.integers(0, 9),
            "waiting_minutes": st.integers(0, 10**5),
            "worked_minutes": st.integers(0, 10**4),
            "open_minutes": st.sampled_from([0, 10_080]),
            "queue": st.integers(0, 20),
        }
    ),
    max_size=20,
)


def expected(months: list[dict[str, object]], name: str) -> dict[str, float | None]:
    theirs = [row for row in months if row["desk"] == name]
    total = {column: sum(row[column] for row in theirs) for column in ("started", "queue", "waiting_minutes")}
    last = max((row["month"] for row in months), default=None)
    return {
        "submitted": sum(row["submitted"] for row in theirs),
        "started": total["started"],
        "dropped": sum(row["dropped"] for row in theirs),
        "waiting_hours": share(total["waiting_minutes"] / 60, total["started"]),
        "waiting_days": share(total["waiting_minutes"] / 60 / 24, total["started"]),
        "utilisation": share(
            sum(row["worked_minutes"] for row in theirs), sum(row["open_minutes"] for row in theirs)
        ),
        "queue_mean": share(total["queue"], len({row["month"] for row in months})),
        "queue_last": sum(row["queue"] for row in theirs if row["month"] == last),
    }


@pytest.mark.no_cover
@many
@given(months=desk_months)
def test_it_is_that_of_every_desk_month_of_the_policy_year(months: list[dict[str, object]]) -> None:
    run = HandRun(desks=rows(DESKS, *months))
    year = [row for row in months if row["month"] in IN_POLICY]
    whole = desk_table(run).set_index("desk")
    by_region = desk_table(run, by_region=True).set_index(["region", "desk"])
    assert whole.index.tolist() == list(NAMES)
    assert len(by_region) == 2 * len(NAMES)
    for name in NAMES:
        pairs = [(whole.loc[name], year)]
        for region in ("East", "West"):
            pairs.append((by_region.loc[(region, name)], [row for row in year if row["region"] == region]))
        for found, counted in pairs:
            for column, value in expected(counted, name).items():
                assert found[column] == pytest.approx(np.nan if value is None else value, nan_ok=True), column


def test_the_work_of_a_desk_of_another_name_is_nobodys() -> None:
    loads = Load.by_desk(rows(DESKS, {"desk": "canteen", "started": 5}, {"desk": "meeting", "started": 2}))
    assert {name: load.started for name, load in loads.items() if load.started} == {"meeting": 2}


def test_waiting_is_clock_time() -> None:
    one = rows(DESKS, {"started": 2, "waiting_minutes": 2_880, "worked_minutes": 120, "open_minutes": 480})
    load = Load.by_desk(one)["reps"]
    assert (load.waiting_hours, load.waiting_days, load.utilisation) == (24, 1, 0.25)
    assert Load.by_desk(one)["legal"].waiting_days is None
