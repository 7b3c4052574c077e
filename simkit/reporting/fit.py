"""A fitted world as a credit manager asks after it: how well lateness is foretold, who fails, and how sure all is."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import pandas as pd

from simkit.reporting.assumptions import named, parameters, value_of
from simkit.reporting.ledger import Checked
from simkit.reporting.markup import Child, Html, element, joined
from simkit.reporting.record import record
from simkit.reporting.tables import records, table
from simkit.reporting.texts import Language, filled, interval, number, percent, text
from simkit.scenario.scenario import Scenario

ENDS = (2.5, 97.5)
COMMAND = "simkit calibrate LEDGER --customers FILE"
AUCS = {"late": "auc", "over_7": "auc_over_7", "over_30": "auc_over_30"}
DEFAULT = "firms.default"
Drawn = Mapping[str, Mapping[str, Any]]


class GivenUp(Protocol):
    """What the reports read of a default rate."""

    @property
    def mean(self) -> float:
        """Share of customers of whom a line is given up in a year."""

    @property
    def low(self) -> float:
        """Lower end of its 95 % interval."""

    @property
    def high(self) -> float:
        """Upper end of its 95 % interval."""


class DefaultModel(Protocol):
    """What the reports read of a default model of a master's own customers."""

    @property
    def customers(self) -> int:
        """How many it was fitted to."""

    @property
    def defaults(self) -> int:
        """How many of them defaulted."""

    @property
    def metrics(self) -> pd.DataFrame:
        """One row a measure: measure, value, low, high."""

    @property
    def grades(self) -> pd.DataFrame:
        """One row a grade: grade, firms, defaults, annual_pd, low, high."""


class Portfolio(Protocol):
    """What the reports read of a customer master's fit."""

    @property
    def model(self) -> DefaultModel | None:
        """A default model, where enough customers defaulted."""


class FittedWorld(Protocol):
    """What the reports read of a fitted world."""

    @property
    def validation(self) -> Checked:
        """How well it fits."""

    @property
    def default_rate(self) -> GivenUp:
        """How many customers had a line given up."""

    @property
    def portfolio(self) -> Portfolio | None:
        """What a customer master tells, if there was one."""

    @property
    def draws(self) -> Sequence[Drawn]:
        """Section to values: other worlds the ledger allows."""


def foretold_table(fitted: FittedWorld, language: Language) -> Html:
    """Return how well each degree of lateness is foretold, on lines of the fit and on later ones it has not seen."""
    judged = {row["sample"]: row for row in records(fitted.validation.discrimination)}
    rows = [
        {
            "lateness": text(f"fit.{name}", language),
            **{key: number(row[auc], 2) for key, row in judged.items()},
        }
        for name, auc in AUCS.items()
    ]
    lines = {key: number(row["lines"]) for key, row in judged.items()}
    rows.append({"lateness": text("fit.lines", language), **lines})
    for sample, row in judged.items():
        for name, auc in AUCS.items():
            record(f"auc.{sample}.{name}", row[auc])
    return _table("lateness", tuple(judged), rows, text("fit.foretold_table", language), language)


def default(scenario: Scenario, fitted: FittedWorld, language: Language) -> Html:
    """Return how many customers had a line given up, and what a customer master says of default, if there was one.

    Parameters
    ----------
    scenario : Scenario
        One whose world is the fitted one.
    fitted : FittedWorld
    language : {"en", "zh"}
    """
    rate = fitted.default_rate
    told = filled(
        "fit.given_up",
        language,
        mean=percent(rate.mean),
        range=interval(percent(rate.low), percent(rate.high), language),
    )
    if fitted.portfolio is None:
        return joined(
            [
                element("p", told),
                element("p", filled("fit.no_master", language, command=element("code", COMMAND))),
            ]
        )
    model = fitted.portfolio.model
    judged = (
        [element("p", text("fit.no_model", language))] if model is None else default_model(model, language)
    )
    drawn = [drawn_table(scenario, fitted, DEFAULT, language)] if _varies(fitted, DEFAULT) else []
    return joined([element("p", told), *judged, *drawn])


def default_model(model: DefaultModel, language: Language) -> list[Html]:
    """Return how well a default model foretells customers left out of its fit, and default by its grades."""
    measures: list[dict[str, Child]] = []
    for row in records(model.metrics):
        record(f"default_model.{row['measure']}", row["value"])
        value, low, high = (number(row[key], 3) for key in ("value", "low", "high"))
        measures.append(
            {
                "measure": text(f"fit.{row['measure']}", language),
                "value": value,
                "interval": interval(low, high, language),
            }
        )
    grades: list[dict[str, Child]] = []
    for row in records(model.grades):
        record(f"default_model.annual_pd.{row['grade']}", row["annual_pd"])
        annual, low, high = (percent(row[key], 2) for key in ("annual_pd", "low", "high"))
        counts = {key: number(row[key]) for key in ("firms", "defaults")}
        grades.append(
            {
                "grade": row["grade"],
                **counts,
                "annual_pd": annual,
                "interval": interval(low, high, language),
            }
        )
    counted = {"customers": number(model.customers), "defaults": number(model.defaults)}
    told, by_grade = text("fit.model_table", language, **counted), text("fit.grades_table", language)
    return [
        _table("measure", ("value", "interval"), measures, told, language),
        _table("grade", ("firms", "defaults", "annual_pd", "interval"), grades, by_grade, language),
    ]


def drawn_table(scenario: Scenario, fitted: FittedWorld, section: str, language: Language) -> Html:
    """Return the plain numbers of a section that the ledger tells, with the range of 95 % of the draws.

    Parameters
    ----------
    scenario : Scenario
        One whose world is the fitted one.
    fitted : FittedWorld
    section : str
        ``payment``, ``customers`` or ``firms.default``.
    language : {"en", "zh"}
    """
    rows: list[dict[str, Child]] = []
    for row in parameters(scenario):
        name = row.path.removeprefix(f"world.{section}.")
        values = [_drawn(draw, f"{section}.{name}") for draw in fitted.draws]
        if name == row.path or not all(isinstance(value, int | float) for value in values):
            continue
        low, high = np.percentile(np.array(values, dtype=float), ENDS)
        if low < high:
            value, first, last = (
                value_of(float(f"{value:.3g}"), row.unit, language) for value in (float(row.value), low, high)
            )
            rows.append(
                {
                    "parameter": named(row, language),
                    "fitted": value,
                    "range": interval(first, last, language),
                }
            )
            record(f"draws.{section}.{name}.low", float(low))
            record(f"draws.{section}.{name}.high", float(high))
    caption = text("fit.drawn_table", language, draws=number(len(fitted.draws)))
    return _table("parameter", ("fitted", "range"), rows, caption, language)


def _table(
    first: str, numbers: Sequence[str], rows: Sequence[Mapping[str, Child]], caption: str, language: Language
) -> Html:
    columns = {key: text(f"fit.{key}", language) for key in (first, *numbers)}
    return table(columns, rows, numbers=numbers, caption=caption)


def _varies(fitted: FittedWorld, section: str) -> bool:
    return any(_drawn(draw, section) for draw in fitted.draws)


def _drawn(draw: Drawn, path: str) -> Any:
    """Return what a draw holds at a path of names joined by dots; None when it holds nothing there."""
    found: Any = draw
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found
