"""Amounts in several currencies: which one counts, and how the others are put beside it."""

import pandas as pd


def main_currency(invoices: pd.DataFrame) -> str:
    """Return the currency of most invoices; of equally many, the first by its code."""
    return str(invoices["currency"].value_counts().sort_index().idxmax())


def comparable(invoices: pd.DataFrame) -> pd.DataFrame:
    """Return invoices with other currencies' amounts scaled so that their median is the main currency's.

    No ledger says what they are worth in it: an invoice that is large among its own counts as large (assumption).
    """
    middle = invoices.groupby("currency")["amount_fen"].median()
    if len(middle) == 1:
        return invoices
    rate = (middle[main_currency(invoices)] / middle).loc[invoices["currency"]].to_numpy()
    return invoices.assign(amount_fen=invoices["amount_fen"] * rate, paid_fen=invoices["paid_fen"] * rate)
