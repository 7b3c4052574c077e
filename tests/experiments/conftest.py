"""Results of tests are kept apart from the user's."""

import pytest


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    """Point the default cache to a folder of the test's own, and return it."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("SIMKIT_CACHE", str(folder))
    return folder
