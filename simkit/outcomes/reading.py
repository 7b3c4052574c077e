"""A run as outcomes read it: only the columns they need, each table and the book of receivables made once."""

from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from simkit.outcomes.receivables import Counts, Days, Receivables, positions
from simkit.outcomes.run import Run, Window
from simkit.outcomes.sales import in_period, sales
from simkit.outcomes.steps import first_steps
from simkit.outcomes.words import categories, codes_of, is_one_of

ORDER_COLUMNS = (
    "region",
    "order_id",
    "customer_id",
    "order_date",
    "decided_date",
    "list_value_fen",
    "discount_fen",
    "value_fen",
    "cross_sold",
    "tier",
    "score",
    "term_days",
    "route",
    "status",
    "new_customer",
    "period",
)
LINE_COLUMNS = (
    "region",
    "customer_id",
    "line_id",
    "order_id",
    "kind",
    "grade",
    "status",
    "issue_date",
    "due_date",
    "closed_date",
    "disputed_date",
    "amount_fen",
    "written_off_fen",
    "period",
)
LEAD_COLUMNS = (
    "region",
    "customer_id",
    "channel",
    "arrival_date",
    "qualified_date",
    "proposal_date",
    "application_date",
    "decided_date",
    "stage",
    "outcome",
    "cooled",
    "lead_fen",
    "period",
)
WORDS = frozenset(
    {"region", "kind", "grade", "tier", "route", "status", "period", "channel", "stage", "outcome"}
)

GRADES = ("A", "B", "C", "D")


class Reading:
    """The tables of a run, all of it or some of its regions, and what several tallies make of them.

    Parameters
    ----------
    run : Run
        One replication.
    """

    def __init__(self, run: Run) -> None:
        self.run = run

    @property
    def scenario(self) -> Any:
        """The scenario of the run."""
        return self.run.scenario

    @property
    def regions(self) -> list[str]:
        """The regions of the company, of which the run may hold some only."""
        return list(self.run.scenario.run.regions)

    @cached_property
    def window(self) -> Window:
        """The days that matter."""
        return Window.of(self.run.scenario.run)

    @cached_property
    def orders(self) -> pd.DataFrame:
        """The orders, in the columns that outcomes read."""
        return categories(self.run.orders, ORDER_COLUMNS, WORDS)

    @cached_property
    def sales(self) -> pd.DataFrame:
        """The orders that are sales."""
        return sales(self.orders)

    @cached_property
    def leads(self) -> pd.DataFrame:
        """The leads that came in the policy year."""
        return in_period(categories(self.run.leads, LEAD_COLUMNS, WORDS), "policy")

    @cached_property
    def dated(self) -> pd.DataFrame:
        """The orders of the policy year."""
        return in_period(self.orders, "policy")

    @cached_property
    def sold(self) -> pd.DataFrame:
        """The sales of the policy year."""
        return in_period(self.sales, "policy")

    @cached_property
    def lines(self) -> pd.DataFrame:
        """The receivable lines, in the columns that outcomes read."""
        return categories(self.run.receivables, LINE_COLUMNS, WORDS)

    @cached_property
    def book(self) -> Receivables:
        """The book of all receivables."""
        return Receivables.of(self.lines, self.run.receipts)

    @cached_property
    def cohort(self) -> Receivables:
        """The book of the contracts signed in the policy year."""
        return self.book.only(is_one_of(self.lines["period"], "policy"))

    @cached_property
    def first_steps(self) -> Days:
        """The day of the first step of the ladder on each line."""
        return first_steps(self.book, self.run.actions)

    @cached_property
    def line_region(self) -> Counts:
        """The place of each line's region among the company's, -1 for another."""
        return codes_of(self.lines["region"], self.regions)

    @cached_property
    def line_grade(self) -> Counts:
        """The place in ``GRADES`` of each line by its order's score and the status quo's cutoffs, in both years.

        Cutoffs that move would give the same customers other letters; grades that stay show who is let in. A line whose
        order is not among the orders keeps its grade; -1 is none.
        """
        grades, orders, lines = self.scenario.status_quo.credit.grades, self.orders, self.lines
        cutoffs = np.array([grades.C.min_score, grades.B.min_score, grades.A.min_score])
        found, place = positions(orders["order_id"].to_numpy(np.int64), lines["order_id"].to_numpy(np.int64))
        reached = np.searchsorted(cutoffs, orders["score"].to_numpy(np.float64), side="right")
        grade = codes_of(lines["grade"], GRADES)
        grade[found] = len(cutoffs) - reached[place]
        return grade
