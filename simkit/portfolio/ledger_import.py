"""Import of a company's own receivables ledger: every row understood or rejected, all money accounted for."""

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from simkit.errors import UserError
from simkit.portfolio.ledger_columns import LEDGER, LedgerColumns, Vocabulary, find_columns
from simkit.portfolio.ledger_contract import INVOICES, status_of
from simkit.portfolio.ledger_credits import net_credits
from simkit.portfolio.ledger_file import LedgerFile, Sheet, read_file
from simkit.portfolio.ledger_invoices import gather_invoices, impute_issue_dates
from simkit.portfolio.ledger_mapping import LedgerMapping, read_mapping
from simkit.portfolio.ledger_rows import LedgerRows, read_rows
from simkit.scenario.problem import did_you_mean, shown

PARTS = ("kept", "credited", "credit_note", "repeated", "duplicate", "rejected")
"""What the rows of a file become; their rows and amounts sum to the file's."""

_SHOWN_REASONS = 5
_LONELY_DAYS = 180


@dataclass(frozen=True, eq=False)
class Ledger:
    """A receivables ledger in canonical form, with an account of every row of the file it came from.

    Attributes
    ----------
    name : str
        The file's name without its ending.
    sha256 : str
        Of the file's bytes.
    as_of : pd.Timestamp
        The day the ledger was drawn up: the last date on which an invoice was issued or paid, unless stated.
        Invoices open on it are right-censored there.
    invoices : pd.DataFrame
        One row for each invoice line, as :data:`ledger_contract.INVOICES` defines. Money in fen.
    rejected : pd.DataFrame
        row (as a spreadsheet numbers it), column, value, reason; one line for each rejected row.
    duplicates : pd.DataFrame
        row, copy_of: rows equal to an earlier one in every cell.
    credits : pd.DataFrame
        The credit notes: row, customer_id, currency, amount_fen, applied_to, applied_fen, unapplied_fen.
    totals : pd.DataFrame
        currency, item, rows, amount_fen. Item ``file`` is everything in the file; the others are its parts
        and sum to it exactly: kept (invoices, net of credit notes), credited (taken off invoices by credit
        notes; rows of invoices credited in full), credit_note (negative), repeated (the amount of an invoice
        written again beside a further payment), duplicate, rejected (an unreadable amount counts as 0).
    notes : list of str
        What was guessed, assumed, or otherwise worth knowing.
    """

    name: str
    sha256: str
    as_of: pd.Timestamp
    invoices: pd.DataFrame
    rejected: pd.DataFrame
    duplicates: pd.DataFrame
    credits: pd.DataFrame
    totals: pd.DataFrame
    notes: list[str] = field(default_factory=list)

    def summary(self) -> str:
        """Return the account of the import as text: totals before and after, reasons for rejection, notes."""
        states = self.invoices["status"].value_counts()
        counted = ", ".join(f"{states.get(name, 0):,} {name}" for name in ("paid", "partial", "open"))
        lines = [
            f"{self.name}: {len(self.invoices):,} invoices of {self.invoices['customer_id'].nunique():,} "
            f"customers ({counted}) as of {self.as_of.date()}",
            f"sha256 {self.sha256}",
            "",
            f"{'currency':<10}{'':<13}{'rows':>10}{'amount':>24}",
        ]
        for currency, item, rows, fen in zip(*(self.totals[c] for c in self.totals), strict=True):
            lines.append(f"{currency:<10}{item.replace('_', ' '):<13}{rows:>10,}{_money(fen):>24}")
        if len(self.rejected):
            lines += ["", f"{len(self.rejected):,} rejected rows, by reason:", *reasons(self.rejected)]
        if self.credits["unapplied_fen"].any():
            lines += ["", "unapplied credit notes:"]
            left = self.credits.loc[self.credits["unapplied_fen"] > 0]
            for row, customer, fen, currency in zip(
                left["row"], left["customer_id"], left["unapplied_fen"], left["currency"], strict=True
            ):
                lines.append(f"  row {row}: {customer}, {_money(fen)} {currency}")
        return "\n".join([*lines, "", "notes:", *(f"- {note}" for note in self.notes)])


def read_ledger(path: str | Path, mapping: str | Path | None = None) -> Ledger:
    """Return a receivables ledger in canonical form, with an account of every row of its file.

    Parameters
    ----------
    path : str or Path
        CSV (UTF-8, GB18030 or Windows-1252; ``.csv.gz`` too), Parquet or Excel.
    mapping : str or Path, optional
        A YAML file that states columns, date_order, decimal, currency, as_of, sheet or term_days where
        recognition is not enough.

    Raises
    ------
    UserError
        If the file or the mapping cannot be read, a needed column is missing or doubtful, the order of day
        and month cannot be told, or no invoice is left.
    """
    given = read_mapping(Path(mapping)) if mapping is not None else LedgerMapping()
    file = read_file(Path(path))
    sheet, columns, choice = choose_sheet(file, given)
    place = place_of(file, sheet)
    rows = read_rows(sheet, columns, given, place)
    lines, line_of_row, gathering = gather_invoices(rows)
    dated, dating = impute_issue_dates(lines, given.term_days)
    credit_notes = rows.frame[rows.frame["kind"] == "credit_note"]
    netted, credited, netting = net_credits(dated, credit_notes)
    if not (netted["amount_fen"] > 0).any():
        raise UserError(_nothing_left(place, rows, len(credit_notes)))
    invoices = _canonical(netted)
    as_of, doubt = _as_of(invoices, given, place)
    return Ledger(
        name=file.name,
        sha256=file.sha256,
        as_of=as_of,
        invoices=invoices,
        rejected=rows.rejected,
        duplicates=rows.duplicates,
        credits=credited,
        totals=_totals(rows.frame, line_of_row, netted, credited),
        notes=[
            *file.notes, *choice, *columns.notes, *rows.notes, *gathering, *dating, *netting,
            *_observations(invoices, columns), *doubt,
        ],
    )  # fmt: skip


def choose_sheet(
    file: LedgerFile, given: LedgerMapping, known: Vocabulary = LEDGER
) -> tuple[Sheet, LedgerColumns, list[str]]:
    """Return the stated sheet, or the first one with the needed columns, and a note of the choice."""
    sheets = file.sheets
    names = [sheet.name for sheet in sheets]
    if given.sheet is not None:
        sheets = [sheet for sheet in sheets if sheet.name == given.sheet]
        if not sheets:
            allowed = ", ".join(map(shown, filter(None, names))) or "none, as the file is no workbook"
            hint = did_you_mean(given.sheet, names)
            raise UserError(f"{file.path}: there is no sheet {shown(given.sheet)}; allowed: {allowed}{hint}")
    problems = []
    for sheet in sheets:
        try:
            columns = find_columns(sheet, given.columns, place_of(file, sheet), known)
        except UserError as error:
            problems.append(str(error))
            continue
        notes = [f"sheet '{sheet.name}' read, of {', '.join(map(repr, names))}"] if len(names) > 1 else []
        if columns.row > 1:
            notes.append(f"the header is row {columns.row}")
        return sheet, columns, notes
    if len(problems) == 1:
        raise UserError(problems[0])
    raise UserError(
        "\n".join([f"{file.path}: none of its {len(sheets)} sheets has the needed columns", *problems])
    )


def place_of(file: LedgerFile, sheet: Sheet) -> str:
    """Return the name of a file and its sheet for messages."""
    return f"{file.path}, sheet '{sheet.name}'" if sheet.name else str(file.path)


def _canonical(netted: pd.DataFrame) -> pd.DataFrame:
    """Return the invoices that credit notes have left, as the contract wants them."""
    kept = netted[netted["amount_fen"] > 0].reset_index(drop=True)
    kept["status"] = status_of(kept)
    return INVOICES.validate(kept[list(INVOICES.columns)])


def _nothing_left(place: str, rows: LedgerRows, credit_notes: int) -> str:
    if rows.frame.empty:
        return f"{place}: there is a header but no row below it; at least one invoice is needed"
    lines = [f"{place}: no invoice is left of {len(rows.frame):,} rows: {len(rows.rejected):,} are rejected"]
    if credit_notes:
        lines[0] += f", {credit_notes:,} are credit notes (negative amounts) that cancel the rest"
    return "\n".join(lines + reasons(rows.rejected))


def reasons(rejected: pd.DataFrame) -> list[str]:
    """Return the commonest reasons, each with its count and first example."""
    found = rejected.assign(first=rejected["reason"].str.split("; also ").str[0]).groupby("first", sort=False)
    table = found.agg(
        count=("row", "size"), row=("row", "first"), column=("column", "first"), value=("value", "first")
    )
    lines = [
        f"  {count:,} x {reason}; first in row {row}, {column}: {shown(value)}"
        for reason, count, row, column, value in table.sort_values(
            "count", ascending=False, kind="stable"
        ).itertuples()
    ]
    more = len(lines) - _SHOWN_REASONS
    return lines[:_SHOWN_REASONS] + ([f"  and {more} more reasons"] if more > 0 else [])


def _as_of(invoices: pd.DataFrame, given: LedgerMapping, place: str) -> tuple[pd.Timestamp, list[str]]:
    """Return the day the ledger was drawn up, and a note if a single far date decides it."""
    dates = (
        pd.concat([invoices["issue_date"], invoices["paid_date"]]).dropna().drop_duplicates().sort_values()
    )
    last = dates.iloc[-1]
    if given.as_of is not None:
        if pd.Timestamp(given.as_of) < last:
            raise UserError(
                f"{place}: the mapping says as_of {given.as_of}, but an invoice was issued or paid on "
                f"{last.date()}; allowed: that day or later"
            )
        return pd.Timestamp(given.as_of), []
    if len(dates) > 1 and (gap := (last - dates.iloc[-2]).days) > _LONELY_DAYS:
        return last, [
            f"the last date, {last.date()}, is {gap} days after the one before it: a slip of the pen?"
        ]
    return last, []


def _totals(
    rows: pd.DataFrame, line_of_row: pd.Series, netted: pd.DataFrame, credited: pd.DataFrame
) -> pd.DataFrame:
    """Return rows and amounts of the file and of its parts, by currency.

    The amounts of what is kept and credited come from the invoices and the credit notes, not from the rows,
    so that their sum is a check.
    """
    left = netted.set_index("line")["amount_fen"].gt(0)
    part = rows["kind"].where(rows["kind"] != "invoice")
    part = part.fillna(line_of_row.map(left).map({True: "kept", False: "credited"})).fillna("repeated")
    counted = rows.groupby(["currency", part])["amount_fen"].agg(rows="size", amount_fen="sum")
    whole = rows.groupby("currency")["amount_fen"].agg(rows="size", amount_fen="sum")
    kept = netted.groupby("currency")["amount_fen"].sum()
    taken = credited.groupby("currency")["applied_fen"].sum()
    wanted = pd.MultiIndex.from_product([whole.index, ("file", *PARTS)], names=["currency", "item"])
    totals = counted.reindex(wanted, fill_value=0)
    for currency in whole.index:
        totals.loc[(currency, "file")] = whole.loc[currency]
        totals.loc[(currency, "kept"), "amount_fen"] = kept.get(currency, 0)
        totals.loc[(currency, "credited"), "amount_fen"] = taken.get(currency, 0)
    return totals.reset_index()


def _observations(invoices: pd.DataFrame, columns: LedgerColumns) -> list[str]:
    notes = []
    currencies = sorted(invoices["currency"].unique())
    if len(currencies) > 1:
        notes.append(f"{len(currencies)} currencies ({', '.join(currencies)}), not converted into each other")
    if "disputed" not in columns.at:
        notes.append("no column tells disputes: no invoice counts as disputed")
    overpaid = int((invoices["paid_fen"] > invoices["amount_fen"]).sum())
    if overpaid:
        notes.append(f"invoices paid beyond their amount: {overpaid}")
    return notes


def _money(fen: int) -> str:
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"
