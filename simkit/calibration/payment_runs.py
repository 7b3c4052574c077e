"""Customers who pay in runs: on one day in a week or a month, everything that is old enough by then.

Odds of payment that are drawn line by line and day by day cannot tell of a customer who settles forty invoices on the
last Friday of its month and none on the days between: whether that Friday lies before a month's end or after it decides
what the month's ageing shows. Such a customer is known by its record: few days of payment, many lines on each. Its next
runs follow after gaps drawn from its own, and on a run each line is paid with a chance that depends on its age, as on
the runs before. That line ages and gaps alone matter is an assumption.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pandas as pd
from scipy.special import betaincinv

from simkit.calibration.forward import Lines
from simkit.calibration.person_periods import OPEN, Floats, Ints, Told
from simkit.streams import Stream, uniforms

AGES = (-14, -7, -3, 0, 4, 8, 15, 22, 31, 38, 46, 61, 76, 91)
"""First day from due of each age after the first."""

FEWEST_RUNS, LINES_A_RUN, DAYS_BETWEEN = 3, 3.0, 5.0
"""What makes a payer in runs: runs at least; lines on each and days between two, on average (assumption)."""

_PRIOR = 1.0
_SURE = 0.02
_MOST_RUNS = 400


@dataclass(frozen=True)
class RunPayer:
    """A customer who pays in runs.

    Attributes
    ----------
    customer : int
    calendar : int
        Names the luck of its gaps. Customers who paid on the same days so far keep to one calendar: they are one payer.
    last : int
        Day of its last run.
    gaps : int array
        Days between its runs.
    came, paid : float array, shape (ages,)
        Lines open on a run, by their age on it, and those of them that it paid.
    """

    customer: int
    calendar: int
    last: int
    gaps: Ints
    came: Floats
    paid: Floats

    @classmethod
    def of(cls, lines: pd.DataFrame) -> Self | None:
        """Return the payer whose lines these are, or None if it does not pay in runs."""
        first, due, paid = (lines[name].to_numpy(np.int64) for name in ("first", "due", "paid"))
        settled = paid < OPEN
        runs, gaps = np.unique(paid[settled]), np.diff(np.unique(paid[settled]))
        if len(runs) < FEWEST_RUNS or settled.sum() < LINES_A_RUN * len(runs) or gaps.mean() < DAYS_BETWEEN:
            return None
        at_risk = (first[:, None] <= runs) & (paid[:, None] >= runs)
        age = np.searchsorted(AGES, runs - due[:, None], side="right")
        pays = at_risk & (paid[:, None] == runs)
        came, went = (np.bincount(age[of], minlength=len(AGES) + 1).astype(float) for of in (at_risk, pays))
        code = int(lines["customer"].iloc[0])
        return cls(code, code, int(runs[-1]), gaps, came, went)

    @property
    def past(self) -> tuple[int, ...]:
        """The days of its runs, last one first, as gaps."""
        return (self.last, *self.gaps.tolist())

    def runs(self, seed: int, path: int, cut: int, last: int) -> Ints:
        """Return the days of the runs after a cut."""
        luck = uniforms(seed, path, Stream.RUN_GAP, np.array([self.calendar]), np.arange(_MOST_RUNS))
        waited = cut - self.last
        longer = self.gaps[self.gaps > waited]
        if len(longer):
            first = self.last + int(longer[int(luck[0] * len(longer))])
        else:  # overdue by its own record: any day within a usual gap
            first = cut + 1 + int(luck[0] * self.gaps.mean())
        later = self.gaps[(luck[1:] * len(self.gaps)).astype(np.int64)]
        days = first + np.concatenate([[0], np.cumsum(later)])
        return days[days <= last]

    def chances(self, seed: int, path: int) -> Floats:
        """Return the chance to be paid on a run by age, drawn from what the record tells.

        An age of which little was seen is taken for the one before it, as if that had been seen on one line more.
        """
        luck = uniforms(seed, path, Stream.RUN_CHANCE, np.array([self.customer]), np.arange(len(AGES) + 1))
        chance, before = np.empty(len(luck)), _SURE
        for age, (came, paid) in enumerate(zip(self.came, self.paid, strict=True)):
            before = float(np.clip((paid + _PRIOR * before) / (came + _PRIOR), _SURE, 1 - _SURE))
            known = came + _PRIOR
            chance[age] = betaincinv(known * before, known * (1 - before), luck[age])
        return chance


@dataclass(frozen=True)
class PaymentRuns:
    """The customers of a ledger who pay in runs.

    Attributes
    ----------
    seed, cut : int
    payers : tuple of RunPayer
    """

    seed: int
    cut: int
    payers: tuple[RunPayer, ...]

    @classmethod
    def of(cls, lines: pd.DataFrame, seed: int, cut: int) -> Self:
        """Return those of the lines known at a cut."""
        found = [payer for _, part in lines.groupby("customer") if (payer := RunPayer.of(part))]
        calendars: dict[tuple[int, ...], int] = {}
        for payer in found:
            calendars.setdefault(payer.past, payer.customer)
        payers = tuple(replace(payer, calendar=calendars[payer.past]) for payer in found)
        return cls(seed, cut, payers)

    def pays(self, customer: Ints) -> Told:
        """Return which customers pay in runs."""
        return np.isin(customer, [payer.customer for payer in self.payers])

    def paid_days(self, lines: Lines, path: int, last: int) -> Ints:
        """Return the day on which each line of these customers is paid on one path; of others, the day they have."""
        paid = lines.paid.copy()
        for payer in self.payers:
            own = np.arange(*np.searchsorted(lines.customer, [payer.customer, payer.customer + 1]))
            own = own[lines.first[own] > self.cut]
            chances = payer.chances(self.seed, path)
            for number, run in enumerate(payer.runs(self.seed, path, self.cut, last)):
                at_risk = own[(paid[own] == OPEN) & (lines.first[own] <= run)]
                age = np.searchsorted(AGES, run - lines.due[at_risk], side="right")
                luck = uniforms(self.seed, path, Stream.RUN_LINE, at_risk, number)
                paid[at_risk[luck < chances[age]]] = run
        return paid

    def settled(self, lines: Lines) -> Lines:
        """Return lines with those of these customers out of the reach of daily odds."""
        return replace(lines, first=np.where(self.pays(lines.customer), self.cut, lines.first))
