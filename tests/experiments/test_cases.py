"""Known cases: the status quo before, the case's policy after, and reports that cannot be checked are refused."""

from pathlib import Path

import pandas as pd
import pytest

from simkit.errors import UserError
from simkit.experiments import cases
from simkit.experiments.cases import in_worlds, known_case
from simkit.experiments.compare import mean_interval
from simkit.experiments.simulation import simulate
from simkit.outcomes.definitions import DEFINITIONS
from simkit.scenario.loading import load
from simkit.scenario.scenario import Reported, Scenario
from simkit.scenario.yaml_document import dump_yaml
from tests.experiments.scenarios import HANDBOOK, STATUS_QUO

CASES = Path(__file__).parents[2] / "params" / "cases"
COLUMNS = [f"{value}{end}" for value in ("before", "after", "change") for end in ("", "_low", "_high")]
OUTCOMES = {
    "sales_growth": Reported(before=0.0, after=0.28),
    "orders": Reported(before=100.0, after=90.0),
}


def case(reported: dict[str, Reported] = OUTCOMES, policy: Scenario = HANDBOOK) -> Scenario:
    """Return a case of a policy, with the lax status quo of the tests before it."""
    status_quo = {"name": "Case", "reported": reported, "status_quo": STATUS_QUO.policy}
    return policy.model_copy(update=status_quo)


@pytest.fixture(scope="module")
def found() -> pd.DataFrame:
    return known_case(case(), replications=3, workers=1)


def test_a_row_an_outcome_in_the_order_of_the_report(found: pd.DataFrame) -> None:
    assert found.columns.tolist() == ["kpi", "reported_before", "reported_after", *COLUMNS]
    assert found[found.columns[:3]].to_numpy().tolist() == [
        ["sales_growth", 0.0, 0.28],
        ["orders", 100.0, 90.0],
    ]


def test_before_is_the_status_quo_in_the_policy_year_and_after_the_case(found: pd.DataFrame) -> None:
    """Against single runs of the two policies, the same status quo before the switch."""
    years = {
        "before": case().model_copy(update={"policy": STATUS_QUO.policy}),
        "after": case(),
    }
    runs = {
        name: [simulate(one, replication=place).kpis for place in range(3)] for name, one in years.items()
    }
    for row in found.to_dict("records"):
        values = {name: [float(run[row["kpi"]] or 0) for run in each] for name, each in runs.items()}
        values["change"] = [
            after - before for before, after in zip(values["before"], values["after"], strict=True)
        ]
        for name, each in values.items():
            shown = (row[name], row[f"{name}_low"], row[f"{name}_high"])
            assert shown == pytest.approx(mean_interval(each)[:3]), (row["kpi"], name)
    assert (found["change"] != 0).all()


def test_a_policy_that_is_the_status_quo_changes_nothing() -> None:
    same = known_case(case(policy=STATUS_QUO), replications=2, workers=1)
    assert same[["change", "change_low", "change_high"]].to_numpy().tolist() == [[0.0] * 3] * 2
    for end in ("", "_low", "_high"):
        assert same[f"before{end}"].tolist() == same[f"after{end}"].tolist()


def test_one_replication_has_no_interval() -> None:
    single = known_case(case(), replications=1, workers=1)
    assert single[["before", "after", "change"]].notna().all(axis=None)
    assert single[[column for column in COLUMNS if "_" in column]].isna().all(axis=None)


def test_a_case_may_be_given_by_path(tmp_path: Path, found: pd.DataFrame) -> None:
    content = case().model_dump(mode="json", exclude={"status_quo"})
    before = {"policy": STATUS_QUO.policy.model_dump(mode="json")}
    shared = {key: content[key] for key in ("world", "run")}
    files = {
        "baseline.yaml": {"schema": 1, "name": "Before"} | before | shared,
        "case.yaml": {"schema": 1, "name": "Case", "extends": "baseline.yaml"}
        | {key: content[key] for key in ("policy", "reported")},
    }
    for name, tree in files.items():
        (tmp_path / name).write_text(dump_yaml(tree), encoding="utf-8")
    pd.testing.assert_frame_equal(known_case(tmp_path / "case.yaml", replications=3, workers=1), found)
    # In its own world, and in another.
    another = {"schema": 1, "name": "Another", "world": {"market": {"growth_per_year": -0.3}}}
    (tmp_path / "another.yaml").write_text(dump_yaml(another), encoding="utf-8")
    both = in_worlds(tmp_path / "case.yaml", {"own": None, "other": tmp_path / "another.yaml"}, 3, 1)
    pd.testing.assert_frame_equal(both["own"], found)
    assert both["other"]["after"][0] != found["after"][0]


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("reported", "message"),
    [
        (
            {"sales_grwoth": Reported(before=0.0, after=0.28)},
            "'Case': reported.sales_grwoth is no outcome of a run; did you mean \"sales_growth\"?; allowed are ",
        ),
        (
            OUTCOMES | {"happiness": Reported(before=0.0, after=1.0)},
            "'Case': reported.happiness is no outcome of a run; allowed are sales_growth, ",
        ),
        ({}, "'Case' reports no outcome; give it a section reported: {outcome: {before, after}}"),
    ],
    ids=["misspelt", "unknown beside known", "none"],
)
def test_what_cannot_be_checked_is_refused_before_anything_runs(
    reported: dict[str, Reported], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("it ran")

    monkeypatch.setattr(cases, "compare", never)
    with pytest.raises(UserError) as error:
        known_case(case(reported))
    assert str(error.value).startswith(message)


@pytest.mark.parametrize("file", sorted(CASES.glob("*.yaml")), ids=lambda file: file.stem)
def test_shipped_cases_report_outcomes_that_runs_have(file: Path) -> None:
    reported = load(file).reported
    assert reported
    assert set(reported) <= set(DEFINITIONS)
