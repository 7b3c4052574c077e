"""What reps are paid, and what becomes of them, month by month."""

import math
from collections import defaultdict
from types import SimpleNamespace as Row

from simkit.streams import Stream
from tests.engine.recount.customers import bought_between
from tests.engine.recount.office import office
from tests.engine.recount.orders import goodwill_at
from tests.engine.recount.reps import last_day, vacant
from tests.engine.recount.tables import SIGNED, Recount, half_up

PARTS = ("signing", "collection", "appraisal", "award", "team_bonus", "career", "budget")


def slips_expected(recount: Recount, region: str) -> list[Row]:
    """The payslips of a region for every month that ends in the run."""
    earned, reps = earnings(recount), recount.reps_of[region]
    careers = {rep_id: Row(level=0, on_target=0, below=0, cut_until=-1) for rep_id in reps}
    found: list[Row] = []
    for month in range(recount.month(recount.horizon)):
        slips = [slip(recount, rep_id, month, earned[rep_id, month], careers[rep_id]) for rep_id in reps]
        rewards(recount, region, month, slips)
        keeps_budget(recount, month, slips)
        for row in slips:
            if not row.vacant:
                moves(recount, row, month, careers[row.rep_id])
            row.level = careers[row.rep_id].level
            row.total_fen = sum(getattr(row, f"{part}_fen") for part in PARTS)
        found += slips
    return found


def earnings(recount: Recount) -> dict[tuple[int, int], Row]:
    """What each rep signs, collects and should collect in each month."""
    book: dict[tuple[int, int], Row] = defaultdict(
        lambda: Row(signing=0, collection=0, due=0, received=0, sales=0, won=0)
    )
    for order in recount.orders:
        if order.status not in SIGNED:
            continue
        pay = recount.policy(order.decided_date).incentives.commission
        commission = half_up(order.value_fen * (pay.rate * pay.signing_share))
        months = [(recount.month(order.decided_date), 1)]
        if order.status == "lapsed":
            months.append((recount.month(recount.line[order.order_id * 100].closed_date), -1))
        for month, sign in months:
            book[order.rep_id, month].signing += sign * commission
            book[order.rep_id, month].sales += sign * order.value_fen
        book[order.rep_id, months[0][0]].won += order.new_customer
    for line in recount.lines:
        pay = recount.policy(recount.order[line.order_id].decided_date).incentives.commission
        collected, due = line.kind != "prepayment", recount.month(line.due_date)
        book[line.rep_id, due].due += line.amount_fen * collected
        if line.paid_date is not None:
            month = recount.month(line.paid_date)
            commission = half_up(line.amount_fen * (pay.rate * (1 - pay.signing_share)))
            book[line.rep_id, month].collection += commission
            book[line.rep_id, due].received += line.amount_fen * (collected and month <= due)
    return book


def slip(recount: Recount, rep_id: int, month: int, earned: Row, career: Row) -> Row:
    """What depends on the rep alone."""
    end = last_day(recount, month)
    policy = recount.policy(end)
    appraisal, rule = policy.incentives.appraisal, policy.incentives.career
    commission = earned.signing + earned.collection
    rate = earned.received / earned.due if earned.due else math.nan
    change, extra = 0, 0
    if commission > 0:
        if rate >= appraisal.bonus_at:
            change = half_up(commission * appraisal.bonus_share)
        if rate < appraisal.malus_below:
            change = -half_up(commission * appraisal.malus_share)
        cut = rule.pay_cut_share if month <= career.cut_until else 0.0
        extra = half_up(commission * (career.level * rule.promotion_raise_share - cut))
    usual = sum(
        p.monthly_purchases_fen for p in recount.people.values() if p.rep_id == rep_id and p.arrival_day < 0
    )
    empty = vacant(recount, rep_id, month)
    hours = 0 if empty else policy.incentives.training.hours_per_month
    return Row(
        rep_id=rep_id, month=month, signing_fen=earned.signing, collection_fen=earned.collection,
        appraisal_fen=change, career_fen=extra, due_fen=earned.due, received_fen=earned.received,
        sales_fen=earned.sales, new_customers=earned.won, collection_rate=None if earned.due == 0 else rate,
        target_fen=half_up(usual * (recount.season(end) * (1 + policy.targets.sales_growth))),
        satisfaction=satisfaction(recount, rep_id, end), vacant=empty, event="none",
        training_fen=half_up(recount.world.economics.training_fen_per_hour * hours),
    )  # fmt: skip


def satisfaction(recount: Recount, rep_id: int, day: int) -> float | None:
    """Mean over the rep's customers: those on the books or won, and not gone."""
    rule, each = recount.world.relationship, []
    for customer_id, customer in recount.customers.items():
        won = recount.signed_first(customer_id)
        known = not customer.new or (won is not None and won <= day)
        if customer.rep_id == rep_id and known and not recount.gone(customer_id, day):
            felt = office(recount, customer.region).felt.get(customer_id, {})
            left = goodwill_at(recount, customer_id, day, felt)
            # Kept in whole billionths, so that a sum of them has no order.
            each.append(half_up(1e9 * rule.satisfaction * math.exp(rule.satisfaction_weight * left)))
    return sum(each) / len(each) / 1e9 if each else None


def rewards(recount: Recount, region: str, month: int, slips: list[Row]) -> None:
    """The reps with most new customers get an award; all get a bonus when enough of the buyers buy again."""
    end = last_day(recount, month)
    rule, first = recount.policy(end).incentives.awards, end
    while not recount.starts_month(first):
        first -= 1
    members = [c for c in recount.customers if recount.people[c].region == region]
    window = rule.repurchase_window_days
    buyers = [c for c in members if bought_between(recount, c, first - window, first - 1)]
    again = sum(bought_between(recount, c, first, end) for c in buyers)
    good_team = bool(buyers) and again / len(buyers) >= rule.team_repurchase_rate
    left = [row for row in slips if row.new_customers > 0]
    for row in slips:
        row.award_fen = 0
        commission = max(0, row.signing_fen + row.collection_fen)
        row.team_bonus_fen = half_up(commission * rule.team_share) * good_team
    for _ in range(rule.winners):
        best = max(left, key=lambda row: row.new_customers, default=None)  # of equals the first
        if best is not None:
            best.award_fen = half_up(max(0, best.signing_fen + best.collection_fen) * rule.share)
            left.remove(best)


def keeps_budget(recount: Recount, month: int, slips: list[Row]) -> None:
    """A constant budget is the rate on what the month's contracts come to, whatever falls due."""
    rule = recount.policy(last_day(recount, month)).incentives.commission
    pay = [sum(getattr(row, f"{part}_fen") for part in PARTS if part != "budget") for row in slips]
    budget = half_up(max(0, sum(row.sales_fen for row in slips)) * rule.rate)
    left = budget
    for row, paid in zip(slips, pay, strict=True):
        row.budget_fen = 0
        if rule.budget == "constant" and sum(pay) > 0:
            part = left if row is slips[-1] else half_up(budget * (paid / sum(pay)))
            left -= part
            row.budget_fen = part - paid


def moves(recount: Recount, row: Row, month: int, career: Row) -> None:
    """The month's mark on a rep's career: sanction, departure, promotion, or nothing."""
    policy, effects = recount.policy(last_day(recount, month)), recount.world.reps
    rule, malus = policy.incentives.career, policy.incentives.appraisal.malus_below
    career.on_target = (career.on_target + 1) * (row.sales_fen >= row.target_fen)
    if row.due_fen:
        career.below = (career.below + 1) * (row.received_fen < malus * row.due_fen)
    if rule.sanction != "none" and career.below >= rule.sanction_months:
        career.below = 0
        if recount.draw(Stream.QUIT, row.rep_id, month) < effects.quits_when_sanctioned:
            career.level, career.on_target, career.cut_until, row.event = 0, 0, -1, "quit"
            return
        row.event, career.cut_until = rule.sanction, month + rule.sanction_lasts_months
        if rule.sanction == "demotion" and career.level:
            career.level -= 1
    elif (
        career.on_target >= rule.promotion_months
        and row.satisfaction is not None
        and row.satisfaction >= rule.promotion_satisfaction
        and career.level < effects.highest_level
    ):
        career.level, career.on_target, row.event = career.level + 1, 0, "promotion"
