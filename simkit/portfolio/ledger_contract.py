"""The contract of an imported ledger: what every frame of invoices keeps to, whatever the file was."""

import pandas as pd
import pandera.pandas as pa

STATUSES = ("open", "partial", "paid")

DATE = "datetime64[ns]"


def _ordered(frame: pd.DataFrame) -> pd.Series:
    return (frame["issue_date"] <= frame["due_date"]) & ~(frame["paid_date"] < frame["issue_date"])


def status_of(frame: pd.DataFrame) -> pd.Series:
    """Return what the paid amount makes of an invoice: open (nothing), partial, or paid (all, or more)."""
    status = pd.Series("partial", index=frame.index, dtype=object)
    status[frame["paid_fen"] == 0] = "open"
    status[frame["paid_fen"] >= frame["amount_fen"]] = "paid"
    return status


def _dated(frame: pd.DataFrame) -> pd.Series:
    dated = frame["paid_date"].notna()
    return (frame["status"] == "partial") | (dated == (frame["status"] == "paid"))


INVOICES = pa.DataFrameSchema(
    {
        "invoice_id": pa.Column(object, pa.Check.str_length(min_value=1)),
        "customer_id": pa.Column(object, pa.Check.str_length(min_value=1)),
        "issue_date": pa.Column(DATE),
        "issue_date_imputed": pa.Column(bool),
        "due_date": pa.Column(DATE),
        "paid_date": pa.Column(DATE, nullable=True),
        "amount_fen": pa.Column("int64", pa.Check.gt(0)),
        "paid_fen": pa.Column("int64", pa.Check.ge(0)),
        "currency": pa.Column(object, pa.Check.str_matches(r"^[A-Z]{3}$")),
        "disputed": pa.Column(bool),
        "status": pa.Column(object, pa.Check.isin(STATUSES)),
    },
    checks=[
        pa.Check(_ordered, name="issued before it is due and before it is paid"),
        pa.Check(
            lambda frame: frame["status"] == status_of(frame), name="the status follows from the paid amount"
        ),
        pa.Check(_dated, name="a paid invoice has a paid date and an open one has none"),
    ],
    index=pa.Index("int64"),
    unique=["customer_id", "invoice_id", "currency", "due_date"],
    strict=True,
    ordered=True,
    name="invoices",
    description="One row for each invoice line; money in fen, dates without a time of day.",
)
"""The canonical frame of invoices.

``paid_date`` is the day on which a paid invoice was settled; of one paid in part it is the day of the last
payment, NaT if nobody wrote it down. Whether an invoice is settled is told by ``status`` alone.
"""
