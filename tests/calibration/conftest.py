"""Ledgers made with the engine's own payment rule, so that what a fit should find is known."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from simkit.behaviour.payment import counted_delay, drivers, late_share, mean_delay, threshold
from simkit.portfolio.ledger_contract import INVOICES, status_of
from simkit.portfolio.ledger_import import Ledger
from simkit.scenario.world.payment import Payment

START = pd.Timestamp("2023-01-01")
DATES = START + pd.to_timedelta(np.arange(3000), unit="D")
MONTH = (12 * DATES.year + DATES.month).to_numpy()
WEEKDAY, MONTH_END = (
    DATES.weekday.to_numpy(),
    (DATES + pd.Timedelta(days=3)).month.to_numpy() != DATES.month.to_numpy(),
)
LONGEST = 700
"""Days overdue beyond which a made-up line is never paid."""

Invoices = Callable[..., pd.DataFrame]


def canonical(**columns: Any) -> pd.DataFrame:
    """Return invoices as the ledger's contract wants them; what is not given is plain."""
    frame = pd.DataFrame(columns)
    count = len(frame)
    plain = {
        "invoice_id": [f"i{number}" for number in range(count)],
        "issue_date_imputed": False,
        "amount_fen": np.full(count, 100_000, dtype=np.int64),
        "currency": "CNY",
        "disputed": False,
    }
    for name, value in plain.items():
        if name not in frame:
            frame[name] = value
    for name in ("issue_date", "due_date", "paid_date"):
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[ns]")
    if "paid_fen" not in frame:
        frame["paid_fen"] = frame["amount_fen"].where(frame["paid_date"].notna(), 0)
    frame["status"] = status_of(frame)
    for name in ("invoice_id", "customer_id", "currency", "status"):
        frame[name] = frame[name].astype(object)
    return INVOICES.validate(frame[list(INVOICES.columns)])


@pytest.fixture
def invoices_of() -> Invoices:
    return canonical


@pytest.fixture
def ledger_of() -> Callable[..., Ledger]:
    """Return a function that wraps invoices as an imported ledger."""

    def wrap(invoices: pd.DataFrame, as_of: Any, name: str = "made up") -> Ledger:
        empty = pd.DataFrame()
        return Ledger(name, "0" * 64, pd.Timestamp(as_of), invoices, empty, empty, empty, empty)

    return wrap


def paid_on(payment: Payment, shift: float, term: int, issue: int, u: float) -> int | None:
    """Return the day from due on which a line is paid, day by day: the first on which 1 - u of it has survived."""
    days = np.arange(1 - term, LONGEST)
    dates = issue + term + days
    logit = np.array(payment.alpha)[np.searchsorted(payment.bucket_starts, days, side="right")] + shift
    logit += (
        np.array(payment.calendar.weekday)[WEEKDAY[dates]] + payment.calendar.month_end * MONTH_END[dates]
    )
    reached = np.cumsum(np.logaddexp(0, logit)) >= threshold(u)
    return int(days[reached.argmax()]) if reached.any() else None


@pytest.fixture
def simulated_invoices() -> Invoices:
    """Return a function that draws a ledger from known hazards: buckets, calendar, drivers and habits."""

    def draw(
        seed: int,
        payment: Payment,
        customers: int = 300,
        lines: float = 10.0,
        evenness: float = 1.0,
        term: int | tuple[int, ...] = 30,
        days: int = 600,
        as_of_day: int = 660,
        value: int = 60_000,
    ) -> pd.DataFrame:
        luck, other = np.random.default_rng(seed), np.random.default_rng([seed, 1])
        weights = (
            payment.history_weight, payment.delay_weight, payment.term_weight, payment.amount_weight
        )  # fmt: skip
        rows = []
        for customer in range(customers):
            habit = luck.normal(0, payment.frailty_sd)
            count = 1 + luck.poisson(luck.gamma(evenness, lines / evenness))
            issues = np.sort(luck.integers(0, days, count))
            told: list[tuple[int, bool]] = []
            settled: list[tuple[int, int]] = []
            for issue in issues.tolist():
                own = int(other.choice(term)) if isinstance(term, tuple) else term
                amount = int(other.lognormal(11, 0.8))
                known = [late for day, late in told if day <= issue]
                fades = [
                    (late, payment.delay_memory ** (MONTH[issue] - MONTH[day]))
                    for day, late in settled
                    if day < issue
                ]
                late = late_share(
                    sum(known), len(known), payment.history_prior_share, payment.history_prior_lines
                )
                delay = mean_delay(
                    sum(late * fade for late, fade in fades),
                    sum(fade for _, fade in fades),
                    payment.delay_prior_days,
                    payment.delay_prior_lines,
                )
                shift = drivers(late, delay, own, amount, value, *weights) + habit
                day = paid_on(payment, shift, own, issue, luck.random())
                paid = None if day is None else issue + own + day
                told.append((issue + own + 1, day is None or day > 0))
                if paid is not None:
                    settled.append((paid, counted_delay(paid, issue + own)))
                seen = paid is not None and paid <= as_of_day
                rows.append((f"c{customer:04}", issue, issue + own, paid if seen else None, amount))
        names = ["customer_id", "issue_date", "due_date", "paid_date"]
        frame = pd.DataFrame(rows, columns=[*names, "amount_fen"])
        frame = frame.sample(frac=1, random_state=seed, ignore_index=True)
        for name in names[1:]:
            frame[name] = START + pd.to_timedelta(frame[name].astype("float64"), unit="D")
        return canonical(**{name: frame[name] for name in [*names, "amount_fen"]})

    return draw
