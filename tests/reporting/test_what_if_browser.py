"""The what-if as a user meets it: the command serves it, a browser moves a lever, saves the scenario and runs it."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from simkit.scenario.loading import load
from tests.reporting.conftest import ROOT, write_scenario
from tests.reporting.test_browser import CHROMIUM, FLAGS

PATIENCE = 300
"""Seconds for the first answer; it is a minute where nothing is compiled yet."""

pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists(), reason="chromium is not installed (Debian: apt install chromium)"
)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Where the command serves a small company, until the test is over."""
    write_scenario(tmp_path / "today.yaml", "Status quo")
    port = free_port()
    command = [sys.executable, "-m", "simkit", "whatif", "today.yaml", "--no-browser", f"--port={port}"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(
            [*command, "--customers=60", "--replications=2"],
            cwd=tmp_path,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            yield f"http://127.0.0.1:{port}/"
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(60)


def opened(page: Page, address: str) -> None:
    """Open the page as soon as something listens there."""
    for _ in range(120):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", int(address.rstrip("/").rsplit(":", 1)[1]))) == 0:
                break
        page.wait_for_timeout(500)
    page.goto(address, timeout=1000 * PATIENCE)
    page.wait_for_selector(".levers [role=status]", timeout=1000 * PATIENCE)


def test_a_lever_answers_and_what_it_finds_is_saved(address: str, tmp_path: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        asked, errors = list[str](), list[str]()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        opened(page, address)
        cards, status = page.locator(".answers .cards"), page.locator(".levers [role=status]")
        before, told = cards.inner_text(), status.inner_text()
        # The third lever is the prepayment; a lever's number can be typed.
        number = page.locator(".levers .widget-readout").nth(2)
        number.fill("30")
        number.press("Enter")
        expect(cards).not_to_have_text(before, timeout=30_000)
        expect(cards).to_contain_text("against Status quo", timeout=30_000)
        assert page.locator("svg.marks").count() == 1
        # The fourth, the share paid at signing, is dragged to the left; it is asked once, where it is let go.
        expect(status).not_to_have_text(told)
        told, typed = status.inner_text(), cards.inner_text()
        handle = page.locator(".levers .noUi-handle").nth(3).bounding_box()
        page.mouse.move(handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2)
        page.mouse.down()
        page.mouse.move(handle["x"] - 40, handle["y"] + handle["height"] / 2, steps=8)
        page.wait_for_timeout(500)
        assert (status.inner_text(), cards.inner_text()) == (told, typed)
        page.mouse.up()
        expect(cards).not_to_have_text(typed, timeout=30_000)
        page.locator(".levers input[type=text]").fill("Cash first")
        page.get_by_role("button", name="Save as scenario").click()
        expect(status).to_contain_text("cash_first.yaml")
        page.set_viewport_size({"width": 390, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        browser.close()
    assert errors == []
    assert all(re.match(r"(http|ws)://127\.0\.0\.1|data:|blob:", url) for url in asked)
    saved = tmp_path / "params" / "policies" / "cash_first.yaml"
    assert load(saved).policy.contract.prepayment_share == 0.3
    assert load(saved).policy.incentives.commission.signing_share < 1.0
    command = [sys.executable, "-m", "simkit", "run", str(saved)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "Cash first" in ran.stdout
