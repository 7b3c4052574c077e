"""Overrides by dotted path."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simkit.scenario import Scenario, ScenarioError, load, parse_overrides
from simkit.scenario.policy import Policy
from simkit.scenario.policy.desks import Desk


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.yaml"
    path.write_text("schema: 1\nname: a\n")
    return path


@pytest.mark.parametrize(
    ("path", "value", "found"),
    [
        ("policy.credit.grades.C.term_limit_days", 60, lambda s: s.policy.credit.grades.C.term_limit_days),
        ("policy.contract.prepayment_share", np.float64(0.25), lambda s: s.policy.contract.prepayment_share),
        ("policy.desks.legal", Desk(staff=9), lambda s: s.policy.desks.legal),
        ("policy.contract.term_days", 45.0, lambda s: s.policy.contract.term_days),
        ("world.market.season.11", 2, lambda s: s.world.market.season[11]),
        ("world.customers.terms.0.days", 31, lambda s: s.world.customers.terms[0].days),
        ("world.economy.factor", -1.5, lambda s: s.world.economy.factor),
        ("run.regions", ["North"], lambda s: s.run.regions),
    ],
)
def test_one_value_changes_and_nothing_else(file: Path, path: str, value: Any, found: Any) -> None:
    changed = load(file, {path: value})
    assert found(changed) == value
    assert found(load(file)) != value
    section = path.split(".")[0]
    others = {"policy", "world", "run", "status_quo"} - {section}
    assert changed.model_dump(include=others) == load(file).model_dump(include=others)


def test_a_mapping_is_merged(file: Path) -> None:
    changed = load(file, {"policy": {"contract": {"term_days": 45}}}).policy
    assert changed.contract == Policy().contract.model_copy(update={"term_days": 45})


def test_later_overrides_lie_over_earlier_ones(file: Path) -> None:
    overrides = {"policy.contract": {"term_days": 45, "lapse_days": 44}, "policy.contract.term_days": 46}
    contract = load(file, overrides).policy.contract
    assert (contract.term_days, contract.lapse_days) == (46, 44)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (
            "policy.contract.term_dayz",
            1,
            'policy.contract.term_dayz: unknown name; .*; did you mean "term_days"?',
        ),
        (
            "credit.rescore_months",
            1,
            "credit.rescore_months: unknown name; .*; it belongs under policy.credit",
        ),
        ("polisy.contract.term_days", 1, 'allowed: policy, world, run; did you mean "policy"?'),
        ("status_quo.contract.term_days", 1, "the status quo is the first policy of the extends chain"),
        ("name", "x", "name: unknown name; allowed: policy, world, run"),
        ("policy..contract", 1, "policy..contract: is not a dotted path such as policy.contract.term_days"),
        ("", 1, "is not a dotted path"),
        (3, 1, "3: is not a dotted path"),
        ("policy.contract.term_days", 999, "term_days: given 999; allowed: whole number, 0 to 365"),
        ("policy.contract.term_days", "60", 'given "60"; allowed: whole number, 0 to 365 (days); write 60'),
        ("policy.contract.term_days", True, "given true; allowed: whole number"),
        ("policy.contract.term_days", None, "given nothing (null); allowed: whole number"),
        (
            "policy.contract.term_days.x",
            1,
            "policy.contract.term_days: given a mapping; allowed: whole number",
        ),
        ("policy.contract.term_days", float("nan"), "policy.contract.term_days: nan is not a finite number"),
        ("policy.contract.term_days", object(), "a value of type object cannot stand in a scenario"),
        ("policy.contract.term_days", 2**70, "beyond 64 bits"),
        ("world.market.season.12", 1, "given index 12; the list has the indexes 0 to 11"),
        ("world.market.season.first", 1, "given index first; the list has the indexes 0 to 11"),
        ("policy.credit.grades.C.min_score", 99, "policy.credit.grades: B.min_score"),
        ("policy", 3, "policy: given 3; allowed: mapping"),
    ],
)
def test_a_wrong_one_is_told(file: Path, path: Any, value: Any, message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(file, {path: value})
    (problem,) = caught.value.problems
    text = str(problem)
    assert text.startswith("override: ")
    first, _, last = message.partition(" .*; ")
    assert first in text
    assert text.endswith(last) or not last


def test_problems_of_file_and_overrides_come_together(file: Path) -> None:
    file.write_text("schema: 1\nname: a\nrun: {sed: 1}\n")
    with pytest.raises(ScenarioError) as caught:
        load(file, {"run.seeed": 1, "rum.seed": 2, "run.seed": -1})
    assert {problem.path for problem in caught.value.problems} == {
        "run.sed",
        "run.seeed",
        "rum.seed",
        "run.seed",
    }


def test_a_cross_check_is_made_on_the_whole(file: Path) -> None:
    raised = {"policy.credit.grades.B.min_score": 70, "policy.credit.grades.C.min_score": 65}
    assert load(file, raised).policy.credit.grades.C.min_score == 65


class TestParse:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("run.seed=7", 7),
            ("run.seed = 7 ", 7),
            ("run.seed=1e-3", 0.001),
            ("run.seed=no", "no"),
            ("run.seed=null", None),
            ("run.seed=[a, b]", ["a", "b"]),
            ("run.seed={a: 1}", {"a": 1}),
            ("run.seed='a=b'", "a=b"),
            ("run.seed=a=b", "a=b"),
            ("run.seed=2025-01-01", "2025-01-01"),
        ],
    )
    def test_values_are_yaml(self, text: str, value: Any) -> None:
        parsed = parse_overrides([text])
        assert parsed == {"run.seed": value}
        assert type(parsed["run.seed"]) is type(value)

    def test_all_wrong_ones_are_told(self) -> None:
        texts = [
            "run.seed",
            "run.a=",
            "run.b=1",
            "run.b=2",
            "run.c=[1",
            "run.d=.inf",
            "run.e={x: 1, x: 2}",
            "=3",
        ]
        with pytest.raises(ScenarioError) as caught:
            parse_overrides(texts)
        told = [str(problem) for problem in caught.value.problems]
        assert [text.split(": ")[1] for text in told[:-1]] == [
            f"run.{name}" for name in ("seed", *"abcde")
        ]  # fmt: skip
        assert told[0].endswith("write it as path=value, or path=null to unset it")
        assert told[2].endswith("given twice")
        assert "not valid YAML" in told[3]
        assert told[4].endswith(".inf is not a finite number")
        assert told[-1] == "override: write it as path=value, or path=null to unset it"

    def test_nothing_gives_nothing(self, file: Path) -> None:
        assert load(file, parse_overrides([])) == Scenario(name="a")
