"""What a calibrated world rests on, in words: the ledger, the estimates beside it and how sure they are."""

from simkit.calibration.payment_model import PaymentFit, parameter_names
from simkit.calibration.write_offs import DefaultRate
from simkit.portfolio.customer_file import CustomerMaster
from simkit.portfolio.ledger_import import Ledger


def facts(
    book: Ledger, fit: PaymentFit, defaults: DefaultRate, master: CustomerMaster | None
) -> dict[str, str]:
    """Return what a fitted world rests on: files, rows, dates, and the figures that no section of a world holds."""
    invoices = book.invoices
    states = invoices["status"].value_counts()
    counted = ", ".join(f"{states.get(state, 0):,} {state}" for state in ("paid", "partial", "open"))
    issued = invoices["issue_date"]
    weights = ("history_weight", "delay_weight", "term_weight", "amount_weight", "month_end")
    estimates = dict(zip(parameter_names(len(fit.alpha)), fit.theta, strict=True))
    weekdays = " ".join(f"{effect:.2f}" for effect in fit.payment.calendar.weekday)
    return {
        "ledger": book.name,
        "sha256": book.sha256,
        "invoices": f"{len(invoices):,} of {invoices['customer_id'].nunique():,} customers ({counted})",
        "issued": f"{issued.min().date()} to {issued.max().date()}, as of {book.as_of.date()}",
        "currency": ", ".join(sorted(invoices["currency"].unique())),
        **{
            name.replace("_", " "): f"{estimates[name]:.3f} (standard error {fit.errors[name]:.3f})"
            for name in weights
        },
        "weekdays": f"{weekdays} (Monday first; working days sum to 0)",
        "frailty sd": f"{fit.frailty_sd:.3f} (standard error {fit.frailty_sd_se:.3f})",
        "log-likelihood": f"{fit.log_likelihood:.1f}",
        "given up a year": f"{defaults.mean:.2%} ({defaults.low:.2%} .. {defaults.high:.2%}) of customers; "
        f"{defaults.defaults} in {defaults.customer_years:,.0f} customer-years",
        **(_of_master(master) if master else {}),
    }


def _of_master(master: CustomerMaster) -> dict[str, str]:
    return {"customer master": f"{master.name}, {len(master.customers):,} customers, sha256 {master.sha256}"}
