"""What a run leaves beside its outcomes: small tables by week, stage, tier, desk, region, month."""

from collections.abc import Callable
from functools import partial

import pandas as pd

from simkit.outcomes.curves import weekly_table
from simkit.outcomes.desks import desk_table
from simkit.outcomes.diagnosis import by_month, by_region
from simkit.outcomes.funnel import bottleneck_table, funnel_table
from simkit.outcomes.run import Run
from simkit.outcomes.summary import summarise
from simkit.outcomes.tally import Summary
from simkit.outcomes.targets import growth_table, key_results_table
from simkit.outcomes.team import RepMonths
from simkit.outcomes.tiers import tier_table


def _team(run: Run | Summary) -> pd.DataFrame:
    return RepMonths.of(run).table(run.scenario.run.regions)


BREAKDOWNS: dict[str, Callable[[Run | Summary], pd.DataFrame]] = {
    "weekly": weekly_table,
    "funnel": funnel_table,
    "funnel_by_channel": partial(funnel_table, by="channel"),
    "bottleneck": bottleneck_table,
    "tiers": tier_table,
    "growth": growth_table,
    "key_results": key_results_table,
    "desks": desk_table,
    "months": by_month,
    "regions": by_region,
    "team": _team,
}
"""Each table by its name, and what makes it of a run."""

DATES = frozenset({"date", "month"})
"""Columns of these tables that are dates."""


def breakdowns(run: Run | Summary) -> dict[str, pd.DataFrame]:
    """Return every table of ``BREAKDOWNS`` for one run (one replication), or for what was summed of it."""
    whole = summarise(run)
    return {name: make(whole) for name, make in BREAKDOWNS.items()}
