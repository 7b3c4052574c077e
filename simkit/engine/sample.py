"""The committed sample: the books of a small simulated company as CSV files, with a data dictionary.

``python -m simkit.engine.sample data/`` writes ``customers.csv``, ``orders.csv``, ``invoices.csv`` and
``README.md``. The company lives in the default world under the default policies, and no row comes from a real
company. The same code writes the same bytes everywhere.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from simkit.engine.result import Result
from simkit.engine.simulation import simulate
from simkit.errors import UserError
from simkit.portfolio.synthetic import draw_customers
from simkit.scenario.run import Run
from simkit.scenario.scenario import Scenario

SAMPLE = Scenario(name="sample", run=Run(customers=120))

CUSTOMERS = {
    "customer_id": "Number of the customer.",
    "region": "Sales region.",
    "rep_id": "Rep who looks after the customer.",
    "channel": "Where it came from: on_the_books on the first day, or a channel of leads.",
    "first_order_date": "Day of the first order in the files; blank when there is none.",
    "past_invoices": "Invoices on record from the years before the first day.",
    "past_late_invoices": "How many of those were paid late.",
    "legal_disputes": "Legal disputes on record in the last three years.",
    "current_ratio": "Current assets / short-term liabilities.",
    "quick_ratio": "Quick assets / short-term liabilities.",
    "receivables_turnover": "Sales / receivables a year.",
    "net_assets_million": "Net assets, million yuan.",
    "debt_ratio": "Total liabilities / total assets.",
    "pledgeable_cover": "Pledgeable assets / usual exposure.",
    "industry_phase": "Phase of the industry from -2 (decline) to 2 (growth).",
    "market_rank": "Rank in its market as a percentile; 1 is best.",
    "monthly_purchases": "Usual purchases a month, yuan.",
    "default_date": "Day the customer failed; blank when it did not.",
}
ORDERS = {
    "order_id": "Number of the order.",
    "customer_id": "Customer who ordered.",
    "rep_id": "Rep who took the order.",
    "order_date": "Day of the order.",
    "route": "Way it was decided: direct, review (by the risk desk) or meeting (after the review).",
    "decided_date": "Day of the decision, and of the contract; blank while it is pending.",
    "list_value": "Value by the price list, yuan.",
    "discount": "Discount, yuan.",
    "value": "Value of the contract, yuan: the list value less the discount.",
    "cross_sold": "Whether it has a further product in it.",
    "tier": "RFM tier of the customer on the day of the order.",
    "grade": "Credit grade of the customer on the day of the decision, A to D.",
    "term_wanted_days": "Credit term the customer asked for, days.",
    "term_days": "Credit term of the contract, days after acceptance.",
    "prepayment": "Part to be paid before delivery, yuan.",
    "security": "Security asked for: none, guarantor or collateral.",
    "status": "What became of the order.",
    "delivered_date": "Day of delivery; blank when the goods did not ship.",
}
INVOICES = {
    "invoice_id": "Number of the invoice; a credit note bears that of its invoice and a C.",
    "order_id": "Order that is invoiced.",
    "customer_id": "Customer who owes.",
    "issue_date": "Day of issue.",
    "due_date": "Day on which payment is due.",
    "paid_date": "Day of the last payment; blank when nothing was paid.",
    "amount": "Amount, yuan; negative on a credit note.",
    "paid_amount": "Paid so far, interest and penalties left out, yuan.",
    "currency": "Always CNY.",
    "credited_invoice": "Invoice that a credit note takes back, because a plan of instalments replaced it.",
}


def write_sample(folder: Path) -> list[Path]:
    """Write the sample into a folder, made if need be, and return the paths of its files.

    Raises
    ------
    UserError
        When the folder cannot be written to.
    """
    result = simulate(SAMPLE)
    master = draw_customers(SAMPLE, 0)
    tables = {
        "customers.csv": (customers_table(result, master), CUSTOMERS),
        "orders.csv": (orders_table(result), ORDERS),
        "invoices.csv": (invoices_table(result), INVOICES),
    }
    texts = {name: _csv(table) for name, (table, _) in tables.items()}
    texts["README.md"] = _dictionary({name: columns for name, (_, columns) in tables.items()})
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UserError(f"{folder}: cannot write the sample here: {error.strerror}") from None
    return [folder / name for name in texts]


def customers_table(result: Result, master: pd.DataFrame) -> pd.DataFrame:
    """Return the customer master as the company knows it: leads that never applied are not in it."""
    ledger = result.customers.set_index("customer_id")
    first_order = result.orders.groupby("customer_id")["order_date"].min().reindex(ledger.index)
    table = master.set_index("customer_id").loc[ledger.index]
    table = table.assign(
        channel=ledger["channel"],
        first_order_date=_day(first_order),
        default_date=_day(ledger["default_date"]),
        past_invoices=table["history_lines"],
        past_late_invoices=table["history_late"],
        monthly_purchases=_yuan(table["monthly_purchases_fen"]),
    )
    return table.reset_index()[list(CUSTOMERS)]


def orders_table(result: Result) -> pd.DataFrame:
    """Return the order book."""
    orders = result.orders
    return orders.assign(
        order_date=_day(orders["order_date"]),
        decided_date=_day(orders["decided_date"]),
        delivered_date=_day(orders["delivered_date"]),
        list_value=_yuan(orders["list_value_fen"]),
        discount=_yuan(orders["discount_fen"]),
        value=_yuan(orders["value_fen"]),
        prepayment=_yuan(orders["prepayment_fen"]),
    )[list(ORDERS)]


def invoices_table(result: Result) -> pd.DataFrame:
    """Return the invoices of goods delivered, and the credit notes of those that instalments replaced.

    Prepayments are asked for by order confirmation, not by invoice, and are in the order book alone.
    """
    lines = result.receivables[result.receivables["kind"] != "prepayment"]
    cash = result.receipts[result.receipts["kind"].isin(["payment", "recovery"])].groupby("line_id")
    invoices = pd.DataFrame(
        {
            "invoice_id": lines["line_id"].astype(str),
            "order_id": lines["order_id"],
            "customer_id": lines["customer_id"],
            "issue_date": _day(lines["issue_date"]),
            "due_date": _day(lines["due_date"]),
            "paid_date": _day(lines["line_id"].map(cash["date"].max())),
            "amount": _yuan(lines["amount_fen"]),
            "paid_amount": _yuan(lines["line_id"].map(cash["amount_fen"].sum()).fillna(0).astype("int64")),
            "currency": "CNY",
            "credited_invoice": "",
        }
    )
    replaced = lines["status"] == "rescheduled"
    notes = invoices[replaced].assign(
        invoice_id=invoices["invoice_id"] + "C",
        issue_date=_day(lines["closed_date"]),
        due_date=_day(lines["closed_date"]),
        amount="-" + invoices["amount"],
        credited_invoice=invoices["invoice_id"],
    )
    return pd.concat([invoices, notes]).sort_values(["issue_date", "invoice_id"], ignore_index=True)


def _day(dates: pd.Series) -> pd.Series:
    text: pd.Series = dates.dt.strftime("%Y-%m-%d").astype(object).fillna("")
    return text


def _yuan(fen: pd.Series) -> pd.Series:
    return pd.Series([f"{whole // 100}.{whole % 100:02d}" for whole in fen.tolist()], index=fen.index)


def _csv(table: pd.DataFrame) -> str:
    return table.to_csv(index=False, lineterminator="\n", float_format="%.4f")


def _dictionary(tables: dict[str, dict[str, str]]) -> str:
    """Return the data dictionary in Markdown."""
    run = SAMPLE.run
    lines = [
        "# Sample data",
        "",
        f"The books of a simulated company with {run.customers} customers on {run.start_date}, kept for",
        f"{run.horizon_days} days in the default world under the default policies (seed {run.seed}).",
        "Every row is synthetic: none comes from a real company. `make data` writes the files again,",
        "byte for byte.",
    ]
    for name, columns in tables.items():
        lines += ["", f"## {name}", "", "| column | meaning |", "|---|---|"]
        lines += [f"| `{column}` | {meaning} |" for column, meaning in columns.items()]
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str]) -> int:
    """Write the sample into the one folder named and return the exit code: 0, or 2 for a user's error."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m simkit.engine.sample FOLDER\n")
        return 2
    try:
        paths = write_sample(Path(arguments[0]))
    except UserError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.writelines(f"{path}: {path.stat().st_size:,} bytes\n" for path in paths)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
