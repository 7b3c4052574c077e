"""Regret on tables worked out by hand."""

import math

import numpy as np
import pytest

from simkit.errors import UserError
from simkit.experiments.evaluation import Evaluator
from simkit.experiments.regret import regret
from simkit.experiments.worlds import sample
from tests.experiments.scenarios import HANDBOOK, PREPAID

# Rows are policies, columns worlds. Best by world: 10 (a), 8 (b), 6 (c).
#   a: regrets 0 7 4  -> largest 7, mean 11/3, best in 1
#   b: regrets 9 0 0  -> largest 9, mean 3,    best in 2
#   c: regrets 4 3 3  -> largest 4, mean 10/3, best in 0
HAND = np.array([[10.0, 1.0, 2.0], [1.0, 8.0, 6.0], [6.0, 5.0, 3.0]])
NAMES, WORLDS = ["a", "b", "c"], ["boom", "base", "downturn"]


def of(table, **more):
    """The regret of a table without noise."""
    return regret(NAMES, WORLDS, np.repeat(table[:, :, None], 3, axis=2), "profit_fen", **more)


def test_the_three_criteria_by_hand() -> None:
    found = of(HAND)
    assert found.worlds["regret"].tolist() == [0, 7, 4, 9, 0, 0, 4, 3, 3]
    assert found.policies["max_regret"].tolist() == [7, 9, 4]
    assert found.policies["expected_regret"].tolist() == pytest.approx([11 / 3, 3, 10 / 3])
    assert found.policies["domain"].tolist() == pytest.approx([1 / 3, 2 / 3, 0])
    assert found.policies["worst_world"].tolist() == ["base", "boom", "boom"]
    assert [found.choice(name) for name in ("minimax", "expected", "domain")] == ["c", "b", "b"]
    assert (found.policies["max_regret_low"] == found.policies["max_regret"]).all()


def test_weights_and_direction() -> None:
    weighted = of(HAND, weights=[8, 1, 1])
    assert weighted.policies["expected_regret"].tolist() == pytest.approx([1.1, 7.2, 3.8])
    assert weighted.policies["domain"].tolist() == pytest.approx([0.8, 0.2, 0])
    assert weighted.choice("expected") == weighted.choice("domain") == "a"
    least = of(HAND, largest=False)
    assert least.worlds["regret"].tolist() == [9, 0, 0, 0, 7, 4, 5, 4, 1]


def test_a_tie_shares_its_world() -> None:
    found = of(np.array([[1.0, 2, 3], [1, 1, 1], [0, 0, 0]]))
    assert found.policies["domain"].tolist() == pytest.approx([5 / 6, 1 / 6, 0])


def test_undefined_world_is_left_out_and_counted() -> None:
    broken = HAND.copy()
    broken[2, 0] = math.nan
    found = of(broken)
    assert found.lost == 1
    assert found.worlds["world"].unique().tolist() == ["base", "downturn"]
    assert found.policies["max_regret"].tolist() == [7, 0, 3]


def test_noise_makes_the_choice_unsure_and_common_luck_does_not() -> None:
    rng = np.random.default_rng(1)
    luck = rng.normal(0, 50, 30)
    common = regret(NAMES, WORLDS, HAND[:, :, None] + luck, "profit_fen")
    assert common.policies["p_minimax"].tolist() == [0, 0, 1]
    own = regret(NAMES, WORLDS, HAND[:, :, None] + rng.normal(0, 50, (3, 3, 30)), "profit_fen")
    assert (own.policies["p_minimax"] < 1).all()
    assert own.policies["p_minimax"].sum() == pytest.approx(1)
    assert (own.worlds["low"] <= own.worlds["high"]).all()


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(UserError, match="give at least 2"):
        regret(NAMES, WORLDS, HAND[:, :, None], "profit_fen")
    with pytest.raises(UserError, match="one for each of the 3 worlds"):
        of(HAND, weights=[1, 2])
    with pytest.raises(UserError, match="undefined, or of weight 0, in every world"):
        of(HAND * math.nan)


def test_real_policies_in_real_worlds() -> None:
    names = ["slow", "quick"]
    found = sample([HANDBOOK, PREPAID], [{"world.payment.frailty_sd": 2.0}, {"world.payment.frailty_sd": 0.1},
                   {"world.payment.frailty_sd": 99.0}], Evaluator(("sales_fen",), range(2), 1))  # fmt: skip
    assert found.lost == 1
    assert "frailty_sd" in found.failed[0]
    judged = regret(["Handbook", "Prepaid"], [*names, "absurd"], found.values["sales_fen"], "sales_fen")
    assert judged.lost == 1
    means = found.means("sales_fen")[:, :2]
    assert judged.worlds["regret"].tolist() == pytest.approx((means.max(axis=0) - means).ravel().tolist())
