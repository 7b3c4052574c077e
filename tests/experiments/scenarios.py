"""Scenarios that run in a moment."""

from typing import Any

from simkit.scenario.scenario import Scenario
from tests.engine import worlds

TINY = {"customers": 6, "regions": ["One"], "warm_up_days": 60, "policy_days": 60, "run_out_days": 90}


def tiny(name: str, policy: dict[str, Any] | None = None, run: dict[str, Any] | None = None) -> Scenario:
    """Return a named scenario of six customers."""
    return worlds.scenario(policy, run=TINY | (run or {}), name=name)


STATUS_QUO = tiny("Status quo", worlds.LAX)
HANDBOOK = tiny("Handbook")
PREPAID = tiny("Prepaid", {"contract.prepayment_share": 1.0})
