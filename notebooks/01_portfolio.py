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
# # 01 · Portfolio
# Who are our customers? The customers on the books on the first day, graded under the first scenario's policy.

# %% tags=["parameters"]
scenarios = ["../params/baseline.yaml"]
world = None
ledger = None
language = "en"

# %%
from pathlib import Path

from IPython.display import display

import simkit
from simkit.experiments.portrait import portrait
from simkit.reporting import charts
from simkit.reporting import portrait as seen
from simkit.reporting.cards import answer
from simkit.reporting.given import given
from simkit.reporting.inputs import load_scenarios
from simkit.reporting.texts import say, scenario_name

globals().update(given(globals()))
scenario = load_scenarios(scenarios[:1], world)[0]
customers = portrait(scenario)
grades = seen.by_grade(customers)

# %%
display(answer(seen.answer(customers, grades, language)))
display(seen.headline_cards(customers, language))
simkit.record("answer", seen.answer(customers, grades, language).text)

# %%
display(say("portfolio.grades", language, scenario=scenario_name(scenario.name, language)))
display(charts.grade_bars(grades, language))
display(seen.grade_table(grades, language))
seen.record_grades(grades)

# %% tags=["pairs"]
display(say("portfolio.spread", language))
for spread in seen.spreads(customers, language):
    display(charts.histogram(*spread, language))

# %%
display(
    say(
        "portfolio.assumptions",
        language,
        customers=f"{len(customers):,}",
        regions=str(len(scenario.run.regions)),
        seed=str(scenario.run.seed),
    )
)
display(
    say("executive.calibrated" if ledger else "executive.assumed", language, ledger=Path(ledger or "").name)
)

# %%
display(say("portfolio.next", language))
