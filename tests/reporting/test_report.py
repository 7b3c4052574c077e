"""A whole report: what it consists of, what it says, and that a wrong one leaves nothing behind."""

import html
import json
import re
from pathlib import Path

from simkit.reporting.pages import LARGEST_PAGE_BYTES
from simkit.reporting.receipt import FILE, Receipt, read_receipt, verify
from simkit.reporting.report import build_report
from tests.reporting.fakes import HOSTILE

PAGES = {
    "01_portfolio",
    "03_credit_cutoffs",
    "04_term_limits",
    "05_commission_split",
    "06_collection_strategy",
    "07_growth_programme",
    "08_frontier",
    "09_stress_and_sensitivity",
    "10_dashboard",
    "11_executive_report",
}


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_report_is_complete(english: Path) -> None:
    pages = {f"{stem}.html" for stem in PAGES} | {"index.html"}
    results = {f"results/{stem}.json" for stem in PAGES}
    assert files(english) == pages | results | {
        "scenarios/1.json",
        "scenarios/2.json",
        "scenarios/3.json",
        FILE,
    }


def test_a_calibrated_report_has_the_ledgers_page_and_world(chinese: Path) -> None:
    assert {"02_calibration.html", "results/02_calibration.json", "world.yaml"} <= files(chinese)
    assert json.loads((chinese / "scenarios" / "1.json").read_text())["world"]["payment"]["frailty_sd"] != 0.9
    receipt = read_receipt(chinese / FILE)
    assert isinstance(receipt, Receipt)
    assert [Path(entry.file).name for entry in receipt.data] == ["ledger.csv"]


def test_pages_are_small_and_say_where_they_come_from(english: Path) -> None:
    receipt = read_receipt(english / FILE)
    assert isinstance(receipt, Receipt)
    for page in english.glob("*.html"):
        assert page.stat().st_size <= LARGEST_PAGE_BYTES
        text = page.read_text("utf-8")
        assert receipt.code_sha256[:12] in text
        assert all(entry.sha256[:12] in text for entry in receipt.scenarios)


def test_the_verdict_stands_first(english: Path) -> None:
    said = json.loads((english / "results" / "11_executive_report.json").read_text("utf-8"))["answer"]
    index = (english / "index.html").read_text("utf-8")
    answer = re.search(r'<p class="answer">(.*?)</p>', index)
    assert answer
    assert re.sub("<[^>]*>", "", answer[1]).split()[0] == said.split()[0]
    assert index.index('class="answer"') < index.index('class="cards"') < index.index('class="chart"')


def test_chinese_pages_are_chinese(chinese: Path) -> None:
    for page in chinese.glob("*.html"):
        text = visible(page)
        assert '<html lang="zh-CN">' in text
        headings = re.findall(r"<h[12][^>]*>(.*?)</h", text)
        assert len(headings) > 1
        assert all(re.search("[\u4e00-\u9fff]", heading) for heading in headings)


def test_pages_carry_no_code_no_error_and_no_open_value(english: Path, chinese: Path) -> None:
    for page in (*english.glob("*.html"), *chinese.glob("*.html")):
        assert not re.search(r"import |Traceback|display\(|NaN|\{[a-z_]+\}", visible(page))


def test_hostile_names_are_text_in_every_file(english: Path) -> None:
    for page in english.glob("*.html"):
        assert HOSTILE[0] not in page.read_text("utf-8")
        assert "<img" not in visible(page)
    assert HOSTILE[0] in html.unescape(visible(english / "index.html"))


def test_the_same_input_gives_the_same_bytes(english: Path, small: Path, tmp_path: Path) -> None:
    again = [small / name for name in ("today.yaml", "hostile1.yaml", "hostile2.yaml")]
    notebook = Path(__file__).parents[2] / "notebooks" / "11_executive_report.ipynb"
    second = build_report(again, out=tmp_path / "again", notebooks=[notebook], workers=2).parent
    for name in ("results/11_executive_report.json", *(f"scenarios/{number}.json" for number in (1, 2, 3))):
        assert (english / name).read_bytes() == (second / name).read_bytes()
    first, other = (folder / "11_executive_report.html" for folder in (english, second))
    assert body(first) == body(other)


def body(page: Path) -> str:
    """Return what a page says, without the list of its neighbours."""
    return page.read_text("utf-8").partition("<main")[2]


def visible(page: Path) -> str:
    """Return a page without its scripts and styles."""
    return re.sub(r"<(script|style)[^>]*>.*?</\1>", "", page.read_text("utf-8"), flags=re.DOTALL)


def test_reports_verify(english: Path, chinese: Path) -> None:
    assert verify(english) == []
    assert verify(chinese / "index.html") == []
