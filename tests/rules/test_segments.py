"""RFM tiers against a plain reading of the handbook's table, its gaps included."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkit.rules.segments import Tier, tier_of

# Handbook A2: most days since the last order, fewest orders a year, least value a year in yuan.
HANDBOOK = {
    Tier.CORE: (30, 12, 10_000),
    Tier.POTENTIAL: (60, 6, 5_000),
    Tier.BASIC: (90, 3, 1_000),
}
RECENCY, FREQUENCY, YUAN = zip(*HANDBOOK.values(), strict=True)
LIMITS = (RECENCY, FREQUENCY, tuple(yuan * 100 for yuan in YUAN))
BEST_FIRST = (Tier.CORE, Tier.POTENTIAL, Tier.BASIC, Tier.UNCLASSIFIED, Tier.DORMANT)


def near(limits: tuple[int, ...], most: int) -> st.SearchStrategy[int]:
    """Numbers of which many lie on a limit or beside it."""
    close = [limit + step for limit in limits for step in (-1, 0, 1)]
    return st.one_of(st.sampled_from(close), st.integers(0, most))


DAYS, ORDERS = near(RECENCY, 800), near(FREQUENCY, 40)
FEN = near(LIMITS[2], 10**7)


@given(DAYS, ORDERS, FEN)
def test_best_tier_whose_three_limits_are_met(recency, frequency, fen) -> None:
    met = [
        tier
        for tier, (days, orders, yuan) in HANDBOOK.items()
        if recency <= days and frequency >= orders and fen >= yuan * 100
    ]
    rest = Tier.DORMANT if recency > 90 else Tier.UNCLASSIFIED
    assert tier_of(recency, frequency, fen, *LIMITS) == (met[0] if met else rest)


@given(st.integers(91, 4000), st.integers(0, 2), st.integers(0, 99_999))
def test_the_handbooks_dormant_are_dormant(recency, frequency, fen) -> None:
    assert tier_of(recency, frequency, fen, *LIMITS) == Tier.DORMANT


@pytest.mark.parametrize(
    ("recency", "frequency", "yuan", "tier"),
    [
        (91, 12, 10_000, Tier.DORMANT),  # too long ago for any tier, too busy for the handbook's dormant
        (200, 2, 1_000, Tier.DORMANT),
        (30, 2, 999, Tier.UNCLASSIFIED),  # too recent for dormant, too little for basic
        (90, 3, 999, Tier.UNCLASSIFIED),
        (1, 1, 10**7, Tier.UNCLASSIFIED),
        (31, 12, 10_000, Tier.POTENTIAL),  # one limit missed costs one tier
        (30, 12, 4_999, Tier.BASIC),
    ],
)
def test_gaps_of_the_handbook(recency, frequency, yuan, tier) -> None:
    assert tier_of(recency, frequency, yuan * 100, *LIMITS) == tier


@given(DAYS, DAYS, ORDERS, ORDERS, FEN, FEN)
def test_who_buys_more_and_later_is_never_in_a_worse_tier(day, other_day, some, more, fen, other_fen) -> None:
    better = tier_of(min(day, other_day), max(some, more), max(fen, other_fen), *LIMITS)
    worse = tier_of(max(day, other_day), min(some, more), min(fen, other_fen), *LIMITS)
    assert BEST_FIRST.index(better) <= BEST_FIRST.index(worse)
