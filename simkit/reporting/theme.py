"""The look of every chart: few colours that colour-blind readers tell apart, quiet axes, fonts with Chinese."""

import altair as alt

FONT = (
    "'Helvetica Neue', 'Segoe UI', Arial, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', "
    "'Source Han Sans SC', sans-serif"
)
INK = "#1f2933"
QUIET = "#616e7c"
RULE = "#d9dee4"
GREY = "#7b8794"
BLUE = "#0072b2"
ORANGE = "#d55e00"
GREEN = "#008060"
VIOLET = "#8a4f9e"
SERIES = (GREY, BLUE, ORANGE, GREEN, VIOLET, "#a0670a", "#2b6777", "#b0366a")
"""Colours of the scenarios in order, the status quo in grey; each has contrast of at least 3:1 on white."""

PALE_BLUE = "#8fbfe0"
PALE_ORANGE = "#f0b48a"
PALE_GREY = "#c9d1d9"
MIDDLE = 0.5
"""Lightness, between black and white, from which on a colour carries dark words."""


def colour_of(position: int) -> str:
    """Return the colour of the scenario at a position; after the eighth they come round again."""
    return SERIES[position % len(SERIES)]


def ink_on(colour: str) -> str:
    """Return the colour of words that stand on a colour: white on dark ones, ink on light ones."""
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return INK if 0.30 * red + 0.59 * green + 0.11 * blue > MIDDLE else "#ffffff"


def theme() -> alt.theme.ThemeConfig:
    """Return the house theme."""
    axis: alt.theme.AxisConfigKwds = {
        "labelColor": QUIET,
        "titleColor": QUIET,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "titlePadding": 8,
        "domainColor": RULE,
        "tickColor": RULE,
        "gridColor": "#eef1f4",
        "labelLimit": 220,
        "titleLimit": 420,
    }
    return {
        "config": {
            "font": FONT,
            "background": "white",
            "view": {"stroke": "transparent"},
            "axis": axis,
            "title": {"anchor": "start", "color": INK, "fontSize": 14, "fontWeight": 600},
            "legend": {
                "labelColor": INK,
                "titleColor": QUIET,
                "labelFontSize": 12,
                "orient": "top",
                "title": None,
            },
            "text": {"fontSize": 12, "color": INK},
            "autosize": {"type": "fit-x", "contains": "padding"},
            "padding": {"left": 4, "right": 12, "top": 6, "bottom": 4},
        }
    }
