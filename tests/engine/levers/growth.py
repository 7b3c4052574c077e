"""Levers of winning and keeping customers (A2, A4, C1)."""

from typing import Any

from tests.engine.levers import outcomes as seen
from tests.engine.levers.drawn import CHANNELS
from tests.engine.levers.pull import DOWN, UP, Lever
from tests.engine.levers.still import LEADS, NO_MEMORY
from tests.engine.plain import TIERS, TREATMENTS, Changes, treatment

FUNNEL = [
    Lever("funnel.crm_reminder", False, True, seen.CALLED, DOWN,
          "a reminder calls every lead on its first working day",
          world=LEADS),
    Lever("funnel.crm_reminder", False, True, seen.COOLED, DOWN,
          "a lead of which the rep is reminded does not cool off",
          world=LEADS),
    Lever("funnel.crm_reminder", False, True, seen.STAGE, UP, "a lead that is called in time qualifies more easily",
          world=LEADS),
    *(
        Lever(f"funnel.marketing.{channel}", 0.5, 1.5, seen.STAGE, UP,
              "more marketing reaches more leads, and the others all the same", world=LEADS)
        for channel in CHANNELS
    ),
    Lever("funnel.first_order.discount_share", 0.0, 0.3, seen.FIRST_DISCOUNT, UP, "it is the discount", world=LEADS),
    Lever("funnel.first_order.discount_share", 0.0, 0.3, seen.FIRST_SIGNS, UP, "a discounted offer pleases more",
          world=LEADS),
    Lever("funnel.first_order.lowest_grade", "A", "C", seen.FIRST_DISCOUNT, UP, "more grades get the promotion",
          both={"funnel.first_order.discount_share": 0.2}, world=LEADS),
]  # fmt: skip

# ---------------------------------------------------------------- A2: tiers and their treatment

ANYBODY = {"recency_days": 3650, "frequency": 0, "monetary_fen": 0}


def all_in(tier: str) -> Changes:
    """Limits by which every customer is in a tier; for dormant all but who has just bought, who is unclassified."""
    limits = {}
    for n, name in enumerate(TIERS[:3]):
        rule = dict(ANYBODY)
        if tier not in TIERS[: n + 1]:
            rule["frequency"] = 10_000
        if tier == "dormant":
            rule["recency_days"] = 1
        limits |= {f"segments.{name}.{limit}": value for limit, value in rule.items()}
    return limits


def treated(tier: str, name: str, end: Any) -> tuple[str, Any, Any, Changes]:
    """Path, start and end of a treatment, and the policy besides: who is unclassified gets it all the time."""
    both = all_in(tier)
    if tier == "dormant":
        both |= {f"segments.unclassified.{name}": end}
    return f"segments.{treatment(tier)}.{name}", TREATMENTS[name], end, both


def treatments(name: str, end: Any, *effects: tuple[Any, int, str]) -> list[Lever]:
    levers = []
    for tier in TIERS:
        path, start, to, both = treated(tier, name, end)
        levers += [
            Lever(path, start, to, outcome, sign, because, both=both, world=NO_MEMORY)
            for outcome, sign, because in effects
        ]
    return levers


SOONER = (seen.ORDERED, DOWN, "it raises the intensity of orders, so that none comes later")
COSTS = (seen.TREATED, UP, "it costs")
LOOSER = "a looser limit lets no one fall out of a tier"

SEGMENTS = [
    *(
        Lever(f"segments.{tier}.{limit}", start, end, seen.TIERED, UP, LOOSER, both=besides)
        for tier, limit, start, end, besides in (
            ("core", "recency_days", 3, 60, {}),
            ("potential", "recency_days", 30, 90, {}),
            ("basic", "recency_days", 60, 365, {}),
            ("core", "frequency", 25, 6, {}),
            ("potential", "frequency", 12, 3, {"segments.core.frequency": 25}),
            ("basic", "frequency", 12, 0, {f"segments.{tier}.frequency": 25 for tier in TIERS[:2]}),
            ("core", "monetary_fen", 10**9, 10**6, {}),
            ("potential", "monetary_fen", 10**9, 10**6, {"segments.core.monetary_fen": 10**9}),
            ("basic", "monetary_fen", 10**9, 10**6, {f"segments.{t}.monetary_fen": 10**9 for t in TIERS[:2]}),
        )
    ),
    *treatments("account_manager", True, SOONER, COSTS),
    *treatments("self_service", True, SOONER, COSTS),
    *treatments("cross_sell", True, (seen.LIST_VALUE, UP, "more orders have a further product"), COSTS),
    *treatments("discount_share", 0.3, (seen.DISCOUNT, UP, "it is the discount"), SOONER),
]
