"""Tables of the reports: rows of words to HTML, every cell escaped."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from simkit.reporting.markup import Child, Html, element


def table(
    columns: Mapping[str, str],
    rows: Iterable[Mapping[str, Child]],
    numbers: Sequence[str] = (),
    caption: str | None = None,
) -> Html:
    """Return a table; the first column heads its rows.

    Parameters
    ----------
    columns : mapping
        Key of each column to its heading, in order.
    rows : iterable of mapping
        One mapping a row by column key; a missing key leaves the cell empty. Text is escaped.
    numbers : sequence of str
        Keys of the columns that are set flush right.
    caption : str, optional
        What the table shows.
    """

    def style(key: str) -> str | None:
        return "number" if key in numbers else None

    head = element(
        "tr", *(element("th", title, scope="col", class_=style(key)) for key, title in columns.items())
    )
    first, *others = columns
    body = [
        element(
            "tr",
            element("th", row.get(first, ""), scope="row", class_=style(first)),
            *(element("td", row.get(key, ""), class_=style(key)) for key in others),
        )
        for row in rows
    ]
    inner = [element("caption", caption)] if caption else []
    # A table wider than a telephone scrolls by itself; the page does not.
    return element(
        "div",
        element("table", *inner, element("thead", head), element("tbody", *body)),
        class_="scroll",
        role="region",
        tabindex="0",
        aria_label=caption or next(iter(columns.values())),
    )


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame as mappings by column name."""
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]
