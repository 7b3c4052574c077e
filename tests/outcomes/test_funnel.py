"""The funnel and its bottleneck."""

from math import prod

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkit.outcomes.funnel import (
    CHANNELS,
    STAGES,
    Funnel,
    Leads,
    bottleneck_table,
    first_year_value_fen,
    funnel_table,
)
from tests.outcomes.ledgers import Ledger, Line, many, on, share
from tests.outcomes.orders import SOLD, Order, table
from tests.outcomes.runs import LEADS, HandRun, lead, rows

END = 199


@st.composite
def leads(draw: st.DrawFn) -> list[dict[str, object]]:
    """Draw leads of any stage and outcome; the days they entered each stage are kept beside."""
    drawn = []
    for customer_id in range(1, draw(st.integers(0, 12)) + 1):
        stage = draw(st.sampled_from(STAGES[:-1]))
        days = [draw(st.integers(20, 60))]
        for _ in range(STAGES.index(stage)):
            days.append(days[-1] + draw(st.integers(0, 9)))
        row = lead(
            customer_id,
            stage,
            tuple(days),
            region=draw(st.sampled_from(["East", "West"])),
            channel=draw(st.sampled_from(CHANNELS)),
            cooled=draw(st.booleans()),
            period=draw(st.sampled_from(["warm_up", "policy", "policy"])),
        )
        if stage != "signed":
            row["outcome"] = draw(st.sampled_from(["open", "lost", "refused"]))
        drawn.append(row | {"days": days})
    return drawn


@st.composite
def funnels(draw: st.DrawFn) -> tuple[list[dict[str, object]], list[Line]]:
    """Draw leads, and lines of some that signed: paid, open, or lost."""
    found, lines = draw(leads()), []
    for row in found:
        signed = row["days"][-1]
        for number in range(draw(st.integers(0, 2)) if row["stage"] == "signed" else 0):
            customer_id = row["customer_id"]
            line = Line(customer_id * 10 + number, signed, signed + 30, 100, customer_id=customer_id)
            fate = draw(st.sampled_from(["paid", "interest", "open", "lost"]))
            day = signed + draw(st.integers(0, 60))
            if fate == "paid":
                line = line.paid(day)
            elif fate == "interest":
                line = Line(**(vars(line) | {"receipts": ((day, 5, "interest"),)}))
            elif fate == "lost":
                line = Line(**(vars(line) | {"status": "written_off", "closed": day, "written_off": 100}))
            lines.append(line)
    return found, lines


def hand_run(found: list[dict[str, object]], lines: list[Line], orders: list[Order] | None = None) -> HandRun:
    table_rows = [{name: value for name, value in row.items() if name != "days"} for row in found]
    ledger = Ledger(lines)
    return HandRun(
        leads=rows(LEADS, *table_rows),
        receivables=ledger.receivables(),
        receipts=ledger.receipts(),
        orders=table(orders or []),
    )


def histories(found: list[dict[str, object]], lines: list[Line]) -> list[tuple[list[int], bool]]:
    """Return the days each lead entered its stages, paid at last, and whether it is still undecided."""
    result = []
    for row in found:
        days, undecided = list(row["days"]), row["outcome"] == "open"
        if row["stage"] == "signed":
            theirs = [line for line in lines if line.customer_id == row["customer_id"]]
            paid = [day for line in theirs for day, _, kind in line.receipts if kind == "payment"]
            undecided = not paid and (not theirs or any(line.status == "open" for line in theirs))
            days += [min(paid)] if paid else []
        result.append((days, undecided))
    return result


@pytest.mark.no_cover
@many
@given(drawn=funnels())
@pytest.mark.parametrize("by", [None, "region", "channel"])
def test_it_is_that_of_every_lead(by: str | None, drawn: tuple[list[dict[str, object]], list[Line]]) -> None:
    found, lines = drawn
    shown = funnel_table(hand_run(found, lines), by).set_index(["group", "stage"])
    groups = {None: ["all"], "region": ["East", "West"], "channel": list(CHANNELS)}[by]
    assert shown.index.tolist() == [(group, stage) for group in groups for stage in STAGES]
    for group in groups:
        members = [row for row in found if row["period"] == "policy" and (by is None or row[by] == group)]
        walked = histories(members, lines)
        for place, stage in enumerate(STAGES):
            row = shown.loc[(group, stage)]
            reached = [days for days, _ in walked if len(days) > place]
            still = sum(undecided and len(days) == place + 1 for days, undecided in walked)
            went_on = [days for days in reached if len(days) > place + 1]
            taken = sum(days[place + 1] - days[place] for days in went_on)
            last = stage == "paid"
            expected = {
                "reached": len(reached),
                "open": still,
                "conversion": None if last else share(len(went_on), len(reached) - still),
                "days": None if last else share(taken, len(went_on)),
                "cooled_share": None if place else share(sum(row["cooled"] for row in members), len(members)),
            }
            for name, value in expected.items():
                assert row[name] == pytest.approx(np.nan if value is None else value, nan_ok=True), name


def test_a_lead_that_is_still_open_counts_for_the_stages_it_has_passed() -> None:
    found = [
        lead(1, "lead", (35,)),
        lead(2, "lead", (35,), outcome="open"),
        lead(3, "proposal", (35, 36, 38), outcome="open"),
        lead(4, "negotiation", (35, 36, 38, 40), outcome="refused"),
        lead(5, "signed", (35, 36, 38, 40, 45)),
    ]
    funnel = Leads.of(HandRun(leads=rows(LEADS, *found))).all.funnel
    assert funnel.reached == (5, 3, 3, 2, 1, 0)
    # Three of the four leads whose first call is over qualified; both proposals that are decided went on. The one
    # that signed has not been invoiced and may still pay.
    assert funnel.conversion == [3 / 4, 1.0, 1.0, 1 / 2, None]
    assert funnel.lead_conversion == 3 / 8


def test_when_none_is_open_the_lead_conversion_is_signed_over_leads() -> None:
    funnel = Funnel((200, 20, 14, 9, 8, 7), (0,) * 6)
    assert funnel.lead_conversion == pytest.approx(8 / 200)
    assert Funnel((200, 0, 0, 0, 0, 0), (0,) * 6).lead_conversion == 0.0
    assert Funnel((3, 0, 0, 0, 0, 0), (3, 0, 0, 0, 0, 0)).lead_conversion is None
    assert Leads.of(HandRun()).all.funnel.lead_conversion is None


FUNNELS = st.lists(st.integers(0, 40), min_size=6, max_size=6).map(
    lambda ended: Funnel(tuple(sum(ended[place:]) for place in range(6)), (0,) * 6)
)


@pytest.mark.no_cover
@many
@given(funnel=FUNNELS)
def test_the_gain_is_what_a_point_more_would_add(funnel: Funnel) -> None:
    rates = funnel.conversion[:4]
    for place, gain in enumerate(funnel.gains()):
        if None in rates:
            continue
        more = [*rates[:place], min(1.0, rates[place] + 0.01), *rates[place + 1 :]]
        assert gain == pytest.approx(funnel.reached[0] * (prod(more) - prod(rates)), abs=1e-9)


def test_nobody_knows_what_a_stage_would_add_that_none_has_reached() -> None:
    assert Funnel((10, 0, 0, 0, 0, 0), (0,) * 6).gains() == [None] * 4
    assert Funnel((10, 5, 0, 0, 0, 0), (0,) * 6).gains() == [0.0, None, None, None]


def test_the_handbooks_bottleneck_is_the_lead_that_does_not_qualify() -> None:
    # 10 % of 1,000 leads qualify, then 70 %, 65 % and 90 %.
    funnel = Funnel((10_000, 1_000, 700, 455, 410, 400), (0,) * 6)
    gains = funnel.gains()
    assert max(gains) == gains[0] == pytest.approx(10_000 * 0.41 * 0.01)


def test_the_bottleneck_is_named_with_what_it_would_add() -> None:
    found = [lead(n, "lead", (35,)) for n in range(8)]
    found += [lead(8, "negotiation", (35, 36, 37, 40)), lead(9, "signed", (35, 36, 37, 40, 45))]
    run = hand_run(found, [], [Order(9, 45, 5_000, new_customer=True), Order(9, 145, 2_000)])
    shown = bottleneck_table(run).set_index("stage")
    assert shown["bottleneck"].to_dict() == {
        "lead": True,
        "qualified": False,
        "proposal": False,
        "negotiation": False,
    }
    # Half of those who qualify sign; nothing is gained where all go on. 154 days of the first year were seen.
    assert shown["gain_customers"].tolist() == pytest.approx([10 * 0.5 * 0.01, 0, 0, 10 * 0.2 * 0.01])
    value = 5_000 + 2_000 * 365 / 154
    assert shown["gain_fen"].tolist() == [round(0.05 * value), 0, 0, round(0.02 * value)]
    regions = bottleneck_table(run, "region")
    assert regions.loc[regions["bottleneck"], "group"].tolist() == ["East"]
    assert regions.loc[regions["group"] == "West", "gain_fen"].isna().all()


def test_without_a_signed_lead_the_gain_has_no_value() -> None:
    shown = bottleneck_table(hand_run([lead(1, "negotiation", (35, 36, 37, 40))], []))
    assert shown["gain_customers"].tolist() == [0, 0, 0, 0.01]
    assert shown["gain_fen"].isna().all()
    assert shown["bottleneck"].tolist() == [False, False, False, True]


@pytest.mark.no_cover
@many
@given(
    orders=st.lists(
        st.builds(
            Order,
            customer_id=st.integers(1, 4),
            day=st.integers(0, 900),
            value_fen=st.integers(1, 10**6),
            status=st.sampled_from([*SOLD, "lapsed"]),
        ),
        max_size=12,
    ),
    end=st.integers(100, 900),
)
def test_the_first_year_counts_its_days_that_were_seen(orders: list[Order], end: int) -> None:
    won = {1: 0, 2: 40, 3: 95}
    first = [Order(1, 0, 700, new_customer=True), Order(2, 40, 300, new_customer=True, status="lapsed")]
    orders = [*first, *(order for order in orders if won.get(order.customer_id, 0) < order.day <= end)]
    signed = pd.DataFrame({"customer_id": list(won), "decided_date": [on(day) for day in won.values()]})
    later = sum(
        order.value_fen
        for order in orders[2:]
        if order.customer_id in won and order.status in SOLD and order.day < won[order.customer_id] + 365
    )
    seen = sum(min(365, end - day) for day in won.values())
    value = first_year_value_fen(table(orders), signed.astype({"decided_date": "datetime64[ns]"}), on(end))
    assert value == pytest.approx(700 / 3 + 365 * later / seen)


def test_the_first_year_ends_the_day_before_its_anniversary() -> None:
    signed = rows(LEADS, lead(1, "signed", (35, 36, 37, 40, 45)))
    orders = [Order(1, 45, 700, new_customer=True), Order(1, 45 + 364, 20), Order(1, 45 + 365, 9_000)]
    assert first_year_value_fen(table(orders), signed, on(900)) == pytest.approx(720)


def test_a_customer_won_on_the_last_day_has_its_first_contract() -> None:
    signed = rows(LEADS, lead(1, "signed", (35, 36, 37, 40, END)))
    orders = table([Order(1, END, 700, new_customer=True)])
    assert first_year_value_fen(orders, signed, on(END)) == 700
    assert first_year_value_fen(orders, signed.iloc[:0], on(END)) is None
