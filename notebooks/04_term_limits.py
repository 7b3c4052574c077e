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
# # 04 · Term limits
# How long may customers take to pay? One limit for all, limits by grade, and a limit that half the exceptions pass,
# under the same luck: the cash they free and the sales they cost.

# %% tags=["parameters"]
limits = "../params/sweeps/term_limits.yaml"
scenario = None
world = None
ledger = None
language = "en"
replications = None
workers = None

# %%
from datetime import timedelta
from pathlib import Path

from IPython.display import display

import simkit
from simkit.experiments.responses import differences_in_worlds
from simkit.reporting import charts, comparison, terms
from simkit.reporting.assumptions import assumptions, calibrated_paths
from simkit.reporting.cards import answer
from simkit.reporting.given import given
from simkit.reporting.inputs import load_points
from simkit.reporting.measures import GROWTH, OVERDUE
from simkit.reporting.other_worlds import OtherWorlds
from simkit.reporting.texts import say, scenario_name

globals().update(given(globals()))
plan, points = load_points(limits, world, scenario)
compared = simkit.compare(points, replications or plan.replications, workers)
run = compared.scenarios[0].run

# %%
display(answer(terms.answer(compared, language)))
display(comparison.failures(compared, language))
simkit.record("answer", terms.answer(compared, language).text)

# %%
switch = run.start_date + timedelta(days=run.warm_up_days)
display(say("terms.picture", language, date=switch.isoformat()))
shown = [compared.names[0], *terms.shorter(compared)[:2]]
display(
    charts.fans(comparison.weekly(compared, "closing_fen", shown, language), "closing_fen", "money", language)
)

# %% tags=["pairs"]
display(say("terms.each", language))
for measure in (terms.DSO, GROWTH, OVERDUE):
    display(
        charts.difference_bars(comparison.difference_rows(compared, measure, language), measure, language)
    )

# %% tags=["pairs"]
display(say("terms.habit", language))
display(terms.habit(compared, language))

# %%
display(say("terms.evidence", language))
display(terms.outcome_table(compared, language))
terms.record_terms(compared)

# %% tags=["pairs"]
shortest = (terms.shorter(compared) or list(compared.names[1:]))[0]
pair = [scenario for scenario in points if scenario.name in (compared.names[0], shortest)]
tried = differences_in_worlds(
    pair,
    terms.RESPONSES,
    terms.FACTORS,
    [measure.name for measure in terms.JUDGED],
    compared.replications,
    workers,
)
elsewhere = OtherWorlds(shortest, tried, terms.JUDGED)
name = scenario_name(shortest, language)
display(say("terms.worlds", language, name=name, **terms.responses(points[0])))
for measure in (GROWTH, terms.DSO):
    display(charts.difference_bars(elsewhere.rows(measure, language), measure, language))
display(elsewhere.survival(language))
elsewhere.record()

# %%
display(elsewhere.table(language))

# %%
display(say("terms.assumptions", language, replications=str(compared.replications)))
display(
    say("executive.calibrated" if ledger else "executive.assumed", language, ledger=Path(ledger or "").name)
)
drivers = ("world.customers", "world.demand", "world.payment", "policy.contract")
display(assumptions(compared.scenarios[-1], language, calibrated_paths(world), drivers))

# %%
display(say("terms.next", language))
