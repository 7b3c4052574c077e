"""The outcomes of one run in one row: every name of the handbook, in snake case."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol, TypeAlias

import numpy as np
import pandas as pd

from simkit.outcomes import profit as money
from simkit.outcomes.ageing import ageing, long_overdue_share, overdue_rate_balance
from simkit.outcomes.cohorts import days_late_mean, late_share, overdue_rate_cohort
from simkit.outcomes.collection_rate import collection_rate
from simkit.outcomes.discrimination import gini
from simkit.outcomes.dso import average_days_delinquent, collection_effectiveness_index, countback_dso, dso
from simkit.outcomes.growth import growth
from simkit.outcomes.provision import provision, provision_matrix
from simkit.outcomes.ratio import ratio
from simkit.outcomes.receivables import DateLike, Receivables
from simkit.outcomes.sales import (
    first_orders,
    in_period,
    lapsed_share,
    monthly_sales,
    new_customers,
    of_customers,
    refused_share,
    repurchase_rate,
    sales,
)

COHORT_DAYS = (1, 30, 60, 90)
HIGH_RISK_SCORE = 60.0
MONTHS_PER_YEAR = 12
ORDER_COLUMNS = (
    "order_id",
    "customer_id",
    "order_date",
    "value_fen",
    "score",
    "term_days",
    "status",
    "new_customer",
    "period",
)
LINE_COLUMNS = (
    "line_id",
    "order_id",
    "kind",
    "status",
    "issue_date",
    "due_date",
    "closed_date",
    "amount_fen",
    "written_off_fen",
    "period",
)

Kpis: TypeAlias = dict[str, float | None]


class Run(Protocol):
    """What the outcomes read of a run: its scenario and the tables of its ledger (one replication)."""

    @property
    def scenario(self) -> Any:
        """The scenario: dates from ``run``, costs from ``world.economics``, commission from ``policy``."""

    @property
    def customers(self) -> pd.DataFrame:
        """One row a customer."""

    @property
    def orders(self) -> pd.DataFrame:
        """One row an order."""

    @property
    def receivables(self) -> pd.DataFrame:
        """One row a receivable line."""

    @property
    def receipts(self) -> pd.DataFrame:
        """One row a receipt."""

    @property
    def actions(self) -> pd.DataFrame:
        """One row a collection step."""

    @property
    def commissions(self) -> pd.DataFrame:
        """One row a rep and month."""


@dataclass(frozen=True)
class Window:
    """The days that matter in a run: first and last of the policy year, and the last of the run-out."""

    opening: date
    first: date
    last: date
    end: date
    warm_up_days: int
    policy_days: int

    @classmethod
    def of(cls, run: Any) -> "Window":
        """Return the window of a scenario's ``run`` section."""
        first = run.start_date + timedelta(days=run.warm_up_days)
        return cls(
            opening=run.start_date,
            first=first,
            last=first + timedelta(days=run.policy_days - 1),
            end=run.start_date + timedelta(days=run.horizon_days - 1),
            warm_up_days=run.warm_up_days,
            policy_days=run.policy_days,
        )


def kpis(run: Run) -> Kpis:
    """Return the outcomes of one run by name; one that is undefined is None.

    What each name means is in ``simkit.outcomes.definitions``. Balances are taken on the last day of the
    policy year with what was known then; cohorts are the contracts signed in the policy year, followed to the
    end of the run.

    Parameters
    ----------
    run : Run
        One replication of a scenario: its ledger and the scenario.

    Returns
    -------
    dict of str to float or None
        Money in integer fen, rates as shares, durations in days.
    """
    window = Window.of(run.scenario.run)
    orders, lines = _compact(run.orders, ORDER_COLUMNS), _compact(run.receivables, LINE_COLUMNS)
    book = Receivables.of(lines, run.receipts)
    cohort_lines = in_period(lines, "policy")
    cohort = Receivables.of(cohort_lines, run.receipts)
    sold = in_period(sales(orders), "policy")
    sales_fen = int(sold["value_fen"].to_numpy(np.int64).sum())
    return {
        **_growth(orders, sold, sales_fen, window),
        **_admission(in_period(orders, "policy"), sold, run.customers),
        **_balances(book, orders, sales_fen, window),
        **_cohort(cohort, window.end),
        **_money(run, book, cohort, cohort_lines, sales_fen, window),
    }


def _compact(table: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """Return the columns that outcomes read, texts as categories: the many selections below cost half."""
    texts = [name for name in ("kind", "status", "period") if name in columns]
    return table[[*columns]].astype(dict.fromkeys(texts, "category"))


def _growth(orders: pd.DataFrame, sold: pd.DataFrame, sales_fen: int, window: Window) -> Kpis:
    grown = growth(orders, window.warm_up_days, window.policy_days)
    buyers = np.unique(sold["customer_id"].to_numpy(np.int64))
    return {
        "sales_growth": grown.rate,
        "sales_fen": sales_fen,
        "orders": len(sold),
        "average_order_value_fen": ratio(sales_fen, len(sold)),
        "new_customers": int(np.isin(buyers, new_customers(orders, "policy")).sum()),
        "repurchase_rate": repurchase_rate(orders),
        "growth_new_customers": grown.share(grown.new_customers_fen),
        "growth_repurchase": grown.share(grown.repurchase_fen),
        "growth_order_value": grown.share(grown.order_value_fen),
        "growth_other": grown.share(grown.other_fen),
    }


def _admission(placed: pd.DataFrame, sold: pd.DataFrame, customers: pd.DataFrame) -> Kpis:
    on_credit = first_orders(sold[sold["term_days"].to_numpy(np.int64) > 0])
    graded = first_orders(placed)
    defaulted = customers.loc[customers["default_date"].notna(), "customer_id"].to_numpy(np.int64)
    return {
        "gini": gini(graded["score"], of_customers(graded, defaulted)),
        "high_risk_share": ratio(np.count_nonzero(on_credit["score"] < HIGH_RISK_SCORE), len(on_credit)),
        "refused_share": refused_share(placed),
        "lapsed_share": lapsed_share(placed),
        "term_days_mean": ratio(int(sold["term_days"].to_numpy(np.int64).sum()), len(sold)),
    }


def _balances(book: Receivables, orders: pd.DataFrame, sales_fen: int, window: Window) -> Kpis:
    buckets = ageing(book, window.last)
    total, current = int(buckets.sum()), int(buckets[0])
    dso_days, best = (dso(fen, sales_fen, window.policy_days) for fen in (total, current))
    return {
        "overdue_rate_balance": overdue_rate_balance(buckets),
        "long_overdue_share": long_overdue_share(buckets),
        "dso_days": dso_days,
        "best_possible_dso_days": best,
        "average_days_delinquent": average_days_delinquent(dso_days, best),
        "countback_dso_days": countback_dso(
            total, *monthly_sales(sales(orders), window.opening, window.last)
        ),
        "collection_effectiveness_index": collection_effectiveness_index(
            beginning=int(book.balance(window.first - timedelta(days=1)).sum()),
            sales=sales_fen,
            months=window.policy_days * MONTHS_PER_YEAR / money.DAYS_PER_YEAR,
            end_total=total,
            end_current=current,
        ),
        "collection_rate": collection_rate(book, window.first, window.last),
    }


def _cohort(cohort: Receivables, end: DateLike) -> Kpis:
    return {
        **{f"overdue_rate_cohort_{days}": overdue_rate_cohort(cohort, days, end) for days in COHORT_DAYS},
        "late_share": late_share(cohort, end),
        "days_late_mean": days_late_mean(cohort, end),
    }


def _money(
    run: Run,
    book: Receivables,
    cohort: Receivables,
    cohort_lines: pd.DataFrame,
    sales_fen: int,
    window: Window,
) -> Kpis:
    economics, commission = run.scenario.world.economics, run.scenario.policy.incentives.commission
    earned = money.commission_fen(
        sales_fen, money.cash_fen(cohort, window.end), commission.rate, commission.signing_share
    )
    parts = money.Profit(
        gross_profit_fen=money.gross_profit_fen(sales_fen, economics.gross_margin),
        bad_debt_fen=cohort.net_write_offs(window.end),
        provision_fen=provision(ageing(cohort, window.end), provision_matrix(book, window.end)),
        commission_fen=earned + money.appraisal_fen(run.commissions, window.first, window.last),
        collection_cost_fen=money.collection_cost_fen(run.actions, cohort_lines, economics.wage_fen_per_hour),
        funding_cost_fen=money.funding_cost_fen(cohort, window.end, economics.funding_rate),
        interest_income_fen=money.interest_income_fen(cohort, window.end),
    )
    return {
        **vars(parts),
        "profit_fen": parts.profit_fen,
        "bad_debt_ratio": ratio(parts.bad_debt_fen, sales_fen),
    }
