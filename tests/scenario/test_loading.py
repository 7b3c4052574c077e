"""Loading scenarios: extends, defaults, the status quo, worlds."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from simkit.scenario import Scenario, ScenarioError, dump_yaml, load, load_model, scenario_hash
from simkit.scenario.loading import world_settings
from simkit.scenario.policy import Policy
from simkit.scenario.run import Run
from simkit.scenario.world import World


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name: str, **content: Any) -> str:
    """Write a scenario file into the current folder."""
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(dump_yaml({"schema": 1, "name": Path(name).stem, **content}), encoding="utf-8")
    return name


def term(days: int) -> dict[str, Any]:
    return {"contract": {"term_days": days}}


def test_a_file_with_nothing_keeps_every_default(folder: Path) -> None:
    assert load(write("a.yaml")) == Scenario(name="a")


def test_a_path_may_be_a_path(folder: Path) -> None:
    write("a.yaml", description="Dies und das")
    assert load(folder / "a.yaml").description == "Dies und das"


def test_one_value_of_a_rule_keeps_the_others_at_their_defaults(folder: Path) -> None:
    scenario = load(write("a.yaml", policy={"credit": {"grades": {"C": {"term_limit_days": 75}}}}))
    default = Policy().credit.grades
    assert scenario.policy.credit.grades == default.model_copy(
        update={"C": default.C.model_copy(update={"term_limit_days": 75})}
    )


def test_whole_floats_are_whole_numbers_and_dates_are_dates(folder: Path) -> None:
    Path("a.yaml").write_text(
        "schema: 1\nname: no\n"
        "run: {seed: 1e3, replications: 4.0, start_date: 2024-02-29, holidays: [2024-03-01]}"
    )
    run = load("a.yaml").run
    assert (run.seed, run.replications, run.start_date.isoformat()) == (1000, 4, "2024-02-29")
    assert load("a.yaml").name == "no"


def test_an_empty_section_is_no_section(folder: Path) -> None:
    Path("base.yaml").write_text("schema: 1\nname: base\npolicy:\nworld:\nrun:\n")
    scenario = load(write("top.yaml", extends="base.yaml", policy=term(44)))
    assert scenario.status_quo.contract.term_days == 44


class TestExtends:
    def test_the_later_file_wins_and_the_rest_is_kept(self, folder: Path) -> None:
        write("base.yaml", policy=term(20), run={"seed": 5, "regions": ["A", "B"]})
        write("policies/mid.yaml", extends="../base.yaml", policy={"contract": {"lapse_days": 21}})
        top = load(write("top.yaml", extends="policies/mid.yaml", run={"regions": ["C"]}))
        assert top.policy.contract == Policy().contract.model_copy(update={"term_days": 20, "lapse_days": 21})
        assert top.run == Run(seed=5, regions=["C"])
        assert (top.name, top.description) == ("top", "")

    def test_lists_merge_left_to_right(self, folder: Path) -> None:
        write("one.yaml", policy=term(1), run={"seed": 1})
        write("two.yaml", policy=term(2))
        both = load(write("both.yaml", extends=["one.yaml", "two.yaml"]))
        assert (both.policy.contract.term_days, both.run.seed) == (2, 1)
        assert load(write("other.yaml", extends=["two.yaml", "one.yaml"])).policy.contract.term_days == 1

    def test_a_file_met_twice_counts_once(self, folder: Path) -> None:
        # world.yaml extends the base too: the base must not undo what dual.yaml decided.
        write("base.yaml", policy=term(10))
        write("dual.yaml", extends="base.yaml", policy=term(20))
        write("world.yaml", extends="base.yaml", world={"market": {"growth_per_year": 0.5}})
        scenario = load(write("top.yaml", extends=["dual.yaml", "./x/../world.yaml"]))
        assert scenario.policy.contract.term_days == 20
        assert scenario.world.market.growth_per_year == 0.5
        assert scenario.status_quo.contract.term_days == 10

    def test_a_circle_is_told_with_its_files(self, folder: Path) -> None:
        write("a.yaml", extends="b.yaml")
        write("b.yaml", extends="c.yaml")
        write("c.yaml", extends="b.yaml")
        with pytest.raises(
            ScenarioError, match=r"^c.yaml:3: extends: .* a.yaml -> b.yaml -> c.yaml -> b.yaml$"
        ):
            load("a.yaml")

    def test_a_chain_of_sixteen_is_the_longest(self, folder: Path) -> None:
        write("f0.yaml", policy=term(7))
        for n in range(1, 17):
            write(f"f{n}.yaml", extends=f"f{n - 1}.yaml")
        assert load("f15.yaml").policy.contract.term_days == 7
        with pytest.raises(ScenarioError, match=r"f1.yaml:3: extends: more than 16 files extend each other"):
            load("f16.yaml")

    def test_a_missing_file_is_told_at_the_line_that_asks_for_it(self, folder: Path) -> None:
        write("baseline.yaml")
        write("sub/a.yaml", extends=["../basline.yaml", "x\0?"])
        with pytest.raises(ScenarioError) as caught:
            load("sub/a.yaml")
        assert [str(problem) for problem in caught.value.problems] == [
            'sub/a.yaml:4: extends: no such file: "basline.yaml"; did you mean "baseline.yaml"?',
            r'sub/a.yaml:5: extends: no such file: "sub/x\u0000?"',
        ]

    def test_a_folder_is_no_file(self, folder: Path) -> None:
        (folder / "sub").mkdir()
        with pytest.raises(ScenarioError, match=r"^sub: is not a file$"):
            load(write("a.yaml", extends="sub"))

    def test_a_missing_scenario_names_its_neighbour(self, folder: Path) -> None:
        write("params/baseline.yaml")
        with pytest.raises(
            ScenarioError, match=r'^params/basline.yaml: no such file; did you mean "baseline.yaml"\?$'
        ):
            load("params/basline.yaml")
        with pytest.raises(ScenarioError, match=r"^nowhere/a.yaml: no such file$"):
            load("nowhere/a.yaml")
        with pytest.raises(ScenarioError, match=r"no such file$"):
            load("n" * 300)

    def test_a_problem_is_told_in_the_file_that_gave_the_value(self, folder: Path) -> None:
        write("base.yaml", world={"market": {"growth_per_year": 99}})
        Path("top.yaml").write_text(
            "schema: 1\nname: top\nextends: base.yaml\nworld:\n  market: {seasn: 1}\n"
        )
        with pytest.raises(ScenarioError) as caught:
            load("top.yaml")
        assert [(str(problem.place), problem.path) for problem in caught.value.problems] == [
            ("base.yaml:5", "world.market.growth_per_year"),
            ("top.yaml:5", "world.market.seasn"),
        ]

    def test_all_files_of_the_chain_are_told(self, folder: Path) -> None:
        write("base.yaml", polcy={})
        write("top.yaml", extends="base.yaml", wrld={})
        with pytest.raises(ScenarioError) as caught:
            load("top.yaml")
        assert [problem.path for problem in caught.value.problems] == ["polcy", "wrld"]


REPORTED = {"sales_growth": {"before": 0, "after": 0.28}}


class TestReported:
    def test_what_a_case_reports_is_read(self, folder: Path) -> None:
        reported = load(write("case.yaml", reported=REPORTED)).reported
        assert {name: (value.before, value.after) for name, value in reported.items()} == {
            "sales_growth": (0.0, 0.28)
        }

    def test_it_speaks_of_its_own_file_alone(self, folder: Path) -> None:
        write("case.yaml", reported=REPORTED, policy=term(11))
        assert load(write("top.yaml", extends="case.yaml")).reported == {}

    def test_an_override_leaves_it_alone(self, folder: Path) -> None:
        write("case.yaml", reported=REPORTED)
        with pytest.raises(ScenarioError, match="reported: unknown name; allowed: policy, world, run"):
            load("case.yaml", {"reported": {}})


class TestStatusQuo:
    def test_a_file_alone_is_its_own(self, folder: Path) -> None:
        scenario = load(write("a.yaml", policy=term(11)))
        assert scenario.status_quo == scenario.policy
        assert scenario.status_quo.contract.term_days == 11

    def test_it_is_the_first_policy_of_the_chain_alone(self, folder: Path) -> None:
        write("world.yaml", world={"market": {"growth_per_year": 0.1}})
        write("root.yaml", extends="world.yaml", policy=term(11))
        write("mid.yaml", extends="root.yaml", policy={"contract": {"lapse_days": 22}})
        top = load(
            write("top.yaml", extends="mid.yaml", policy=term(33)), {"policy.contract.penalty_share": 0.5}
        )
        assert top.status_quo == load("root.yaml").policy
        assert top.policy.contract == Policy().contract.model_copy(
            update={"term_days": 33, "lapse_days": 22, "penalty_share": 0.5}
        )

    def test_overrides_never_touch_it(self, folder: Path) -> None:
        scenario = load(write("a.yaml", policy=term(11)), {"policy.contract.term_days": 12})
        assert (scenario.status_quo.contract.term_days, scenario.policy.contract.term_days) == (11, 12)

    def test_what_is_wrong_in_it_alone_is_told_as_the_policy_of_its_file(self, folder: Path) -> None:
        write("base.yaml", policy=term(999))
        write("top.yaml", extends="base.yaml", policy=term(30))
        with pytest.raises(ScenarioError, match=r"^base.yaml:5: policy.contract.term_days: given 999"):
            load("top.yaml")


class TestWorld:
    def test_it_lies_on_top(self, folder: Path) -> None:
        write("fit0.yaml", world={"payment": {"frailty_sd": 0.3, "history_weight": -2}})
        write("fit.yaml", extends="fit0.yaml", world={"payment": {"frailty_sd": 0.4}}, run={"seed": 9})
        write(
            "a.yaml",
            policy=term(5),
            world={"payment": {"frailty_sd": 0.1, "quality_weight": 1}},
            run={"seed": 1},
        )
        scenario = load("a.yaml", {"run.customers": 7}, world="fit.yaml")
        assert scenario.world == World().model_copy(
            update={
                "payment": World().payment.model_copy(
                    update={"frailty_sd": 0.4, "history_weight": -2.0, "quality_weight": 1.0}
                )
            }
        )
        assert scenario.run == Run(seed=9, customers=7)
        assert (scenario.name, scenario.policy.contract.term_days) == ("a", 5)

    def test_overrides_lie_over_it(self, folder: Path) -> None:
        write("fit.yaml", world={"payment": {"frailty_sd": 0.4}})
        scenario = load(write("a.yaml"), {"world.payment.frailty_sd": 0.7}, world="fit.yaml")
        assert scenario.world.payment.frailty_sd == 0.7

    def test_a_policy_in_it_is_refused(self, folder: Path) -> None:
        write("base.yaml", policy=term(3))
        write("fit.yaml", extends="base.yaml", policy=term(4))
        with pytest.raises(ScenarioError) as caught:
            load(write("a.yaml"), world="fit.yaml")
        assert [str(problem) for problem in caught.value.problems] == [
            f"{file}.yaml:{line}: policy: has no place in a world file, which may set world and run only"
            for file, line in (("base", 3), ("fit", 4))
        ]

    def test_a_missing_one_is_told(self, folder: Path) -> None:
        write("fit1.yaml")
        write("a.yaml")
        with pytest.raises(ScenarioError, match=r'^fit.yaml: no such file; did you mean "fit1.yaml"\?$'):
            load("a.yaml", world="fit.yaml")


class Grid(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: str
    grid: dict[str, list[float]]


class TestLoadModel:
    def test_any_model_can_be_read(self, folder: Path) -> None:
        write("s.yaml", grid={"policy.contract.term_days": [30, 60]})
        assert load_model("s.yaml", Grid, dotted_names=True) == Grid(
            name="s", grid={"policy.contract.term_days": [30, 60]}
        )

    def test_its_problems_have_lines(self, folder: Path) -> None:
        Path("s.yaml").write_text("name: s\ngrid:\n  a: [1, x]\ngird: 3\n")
        with pytest.raises(ScenarioError) as caught:
            load_model("s.yaml", Grid)
        assert [str(problem) for problem in caught.value.problems] == [
            "s.yaml:1: schema: is missing; write schema: 1",
            "s.yaml:3: grid.a.1: given x; allowed: number",
            's.yaml:4: gird: unknown name; allowed: name, grid; did you mean "grid"?',
        ]

    def test_no_mapping_and_no_file(self, folder: Path) -> None:
        Path("s.yaml").write_text("[1]")
        with pytest.raises(ScenarioError, match="a mapping with the names schema, name, grid"):
            load_model("s.yaml", Grid)
        with pytest.raises(ScenarioError, match=r'no such file; did you mean "s.yaml"'):
            load_model("s.yml", Grid)


REGIONS = st.text("abc no1~", min_size=1).filter(str.strip)
VALID = st.fixed_dictionaries(
    {},
    optional={
        "policy.contract.term_days": st.integers(0, 90),  # at most the longest limit
        "policy.contract.prepayment_share": st.floats(0, 1),
        "policy.contract.term_negotiable": st.booleans(),
        "policy.collections.queue_rule": st.sampled_from(["oldest", "largest", "value_at_risk"]),
        "policy.credit.grades.C.credit_limit_months": st.floats(0, 3),  # at most grade B's
        "policy.credit.scorecard.condition.market_rank.breakpoints": st.just([[0, 0], [1, 1e-3]]),
        "world.economy.factor": st.none() | st.floats(-6, 6),
        "world.payment.history_weight": st.floats(-20, 20),
        "world.market.growth_per_year": st.floats(-0.9, 5),
        "run.seed": st.integers(0, 2**32 - 1),
        "run.regions": st.lists(REGIONS, min_size=1, max_size=4, unique=True),
        "run.start_date": st.dates(date(1900, 1, 1), date(2200, 1, 1)).map(str),
    },
)  # fmt: skip


def nested(overrides: dict[str, Any]) -> dict[str, Any]:
    """Overrides as the sections of a file."""
    sections: dict[str, Any] = {}
    for path, value in overrides.items():
        *parts, last = path.split(".")
        inner = sections
        for part in parts:
            inner = inner.setdefault(part, {})
        inner[last] = value
    return sections


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(VALID)
def test_overrides_mean_what_the_same_file_means(folder: Path, overrides: dict[str, Any]) -> None:
    write("base.yaml", policy=term(10))
    overridden = load("base.yaml", overrides)
    written = load(write("top.yaml", extends="base.yaml", **nested(overrides)))
    assert overridden == written.model_copy(update={"name": "base"})
    assert scenario_hash(overridden) == scenario_hash(written)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(VALID)
def test_a_dumped_scenario_loads_as_itself(folder: Path, overrides: dict[str, Any]) -> None:
    scenario = load(write("base.yaml"), overrides)
    sections = scenario.model_dump(mode="json", include={"policy", "world", "run"})
    assert load(write("again.yaml", **sections)).model_dump(include={*sections}) == scenario.model_dump(
        include={*sections}
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
@given(
    st.binary(max_size=120),
    st.sampled_from([b"", b"schema: 1\nname: x\n", b"schema: 1\nname: x\nrun:\n  seed: "]),
)
def test_garbage_raises_nothing_but_a_scenario_error(folder: Path, content: bytes, head: bytes) -> None:
    Path("garbage.yaml").write_bytes(head + content)
    told = ""
    try:
        load("garbage.yaml")
    except ScenarioError as error:
        told = str(error)
    assert all(line.isprintable() for line in told.splitlines())


class TestWorldSettings:
    def test_what_a_world_sets_lies_over_another_as_overrides(self, folder: Path) -> None:
        write("calm.yaml", world={"economy": {"factor": -1}, "market": {"growth_per_year": 0.1}})
        write("boom.yaml", extends="calm.yaml", world={"market": {"growth_per_year": 0.2}}, run={"seed": 9})
        name, given = world_settings("boom.yaml")
        assert (name, given) == ("boom", {"world.economy.factor": -1, "world.market.growth_per_year": 0.2})
        laid = load(write("a.yaml", run={"seed": 3}), given)
        assert laid.world == load("a.yaml", world="boom.yaml").world
        assert laid.run.seed == 3

    def test_a_world_that_sets_nothing_changes_nothing(self, folder: Path) -> None:
        assert world_settings(write("plain.yaml")) == ("plain", {})

    def test_a_policy_has_no_place_in_it(self, folder: Path) -> None:
        write("odd.yaml", policy=term(11))
        with pytest.raises(ScenarioError, match="has no place in a world file"):
            world_settings("odd.yaml")
        with pytest.raises(ScenarioError, match="no such file"):
            world_settings("gone.yaml")
