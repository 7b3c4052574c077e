"""The outcomes of one run in one row: every name of the handbook, in snake case."""

from typing import TypeAlias

import numpy as np
import pandas as pd

from simkit.outcomes import profit as money
from simkit.outcomes.ageing import ageing, long_overdue_share, overdue_rate_balance
from simkit.outcomes.approval import approval_cost_fen, approval_days_mean, withdrawn_share
from simkit.outcomes.cohorts import (
    collection_period_days,
    days_late_mean,
    dispute_share,
    late_share,
    overdue_rate_cohort,
)
from simkit.outcomes.collection_rate import collection_rate
from simkit.outcomes.desks import Load
from simkit.outcomes.diagnosis import compare_months
from simkit.outcomes.discrimination import gini
from simkit.outcomes.dso import average_days_delinquent, collection_effectiveness_index, countback_dso, dso
from simkit.outcomes.funnel import counted
from simkit.outcomes.growth import growth, new_customers_growth
from simkit.outcomes.provision import provision, provision_matrix
from simkit.outcomes.ratio import difference, ratio
from simkit.outcomes.receivables import DateLike, Receivables
from simkit.outcomes.run import Run, Window
from simkit.outcomes.sales import (
    cross_sell_rate,
    first_orders,
    in_period,
    lapsed_share,
    monthly_sales,
    new_buyers,
    of_customers,
    refused_share,
    repurchase_rate,
    sales,
)
from simkit.outcomes.team import customer_satisfaction
from simkit.outcomes.tiers import Tiers

COHORT_DAYS = (1, 30, 60, 90)
HIGH_RISK_SCORE = 60.0
MONTHS_PER_YEAR = 12
ORDER_COLUMNS = (
    "region",
    "order_id",
    "customer_id",
    "order_date",
    "decided_date",
    "list_value_fen",
    "discount_fen",
    "value_fen",
    "cross_sold",
    "tier",
    "score",
    "term_days",
    "route",
    "status",
    "new_customer",
    "period",
)
LINE_COLUMNS = (
    "region",
    "line_id",
    "order_id",
    "kind",
    "grade",
    "status",
    "issue_date",
    "due_date",
    "closed_date",
    "disputed_date",
    "amount_fen",
    "written_off_fen",
    "period",
)
RECEIPT_COLUMNS = ("line_id", "date", "amount_fen", "kind")
TEXTS = frozenset({"region", "kind", "grade", "tier", "route", "status", "period"})

Kpis: TypeAlias = dict[str, float | None]


def kpis(run: Run) -> Kpis:
    """Return the outcomes of one run by name; one that is undefined is None.

    What each name means is in ``simkit.outcomes.definitions``. Balances are taken on the last day of the
    policy year with what was known then; cohorts are the contracts signed in the policy year, followed to the
    end of the run; monthly tables count with the months that begin in the policy year.

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
    receipts = _compact(run.receipts, RECEIPT_COLUMNS)
    book = Receivables.of(lines, receipts)
    cohort_lines = in_period(lines, "policy")
    cohort = Receivables.of(cohort_lines, receipts)
    sold = in_period(sales(orders), "policy")
    desks = window.policy_months(run.desks)
    return {
        **_growth(run, orders, sold, window),
        **_tiers(run, orders, sold, window),
        **_admission(in_period(orders, "policy"), sold, run.customers),
        **_balances(book, orders, sold, window),
        **_cohort(cohort, cohort_lines, window.end),
        "flagged_months": int(
            compare_months(orders, lines, book, run.scenario.run.regions, window).flagged().sum()
        ),
        **_desks(desks),
        "customer_satisfaction": customer_satisfaction(window.policy_months(run.commissions)),
        **_money(run, book, cohort, cohort_lines, sold, window),
    }


def _compact(table: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """Return the columns that outcomes read, texts as categories: the many selections below cost half."""
    return table[[*columns]].astype({name: "category" for name in columns if name in TEXTS})


def _growth(run: Run, orders: pd.DataFrame, sold: pd.DataFrame, window: Window) -> Kpis:
    lengths = (window.warm_up_days, window.policy_days)
    grown, sales_fen = growth(orders, *lengths), _sum(sold["value_fen"])
    leads = in_period(run.leads, "policy")
    return {
        "sales_growth": grown.rate,
        "target_gap": difference(grown.rate, run.scenario.policy.targets.sales_growth),
        "sales_fen": sales_fen,
        "list_sales_fen": _sum(sold["list_value_fen"]),
        "discount_fen": _sum(sold["discount_fen"]),
        "orders": len(sold),
        "average_order_value_fen": ratio(sales_fen, len(sold)),
        "leads": len(leads),
        "lead_conversion": counted(leads).lead_conversion,
        "new_customers": new_buyers(orders, "policy"),
        "new_customers_growth": new_customers_growth(orders, *lengths),
        "repurchase_rate": repurchase_rate(orders),
        "growth_new_customers": grown.share(grown.new_customers_fen),
        "growth_repurchase": grown.share(grown.repurchase_fen),
        "growth_order_value": grown.share(grown.order_value_fen),
        "growth_other": grown.share(grown.other_fen),
    }


def _tiers(run: Run, orders: pd.DataFrame, sold: pd.DataFrame, window: Window) -> Kpis:
    tiers = Tiers.of(orders, window.policy_months(run.segments))
    return {
        "core_repurchase_rate": tiers.repurchase_rate("core"),
        "potential_cross_sell_rate": tiers.cross_sell_rate("potential"),
        "cross_sell_rate": cross_sell_rate(sold),
        "dormant_share": tiers.customer_share("dormant"),
        "unclassified_share": tiers.customer_share("unclassified"),
    }


def _admission(dated: pd.DataFrame, sold: pd.DataFrame, customers: pd.DataFrame) -> Kpis:
    on_credit = first_orders(sold[sold["term_days"].to_numpy(np.int64) > 0])
    graded = first_orders(dated)
    defaulted = customers.loc[customers["default_date"].notna(), "customer_id"].to_numpy(np.int64)
    return {
        "gini": gini(graded["score"], of_customers(graded, defaulted)),
        "high_risk_share": ratio(np.count_nonzero(on_credit["score"] < HIGH_RISK_SCORE), len(on_credit)),
        "refused_share": refused_share(dated),
        "withdrawn_share": withdrawn_share(dated),
        "approval_days_mean": approval_days_mean(dated),
        "lapsed_share": lapsed_share(dated),
        "term_days_mean": ratio(_sum(sold["term_days"]), len(sold)),
    }


def _balances(book: Receivables, orders: pd.DataFrame, sold: pd.DataFrame, window: Window) -> Kpis:
    buckets, sales_fen = ageing(book, window.last), _sum(sold["value_fen"])
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
            beginning=int(book.balance(window.eve).sum()),
            sales=sales_fen,
            months=window.policy_days * MONTHS_PER_YEAR / money.DAYS_PER_YEAR,
            end_total=total,
            end_current=current,
        ),
        "collection_rate": collection_rate(book, window.first, window.last),
    }


def _cohort(cohort: Receivables, lines: pd.DataFrame, end: DateLike) -> Kpis:
    return {
        **{f"overdue_rate_cohort_{days}": overdue_rate_cohort(cohort, days, end) for days in COHORT_DAYS},
        "late_share": late_share(cohort, end),
        "days_late_mean": days_late_mean(cohort, end),
        "collection_period_days": collection_period_days(cohort, end),
        "dispute_share": dispute_share(lines),
    }


def _desks(desks: pd.DataFrame) -> Kpis:
    loads = Load.by_desk(desks)
    busy = {f"utilisation_{name}": load.utilisation for name, load in loads.items() if name != "meeting"}
    return busy | {f"waiting_days_{name}": load.waiting_days for name, load in loads.items()}


def _money(
    run: Run,
    book: Receivables,
    cohort: Receivables,
    cohort_lines: pd.DataFrame,
    sold: pd.DataFrame,
    window: Window,
) -> Kpis:
    economics, sales_fen = run.scenario.world.economics, _sum(sold["value_fen"])
    pay = window.policy_months(run.commissions)
    parts = money.Profit(
        gross_profit_fen=money.gross_profit_fen(
            _sum(sold["list_value_fen"]), _sum(sold["discount_fen"]), economics.gross_margin
        ),
        bad_debt_fen=cohort.net_write_offs(window.end),
        provision_fen=provision(ageing(cohort, window.end), provision_matrix(book, window.end)),
        commission_fen=_commission_fen(run, pay, sales_fen, money.cash_fen(cohort, window.end)),
        collection_cost_fen=money.collection_cost_fen(run.actions, cohort_lines, economics.wage_fen_per_hour),
        funding_cost_fen=money.funding_cost_fen(cohort, window.end, economics.funding_rate),
        interest_income_fen=money.interest_income_fen(cohort, window.end),
        acquisition_cost_fen=_sum(in_period(run.leads, "policy")["lead_fen"]),
        treatment_cost_fen=_sum(window.policy_months(run.segments)["treatment_fen"]),
        training_cost_fen=_sum(pay["training_fen"]),
        approval_cost_fen=approval_cost_fen(window.policy_months(run.desks), economics.wage_fen_per_hour),
    )
    return {
        **vars(parts),
        "profit_fen": parts.profit_fen,
        "bad_debt_ratio": ratio(parts.bad_debt_fen, sales_fen),
    }


def _commission_fen(run: Run, pay: pd.DataFrame, sales_fen: int, cash_fen: int) -> int:
    rule = run.scenario.policy.incentives.commission
    if rule.budget == "constant":
        return money.constant_commission_fen(sales_fen, rule.rate)
    return money.commission_fen(sales_fen, cash_fen, rule.rate, rule.signing_share) + money.extras_fen(pay)


def _sum(column: "pd.Series[int]") -> int:
    return int(column.to_numpy(np.int64).sum())
