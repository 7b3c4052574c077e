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
# # 03 · Credit cutoffs
# Who should buy on credit? The line is moved up step by step, who falls below it buys for cash or not at all, and the
# handbook's grades stand beside it; everything under the same luck.

# %% tags=["parameters"]
cutoffs = "../params/sweeps/credit_cutoffs.yaml"
case = "../params/cases/credit_admission.yaml"
company = "../params/calibrated/cases/credit_admission.yaml"
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
from simkit.reporting import comparison, profit
from simkit.reporting import cutoffs as pages
from simkit.reporting.assumptions import assumptions, calibrated_paths
from simkit.reporting.cards import answer
from simkit.reporting.cases import case_table
from simkit.reporting.given import given
from simkit.reporting.inputs import load_points
from simkit.reporting.scatter import growth_against_overdue
from simkit.reporting.stacks import stacked_bars
from simkit.reporting.texts import say, scenario_name, text
from simkit.reporting.verdict import verdict

globals().update(given(globals()))
plan, points = load_points(cutoffs, world, scenario)
compared = simkit.compare(points, replications or plan.replications, workers)
judged = verdict(compared.differences(), compared.names[0])

# %%
display(answer(pages.answer(compared, judged, language)))
display(comparison.failures(compared, language))
simkit.record("answer", pages.answer(compared, judged, language).text)

# %%
display(say("cutoffs.picture", language, today=scenario_name(compared.names[0], language)))
display(growth_against_overdue(comparison.points(compared, judged, language), language))

# %% tags=["pairs"]
display(say("cutoffs.price_title", language))
display(pages.price(compared, language))
display(pages.outcome_table(compared, language))

# %%
display(say("cutoffs.whom", language))
display(pages.whom_table(compared, language))
pages.record_cutoffs(compared)

# %%
display(say("cutoffs.money", language))
display(
    stacked_bars(
        profit.profit_stacks(compared, profit.OF_COLLECTION, language),
        profit.part_colours(profit.OF_COLLECTION, language),
        profit.unit_of(compared, profit.OF_COLLECTION, language).words,
        text("profit.title", language),
        language,
    )
)

# %%
known = in_worlds(case, {"here": world, "fitted": company}, compared.replications, workers)
display(say("cutoffs.cases", language))
display(case_table(known, language))

# %%
display(say("cutoffs.assumptions", language, replications=str(compared.replications)))
display(
    say("executive.calibrated" if ledger else "executive.assumed", language, ledger=Path(ledger or "").name)
)
drivers = ("world.firms", "world.demand", "world.recovery", "policy.credit")
display(assumptions(compared.scenarios[-1], language, calibrated_paths(world), drivers))

# %%
display(say("cutoffs.next", language))
