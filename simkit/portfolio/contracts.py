"""Contract of the customers table: its columns, what they mean and which values they may take."""

import pandera.pandas as pa


def _whole(description: str, least: int | None = 0, most: int | None = None) -> pa.Column:
    return pa.Column("int64", _between(least, most), description=description)


def _number(description: str, least: float | None = None, most: float | None = None) -> pa.Column:
    return pa.Column("float64", _between(least, most), description=description)


def _between(least: float | None, most: float | None) -> list[pa.Check]:
    checks = []
    if least is not None:
        checks.append(pa.Check.ge(least))
    if most is not None:
        checks.append(pa.Check.le(most))
    return checks


CUSTOMERS = pa.DataFrameSchema(
    {
        "customer_id": pa.Column(
            "int64", pa.Check.ge(10**8), unique=True, description="Customer, the same under every policy."
        ),
        "region": pa.Column(description="Sales region."),
        "region_index": _whole("Position of the region in the run's list, from 0."),
        "rep_id": _whole("Rep who looks after the customer.", 10**4),
        "channel": _whole(
            "Where it came from: 0 on the books, 1 online ads, 2 trade fairs, 3 partners.", 0, 3
        ),
        "reach": _number("Marketing factor of the channel above which the lead comes.", 0, 2),
        "arrival_day": _whole("Day of the run on which the lead comes; -1 on the books before.", -1),
        "quality": _number("Latent financial quality, standard normal; higher is safer."),
        "frailty": _number("The customer's own payment habit in logits; higher pays sooner."),
        "annual_pd": _number("Probability of default within a year in an average economy.", 0, 1),
        "past_overdue": _number("Share of past invoices paid late, shrunk towards the prior.", 0, 1),
        "legal_disputes": _whole("Legal disputes on record in the last three years."),
        "current_ratio": _number("Current assets / short-term liabilities.", 0),
        "quick_ratio": _number("Quick assets / short-term liabilities; never above the current ratio.", 0),
        "receivables_turnover": _number("Sales / receivables a year.", 0),
        "net_assets_million": _number("Total assets less liabilities, million yuan; may be negative."),
        "debt_ratio": _number("Total liabilities / total assets.", 0),
        "pledgeable_cover": _number("Pledgeable assets / usual exposure.", 0),
        "industry_phase": _whole("Phase of the industry from -2 (decline) to 2 (growth).", -2, 2),
        "market_rank": _number("Rank in its market as a percentile, 1 is best.", 0, 1),
        "orders_per_year": _number("Mean orders a year before season, market and policy.", 0),
        "order_value_fen": _whole("The customer's own median order value, fen.", 1),
        "term_wanted_days": _whole("Credit term the customer asks for, days."),
        "monthly_purchases_fen": _whole("Usual purchases a month, fen.", 1),
        "history_lines": _whole("Past invoices on record."),
        "history_late": _whole("Past invoices on record that were paid late."),
        "history_delay_days": _number("Days late of past invoices, added up as far as remembered."),
        "history_delay_lines": _number("Past invoices as far as remembered.", 0),
    },
    checks=[
        pa.Check(
            lambda t: (t["history_late"] <= t["history_lines"]).all(), error="late lines above all lines"
        ),
        pa.Check(
            lambda t: (
                t["history_delay_days"]
                .between(*(days * t["history_delay_lines"] for days in (-30, 90)))
                .all()
            ),
            error="past invoices more than 30 days early or 90 days late",
        ),
        pa.Check(lambda t: (t["quick_ratio"] <= t["current_ratio"]).all(), error="quick above current ratio"),
        pa.Check(lambda t: t["customer_id"].is_monotonic_increasing, error="not sorted by customer_id"),
    ],
    strict=True,
    name="customers",
)
"""The customers table that ``draw_customers`` returns and the engines take."""
