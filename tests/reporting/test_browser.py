"""Pages in a real browser: nothing is fetched, no complaint, every chart drawn, nothing runs that should not."""

import contextlib
import http.server
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.reporting.fakes import HOSTILE

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CHARTS = {
    "index": 1,
    "11_executive_report": 11,
    "08_frontier": 1,
    "09_stress_and_sensitivity": 5,
    "07_growth_programme": 8,
    "06_collection_strategy": 6,
    "05_commission_split": 6,
    "03_credit_cutoffs": 2,
    "04_term_limits": 6,
    "10_dashboard": 7,
    "01_portfolio": 5,
    "02_calibration": 5,
}
PAGES = tuple(name for name in CHARTS if name != "02_calibration")
EVERY = [("english", name) for name in PAGES] + [("chinese", name) for name in (*PAGES, "02_calibration")]

pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists(), reason="chromium is not installed (Debian: apt install chromium)"
)


@pytest.fixture(scope="module")
def reports(chinese: Path, english: Path) -> dict[str, Path]:
    # Another process that needs them begins with the English one.
    return {"english": english, "chinese": chinese}


@pytest.fixture(scope="module")
def browser(reports: dict[str, Path]) -> Iterator[Browser]:
    # After the reports: a browser keeps an event loop running in which no notebook could be executed.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Visit:
    """A page that has been opened, with all that it asked for and all that it said."""

    def __init__(self, browser: Browser, address: str, width: int = 1280) -> None:
        self.page: Page = browser.new_page(viewport={"width": width, "height": 900})
        self.requests: list[str] = []
        self.messages: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.messages.append(message.text))
        self.page.on("pageerror", lambda error: self.messages.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.messages.append(dialog.message), dialog.dismiss()))
        self.page.goto(address)
        # Drawn is drawn: every chart has its picture, or will have none.
        self.page.wait_for_function(
            "[...document.querySelectorAll('figure.chart .canvas')].every(canvas => canvas.childNodes.length)"
        )


@contextlib.contextmanager
def visit(browser: Browser, file: Path, width: int = 1280) -> Iterator[Visit]:
    opened = Visit(browser, file.as_uri(), width)
    yield opened
    opened.page.close()


@pytest.mark.parametrize("report", ["english", "chinese"])
def test_a_report_is_made(report: str, request: pytest.FixtureRequest) -> None:
    # One at a time: both would take most of what a test may take.
    assert (request.getfixturevalue(report) / "index.html").is_file()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize(("report", "name"), EVERY)
def test_a_page_is_whole_silent_and_alone(
    browser: Browser, reports: dict[str, Path], report: str, name: str, width: int
) -> None:
    with visit(browser, reports[report] / f"{name}.html", width) as opened:
        assert opened.requests == [(reports[report] / f"{name}.html").as_uri()]
        assert opened.messages == []
        assert opened.page.locator("figure.chart svg.marks").count() == CHARTS[name]
        assert opened.page.locator("figure.chart").count() == CHARTS[name]
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
        sizes = opened.page.evaluate(
            "[...document.querySelectorAll('svg.marks')].map(svg => [svg.clientWidth, svg.clientHeight])"
        )
        assert all(200 <= wide <= width and high >= 90 for wide, high in sizes)


CUT_OFF = """
    [...document.querySelectorAll("svg.marks text")]
        .filter(words => words.textContent)
        .map(words => [words.textContent, words.getBoundingClientRect()])
        .filter(([, box]) => box.left < -1 || box.right > innerWidth + 1)
        .map(([words]) => words)
"""


@pytest.mark.parametrize(("report", "name"), EVERY)
def test_no_word_of_a_chart_is_cut_off_on_a_telephone(
    browser: Browser, reports: dict[str, Path], report: str, name: str
) -> None:
    with visit(browser, reports[report] / f"{name}.html", 390) as opened:
        assert opened.page.evaluate(CUT_OFF) == []


@pytest.mark.parametrize(("report", "name"), EVERY)
def test_charts_are_described_and_hold_marks(
    browser: Browser, reports: dict[str, Path], report: str, name: str
) -> None:
    with visit(browser, reports[report] / f"{name}.html") as opened:
        labels = opened.page.evaluate(
            "[...document.querySelectorAll('svg.marks')].map(svg => svg.querySelector('[aria-label]').ariaLabel)"
        )
        assert all(len(label) > 20 for label in labels)
        marks = "svg => svg.querySelectorAll('.mark-symbol path, .mark-rect path, .mark-line path').length"
        counts = opened.page.evaluate(f"[...document.querySelectorAll('svg.marks')].map({marks})")
        assert all(count >= 1 for count in counts)
        drawn = opened.page.evaluate("[...document.querySelectorAll('svg.marks')].map(svg => svg.outerHTML)")
        assert not any("NaN" in picture or "undefined" in picture for picture in drawn)


def test_hostile_names_are_read_as_they_are_written(browser: Browser, english: Path) -> None:
    with visit(browser, english / "11_executive_report.html") as opened:
        words = opened.page.inner_text("main")
        assert all(name in words for name in HOSTILE)
        assert opened.page.locator("main img").count() == 0
        drawn = opened.page.evaluate(
            "[...document.querySelectorAll('svg text')].map(text => text.textContent).join()"
        )
        assert "<script>" in drawn
        opened.page.hover("svg .mark-symbol path >> nth=1")
        opened.page.wait_for_selector("#vg-tooltip-element.visible")
        assert opened.page.locator("#vg-tooltip-element img").count() == 0
        assert opened.messages == []


def test_a_rejected_row_of_a_ledger_is_inert(browser: Browser, chinese: Path) -> None:
    with visit(browser, chinese / "02_calibration.html") as opened:
        assert HOSTILE[0] in opened.page.inner_text("main")
        assert opened.messages == []


def test_the_policy_stops_what_somebody_writes_into_a_page(
    browser: Browser, english: Path, tmp_path: Path
) -> None:
    text = (english / "index.html").read_text("utf-8")
    attack = '<script>document.title = "taken"</script><img src="https://example.org/x" onerror="document.title=1">'
    (tmp_path / "taken.html").write_text(text.replace("<main", attack + "<main"), encoding="utf-8")
    with visit(browser, tmp_path / "taken.html") as opened:
        assert opened.page.title() == "Sell more and get paid"
        assert any("Content Security Policy" in message for message in opened.messages)


def test_links_lead_to_pages_and_sections_that_exist(browser: Browser, english: Path) -> None:
    for name in PAGES:
        with visit(browser, english / f"{name}.html") as opened:
            links = opened.page.evaluate(
                "[...document.querySelectorAll('a')].map(link => link.getAttribute('href'))"
            )
            for link in links:
                target = (
                    opened.page.locator(link).count() == 1
                    if link.startswith("#")
                    else (english / link).is_file()
                )
                assert target, link


@pytest.mark.parametrize("report", ["english", "chinese"])
def test_a_page_prints_on_a4(browser: Browser, reports: dict[str, Path], report: str) -> None:
    with visit(browser, reports[report] / "11_executive_report.html") as opened:
        pdf = opened.page.pdf(prefer_css_page_size=True)
        assert pdf.startswith(b"%PDF")
        assert b"/MediaBox [0 0 594" in pdf or b"/MediaBox [0 0 595" in pdf
        assert 3 <= pdf.count(b"/Type /Page\n") <= 9
        opened.page.emulate_media(media="print")
        assert opened.page.locator("nav:visible").count() == 0


def test_a_page_is_as_silent_from_a_server(browser: Browser, english: Path) -> None:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(english))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}/index.html"
        opened = Visit(browser, address)
        assert opened.requests == [address]
        assert opened.messages == []
        opened.page.close()
        server.shutdown()


def test_without_scripts_the_words_are_all_there(browser: Browser, english: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((english / "index.html").as_uri())
    assert "Sales growth and cohort overdue rate, with bars" in page.inner_text("main")
    context.close()
