"""The book an engine writes while time passes, and the tables made of it."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from simkit.engine.calendar import Calendar
from simkit.engine.chase import Chase
from simkit.engine.line import KINDS, Line
from simkit.engine.order import Customer, Order

GRADES = ("A", "B", "C", "D")
SECURITIES = ("none", "guarantor", "collateral")
Rows = list[tuple[Any, ...]]


class Book:
    """Orders, lines and what was done to them in one region, in the order in which it happened."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self.orders: list[Order] = []
        self.lines: list[Line] = []
        self.receipts: Rows = []
        self.actions: Rows = []
        self.commissions: Rows = []
        self.leads: Rows = []

    def receipt(self, day: int, line: Line, amount_fen: int, kind: str) -> None:
        """Note cash that came in."""
        self.receipts.append((day, line.line_id, amount_fen, kind))

    def action(self, chase: Chase, day: int) -> None:
        """Note a collection step that was taken."""
        row = (
            chase.line.line_id,
            int(chase.stage),
            chase.desk,
            chase.opened,
            day,
            chase.minutes,
            chase.cost_fen,
        )
        self.actions.append(row)

    def commission(self, rep_id: int, month: int, amounts: Sequence[int]) -> None:
        """Note a rep's month."""
        self.commissions.append((rep_id, self.calendar.month_start(month), *amounts))

    def lead(self, customer: Customer, day: int, outcome: str) -> None:
        """Note what became of a new customer's application."""
        row = (customer.customer_id, customer.arrival, outcome, day, customer.score, GRADES[customer.grade])
        self.leads.append(row)

    # ---------------------------------------------------------------- tables

    def tables(self, customers: Sequence[Customer]) -> dict[str, pd.DataFrame]:
        """Return the tables of the region, sorted by id and date; see `simkit.engine.result`."""
        return {
            "customers": self._customers(customers),
            "orders": self._orders(),
            "receivables": self._receivables(),
            "receipts": self._table(
                sorted(self.receipts), ["date", "line_id", "amount_fen", "kind"], dates=["date"]
            ),
            "actions": self._table(
                sorted(self.actions),
                ["line_id", "stage", "desk", "opened_date", "finished_date", "minutes", "cost_fen"],
                dates=["opened_date", "finished_date"],
            ),
            "commissions": self._commissions(),
            "leads": self._table(
                sorted(self.leads),
                ["customer_id", "arrival_date", "outcome", "decided_date", "score", "grade"],
                dates=["arrival_date", "decided_date"],
            ),
        }

    def _customers(self, customers: Sequence[Customer]) -> pd.DataFrame:
        horizon = self.calendar.horizon
        rows = [
            (
                c.customer_id,
                c.rep_id,
                c.arrival >= 0,
                c.arrival if c.arrival >= 0 else None,
                c.first_order,
                c.score,
                None if c.first_grade is None else GRADES[c.grade],
                None if c.first_grade is None else GRADES[c.first_grade],
                c.annual_pd,
                c.defaults if c.defaults < horizon else None,
                c.leaves if c.leaves < horizon else None,
                c.wanted_days,
                c.quality,
                c.frailty,
            )
            for c in customers
        ]
        columns = [
            "customer_id",
            "rep_id",
            "new",
            "arrival_date",
            "first_order_date",
            "score",
            "grade",
            "first_grade",
            "annual_pd",
            "default_date",
            "leaves_date",
            "term_wanted_days",
            "quality",
            "frailty",
        ]
        dates = ["arrival_date", "first_order_date", "default_date", "leaves_date"]
        return self._table(rows, columns, dates=dates)

    def _orders(self) -> pd.DataFrame:
        rows = [
            (
                o.order_id,
                o.customer.customer_id,
                o.customer.rep_id,
                o.day,
                o.value_fen,
                GRADES[o.grade],
                o.score,
                o.customer.wanted_days,
                o.term_days,
                o.prepayment_fen,
                SECURITIES[o.security],
                o.status,
                o.delivered,
                o.is_new,
                self.calendar.period(o.day),
            )
            for o in sorted(self.orders, key=lambda o: o.order_id)
        ]
        columns = [
            "order_id",
            "customer_id",
            "rep_id",
            "order_date",
            "value_fen",
            "grade",
            "score",
            "term_wanted_days",
            "term_days",
            "prepayment_fen",
            "security",
            "status",
            "delivered_date",
            "new_customer",
            "period",
        ]
        return self._table(rows, columns, dates=["order_date", "delivered_date"])

    def _receivables(self) -> pd.DataFrame:
        rows = [
            (
                line.order.customer.customer_id,
                line.order.order_id,
                line.line_id,
                line.order.customer.rep_id,
                KINDS[line.kind],
                GRADES[line.order.grade],
                line.issued,
                line.due,
                line.amount_fen,
                line.paid,
                line.paid_fen,
                line.status,
                int(line.stage),
                line.closed,
                line.written_off_fen,
                self.calendar.period(line.order.day),
            )
            for line in sorted(self.lines, key=lambda line: line.line_id)
        ]
        columns = [
            "customer_id",
            "order_id",
            "line_id",
            "rep_id",
            "kind",
            "grade",
            "issue_date",
            "due_date",
            "amount_fen",
            "paid_date",
            "paid_fen",
            "status",
            "stage_reached",
            "closed_date",
            "written_off_fen",
            "period",
        ]
        return self._table(rows, columns, dates=["issue_date", "due_date", "paid_date", "closed_date"])

    def _commissions(self) -> pd.DataFrame:
        columns = [
            "rep_id",
            "month",
            "signing_fen",
            "collection_fen",
            "appraisal_fen",
            "total_fen",
            "due_fen",
            "received_fen",
        ]
        table = self._table(self.commissions, columns, dates=["month"])
        due = table["due_fen"].to_numpy()
        table["collection_rate"] = np.where(due > 0, table["received_fen"] / np.maximum(due, 1), np.nan)
        return table

    def _table(self, rows: Iterable[tuple[Any, ...]], columns: list[str], dates: list[str]) -> pd.DataFrame:
        """Return rows as a table whose day columns are dates and whose columns have the types of COLUMN_TYPES."""
        values = list(zip(*rows, strict=True)) or [()] * len(columns)
        start = np.datetime64(self.calendar.start, "D")
        table = {}
        for name, column in zip(columns, values, strict=True):
            if name in dates:
                days = np.array(["NaT" if day is None else day for day in column], dtype="timedelta64[D]")
                table[name] = pd.Series((start + days).astype("datetime64[ns]"))
            else:
                table[name] = pd.Series(column, dtype=_dtype(name))
        return pd.DataFrame(table)


def _dtype(name: str) -> str:
    if name in TEXTS:
        return TEXT
    if name in FLAGS:
        return "bool"
    return "float64" if name in SHARES else "int64"


TEXT = "string[pyarrow]"
TEXTS = frozenset(
    {"kind", "grade", "first_grade", "status", "desk", "outcome", "security", "period", "region"}
)
FLAGS = frozenset({"new", "new_customer"})
SHARES = frozenset({"score", "annual_pd", "quality", "frailty"})
