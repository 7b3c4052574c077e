"""What people read of a comparison, a frontier, a ledger and the customers, checked against the numbers behind it."""

import re

import pandas as pd
import pytest

from simkit.experiments.portrait import portrait
from simkit.reporting import comparison, frontier, ledger
from simkit.reporting import portrait as seen
from simkit.reporting.measures import EVIDENCE, MEASURES
from simkit.reporting.texts import LANGUAGES, Language
from simkit.reporting.verdict import verdict
from simkit.scenario import Run, Scenario
from simkit.scenario.sweep import Constraints
from tests.reporting import fakes

POINTS = [("loose", 0.10, 0.20), ("middle", 0.05, 0.10), ("strict", 0.00, 0.05), ("both worse", 0.00, 0.30)]


def numbers(recorded: list[dict[str, object]]) -> dict[str, object]:
    return {
        output["metadata"]["simkit"]["name"]: output["metadata"]["simkit"]["value"] for output in recorded
    }  # type: ignore[index]


def test_cards_show_the_alternative_against_the_status_quo() -> None:
    made = fakes.comparison({"A": (0.05, -0.08, -3e7)})
    judged = verdict(made.differences(), made.names[0])
    shown = comparison.headline_cards(made, judged, "en")
    growth, difference = made.estimate("A", "sales_growth").mean, made.difference("A", "sales_growth")
    assert (
        f"Sales growth{growth:.1%} ▲ better+{100 * difference.mean:.1f} points against Status quo"
        in shown.text
    )
    assert re.findall(r"value (\w+)", shown.source) == ["good", "good", "unsure", "bad"]
    marks = [mark.split()[0] for mark in re.findall(r'class="change">([^<]*)', shown.source)]
    assert marks == ["▲", "▼", "≈", "▼"]
    assert re.findall(r"[▲▼≈] ([^<]*)", shown.source) == ["better", "better", "not sure", "worse"]


def test_cards_show_the_status_quo_when_nothing_is_better() -> None:
    made = fakes.comparison({"A": (0.0, 0.0, 0.0)})
    shown = comparison.headline_cards(made, verdict(made.differences(), made.names[0]), "en")
    known = made.estimate("Status quo", "sales_growth")
    assert f"{known.mean:.1%}95% interval {known.low:.1%} to {known.high:.1%}" in shown.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_evidence_has_every_measure_of_every_scenario(language: Language) -> None:
    made = fakes.comparison({"A": (0.05, -0.08, -3e7), fakes.HOSTILE[1]: (0.0, 0.0, 0.0)})
    shown = comparison.evidence(made, language)
    assert "<img" not in shown.source
    for name in EVIDENCE:
        measure = MEASURES[name]
        assert measure.label(language) in shown.text
        for scenario in made.names:
            assert measure.value(made.estimate(scenario, name).mean, language) in shown.text
        assert measure.difference(made.difference("A", name).mean, language) in shown.text


def test_weekly_curves_are_means_and_quantiles_over_replications() -> None:
    made = fakes.comparison({"B": (0.0, 0.0, 0.0), "A": (0.0, 0.0, 0.0)}, replications=5)
    shown = comparison.weekly(made, "cash_fen", ("Status quo", "A"), "zh")
    assert list(dict.fromkeys(shown["name"])) == ["现状", "A"]
    assert all(group["date"].is_monotonic_increasing for _, group in shown.groupby("name"))
    week = made.curves[(made.curves["scenario"] == "A") & (made.curves["date"] == made.curves["date"].min())]
    first = shown[shown["name"] == "A"].iloc[0]
    assert first["mean"] == pytest.approx(week["cash_fen"].sum() / 5)
    assert first["p95"] == pytest.approx(
        sorted(week["cash_fen"])[3] * 0.2 + sorted(week["cash_fen"])[4] * 0.8
    )


def test_failed_runs_are_named_and_no_failure_is_silent() -> None:
    made = fakes.comparison({"A": (0.0, 0.0, 0.0)}, failed=("A, replication 3: <boom>", "B"))
    assert "2 runs failed" in comparison.failures(made, "en").text
    assert "&lt;boom&gt;" in comparison.failures(made, "en").source
    assert comparison.failures(fakes.comparison({"A": (0.0, 0.0, 0.0)}), "en").source == ""


def test_differences_are_recorded_in_full(recorded: list[dict[str, object]]) -> None:
    made = fakes.comparison({"A": (0.05, -0.08, -3e7)})
    comparison.record_differences(made)
    found = numbers(recorded)
    assert len(found) == 12
    assert found["A.sales_growth.low"] == made.difference("A", "sales_growth").low


def test_a_frontier_names_its_recommendation_and_what_it_changes() -> None:
    made = fakes.frontier(POINTS, "middle")
    said = frontier.answer(made, "en").text
    growth, overdue = made.comparison.difference("middle", "sales_growth"), 100 * 0.10
    assert said.startswith(
        "Of 4 policies, middle cutoffs is recommended: sales growth 5.0% (−5.0 points against loose"
    )
    assert f"cohort overdue rate {overdue:.1f}% (−10.0 points; " in said
    assert f"{100 * growth.low:.1f} to {100 * growth.high:.1f} points".replace("-", "−") in said
    assert said.endswith("It earns most of the 3 efficient ones that keep to the constraints.")


def test_a_frontier_that_starts_at_the_best_says_so() -> None:
    said = frontier.answer(fakes.frontier(POINTS, "loose", infeasible=("strict",)), "en").text
    assert "loose cutoffs, where the grid starts, is recommended as it is: sales growth 10.0%" in said
    assert "2 efficient" in said


def test_a_frontier_without_a_feasible_point_says_so() -> None:
    made = fakes.frontier(POINTS, None, infeasible=tuple(name for name, _, _ in POINTS))
    assert (
        frontier.answer(made, "en").text
        == "None of the 4 policies keeps to the constraints; 3 are efficient."
    )


def test_points_of_a_frontier_have_roles_and_names() -> None:
    shown = frontier.points(fakes.frontier(POINTS, "middle"), "zh")
    assert list(shown["role"]) == ["efficient", "recommended", "efficient", "dominated"]
    assert list(shown["label"]) == ["宽松分级", "适中分级", "从严分级线", ""]


def test_the_rate_of_exchange_runs_from_end_to_end() -> None:
    said = frontier.rate_of_exchange(fakes.frontier(POINTS, "middle"), "en").text
    assert said == (
        "From loose cutoffs to strict cutoffs along the efficient line the cohort overdue rate falls by 15.0 points "
        "and sales growth changes by −10.0 points."
    )
    assert frontier.rate_of_exchange(fakes.frontier(POINTS[:1] + POINTS[3:], None), "en").source == ""


def test_the_frontier_table_has_a_row_for_every_point_and_says_what_is_wrong_with_it() -> None:
    shown = frontier.evidence(fakes.frontier(POINTS, "middle", infeasible=("strict",)), "en")
    assert shown.source.count("<tr>") == 5
    assert "efficient, but breaks a constraint" in shown.text
    assert "beaten by another" in shown.text
    assert shown.text.index("strict") < shown.text.index("middle") < shown.text.index("loose")


def test_constraints_in_words() -> None:
    every = Constraints(sales_growth_min=0.1, collection_rate_min=0.9, overdue_rate_cohort_30_max=0.05)
    assert frontier.constraints(every, "en") == (
        "sales growth at least 10.0%, collection rate at least 90.0% and cohort overdue rate at most 5.0%"
    )
    assert frontier.constraints(Constraints(), "en") == "none"


def test_points_are_recorded(recorded: list[dict[str, object]]) -> None:
    frontier.record_points(fakes.frontier(POINTS, "middle"))
    assert numbers(recorded)["middle.sales_growth"] == 0.05
    assert len(recorded) == 16


@pytest.fixture(scope="module")
def customers() -> pd.DataFrame:
    return portrait(Scenario(name="x", run=Run(customers=60, regions=["East", "West"])))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_portrait_adds_up(customers: pd.DataFrame, language: Language) -> None:
    grades = seen.by_grade(customers)
    assert list(grades["grade"]) == list("ABCD")
    assert grades["customers"].sum() == pytest.approx(1)
    assert grades["purchases"].sum() == pytest.approx(1)
    good = customers["grade"].isin(["A", "B"]).mean()
    said = seen.answer(customers, grades, language).text
    assert "60" in said
    assert f"{good:.1%}" in said
    assert f"{customers['score'].median():.0f}" in seen.headline_cards(customers, language).text
    assert seen.grade_table(grades, language).source.count("<tr>") == 5
    assert len(list(seen.spreads(customers, language))) == 4


def test_a_grade_nobody_has_is_shown_empty(customers: pd.DataFrame) -> None:
    grades = seen.by_grade(customers.assign(grade="B"))
    assert grades["customers"].tolist() == [0, 1, 0, 0]
    assert seen.grade_table(grades, "en").text.count("–") == 6


def test_grades_are_recorded(customers: pd.DataFrame, recorded: list[dict[str, object]]) -> None:
    grades = seen.by_grade(customers)
    seen.record_grades(grades)
    assert numbers(recorded)["A.customers"] == grades["customers"].iloc[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_ledger_is_accounted_for(language: Language) -> None:
    said = ledger.answer(fakes.Book(), fakes.Fitted(), language).text
    assert all(part in said for part in ("ledger", "3", "2", "5", "40.0%", "3.0"))
    assert ledger.totals_table(fakes.Book(), language).source.count("<tr>") == 8
    assert "617,280.00" in ledger.totals_table(fakes.Book(), language).text


def test_rejected_rows_are_listed_and_inert() -> None:
    shown = ledger.rejected_table(fakes.Book(), "en")
    assert "2 of 2" in shown.text
    assert fakes.HOSTILE[0] in shown.text
    assert "<script" not in shown.source
    assert ledger.rejected_table(fakes.Book(rejected=pd.DataFrame()), "en").text == "No row was rejected."


def test_a_long_list_of_rejected_rows_is_cut_and_says_so() -> None:
    many = pd.concat([fakes.Book().rejected] * 150, ignore_index=True)
    shown = ledger.rejected_table(fakes.Book(rejected=many), "en")
    assert "the first 200 of 300" in shown.text
    assert shown.source.count("<tr>") == 201


def test_the_fit_is_shown_beside_the_ledger() -> None:
    shown = ledger.validation_table(fakes.Fitted(), "en").text
    assert "Paid late40.0%41.0% (39.0% to 43.0%)" in shown
    assert "Mean days from due3.0 days3.2 days (2.9 days to 3.5 days)" in shown
    assert "0.77" in ledger.headline_cards(fakes.Fitted(), "en").text
    assert "0.81" in ledger.headline_cards(fakes.Fitted(fakes.Validation(samples=("in",))), "en").text


def test_hazards_have_binomial_intervals_and_worded_buckets() -> None:
    rows = ledger.hazard_rows(fakes.Fitted(), "en")
    assert list(rows["bucket"]) == ["−1 and before", "0", "1 and after"]
    assert rows["high"].iloc[1] - rows["observed"].iloc[1] == pytest.approx(
        1.959964 * (0.2 * 0.8 / 100) ** 0.5
    )
    assert rows["low"].min() == 0


def test_a_bucket_of_several_days_is_a_range() -> None:
    row = {"first_day": 4, "last_day": 7}
    assert ledger.bucket(row, "en") == "4 to 7"


def test_notes_are_listed() -> None:
    assert ledger.notes_list(["a<b", "c"]).source == "<ul><li>a&lt;b</li><li>c</li></ul>"


def test_the_fit_is_recorded(recorded: list[dict[str, object]]) -> None:
    ledger.record_fit(fakes.Fitted())
    found = numbers(recorded)
    assert found["late_share.simulated"] == 0.41
    assert found["auc.out"] == 0.77
