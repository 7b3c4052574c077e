"""The reps of a region: their effort, their month, and their careers (Handbook A3, B5)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from simkit.behaviour.relationship import BILLION, satisfaction
from simkit.engine.calendar import Calendar
from simkit.engine.order import Customer
from simkit.engine.payroll import Payroll, Payslip, awards, keeps_budget
from simkit.engine.terms import Terms
from simkit.rules.contract import share_of_fen
from simkit.rules.incentives import Sanction, earns_promotion
from simkit.rules.targets import rep_target_fen
from simkit.scenario.world import World
from simkit.streams import Stream

NEVER = -1


@dataclass(slots=True, eq=False)
class Rep:
    """The post of a rep and whoever holds it; months are numbers of the run.

    `usual_fen` is what its customers of the first day usually buy in a month. `sanctioned_until`, `vacant_until` and
    `new_until` are the last months of a sanction, of a vacancy and of the time in which a successor counts as new.
    """

    rep_id: int
    usual_fen: int = 0
    level: int = 0
    on_target: int = 0
    below: int = 0
    sanctioned_until: int = NEVER
    vacant_until: int = NEVER
    new_until: int = NEVER


class Team:
    """The reps of a region.

    Parameters
    ----------
    world : World
        How reps respond.
    draw : callable
        Draws by name (see `simkit.engine.luck`).
    calendar : Calendar
        Days of the run.
    payroll : Payroll
        Commission of the reps.
    rep_ids : sequence of int
        The posts, in order.
    customers : list of Customer
        The region's customers; those who are won later join the list.
    """

    def __init__(
        self,
        world: World,
        draw: Callable[..., float],
        calendar: Calendar,
        payroll: Payroll,
        rep_ids: Sequence[int],
        customers: list[Customer],
    ) -> None:
        self.world = world
        self.draw = draw
        self.calendar = calendar
        self.payroll = payroll
        self.customers = customers
        self.reps = {rep_id: Rep(rep_id) for rep_id in rep_ids}
        for customer in customers:
            self.reps[customer.rep_id].usual_fen += customer.monthly_purchases_fen

    # ---------------------------------------------------------------- effort

    def log_effort(self, rep_id: int, day: int) -> float:
        """Return the log-change of a rep's selling effort on a day by its career; 0 for a rep as at the start."""
        rep, month, effects = self.reps[rep_id], self.calendar.month(day), self.world.reps
        if month <= rep.vacant_until:
            return effects.vacant_effort
        effort = effects.promoted_effort * rep.level
        if month <= rep.sanctioned_until:
            effort += effects.sanctioned_effort
        if month <= rep.new_until:
            effort += effects.new_effort
        return effort

    def present(self, day: int) -> int:
        """Return how many posts are filled on a day."""
        month = self.calendar.month(day)
        return sum(month > rep.vacant_until for rep in self.reps.values())

    # ---------------------------------------------------------------- the month's end

    def closes_month(self, month: int, end: int, terms: Terms) -> list[Payslip]:
        """Settle every rep's month and decide on careers; return the payslips."""
        slips = [
            self.payroll.slip(rep.rep_id, month, rep.level, month <= rep.sanctioned_until, terms)
            for rep in self.reps.values()
        ]
        awards(slips, *self._repeat_buyers(month, end, terms), terms)
        keeps_budget(slips, terms)
        season = self.world.market.season
        factor = season[self.calendar.date(end).month - 1] / (sum(season) / 12)
        content = self._satisfaction(end)
        for rep, slip in zip(self.reps.values(), slips, strict=True):
            slip.target_fen = rep_target_fen(rep.usual_fen, terms.policy.targets.sales_growth, factor)
            slip.satisfaction = content.get(rep.rep_id)
            slip.vacant = month <= rep.vacant_until
            if not slip.vacant:
                hours = terms.policy.incentives.training.hours_per_month
                slip.training_fen = share_of_fen(self.world.economics.training_fen_per_hour, hours)
                slip.event = self._career(rep, slip, terms)
            slip.level = rep.level
        return slips

    def _repeat_buyers(self, month: int, end: int, terms: Terms) -> tuple[int, int]:
        """Return how many customers bought again in a month, and of how many that could have."""
        first = self.calendar.month_starts[month]
        window = terms.policy.incentives.awards.repurchase_window_days
        buyers = [customer for customer in self.customers if customer.bought(first - window, first - 1)]
        return sum(customer.bought(first, end) for customer in buyers), len(buyers)

    def _satisfaction(self, day: int) -> dict[int, float]:
        """Return the mean satisfaction of each rep's customers in business; reps without any are left out."""
        rule = self.world.relationship
        each: dict[int, list[int]] = {}
        for customer in self.customers:
            if customer.buys(day) and (customer.arrival < 0 or customer.signed):
                value = satisfaction(rule.satisfaction, rule.satisfaction_weight, customer.goodwill)
                each.setdefault(customer.rep_id, []).append(value)
        return {rep_id: sum(values) / len(values) / BILLION for rep_id, values in each.items()}

    # ---------------------------------------------------------------- careers

    def _career(self, rep: Rep, slip: Payslip, terms: Terms) -> str:
        """Count the months on target and below, sanction or promote; return what happened."""
        rule = terms.policy.incentives.career
        rep.on_target = rep.on_target + 1 if slip.sales_fen >= slip.target_fen else 0
        if slip.due_fen > 0:
            below = slip.received_fen < terms.policy.incentives.appraisal.malus_below * slip.due_fen
            rep.below = rep.below + 1 if below else 0
        sanction = Sanction[rule.sanction.upper()]
        if sanction and rep.below >= rule.sanction_months:
            return self._sanctions(rep, slip.month, sanction, rule.sanction_lasts_months)
        if slip.satisfaction is not None and earns_promotion(
            rep.on_target,
            rule.promotion_months,
            slip.satisfaction,
            rule.promotion_satisfaction,
            rep.level,
            self.world.reps.highest_level,
        ):
            rep.level, rep.on_target = rep.level + 1, 0
            return "promotion"
        return "none"

    def _sanctions(self, rep: Rep, month: int, sanction: Sanction, lasts: int) -> str:
        """Cut the pay or demote, which costs effort for a while; the rep may leave over it."""
        effects = self.world.reps
        rep.below = 0
        if self.draw(Stream.QUIT, rep.rep_id, month) < effects.quits_when_sanctioned:
            rep.level, rep.on_target, rep.sanctioned_until = 0, 0, NEVER
            rep.vacant_until = month + effects.vacancy_months
            rep.new_until = rep.vacant_until + effects.new_months
            return "quit"
        rep.sanctioned_until = month + lasts
        if sanction == Sanction.PAY_CUT:
            return "pay_cut"
        rep.level = max(0, rep.level - 1)
        return "demotion"
