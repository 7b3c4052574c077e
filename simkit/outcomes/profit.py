"""Profit of the policy year's contracts, after credit losses, commission, collection and funding cost."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from simkit.outcomes.receivables import CHARGES, DateLike, Receipt, Receivables, day, days_of

DAYS_PER_YEAR = 365


@dataclass(frozen=True)
class Profit:
    """The parts of profit, in fen; costs are positive."""

    gross_profit_fen: int
    bad_debt_fen: int
    provision_fen: int
    commission_fen: int
    collection_cost_fen: int
    funding_cost_fen: int
    interest_income_fen: int

    @property
    def profit_fen(self) -> int:
        """Gross profit and interest less bad debt, provision, commission, collection and funding cost."""
        costs = self.bad_debt_fen + self.provision_fen + self.commission_fen
        costs += self.collection_cost_fen + self.funding_cost_fen
        return self.gross_profit_fen + self.interest_income_fen - costs


def gross_profit_fen(sales_fen: int, gross_margin: float) -> int:
    """Return the margin on sales before credit costs, in fen."""
    return round(sales_fen * gross_margin)


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


def appraisal_fen(commissions: pd.DataFrame, first: DateLike, last: DateLike) -> int:
    """Return what appraisals added to commission (or took) in the months that begin in a period, in fen."""
    month = days_of(commissions["month"])
    within = (month >= day(first)) & (month <= day(last))
    return int(commissions["appraisal_fen"].to_numpy(np.int64)[within].sum())


def collection_cost_fen(actions: pd.DataFrame, receivables: pd.DataFrame, wage_fen_per_hour: int) -> int:
    """Return what the finished collection steps on the given lines cost: outlays and working time, in fen."""
    lines = receivables["line_id"].to_numpy(np.int64)
    counted = (
        np.isin(actions["line_id"].to_numpy(np.int64), lines) & actions["finished_date"].notna().to_numpy()
    )
    outlays = int(actions["cost_fen"].to_numpy(np.int64)[counted].sum())
    minutes = int(actions["minutes"].to_numpy(np.int64)[counted].sum())
    return outlays + round(minutes * wage_fen_per_hour / 60)


def funding_cost_fen(book: Receivables, as_of: DateLike, yearly_rate: float) -> int:
    """Return the cost of the money tied up in the book's lines, in fen.

    The sum of the daily balances, from issue to the day each line left the book, x rate / 365: daily average
    receivables x rate, for these lines alone.
    """
    return round(book.fen_days(as_of) * yearly_rate / DAYS_PER_YEAR)


def interest_income_fen(book: Receivables, as_of: DateLike) -> int:
    """Return interest and penalties received on the book's lines up to a day, in fen."""
    return int(book.received(day(as_of), *CHARGES).sum())


def cash_fen(book: Receivables, as_of: DateLike) -> int:
    """Return the payments received on the book's lines up to a day, in fen."""
    return int(book.received(day(as_of), Receipt.PAYMENT).sum())
