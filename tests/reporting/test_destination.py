"""A finished report takes the place of the one before, and of nothing else."""

from pathlib import Path

import pytest

from simkit.errors import UserError
from simkit.reporting.destination import Destination
from simkit.reporting.receipt import FILE, verify, write_receipt


def made(folder: Path, pages: dict[str, str]) -> Path:
    """Make a small report."""
    for name, text in pages.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    write_receipt(folder, "en", [], [], {})
    return folder


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_new_folder_is_made_with_all_above_it(tmp_path: Path) -> None:
    there = Destination(tmp_path / "a" / "b" / "out")
    there.check(["index.html"])
    assert files(tmp_path) == set()
    there.publish(made(tmp_path / "made", {"index.html": "1", "results/x.json": "2"}))
    assert files(there.folder) == {"index.html", "results/x.json", FILE}
    assert verify(there.folder) == []
    assert {path.name for path in (tmp_path / "a" / "b").iterdir()} == {"out"}


def test_an_earlier_report_is_replaced_and_other_files_are_left_alone(tmp_path: Path) -> None:
    out = made(tmp_path / "out", {"index.html": "old", "gone.html": "old", "results/x.json": "old"})
    (out / "README.md").write_text("mine")
    (out / "results" / "mine.txt").write_text("mine")
    there = Destination(out)
    there.check(["index.html", "results/x.json"])
    there.publish(made(tmp_path / "made", {"index.html": "new", "scenarios/1.json": "new"}))
    assert files(out) == {"index.html", "scenarios/1.json", FILE, "README.md", "results/mine.txt"}
    assert (out / "index.html").read_text() == "new"
    assert verify(out) == []


def test_a_file_of_one_s_own_is_never_overwritten(tmp_path: Path) -> None:
    out = made(tmp_path / "out", {"index.html": "old"})
    (out / "08_frontier.html").write_text("mine")
    Destination(out).check(["index.html"])
    with pytest.raises(UserError, match=r"08_frontier\.html: exists and belongs to no report"):
        Destination(out).check(["index.html", "08_frontier.html"])


@pytest.mark.parametrize("outside", ["../mine.txt", "/mine.txt", "results/../../mine.txt"])
def test_a_forged_receipt_deletes_nothing_outside_the_folder(tmp_path: Path, outside: str) -> None:
    out = made(tmp_path / "out", {"index.html": "old"})
    mine = tmp_path / "mine.txt"
    mine.write_text("mine")
    name = str(mine) if outside.startswith("/") else outside
    receipt = (out / FILE).read_text().replace('"index.html"', f'"{name}"')
    (out / FILE).write_text(receipt)
    (out / "index.html").unlink()
    Destination(out).publish(made(tmp_path / "made", {"index.html": "new"}))
    assert mine.read_text() == "mine"
