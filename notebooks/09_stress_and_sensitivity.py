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
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown] tags=["analyst"]
# # 09 · Stress and sensitivity
# What if the world is not as we assume? Policies in a base world, a boom and a downturn; which of them gives away
# least; which uncertainty matters most to that one; and in which worlds it misses its target. All on one region, which
# is run quickly and stands for the company.

# %% tags=["parameters"]
scenarios = [
    "../params/baseline.yaml",
    "../params/policies/dual_wheel.yaml",
    "../params/policies/strict_cutoffs.yaml",
    "../params/policies/cash_commission.yaml",
]
worlds = ["../params/worlds/base.yaml", "../params/worlds/boom.yaml", "../params/worlds/downturn.yaml"]
uncertainties = "../params/sensitivity/plausible.yaml"
growth_slack = 0.05
customers = 80
walks = 3
worlds_drawn = 64
draws = 2
world = None
ledger = None
language = "en"
replications = None
workers = None

# %%
from pathlib import Path

from IPython.display import display

import simkit
from simkit.experiments.evaluation import Evaluator
from simkit.experiments.prim import misses
from simkit.experiments.sensitivity import morris
from simkit.experiments.worlds import sample
from simkit.reporting import discovery, importance, stress
from simkit.reporting.assumptions import assumptions, calibrated_paths
from simkit.reporting.cards import answer
from simkit.reporting.given import given
from simkit.reporting.measures import GROWTH, OVERDUE
from simkit.reporting.texts import points, say, scenario_name, text
from simkit.scenario.loading import load_model, world_settings
from simkit.scenario.uncertainties import Uncertainties, spans

globals().update(given(globals()))
small = {"run.customers": customers, "run.regions": ["East"]}
policies = [simkit.load(file, small, world) for file in scenarios]
named = dict(world_settings(file) for file in worlds)
repeated = replications or 8
kpis = [measure.name for measure in stress.MEASURES]
sampled = sample(policies, list(named.values()), Evaluator(kpis, range(repeated), workers))
stressed = stress.Stressed([policy.name for policy in policies], list(named), sampled)
judged = stressed.regret

# %%
display(answer(stress.answer(stressed, judged, language)))
simkit.record("answer", stress.answer(stressed, judged, language).text)

# %% tags=["pairs"]
display(say("stress.picture", language))
for measure in stress.MEASURES:
    display(stressed.picture(measure, language))

# %%
display(say("stress.evidence", language, today=scenario_name(policies[0].name, language)))
display(stressed.table(language))
stressed.record()

# %%
display(say("stress.regret", language))
display(stress.criteria(judged, language))
display(stress.regret_table(judged, language))
stress.record_regret(judged)

# %%
chosen = next(policy for policy in policies if policy.name == judged.choice("minimax"))
ranges = spans(load_model(uncertainties, Uncertainties, dotted_names=True), chosen)
evaluator = Evaluator([GROWTH.name, OVERDUE.name], range(draws), workers)
screened = morris([chosen], ranges, evaluator.kpis, evaluator, walks)

# %% tags=["pairs"]
display(
    say(
        "stress.importance",
        language,
        name=scenario_name(chosen.name, language),
        count=str(len(ranges)),
        walks=str(walks),
        runs=str(screened.runs),
    )
)
for measure in (GROWTH, OVERDUE):
    display(importance.words(screened, measure, language))
for measure in (GROWTH, OVERDUE):
    display(importance.bars(screened, measure, language))
importance.record_importance(screened)

# %%
telling = importance.narrowed(screened, GROWTH.name, ranges, importance.LOOKED_AT)
least = float(evaluator([chosen]).means(GROWTH.name)[0]) - growth_slack
tried = misses(chosen, telling, GROWTH.name, least, evaluator, worlds_drawn)
box = tried.box()
target = text("stress.target", language, slack=points(growth_slack, language, signed=False))
display(say("stress.discovery", language, count=str(len(telling)), worlds=str(worlds_drawn)))
display(discovery.words(chosen.name, target, tried, box, language))
display(discovery.limits(box, language))
discovery.record_box(tried, box)
display(stress.failures([*sampled.failed, *screened.failed, *tried.failed], language))

# %%
display(
    say(
        "stress.assumptions",
        language,
        customers=str(customers),
        replications=str(repeated),
        draws=str(draws),
    )
)
display(
    say("executive.calibrated" if ledger else "executive.assumed", language, ledger=Path(ledger or "").name)
)
drivers = ("world.economy", "world.market", "world.customers", "world.firms", "world.payment", "world.demand")
display(assumptions(chosen, language, calibrated_paths(world), drivers))

# %%
display(say("stress.next", language))
