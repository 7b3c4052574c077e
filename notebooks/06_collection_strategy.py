# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#       jupytext_version: 1.19.6
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] tags=["analyst"]
# # 06 · Collection strategy
# Which way of chasing gets paid sooner, and what does it cost in work and goodwill? Alerts alone, the handbook's early
# ladder and variants of it, compared with the company as it is under the same luck.

# %% tags=["parameters"]
strategies = "../params/sweeps/collection_strategies.yaml"
case = "../params/cases/monitoring.yaml"
company = "../params/calibrated/cases/monitoring.yaml"
scenario = None
world = None
ledger = None
language = "en"
replications = None
workers = None

# %%
from pathlib import Path

from IPython.display import display

import simkit
from simkit.experiments.cases import in_worlds
from simkit.reporting import charts, collection, comparison, profit
from simkit.reporting.assumptions import assumptions, calibrated_paths
from simkit.reporting.cards import answer
from simkit.reporting.cases import case_table
from simkit.reporting.given import given
from simkit.reporting.groups import grouped_bars
from simkit.reporting.inputs import load_points
from simkit.reporting.measures import GROWTH, OVERDUE
from simkit.reporting.stacks import stacked_bars
from simkit.reporting.texts import say, text

globals().update(given(globals()))
plan, points = load_points(strategies, world, scenario)
compared = simkit.compare(points, replications or plan.replications, workers)

# %%
display(answer(collection.answer(compared, language)))
display(comparison.failures(compared, language))
simkit.record("answer", collection.answer(compared, language).text)

# %%
display(say("collection.picture", language))
display(
    grouped_bars(
        collection.overdue_rows(compared, language),
        collection.day_colours(language),
        text("collection.overdue_title", language),
        language,
    )
)

# %% tags=["pairs"]
display(say("collection.speed", language))
display(say("collection.each", language))
for measure in (collection.PERIOD, OVERDUE):
    display(
        charts.difference_bars(comparison.difference_rows(compared, measure, language), measure, language)
    )
display(collection.outcome_table(compared, collection.SPEED, "speed", language))

# %%
display(say("collection.work", language))
display(collection.busiest(compared, language))
display(collection.desk_table(compared, language))

# %%
display(say("collection.money", language))
display(
    stacked_bars(
        profit.profit_stacks(compared, profit.OF_COLLECTION, language),
        profit.part_colours(profit.OF_COLLECTION, language),
        profit.unit_of(compared, profit.OF_COLLECTION, language).words,
        text("profit.title", language),
        language,
    )
)
display(collection.outcome_table(compared, collection.MONEY, "money", language))

# %% tags=["pairs"]
display(say("collection.goodwill", language))
for measure in (collection.SATISFACTION, GROWTH):
    display(
        charts.difference_bars(comparison.difference_rows(compared, measure, language), measure, language)
    )
display(collection.outcome_table(compared, collection.GOODWILL, "goodwill", language))
collection.record_strategies(compared)

# %%
known = in_worlds(case, {"here": world, "fitted": company}, compared.replications, workers)
display(say("collection.cases", language))
display(case_table(known, language))

# %%
display(say("collection.assumptions", language, replications=str(compared.replications)))
display(
    say("executive.calibrated" if ledger else "executive.assumed", language, ledger=Path(ledger or "").name)
)
drivers = ("world.payment", "world.relationship", "world.recovery", "policy.collections", "policy.monitoring")
display(assumptions(compared.scenarios[2], language, calibrated_paths(world), drivers))

# %%
display(say("collection.next", language))
