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
# # 08 · Frontier
# How much growth does a lower overdue rate cost? A grid of policies, run under the same luck.

# %% tags=["parameters"]
sweep = "../params/sweeps/cutoffs_terms.yaml"
ranges = "../params/sensitivity/flips.yaml"
world = None
ledger = None
language = "en"
workers = None

# %%
from pathlib import Path

from IPython.display import display

import simkit
from simkit.experiments.evaluation import Evaluator
from simkit.experiments.flip import flips
from simkit.experiments.recommendation import KPIS
from simkit.reporting import flips as pages
from simkit.reporting import frontier
from simkit.reporting.cards import answer
from simkit.reporting.given import given
from simkit.reporting.scatter import growth_against_overdue
from simkit.reporting.texts import say, scenario_name
from simkit.scenario.loading import load_model
from simkit.scenario.uncertainties import Uncertainties, spans

globals().update(given(globals()))
explored = simkit.frontier(sweep, workers=workers, world=world)

# %%
display(answer(frontier.answer(explored, language)))
simkit.record("answer", frontier.answer(explored, language).text)

# %%
display(say("frontier.picture", language))
display(growth_against_overdue(frontier.points(explored, language), language))
display(frontier.rate_of_exchange(explored, language))

# %%
display(say("frontier.evidence", language))
display(frontier.evidence(explored, language))
frontier.record_points(explored)
display(pages.convergence(explored, language))

# %%
if explored.recommendation:
    plausible = spans(load_model(ranges, Uncertainties, dotted_names=True), explored.comparison.scenarios[0])
    luck = Evaluator(KPIS, range(explored.sweep.replications), workers)
    flipped = flips(explored, plausible, luck, points=3, steps=1)
    display(say("flips.title", language))
    display(pages.sureness(explored, language))
    display(say("flips.nearest", language))
    display(pages.nearest(flipped, language))
    display(say("flips.what", language))
    display(pages.summary(flipped, language))
    display(pages.flip_table(flipped, language))
    pages.record_flips(explored, flipped)

# %%
display(
    say(
        "frontier.constraints",
        language,
        base=scenario_name(explored.comparison.names[0], language),
        constraints=frontier.constraints(explored.sweep.constraints, language),
        replications=str(explored.comparison.replications),
    )
)
display(
    say("executive.calibrated" if ledger else "executive.assumed", language, ledger=Path(ledger or "").name)
)

# %%
display(say("frontier.next", language))
