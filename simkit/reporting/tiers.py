"""RFM tiers as people read them: who is in them, what they buy, and what treating them changes."""

from typing import Any

import numpy as np
import pandas as pd

from simkit.experiments.compare import Comparison
from simkit.outcomes.tiers import TIERS
from simkit.reporting import theme
from simkit.reporting.markup import Child, Html, element, joined
from simkit.reporting.measures import Measure
from simkit.reporting.record import record
from simkit.reporting.tables import records, table
from simkit.reporting.texts import Language, filled, percent, scenario_name, text, yuan
from simkit.reporting.verdict import Estimate

RATES = ("repurchase_rate", "cross_sell_rate")
SHARES = ("customer_share", "sales_share")


def share_rows(compared: Comparison, share: str, names: tuple[str, str], language: Language) -> pd.DataFrame:
    """Return the rows of ``groups.grouped_bars``: a share of each tier by scenario, then what the handbook expects.

    Parameters
    ----------
    compared : Comparison
        Its breakdown ``tiers`` is read.
    share : {"customer_share", "sales_share"}
        Of what.
    names : tuple of str
        The scenarios: without and with treatments.
    language : {"en", "zh"}
        Language of the words.
    """
    means = _means(compared)
    rows = []
    for tier in TIERS:
        name = text(f"tiers.{tier}", language)
        rows += [
            (name, scenario_name(scenario, language), means[scenario, tier][share]) for scenario in names
        ]
        rows.append((name, text("tiers.expected", language), means[names[0], tier][f"expected_{share}"]))
    return pd.DataFrame(rows, columns=["name", "series", "share"])


def series_colours(names: tuple[str, str], language: Language) -> dict[str, str]:
    """Return the colour of each series of ``share_rows`` by its words, in order."""
    colours = {scenario_name(name, language): theme.colour_of(place) for place, name in enumerate(names)}
    return colours | {text("tiers.expected", language): theme.PALE_ORANGE}


def _means(compared: Comparison) -> dict[tuple[str, str], dict[str, Any]]:
    rows = records(compared.mean_table("tiers", ["tier"]))
    return {(row["scenario"], row["tier"]): row for row in rows}


def misfit(compared: Comparison, names: tuple[str, str], language: Language) -> Html:
    """Return which tier is furthest from the share of customers the handbook expects, and who fits no rule."""
    means = _means(compared)
    rows = {tier: means[names[0], tier] for tier in TIERS}
    gaps = {
        tier: abs(row["customer_share"] - row["expected_customer_share"])
        for tier, row in rows.items()
        if np.isfinite(row["customer_share"]) and np.isfinite(row["expected_customer_share"])
    }
    if not gaps:
        return Html("")
    furthest = max(gaps, key=lambda tier: gaps[tier])
    found, left = rows[furthest], rows["unclassified"]
    return element(
        "p",
        filled(
            "tiers.misfit",
            language,
            tier=element("strong", text(f"tiers.{furthest}", language)),
            found=percent(found["customer_share"]),
            expected=percent(found["expected_customer_share"], 0),
            customers=percent(left["customer_share"]),
            sales=percent(left["sales_share"]),
        ),
    )


def response_table(compared: Comparison, names: tuple[str, str], language: Language) -> Html:
    """Return repurchase and cross-selling of each tier without and with treatments, and what the treatments cost."""
    means = _means(compared)
    columns = {
        "tier": text("tiers.tier", language),
        **{name: text(f"tiers.{name}", language) for name in RATES},
        "cost": text("tiers.cost", language),
        "customers": text("tiers.customers", language),
        "sales": text("tiers.sales", language),
    }
    rows: list[dict[str, Child]] = []
    for tier in TIERS:
        before, after = (means[name, tier] for name in names)
        row: dict[str, Child] = {
            "tier": text(f"tiers.{tier}", language),
            "cost": yuan(after["treatment_fen"], language),
        }
        row |= {rate: _rate(compared, names, tier, rate, language) for rate in RATES}
        for key, share in (("customers", "customer_share"), ("sales", "sales_share")):
            row[key] = _from_to(before[share], after[share], language)
        rows.append(row)
    caption = text(
        "tiers.response_table",
        language,
        before=scenario_name(names[0], language),
        after=scenario_name(names[1], language),
    )
    return table(columns, rows, numbers=("cost",), caption=caption)


def _from_to(before: float, after: float, language: Language) -> str:
    return text("tiers.from_to", language, before=percent(before), after=percent(after))


def _rate(compared: Comparison, names: tuple[str, str], tier: str, rate: str, language: Language) -> Html:
    before, after = (_means(compared)[name, tier][rate] for name in names)
    change, measure = change_of(compared, names, tier, rate), Measure(rate, "share", +1)
    note = measure.range(change.low, change.high, language, differences=True)
    return joined([_from_to(before, after, language), element("div", note, class_="note")])


def change_of(compared: Comparison, names: tuple[str, str], tier: str, rate: str) -> Estimate:
    """Return the paired difference of a tier's rate, with treatments against without."""
    rows = compared.tables["tiers"]
    rows = rows[rows["tier"] == tier]
    before, after = (
        rows[rows["scenario"] == name].set_index("replication")[rate].astype(float) for name in names
    )
    return Estimate.of(np.asarray(after - before, dtype=np.float64))


def record_tiers(compared: Comparison, names: tuple[str, str]) -> None:
    """Record the shares of each tier without treatments, and what treatments change in its rates."""
    means = _means(compared)
    for tier in TIERS:
        for share in SHARES:
            record(f"{tier}.{share}", means[names[0], tier][share])
        for rate in RATES:
            record(f"{tier}.{rate}.change", change_of(compared, names, tier, rate).mean)
