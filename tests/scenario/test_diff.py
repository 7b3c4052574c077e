"""What differs between scenarios and the hash that tells."""

import hashlib
import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from simkit.scenario import ABSENT, Scenario, diff, scenario_hash
from simkit.scenario.policy import Policy
from simkit.scenario.policy.contract import Contract
from simkit.scenario.run import Run
from simkit.scenario.scenario import Reported
from simkit.scenario.world import World
from simkit.scenario.world.economy import Economy


def scenario(**changes: object) -> Scenario:
    return Scenario(name="a").model_copy(update=changes)


def test_equal_scenarios_do_not_differ() -> None:
    reported = {"sales_growth": Reported(before=0.0, after=0.28)}
    assert diff(scenario(), scenario(name="b", description="other", reported=reported)) == []


def test_changed_leaves_are_listed_with_both_values() -> None:
    other = scenario(
        policy=Policy(contract=Contract(term_days=45, term_negotiable=False)),
        run=Run(regions=["N", "S", "E", "W"]),
    )
    default = Run().regions
    assert diff(scenario(run=Run(regions=["N", "S", "X", "Y"])), other) == [
        ("policy.contract.term_days", Contract().term_days, 45),
        ("policy.contract.term_negotiable", True, False),
        ("run.regions.2", "X", "E"),
        ("run.regions.3", "Y", "W"),
    ]
    assert diff(scenario(), scenario(run=Run(regions=["N"]))) == [("run.regions", default, ["N"])]


class Free(BaseModel):
    by_name: dict[str, int | None]


def test_a_name_only_one_side_has() -> None:
    changes = diff(Free(by_name={"a": 1, "b": None}), Free(by_name={"a": 1, "c": 2}))
    assert changes == [("by_name.b", None, ABSENT), ("by_name.c", ABSENT, 2)]
    assert repr(ABSENT) == "(absent)"


@given(st.integers(0, 365), st.integers(0, 365))
def test_the_hash_differs_exactly_where_the_diff_does(first: int, second: int) -> None:
    a, b = (scenario(policy=Policy(contract=Contract(term_days=days))) for days in (first, second))
    assert (scenario_hash(a) == scenario_hash(b)) is (diff(a, b) == []) is (first == second)


def test_the_hash_sees_every_section_and_no_label() -> None:
    base = scenario()
    hashes = {
        scenario_hash(changed)
        for changed in (
            base,
            scenario(name="b"),
            scenario(description="x"),
            scenario(reported={"sales_growth": Reported(before=0.0, after=0.28)}),
            scenario(policy=Policy(contract=Contract(term_days=44))),
            scenario(status_quo=Policy(contract=Contract(term_days=44))),
            scenario(run=Run(seed=1)),
            scenario(world=World(economy=Economy(factor=1.0))),
        )
    }
    assert len(hashes) == 5
    assert all(len(value) == 64 and set(value) <= set("0123456789abcdef") for value in hashes)


def test_the_hash_is_of_the_canonical_json() -> None:
    content = json.loads(scenario().model_dump_json())
    del content["name"], content["description"], content["reported"]
    canonical = json.dumps(content, sort_keys=True).replace(", ", ",").replace(": ", ":")
    assert scenario_hash(scenario()) == hashlib.sha256(canonical.encode()).hexdigest()


@pytest.mark.parametrize("seed", ["0", "1"])
def test_the_hash_is_the_same_in_another_process(seed: str) -> None:
    code = "from simkit.scenario import Scenario, scenario_hash; print(scenario_hash(Scenario(name='z')))"
    environment = {"PYTHONHASHSEED": seed, "PYTHONPATH": "."}
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert run.stdout.strip() == scenario_hash(scenario())
