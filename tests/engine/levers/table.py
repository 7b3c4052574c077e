"""Every lever of a policy, what it moves, which way, and why.

Each effect is looked at on its own. A row says what is held still so that nothing else answers for it: `world` names
the feedback that is switched off, `both` the rest of the policy, the same before and after the switch. Under common
luck the sign then holds for each single thing, but for rows marked `on_average`.
"""

from tests.engine.levers.collection import COLLECTIONS, MONITORING
from tests.engine.levers.contract import APPROVAL, CONTRACT
from tests.engine.levers.credit import CREDIT
from tests.engine.levers.growth import FUNNEL, SEGMENTS
from tests.engine.levers.pay import PAY

LEVERS = [*FUNNEL, *SEGMENTS, *CREDIT, *APPROVAL, *CONTRACT, *MONITORING, *COLLECTIONS, *PAY]

# ---------------------------------------------------------------- what moves nothing, and why

GOAL = "a goal that results are held against; nobody in the company is paid or judged by it"
OWNER = "a name"

DESCRIBE = {
    "targets.parts.new_customers": (0.6, GOAL),
    "targets.parts.repurchase": (0.3, GOAL),
    "targets.parts.order_value": (0.05, GOAL),
    "targets.collection_rate": (0.5, GOAL),
    "targets.key_results.new_customers_growth": (2.0, GOAL),
    "targets.key_results.new_customers_owner": ("somebody", OWNER),
    "targets.key_results.repurchase_rate": (0.9, GOAL),
    "targets.key_results.repurchase_owner": ("somebody else", OWNER),
    "credit.limits_fall": (False, "a check on the credit limits when a file is read"),
}
"""Levers that only describe, with another value for each: they change no byte of the ledger."""

FIXED = {
    "credit.scorecard.collateral.pledgeable_cover.share": "the only indicator of its dimension has all of it",
    "credit.grades.D.min_score": "the last grade takes what is left",
}
"""Levers that can have one value only."""
