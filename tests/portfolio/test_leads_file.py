import pandas as pd
import pytest

from simkit.errors import UserError
from simkit.portfolio.leads_file import read_leads


@pytest.fixture
def written(tmp_path):
    def write(text, name="leads.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_english_and_chinese_headers_say_the_same(written):
    english = "Lead ID,Origin,First contact date,Won date\n1,fair,2024-01-05,2024-02-01\n2,,2024-01-06,\n"
    chinese = "线索编号,渠道,首次接触日期,签约日期\n1,fair,2024年1月5日,2024年2月1日\n2,,2024年1月6日,\n"
    leads = read_leads(written(english))
    pd.testing.assert_frame_equal(leads.table, read_leads(written(chinese, "b.csv")).table)
    assert leads.table["channel"].tolist() == ["fair", "unknown"]
    assert leads.table["won_date"].isna().tolist() == [False, True]
    assert not leads.notes


def test_a_lead_again_undated_or_won_before_it_came(written):
    leads = read_leads(written(
        "lead,channel,created,won,lost\na,x,31/01/2024,,\na,x,31/01/2024,,\nb,x,,,\nc,x,05/02/2024,03/02/2024,\n"
    ))  # fmt: skip
    assert leads.table["lead_id"].tolist() == ["a", "c"]
    assert leads.table["won_date"].iloc[1] == pd.Timestamp("2024-02-05")
    assert leads.notes == [
        "leads named again, counted once: 1",
        "leads without a date of contact, left out: 1",
        "steps dated before the contact, taken to be on its day: 1",
    ]


@pytest.mark.parametrize(("text", "said"), [
    ("lead,channel\n1,a\n", r"no column for contact_date .*; won_date"),
    ("lead,chanel,created,won\n1,a,2024-01-01,\n", r"no column for channel .*did you mean"),
    ("lead,channel,source,created,won\n1,a,b,2024-01-01,\n", '"channel" and "source" may both be the channel'),
    ("lead,channel,created,won\n7,a,soon,\n", 'lead "7": "soon" is no contact_date'),
    ("lead,channel,created,won\n7,a,,\n", "no lead has a date of contact"),
    ("lead,channel,created,won\n", "there is nothing in it"),
])  # fmt: skip
def test_what_cannot_be_read_is_said(written, text, said):
    with pytest.raises(UserError, match=said):
        read_leads(written(text))
