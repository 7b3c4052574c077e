"""Commission on two tracks, the appraisal's thresholds, awards, careers and a held budget."""

from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from simkit.rules.incentives import (
    appraisal_fen,
    award_fen,
    award_place,
    career_fen,
    cash_share_of_pay,
    collection_commission_fen,
    earns_promotion,
    signing_commission_fen,
    team_bonus_fen,
    within_budget_fen,
)

FEN = st.integers(0, 10**12)
SHARE = st.floats(0, 1)
HANDBOOK = {"bonus_at": 0.95, "bonus_share": 0.10, "malus_below": 0.80, "malus_share": 0.05}


@given(FEN, st.floats(0, 0.5), SHARE)
def test_two_tracks_of_a_contract_paid_in_full_make_its_commission(value, rate, split) -> None:
    both = signing_commission_fen(value, rate, split) + collection_commission_fen(value, rate, split)
    assert abs(both - Fraction(rate) * value) <= 1 + Fraction(value, 2**50)


@given(FEN, st.floats(0, 0.5))
def test_split_at_its_ends_leaves_one_track(value, rate) -> None:
    assert collection_commission_fen(value, rate, 1.0) == 0
    assert signing_commission_fen(value, rate, 0.0) == 0


@given(st.integers(1, 10**9), st.integers(0, 2000))
@example(1000, 950)
@example(1000, 949)
@example(1000, 800)
@example(1000, 799)
def test_appraisal_thresholds_of_the_handbook(commission, received) -> None:
    change = appraisal_fen(commission, received, 1000, **HANDBOOK)
    if received >= 950:
        assert change == (commission + 5) // 10
    elif received < 800:
        assert change == -((commission + 10) // 20)
    else:
        assert change == 0


@pytest.mark.parametrize(("commission", "due"), [(0, 100), (-500, 100), (1000, 0)])
def test_nothing_to_appraise(commission, due) -> None:
    assert appraisal_fen(commission, 0, due, **HANDBOOK) == 0


@given(SHARE, SHARE)
def test_cash_share_of_pay_is_a_share_that_rises_with_both_levers(split, weight) -> None:
    w = cash_share_of_pay(split, weight)
    assert 0 <= w <= 1
    assert cash_share_of_pay(split / 2, weight) >= w
    assert cash_share_of_pay(split, min(1.0, weight + 0.1)) >= w


# ---------------------------------------------------------------- awards


@given(st.lists(st.integers(0, 6), min_size=1, max_size=12))
def test_place_is_the_rank_of_a_stable_sort(new_customers) -> None:
    ranked = sorted(range(len(new_customers)), key=lambda rep: -new_customers[rep])
    assert [award_place(new_customers, rep) for rep in ranked] == list(range(len(ranked)))


@given(st.lists(st.integers(0, 6), min_size=1, max_size=12), st.integers(0, 5))
def test_as_many_win_as_there_are_awards_and_reps_with_new_customers(new_customers, winners) -> None:
    awards = [
        award_fen(1000, won, award_place(new_customers, rep), winners, 0.10)
        for rep, won in enumerate(new_customers)
    ]
    assert set(awards) <= {0, 100}
    assert awards.count(100) == min(winners, sum(won > 0 for won in new_customers))
    won = [count for count, award in zip(new_customers, awards, strict=True) if award]
    assert sorted(won, reverse=True) == sorted(new_customers, reverse=True)[: len(won)]


@given(st.integers(1, 10**10))
def test_award_of_the_handbook_is_a_tenth(commission) -> None:
    assert award_fen(commission, 1, 2, 3, 0.10) == (commission + 5) // 10


def test_last_fen_counts() -> None:
    everything = {"bonus_at": 1.0, "bonus_share": 1.0, "malus_below": 1.0, "malus_share": 1.0}
    assert appraisal_fen(1, 1, 1, **everything) == 1
    assert appraisal_fen(1, 0, 1, **everything) == -1
    assert award_fen(1, 1, 0, 1, 1.0) == 1
    assert team_bonus_fen(1, 1, 1, 1.0, 1.0) == 1
    assert career_fen(1, 1, 1.0, False, 0.0) == 1


@pytest.mark.parametrize("commission", [0, -1000])
def test_no_share_of_commission_where_none_is_earned(commission) -> None:
    assert award_fen(commission, 5, 0, 3, 0.10) == 0
    assert team_bonus_fen(commission, 5, 5, 0.40, 0.05) == 0
    assert career_fen(commission, 2, 0.10, True, 0.10) == 0


@given(st.integers(0, 10**6), st.integers(1, 10**6), st.integers(1, 10**10))
@example(2, 5, 1000)
@example(1, 5, 1000)
def test_team_bonus_from_two_in_five_who_buy_again(repeat, buyers, commission) -> None:
    bonus = team_bonus_fen(commission, min(repeat, buyers), buyers, 0.40, 0.05)
    reached = 5 * min(repeat, buyers) >= 2 * buyers
    assert bonus == ((commission + 10) // 20 if reached else 0)


def test_no_team_bonus_where_nobody_could_buy_again() -> None:
    assert team_bonus_fen(1000, 0, 0, 0.0, 0.05) == 0
    assert team_bonus_fen(1000, 0, 1, 0.0, 0.05) == 50


# ---------------------------------------------------------------- careers


@given(st.integers(1, 10**12), st.integers(0, 10), st.integers(0, 100), st.booleans(), st.integers(0, 100))
def test_level_adds_its_raises_and_a_sanction_takes_its_cut(commission, level, up, sanctioned, cut) -> None:
    exact = Fraction(commission * (level * up - (cut if sanctioned else 0)), 100)
    change = career_fen(commission, level, up / 100, sanctioned, cut / 100)
    assert abs(change - exact) <= Fraction(1, 2) + Fraction(commission, 2**48)


@given(FEN, SHARE, SHARE)
def test_who_was_neither_promoted_nor_sanctioned_is_paid_as_before(commission, up, cut) -> None:
    assert career_fen(commission, 0, up, False, cut) == 0


@given(st.integers(0, 6), st.integers(1, 6), SHARE, SHARE, st.integers(0, 3), st.integers(0, 3))
def test_promotion_needs_all_three(months, needed, satisfaction, least, level, highest) -> None:
    lacks = {
        "months on target": months < needed,
        "satisfied customers": satisfaction < least,
        "a level to rise to": level >= highest,
    }
    assert earns_promotion(months, needed, satisfaction, least, level, highest) == (not any(lacks.values()))


@pytest.mark.parametrize(
    ("months", "satisfaction", "level", "promoted"),
    [(3, 0.90, 1, True), (2, 0.90, 1, False), (3, 0.8999, 1, False), (3, 0.90, 2, False), (9, 1.0, 0, True)],
)
def test_promotion_of_the_handbook(months, satisfaction, level, promoted) -> None:
    assert earns_promotion(months, 3, satisfaction, 0.90, level, 2) is promoted


# ---------------------------------------------------------------- a held budget


def shared_out(pays: list[int], budget: int) -> list[int]:
    """What each rep gets when a budget is held, one after the other."""
    parts: list[int] = []
    for n, paid in enumerate(pays):
        parts.append(within_budget_fen(paid, sum(pays), budget, sum(parts), n == len(pays) - 1))
    return parts


PAYS = st.lists(st.integers(-(10**6), 10**9), max_size=29)
REST = st.integers(1, 10**9)
SOMETHING = st.builds(
    lambda pays, rest: [*pays, max(0, -sum(pays)) + rest], PAYS, REST
)  # sums to more than 0
NOTHING = st.builds(lambda pays, rest: [*pays, 1 - max(0, sum(pays)) - rest], PAYS, REST)  # to 0 or less


@given(SOMETHING, st.integers(0, 10**11))
def test_budget_is_paid_out_to_the_fen_in_proportion(pays, budget) -> None:
    parts = shared_out(pays, budget)
    assert sum(parts) == budget
    for n, (part, paid) in enumerate(zip(parts, pays, strict=True)):
        exact = Fraction(budget * paid, sum(pays))
        roundings = 1 if n < len(pays) - 1 else len(pays) - 1
        assert abs(part - exact) <= roundings * (Fraction(1, 2) + abs(exact) / 2**50) + Fraction(
            budget, 2**50
        )


@given(NOTHING, st.integers(0, 10**11))
def test_nothing_is_changed_where_there_is_nothing_to_share_by(pays, budget) -> None:
    assert shared_out(pays, budget) == pays


@given(SOMETHING)
def test_budget_of_what_is_paid_anyway_changes_nothing(pays) -> None:
    assert shared_out(pays, sum(pays)) == pays


@given(st.integers(1, 400), st.integers(1, 100))
def test_team_bonus_is_paid_from_exactly_the_rate_on(scale: int, percent: int) -> None:
    """As rounding lets a whole share of buyers be told: 55 of 100 reach a rate of 0.55."""
    buyers, rate = 100 * scale, percent / 100
    assert team_bonus_fen(1000, percent * scale, buyers, rate, 0.05) == 50
    assert team_bonus_fen(1000, percent * scale - 1, buyers, rate, 0.05) == 0
