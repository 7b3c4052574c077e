"""What people read of regions and months: how often they are flagged, where and why, against the numbers behind it."""

import math
import re
from pathlib import Path

import pandas as pd
import pytest

import simkit
from simkit.experiments.compare import Comparison
from simkit.outcomes.diagnosis import CAUSES
from simkit.reporting import dashboard
from simkit.reporting.inputs import load_scenarios
from simkit.reporting.texts import LANGUAGES, Language
from simkit.scenario import Run, Scenario
from tests.reporting import fake_runs as fake
from tests.reporting.conftest import write_scenario
from tests.reporting.fakes import HOSTILE

TODAY, DUAL = "Status quo", "Dual wheel"
CALM = {"sales_growth": 0.1, "collection_rate_change": 0.02, "cause": None, "flagged": False}
NAN = float("nan")


def months(name: str, *rows: dict[str, object]) -> list[dict[str, object]]:
    return [row | {"scenario": name} for row in rows]


def compared(
    today: list[dict[str, object]],
    dual: list[dict[str, object]] | None = None,
    regions: tuple[str, ...] = ("East", "West"),
) -> Comparison:
    """Return a comparison of a status quo that changes nothing, and of an alternative if there is one."""
    first = fake.scenario(TODAY)
    run = Run(regions=list(regions))
    scenarios = [first.model_copy(update={"run": run, "status_quo": first.policy})]
    rows = months(TODAY, *today)
    if dual is not None:
        scenarios.append(fake.scenario(DUAL).model_copy(update={"run": run}))
        rows += months(DUAL, *dual)
    counts = {
        one.name: {"flagged_months": sum(bool(row["flagged"]) for row in rows if row["scenario"] == one.name)}
        for one in scenarios
    }
    tables = {"months": fake.repeated(rows), "regions": fake.repeated(rows).drop(columns="month")}
    return fake.comparison(scenarios, counts, tables)


FLAGGED_EAST = [
    fake.region_month("East", "2026-01"),
    fake.region_month("East", "2026-02", cause="grade_mix"),
    fake.region_month("East", "2026-03"),
    fake.region_month("West", "2026-01", **CALM),
    fake.region_month("West", "2026-02", cause="effort"),
    fake.region_month("West", "2026-03", collection_rate_change=NAN, flagged=False, cause=None),
]
QUIET = [row | CALM for row in FLAGGED_EAST]


def test_the_answer_says_how_often_where_most_and_why() -> None:
    made = compared(FLAGGED_EAST, [FLAGGED_EAST[0], *QUIET[1:]])
    assert dashboard.answer(made, "en").text == (
        "Status quo: in an average year 4.0 of 5 region-months (80.0%) see sales rise while collection falls, "
        "most often in East (100.0% of its months), mostly because customers of the same grade paid less by "
        "themselves. "
        "There are 1.0 under Dual wheel (−3.0; −3.0 to −3.0)."
    )


def test_the_answer_alone_and_without_a_flag() -> None:
    assert dashboard.answer(compared(QUIET), "en").text == (
        "Status quo: in none of 6 region-months a year do sales rise while collection falls."
    )


def test_months_that_cannot_be_compared_do_not_count() -> None:
    made = compared(FLAGGED_EAST)
    assert len(dashboard.months(made, TODAY)) == 5 * fake.REPLICATIONS
    assert dashboard.left_out(made) == {"left_out": "3", "all": "18"}
    nothing = compared([row | {"sales_growth": NAN, "flagged": False} for row in FLAGGED_EAST])
    assert dashboard.answer(nothing, "en").text.startswith(
        "No region-month of the policy year can be compared"
    )
    assert "–" in dashboard.causes_table(nothing, "en").text
    assert "– of region-months" in dashboard.chance_note(nothing, "en").text
    assert dashboard.often_rows(nothing, "en")["share"].isna().all()


def test_cards_show_the_range_of_years_and_the_differences() -> None:
    shown = dashboard.flag_cards(compared(FLAGGED_EAST, QUIET), "en")
    assert "Status quo: flagged a year4.04 to 4 in single years" in shown.text
    assert "Dual wheel: flagged a year0.0 ▼ better−4.0 against Status quo (−4.0 to −4.0)" in shown.text
    assert re.findall(r"value (\w+)", shown.source) == ["plain", "good"]


def test_one_year_is_one_replication() -> None:
    made = compared(FLAGGED_EAST, QUIET)
    year = dashboard.one_year(made, TODAY)
    assert len(year) == 6
    assert dashboard.replication(made) == {"replication": "0"}
    kept = made.tables["months"]
    later = Comparison(made.scenarios, made.kpis, made.tables | {"months": kept[kept["replication"] > 0]}, ())
    assert dashboard.replication(later) == {"replication": "1"}
    assert len(dashboard.one_year(later, DUAL)) == 6


def test_cells_are_per_cent_or_points_by_month() -> None:
    year = dashboard.one_year(compared(FLAGGED_EAST), TODAY)
    cells = dashboard.cells(year, "collection_rate_change")
    assert cells["column"].tolist() == ["01", "02", "03"] * 2
    assert cells["value"].tolist()[:5] == pytest.approx([-10, -10, -10, 2, -10])
    assert math.isnan(cells["value"].iloc[5])
    assert cells["framed"].tolist() == [True, True, True, False, True, False]
    assert dashboard.month_axis(year, "en") == "month, 2026-01 to 2026-03"
    long = [
        fake.region_month("East", f"{when:%Y-%m}")
        for when in pd.date_range("2026-01-01", periods=13, freq="MS")
    ]
    assert (
        dashboard.cells(dashboard.one_year(compared(long), TODAY), "sales_growth")["column"].iloc[-1]
        == "27-01"
    )


def test_flagged_months_show_parts_that_sum_to_the_change_and_the_cause() -> None:
    regions = (HOSTILE[0], "West")
    rows = [row | {"region": HOSTILE[0] if row["region"] == "East" else "West"} for row in FLAGGED_EAST]
    shown = dashboard.flagged_table(compared(rows, QUIET, regions), (TODAY, DUAL), "en")
    assert shown.text.count("Status quo") == 4
    causes = re.findall(r"<td[^>]*>(Grade mix|Behaviour|Effort)</td>", shown.source)
    assert sorted(causes) == ["Behaviour", "Behaviour", "Effort", "Grade mix"]
    assert "+50%90.0%\u00a0→\u00a080.0%−10.0−2.0−7.0−1.0" in shown.text
    assert "<script" not in shown.source
    assert (
        dashboard.flagged_table(compared(QUIET), (TODAY,), "en").text
        == "No region-month of this year is flagged."
    )


def test_how_often_by_region_and_for_which_cause() -> None:
    made = compared(FLAGGED_EAST, QUIET)
    rows = dashboard.often_rows(made, "en")
    assert rows["name"].tolist() == ["East", "East", "West", "West"]
    assert rows["share"].tolist() == [1.0, 0.0, 0.5, 0.0]
    assert list(dashboard.often_colours(made, "en")) == ["Status quo", "Dual wheel"]
    assert "Status quo151280.0%363" in dashboard.causes_table(made, "en").text


def test_a_first_scenario_that_changes_nothing_shows_chance() -> None:
    made = compared(FLAGGED_EAST)
    assert dashboard.chance_note(made, "en").text.startswith(
        "Status quo changes nothing between the two years: what it flags, 80.0%"
    )
    changed = made.scenarios[0].model_copy(update={"status_quo": Scenario(name="other").policy})
    other = Comparison((changed,), made.kpis, made.tables, ())
    assert dashboard.chance_note(other, "en").source == ""


def test_an_undefined_year_has_no_bar_and_dashes() -> None:
    made = compared([fake.region_month("East", "2026-01", collection_rate_change=NAN, flagged=False)])
    assert dashboard.split_stacks(made, TODAY, "en") == []
    assert dashboard.split_table(made, (TODAY,), "en").text.count("– (– to –)") == 8


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """Two small companies, two years long, two replications."""
    folder: Path = tmp_path_factory.mktemp("years")
    run = {"customers": 24, "warm_up_days": 365, "policy_days": 365, "run_out_days": 90}
    files = [
        write_scenario(folder / "a.yaml", TODAY, run=run),
        write_scenario(folder / "b.yaml", DUAL, "policies/dual_wheel", run),
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SIMKIT_CACHE", str(folder / "cache"))
        return simkit.compare(load_scenarios(files), workers=1)


def test_the_parts_of_a_regions_change_sum_to_it(simulated: Comparison) -> None:
    for name in simulated.names:
        stacks = dashboard.split_stacks(simulated, name, "en")
        assert [stack.name for stack in stacks] == ["East", "West"]
        rows = simulated.tables["regions"]
        for stack in stacks:
            own = rows[(rows["scenario"] == name) & (rows["region"] == stack.name)]
            assert sum(stack.parts.values()) == pytest.approx(stack.whole)
            assert stack.whole == pytest.approx(100 * own["collection_rate_change"].mean())
            assert set(stack.parts) == set(dashboard.cause_colours("en"))


def test_flags_are_counted_as_the_outcomes_count_them(simulated: Comparison) -> None:
    for name in simulated.names:
        counted = dashboard.months(simulated, name)["flagged"].sum() / simulated.replications
        assert counted == simulated.estimate(name, "flagged_months").mean


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_view_speaks_its_language_and_hides_what_is_unknown(
    simulated: Comparison, language: Language
) -> None:
    names = dashboard.shown(simulated)
    views = [
        dashboard.answer(simulated, language),
        dashboard.flag_cards(simulated, language),
        dashboard.flagged_table(simulated, names, language),
        dashboard.causes_table(simulated, language),
        dashboard.chance_note(simulated, language),
        dashboard.split_table(simulated, names, language),
    ]
    for view in views:
        assert not re.search(r"[{}]|\bnan\b|None|NaT", view.text)
        assert bool(re.search("[\u4e00-\u9fff]", view.text)) == (language == "zh")


def test_thresholds_are_the_handbooks() -> None:
    assert dashboard.thresholds() == {"sales_up": "20%", "collection_down": "5"}


def test_what_is_recorded_is_what_is_shown(recorded: list[dict[str, object]]) -> None:
    dashboard.record_flags(compared(FLAGGED_EAST))
    found = {
        output["metadata"]["simkit"]["name"]: output["metadata"]["simkit"]["value"] for output in recorded
    }  # type: ignore[index]
    assert found["Status quo.flagged_months"] == 4
    assert found["Status quo.East.behaviour"] == pytest.approx(-0.07)
    assert len(found) == 1 + 2 * (1 + len(CAUSES))
