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


def colour_of(position: int) -> str:
    """Return the colour of the scenario at a position; after the eighth they come round again."""
    return SERIES[position % len(SERIES)]


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
