"""The rows of a ledger gathered into invoice lines: part payments summed, missing issue dates imputed."""

import numpy as np
import pandas as pd

from simkit.portfolio.ledger_rows import LINE, LedgerRows


def gather_invoices(rows: LedgerRows) -> tuple[pd.DataFrame, pd.Series, list[str]]:
    """Return one invoice line for each customer, invoice number, currency and due date.

    Rows of the same line are its parts, so amounts and payments add up. But where every row states a payment
    and the same amount, and the payments fit into that amount, each row repeats the whole, which counts once.
    A line is paid on the day on which its payments reach its amount; a line paid in part has the date of its
    last payment.

    Returns
    -------
    invoices : pd.DataFrame
        In the order of their first rows: the canonical columns but status, and line (a number), paid_stated.
    line_of_row : pd.Series
        The line of each invoice row, by the row's index in ``rows.frame``; -1 if it repeats an amount.
    notes : list of str
    """
    parts = rows.frame[rows.frame["kind"] == "invoice"]
    line = parts.groupby(LINE, sort=False).ngroup()
    repeated, balance = _repeated(parts, line, rows.outstanding_only)
    paid = _payments(parts, line, balance)
    again = repeated & line.duplicated()
    whole = parts["amount_fen"].where(~again, 0)
    grouped = parts.assign(amount_fen=whole, paid_fen=paid, line=line).groupby("line", sort=False)
    invoices = grouped.agg(
        customer_id=("customer_id", "first"),
        invoice_id=("invoice_id", "first"),
        currency=("currency", "first"),
        issue_date=("issue_date", "min"),
        issue_date_imputed=("issue_date_imputed", "any"),
        due_date=("due_date", "first"),
        paid_date=("paid_date", "max"),
        amount_fen=("amount_fen", "sum"),
        paid_fen=("paid_fen", "sum"),
        paid_stated=("paid_stated", "any"),
        disputed=("disputed", "any"),
    )
    settled = _settlement(parts.assign(paid_fen=paid), line, invoices["amount_fen"])
    invoices["paid_date"] = settled.fillna(invoices["paid_date"]).where(invoices["paid_fen"] > 0)
    notes = []
    if several := int((line.value_counts() > 1).sum()):
        notes.append(f"invoices with several rows: {several}; their amounts and payments are added up")
    if again.any():
        notes.append(
            f"rows that repeat the amount of an invoice beside a further payment: {int(again.sum())}"
        )
    return invoices.reset_index(), line.where(~again, -1), notes


def _repeated(parts: pd.DataFrame, line: pd.Series, outstanding_only: bool) -> tuple[pd.Series, pd.Series]:
    """Return which rows belong to a line whose rows repeat its amount, and to one whose rows state a balance.

    Where only what is outstanding is stated, rows of equal amount with different paid dates show how the
    balance fell: the payments are not to be added, the largest is what has been paid.
    """
    groups = parts.groupby(line.to_numpy(), sort=False)
    amount, paid = groups["amount_fen"], groups["paid_fen"]
    same = (
        (amount.transform("size") > 1)
        & (amount.transform("min") == amount.transform("max"))
        & groups["paid_stated"].transform("all")
    )
    several_dates = groups["paid_date"].transform("nunique") > 1
    balance = same & several_dates & outstanding_only
    return balance | (same & (paid.transform("sum") <= parts["amount_fen"])), balance


def _payments(parts: pd.DataFrame, line: pd.Series, balance: pd.Series) -> pd.Series:
    """Return what each row paid: as it states, or the fall of the balance since the row before it in time."""
    ordered = parts[balance].sort_values("paid_date", kind="stable")
    reached = ordered.groupby(line[ordered.index])["paid_fen"].cummax()
    before = reached.groupby(line[ordered.index]).shift(fill_value=0)
    return parts["paid_fen"].where(~balance, (reached - before).reindex(parts.index, fill_value=0))


def _settlement(parts: pd.DataFrame, line: pd.Series, amount: pd.Series) -> pd.Series:
    """Return, for each line, the first date on which its payments reach its amount; NaT if they never do."""
    dated = parts[parts["paid_date"].notna()].sort_values("paid_date", kind="stable")
    of = line[dated.index]
    reached = dated["paid_fen"].groupby(of).cumsum() >= of.map(amount)
    return dated["paid_date"].where(reached).groupby(of).min().reindex(amount.index)


def impute_issue_dates(invoices: pd.DataFrame, term_days: int) -> tuple[pd.DataFrame, list[str]]:
    """Return the invoices with every issue date filled in, and notes of how.

    A missing date is the due date less the customer's median term, else the ledger's, else ``term_days``. An
    imputed date, ours or the source's own estimate, is moved back to an earlier due or paid date.
    Assumption: customers keep to their usual term.
    """
    known = invoices["issue_date"].notna()
    terms = (invoices["due_date"] - invoices["issue_date"]).dt.days.clip(lower=0)
    notes = []
    usual = float(terms.median()) if known.any() else float(term_days)
    own = invoices["customer_id"].map(terms.groupby(invoices["customer_id"]).median())
    term = pd.to_timedelta(np.floor(own.fillna(usual)), unit="D")
    missing = int((~known).sum())
    if missing:
        alone = int((own.isna() & ~known).sum())
        source = f"{'the ledger median of' if known.any() else 'an assumed'} {usual:.0f} days"
        notes.append(
            f"issue dates imputed: {missing}; the due date less the customer's median term "
            f"({missing - alone}) or {source} ({alone})"
        )
    flagged = invoices["issue_date_imputed"]
    if estimates := int((known & flagged).sum()):
        notes.append(f"issue dates that are the source's own estimates: {estimates}")
    dates = invoices["issue_date"].fillna(invoices["due_date"] - term)
    latest = invoices[["due_date", "paid_date"]].min(axis=1)
    late = flagged & (dates > latest)
    if late.any():
        notes.append(f"imputed issue dates moved back to an earlier due or paid date: {int(late.sum())}")
    return invoices.assign(issue_date=dates.mask(late, latest)), notes
