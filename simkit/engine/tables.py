"""The tables made of a region's book: one row a thing, sorted by id and date."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from simkit.engine.book import Book
from simkit.engine.lead import STAGES
from simkit.engine.line import KINDS
from simkit.engine.order import Customer
from simkit.portfolio.roll import CHANNELS
from simkit.rules.approval import Route
from simkit.rules.segments import Tier

GRADES = ("A", "B", "C", "D")
SECURITIES = ("none", "guarantor", "collateral")
DAY, FEN, TEXT, SHARE, FLAG = "day", "int64", "string[pyarrow]", "float64", "bool"


class Column(NamedTuple):
    """A column: its name, its type, and how it is read off a thing."""

    name: str
    dtype: str
    of: Callable[[Any], Any]


def tables(book: Book) -> dict[str, pd.DataFrame]:
    """Return the tables of a region by name (see `simkit.engine.result`)."""
    desks = sorted(book.desks, key=lambda month: (month.desk, month.month))
    return {
        "customers": _table(book, book.customers, _customers(book)),
        "orders": _table(book, sorted(book.orders, key=lambda order: order.order_id), _orders(book)),
        "receivables": _table(book, sorted(book.lines, key=lambda line: line.line_id), _receivables(book)),
        "receipts": _table(book, sorted(book.receipts), RECEIPTS),
        "actions": _table(book, sorted(book.actions), ACTIONS),
        "commissions": _commissions(book),
        "leads": _table(book, book.leads, _leads(book)),
        "segments": _table(book, book.tiers, _segments(book)),
        "desks": _table(book, desks, _desks(book)),
    }


def _grade(position: int | None) -> str | None:
    return None if position is None else GRADES[position]


def _customers(book: Book) -> list[Column]:
    horizon = book.calendar.horizon

    def within(day: int) -> int | None:
        return day if day < horizon else None

    def graded(customer: Customer) -> str | None:
        return None if customer.first_grade is None else GRADES[customer.grade]

    return [
        Column("customer_id", FEN, lambda c: c.customer_id),
        Column("rep_id", FEN, lambda c: c.rep_id),
        Column("channel", TEXT, lambda c: CHANNELS[c.channel]),
        Column("new", FLAG, lambda c: c.arrival >= 0),
        Column("arrival_date", DAY, lambda c: c.arrival if c.arrival >= 0 else None),
        Column("first_order_date", DAY, lambda c: c.first_order),
        Column("score", SHARE, lambda c: c.score),
        Column("grade", TEXT, graded),
        Column("first_grade", TEXT, lambda c: _grade(c.first_grade)),
        Column("tier", TEXT, lambda c: Tier(c.tier).name.lower()),
        Column("annual_pd", SHARE, lambda c: c.annual_pd),
        Column("default_date", DAY, lambda c: within(c.defaults)),
        Column("leaves_date", DAY, lambda c: within(c.leaves)),
        Column("term_wanted_days", FEN, lambda c: c.wanted_days),
        Column("quality", SHARE, lambda c: c.quality),
        Column("frailty", SHARE, lambda c: c.frailty),
    ]


def _orders(book: Book) -> list[Column]:
    return [
        Column("order_id", FEN, lambda o: o.order_id),
        Column("customer_id", FEN, lambda o: o.customer.customer_id),
        Column("rep_id", FEN, lambda o: o.customer.rep_id),
        Column("order_date", DAY, lambda o: o.day),
        Column("decided_date", DAY, lambda o: o.decided),
        Column("list_value_fen", FEN, lambda o: o.list_value_fen),
        Column("discount_fen", FEN, lambda o: o.discount_fen),
        Column("value_fen", FEN, lambda o: o.value_fen),
        Column("cross_sold", FLAG, lambda o: o.cross_sold),
        Column("tier", TEXT, lambda o: Tier(o.tier).name.lower()),
        Column("grade", TEXT, lambda o: GRADES[o.grade]),
        Column("score", SHARE, lambda o: o.score),
        Column("term_wanted_days", FEN, lambda o: o.customer.wanted_days),
        Column("term_days", FEN, lambda o: o.term_days),
        Column("prepayment_fen", FEN, lambda o: o.prepayment_fen),
        Column("security", TEXT, lambda o: SECURITIES[o.security]),
        Column("route", TEXT, lambda o: Route(o.route).name.lower()),
        Column("status", TEXT, lambda o: o.status),
        Column("delivered_date", DAY, lambda o: o.delivered),
        Column("new_customer", FLAG, lambda o: o.is_new),
        Column("period", TEXT, lambda o: book.calendar.period(o.dated)),
    ]


def _receivables(book: Book) -> list[Column]:
    return [
        Column("customer_id", FEN, lambda line: line.order.customer.customer_id),
        Column("order_id", FEN, lambda line: line.order.order_id),
        Column("line_id", FEN, lambda line: line.line_id),
        Column("rep_id", FEN, lambda line: line.order.customer.rep_id),
        Column("kind", TEXT, lambda line: KINDS[line.kind]),
        Column("grade", TEXT, lambda line: GRADES[line.order.grade]),
        Column("issue_date", DAY, lambda line: line.issued),
        Column("due_date", DAY, lambda line: line.due),
        Column("amount_fen", FEN, lambda line: line.amount_fen),
        Column("paid_date", DAY, lambda line: line.paid),
        Column("paid_fen", FEN, lambda line: line.paid_fen),
        Column("status", TEXT, lambda line: line.status),
        Column("stage_reached", FEN, lambda line: int(line.stage)),
        Column("alert_reached", FEN, lambda line: int(line.alert)),
        Column("disputed_date", DAY, lambda line: line.disputed),
        Column("settled_date", DAY, lambda line: line.settled),
        Column("extended_date", DAY, lambda line: line.extended),
        Column("closed_date", DAY, lambda line: line.closed),
        Column("written_off_fen", FEN, lambda line: line.written_off_fen),
        Column("period", TEXT, lambda line: book.calendar.period(line.order.dated)),
    ]


RECEIPTS = [
    Column("date", DAY, lambda row: row[0]),
    Column("line_id", FEN, lambda row: row[1]),
    Column("amount_fen", FEN, lambda row: row[2]),
    Column("kind", TEXT, lambda row: row[3]),
]

ACTIONS = [
    Column("line_id", FEN, lambda row: row[0]),
    Column("stage", FEN, lambda row: row[1]),
    Column("step", TEXT, lambda row: row[2]),
    Column("desk", TEXT, lambda row: row[3]),
    Column("opened_date", DAY, lambda row: row[4]),
    Column("finished_date", DAY, lambda row: row[5]),
    Column("minutes", FEN, lambda row: row[6]),
    Column("cost_fen", FEN, lambda row: row[7]),
]

PARTS = (
    "signing_fen",
    "collection_fen",
    "appraisal_fen",
    "award_fen",
    "team_bonus_fen",
    "career_fen",
    "budget_fen",
)
"""Parts of a rep's pay, which sum to the total."""


def _commissions(book: Book) -> pd.DataFrame:
    def money(name: str) -> Column:
        return Column(name, FEN, lambda slip: getattr(slip, name))

    columns = [
        Column("rep_id", FEN, lambda slip: slip.rep_id),
        Column("month", DAY, lambda slip: book.calendar.month_starts[slip.month]),
        *(
            money(name)
            for name in (*PARTS, "total_fen", "due_fen", "received_fen", "sales_fen", "target_fen")
        ),
        Column("new_customers", FEN, lambda slip: slip.new_customers),
        Column("satisfaction", SHARE, lambda slip: slip.satisfaction),
        Column("level", FEN, lambda slip: slip.level),
        Column("vacant", FLAG, lambda slip: slip.vacant),
        Column("event", TEXT, lambda slip: slip.event),
        money("training_fen"),
    ]
    table = _table(book, book.payslips, columns)
    due = table["due_fen"].to_numpy()
    table["collection_rate"] = np.where(due > 0, table["received_fen"] / np.maximum(due, 1), np.nan)
    return table


def _leads(book: Book) -> list[Column]:
    return [
        Column("customer_id", FEN, lambda lead: lead.lead_id),
        Column("rep_id", FEN, lambda lead: lead.rep_id),
        Column("channel", TEXT, lambda lead: CHANNELS[lead.channel]),
        Column("arrival_date", DAY, lambda lead: lead.arrival),
        Column("called_date", DAY, lambda lead: lead.called),
        Column("qualified_date", DAY, lambda lead: lead.qualified),
        Column("proposal_date", DAY, lambda lead: lead.proposed),
        Column("application_date", DAY, lambda lead: lead.applied),
        Column("decided_date", DAY, lambda lead: lead.decided),
        Column("stage", TEXT, lambda lead: STAGES[lead.stage]),
        Column("outcome", TEXT, lambda lead: lead.outcome),
        Column("cooled", FLAG, lambda lead: lead.cooled),
        Column("lead_fen", FEN, lambda lead: lead.lead_fen),
        Column("score", SHARE, lambda lead: lead.score),
        Column("grade", TEXT, lambda lead: _grade(lead.grade)),
        Column("period", TEXT, lambda lead: book.calendar.period(lead.arrival)),
    ]


def _segments(book: Book) -> list[Column]:
    return [
        Column("month", DAY, lambda row: book.calendar.month_starts[row.month]),
        Column("tier", TEXT, lambda row: Tier(row.tier).name.lower()),
        Column("customers", FEN, lambda row: row.customers),
        Column("treatment_fen", FEN, lambda row: row.treatment_fen),
    ]


def _desks(book: Book) -> list[Column]:
    return [
        Column("desk", TEXT, lambda row: row.desk),
        Column("month", DAY, lambda row: book.calendar.month_starts[row.month]),
        Column("staff", FEN, lambda row: row.staff),
        Column("submitted", FEN, lambda row: row.submitted),
        Column("started", FEN, lambda row: row.started),
        Column("dropped", FEN, lambda row: row.dropped),
        Column("waiting_minutes", FEN, lambda row: row.waiting_minutes),
        Column("worked_minutes", FEN, lambda row: row.worked_minutes),
        Column("open_minutes", FEN, lambda row: row.open_minutes),
        Column("queue", FEN, lambda row: row.queue),
    ]


def _table(book: Book, things: Iterable[Any], columns: Sequence[Column]) -> pd.DataFrame:
    """Return things as a table, one row each; days of the run become dates."""
    rows = list(things)
    start = np.datetime64(book.calendar.start, "D")
    table = {}
    for name, dtype, of in columns:
        values = [of(row) for row in rows]
        if dtype == DAY:
            days = np.array(["NaT" if day is None else day for day in values], dtype="timedelta64[D]")
            table[name] = pd.Series((start + days).astype("datetime64[ns]"))
        else:
            table[name] = pd.Series(values, dtype=dtype)
    return pd.DataFrame(table)
