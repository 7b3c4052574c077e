"""How late a customer has paid: a mean that forgets month by month."""

from dataclasses import dataclass, field

from simkit.behaviour.payment import mean_delay, remembered
from simkit.engine.calendar import Calendar
from simkit.scenario.world.payment import Payment


@dataclass(slots=True)
class Delays:
    """Days late of the lines a customer has paid.

    `days` and `lines` are their sum and number as remembered at the start of `month`; `month_days` and `month_lines`
    are whole numbers, of the lines paid in that month. `waiting` are the payments, in the order of their days, after
    which no line was issued so far.
    """

    days: float
    lines: float
    month: int = 0
    month_days: int = 0
    month_lines: int = 0
    waiting: list[tuple[int, int]] = field(default_factory=list)

    def pays(self, day: int, delay: int) -> None:
        """A line is paid so many days late."""
        self.waiting.append((day, delay))

    def mean(self, day: int, calendar: Calendar, payment: Payment) -> float:
        """Return the shrunk mean days late of the lines paid before a day."""
        for paid, delay in self.waiting:
            if paid < day:
                self._enters(calendar.month(paid), payment.delay_memory)
                self.month_days += delay
                self.month_lines += 1
        self.waiting = [(paid, delay) for paid, delay in self.waiting if paid >= day]
        self._enters(calendar.month(day), payment.delay_memory)
        return mean_delay(
            self.days + self.month_days,
            self.lines + self.month_lines,
            payment.delay_prior_days,
            payment.delay_prior_lines,
        )

    def _enters(self, month: int, memory: float) -> None:
        """A month has come: what was known before it fades."""
        if month > self.month:
            self.days = remembered(self.days, self.month_days, month - self.month, memory)
            self.lines = remembered(self.lines, self.month_lines, month - self.month, memory)
            self.month, self.month_days, self.month_lines = month, 0, 0
