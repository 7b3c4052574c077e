"""The clock of a region: what time it is, which terms are in force, and how to wait."""

import simpy

from simkit.engine.calendar import DAY, RECEIPTS, Calendar
from simkit.engine.terms import Terms


class Clock:
    """Time in minutes since the first day's midnight, and the terms in force.

    Parameters
    ----------
    env : simpy.Environment
        Whose time it is.
    calendar : Calendar
        Days of the run.
    today, new : Terms
        Terms before and from the switch date on.
    """

    def __init__(self, env: simpy.Environment, calendar: Calendar, today: Terms, new: Terms) -> None:
        self.env = env
        self.calendar = calendar
        self.today = today
        self.new = new

    @property
    def day(self) -> int:
        """Today's number."""
        return int(self.env.now) // DAY

    @property
    def minute(self) -> int:
        """Minute of today."""
        return int(self.env.now) % DAY

    @property
    def acts_from(self) -> int:
        """First day on whose receipts what happens now can act: today before the receipts, else tomorrow."""
        return self.day if self.minute < RECEIPTS else self.day + 1

    def until(self, day: int, minute: int) -> simpy.Event:
        """Return the event of a minute of a day; of now, when that has passed."""
        return self.env.timeout(max(0, day * DAY + minute - self.env.now))

    def terms(self, day: int) -> Terms:
        """Return the terms in force on a day."""
        return self.today if day < self.calendar.switch else self.new
