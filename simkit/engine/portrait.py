"""The customers on the books on the first day, as the company would score them."""

import pandas as pd

from simkit.engine.calendar import Calendar
from simkit.engine.luck import Luck
from simkit.engine.selling import Selling, rows
from simkit.engine.terms import Terms
from simkit.portfolio.roll import ON_THE_BOOKS
from simkit.portfolio.synthetic import draw_customers
from simkit.rules.admission import Grade
from simkit.scenario.scenario import Scenario


def portrait(scenario: Scenario, replication: int = 0) -> pd.DataFrame:
    """Return the customers on the books on the first day, with score and grade under the scenario's policy.

    Returns
    -------
    DataFrame
        The columns of ``draw_customers`` and ``score`` (0 to 100), ``grade`` (A to D), ``yearly_purchases_fen``.
    """
    everyone = draw_customers(scenario, replication)
    books = everyone[everyone["arrival_day"] == ON_THE_BOOKS].reset_index(drop=True)
    luck = Luck(scenario.run.seed, replication)
    selling = Selling(scenario.world, luck.draw, Calendar(scenario.run))
    terms = Terms.of(scenario.policy, scenario.world)
    customers = selling.customers(rows(books))
    for customer in customers:
        selling.score(customer, 0, terms)
    return books.assign(
        score=[customer.score for customer in customers],
        grade=[Grade(customer.grade).name for customer in customers],
        yearly_purchases_fen=books["monthly_purchases_fen"] * 12,
    )
