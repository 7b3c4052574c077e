import json
from pathlib import Path

import pytest

import simkit
from simkit.errors import UserError
from simkit.scenario.diff import diff, scenario_hash

BASELINE = Path(__file__).parents[2] / "params/baseline.yaml"
ON = {"run.parameter_uncertainty": True}
DRAWS = [{"payment": {"history_weight": -1.0 - number, "frailty_sd": 0.5}} for number in range(5)]


@pytest.fixture
def world(tmp_path):
    """Return a function that writes a world with draws beside it."""

    def write(draws=DRAWS, text=None, named="draws: w.draws.json\n"):
        content = json.dumps({"schema": 1, "draws": draws}) if text is None else text
        (tmp_path / "w.draws.json").write_text(content)
        values = "world:\n  payment: {history_weight: -1.5, frailty_sd: 0.6}\n"
        (tmp_path / "w.yaml").write_text(f"schema: 1\nname: w\n{named}{values}")
        return tmp_path / "w.yaml"

    return write


def test_draws_are_read_only_when_asked_for(world):
    path = world(text="no JSON")
    assert simkit.load(BASELINE, world=path).draws == []
    with pytest.raises(UserError, match=r"w\.yaml:3: draws: .*w\.draws\.json is not a JSON file"):
        simkit.load(BASELINE, ON, path)


def test_what_is_set_later_is_set_in_every_draw(world, tmp_path):
    path = world()
    assert simkit.load(BASELINE, ON, path).draws == DRAWS
    kept = simkit.load(BASELINE, ON | {"world.payment.history_weight": -9.0}, path)
    assert kept.draws == [{"payment": {"frailty_sd": 0.5}}] * 5
    (tmp_path / "stress.yaml").write_text(
        "schema: 1\nname: stress\nextends: w.yaml\nworld:\n  payment: {frailty_sd: 2.0}\n"
    )
    stressed = simkit.load(BASELINE, ON, tmp_path / "stress.yaml")
    assert [set(draw["payment"]) for draw in stressed.draws] == [{"history_weight"}] * 5


def test_the_draws_content_is_part_of_the_hash_and_no_difference_of_policies(world):
    one = simkit.load(BASELINE, ON, world())
    other = simkit.load(BASELINE, ON, world([*DRAWS[:4], {"payment": {"history_weight": 0.0}}]))
    assert scenario_hash(one) != scenario_hash(other)
    assert diff(one, other) == []


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"named": ""}, "run.parameter_uncertainty: is true, but no file of the scenario names draws"),
        ({"named": "draws: [1]\n"}, r"w\.yaml:3: draws: given a list of 1; allowed: a path"),
        ({"named": "draws: none.json\n"}, r"none\.json cannot be read: No such file"),
        ({"draws": []}, "holds no draws"),
        ({"draws": [3]}, "holds no draws"),
        ({"draws": [{"payment": {}}] * 201}, "1 to 200 parts of a world"),
        ({"draws": [{"payment": {"frailty_sd": -1.0}}]}, "draw 0 makes no world: payment.frailty_sd"),
        ({"draws": [{}, {"paying": {"x": 1}}]}, "draw 1 makes no world: paying"),
    ],
)
def test_draws_that_cannot_be_used_are_told(world, given, message):
    with pytest.raises(UserError, match=message):
        simkit.load(BASELINE, ON, world(**given))
