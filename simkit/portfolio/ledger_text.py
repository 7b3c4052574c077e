"""Text of a ledger's cells in the form it is compared in."""

_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: " ",  # ideographic space
    0x00A0: " ",  # no-break spaces, which separate thousands in some countries
    0x202F: " ",
    0x2009: " ",
    0xFFE5: "¥",
    0xFFE1: "£",
    0x2212: "-",  # minus sign
    0x2019: "'",
}

_BLANK = {
    "",
    "-",
    "--",
    "—",
    "/",
    "na",
    "n/a",
    "#n/a",
    "nan",
    "nat",
    "null",
    "none",
    "nil",
    "(blank)",
    "无",
    "空",
}


def half_width(text: str) -> str:
    """Return the text with full-width letters, digits and signs as their plain forms.

    Not Unicode's NFKC, which would turn a footnote mark into a digit: 100² is no 1002.

    Examples
    --------
    >>> half_width("￥１，２３４．５０"), half_width("100²")
    ('¥1,234.50', '100²')
    """
    return text.translate(_HALF_WIDTH).strip()


def filled(text: str) -> str:
    """Return the text in half width, or an empty one if it is a word for "nothing here".

    Examples
    --------
    >>> filled(" N/A "), filled("Acme  Ltd")
    ('', 'Acme Ltd')
    """
    plain = " ".join(half_width(text).split())
    return "" if plain.lower() in _BLANK else plain
