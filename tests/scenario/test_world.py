"""What each section of a world refuses, and the last values that it still takes."""

import re
from typing import Any

import pytest
from pydantic import ValidationError

from simkit.scenario.parameter import Parameters
from simkit.scenario.world.customers import Customers, Market
from simkit.scenario.world.funnel import Channel, Channels
from simkit.scenario.world.payment import Payment


def channels(**shares: float) -> dict[str, Any]:
    return {
        name: getattr(Channels(), name).model_copy(update={"share": share}) for name, share in shares.items()
    }


@pytest.mark.parametrize(
    ("section", "values", "message"),
    [
        (Channels, channels(partners=0.29), "the shares of the channels sum to 0.99; they must sum to 1"),
        (Channels, channels(online_ads=1.0), "the shares of the channels sum to 1.6; they must sum to 1"),
        (Customers, {"terms": [{"days": 30, "share": 0.9}]},
         "the shares of terms sum to 0.9; they must sum to 1"),
        (Market, {"season": [1.0] * 11 + [0.0]}, "season factors must be above 0"),
        (Payment, {"bucket_starts": [0, 0], "alpha": [-1.0] * 3}, "bucket_starts must increase"),
        (Payment, {"bucket_starts": [0]}, "alpha has 15 values for 1 bucket_starts; it must have one more (2)"),
        (Payment, {"bucket_starts": [0], "alpha": [-51.0, 0.0]}, "alpha values must lie between -50 and 20"),
    ],
)  # fmt: skip
def test_refused(section: type[Parameters], values: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(message)) as caught:
        section.model_validate(values)
    assert caught.value.error_count() == 1


@pytest.mark.parametrize("name", ["qualified", "proposal", "negotiation"])
@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_stage_neither_stops_all_nor_lets_all_pass(name: str, share: float) -> None:
    """A stage's odds move on the logit scale, where 0 and 1 have no place."""
    with pytest.raises(ValidationError, match=f"{name}\n"):
        Channel.model_validate(Channels().partners.model_dump() | {name: share})


@pytest.mark.parametrize(
    ("section", "values"),
    [
        (Channels, channels(online_ads=1.0, trade_fairs=0.0, partners=0.0)),
        (Customers, {"terms": [{"days": 0, "share": 1.0}]}),
        (Payment, {"bucket_starts": [0], "alpha": [-50.0, 20.0]}),
    ],
)
def test_taken(section: type[Parameters], values: dict[str, Any]) -> None:
    assert section.model_validate(values) != section()
