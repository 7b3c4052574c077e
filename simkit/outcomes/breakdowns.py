"""What a run leaves beside its outcomes: small tables by week, stage, tier, desk, region, month."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pandas as pd

from simkit.outcomes.curves import weekly_curves
from simkit.outcomes.desks import desk_table
from simkit.outcomes.diagnosis import by_month, by_region
from simkit.outcomes.funnel import bottleneck_table, funnel_table
from simkit.outcomes.run import Run
from simkit.outcomes.targets import growth_table, key_results_table
from simkit.outcomes.team import team_table
from simkit.outcomes.tiers import tier_table


def _weekly(run: Run) -> pd.DataFrame:
    length = run.scenario.run
    return weekly_curves(run.daily, length.start_date + timedelta(days=length.warm_up_days))


BREAKDOWNS: dict[str, Callable[[Run], pd.DataFrame]] = {
    "weekly": _weekly,
    "funnel": funnel_table,
    "funnel_by_channel": partial(funnel_table, by="channel"),
    "bottleneck": bottleneck_table,
    "tiers": tier_table,
    "growth": growth_table,
    "key_results": key_results_table,
    "desks": desk_table,
    "months": by_month,
    "regions": by_region,
    "team": team_table,
}
"""Each table by its name, and what makes it of a run."""

DATES = frozenset({"date", "month"})
"""Columns of these tables that are dates."""


def breakdowns(run: Run) -> dict[str, pd.DataFrame]:
    """Return every table of ``BREAKDOWNS`` for one run (one replication)."""
    return {name: make(run) for name, make in BREAKDOWNS.items()}
