"""Amounts of money as ledgers write them: separators, currency signs, accounting negatives; all in fen."""

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from simkit.errors import UserError
from simkit.portfolio.ledger_text import half_width

DecimalMark = Literal[".", ","]

LARGEST_FEN = 10**13
"""A line of 100 billion yuan; anything above is taken for a slip of the pen."""

CURRENCIES = {
    "¥": "CNY", "元": "CNY", "人民币": "CNY", "人民币元": "CNY", "RMB": "CNY", "CNH": "CNY",
    "$": "USD", "US$": "USD", "美元": "USD", "€": "EUR", "欧元": "EUR", "£": "GBP", "英镑": "GBP",
    "HK$": "HKD", "港币": "HKD", "港元": "HKD", "C$": "CAD", "CA$": "CAD", "加元": "CAD", "加币": "CAD",
    "A$": "AUD", "澳元": "AUD", "日元": "JPY", "新加坡元": "SGD", "S$": "SGD", "₹": "INR", "CHF": "CHF",
}  # fmt: skip
"""Signs and names of currencies; ¥ alone is read as yuan and $ alone as US dollars."""

_SIGN = "|".join(re.escape(sign) for sign in sorted(CURRENCIES, key=len, reverse=True))
_NUMBER = r"[\d.,' ]*\d[.,]?(?:E[+-]?\d{1,2})?"
_AMOUNT = re.compile(
    rf"(?P<open>\()?(?P<minus>[+-])? ?(?P<before>{_SIGN}|[A-Z]{{3}})? ?(?P<inner>[+-])?"
    rf"(?P<number>{_NUMBER}) ?(?P<after>{_SIGN}|[A-Z]{{3}})?(?P<close>\))? ?(?P<trailing>-|CR|DR)?"
)
_SPACED = r"\d{1,3}(?:[' ]\d{3})+"
_GROUPED = {
    # Groups of two are how lakhs are written: 12,34,567.
    ".": re.compile(rf"(?:\d+|\d{{1,3}}(?:,\d{{2,3}})*,\d{{3}}|{_SPACED})(?:\.\d*)?|\.\d+"),
    ",": re.compile(rf"(?:\d+|\d{{1,3}}(?:\.\d{{3}})+|{_SPACED})(?:,\d*)?|,\d+"),
}


class Amount(NamedTuple):
    """An amount in fen and the currency its sign names, if any."""

    fen: int
    currency: str | None


class Amounts(NamedTuple):
    """A column of amounts, one entry a row: ``fen`` is 0 where ``blank`` or ``unreadable``."""

    fen: npt.NDArray[np.int64]
    blank: npt.NDArray[np.bool_]
    unreadable: npt.NDArray[np.bool_]
    currency: npt.NDArray[np.object_]


def read_amounts(texts: npt.NDArray[np.object_], decimal: DecimalMark, unit_fen: int = 100) -> Amounts:
    """Return a column of texts as fen.

    Parameters
    ----------
    texts : array of str
    decimal : {'.', ','}
        The decimal mark.
    unit_fen : int
        Fen in one unit of the column: 100 for yuan, 1 for fen, 1 000 000 for ten thousand yuan (万元).
    """
    codes, distinct = pd.factorize(texts)
    blank = np.array([not text for text in distinct], dtype=bool)
    read = [read_amount(text, decimal, unit_fen) for text in distinct]
    fen = np.array([amount.fen if amount else 0 for amount in read], dtype=np.int64)
    unreadable = np.array([amount is None for amount in read], dtype=bool) & ~blank
    currency = np.array([amount.currency if amount else None for amount in read], dtype=object)
    return Amounts(fen[codes], blank[codes], unreadable[codes], currency[codes])


def read_amount(text: str, decimal: DecimalMark = ".", unit_fen: int = 100) -> Amount | None:
    """Return one text as fen, rounded half to even, or None if it is no amount.

    Examples
    --------
    >>> read_amount("¥1,234.50"), read_amount("(1.234,50)", decimal=",")
    (Amount(fen=123450, currency='CNY'), Amount(fen=-123450, currency=None))
    >>> read_amount("12,34"), read_amount("ten")
    (None, None)
    """
    match = _AMOUNT.fullmatch(half_width(text).upper())
    if not match or bool(match["open"]) != bool(match["close"]):
        return None
    mantissa, _, exponent = match["number"].strip().partition("E")
    if not _GROUPED[decimal].fullmatch(mantissa):
        return None
    digits = re.sub(r"[' ]", "", mantissa).replace("," if decimal == "." else ".", "").replace(",", ".")
    number = Decimal(digits).scaleb(int(exponent or 0)) * unit_fen
    if number > LARGEST_FEN:
        return None
    negatives = (match["minus"] == "-") + (match["inner"] == "-") + bool(match["open"])
    negatives += match["trailing"] in ("-", "CR")
    if negatives > 1:
        return None
    fen = int(number.quantize(Decimal(1), ROUND_HALF_EVEN))
    mark = match["before"] or match["after"]
    return Amount(-fen if negatives else fen, currency_code(mark) if mark else None)


def currency_code(text: str) -> str | None:
    """Return the three-letter code of a currency's code, sign or name, or None.

    Examples
    --------
    >>> currency_code("人民币"), currency_code("usd"), currency_code("shells")
    ('CNY', 'USD', None)
    """
    name = half_width(text).upper()
    if name in CURRENCIES:
        return CURRENCIES[name]
    return name if re.fullmatch(r"[A-Z]{3}", name) else None


_DECIMAL_POINT = re.compile(r"(?:^|[^\d.,])[\d,' ]*\.\d{1,2}(?!\d)")
_DECIMAL_COMMA = re.compile(r"(?:^|[^\d.,])[\d.' ]*,\d{1,2}(?!\d)")
_ONLY_GROUPS = re.compile(r"\D*[1-9]\d{0,2}(?:\.\d{3})+\D*")


def choose_decimal(texts: Iterable[str], column: str, place: str) -> DecimalMark:
    """Return the decimal mark of a column: the one that more of its amounts show.

    Raises
    ------
    UserError
        If every amount with a dot has three digits behind it: 1.234 may be a thousand or one and a bit.
    """
    distinct = set(texts)
    points = sum(bool(_DECIMAL_POINT.search(text)) for text in distinct)
    commas = sum(bool(_DECIMAL_COMMA.search(text)) for text in distinct)
    dotted = [text for text in distinct if "." in text]
    if not points and not commas and dotted and all(_ONLY_GROUPS.fullmatch(text) for text in dotted):
        raise UserError(
            f"{place}: column '{column}' holds amounts such as '{min(dotted)}', whose dot may separate "
            'thousands or decimals; state decimal: "," or decimal: "." in a mapping file'
        )
    return "," if commas > points else "."
