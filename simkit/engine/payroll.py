"""What reps earn: commission as it falls due and the monthly appraisal (Handbook A3, B5)."""

from collections import defaultdict

from simkit.engine.calendar import Calendar
from simkit.engine.line import Line
from simkit.rules.incentives import appraisal_fen
from simkit.scenario.policy.incentives import Appraisal

Entry = tuple[int, int]
"""A rep and a month."""


class Payroll:
    """Commission of the reps of a region, month by month, in fen.

    The collection rate of a month is the cash received by its end against lines that fall due in it, over the amount
    of these lines. Prepayments are not collected but waited for, and do not count.
    """

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self.signing: defaultdict[Entry, int] = defaultdict(int)
        self.collection: defaultdict[Entry, int] = defaultdict(int)
        self.due: defaultdict[Entry, int] = defaultdict(int)
        self.received: defaultdict[Entry, int] = defaultdict(int)

    def signed(self, rep_id: int, day: int, amount_fen: int) -> None:
        """Book signing commission; negative when a contract lapses."""
        self.signing[rep_id, self.calendar.month(day)] += amount_fen

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

    def close_month(self, rep_id: int, month: int, rule: Appraisal) -> tuple[int, ...]:
        """Return (signing, collection, appraisal, total, due, received) of a rep's month, in fen."""
        entry = (rep_id, month)
        signing, collection = self.signing[entry], self.collection[entry]
        due, received = self.due[entry], self.received[entry]
        appraisal = appraisal_fen(
            signing + collection,
            received,
            due,
            rule.bonus_at,
            rule.bonus_share,
            rule.malus_below,
            rule.malus_share,
        )
        return signing, collection, appraisal, signing + collection + appraisal, due, received
