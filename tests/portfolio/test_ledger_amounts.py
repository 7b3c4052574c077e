"""Amounts of a ledger: every way of writing them, read to the fen."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkit.errors import UserError
from simkit.portfolio.ledger_amounts import (
    LARGEST_FEN,
    choose_decimal,
    currency_code,
    read_amount,
    read_amounts,
)

FEN = st.integers(-LARGEST_FEN, LARGEST_FEN)


def fen(text: str, decimal: str = ".") -> int | None:
    amount = read_amount(text, decimal)  # type: ignore[arg-type]
    return amount.fen if amount else None


@pytest.mark.parametrize(
    "text",
    [
        "1234.5", "1234.50", "1,234.50", "1 234.50", "1'234.50", "1’234.5", "$1,234.50",
        "1,234.50 USD", "US$ 1234.5",
        "USD1234.5", "¥1,234.50", "￥１，２３４．５０", "1,234.50元", "+1234.5",
        "1.2345E+03", "1234.50000000000001",
        "1,234.50 DR", "€ 1\u00a0234.50", "1\u202f234.50",
    ],
)  # fmt: skip
def test_one_amount_in_many_writings(text: str) -> None:
    assert fen(text) == 123_450


@pytest.mark.parametrize(
    "text",
    [
        "(1,234.50)",
        "-1,234.50",
        "1,234.50-",
        "−1234.5",
        "-$1,234.50",
        "$-1,234.50",
        "($1,234.50)",
        "1234.5 CR",
    ],
)
def test_one_credit_in_many_writings(text: str) -> None:
    assert fen(text) == -123_450


@pytest.mark.parametrize("text", ["1.234,50", "1234,5", "1 234,50", "€1.234,50", "1.234,50 €", "1'234,50"])
def test_a_decimal_comma(text: str) -> None:
    assert fen(text, ",") == 123_450


@pytest.mark.parametrize(
    "text",
    [
        "", "ten", "1,23", "1,2345", "12,34.5", "1.2.3", "--5", "(-5)", "-5-", "-5 CR",
        "(5", "5)", "1 23", "$", "1e400",
        "100²", "1/2", "12.5万", "=A1", "0x10", "1_000", "100000000000.01", ".", ",",
    ],
)  # fmt: skip
def test_what_is_no_amount_is_unreadable(text: str) -> None:
    assert fen(text) is None


def test_half_a_fen_goes_to_the_even_one() -> None:
    assert [fen(text) for text in ("0.005", "0.015", "0.0250001", "-0.015")] == [0, 2, 3, -2]


def test_lakhs_are_grouped_in_twos() -> None:
    assert fen("12,34,567.00") == 123_456_700


@given(FEN)
def test_every_amount_is_read_back_from_every_writing(value: int) -> None:
    exact = Decimal(value) / 100
    assert fen(str(exact)) == value
    assert fen(f"{exact:,.2f}") == value
    assert fen(f"{exact:,.2f}".translate(str.maketrans(",.", ".,")), ",") == value
    assert fen(f"{exact:,.2f}".replace(",", " ")) == value
    if value < 0:
        assert fen(f"({-exact:,.2f})") == value
        assert fen(f"{-exact:.2f}-") == value


@given(st.text(max_size=12))
def test_any_text_is_read_or_refused(text: str) -> None:
    for decimal in (".", ","):
        value = fen(text, decimal)
        assert value is None or abs(value) <= LARGEST_FEN


@pytest.mark.parametrize(("unit", "expected"), [(1, 125), (100, 12_500), (1_000_000, 125_000_000)])
def test_the_unit_of_a_column_scales_its_amounts(unit: int, expected: int) -> None:
    assert read_amount("125", unit_fen=unit) == (expected, None)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("¥5", "CNY"),
        ("￥5", "CNY"),
        ("HK$5", "HKD"),
        ("5 eur", "EUR"),
        ("C$5", "CAD"),
        ("5 英镑", "GBP"),
        ("5", None),
    ],
)
def test_the_sign_names_the_currency(text: str, code: str | None) -> None:
    amount = read_amount(text)
    assert amount is not None
    assert amount == (500, code)


@pytest.mark.parametrize(
    ("text", "code"), [("人民币", "CNY"), (" usd ", "USD"), ("ＥＵＲ", "EUR"), ("dollars", None)]
)
def test_currencies_by_code_sign_and_name(text: str, code: str | None) -> None:
    assert currency_code(text) == code


def test_a_column_tells_blank_from_unreadable() -> None:
    column = read_amounts(np.array(["1.00", "", "x", "$2"], dtype=object), ".")
    assert column.fen.tolist() == [100, 0, 0, 200]
    assert column.blank.tolist() == [False, True, False, False]
    assert column.unreadable.tolist() == [False, False, True, False]
    assert column.currency.tolist() == [None, None, None, "USD"]


@pytest.mark.parametrize(
    ("texts", "mark"),
    [
        (["1234.50", "7"], "."), (["1234,50", "7"], ","), (["1.234,50", "2.000"], ","),
        (["1,234.50", "2,000"], "."),
        (["1,000", "2,000"], "."), (["1", "2"], "."), ([], "."), (["0.125", "1"], "."),
        (["1.5", "2.5", "3,5"], "."),
        (["€ 12,50"], ","), (["1.234567"], "."),
    ],
)  # fmt: skip
def test_the_decimal_mark_is_the_one_the_column_shows(texts: list[str], mark: str) -> None:
    assert choose_decimal(texts, "Amount", "file.csv") == mark


def test_a_dot_before_three_digits_everywhere_is_ambiguous() -> None:
    with pytest.raises(UserError, match=r"file.csv: column 'Amount' holds amounts such as '1.234'"):
        choose_decimal(["7.500", "1.234", "5", ""], "Amount", "file.csv")
