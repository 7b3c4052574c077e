"""Ledgers made with the engine's own payment rule, so that what a fit should find is known."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from simkit.behaviour.payment import late_share, payment_day, threshold
from simkit.portfolio.ledger_contract import INVOICES, status_of
from simkit.portfolio.ledger_import import Ledger
from simkit.scenario.world.payment import Payment

START = pd.Timestamp("2023-01-01")

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


@pytest.fixture
def simulated_invoices() -> Invoices:
    """Return a function that draws a ledger from known bucket effects, history weight and habits."""

    def draw(
        seed: int,
        payment: Payment,
        customers: int = 300,
        lines: float = 10.0,
        evenness: float = 1.0,
        term: int = 30,
        days: int = 600,
        as_of_day: int = 660,
    ) -> pd.DataFrame:
        luck = np.random.default_rng(seed)
        alpha, starts = tuple(payment.alpha), tuple(payment.bucket_starts)
        prior = payment.history_prior_share, payment.history_prior_lines
        rows = []
        for customer in range(customers):
            habit = luck.normal(0, payment.frailty_sd)
            count = 1 + luck.poisson(luck.gamma(evenness, lines / evenness))
            issues = np.sort(luck.integers(0, days, count))
            told: list[tuple[int, bool]] = []
            for issue in issues.tolist():
                known = [late for day, late in told if day <= issue]
                shift = payment.history_weight * late_share(sum(known), len(known), *prior) + habit
                day = payment_day(0.0, threshold(luck.random()), 1 - term, shift, alpha, starts)
                told.append((issue + term + 1, day > 0))
                paid = issue + term + day
                rows.append((f"c{customer:04}", issue, issue + term, paid if paid <= as_of_day else None))
        names = ["customer_id", "issue_date", "due_date", "paid_date"]
        frame = pd.DataFrame(rows, columns=names).sample(frac=1, random_state=seed, ignore_index=True)
        for name in names[1:]:
            frame[name] = START + pd.to_timedelta(frame[name].astype("float64"), unit="D")
        values = luck.lognormal(11, 0.8, len(frame)).astype(np.int64)
        return canonical(**{name: frame[name] for name in names}, amount_fen=values)

    return draw
