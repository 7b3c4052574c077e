"""The dashboard of regions and months: where sales rise while collection falls, how often, and why."""

import math
from collections.abc import Sequence

import pandas as pd

from simkit.experiments.compare import Comparison
from simkit.outcomes.diagnosis import CAUSES, COLLECTION_DOWN, SALES_UP
from simkit.reporting import theme
from simkit.reporting.cards import Card, cards
from simkit.reporting.markup import Child, Html, element, joined
from simkit.reporting.measures import MEASURES
from simkit.reporting.record import record
from simkit.reporting.stacks import Stack
from simkit.reporting.tables import records, table
from simkit.reporting.texts import (
    Language,
    bare_points,
    filled,
    interval,
    listing,
    number,
    percent,
    scenario_name,
    text,
)
from simkit.reporting.verdict import Estimate, marked, tone

FLAGGED = MEASURES["flagged_months"]
CAUSE_COLOURS = dict(zip(CAUSES, (theme.VIOLET, theme.BLUE, theme.PALE_BLUE), strict=True))
MAPS = {"sales_growth": 60.0, "collection_rate_change": 25.0}
"""What is drawn by region and month, with the per cent or points at which the colour is at its full."""
MONTHS_A_YEAR = 12


def shown(compared: Comparison) -> tuple[str, ...]:
    """Return the scenarios that are drawn: the first and, if there is one, the second."""
    return compared.names[:2]


def months(compared: Comparison, scenario: str) -> pd.DataFrame:
    """Return the region-months of a scenario that can be compared with the year before, over all replications."""
    rows = compared.tables["months"]
    rows = rows[rows["scenario"] == scenario]
    known: pd.DataFrame = rows[rows["sales_growth"].notna() & rows["collection_rate_change"].notna()]
    return known.assign(flagged=known["flagged"].astype(bool))


def answer(compared: Comparison, language: Language) -> Html:
    """Return how often regions are flagged today, where most, why, and what the alternatives make of it."""
    today = compared.names[0]
    rows, years = months(compared, today), compared.replications
    if rows.empty:
        return filled("dashboard.answer_unknown", language)
    flagged = rows[rows["flagged"]]
    told: dict[str, Child] = {
        "name": element("strong", scenario_name(today, language)),
        "flagged": number(len(flagged) / years, 1),
        "all": number(len(rows) / years),
        "share": percent(len(flagged) / len(rows)),
    }
    if flagged.empty:
        said = filled("dashboard.answer_none", language, **told)
    else:
        often = rows.groupby("region", sort=False)["flagged"].mean()
        region = str(often.idxmax())
        told |= {
            "region": element("strong", region),
            "region_share": percent(often[region]),
            "cause": text(f"dashboard.cause_{_main_cause(flagged)}", language),
        }
        said = filled("dashboard.answer", language, **told)
    if len(compared.names) == 1:
        return said
    alternatives = [
        text(
            "dashboard.alternative",
            language,
            name=scenario_name(name, language),
            value=number(compared.estimate(name, FLAGGED.name).mean, 1),
            difference=number(difference(compared, name).mean, 1, signed=True),
            range=_range(difference(compared, name), language),
        )
        for name in compared.names[1:]
    ]
    others = text("dashboard.alternatives", language, alternatives=listing(alternatives, language))
    return joined([said, text("list.gap", language), others])


def difference(compared: Comparison, name: str) -> Estimate:
    """Return the paired difference in flagged region-months a year from the first scenario."""
    return Estimate(*compared.difference(name, FLAGGED.name)[:3])


def _range(estimate: Estimate, language: Language) -> str:
    low, high = (number(end, 1, signed=True) for end in (estimate.low, estimate.high))
    return interval(low, high, language)


def _main_cause(flagged: pd.DataFrame) -> str:
    """Return the cause of most flagged region-months; of causes named equally often the first of ``CAUSES``."""
    counts = flagged["cause"].value_counts()
    return max(CAUSES, key=lambda cause: int(counts.get(cause, 0)))


def flag_cards(compared: Comparison, language: Language) -> Html:
    """Return the flagged region-months a year of every scenario, with the difference from the first."""
    today, found = compared.names[0], []
    years = months(compared, today).groupby("replication")["flagged"].sum()
    for name in compared.names:
        label = text("dashboard.card", language, name=scenario_name(name, language))
        value = number(compared.estimate(name, FLAGGED.name).mean, 1)
        if name == today:
            low, high = number(years.min()), number(years.max())
            found.append(Card(label, value, text("dashboard.years", language, low=low, high=high)))
        else:
            change = difference(compared, name)
            note = text(
                "compare.against",
                language,
                difference=number(change.mean, 1, signed=True),
                status_quo=scenario_name(today, language),
                range=_range(change, language),
            )
            found.append(Card(label, value, note, tone(change, FLAGGED), marked(change, FLAGGED, language)))
    return cards(found)


def one_year(compared: Comparison, scenario: str) -> pd.DataFrame:
    """Return the region-months of one replication, the first that every scenario completed."""
    rows = compared.tables["months"]
    first = rows["replication"].min()
    year: pd.DataFrame = rows[(rows["scenario"] == scenario) & (rows["replication"] == first)]
    return year.assign(flagged=year["flagged"].astype(bool))


def replication(compared: Comparison) -> dict[str, str]:
    """Return which replication ``one_year`` shows, in words."""
    return {"replication": str(compared.tables["months"]["replication"].min())}


def cells(year: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return the cells of ``heat.heat_map`` for one column of a year, in per cent or in points."""
    named = year["month"].nunique() <= MONTHS_A_YEAR
    return pd.DataFrame(
        {
            "row": year["region"],
            "column": [f"{month:%m}" if named else f"{month:%y-%m}" for month in year["month"]],
            "value": 100 * year[column].astype(float),
            "framed": year["flagged"],
        }
    )


def month_axis(year: pd.DataFrame, language: Language) -> str:
    """Return the title of the axis of months: from which to which they go."""
    first, last = (f"{end:%Y-%m}" for end in (year["month"].min(), year["month"].max()))
    return text("dashboard.month_axis", language, first=first, last=last)


def flagged_table(compared: Comparison, names: Sequence[str], language: Language) -> Html:
    """Return the flagged region-months of one year: growth, collection rate, the split of its change and the cause."""
    keys = ("scenario", "region", "month", "growth", "rate", "change", *CAUSES, "cause")
    columns = {key: text(f"dashboard.{key}", language) for key in keys}
    rows: list[dict[str, Child]] = []
    for name in names:
        year = one_year(compared, name)
        for row in records(year[year["flagged"]].sort_values(["month", "region"])):
            cells_: dict[str, Child] = {
                "scenario": scenario_name(name, language),
                "region": row["region"],
                "month": f"{row['month']:%Y}\N{NON-BREAKING HYPHEN}{row['month']:%m}",
                "growth": _percent(row["sales_growth"]),
                "rate": _from_to(row, language),
                "change": bare_points(row["collection_rate_change"]),
                "cause": text(f"dashboard.mainly_{row['cause']}", language),
            }
            rows.append(cells_ | {cause: bare_points(row[cause]) for cause in CAUSES})
    if not rows:
        return element("p", text("dashboard.none", language))
    return table(
        columns,
        rows,
        numbers=("growth", "rate", "change", *CAUSES),
        caption=text("dashboard.flagged_table", language),
    )


def _percent(share: float) -> str:
    return f"{number(100 * share, signed=True)}%" if math.isfinite(share) else number(share)


def _from_to(row: dict[str, float], language: Language) -> str:
    before, after = percent(row["collection_rate_before"]), percent(row["collection_rate"])
    return text("tiers.from_to", language, before=before, after=after)


def often_rows(compared: Comparison, language: Language) -> pd.DataFrame:
    """Return the rows of ``groups.grouped_bars``: the share of a region's months that are flagged, by scenario."""
    rows = []
    for region in compared.scenarios[0].run.regions:
        for name in compared.names:
            own = months(compared, name)
            share = own.loc[own["region"] == region, "flagged"].mean()
            rows.append({"name": region, "series": scenario_name(name, language), "share": share})
    return pd.DataFrame(rows)


def often_colours(compared: Comparison, language: Language) -> dict[str, str]:
    """Return the colour of each scenario by its words, in order."""
    return {
        scenario_name(name, language): theme.colour_of(place) for place, name in enumerate(compared.names)
    }


def causes_table(compared: Comparison, language: Language) -> Html:
    """Return, by scenario, how many region-months all replications hold, how many are flagged, and for which cause."""
    columns = {"scenario": text("dashboard.scenario", language)}
    columns |= {key: text(f"dashboard.{key}", language) for key in ("compared", "flagged", "share")}
    columns |= {cause: text(f"dashboard.mainly_{cause}", language) for cause in CAUSES}
    rows: list[dict[str, Child]] = []
    for name in compared.names:
        own = months(compared, name)
        counts = own.loc[own["flagged"], "cause"].value_counts()
        row: dict[str, Child] = {
            "scenario": scenario_name(name, language),
            "compared": number(len(own)),
            "flagged": number(int(own["flagged"].sum())),
            "share": percent(float(own["flagged"].mean()) if len(own) else math.nan),
        }
        rows.append(row | {cause: number(int(counts.get(cause, 0))) for cause in CAUSES})
    caption = text("dashboard.causes_table", language, count=str(compared.replications))
    numbers = [key for key in columns if key != "scenario"]
    return table(columns, rows, numbers=numbers, caption=caption)


def chance_note(compared: Comparison, language: Language) -> Html:
    """Return what the first scenario says of chance, if it changes nothing on the switch date; else nothing."""
    first = compared.scenarios[0]
    if first.policy != first.status_quo:
        return Html("")
    rows = months(compared, first.name)
    share = percent(float(rows["flagged"].mean()) if len(rows) else math.nan)
    name = element("strong", scenario_name(first.name, language))
    return element("p", filled("dashboard.chance", language, name=name, share=share))


def region_years(compared: Comparison, scenario: str) -> dict[str, dict[str, Estimate]]:
    """Return, by region, the change of the yearly collection rate, its parts and sales growth, where they are known."""
    rows = compared.tables["regions"]
    rows = rows[(rows["scenario"] == scenario) & rows["collection_rate_change"].notna()]
    wanted = ("collection_rate_change", *CAUSES, "sales_growth")
    return {
        region: {
            column: Estimate.of(rows.loc[rows["region"] == region, column].to_numpy(float))
            for column in wanted
        }
        for region in compared.scenarios[0].run.regions
    }


def split_stacks(compared: Comparison, scenario: str, language: Language) -> list[Stack]:
    """Return one bar a region: the change of the yearly collection rate in points, split by cause."""
    stacks = []
    for region, found in region_years(compared, scenario).items():
        change = found["collection_rate_change"].mean
        if math.isfinite(change):
            parts = {text(f"dashboard.{cause}", language): 100 * found[cause].mean for cause in CAUSES}
            stacks.append(Stack(region, parts, 100 * change, bare_points(change)))
    return stacks


def cause_colours(language: Language) -> dict[str, str]:
    """Return the colour of each cause by its words, in order."""
    return {text(f"dashboard.{cause}", language): colour for cause, colour in CAUSE_COLOURS.items()}


def split_table(compared: Comparison, names: Sequence[str], language: Language) -> Html:
    """Return each region's yearly sales growth, the change of its collection rate with its interval, and the parts."""
    columns = {
        key: text(f"dashboard.{key}", language) for key in ("region", "scenario", "growth", "change", *CAUSES)
    }
    rows: list[dict[str, Child]] = []
    for name in names:
        for region, found in region_years(compared, name).items():
            row: dict[str, Child] = {
                "region": region,
                "scenario": scenario_name(name, language),
                "growth": _percent(found["sales_growth"].mean),
            }
            for column in ("collection_rate_change", *CAUSES):
                key = "change" if column == "collection_rate_change" else column
                row[key] = _with_range(found[column], language)
            rows.append(row)
    return table(columns, rows, numbers=("growth",), caption=text("dashboard.split_table", language))


def _with_range(estimate: Estimate, language: Language) -> str:
    low, high = bare_points(estimate.low), bare_points(estimate.high)
    range_ = interval(low, high, language)
    return text("compare.with_range", language, value=bare_points(estimate.mean), range=range_)


def left_out(compared: Comparison) -> dict[str, str]:
    """Return how many region-months of the first scenario cannot be compared with the year before, of how many."""
    rows, first = compared.tables["months"], compared.names[0]
    count = int((rows["scenario"] == first).sum())
    return {"left_out": number(count - len(months(compared, first))), "all": number(count)}


def thresholds() -> dict[str, str]:
    """Return the thresholds of a flag in words: sales growth in per cent, fall of the collection rate in points."""
    return {"sales_up": percent(SALES_UP, 0), "collection_down": number(-100 * COLLECTION_DOWN)}


def record_flags(compared: Comparison) -> None:
    """Record how many region-months are flagged a year, and the change of each region's collection rate."""
    for name in compared.names:
        record(f"{name}.flagged_months", compared.estimate(name, FLAGGED.name).mean)
        for region, found in region_years(compared, name).items():
            for column in ("collection_rate_change", *CAUSES):
                record(f"{name}.{region}.{column}", found[column].mean)
