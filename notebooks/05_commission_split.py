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
# # 05 · Commission split
# What happens when commission is paid on cash instead of on signature? From all at signing to all on cash, the
# handbook's split with the budget held constant and its whole incentive package, under the same luck.

# %% tags=["parameters"]
splits = "../params/sweeps/commission_split.yaml"
case = "../params/cases/incentive_link.yaml"
company = "../params/calibrated/cases/incentive_link.yaml"
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
from simkit.experiments.responses import differences_in_worlds
from simkit.reporting import charts, commission, comparison, profit
from simkit.reporting.assumptions import assumptions, calibrated_paths
from simkit.reporting.cards import answer
from simkit.reporting.cases import case_table
from simkit.reporting.given import given
from simkit.reporting.inputs import load_points
from simkit.reporting.measures import GROWTH, OVERDUE
from simkit.reporting.other_worlds import OtherWorlds
from simkit.reporting.scatter import growth_against_overdue
from simkit.reporting.stacks import stacked_bars
from simkit.reporting.texts import say, scenario_name, text
from simkit.reporting.verdict import verdict

globals().update(given(globals()))
plan, points = load_points(splits, world, scenario)
compared = simkit.compare(points, replications or plan.replications, workers)
judged = verdict(compared.differences(), compared.names[0])
split = commission.Split(compared, judged)

# %%
display(answer(commission.answer(split, language)))
display(comparison.failures(compared, language))
simkit.record("answer", commission.answer(split, language).text)

# %%
display(say("commission.picture", language, today=scenario_name(compared.names[0], language)))
display(growth_against_overdue(comparison.points(compared, judged, language), language))
display(commission.exchange(split, language))

# %% tags=["pairs"]
display(say("commission.each", language))
for measure in (GROWTH, OVERDUE):
    display(
        charts.difference_bars(comparison.difference_rows(compared, measure, language), measure, language)
    )
display(judged.lines(language))

# %%
display(say("commission.pay", language))
display(
    stacked_bars(
        profit.profit_stacks(compared, profit.OF_PAY, language),
        profit.part_colours(profit.OF_PAY, language),
        profit.unit_of(compared, profit.OF_PAY, language).words,
        text("profit.title", language),
        language,
    )
)
display(commission.pay_table(split, language))

# %%
display(say("commission.team", language))
display(commission.team_table(split, language))

# %% tags=["pairs"]
pair = [scenario for scenario in points if scenario.name in (compared.names[0], split.handbook)]
tried = differences_in_worlds(
    pair,
    commission.RESPONSES,
    commission.FACTORS,
    [measure.name for measure in commission.JUDGED],
    compared.replications,
    workers,
)
elsewhere = OtherWorlds(split.handbook, tried, commission.JUDGED)
name = scenario_name(split.handbook, language)
display(say("commission.worlds", language, name=name, **commission.responses(points[0])))
for measure in (GROWTH, OVERDUE):
    display(charts.difference_bars(elsewhere.rows(measure, language), measure, language))
display(elsewhere.survival(language))
commission.record_split(split)
elsewhere.record()

# %%
display(elsewhere.table(language))

# %%
known = in_worlds(case, {"here": world, "fitted": company}, compared.replications, workers)
display(say("commission.cases", language))
display(case_table(known, language))

# %%
display(say("commission.assumptions", language, replications=str(compared.replications)))
display(
    say("executive.calibrated" if ledger else "executive.assumed", language, ledger=Path(ledger or "").name)
)
drivers = ("world.reps", "world.relationship", "world.economics", "policy.incentives")
display(assumptions(compared.scenarios[-1], language, calibrated_paths(world), drivers))

# %%
display(say("commission.next", language))
