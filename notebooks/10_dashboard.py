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
# # 10 · Dashboard
# In which regions do sales rise while collection falls, and why? Region by month of the policy year against the year
# before, for the first scenario and its alternatives under the same luck.

# %% tags=["parameters"]
scenarios = [
    "../params/baseline.yaml",
    "../params/policies/dual_wheel.yaml",
    "../params/policies/strict_cutoffs.yaml",
    "../params/policies/cash_commission.yaml",
]
world = None
ledger = None
language = "en"
replications = 4
workers = None

# %%
from pathlib import Path

from IPython.display import display

import simkit
from simkit.reporting import comparison, dashboard
from simkit.reporting.cards import answer
from simkit.reporting.given import given
from simkit.reporting.groups import grouped_bars
from simkit.reporting.heat import heat_map
from simkit.reporting.inputs import load_scenarios
from simkit.reporting.stacks import reach_of, stacked_bars
from simkit.reporting.texts import say, scenario_name, text

globals().update(given(globals()))
compared = simkit.compare(load_scenarios(scenarios, world, replications), workers=workers)
drawn = dashboard.shown(compared)

# %%
display(answer(dashboard.answer(compared, language)))
display(dashboard.flag_cards(compared, language))
display(comparison.failures(compared, language))
simkit.record("answer", dashboard.answer(compared, language).text)

# %%
display(say("dashboard.possible", language, **dashboard.thresholds(), **dashboard.replication(compared)))

# %% tags=["pairs"]
for name in drawn:
    year = dashboard.one_year(compared, name)
    display(say("dashboard.scenario_title", language, name=scenario_name(name, language)))
    for column, strongest in dashboard.MAPS.items():
        display(
            heat_map(
                dashboard.cells(year, column),
                strongest,
                text(f"dashboard.map_{column}", language),
                dashboard.month_axis(year, language),
                language,
            )
        )

# %%
display(say("dashboard.flagged_months", language))
display(dashboard.flagged_table(compared, drawn, language))

# %%
display(say("dashboard.often", language))
display(
    grouped_bars(
        dashboard.often_rows(compared, language),
        dashboard.often_colours(compared, language),
        text("dashboard.often_title", language),
        language,
    )
)
display(dashboard.chance_note(compared, language))
display(dashboard.causes_table(compared, language))

# %% tags=["pairs"]
display(say("dashboard.split", language))
splits = {name: dashboard.split_stacks(compared, name, language) for name in drawn}
for name, stacks in splits.items():
    display(
        stacked_bars(
            stacks,
            dashboard.cause_colours(language),
            text("dashboard.split_axis", language),
            scenario_name(name, language),
            language,
            reach=reach_of([stack for each in splits.values() for stack in each]),
        )
    )
dashboard.record_flags(compared)

# %%
display(dashboard.split_table(compared, drawn, language))

# %%
display(
    say(
        "dashboard.assumptions",
        language,
        **dashboard.thresholds(),
        **dashboard.left_out(compared),
        replications=str(compared.replications),
    )
)
display(
    say("executive.calibrated" if ledger else "executive.assumed", language, ledger=Path(ledger or "").name)
)

# %%
display(say("dashboard.next", language))
