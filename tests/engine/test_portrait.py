"""The customers on the first day, scored as the run itself scores them."""

import pytest

from simkit.engine.portrait import portrait
from simkit.experiments.portrait import portrait as shown
from simkit.portfolio.synthetic import draw_customers
from tests.engine.recount import Recount
from tests.engine.recount.customers import grade, score, standing
from tests.engine.worlds import LAX, run_once, scenario


def test_scores_and_grades_are_those_of_the_first_day() -> None:
    """The portrait takes the policy, the run starts under the status quo: here they are the same."""
    lax = scenario(LAX)
    recount, table = Recount(run_once(lax)), portrait(lax)
    on_the_books = [row.customer_id for row in recount.people.values() if row.arrival_day < 0]
    assert table["customer_id"].tolist() == on_the_books
    for row in table.itertuples():
        assert row.score == pytest.approx(score(recount, row.customer_id, 0), rel=1e-12)
        assert row.grade == grade(recount, row.score, 0) == standing(recount, row.customer_id).grade(0)
        assert row.yearly_purchases_fen == 12 * row.monthly_purchases_fen
    columns = draw_customers(lax, 0).columns
    assert list(table.columns) == [*columns, "score", "grade", "yearly_purchases_fen"]


def test_policy_in_force_is_the_scenarios_own_and_luck_the_replications() -> None:
    strict = scenario({"credit.grades.A.min_score": 99.0, "credit.grades.B.min_score": 98.0})
    assert set(portrait(strict)["grade"]) <= {"C", "D"}
    assert portrait(strict, 1)["score"].tolist() != portrait(strict)["score"].tolist()
    assert shown is portrait
