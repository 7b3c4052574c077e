"""Dates of a ledger: every way of writing them, and the order of day and month."""

import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkit.errors import UserError
from simkit.portfolio.ledger_dates import FIRST_YEAR, LAST_YEAR, DateOrder, choose_order, read_dates

DATES = st.dates(datetime.date(FIRST_YEAR, 1, 1), datetime.date(LAST_YEAR, 12, 31))


def column(*texts: str) -> np.ndarray:
    return np.array(texts, dtype=object)


def one(text: str, order: DateOrder = "iso") -> str | None:
    values, unreadable = read_dates(column(text)).resolve(order)
    if values.isna()[0]:
        return "unreadable" if unreadable[0] else None
    return str(values[0].date())


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-05", "2024/3/5", "2024.03.05", "2024-03-05 00:00:00", "2024-03-05T23:59:59.999+08:00",
        "2024/03/05 11:30 PM", "20240305", "20240305.0", "45356", "45356.99",
        "2024年3月5日", "2024 年 03 月 05 日",
        "２０２４－０３－０５", "5 March 2024", "05-Mar-2024", "05-MAR-24",
        "5.Mar 2024", "Mar 5, 2024", "March-05-2024",
        "2024-03-05T10:00:00Z",
    ],
)  # fmt: skip
def test_one_day_in_many_writings(text: str) -> None:
    assert one(text) == "2024-03-05"


@pytest.mark.parametrize(
    "text",
    [
        "soon", "2024-13-01", "2024-02-30", "20241301", "1979-12-31", "2100-01-01",
        "29220", "73051", "24-03-05",
        "5 Foo 2024", "2024-03", "2024-03/05", "05/03-2024", "2024-03-05 at noon",
        "31/04/2024", "99/99/9999",
    ],
)  # fmt: skip
def test_what_is_no_date_is_unreadable(text: str) -> None:
    assert one(text, "day_first") == "unreadable"


@pytest.mark.parametrize("text", ["", "0", "00000000", "0000-00-00 00:00:00", "00.00.0000", "9999-12-31"])
def test_what_databases_write_for_no_date_is_blank(text: str) -> None:
    assert one(text) is None


@given(DATES)
def test_every_date_is_read_back_from_every_writing(day: datetime.date) -> None:
    serial = (day - datetime.date(1899, 12, 30)).days
    for pattern in ("%Y-%m-%d", "%Y/%m/%d %H:%M", "%Y%m%d", "%Y年%m月%d日", "%d %B %Y", "%b %d, %Y"):
        assert one(day.strftime(pattern)) == str(day)
    assert one(str(serial)) == str(day)
    assert one(day.strftime("%d/%m/%Y"), "day_first") == str(day)
    assert one(day.strftime("%d-%m-%Y"), "day_first") == str(day)
    assert one(day.strftime("%m/%d/%Y"), "month_first") == str(day)
    assert one(day.strftime("%m.%d.%Y"), "month_first") == str(day)


def test_a_year_of_two_digits_is_of_this_century() -> None:
    assert one("5/3/24", "day_first") == "2024-03-05"
    assert one("5/3/24", "month_first") == "2024-05-03"


def test_stated_iso_leaves_other_orders_unreadable() -> None:
    assert one("05/03/2024", "iso") == "unreadable"


def test_a_column_keeps_its_rows() -> None:
    values, unreadable = read_dates(column("2024-01-02", "", "x", "2024-01-02")).resolve("iso")
    assert values.dtype == "datetime64[ns]"
    assert values.equals(pd.Series(pd.to_datetime(["2024-01-02", None, None, "2024-01-02"])))
    assert unreadable.tolist() == [False, False, True, False]


def order_of(**columns: list[str]) -> tuple[DateOrder, str | None]:
    return choose_order(
        {name: read_dates(column(*texts)) for name, texts in columns.items()}, None, "file.csv"
    )


def test_a_day_above_twelve_in_any_column_tells_the_order() -> None:
    assert order_of(issued=["01/02/2024"], due=["01/03/2024", "13/03/2024"])[0] == "day_first"
    order, note = order_of(issued=["01/02/2024"], due=["03/13/2024"])
    assert order == "month_first"
    assert note is not None
    assert "'03/13/2024' in column 'due'" in note


def test_iso_dates_need_no_order() -> None:
    assert order_of(issued=["2024-01-02", ""]) == ("iso", None)


def test_days_equal_to_their_month_need_no_order() -> None:
    order, _ = order_of(issued=["05/05/2024"])
    assert one("05/05/2024", order) == "2024-05-05"


def test_an_impossible_date_tells_no_order() -> None:
    with pytest.raises(UserError, match=r"'01/02/2024', which may be day first or month first"):
        order_of(issued=["99/99/2024", "01/02/2024"])


def test_contradicting_columns_are_refused() -> None:
    with pytest.raises(UserError, match=r"file.csv: mixed date orders.*'issued'.*'due'"):
        order_of(issued=["13/02/2024"], due=["02/13/2024"])


def test_a_stated_order_wins() -> None:
    mixed = {"issued": read_dates(column("13/02/2024", "02/13/2024"))}
    assert choose_order(mixed, "month_first", "file.csv") == ("month_first", None)
