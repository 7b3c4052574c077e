"""Lines made up by hypothesis, and lines whose world does not stand still."""

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from simkit.calibration.person_periods import OPEN

line_rows = st.lists(
    st.tuples(
        st.integers(0, 3),  # customer
        st.integers(0, 60),  # issue
        st.integers(0, 30),  # term
        st.integers(1, 60),  # days from issue to payment
        st.sampled_from([0.0, 0.25, 1.0]),  # share paid
    ),
    min_size=1,
    max_size=30,
)


def lines_of(rows):
    customer, issue, term, pays, share = (np.array(column) for column in zip(*rows, strict=True))
    return pd.DataFrame(
        {
            "customer": customer,
            "issue": issue,
            "due": issue + term,
            "first": issue + 1,
            "paid": np.where(share > 0, issue + pays, OPEN),
            "end": 100,
            "paid_share": share,
            "written_off": False,
            "amount_fen": 100.0 * (1 + np.arange(len(issue)) % 7),
            "weight": 1.0,
        }
    )


def restless_lines(seed, payment, change=0.0, shock=0.0, customers=40, lines_a_month=2.0, days=720, term=30):
    """Return lines of customers whose odds of payment move; all days are counted from the first.

    Each month a customer's habit is drawn anew with a chance `change`, and everybody's odds move by a draw of standard
    deviation `shock` (logit).
    """
    luck, months = np.random.default_rng(seed), days // 30 + 24
    common = shock * luck.normal(size=months)
    rows = []
    for customer in range(customers):
        habit = payment.frailty_sd * luck.normal(size=months)
        for month in np.flatnonzero(luck.random(months - 1) >= change) + 1:
            habit[month] = habit[month - 1]
        for issue in np.sort(luck.integers(0, days, luck.poisson(lines_a_month * days / 30))).tolist():
            date = np.arange(issue + 1, min(issue + term + 400, 30 * months))
            bucket = np.searchsorted(payment.bucket_starts, date - issue - term, side="right")
            logit = np.array(payment.alpha)[bucket] + (habit + common)[date // 30]
            pays = (luck.random(len(date)) < 1 / (1 + np.exp(-logit))).argmax()
            rows.append((customer, issue, issue + term, int(date[pays]) if pays else OPEN))
    frame = pd.DataFrame(rows, columns=["customer", "issue", "due", "paid"])
    return frame.assign(amount_fen=luck.lognormal(11, 0.5, len(frame)).astype(np.int64))


def known_by(lines, cut):
    """Return lines as they are known on a day, in the shape of `simkit.calibration.person_periods.ledger_lines`."""
    lines = lines[lines["issue"] < cut]
    paid = lines["paid"].where(lines["paid"] <= cut, OPEN)
    share = np.where(paid < OPEN, 1.0, 0.0)
    return lines.assign(
        first=lines["issue"] + 1, paid=paid, end=cut, paid_share=share, written_off=False, weight=1.0,
        amount_fen=lines["amount_fen"].astype(float),
    ).reset_index(drop=True)  # fmt: skip
