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
# # 11 · Executive report
# Which policy raises sales growth, which lowers the overdue rate, and how sure is that? The first scenario is the
# status quo; the others are compared with it under the same luck.

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
from datetime import timedelta
from pathlib import Path

from IPython.display import display

import simkit
from simkit.reporting import charts, comparison
from simkit.reporting.assumptions import assumptions, calibrated_paths, changes, counts
from simkit.reporting.cards import answer
from simkit.reporting.given import given
from simkit.reporting.inputs import load_scenarios
from simkit.reporting.measures import HEADLINE, MEASURES
from simkit.reporting.scatter import growth_against_overdue
from simkit.reporting.texts import say, scenario_name
from simkit.reporting.verdict import verdict

globals().update(given(globals()))
compared = simkit.compare(load_scenarios(scenarios, world, replications), workers=workers)
judged = verdict(compared.differences(), compared.names[0])

# %% tags=["headline"]
display(answer(judged.headline(language)))
display(comparison.headline_cards(compared, judged, language))
simkit.record("answer", judged.headline(language).text)

# %% tags=["headline"]
display(say("executive.picture", language))
display(growth_against_overdue(comparison.points(compared, judged, language), language))

# %%
display(say("executive.alternatives", language))
display(judged.lines(language))
comparison.record_differences(compared)

# %% tags=["pairs"]
display(say("executive.differences", language))
for name in HEADLINE:
    measure = MEASURES[name]
    display(
        charts.difference_bars(comparison.difference_rows(compared, measure, language), measure, language)
    )

# %%
display(say("executive.evidence", language))
display(comparison.evidence(compared, language))
display(comparison.failures(compared, language))

# %%
run = compared.scenarios[0].run
display(say("executive.time", language, date=str(run.start_date + timedelta(days=run.warm_up_days))))
display(
    charts.fans(
        comparison.weekly(compared, "cash_fen", judged.shown, language), "cash_fen", "money", language
    )
)
display(
    charts.fans(
        comparison.weekly(compared, "overdue_rate_balance", judged.shown, language),
        "overdue_rate_balance",
        "share",
        language,
    )
)

# %% tags=["pairs"]
display(say("executive.ageing", language))
for bucket in comparison.OVERDUE_BUCKETS:
    display(
        charts.fans(comparison.weekly(compared, bucket, judged.shown, language), bucket, "money", language)
    )

# %%
display(say("executive.changes", language))
display(changes(compared.scenarios, language))

# %%
display(say("executive.next", language))
display(say(f"executive.next_{judged.outcome}", language, name=scenario_name(judged.shown[-1], language)))

# %%
calibrated = calibrated_paths(world)
display(say("executive.assumptions", language, **counts(compared.scenarios[0], calibrated)))
display(
    say("executive.calibrated" if ledger else "executive.assumed", language, ledger=Path(ledger or "").name)
)
display(assumptions(compared.scenarios[0], language, calibrated))
