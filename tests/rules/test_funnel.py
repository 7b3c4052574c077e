"""When a lead cools off, and who gets the promotion."""

from hypothesis import given
from hypothesis import strategies as st

from simkit.rules.admission import Grade
from simkit.rules.funnel import cools_off, first_order_discount

DAY = st.integers(0, 3000)


@given(DAY, st.integers(0, 60), st.integers(0, 60))
def test_lead_is_warm_on_its_first_days_and_cold_after(arrival, wait, cooling) -> None:
    warm = range(arrival, arrival + cooling)
    assert cools_off(arrival, arrival + wait, cooling, False) == (arrival + wait not in warm)


@given(DAY, DAY, st.integers(0, 60))
def test_with_the_reminder_no_lead_cools_off(arrival, wait, cooling) -> None:
    assert cools_off(arrival, arrival + wait, cooling, True) is False


def test_promotion_of_the_handbook_is_for_grade_b_and_better() -> None:
    discounts = {grade.name: first_order_discount(grade, Grade.B, 0.20) for grade in Grade}
    assert discounts == {"A": 0.20, "B": 0.20, "C": 0.0, "D": 0.0}


@given(st.sampled_from(Grade), st.floats(0.01, 0.9))
def test_as_many_grades_get_the_promotion_as_are_not_below_the_lowest(lowest, share) -> None:
    assert sum(first_order_discount(grade, lowest, share) for grade in Grade) == sum([share] * (lowest + 1))
