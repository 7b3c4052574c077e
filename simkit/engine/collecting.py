"""Collection: alerts, the ladder and its desks, extensions and instalment plans (Handbook B3, B4)."""

from collections.abc import Callable, Mapping

from simkit.engine.book import Book
from simkit.engine.calendar import EFFECTS
from simkit.engine.chase import Chase, Extension
from simkit.engine.clock import Clock
from simkit.engine.desk import Desk, Process
from simkit.engine.line import BALANCE, PREPAYMENT, Line
from simkit.rules.admission import Security
from simkit.rules.collections import Stage, may_extend, queue_key, step_opens
from simkit.rules.monitoring import Alert, alert_day, discovery_day
from simkit.scenario.world import World
from simkit.streams import Stream

DESKS = ("reps", "risk_officers", "sales_managers", "legal")
"""The desk of each step of the ladder."""

PLACES = 8
"""Jobs that one line may have at a desk, so that no two have the same place in a queue."""

ALERTED = (DESKS[0], DESKS[0], DESKS[1])
"""Who answers each alert: the rep, and to the last the risk officer."""


class Collecting:
    """What the company does about receivables that are about to be late, or are.

    Parameters
    ----------
    clock : Clock
        Time and terms.
    world : World
        How customers respond.
    draw : callable
        Draws by name (see `simkit.engine.luck`).
    desks : mapping of str to Desk
        The desks by name.
    book : Book
        Where steps are noted.
    wakes, reschedules : callable
        What to do when something has changed for a line, and when its customer signs an instalment plan on a day.
    """

    def __init__(
        self,
        clock: Clock,
        world: World,
        draw: Callable[..., float],
        desks: Mapping[str, Desk],
        book: Book,
        wakes: Callable[[Line], None],
        reschedules: Callable[[Line, int], None],
    ) -> None:
        self.clock = clock
        self.world = world
        self.draw = draw
        self.desks = desks
        self.book = book
        self.wakes = wakes
        self.reschedules = reschedules
        self._finished: list[Chase] = []

    # ---------------------------------------------------------------- alerts

    def next_alert(self, line: Line, earliest: int) -> tuple[int, Alert]:
        """Return the day on which the next alert on a line is answered, at the earliest `earliest`, and which it is.

        Of several whose day has passed only the last is answered.
        """
        watch = self.clock.terms(earliest).policy.monitoring
        if not watch.enabled or line.kind == PREPAYMENT:
            return self.clock.calendar.horizon, Alert.NONE
        found = self.clock.calendar.horizon, Alert.NONE
        for alert in Alert:
            if alert > line.alert:
                days = watch.alerts
                raised = alert_day(
                    alert, line.issued, line.due, days.before_due_days, days.level_1_days, days.level_2_days
                )
                answered = raised + watch.response_lag_days
                if answered > earliest:
                    return found if found[1] else (answered, alert)
                found = earliest, alert
        return found

    def answers(self, line: Line, alert: Alert, day: int) -> None:
        """The rep or the risk officer answers an alert with a call; from the next day it moves the line."""
        watch = self.clock.terms(day).policy.monitoring
        line.alert = alert
        desk = ALERTED[alert - 1]
        self.book.alert(line, alert, desk, day - watch.response_lag_days, day, watch.alerts.minutes)

    # ---------------------------------------------------------------- the ladder

    def next_step(self, line: Line, earliest: int) -> int:
        """Return the day on which the next step of the ladder is asked for, at the earliest `earliest`."""
        if line.kind == PREPAYMENT or line.asked == Stage.LEGAL:
            return self.clock.calendar.horizon
        terms = self.clock.terms(earliest)
        watch, stage = terms.policy.monitoring, Stage(line.asked + 1)
        day = step_opens(
            stage,
            line.due,
            terms.stage_days[stage - 1],
            line.notice_day,
            terms.policy.collections.notice_days,
            line.held_until,
        )
        found = discovery_day(
            day,
            line.due + watch.alerts.level_1_days,
            self.clock.calendar.month_end(day),
            watch.enabled,
            watch.response_lag_days,
        )
        return max(found, earliest, line.asked_on + 1)

    def asks(self, line: Line, day: int) -> None:
        """The next step is put before its desk, or a core customer's request for more time before the sales manager."""
        terms, customer = self.clock.terms(day), line.order.customer
        ladder, stage = terms.policy.collections, Stage(line.asked + 1)
        key = queue_key(terms.queue_rule, line.due, line.amount_fen, 1.0 - customer.score / 100.0)
        place = (key, line.line_id * PLACES + int(line.asked))
        line.asked_on = day
        if line.kind == BALANCE and may_extend(
            stage, customer.tier, ladder.extension.enabled, line.extension_asked
        ):
            line.extension_asked = True
            line.held_until = line.due + terms.stage_days[Stage.PLAN - 1]
            desk, minutes = self.desks["sales_managers"], ladder.extension.minutes
            desk.submit(Extension(line, stage, desk.name, day, place, minutes, 0, self._finished.append))
            return
        line.asked = stage
        desk = self.desks[DESKS[stage - 1]]
        minutes, cost = terms.stage_minutes[stage - 1], terms.stage_cost_fen[stage - 1]
        desk.submit(Chase(line, stage, desk.name, day, place, minutes, cost, self._finished.append))

    def takes_effect(self) -> Process:
        """Every evening the steps that desks have finished are felt, in an order in which no desk's pace matters."""
        for day in range(self.clock.calendar.horizon):
            yield self.clock.until(day, EFFECTS)
            finished = sorted(self._finished, key=lambda chase: chase.place)
            self._finished.clear()
            for chase in finished:
                self.book.action(chase, day)
                if not chase.needed():  # settled, or overtaken by a later step, while it was in hand
                    continue
                if isinstance(chase, Extension):
                    self._extends(chase.line, day)
                else:
                    self._acts(chase, day)
                self.wakes(chase.line)

    def _acts(self, chase: Chase, day: int) -> None:
        """A step has been taken: it is felt, and from the next day it moves the line."""
        line, memory = chase.line, self.world.relationship
        felt = (memory.friendly, memory.formal, memory.plan, memory.legal)[chase.stage - 1]
        line.order.customer.goodwill += felt
        line.stage = chase.stage
        if chase.stage == Stage.FORMAL:
            line.notice_day = day
        offered = chase.stage == Stage.PLAN and line.kind == BALANCE
        if offered and self.draw(Stream.PLAN, line.line_id) < self.world.payment.plan_acceptance:
            self.reschedules(line, day)

    def _extends(self, line: Line, day: int) -> None:
        """A core customer gets more time if it brings a guarantor; else the ladder goes on."""
        line.held_until = 0
        if self.draw(Stream.EXTENSION, line.line_id) < self.world.payment.extension_acceptance:
            line.held_until = day + self.clock.terms(day).policy.collections.extension.days
            line.extended = line.held_until
            line.order.security = max(line.order.security, Security.GUARANTOR)
