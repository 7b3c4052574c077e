"""The customers on the books as people read them: how good they are, how they differ, in words, cards and tables."""

from collections.abc import Callable, Iterator

import pandas as pd

from simkit.reporting.cards import Card, cards
from simkit.reporting.markup import Html
from simkit.reporting.record import record
from simkit.reporting.tables import records, table
from simkit.reporting.texts import (
    FEN_PER_YUAN,
    Language,
    filled,
    interval,
    money_unit,
    number,
    percent,
    text,
    yuan,
)

GRADES = ("A", "B", "C", "D")


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


def answer(customers: pd.DataFrame, grades: pd.DataFrame, language: Language) -> Html:
    """Return how many customers there are, how good they are and how much they buy, in one sentence."""
    share = {row["grade"]: row for row in records(grades)}
    return filled(
        "portfolio.answer",
        language,
        customers=number(len(customers)),
        safe=percent(share["A"]["customers"] + share["B"]["customers"]),
        safe_purchases=percent(share["A"]["purchases"] + share["B"]["purchases"]),
        purchases=yuan(float(customers["yearly_purchases_fen"].sum()), language),
        risky=percent(share["D"]["customers"]),
    )


def headline_cards(customers: pd.DataFrame, language: Language) -> Html:
    """Return the medians a reader asks for first, each with the range that holds nine customers in ten."""
    return cards(
        Card(text(f"portfolio.{key}", language), write(values.median()), _span(values, write, language))
        for key, values, write in (
            ("score", customers["score"], lambda value: number(value)),
            ("orders", customers["orders_per_year"], lambda value: number(value, 1)),
            ("order_value", customers["order_value_fen"], lambda value: yuan(value, language)),
            ("lateness", customers["past_overdue"], percent),
        )
    )


def _span(values: pd.Series, write: Callable[[float], str], language: Language) -> str:
    low, high = values.quantile([0.05, 0.95])
    return text("portfolio.span", language, range=interval(write(low), write(high), language))


def grade_table(grades: pd.DataFrame, language: Language) -> Html:
    """Return the portrait by grade as a table."""
    shares = ("customers", "purchases", "annual_pd", "past_overdue")
    columns = {key: text(f"portfolio.{key}", language) for key in ("grade", *shares)}
    rows = ({"grade": row["grade"]} | {key: percent(row[key]) for key in shares} for row in records(grades))
    return table(columns, rows, numbers=shares, caption=text("portfolio.table", language))


def record_grades(grades: pd.DataFrame) -> None:
    """Record the share of customers and of purchases in every grade."""
    for row in records(grades):
        for name in ("customers", "purchases"):
            record(f"{row['grade']}.{name}", row[name])


def spreads(customers: pd.DataFrame, language: Language) -> Iterator[tuple[pd.Series, str, str, str]]:
    """Yield what to draw of the differences between customers: values, title, axis title and number format."""
    value = customers["order_value_fen"]
    divisor, unit = money_unit(float(value.median()), language)
    yield (
        customers["score"],
        text("portfolio.score", language),
        text("portfolio.score_axis", language),
        "number",
    )
    yield (
        customers["past_overdue"],
        text("portfolio.lateness", language),
        text("portfolio.lateness_axis", language),
        "share",
    )
    yield (
        customers["orders_per_year"],
        text("portfolio.orders", language),
        text("portfolio.orders_axis", language),
        "number",
    )
    yield (
        value / FEN_PER_YUAN / divisor,
        text("portfolio.order_value", language),
        text(f"unit.money_{unit}", language),
        "number",
    )
