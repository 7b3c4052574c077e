"""The funnel as people read it: leads by stage and channel, and the stage where one more point adds most."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from simkit.experiments.compare import Comparison
from simkit.outcomes.funnel import CHANNELS, STAGES
from simkit.reporting import theme
from simkit.reporting.markup import Child, Html, element
from simkit.reporting.measures import Measure
from simkit.reporting.record import record
from simkit.reporting.stacks import Stack
from simkit.reporting.tables import records, table
from simkit.reporting.texts import Language, filled, number, percent, scenario_name, text
from simkit.reporting.verdict import Estimate

CHANNEL_COLOURS = dict(zip(CHANNELS, (theme.BLUE, theme.PALE_BLUE, theme.VIOLET), strict=True))
SALES = Measure("gain_fen", "money", +1)


@dataclass(frozen=True)
class Step:
    """One step of the funnel: what one more point of its conversion adds a year, and how often that is the most."""

    stage: str
    conversion: float
    customers: float
    sales: Estimate
    most: int
    replications: int


def steps(compared: Comparison, scenario: str) -> list[Step]:
    """Return the steps up to signing, in order, with the yearly gain of one more point of conversion in each."""
    rows = compared.tables["bottleneck"]
    rows = rows[rows["scenario"] == scenario]
    rows = rows.assign(gain_fen=pd.to_numeric(rows["gain_fen"], errors="coerce").astype(float))
    return [
        Step(
            stage,
            float(group["conversion"].mean()),
            float(group["gain_customers"].mean()),
            Estimate.of(group["gain_fen"].to_numpy(np.float64)),
            int(group["bottleneck"].astype(bool).sum()),
            len(group),
        )
        for stage, group in ((str(stage), group) for stage, group in rows.groupby("stage", sort=False))
    ]


def bottleneck(compared: Comparison, scenario: str, language: Language) -> Html:
    """Return where the funnel is narrowest, what one more point there adds, and what it adds in the next best place."""
    known = [step for step in steps(compared, scenario) if math.isfinite(step.sales.mean)]
    if not known:
        return Html("")
    first, *others = sorted(known, key=lambda step: -step.sales.mean)
    words: dict[str, Child] = {
        "step": element("strong", text(f"funnel.step_{first.stage}", language)),
        "customers": number(first.customers, 1),
        "sales": SALES.value(first.sales.mean, language),
        "range": SALES.range(first.sales.low, first.sales.high, language),
        "count": str(first.most),
        "all": str(first.replications),
    }
    said = filled("funnel.bottleneck", language, **words)
    if not others:
        return element("p", said)
    next_best = filled(
        "funnel.next_best",
        language,
        step=text(f"funnel.step_{others[0].stage}", language),
        sales=SALES.value(others[0].sales.mean, language),
    )
    return element("p", said, text("list.gap", language), next_best)


def stage_stacks(compared: Comparison, scenario: str, language: Language) -> list[Stack]:
    """Return one bar a stage: the leads that reach it in a year, by channel, with the share that goes on."""
    rows = _by_channel(compared)
    whole = {
        row["stage"]: row
        for row in records(compared.mean_table("funnel", ["stage"]))
        if row["scenario"] == scenario
    }
    stacks = []
    for place, stage in enumerate(STAGES):
        parts = {
            text(f"funnel.{channel}", language): rows[scenario, channel, stage]["reached"]
            for channel in CHANNELS
        }
        reached = number(whole[stage]["reached"])
        share = percent(whole[STAGES[place - 1]]["conversion"]) if place else ""
        shown = text("funnel.reached_of", language, reached=reached, share=share) if place else reached
        stacks.append(Stack(text(f"funnel.{stage}", language), parts, sum(parts.values()), shown))
    return stacks


def channel_colours(language: Language) -> dict[str, str]:
    """Return the colour of each channel by its words, in order."""
    return {text(f"funnel.{channel}", language): colour for channel, colour in CHANNEL_COLOURS.items()}


def _by_channel(compared: Comparison) -> dict[tuple[str, str, str], dict[str, Any]]:
    rows = records(compared.mean_table("funnel_by_channel", ["group", "stage"]))
    return {(row["scenario"], row["group"], row["stage"]): row for row in rows}


def gain_rows(compared: Comparison, scenario: str, language: Language) -> pd.DataFrame:
    """Return the rows of ``groups.ranked_bars``: what one more point of each step adds, in fen, the most marked."""
    found = steps(compared, scenario)
    most = max((step.sales.mean for step in found if math.isfinite(step.sales.mean)), default=math.nan)
    return pd.DataFrame(
        [
            {
                "name": text(f"funnel.step_{step.stage}", language),
                "value": step.sales.mean,
                "shown": SALES.value(step.sales.mean, language),
                "marked": step.sales.mean == most,
            }
            for step in found
        ]
    )


def cooling(compared: Comparison, names: tuple[str, str], language: Language) -> Html:
    """Return what share of the leads cools off before it is called, in two scenarios."""
    rows = {
        row["scenario"]: row["cooled_share"]
        for row in records(compared.mean_table("funnel", ["stage"]))
        if row["stage"] == STAGES[0]
    }
    told: dict[str, Child] = {
        "before_name": scenario_name(names[0], language),
        "after_name": scenario_name(names[1], language),
        "before": percent(rows[names[0]]),
        "after": percent(rows[names[1]]),
    }
    return element("p", filled("funnel.cooling", language, **told))


def channel_table(compared: Comparison, names: tuple[str, str], language: Language) -> Html:
    """Return, by channel and step, how many leads go on and how long that takes, in two scenarios."""
    rows = _by_channel(compared)
    shown = {name: scenario_name(name, language) for name in names}
    columns = {
        "channel": text("funnel.channel", language),
        "step": text("funnel.step", language),
        "reached": text("funnel.reached", language, name=shown[names[0]]),
        **{
            f"{key}{place}": text(f"funnel.{key}", language, name=shown[name])
            for key in ("goes_on", "days")
            for place, name in enumerate(names)
        },
    }
    cells: list[dict[str, Child]] = []
    for channel in CHANNELS:
        for stage in STAGES[:-1]:
            here = [rows[name, channel, stage] for name in names]
            cells.append(
                {
                    "channel": text(f"funnel.{channel}", language) if stage == STAGES[0] else "",
                    "step": text(f"funnel.step_{stage}", language),
                    "reached": number(here[0]["reached"]),
                    **{f"goes_on{place}": percent(row["conversion"]) for place, row in enumerate(here)},
                    **{f"days{place}": number(row["days"], 1) for place, row in enumerate(here)},
                }
            )
    numbers = [key for key in columns if key not in ("channel", "step")]
    return table(columns, cells, numbers=numbers, caption=text("funnel.table", language))


def record_funnel(compared: Comparison, scenario: str) -> None:
    """Record the conversion of each step, and what one more point of it adds in sales a year, in fen."""
    for step in steps(compared, scenario):
        record(f"funnel.{step.stage}.conversion", step.conversion)
        record(f"funnel.{step.stage}.gain_fen", step.sales.mean)
