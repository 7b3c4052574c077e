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
# # 07 · Growth programme
# Where does growth come from, and what does each growth measure add and cost? Each measure alone, all together and
# the whole handbook, compared with the company as it is under the same luck.

# %% tags=["parameters"]
programme = "../params/sweeps/growth_programme.yaml"
handbook = "../params/policies/dual_wheel.yaml"
case = "../params/cases/rfm_treatments.yaml"
company = "../params/calibrated/cases/rfm_treatments.yaml"
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
from simkit.reporting import charts, comparison, earnings, funnel, growth, profit, tiers
from simkit.reporting.assumptions import assumptions, calibrated_paths
from simkit.reporting.cards import answer
from simkit.reporting.cases import case_table
from simkit.reporting.given import given
from simkit.reporting.groups import grouped_bars, ranked_bars
from simkit.reporting.inputs import load_points, load_scenarios
from simkit.reporting.measures import GROWTH, PROFIT
from simkit.reporting.stacks import stacked_bars
from simkit.reporting.texts import say, scenario_name, text

globals().update(given(globals()))
plan, measures = load_points(programme, world, scenario)
whole = load_scenarios([handbook], world)
compared = simkit.compare([*measures, *whole], replications or plan.replications, workers)
grown = growth.Programme(compared, together=measures[-1].name, whole=whole[0].name)

# %%
display(answer(growth.answer(grown, language)))
display(comparison.failures(compared, language))
simkit.record("answer", growth.answer(grown, language).text)

# %%
display(say("growth.picture", language, **growth.assigned(grown)))
display(
    stacked_bars(
        growth.growth_stacks(grown, language),
        growth.part_colours(language),
        text("growth.stacks_axis", language),
        text("growth.stacks_title", language),
        language,
    )
)
display(growth.targets_table(grown, language))

# %%
display(say("growth.key_results", language))
display(growth.key_results_table(grown, language))

# %% tags=["pairs"]
display(say("growth.measures", language, today=scenario_name(grown.today, language)))
for measure in (GROWTH, PROFIT):
    display(
        charts.difference_bars(comparison.difference_rows(compared, measure, language), measure, language)
    )
growth.record_growth(grown)

# %%
display(say("growth.costs", language))
display(
    stacked_bars(
        profit.profit_stacks(compared, profit.OF_GROWTH, language),
        profit.part_colours(profit.OF_GROWTH, language),
        profit.unit_of(compared, profit.OF_GROWTH, language).words,
        text("profit.title", language),
        language,
    )
)
display(earnings.margin_note(measures[-1], language))
display(earnings.cost_table(grown, language))

# %% tags=["pairs"]
treated = (grown.today, grown.measure_of("segments"))
display(say("tiers.title", language))
display(tiers.misfit(compared, treated, language))
for share in tiers.SHARES:
    display(
        grouped_bars(
            tiers.share_rows(compared, share, treated, language),
            tiers.series_colours(treated, language),
            text(f"tiers.{share}", language),
            language,
        )
    )
tiers.record_tiers(compared, treated)

# %%
display(tiers.response_table(compared, treated, language))

# %%
display(say("funnel.title", language))
display(funnel.bottleneck(compared, grown.today, language))
display(
    stacked_bars(
        funnel.stage_stacks(compared, grown.today, language),
        funnel.channel_colours(language),
        text("funnel.stages_axis", language),
        text("funnel.stages_title", language),
        language,
        digits=0,
        signed=False,
    )
)
display(
    ranked_bars(
        funnel.gain_rows(compared, grown.today, language), text("funnel.gains_title", language), language
    )
)
funnel.record_funnel(compared, grown.today)

# %%
display(funnel.cooling(compared, (grown.today, grown.together), language))
display(funnel.channel_table(compared, (grown.today, grown.together), language))

# %%
known = in_worlds(case, {"here": world, "fitted": company}, compared.replications, workers)
display(say("growth.cases", language))
display(case_table(known, language))

# %%
display(
    say(
        "growth.assumptions",
        language,
        whole=scenario_name(grown.whole, language),
        replications=str(compared.replications),
    )
)
display(
    say("executive.calibrated" if ledger else "executive.assumed", language, ledger=Path(ledger or "").name)
)
drivers = ("world.funnel", "world.treatments", "world.demand", "world.reps", "world.economics")
display(assumptions(compared.scenarios[0], language, calibrated_paths(world), drivers))

# %%
display(say("growth.next", language))
