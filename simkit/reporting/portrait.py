"""A portrait of the customers: who is on the books on the first day, scored as the company would score them."""

from collections.abc import Callable, Iterator

import pandas as pd

from simkit.engine.terms import Terms
from simkit.portfolio.synthetic import ON_THE_BOOKS, draw_customers
from simkit.reporting.cards import Card, cards
from simkit.reporting.markup import Html
from simkit.reporting.record import record
from simkit.reporting.tables import table
from simkit.reporting.texts import FEN_PER_YUAN, Language, filled, interval, money_unit, number, percent, text, yuan
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
    known = books.rename(columns={"net_assets_million": "net_assets"})
    scores = [_score(row, terms) for row in known[[table.name for table in terms.indicators]].to_dict("records")]
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


def answer(customers: pd.DataFrame, grades: pd.DataFrame, language: Language) -> Html:
    """Return how many customers there are, how good they are and how much they buy, in one sentence."""
    share = grades.set_index("grade")
    return filled(
        "portfolio.answer",
        language,
        customers=number(len(customers)),
        safe=percent(share.loc[["A", "B"], "customers"].sum()),
        safe_purchases=percent(share.loc[["A", "B"], "purchases"].sum()),
        purchases=yuan(float(customers["yearly_purchases_fen"].sum()), language),
        risky=percent(share.loc["D", "customers"]),
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
    rows = ({"grade": row["grade"]} | {key: percent(row[key]) for key in shares} for row in grades.to_dict("records"))
    return table(columns, rows, numbers=shares, caption=text("portfolio.table", language))


def record_grades(grades: pd.DataFrame) -> None:
    """Record the share of customers and of purchases in every grade."""
    for row in grades.to_dict("records"):
        for name in ("customers", "purchases"):
            record(f"{row['grade']}.{name}", row[name])


def spreads(customers: pd.DataFrame, language: Language) -> Iterator[tuple[pd.Series, str, str, str]]:
    """Yield what to draw of the differences between customers: values, title, axis title and number format."""
    value = customers["order_value_fen"]
    divisor, unit = money_unit(float(value.median()), language)
    yield customers["score"], text("portfolio.score", language), text("portfolio.score_axis", language), "number"
    yield customers["past_overdue"], text("portfolio.lateness", language), text("portfolio.lateness_axis", language), "share"
    yield customers["orders_per_year"], text("portfolio.orders", language), text("portfolio.orders_axis", language), "number"
    yield value / FEN_PER_YUAN / divisor, text("portfolio.order_value", language), text(f"unit.money_{unit}", language), "number"
