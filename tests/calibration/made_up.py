"""Lines made up by hypothesis."""

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
