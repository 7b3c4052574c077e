"""The outcomes of one run in one row: every name of the handbook, in snake case."""

from typing import TypeAlias

from simkit.outcomes import profit as money
from simkit.outcomes.ageing import Balances, long_overdue_share, overdue_rate_balance
from simkit.outcomes.cohorts import Cohort
from simkit.outcomes.collection_rate import Collected
from simkit.outcomes.desks import DeskMonths
from simkit.outcomes.diagnosis import Months
from simkit.outcomes.discrimination import Scored
from simkit.outcomes.dso import average_days_delinquent, collection_effectiveness_index, countback_dso, dso
from simkit.outcomes.funnel import Leads
from simkit.outcomes.growth import Sold
from simkit.outcomes.orders import Admission, Sales
from simkit.outcomes.provision import Losses
from simkit.outcomes.ratio import difference, ratio
from simkit.outcomes.run import Run, Window
from simkit.outcomes.spans import Spans
from simkit.outcomes.summary import summarise
from simkit.outcomes.tally import Summary
from simkit.outcomes.team import RepMonths
from simkit.outcomes.tiers import Tiers

MONTHS_PER_YEAR = 12

Kpis: TypeAlias = dict[str, float | None]


def kpis(run: Run | Summary) -> Kpis:
    """Return the outcomes of one run by name; one that is undefined is None.

    What each name means is in ``simkit.outcomes.definitions``. Balances are taken on the last day of the
    policy year with what was known then; cohorts are the contracts signed in the policy year, followed to the
    end of the run; monthly tables count with the months that begin in the policy year.

    Parameters
    ----------
    run : Run or Summary
        One replication of a scenario: its ledger and the scenario, or what was summed of them region by region.

    Returns
    -------
    dict of str to float or None
        Money in integer fen, rates as shares, durations in days.
    """
    whole = summarise(run)
    window = Window.of(whole.scenario.run)
    return {
        **_growth(whole, window),
        **_tiers(whole),
        **_admission(whole),
        **_balances(whole, window),
        **_cohort(whole),
        "flagged_months": int(Months.of(whole).compared(window).flagged().sum()),
        **_desks(whole),
        "customer_satisfaction": RepMonths.of(whole).row("policy")["satisfaction"],
        **_money(whole),
    }


def _growth(whole: Summary, window: Window) -> Kpis:
    lengths = (window.warm_up_days, window.policy_days)
    sold, sales, leads = Sold.of(whole), Sales.of(whole), Leads.of(whole).all
    grown = sold.growth(*lengths)
    return {
        "sales_growth": grown.rate,
        "target_gap": difference(grown.rate, whole.scenario.policy.targets.sales_growth),
        "sales_fen": sales.fen,
        "list_sales_fen": sales.list_fen,
        "discount_fen": sales.discount_fen,
        "orders": sales.orders,
        "average_order_value_fen": ratio(sales.fen, sales.orders),
        "leads": int(leads.ended.sum()),
        "lead_conversion": leads.funnel.lead_conversion,
        "new_customers": sold.new_buyers,
        "new_customers_growth": sold.new_customers_growth(*lengths),
        "repurchase_rate": sales.repurchased.value,
        "growth_new_customers": grown.share(grown.new_customers_fen),
        "growth_repurchase": grown.share(grown.repurchase_fen),
        "growth_order_value": grown.share(grown.order_value_fen),
        "growth_other": grown.share(grown.other_fen),
    }


def _tiers(whole: Summary) -> Kpis:
    tiers = Tiers.of(whole)
    return {
        "core_repurchase_rate": tiers.repurchase_rate("core"),
        "potential_cross_sell_rate": tiers.cross_sell_rate("potential"),
        "cross_sell_rate": Sales.of(whole).cross_sold.value,
        "dormant_share": tiers.customer_share("dormant"),
        "unclassified_share": tiers.customer_share("unclassified"),
    }


def _admission(whole: Summary) -> Kpis:
    admission, sales = Admission.of(whole), Sales.of(whole)
    return {
        "gini": Scored.of(whole).gini,
        "high_risk_share": admission.high_risk.value,
        "refused_share": admission.refused.value,
        "withdrawn_share": admission.withdrawn.value,
        "approval_days_mean": admission.approval_days.value,
        "lapsed_share": admission.lapsed.value,
        "term_days_mean": ratio(sales.term_days, sales.orders),
    }


def _balances(whole: Summary, window: Window) -> Kpis:
    balances, sales = Balances.of(whole), Sales.of(whole)
    buckets = balances.ending
    total, current = int(buckets.sum()), int(buckets[0])
    dso_days, best = (dso(fen, sales.fen, window.policy_days) for fen in (total, current))
    month_days = Spans.months(window.opening, window.last).days[::-1].tolist()
    return {
        "overdue_rate_balance": overdue_rate_balance(buckets),
        "long_overdue_share": long_overdue_share(buckets),
        "dso_days": dso_days,
        "best_possible_dso_days": best,
        "average_days_delinquent": average_days_delinquent(dso_days, best),
        "countback_dso_days": countback_dso(total, sales.monthly_fen.tolist(), month_days),
        "collection_effectiveness_index": collection_effectiveness_index(
            beginning=balances.beginning,
            sales=sales.fen,
            months=window.policy_days * MONTHS_PER_YEAR / money.DAYS_PER_YEAR,
            end_total=total,
            end_current=current,
        ),
        "collection_rate": Collected.of(whole).policy.value,
    }


def _cohort(whole: Summary) -> Kpis:
    cohort = Cohort.of(whole)
    return {
        **{f"overdue_rate_cohort_{days}": unpaid.value for days, unpaid in cohort.overdue.items()},
        "late_share": cohort.late.value,
        "days_late_mean": cohort.days_late.value,
        "collection_period_days": cohort.collection_period.value,
        "dispute_share": cohort.disputed.value,
    }


def _desks(whole: Summary) -> Kpis:
    loads = DeskMonths.of(whole).loads()
    busy = {f"utilisation_{name}": load.utilisation for name, load in loads.items() if name != "meeting"}
    return busy | {f"waiting_days_{name}": load.waiting_days for name, load in loads.items()}


def _money(whole: Summary) -> Kpis:
    sales = Sales.of(whole)
    parts = money.Money.of(whole).profit(whole.scenario, sales, Losses.of(whole).provision_fen)
    return {
        **vars(parts),
        "profit_fen": parts.profit_fen,
        "bad_debt_ratio": ratio(parts.bad_debt_fen, sales.fen),
    }
