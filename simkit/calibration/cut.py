"""A ledger as it was on an earlier day: what was issued later is not in it, and what was paid later is open."""

from dataclasses import replace

import pandas as pd

from simkit.portfolio.ledger_contract import INVOICES, status_of
from simkit.portfolio.ledger_import import Ledger


def known_at(ledger: Ledger, cut: pd.Timestamp) -> Ledger:
    """Return the ledger as it would have been drawn up at the end of a day.

    A payment in part without a date is taken to be later than any cut. Issue dates that the import has imputed, and
    credit notes it has netted, stay as the whole ledger has them: that much hindsight cannot be undone.
    """
    invoices = ledger.invoices[ledger.invoices["issue_date"] <= cut].reset_index(drop=True)
    seen = invoices["paid_date"] <= cut
    known = invoices.assign(
        paid_date=invoices["paid_date"].where(seen), paid_fen=invoices["paid_fen"].where(seen, 0)
    )
    known["status"] = status_of(known)
    return replace(ledger, as_of=cut, invoices=INVOICES.validate(known))
