"""Import of a company's own table of leads: who came through which channel, when, and what became of them."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from simkit.errors import UserError
from simkit.portfolio.ledger_dates import choose_order, read_dates
from simkit.portfolio.ledger_file import Cells, read_file
from simkit.portfolio.ledger_rows import Texts
from simkit.portfolio.ledger_text import half_width
from simkit.scenario.problem import did_you_mean, shown

STEPS = ("qualified_date", "proposal_date", "application_date", "won_date")
DATES = ("contact_date", *STEPS, "lost_date")
REQUIRED = ("lead_id", "channel", "contact_date")

COLUMNS = {
    "lead_id": "leadid leadno lead mqlid opportunityid customerid id 线索编号 线索id 线索号 线索 商机编号 商机id 编号",
    "channel": "channel leadchannel origin source leadsource utmsource 渠道 来源 渠道来源 线索来源 线索渠道 获客渠道",
    "contact_date": "contactdate firstcontactdate firstcontact contacted arrivaldate leaddate createddate datecreated "
    "createdat created date 接触日期 首次接触日期 首次联系日期 联系日期 创建日期 创建时间 线索日期 到访日期",
    "qualified_date": "qualifieddate datequalified qualified 合格日期 认定日期 确认日期 资格确认日期",
    "proposal_date": "proposaldate quotedate quotationdate dateproposed 方案日期 报价日期 提案日期",
    "application_date": "applicationdate dateapplied applied negotiateddate 申请日期 进件日期 授信申请日期",
    "won_date": "wondate datewon won signeddate closedwondate contractdate 成交日期 赢单日期 签约日期 签单日期",
    "lost_date": "lostdate datelost lost closedlostdate 丢单日期 输单日期 流失日期 战败日期",
}
"""Each field's names, in small letters without spaces and signs."""

_FIELD = {name: field for field, names in COLUMNS.items() for name in names.split()}


@dataclass(frozen=True, eq=False)
class Leads:
    """A table of leads in canonical form.

    Attributes
    ----------
    name, sha256 : str
        Of the file.
    table : DataFrame
        lead_id, channel (``unknown`` where blank), contact_date and those of qualified_date, proposal_date,
        application_date, won_date and lost_date that the file has (NaT where it did not come to that).
    notes : list of str
        What was assumed or left out.
    """

    name: str
    sha256: str
    table: pd.DataFrame
    notes: list[str]


def read_leads(path: str | Path) -> Leads:
    """Return a table of leads; a lead named again counts once, one without a date of contact not at all.

    Parameters
    ----------
    path : str or Path
        CSV, Parquet or Excel (the first sheet), with a header row. Columns are recognised by name, in English or
        Chinese: see `COLUMNS`.

    Raises
    ------
    UserError
        If the file cannot be read, a column is missing or named twice, a date cannot be read, or no lead is left.
    """
    file = read_file(Path(path))
    sheet, place = file.sheets[0], str(file.path)
    rows = [row for row in sheet.rows if any(row)]
    if len(rows) < 2:
        raise UserError(f"{place}: there is nothing in it; a header row and at least one lead are needed")
    at = _columns(rows[0], place)
    cells = {name: np.array([_cell(row, i) for row in rows[1:]], dtype=object) for name, i in at.items()}
    table = pd.DataFrame({name: cells[name] for name in ("lead_id", "channel")} | _dates(cells, place))
    table["channel"] = table["channel"].where(table["channel"] != "", "unknown")
    return Leads(file.name, file.sha256, *_sorted_out(table, place))


def _columns(header: Cells, place: str) -> dict[str, int]:
    """Return where each field stands; the last steps of a funnel and losses may be missing, one step may not."""
    at: dict[str, int] = {}
    for position, title in enumerate(header):
        field = _FIELD.get("".join(letter for letter in half_width(title).lower() if letter.isalnum()))
        if field in at:
            raise UserError(
                f"{place}: {shown(header[at[field]])} and {shown(title)} may both be the {field}; rename one"
            )
        if field:
            at[field] = position
    missing = [field for field in REQUIRED if field not in at]
    if not any(step in at for step in ("application_date", "won_date")):
        missing.append("won_date")
    if missing:
        near = [
            did_you_mean(name, filter(None, header)) for field in missing for name in COLUMNS[field].split()
        ]
        hint = next(filter(None, near), "")
        names = "; ".join(f"{field} ({', '.join(COLUMNS[field].split()[:3])}, ...)" for field in missing)
        listed = ", ".join(shown(title) for title in header if title)
        raise UserError(f"{place}: no column for {names}{hint}\n  columns: {listed}")
    return at


def _cell(row: Cells, position: int) -> str:
    return re.sub(r"\s+", " ", row[position]).strip() if position < len(row) else ""


def _dates(cells: dict[str, Texts], place: str) -> "dict[str, pd.Series[pd.Timestamp]]":
    columns = {name: read_dates(cells[name]) for name in DATES if name in cells}
    order, _ = choose_order(columns, None, place)
    found = {}
    for name, column in columns.items():
        dates, unreadable = column.resolve(order)
        if unreadable.any():
            row = int(np.flatnonzero(unreadable)[0])
            raise UserError(
                f"{place}: lead {shown(str(cells['lead_id'][row]))}: {shown(str(cells[name][row]))} is no {name}"
            )
        found[name] = dates
    return found


def _sorted_out(table: pd.DataFrame, place: str) -> tuple[pd.DataFrame, list[str]]:
    """Return the leads that can be used, and notes on the others; a step dated before the contact counts as on it."""
    notes = []
    again = table["lead_id"].duplicated() & (table["lead_id"] != "")
    undated = table["contact_date"].isna()
    for mask, what in (
        (again, "leads named again, counted once"),
        (undated & ~again, "leads without a date of contact, left out"),
    ):
        if mask.any():
            notes.append(f"{what}: {int(mask.sum()):,}")
    kept = table[~again & ~undated].reset_index(drop=True)
    if kept.empty:
        raise UserError(f"{place}: no lead has a date of contact")
    steps = [name for name in DATES[1:] if name in kept]
    early = kept[steps].lt(kept["contact_date"], axis=0)
    if early.any(axis=None):
        notes.append(f"steps dated before the contact, taken to be on its day: {int(early.sum().sum()):,}")
        kept[steps] = kept[steps].mask(early, kept["contact_date"], axis=0)
    return kept, notes
