"""What reps earn: commission as it falls due, and the month's payslip (Handbook A3, B5)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from simkit.engine.calendar import Calendar
from simkit.engine.line import Line
from simkit.engine.order import Order
from simkit.engine.terms import Terms
from simkit.rules.contract import share_of_fen
from simkit.rules.incentives import (
    appraisal_fen,
    award_fen,
    award_place,
    career_fen,
    signing_commission_fen,
    team_bonus_fen,
    within_budget_fen,
)

Entry = tuple[int, int]
"""A rep and a month."""


@dataclass(slots=True)
class Payslip:
    """A rep's month; money in fen. `total_fen` is the sum of the seven parts before it."""

    rep_id: int
    month: int
    signing_fen: int
    collection_fen: int
    due_fen: int
    received_fen: int
    sales_fen: int
    new_customers: int
    appraisal_fen: int = 0
    award_fen: int = 0
    team_bonus_fen: int = 0
    career_fen: int = 0
    budget_fen: int = 0
    target_fen: int = 0
    satisfaction: float | None = None
    level: int = 0
    vacant: bool = False
    event: str = "none"
    training_fen: int = 0

    @property
    def commission_fen(self) -> int:
        """Commission on both tracks, which the other parts are shares of."""
        return self.signing_fen + self.collection_fen

    @property
    def total_fen(self) -> int:
        """What is paid out."""
        extras = self.appraisal_fen + self.award_fen + self.team_bonus_fen + self.career_fen
        return self.commission_fen + extras + self.budget_fen


class Payroll:
    """Commission of the reps of a region, month by month, in fen.

    The collection rate of a month is the cash received by its end against lines that fall due in it, over the amount
    of these lines. Prepayments are not collected but waited for, and do not count.
    """

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self.signing: defaultdict[Entry, int] = defaultdict(int)
        self.collection: defaultdict[Entry, int] = defaultdict(int)
        self.sales: defaultdict[Entry, int] = defaultdict(int)
        self.won: defaultdict[Entry, int] = defaultdict(int)
        self.due: defaultdict[Entry, int] = defaultdict(int)
        self.received: defaultdict[Entry, int] = defaultdict(int)

    # ---------------------------------------------------------------- as the month goes on

    def signed(self, order: Order, day: int) -> None:
        """Book a contract's value and signing commission."""
        entry = (order.customer.rep_id, self.calendar.month(day))
        self.sales[entry] += order.value_fen
        self.signing[entry] += _signing_fen(order)
        self.won[entry] += order.is_new

    def lapsed(self, order: Order, day: int) -> None:
        """Take value and signing commission back when a contract lapses."""
        entry = (order.customer.rep_id, self.calendar.month(day))
        self.sales[entry] -= order.value_fen
        self.signing[entry] -= _signing_fen(order)

    def issued(self, line: Line) -> None:
        """Book a line among those due in its month."""
        self.due[line.order.customer.rep_id, self.calendar.month(line.due)] += line.amount_fen

    def paid(self, line: Line, day: int, commission_fen: int) -> None:
        """Book cash and the collection commission on it."""
        rep_id = line.order.customer.rep_id
        self.collection[rep_id, self.calendar.month(day)] += commission_fen
        due_month = self.calendar.month(line.due)
        if line.kind and self.calendar.month(day) <= due_month:
            self.received[rep_id, due_month] += line.amount_fen

    # ---------------------------------------------------------------- at its end

    def slip(self, rep_id: int, month: int, level: int, sanctioned: bool, terms: Terms) -> Payslip:
        """Return a rep's payslip with what depends on the rep alone: commission, appraisal, raise or cut."""
        entry = (rep_id, month)
        slip = Payslip(
            rep_id,
            month,
            self.signing[entry],
            self.collection[entry],
            self.due[entry],
            self.received[entry],
            self.sales[entry],
            self.won[entry],
        )
        appraisal, career = terms.policy.incentives.appraisal, terms.policy.incentives.career
        slip.appraisal_fen = appraisal_fen(
            slip.commission_fen,
            slip.received_fen,
            slip.due_fen,
            appraisal.bonus_at,
            appraisal.bonus_share,
            appraisal.malus_below,
            appraisal.malus_share,
        )
        slip.career_fen = career_fen(
            slip.commission_fen, level, career.promotion_raise_share, sanctioned, career.pay_cut_share
        )
        return slip


def awards(slips: Sequence[Payslip], repeat_buyers: int, buyers: int, terms: Terms) -> None:
    """Add to the month's payslips what the best win and what the team shares (Handbook A3)."""
    rule = terms.policy.incentives.awards
    won = [slip.new_customers for slip in slips]
    for number, slip in enumerate(slips):
        place = award_place(won, number)
        slip.award_fen = award_fen(slip.commission_fen, slip.new_customers, place, rule.winners, rule.share)
        slip.team_bonus_fen = team_bonus_fen(
            slip.commission_fen, repeat_buyers, buyers, rule.team_repurchase_rate, rule.team_share
        )


def keeps_budget(slips: Sequence[Payslip], terms: Terms) -> None:
    """Where the budget is constant, bring the payslips' sum to what the rate on the month's contracts comes to."""
    rule = terms.policy.incentives.commission
    if rule.budget == "constant":
        budget = share_of_fen(max(0, sum(slip.sales_fen for slip in slips)), rule.rate)
        paid = [slip.total_fen for slip in slips]
        shared_out = 0
        for number, slip in enumerate(slips):
            is_last = number == len(slips) - 1
            due = within_budget_fen(paid[number], sum(paid), budget, shared_out, is_last)
            slip.budget_fen = due - paid[number]
            shared_out += due


def _signing_fen(order: Order) -> int:
    return signing_commission_fen(order.value_fen, order.commission_rate, order.signing_share)
