"""Profit of the policy year's contracts, after what it cost to win, approve, collect and fund them."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd

from simkit.outcomes.approval import approval_minutes, work_fen
from simkit.outcomes.orders import Sales
from simkit.outcomes.reading import Reading
from simkit.outcomes.receivables import CHARGES, Counts, DateLike, Receipt, Receivables, day, positions
from simkit.outcomes.sales import total
from simkit.outcomes.tally import Tally

DAYS_PER_YEAR = 365


EXTRAS = ("appraisal_fen", "award_fen", "team_bonus_fen", "career_fen")


@dataclass(frozen=True)
class Profit:
    """The parts of profit, in fen; costs are positive.

    Gross profit, bad debt, provision, the contracts' commission, collection, funding and interest are those of the
    contracts signed in the policy year, whenever they come; the rest is spent in that year.
    """

    gross_profit_fen: int
    bad_debt_fen: int
    provision_fen: int
    commission_fen: int
    collection_cost_fen: int
    funding_cost_fen: int
    interest_income_fen: int
    acquisition_cost_fen: int
    treatment_cost_fen: int
    training_cost_fen: int
    approval_cost_fen: int

    @property
    def profit_fen(self) -> int:
        """Gross profit and interest less every cost."""
        losses = self.bad_debt_fen + self.provision_fen
        selling = self.acquisition_cost_fen + self.treatment_cost_fen + self.training_cost_fen
        credit = self.approval_cost_fen + self.collection_cost_fen + self.funding_cost_fen
        costs = losses + self.commission_fen + selling + credit
        return self.gross_profit_fen + self.interest_income_fen - costs


def gross_profit_fen(list_value_fen: int, discount_fen: int, gross_margin: float) -> int:
    """Return the margin before credit costs, in fen: a share of the list value, less the discounts given.

    A discount takes nothing off the cost of the goods, so it comes off the margin in full.
    """
    return round(list_value_fen * gross_margin) - discount_fen


def commission_fen(sales_fen: int, cash_fen: int, rate: float, signing_share: float) -> int:
    """Return the commission that contracts earn on both tracks, in fen, whenever it is paid (Handbook A3).

    The signing track is earned on sales (a lapsed contract gives it back), the collection track on the cash
    that has come in. Counting by contract keeps a policy that pays later from looking cheaper in its first
    year.

    Parameters
    ----------
    sales_fen : int
        Value of the contracts signed and not lapsed.
    cash_fen : int
        Payments received on them (recoveries earn nothing).
    rate : float
        Commission as a share of the contract value.
    signing_share : float
        Share of it on the signing track.
    """
    return round(rate * (signing_share * sales_fen + (1 - signing_share) * cash_fen))


def constant_commission_fen(sales_fen: int, rate: float) -> int:
    """Return the commission that contracts earn under a constant budget, in fen: the rate on sales, no extras.

    What the tracks, appraisals and awards come to decides who gets it, not how much there is.
    """
    return round(rate * sales_fen)


def extras_fen(commissions: pd.DataFrame) -> int:
    """Return what appraisals, awards, team bonuses and careers added to commission (or took), in fen.

    Parameters
    ----------
    commissions : DataFrame
        Rep-months to count, for instance those of the policy year; columns ``EXTRAS``.
    """
    return int(sum(commissions[name].to_numpy(np.int64).sum() for name in EXTRAS))


def collection_cost_fen(actions: pd.DataFrame, receivables: pd.DataFrame, wage_fen_per_hour: int) -> int:
    """Return what was done about the given lines cost: outlays and working time, in fen.

    Every finished action counts: the steps of the ladder, alerts and extensions.
    """
    outlays, minutes = _effort(actions, receivables["line_id"].to_numpy(np.int64))
    return outlays + work_fen(minutes, wage_fen_per_hour)


def _effort(actions: pd.DataFrame, line_ids: Counts) -> tuple[int, int]:
    """Return the fen laid out on the given lines, and the minutes worked on them."""
    counted, _ = positions(line_ids, actions["line_id"].to_numpy(np.int64))
    counted &= actions["finished_date"].notna().to_numpy()
    outlays, minutes = (actions[name].to_numpy(np.int64)[counted].sum() for name in ("cost_fen", "minutes"))
    return int(outlays), int(minutes)


def funding_cost_fen(book: Receivables, as_of: DateLike, yearly_rate: float) -> int:
    """Return the cost of the money tied up in the book's lines, in fen.

    The sum of the daily balances, from issue to the day each line left the book, x rate / 365: daily average
    receivables x rate, for these lines alone.
    """
    return _funding_fen(book.fen_days(as_of), yearly_rate)


def _funding_fen(fen_days: int, yearly_rate: float) -> int:
    return round(fen_days * yearly_rate / DAYS_PER_YEAR)


def interest_income_fen(book: Receivables, as_of: DateLike) -> int:
    """Return interest and penalties received on the book's lines up to a day, in fen."""
    return int(book.received(day(as_of), *CHARGES).sum())


def cash_fen(book: Receivables, as_of: DateLike) -> int:
    """Return the payments received on the book's lines up to a day, in fen."""
    return int(book.received(day(as_of), Receipt.PAYMENT).sum())


@dataclass(frozen=True)
class Money(Tally):
    """What profit is computed from, summed: of the contracts signed in the policy year, and of what that year cost.

    Fen, but for ``fen_days`` (the daily balances of the contracts) and minutes of work.
    """

    written_off: int
    cash: int
    charges: int
    fen_days: int
    outlays: int
    collection_minutes: int
    leads: int
    treatment: int
    training: int
    extras: int
    approval_minutes: int

    @classmethod
    def count(cls, reading: Reading) -> Self:
        """Sum the money of some regions."""
        run, book, window = reading.run, reading.cohort, reading.window
        pay, segments = window.policy_months(run.commissions), window.policy_months(run.segments)
        outlays, minutes = _effort(run.actions, book.line_id)
        return cls(
            written_off=book.net_write_offs(window.end),
            cash=cash_fen(book, window.end),
            charges=interest_income_fen(book, window.end),
            fen_days=book.fen_days(window.end),
            outlays=outlays,
            collection_minutes=minutes,
            leads=total(reading.leads["lead_fen"]),
            treatment=total(segments["treatment_fen"]),
            training=total(pay["training_fen"]),
            extras=extras_fen(pay),
            approval_minutes=approval_minutes(window.policy_months(run.desks)),
        )

    def profit(self, scenario: Any, sales: Sales, provision_fen: int) -> Profit:
        """Return the parts of profit under a scenario's prices and commission."""
        economics, wage = scenario.world.economics, scenario.world.economics.wage_fen_per_hour
        return Profit(
            gross_profit_fen=gross_profit_fen(sales.list_fen, sales.discount_fen, economics.gross_margin),
            bad_debt_fen=self.written_off,
            provision_fen=provision_fen,
            commission_fen=self._commission_fen(scenario.policy.incentives.commission, sales.fen),
            collection_cost_fen=self.outlays + work_fen(self.collection_minutes, wage),
            funding_cost_fen=_funding_fen(self.fen_days, economics.funding_rate),
            interest_income_fen=self.charges,
            acquisition_cost_fen=self.leads,
            treatment_cost_fen=self.treatment,
            training_cost_fen=self.training,
            approval_cost_fen=work_fen(self.approval_minutes, wage),
        )

    def _commission_fen(self, rule: Any, sales_fen: int) -> int:
        if rule.budget == "constant":
            return constant_commission_fen(sales_fen, rule.rate)
        return commission_fen(sales_fen, self.cash, rule.rate, rule.signing_share) + self.extras
