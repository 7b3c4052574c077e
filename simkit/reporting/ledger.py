"""A ledger and the world fitted to it, as people read them: what was read and rejected, how well the fit agrees."""

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import pandas as pd

from simkit.reporting.cards import Card, cards
from simkit.reporting.markup import Html, element
from simkit.reporting.record import record
from simkit.reporting.tables import records, table
from simkit.reporting.texts import FEN_PER_YUAN, Language, days, filled, interval, number, percent, text

MOST_ROWS_SHOWN = 200
Z95 = 1.959964


class Book(Protocol):
    """What the reports read of an imported ledger."""

    @property
    def name(self) -> str:
        """The file's name."""

    @property
    def invoices(self) -> pd.DataFrame:
        """One row an invoice: customer_id and more."""

    @property
    def rejected(self) -> pd.DataFrame:
        """One row a rejected row: row, column, value, reason."""

    @property
    def totals(self) -> pd.DataFrame:
        """One row a currency and part of the file: currency, item, rows, amount_fen."""


class Checked(Protocol):
    """What the reports read of a validation: timing, hazards and discrimination."""

    @property
    def timing(self) -> pd.DataFrame:
        """One row a measure: measure, ledger, simulated, low, high."""

    @property
    def hazards(self) -> pd.DataFrame:
        """One row a bucket of days from due: first_day, last_day, days at risk, ledger, simulated."""

    @property
    def discrimination(self) -> pd.DataFrame:
        """One row a sample, the held-out one last: sample, lines, auc."""


class Fitted(Protocol):
    """What the reports read of a fitted world."""

    @property
    def validation(self) -> Checked:
        """How well it fits."""


def answer(book: Book, fitted: Fitted, language: Language) -> Html:
    """Return how many invoices could be used and how late they were paid, in one sentence."""
    timing = fitted.validation.timing.set_index("measure")["ledger"]
    rows = int(book.totals.loc[book.totals["item"] == "file", "rows"].sum())
    return filled(
        "ledger.answer",
        language,
        name=element("strong", book.name),
        invoices=number(len(book.invoices)),
        customers=number(book.invoices["customer_id"].nunique()),
        late=percent(timing["late_share"]),
        days=days(timing["days_late_mean"], language),
        rejected=number(len(book.rejected)),
        rows=number(rows),
    )


def headline_cards(fitted: Fitted, language: Language) -> Html:
    """Return the payment timing of the ledger beside the simulation's, and how well lateness is foretold."""
    timing = {row["measure"]: row for row in records(fitted.validation.timing)}
    judged = records(fitted.validation.discrimination)[-1]
    shown = [
        Card(
            text(f"timing.{name}", language),
            _written(name, timing[name]["ledger"], language),
            text(
                "ledger.simulated_value",
                language,
                value=_written(name, timing[name]["simulated"], language),
            ),
        )
        for name in ("late_share", "late_over_30_share", "days_late_mean")
    ]
    note = text("ledger.auc_note", language, lines=number(judged["lines"]))
    return cards([*shown, Card(text("ledger.auc", language), number(judged["auc"], 2), note)])


def _written(measure: str, value: float, language: Language) -> str:
    return percent(value) if measure.endswith("share") else days(value, language)


def totals_table(book: Book, language: Language) -> Html:
    """Return rows and amounts of the file and of its parts, by currency; amounts are in the ledger's own currency."""
    columns = {key: text(f"ledger.{key}", language) for key in ("item", "currency", "rows", "amount")}
    rows = (
        {
            "item": text(f"ledger.item_{row['item']}", language),
            "currency": row["currency"],
            "rows": number(row["rows"]),
            "amount": number(row["amount_fen"] / FEN_PER_YUAN, 2),
        }
        for row in records(book.totals)
    )
    return table(columns, rows, numbers=("rows", "amount"), caption=text("ledger.totals_table", language))


def rejected_table(book: Book, language: Language) -> Html:
    """Return the rejected rows with their numbers and reasons, or a sentence that there are none."""
    if book.rejected.empty:
        return element("p", text("ledger.rejected_none", language))
    shown = book.rejected.head(MOST_ROWS_SHOWN)
    columns = {key: text(f"ledger.{key}", language) for key in ("row", "column", "value", "reason")}
    rows = ({key: str(row[key]) for key in columns} for row in records(shown))
    caption = text(
        "ledger.rejected_table", language, shown=number(len(shown)), count=number(len(book.rejected))
    )
    return table(columns, rows, caption=caption)


def notes_list(notes: list[str]) -> Html:
    """Return notes as a list, as they were written."""
    return element("ul", *(element("li", note) for note in notes))


def hazard_rows(fitted: Fitted, language: Language) -> pd.DataFrame:
    """Return the rows of ``charts.hazards``: payments a day at risk, with 95 % intervals, and simulated."""
    hazards = fitted.validation.hazards
    observed, exposed = hazards["ledger"].to_numpy(float), hazards["days"].to_numpy(float)
    half = Z95 * np.sqrt(observed * (1 - observed) / np.maximum(exposed, 1))
    return pd.DataFrame(
        {
            "bucket": [bucket(row, language) for row in records(hazards)],
            "observed": observed,
            "low": np.maximum(observed - half, 0),
            "high": observed + half,
            "fitted": hazards["simulated"].to_numpy(float),
        }
    )


def bucket(row: Mapping[str, Any], language: Language) -> str:
    """Return the days of a bucket in words; the first and the last are open."""
    first, last = row["first_day"], row["last_day"]
    if pd.isna(first):
        return text("ledger.bucket_first", language, day=number(last))
    if pd.isna(last):
        return text("ledger.bucket_last", language, day=number(first))
    return number(first) if first == last else interval(number(first), number(last), language)


def validation_table(fitted: Fitted, language: Language) -> Html:
    """Return payment timing in the ledger beside the simulation's, with the interval of the simulation's mean."""
    columns = {key: text(f"ledger.{key}", language) for key in ("quantity", "observed", "simulated")}
    rows = []
    for row in records(fitted.validation.timing):
        name = row["measure"]
        low, high, mean, seen = (
            _written(name, row[key], language) for key in ("low", "high", "simulated", "ledger")
        )
        shown = text("ledger.with_range", language, value=mean, range=interval(low, high, language))
        rows.append({"quantity": text(f"timing.{name}", language), "observed": seen, "simulated": shown})
    return table(
        columns, rows, numbers=("observed", "simulated"), caption=text("ledger.validation", language)
    )


def record_fit(fitted: Fitted) -> None:
    """Record payment timing, in the ledger and simulated, and how well lateness is foretold."""
    for row in records(fitted.validation.timing):
        for side in ("ledger", "simulated"):
            record(f"{row['measure']}.{side}", row[side])
    for row in records(fitted.validation.discrimination):
        record(f"auc.{row['sample']}", row["auc"])
