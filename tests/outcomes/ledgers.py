"""Small ledgers for tests: lines written by hand or drawn, and every measure of them in plain Python.

Days are integers from ``START``. The measures below are a second implementation: loops, one line at a time.
"""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pandas as pd
from hypothesis import settings
from hypothesis import strategies as st

from simkit.outcomes.receivables import Receivables

START = date(2025, 1, 1)
PRINCIPAL = ("payment", "recovery")
BUCKET_ENDS = (0, 30, 60, 90)

many = settings(max_examples=60, deadline=None)


def on(day: int) -> date:
    """Return the date of a day."""
    return START + timedelta(days=day)


@dataclass(frozen=True)
class Line:
    """One receivable line and the money received on it: receipts are (day, fen, kind)."""

    order_id: int
    issue: int
    due: int
    amount: int
    receipts: tuple[tuple[int, int, str], ...] = ()
    closed: int | None = None
    status: str = "open"
    written_off: int = 0
    kind: str = "balance"
    number: int = 1
    period: str = "policy"
    region: str = "East"
    grade: str = "B"
    disputed: int | None = None
    customer_id: int = 1

    @property
    def line_id(self) -> int:
        return self.order_id * 100 + self.number

    def paid(self, day: int) -> "Line":
        return replace(self, receipts=((day, self.amount, "payment"),), closed=day, status="paid")


@dataclass(frozen=True)
class Ledger:
    lines: list[Line] = field(default_factory=list)

    def receivables(self) -> pd.DataFrame:
        rows = [
            {
                "region": line.region,
                "customer_id": line.customer_id,
                "line_id": line.line_id,
                "order_id": line.order_id,
                "kind": line.kind,
                "grade": line.grade,
                "status": line.status,
                "issue_date": on(line.issue),
                "due_date": on(line.due),
                "closed_date": None if line.closed is None else on(line.closed),
                "disputed_date": None if line.disputed is None else on(line.disputed),
                "amount_fen": line.amount,
                "written_off_fen": line.written_off,
                "period": line.period,
            }
            for line in self.lines
        ]
        columns = list(rows[0]) if rows else list(Ledger([Line(1, 0, 0, 1)]).receivables().columns)
        return typed(pd.DataFrame(rows, columns=columns))

    def receipts(self) -> pd.DataFrame:
        rows = [
            {"line_id": line.line_id, "date": on(day), "amount_fen": fen, "kind": kind}
            for line in self.lines
            for day, fen, kind in line.receipts
        ]
        return typed(pd.DataFrame(rows, columns=["line_id", "date", "amount_fen", "kind"]))

    def book(self) -> Receivables:
        return Receivables.of(self.receivables(), self.receipts())

    def known_at(self, day: int) -> "Ledger":
        """Return the ledger as it stood at the end of a day: nothing later is in it."""
        lines = []
        for line in self.lines:
            if line.issue > day:
                continue
            receipts = tuple(receipt for receipt in line.receipts if receipt[0] <= day)
            known = replace(line, receipts=receipts)
            if line.closed is None or line.closed > day:
                known = replace(known, closed=None, status="open", written_off=0)
            lines.append(known)
        return Ledger(lines)


WORDS = (
    "region",
    "kind",
    "status",
    "period",
    "grade",
    "tier",
    "route",
    "channel",
    "outcome",
    "desk",
    "event",
)


def typed(frame: pd.DataFrame, words: tuple[str, ...] = WORDS) -> pd.DataFrame:
    """Return a frame with the types of the engine's tables."""
    types = {}
    for name in frame.columns:
        if name.endswith("date") or name == "month":
            types[name] = "datetime64[ns]"
        elif name in words:
            types[name] = "string[pyarrow]"
        elif name.endswith(("_id", "_fen", "_days", "minutes")):
            types[name] = "int64"
    return frame.astype(types)


# ---------------------------------------------------------------- drawn ledgers


@st.composite
def fates(draw: st.DrawFn, line: Line) -> Line:
    """Give a line one of the fates an instalment can have."""
    day = line.issue + draw(st.integers(0, 250))
    fate = draw(st.sampled_from(["open", "paid", "paid_with_interest", "part", "two_parts", "lost"]))
    if fate == "open":
        return line
    if fate == "paid":
        return line.paid(day)
    if fate == "paid_with_interest":
        paid = line.paid(day)
        return replace(paid, receipts=(*paid.receipts, (day, draw(st.integers(1, 500)), "interest")))
    part = draw(st.integers(0, line.amount))
    if fate == "part":
        return replace(line, receipts=((day, part, "payment"),))
    later = day + draw(st.integers(0, 120))
    if fate == "two_parts":
        receipts = ((day, part, "payment"), (later, line.amount - part, "payment"))
        return replace(line, receipts=receipts, closed=later, status="paid")
    late = later + draw(st.integers(0, 60))
    on_closing = (later, part, "recovery")
    after = (late, draw(st.integers(0, line.amount - part)), "recovery")
    receipts = (on_closing, after) if late > later else (on_closing,)
    return replace(
        line, receipts=receipts, closed=later, status="written_off", written_off=line.amount - part
    )


@st.composite
def contracts(draw: st.DrawFn, order_id: int) -> list[Line]:
    """Draw the lines of one order: a balance, perhaps a prepayment, perhaps a plan."""
    issue = draw(st.integers(0, 300))
    line = Line(
        order_id, issue, issue + draw(st.sampled_from([0, 1, 7, 30, 60, 90])), draw(st.integers(1, 10**7))
    )
    line = replace(
        line,
        period=draw(st.sampled_from(["warm_up", "policy"])),
        region=draw(st.sampled_from(["East", "West"])),
        grade=draw(st.sampled_from("ABCD")),
    )
    fate = draw(st.sampled_from(["single", "single", "lapsed", "plan"]))
    if fate == "lapsed":
        gone = line.issue + draw(st.integers(0, 200))
        return [replace(line, kind="prepayment", number=0, closed=gone, status="credited")]
    lines = _plan(draw, line) if fate == "plan" else [draw(fates(line))]
    if draw(st.booleans()):
        first = replace(line, kind="prepayment", number=0, due=issue + 7, amount=draw(st.integers(1, 10**6)))
        lines.insert(0, first.paid(issue + draw(st.integers(0, 30))))
    return lines


def _plan(draw: st.DrawFn, line: Line) -> list[Line]:
    day = line.due + draw(st.integers(1, 60))
    old = replace(line, closed=day, status="rescheduled")
    amounts = [line.amount // 3, line.amount // 3, line.amount - 2 * (line.amount // 3)]
    instalments = [
        replace(line, issue=day, due=day + 30 * n, amount=amount, kind="instalment", number=1 + n)
        for n, amount in enumerate(amounts, start=1)
        if amount
    ]
    return [old, *(draw(fates(instalment)) for instalment in instalments)]


@st.composite
def ledgers(draw: st.DrawFn) -> Ledger:
    """Draw a ledger of up to eight orders, its lines in any order."""
    orders = draw(st.integers(0, 8))
    lines = [line for order_id in range(1, orders + 1) for line in draw(contracts(order_id))]
    return Ledger(draw(st.permutations(lines)))


@st.composite
def moments(draw: st.DrawFn) -> tuple[Ledger, int]:
    """Draw a ledger and a day, most often one on which or beside which something happens."""
    ledger = draw(ledgers())
    turns = {
        turn + after
        for line in ledger.lines
        for turn in (line.issue, line.due, line.closed, *(day for day, _, _ in line.receipts))
        for after in (-1, 0, 1)
        if turn is not None
    }
    return ledger, draw(st.sampled_from(sorted(turns)) if turns else st.integers(0, 700))


# ---------------------------------------------------------------- the second implementation


def received(lines: list[Line], until: int, kinds: tuple[str, ...]) -> int:
    return sum(fen for line in lines for day, fen, kind in line.receipts if day <= until and kind in kinds)


def balance(line: Line, today: int) -> int:
    if line.issue > today or (line.closed is not None and line.closed <= today):
        return 0
    return line.amount - received([line], today, PRINCIPAL)


def ageing(ledger: Ledger, today: int) -> list[int]:
    buckets = [0] * 5
    for line in ledger.lines:
        past_due = today - line.due
        buckets[sum(past_due > end for end in BUCKET_ENDS)] += balance(line, today)
    return buckets


def parts(line: Line, ledger: Ledger) -> list[Line]:
    """Return the line and, when it was rescheduled, the instalments it became."""
    if line.status != "rescheduled":
        return [line]
    same_order = [other for other in ledger.lines if other.order_id == line.order_id]
    return [line, *(other for other in same_order if other.kind == "instalment")]


def debts(ledger: Ledger, today: int) -> list[Line]:
    """Return the lines to follow: no instalments of a rescheduled line, no credited lines."""
    followed = {part.line_id for line in ledger.lines for part in parts(line, ledger)[1:]}
    return [
        line
        for line in ledger.lines
        if line.line_id not in followed
        and not (line.status == "credited" and line.closed is not None and line.closed <= today)
    ]


def unpaid_after(line: Line, ledger: Ledger, days: int) -> int:
    return line.amount - received(parts(line, ledger), line.due + days, ("payment",))


def share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def overdue_rate_cohort(ledger: Ledger, days: int, today: int) -> float | None:
    members = [line for line in debts(ledger, today) if line.due + days <= today]
    return share(sum(unpaid_after(m, ledger, days) for m in members), sum(m.amount for m in members))


def late_share(ledger: Ledger, today: int) -> float | None:
    members = [line for line in debts(ledger, today) if line.due < today]
    return share(sum(unpaid_after(line, ledger, 0) > 0 for line in members), len(members))


def days_late(ledger: Ledger, today: int) -> list[int]:
    late = []
    for line in debts(ledger, today):
        payments = [
            (day, fen)
            for part in parts(line, ledger)
            for day, fen, kind in part.receipts
            if kind == "payment" and day <= today
        ]
        if sum(fen for _, fen in payments) >= line.amount:
            late.append(max(day for day, _ in payments) - line.due)
    return late


def collection_period(ledger: Ledger, today: int) -> float | None:
    fen = fen_days = 0
    for line in debts(ledger, today):
        if line.kind != "prepayment":
            for part in parts(line, ledger):
                paid = [
                    (day, amount) for day, amount, kind in part.receipts if kind == "payment" and day <= today
                ]
                fen += sum(amount for _, amount in paid)
                fen_days += sum(amount * (day - line.issue) for day, amount in paid)
    return share(fen_days, fen)


def collection_rate(ledger: Ledger, first: int, last: int) -> float | None:
    due = cash = 0
    for line in debts(ledger, last):
        if first <= line.due <= last:
            before = received(parts(line, ledger), first - 1, PRINCIPAL)
            due += line.amount - before
            cash += received(parts(line, ledger), last, PRINCIPAL) - before
    return share(cash, due)


def reached_and_lost(ledger: Ledger, today: int) -> tuple[list[int], int]:
    reached, lost = [0] * 5, 0
    for line in debts(ledger, today):
        if line.due + 91 <= today:
            amounts = [line.amount, *(unpaid_after(line, ledger, end + 1) for end in BUCKET_ENDS)]
            reached = [total + amount for total, amount in zip(reached, amounts, strict=True)]
            lost += line.amount - received(parts(line, ledger), today, PRINCIPAL)
    return reached, lost


def net_write_offs(ledger: Ledger, today: int) -> int:
    total = 0
    for line in ledger.lines:
        if line.closed is not None and line.closed <= today:
            recovered = [(day, fen) for day, fen, kind in line.receipts if kind == "recovery"]
            total += line.written_off - sum(fen for day, fen in recovered if line.closed < day <= today)
    return total
