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
# # 02 · Calibration
# What does our ledger say? The world is fitted to a receivables ledger and checked against it.

# %% tags=["parameters"]
scenarios = ["../params/baseline.yaml"]
ledger = "../data/invoices.csv"
mapping = None
customer_master = None
customer_mapping = None
world_folder = None
lines_a_round = 1_000
language = "en"

# %%
import tempfile

from IPython.display import display

import simkit
from simkit.calibration.backtest import latest
from simkit.portfolio.customer_file import read_customers
from simkit.portfolio.ledger_import import read_ledger
from simkit.reporting import backtest, charts, fit
from simkit.reporting import ledger as told
from simkit.reporting.assumptions import calibrated_paths, fitted_parameters
from simkit.reporting.cards import answer
from simkit.reporting.given import given
from simkit.reporting.inputs import load_scenarios
from simkit.reporting.texts import say

globals().update(given(globals()))
book = read_ledger(ledger, mapping)
today = load_scenarios(scenarios[:1])[0]
master = read_customers(customer_master, customer_mapping) if customer_master else None
fitted = simkit.calibrate(book, master, name="world", status_quo=today, lines_a_round=lines_a_round)
world = fitted.write(world_folder or tempfile.mkdtemp())

# %%
display(answer(told.answer(book, fitted, language)))
display(told.headline_cards(fitted, language))
simkit.record("answer", told.answer(book, fitted, language).text)

# %%
display(say("ledger.fit", language))
display(charts.hazards(told.hazard_rows(fitted, language), language))
display(told.validation_table(fitted, language))
told.record_fit(fitted)

# %%
display(say("fit.foretold", language))
display(fit.foretold_table(fitted, language))

# %%
told_by_ledger = load_scenarios(scenarios[:1], world)[0]
display(say("fit.payment", language))
display(fit.drawn_table(told_by_ledger, fitted, "payment", language))

# %%
display(say("fit.purchases", language))
display(fit.drawn_table(told_by_ledger, fitted, "customers", language))

# %%
display(say("fit.default", language))
display(fit.default(told_by_ledger, fitted, language))

# %%
display(say("backtest.question", language))
tested = latest(book, status_quo=today)
if tested is None:
    display(say("backtest.too_short", language))
else:
    display(answer(backtest.answer(tested, language)))
    for measure in backtest.CHARTS:
        display(backtest.chart(tested, measure, language))
    display(backtest.coverage_table(tested, language))
    display(say("backtest.notes", language))
    display(backtest.notes_list(tested))
    backtest.record_coverage(tested)

# %%
display(say("ledger.totals", language))
display(told.totals_table(book, language))

# %%
display(say("ledger.rejected", language))
display(told.rejected_table(book, language))

# %%
display(say("ledger.notes", language))
display(told.notes_list([*book.notes, *fitted.notes]))

# %%
display(say("ledger.assumptions", language))
display(fitted_parameters(told_by_ledger, language, calibrated_paths(world)))

# %%
display(say("ledger.next", language))
