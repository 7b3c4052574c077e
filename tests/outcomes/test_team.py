"""The sales team."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkit.outcomes.team import EVENTS, team_table
from tests.outcomes.ledgers import many, share
from tests.outcomes.runs import COMMISSIONS, IN_POLICY, MONTHS, HandRun, rows

RATE = st.sampled_from([float("nan"), 0.0, 0.79, 0.8, 0.95])
PAID = ("award_fen", "team_bonus_fen", "career_fen", "training_fen")

rep_months = st.lists(
    st.fixed_dictionaries(
        {
            "region": st.sampled_from(["East", "West"]),
            "month": st.sampled_from(MONTHS),
            **dict.fromkeys(PAID, st.integers(-(10**6), 10**6)),
            "satisfaction": RATE,
            "collection_rate": RATE,
            "level": st.integers(0, 2),
            "vacant": st.booleans(),
            "event": st.sampled_from(["none", *EVENTS.values()]),
        }
    ),
    max_size=20,
)


def expected(months: list[dict[str, object]], low: float) -> dict[str, float | None]:
    levels = [row["level"] for row in months if not row["vacant"]]
    pleased = [row["satisfaction"] for row in months if row["satisfaction"] == row["satisfaction"]]
    return {
        "rep_months": len(months),
        **{name: sum(row[name] for row in months) for name in PAID},
        **{name: sum(row["event"] == event for row in months) for name, event in EVENTS.items()},
        "level_mean": share(sum(levels), len(levels)),
        "satisfaction": share(sum(pleased), len(pleased)),
        "months_below": sum(row["collection_rate"] < low for row in months),
        "vacancy_months": sum(row["vacant"] for row in months),
    }


@pytest.mark.no_cover
@many
@given(months=rep_months, low=st.sampled_from([0.8, 0.9]))
def test_it_is_that_of_every_rep_month(months: list[dict[str, object]], low: float) -> None:
    run = HandRun(commissions=rows(COMMISSIONS, *months))
    years = {"warm_up": MONTHS[:1], "policy": IN_POLICY}
    by_region = team_table(run, low=low).set_index(["year", "region"])
    company = team_table(run, by_region=False, low=low).set_index("year")
    assert by_region.index.tolist() == [(year, region) for year in years for region in ("East", "West")]
    for year, inside in years.items():
        theirs = [row for row in months if row["month"] in inside]
        pairs = [(company.loc[year], theirs)]
        for region in ("East", "West"):
            pairs.append((by_region.loc[(year, region)], [row for row in theirs if row["region"] == region]))
        for found, counted in pairs:
            for name, value in expected(counted, low).items():
                assert found[name] == pytest.approx(np.nan if value is None else value, nan_ok=True), name


def test_a_rep_without_customers_pleases_and_displeases_nobody() -> None:
    months = rows(COMMISSIONS, {"satisfaction": 0.8}, {"satisfaction": 1.0}, {"satisfaction": float("nan")})
    table = team_table(HandRun(commissions=months))
    assert table["satisfaction"][0] == pytest.approx(0.9)
    assert np.isnan(table["satisfaction"][1])
    assert np.isnan(team_table(HandRun(commissions=months.iloc[2:]))["satisfaction"][0])


def test_a_month_at_the_limit_is_not_below_it() -> None:
    table = rows(COMMISSIONS, {"collection_rate": 0.8}, {"collection_rate": 0.7999})
    assert team_table(HandRun(commissions=table))["months_below"].tolist() == [1, 0, 0, 0]
