"""A portrait of the customers: who is on the books on the first day, scored as the company would score them."""

import pandas as pd

from simkit.engine.terms import Terms
from simkit.portfolio.synthetic import ON_THE_BOOKS, draw_customers
from simkit.rules.admission import Grade, grade_of
from simkit.rules.scorecard import credit_score, indicator_score, inflated
from simkit.scenario.scenario import Scenario

GRADES = tuple(grade.name for grade in Grade)


def portrait(scenario: Scenario, replication: int = 0) -> pd.DataFrame:
    """Return the customers on the books on the first day, with their score and grade under the scenario's policy.

    Returns
    -------
    pandas.DataFrame
        The columns of ``draw_customers`` and ``score`` (0 to 100), ``grade`` (A to D), ``yearly_purchases_fen``.
    """
    everyone = draw_customers(scenario, replication)
    books = everyone[everyone["arrival_day"] == ON_THE_BOOKS].reset_index(drop=True)
    terms = Terms.of(scenario.policy, scenario.world)
    scores = [_score(row, terms) for row in books[[table.name for table in terms.indicators]].to_dict("records")]
    return books.assign(
        score=scores,
        grade=[GRADES[grade_of(score, *terms.cutoffs)] for score in scores],
        yearly_purchases_fen=books["monthly_purchases_fen"] * 12,
    )


def _score(indicators: dict[str, float], terms: Terms) -> float:
    """Return the 5C score of one customer, soft indicators coloured as reps colour them."""
    points = [indicator_score(indicators[table.name], table.values, table.scores) for table in terms.indicators]
    seen = [
        inflated(score, terms.inflation_points) if table.soft else score
        for score, table in zip(points, terms.indicators, strict=True)
    ]
    return float(credit_score(seen, [table.weight for table in terms.indicators]))


def by_grade(customers: pd.DataFrame) -> pd.DataFrame:
    """Return grade, share of customers, share of purchases, mean annual default probability and past late share."""
    grouped = customers.groupby("grade").agg(
        count=("customer_id", "size"),
        purchases_fen=("yearly_purchases_fen", "sum"),
        annual_pd=("annual_pd", "mean"),
        past_overdue=("past_overdue", "mean"),
    ).reindex(list(GRADES))  # fmt: skip
    counts, purchases = grouped["count"].fillna(0), grouped["purchases_fen"].fillna(0)
    return pd.DataFrame(
        {
            "grade": list(GRADES),
            "customers": (counts / counts.sum()).to_numpy(),
            "purchases": (purchases / purchases.sum()).to_numpy(),
            "annual_pd": grouped["annual_pd"].to_numpy(),
            "past_overdue": grouped["past_overdue"].to_numpy(),
        }
    )
