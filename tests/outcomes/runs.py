"""Runs written by hand: a real scenario, and tables of which a test fills those it needs."""

from dataclasses import dataclass, field
from datetime import date
from functools import cache, partial

import pandas as pd

from simkit.outcomes.curves import FLOWS, STOCKS
from simkit.scenario.policy import Policy
from simkit.scenario.policy.incentives import Commission, Incentives
from simkit.scenario.run import Run
from simkit.scenario.scenario import Scenario
from simkit.scenario.world import World
from simkit.scenario.world.economy import Economics
from tests.outcomes.ledgers import START, WORDS, Ledger, on, typed
from tests.outcomes.orders import table

LEADS = {
    "region": "East", "customer_id": 1, "channel": "partners", "arrival_date": START, "qualified_date": None,
    "proposal_date": None, "application_date": None, "decided_date": None, "stage": "lead", "outcome": "lost",
    "cooled": False, "lead_fen": 0, "period": "policy",
}  # fmt: skip
SEGMENTS = {"region": "East", "month": START, "tier": "core", "customers": 0, "treatment_fen": 0}
DESKS = {
    "region": "East", "desk": "reps", "month": START, "staff": 1, "submitted": 0, "started": 0, "dropped": 0,
    "waiting_minutes": 0, "worked_minutes": 0, "open_minutes": 0, "queue": 0,
}  # fmt: skip
COMMISSIONS = {
    "region": "East", "rep_id": 1, "month": START, "appraisal_fen": 0, "award_fen": 0, "team_bonus_fen": 0,
    "career_fen": 0, "budget_fen": 0, "satisfaction": 0.9, "level": 0, "vacant": False, "event": "none",
    "training_fen": 0, "collection_rate": 0.9,
}  # fmt: skip
DAILY = {"region": "East", "date": START} | dict.fromkeys((*FLOWS, *STOCKS), 0)
ACTIONS = {"line_id": 101, "stage": 1, "finished_date": None, "minutes": 0, "cost_fen": 0}

MONTHS = (date(2025, 1, 1), date(2025, 2, 1), date(2025, 3, 1), date(2025, 4, 1))
IN_POLICY = MONTHS[1:3]
"""Months that begin in the policy year of the scenario below."""


def rows(template: dict[str, object], *changes: dict[str, object]) -> pd.DataFrame:
    """Return a table of rows that are the template with changes; it may have none."""
    frame = pd.DataFrame([template | change for change in changes], columns=list(template))
    words = (*WORDS, "stage") if "channel" in template else WORDS
    counts = [name for name, value in template.items() if type(value) is int]
    types = dict.fromkeys(counts, "int64") | {
        name: "bool" for name, value in template.items() if type(value) is bool
    }
    return typed(frame, words).astype(types)


def lead(customer_id: int, stage: str, days: tuple[int, ...], **changes: object) -> dict[str, object]:
    """Return a lead that entered each stage up to its own on the given days."""
    columns = ("arrival_date", "qualified_date", "proposal_date", "application_date", "decided_date")
    entered = dict(zip(columns, map(on, days), strict=False))
    outcome = "won" if stage == "signed" else "lost"
    return {"customer_id": customer_id, "stage": stage, "outcome": outcome} | entered | changes


def scenario(
    start: date = START, warm_up: int = 30, policy: int = 30, run_out: int = 140, **levers: object
) -> Scenario:
    """Return a scenario of two regions, by default of 30 days each of warm-up and policy and 200 in all."""
    run = Run(
        start_date=start,
        warm_up_days=warm_up,
        policy_days=policy,
        run_out_days=run_out,
        regions=["East", "West"],
    )
    pay = Incentives(commission=Commission(rate=0.10, signing_share=0.5, **levers))
    economics = Economics(gross_margin=0.2, funding_rate=0.0365, wage_fen_per_hour=600)
    return Scenario(name="by hand", run=run, policy=Policy(incentives=pay), world=World(economics=economics))


@cache
def _no_rows() -> dict[str, pd.DataFrame]:
    """Return tables without rows, by name; made once, as types take a hundredth of a second a table."""
    return {
        "customers": typed(pd.DataFrame(columns=["customer_id", "default_date"])),
        "orders": table([]),
        "receivables": Ledger([]).receivables(),
        "receipts": Ledger([]).receipts(),
        "actions": rows(ACTIONS),
        "commissions": rows(COMMISSIONS),
        "leads": rows(LEADS),
        "segments": rows(SEGMENTS),
        "desks": rows(DESKS),
        "daily": rows(DAILY),
    }


def _without_rows(name: str) -> pd.DataFrame:
    return _no_rows()[name]


@dataclass(frozen=True)
class HandRun:
    """A run written by hand; a table that is not given has no rows."""

    scenario: Scenario = field(default_factory=scenario)
    customers: pd.DataFrame = field(default_factory=partial(_without_rows, "customers"))
    orders: pd.DataFrame = field(default_factory=partial(_without_rows, "orders"))
    receivables: pd.DataFrame = field(default_factory=partial(_without_rows, "receivables"))
    receipts: pd.DataFrame = field(default_factory=partial(_without_rows, "receipts"))
    actions: pd.DataFrame = field(default_factory=partial(_without_rows, "actions"))
    commissions: pd.DataFrame = field(default_factory=partial(_without_rows, "commissions"))
    leads: pd.DataFrame = field(default_factory=partial(_without_rows, "leads"))
    segments: pd.DataFrame = field(default_factory=partial(_without_rows, "segments"))
    desks: pd.DataFrame = field(default_factory=partial(_without_rows, "desks"))
    daily: pd.DataFrame = field(default_factory=partial(_without_rows, "daily"))
