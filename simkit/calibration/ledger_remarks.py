"""What a calibration assumed, left out or kept, in words."""

from simkit.calibration.currency import main_currency
from simkit.calibration.payment_model import PRIOR_SD, PaymentFit
from simkit.portfolio.ledger_import import Ledger


def remarks(book: Ledger, fit: PaymentFit, season: list[float] | None) -> list[str]:
    """Return what was assumed of a ledger, or kept from the base world because the ledger is silent."""
    invoices = book.invoices
    told = [
        "quality_weight is 0: a ledger holds no financial statements, so habit carries all that customers differ in"
    ]
    if (currency := main_currency(invoices)) != "CNY":
        told.append(f"amounts are in hundredths of {currency}, not converted to yuan")
    if (invoices["status"] == "paid").all():
        told.append(
            "no invoice is open: if unpaid ones were left out of the ledger, late payment is understated, and how many "
            "customers default cannot be told"
        )
    if imputed := int(invoices["issue_date_imputed"].sum()):
        told.append(
            f"issue dates that are estimates: {imputed:,}; days at risk before the due date rest on them"
        )
    if season is None:
        told.append("season kept from the base world: the ledger has less than two full years to tell it by")
    silent = int((fit.alpha_se > 0.9 * PRIOR_SD).sum())
    if silent:
        told.append(f"buckets on which the ledger is all but silent, kept near the base world: {silent}")
    return told
