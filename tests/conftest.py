"""What all tests share: those marked no_cover run untraced."""

import sys
from collections.abc import Generator

import pytest


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Take the tracer away while a test marked no_cover runs.

    pytest-cov does so by itself, but not in the processes of pytest-xdist, where it starts coverage twice and stops it
    once: what it stopped last is inside of it (`trylast`).
    """
    tracer = sys.gettrace()
    if item.get_closest_marker("no_cover"):
        sys.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(tracer)
