"""Sales growth beside collection, and why collection moved."""

import math
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkit.outcomes.collection_rate import collection_rate
from simkit.outcomes.diagnosis import (
    CAUSES,
    Collection,
    by_month,
    by_region,
    split_change,
)
from simkit.outcomes.growth import growth_by
from simkit.outcomes.kpis import kpis
from simkit.outcomes.steps import NEVER, first_steps
from tests.outcomes import ledgers
from tests.outcomes.ledgers import START, Ledger, Line, many, on
from tests.outcomes.orders import SOLD, Order, table
from tests.outcomes.runs import ACTIONS, HandRun, rows, scenario

YEAR = 365
RATES = ("collection_rate_change", *CAUSES)

# ---------------------------------------------------------------- the split


@st.composite
def collections(draw: st.DrawFn, spans: int) -> Collection:
    """Draw what was due, received and received unasked, with grades and whole spans in which nothing was."""
    shape = (spans, 3)
    due = np.array(draw(st.lists(st.sampled_from([0, 1, 7, 10**9]), min_size=spans * 3, max_size=spans * 3)))
    shares = [
        np.array(
            draw(st.lists(st.sampled_from([0.0, 0.3, 0.9, 1.0]), min_size=spans * 3, max_size=spans * 3))
        )
        for _ in range(2)
    ]
    received = np.floor(due * shares[0]).astype(np.int64)
    unasked = np.floor(received * shares[1]).astype(np.int64)
    return Collection(due.reshape(shape), received.reshape(shape), unasked.reshape(shape))


@pytest.mark.no_cover
@many
@given(before=collections(4), after=collections(4))
def test_the_parts_sum_exactly_to_the_change(before: Collection, after: Collection) -> None:
    change = split_change(before, after)
    known = (before.due.sum(axis=1) > 0) & (after.due.sum(axis=1) > 0)
    total = np.divide(after.received.sum(axis=1), after.due.sum(axis=1), where=known, out=np.zeros(4))
    total -= np.divide(before.received.sum(axis=1), before.due.sum(axis=1), where=known, out=np.zeros(4))
    parts = change.grade_mix + change.behaviour + change.effort
    assert np.abs(parts - total)[known].max(initial=0) < 1e-12
    assert np.abs(change.total - total)[known].max(initial=0) < 1e-12
    for values in vars(change).values():
        assert np.isnan(values).tolist() == (~known).tolist()


def amounts(*grades: tuple[int, float, float]) -> Collection:
    """Return one span of grades: due, share paid unasked, share collected of the rest."""
    due = [fen for fen, _, _ in grades]
    unasked = [round(fen * p) for fen, p, _ in grades]
    received = [round(fen * (p + (1 - p) * c)) for fen, p, c in grades]
    return Collection(*(np.array([values]) for values in (due, received, unasked)))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        # Grades that pay 90 and 40 % are sold to half and half instead of 80 and 20.
        ([(800, 0.8, 0.5), (200, 0.2, 0.25)], [(500, 0.8, 0.5), (500, 0.2, 0.25)], (-0.3 * 0.5, 0, 0)),
        # Everyone pays less unasked; as much is collected of the rest.
        ([(500, 0.8, 0.5), (500, 0.4, 0.5)], [(500, 0.6, 0.5), (500, 0.2, 0.5)], (0, -0.2 * 0.5, 0)),
        # Everyone pays alike unasked; less is collected of the rest.
        ([(500, 0.8, 0.5), (500, 0.4, 0.5)], [(500, 0.8, 0.2), (500, 0.4, 0.2)], (0, 0, -0.3 * 0.4)),
        # A grade that pays nothing is new, and nothing else changes.
        ([(900, 0.8, 0.5), (0, 0, 0)], [(900, 0.8, 0.5), (100, 0, 0)], (-0.09, 0, 0)),
        # All paid unasked before: what is collected of nothing is not effort.
        ([(500, 1.0, 0.0)], [(500, 0.6, 0.5)], (0, -0.4 * 0.5, 0)),
    ],
)
def test_only_what_changed_has_a_part(
    before: list[tuple[int, float, float]],
    after: list[tuple[int, float, float]],
    expected: tuple[float, float, float],
) -> None:
    change = split_change(amounts(*before), amounts(*after))
    found = [float(getattr(change, name)[0]) for name in CAUSES]
    assert found == pytest.approx(list(expected), abs=1e-12)


def test_a_hand_split() -> None:
    # p falls from 0.8 to 0.6 and c rises from 0.25 to 0.5: the rate falls from 0.85 to 0.80.
    change = split_change(amounts((1_000, 0.8, 0.25)), amounts((1_000, 0.6, 0.5)))
    assert change.behaviour[0] == pytest.approx(-0.2 * (1 - 0.375))
    assert change.effort[0] == pytest.approx(0.25 * (1 - 0.7))
    assert change.total[0] == pytest.approx(-0.05)


# ---------------------------------------------------------------- whole runs, against plain Python


def later(line: Line, days: int) -> Line:
    """Return a line of another order, some days later."""
    return replace(
        line,
        order_id=line.order_id + days,
        issue=line.issue + days,
        due=line.due + days,
        closed=None if line.closed is None else line.closed + days,
        receipts=tuple((day + days, fen, kind) for day, fen, kind in line.receipts),
    )


@st.composite
def two_years(draw: st.DrawFn) -> tuple[Ledger, list[Order], list[dict[str, object]]]:
    """Draw lines and orders of both years, and steps taken on the lines."""
    first, second = draw(ledgers.ledgers()), draw(ledgers.ledgers())
    ledger = Ledger([*first.lines, *(later(line, YEAR) for line in second.lines)])
    orders = draw(
        st.lists(
            st.builds(
                Order,
                customer_id=st.integers(1, 9),
                day=st.one_of(st.integers(0, 120), st.integers(YEAR, YEAR + 120)),
                value_fen=st.integers(1, 10**6),
                status=st.sampled_from([*SOLD, "lapsed", "pending"]),
                region=st.sampled_from(["East", "West"]),
            ),
            max_size=20,
        )
    )
    steps = []
    for line in ledger.lines:
        for _ in range(draw(st.integers(0, 2))):
            day = draw(st.one_of(st.none(), st.integers(line.issue, line.due + 60)))
            stage = draw(st.integers(0, 4))
            steps.append(
                {"line_id": line.line_id, "stage": stage, "finished_date": None if day is None else on(day)}
            )
    return ledger, orders, steps


def made(drawn: tuple[Ledger, list[Order], list[dict[str, object]]]) -> HandRun:
    ledger, orders, steps = drawn
    return HandRun(
        scenario=scenario(warm_up=YEAR, policy=YEAR),
        receivables=ledger.receivables(),
        receipts=ledger.receipts(),
        orders=table(orders),
        actions=rows(ACTIONS, *steps),
    )


def grades_of(
    ledger: Ledger, steps: list[dict[str, object]], first: int, last: int
) -> dict[str, tuple[int, int, int]]:
    """Return (due, received, unasked) of each grade in a period, line by line."""
    taken: dict[int, int] = {}
    for step in steps:
        if step["stage"] and step["finished_date"]:
            day = (step["finished_date"] - START).days
            taken[step["line_id"]] = min(day, taken.get(step["line_id"], 10**6))
    grades: dict[str, tuple[int, int, int]] = {}
    for line in ledgers.debts(ledger, last):
        if first <= line.due <= last:
            parts = ledgers.parts(line, ledger)
            before = ledgers.received(parts, first - 1, ledgers.PRINCIPAL)
            step = min(taken.get(part.line_id, 10**6) for part in parts)
            early = sum(
                fen
                for part in parts
                for day, fen, kind in part.receipts
                if kind == "payment" and first <= day <= min(step, last)
            )
            found = (
                line.amount - before,
                ledgers.received(parts, last, ledgers.PRINCIPAL) - before,
                early,
            )
            old = grades.get(line.grade, (0, 0, 0))
            grades[line.grade] = tuple(a + b for a, b in zip(old, found, strict=True))
    return {grade: found for grade, found in grades.items() if found[0]}


def split(
    before: dict[str, tuple[int, int, int]], after: dict[str, tuple[int, int, int]]
) -> tuple[float, ...]:
    """Return the change of the collection rate and its three parts, grade by grade."""
    if not before or not after:
        return (math.nan,) * 4
    mix = behaviour = effort = 0.0
    totals = [sum(due for due, _, _ in grades.values()) for grades in (before, after)]
    for grade in before.keys() | after.keys():
        b, a = before.get(grade), after.get(grade)
        s0, s1 = (found[0] / total if found else 0.0 for found, total in zip((b, a), totals, strict=True))
        (p0, c0), (p1, c1) = factors(b or a, a or b), factors(a or b, b or a)
        r0, r1 = p0 + (1 - p0) * c0, p1 + (1 - p1) * c1
        mix += (s1 - s0) * (r0 + r1) / 2
        behaviour += (s0 + s1) / 2 * (p1 - p0) * (1 - (c0 + c1) / 2)
        effort += (s0 + s1) / 2 * (c1 - c0) * (1 - (p0 + p1) / 2)
    rates = [
        sum(received for _, received, _ in grades.values()) / total
        for grades, total in zip((before, after), totals, strict=True)
    ]
    return rates[1] - rates[0], mix, behaviour, effort


def factors(found: tuple[int, int, int], other: tuple[int, int, int]) -> tuple[float, float]:
    due, received, unasked = found
    if due > unasked:
        return unasked / due, (received - unasked) / (due - unasked)
    return 1.0, (other[1] - other[2]) / (other[0] - other[2]) if other[0] > other[2] else 0.0


def months_of_year(first: int) -> list[tuple[int, int]]:
    """Return first and last day of the twelve months from a January 1."""
    year = on(first).year
    starts = [(date(year, month, 1) - START).days for month in range(1, 13)]
    return list(zip(starts, [*(start - 1 for start in starts[1:]), first + YEAR - 1], strict=True))


@pytest.mark.no_cover
@many
@given(drawn=two_years())
def test_months_are_those_of_every_line_and_order(
    drawn: tuple[Ledger, list[Order], list[dict[str, object]]],
) -> None:
    ledger, orders, steps = drawn
    shown = by_month(made(drawn)).set_index(["region", "month"])
    assert len(shown) == 24
    for region in ("East", "West"):
        theirs = Ledger([line for line in ledger.lines if line.region == region])
        signed = [order for order in orders if order.region == region and order.status in SOLD]
        for (f0, l0), (f1, l1) in zip(months_of_year(0), months_of_year(YEAR), strict=True):
            row = shown.loc[(region, pd.Timestamp(on(f1)))]
            s0, s1 = (
                sum(order.value_fen for order in signed if first <= order.day <= last)
                for first, last in ((f0, l0), (f1, l1))
            )
            before, after = grades_of(theirs, steps, f0, l0), grades_of(theirs, steps, f1, l1)
            change = split(before, after)
            grown = s1 / s0 - 1 if s0 else math.nan
            expected = {
                "sales_fen": s1,
                "sales_growth": grown,
                "due_fen": sum(due for due, _, _ in after.values()),
                "collection_rate": ledgers.collection_rate(theirs, f1, l1),
                "collection_rate_before": ledgers.collection_rate(theirs, f0, l0),
                **dict(zip(RATES, change, strict=True)),
            }
            for name, value in expected.items():
                value = math.nan if value is None else value
                assert row[name] == pytest.approx(value, abs=1e-9, nan_ok=True), name
            assert row["flagged"] == (grown >= 0.2 - 1e-9 and change[0] <= -0.05 + 1e-9)


@pytest.mark.no_cover
@many
@given(drawn=two_years())
def test_years_are_those_of_the_whole_outcomes(
    drawn: tuple[Ledger, list[Order], list[dict[str, object]]],
) -> None:
    ledger, orders, steps = drawn
    run = made(drawn)
    shown = by_region(run).set_index("region")
    second = run.orders["decided_date"] >= pd.Timestamp(on(YEAR))
    grown = growth_by(run.orders.assign(period=np.where(second, "policy", "warm_up")), "region", YEAR, YEAR)
    for region in ("East", "West"):
        theirs = Ledger([line for line in ledger.lines if line.region == region])
        row, book = shown.loc[region], theirs.book()
        before, after = (grades_of(theirs, steps, first, first + YEAR - 1) for first in (0, YEAR))
        sold = [o for o in orders if o.region == region and o.status in SOLD and o.day >= YEAR]
        assert row["sales_fen"] == sum(order.value_fen for order in sold)
        assert [row[name] for name in RATES] == pytest.approx(
            list(split(before, after)), abs=1e-9, nan_ok=True
        )
        rate = collection_rate(book, on(YEAR), on(2 * YEAR - 1))
        assert row["collection_rate"] == pytest.approx(math.nan if rate is None else rate, nan_ok=True)
        growth = grown[region].rate if region in grown else None
        assert row["sales_growth"] == pytest.approx(math.nan if growth is None else growth, nan_ok=True)


@pytest.mark.no_cover
@many
@given(drawn=two_years())
def test_flags_need_no_look_at_the_steps(
    drawn: tuple[Ledger, list[Order], list[dict[str, object]]],
) -> None:
    run = made(drawn)
    blind = replace(run, actions=rows(ACTIONS))
    assert by_month(blind)["flagged"].tolist() == by_month(run)["flagged"].tolist()
    assert kpis(run)["flagged_months"] == by_month(run)["flagged"].sum()


# ---------------------------------------------------------------- by hand


def run_of(lines: list[Line], orders: list[Order], *steps: dict[str, object], **dates: object) -> HandRun:
    ledger = Ledger(lines)
    return HandRun(
        scenario=scenario(**({"warm_up": YEAR, "policy": YEAR} | dates)),
        receivables=ledger.receivables(),
        receipts=ledger.receipts(),
        orders=table(orders),
        actions=rows(ACTIONS, *steps),
    )


def collected(day: int, share: int, order_id: int) -> list[Line]:
    """Return 100 fen due on a day, some of it paid on that day and the rest never."""
    paid = Line(order_id, day - 5, day, share).paid(day)
    return [paid, Line(order_id + 1, day - 5, day, 100 - share)]


@pytest.mark.parametrize(
    ("sales", "rate", "flagged"), [(120, 90, True), (119, 90, False), (120, 91, False), (150, 70, True)]
)
def test_sales_up_and_collection_down_is_flagged_from_the_thresholds_on(
    sales: int, rate: int, flagged: bool
) -> None:
    lines = [*collected(20, 95, 1), *collected(YEAR + 20, rate, 11)]
    shown = by_month(run_of(lines, [Order(1, 10, 100), Order(1, YEAR + 10, sales)]))
    east = shown[shown["region"] == "East"].set_index("month")
    assert bool(east["flagged"].iloc[0]) is flagged
    assert not east["flagged"].iloc[1:].any()
    assert not shown.loc[shown["region"] == "West", "flagged"].any()


def test_the_thresholds_are_arguments() -> None:
    lines = [*collected(20, 95, 1), *collected(YEAR + 20, 93, 11)]
    run = run_of(lines, [Order(1, 10, 100), Order(1, YEAR + 10, 110)])
    assert by_month(run)["flagged"].sum() == 0
    assert by_month(run, sales_up=0.1, collection_down=-0.02)["flagged"].sum() == 1
    assert by_region(run, sales_up=0.1, collection_down=-0.02)["flagged"].tolist() == [True, False]


def test_the_cause_is_the_part_that_fell_most() -> None:
    before = [
        Line(1, 0, 10, 80, grade="A").paid(10),
        Line(2, 0, 10, 20, grade="D").paid(25),
    ]
    after = [
        replace(later(before[0], YEAR), amount=50, receipts=((YEAR + 10, 50, "payment"),)),
        replace(later(before[1], YEAR), amount=50, receipts=(), closed=None, status="open"),
    ]
    step = {"line_id": 201, "stage": 1, "finished_date": on(20)}
    shown = by_month(run_of([*before, *after], [], step))
    row = shown.iloc[0]
    # Grade D paid when asked and now does not; with half the sales instead of a fifth.
    assert row["collection_rate_change"] == pytest.approx(-0.5)
    assert row["effort"] == pytest.approx(-0.35)
    assert row["grade_mix"] == pytest.approx(-0.15)
    assert row["cause"] == "effort"
    assert shown["cause"].isna().sum() == len(shown) - 1
    better = by_month(run_of([replace(after[1], due=10, issue=0), *before[:1], later(before[0], YEAR)], []))
    assert better["collection_rate_change"].iloc[0] > 0
    assert pd.isna(better["cause"].iloc[0])


def test_the_first_step_on_a_debt_or_its_instalments() -> None:
    lines = [
        Line(1, 0, 30, 100, closed=50, status="rescheduled"),
        Line(1, 50, 80, 100, kind="instalment", number=2),
        Line(2, 0, 30, 100),
        Line(3, 0, 30, 100),
    ]
    steps = [
        {"line_id": 101, "stage": 3, "finished_date": on(50)},
        {"line_id": 102, "stage": 1, "finished_date": on(45)},
        {"line_id": 201, "stage": 0, "finished_date": on(33)},
        {"line_id": 201, "stage": 2, "finished_date": None},
        {"line_id": 999, "stage": 2, "finished_date": on(2)},
    ]
    found = first_steps(Ledger(lines).book(), rows(ACTIONS, *steps))
    never = NEVER.astype(object)
    assert found.tolist() == [on(45), never, never, never]


def test_a_step_takes_effect_the_day_after_and_recoveries_are_never_unasked() -> None:
    paid_that_day = Line(1, 0, 10, 100).paid(20)
    recovered = Line(2, 0, 10, 100, ((20, 60, "recovery"),), closed=20, status="written_off", written_off=40)
    step = {"line_id": 101, "stage": 1, "finished_date": on(20)}
    now = [later(paid_that_day, YEAR), later(recovered, YEAR)]
    asked = {"line_id": now[0].line_id, "stage": 1, "finished_date": on(YEAR + 19)}
    row = by_month(run_of([paid_that_day, recovered, *now], [], step, asked)).iloc[0]
    # As much is received; but half of what was due came unasked and now none does.
    assert row["collection_rate_change"] == 0
    assert row["behaviour"] == pytest.approx(-0.5 * (1 - (0.6 + 0.8) / 2))
    assert row["effort"] == pytest.approx(-row["behaviour"])


def test_nothing_is_unasked_after_a_step_taken_before_the_period() -> None:
    asked_early = Line(1, 0, 40, 100, ((25, 30, "payment"), (45, 35, "payment")))
    unasked = Line(2, YEAR, YEAR + 40, 100, ((YEAR + 40, 50, "payment"),))
    step = {"line_id": 101, "stage": 1, "finished_date": on(20)}
    february = by_month(run_of([asked_early, unasked], [], step)).iloc[1]
    # Half of what was due is received in both; first because it was asked for, then by itself.
    assert february["collection_rate_change"] == 0
    assert february["behaviour"] == -february["effort"] == 0.5 * (1 - 0.25)


def test_months_without_a_year_earlier_are_compared_with_nothing() -> None:
    lines = collected(210, 90, 1)
    shown = by_month(run_of(lines, [Order(1, 210, 100)], warm_up=200, policy=200)).set_index(
        ["region", "month"]
    )
    july = shown.loc[("East", pd.Timestamp(2025, 7, 1))]
    assert (july["sales_fen"], july["collection_rate"]) == (100, 0.9)
    assert np.isnan([july[name] for name in ("sales_growth", "collection_rate_before", *RATES)]).all()
    assert not july["flagged"]


def test_months_cut_by_the_switch_are_compared_per_day() -> None:
    # The policy year holds February 1 to 4, the warm-up year all 28 days of a February.
    orders = [Order(1, 40, 28_000), Order(1, 397, 4_400)]
    shown = by_month(run_of([], orders, warm_up=200, policy=200)).set_index(["region", "month"])
    assert on(397) + timedelta(days=2) == date(2026, 2, 4)
    assert shown.loc[("East", pd.Timestamp(2026, 2, 1)), "sales_growth"] == pytest.approx(0.1)


def test_cutoffs_that_move_are_not_taken_for_another_mix_of_customers() -> None:
    """The same customers, of the same score, under other letters: what changed is how they paid."""
    before = [Line(1, 0, 10, 50, grade="B").paid(10), Line(2, 0, 10, 50, grade="C").paid(10)]
    after = [replace(later(line, YEAR), grade=letter) for line, letter in zip(before, "AB", strict=True)]
    after[1] = replace(after[1], receipts=(), closed=None, status="open")
    lines = [*before, *after]
    run = run_of(
        lines, [Order(n, line.due, 100, score=65.0 if n % 2 else 45.0) for n, line in enumerate(lines, 1)]
    )
    ids = {line.order_id: order_id for line, order_id in zip(lines, run.orders["order_id"], strict=True)}
    run = replace(run, receivables=run.receivables.assign(order_id=run.receivables["order_id"].map(ids)))
    row = by_month(run).iloc[0]
    assert row["collection_rate_change"] == pytest.approx(-0.5)
    assert row["grade_mix"] == pytest.approx(0.0)
    assert row["behaviour"] == pytest.approx(-0.5)
