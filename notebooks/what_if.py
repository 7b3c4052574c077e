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
# # What if
# Levers on sliders, answered at once. `simkit whatif` serves this notebook; in JupyterLab it works as it is.

# %% tags=["parameters"]
scenario = "../params/baseline.yaml"
language = "en"
customers = 250
replications = 4
save_to = "../params/policies"
report_to = "../reports"
workers = None
browser = False

# %% tags=["nbval-ignore-output"]
from IPython.display import display

from simkit.reporting.given import given
from simkit.reporting.what_if import Explorer

globals().update(given(globals()))
explorer = Explorer(
    scenario,
    customers=customers,
    replications=replications,
    language=language,
    save_to=save_to,
    report_to=report_to,
    workers=workers,
    browser=browser,
)
display(explorer.panel)
