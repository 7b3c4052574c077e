"""Credit notes of a ledger, netted against the invoices that they correct."""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import pandas as pd

CREDIT_TYPES = {
    "row": "int64",
    "customer_id": "object",
    "currency": "object",
    "amount_fen": "int64",
    "applied_to": "object",
    "applied_fen": "int64",
    "unapplied_fen": "int64",
}


def net_credits(
    invoices: pd.DataFrame, credit_notes: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
    """Return the invoices less the credit notes, what became of each credit note, and notes.

    A credit note goes to the invoice it names (or whose number it bears), then to the customer's oldest open
    invoices in the same currency; what is left is unapplied. An invoice can take what is open on it. One
    that is paid without a stated paid amount can take its whole amount: it was then paid net of the credit.

    Parameters
    ----------
    invoices : pd.DataFrame
        As :func:`ledger_invoices.gather_invoices` returns them, with issue dates. Amounts in fen.
    credit_notes : pd.DataFrame
        Rows of kind credit_note.

    Returns
    -------
    invoices : pd.DataFrame
        With amounts less credits; those credited in full have amount 0.
    credits : pd.DataFrame
        row, customer_id, currency, amount_fen (negative), applied_to, applied_fen, unapplied_fen.
    notes : list of str
    """
    book = _Book(invoices)
    lines = []
    fields = ("row", "customer_id", "currency", "credited_invoice", "invoice_id", "amount_fen")
    columns = (credit_notes[name].tolist() for name in fields)
    for row, customer, currency, credited, number, amount in zip(*columns, strict=True):
        left = -amount
        taken: list[str] = []
        for i in book.targets((customer, currency), (credited, number)):
            fen = min(left, book.capacity(i))
            if fen > 0:
                book.amount[i] -= fen
                left -= fen
                taken.append(book.number[i])
            if left == 0:
                break
        lines.append((row, customer, currency, amount, ", ".join(taken), -amount - left, left))
    table = pd.DataFrame(lines, columns=list(CREDIT_TYPES)).astype(CREDIT_TYPES)
    paid = np.where(
        invoices["paid_stated"], invoices["paid_fen"], np.minimum(invoices["paid_fen"], book.amount)
    )
    netted = invoices.assign(amount_fen=book.amount, paid_fen=paid)
    return netted, table, _notes(netted, table)


def _notes(netted: pd.DataFrame, table: pd.DataFrame) -> list[str]:
    if table.empty:
        return []
    notes = [f"credit notes (negative amounts) netted against invoices: {len(table)} (listed in credits)"]
    if unapplied := int((table["unapplied_fen"] > 0).sum()):
        notes.append(
            f"credit notes that no invoice takes in full: {unapplied} (the rest is listed as unapplied)"
        )
    if cancelled := int((netted["amount_fen"] == 0).sum()):
        notes.append(f"invoices credited in full and left out: {cancelled}")
    return notes


class _Book:
    """The invoices of each customer and currency, oldest first."""

    def __init__(self, invoices: pd.DataFrame) -> None:
        self.amount = invoices["amount_fen"].to_numpy(copy=True)
        self.number = invoices["invoice_id"].tolist()
        self._paid = invoices["paid_fen"].to_numpy()
        self._stated = invoices["paid_stated"].to_numpy()
        self._dated = invoices["paid_date"].notna().to_numpy()
        self._of_account: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._of_number: dict[tuple[str, str, str], list[int]] = defaultdict(list)
        ages = invoices.reset_index(drop=True).sort_values(["issue_date", "due_date"], kind="stable")
        for i, customer, currency in zip(ages.index, ages["customer_id"], ages["currency"], strict=True):
            self._of_account[customer, currency].append(i)
            self._of_number[customer, currency, self.number[i]].append(i)

    def targets(self, account: tuple[str, str], named: tuple[str, ...]) -> Iterator[int]:
        """Yield the invoices a credit note may go to: those it names, then the open ones."""
        for number in named:
            yield from self._of_number.get((*account, number), ())
        yield from (i for i in self._of_account.get(account, ()) if self._paid[i] < self.amount[i])

    def capacity(self, i: int) -> int:
        """Return how much credit an invoice can take, fen."""
        amount, paid = int(self.amount[i]), int(self._paid[i])
        if paid >= amount and not self._stated[i]:
            return amount
        if paid and not self._dated[i]:
            return 0  # it would become paid in full on a day that nobody knows
        return max(0, amount - paid)
