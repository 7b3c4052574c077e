import pytest

import simkit
from simkit.calibration.fitted_file import check_name, file_text, rounded, write_text
from simkit.errors import UserError

WORLD = {
    "payment": {"frailty_sd": 0.123456789, "history_weight": -1e-9},
    "customers": {"order_value_fen": 1_234_567},
}


@pytest.mark.parametrize("name", ["", "../out", "a/b", ".hidden", "a\nb", "x" * 101, "-", "a:b"])
def test_names_that_could_not_be_files_are_refused(name):
    with pytest.raises(UserError, match="cannot name a file; allowed are"):
        check_name(name)


def test_names_in_any_script_are_kept():
    assert check_name("应收账款 2024-01.v2") == "应收账款 2024-01.v2"


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_not_a_number_never_reaches_a_file(value):
    with pytest.raises(ValueError, match="a parameter came out as"):
        file_text("a", "b", [], {"payment": {"alpha": [value]}})


def test_text_is_read_back_as_a_world(tmp_path):
    text = file_text("made up", "By hand: 'quoted', # not a comment", ["fact one\n\nfact two", ""], WORLD)
    assert text.startswith("# fact one\n#\n# fact two\n#\nschema: 1\n")
    base, world = tmp_path / "base.yaml", write_text(tmp_path, "made up", text)
    base.write_text("schema: 1\nname: base\n", encoding="utf-8")
    loaded = simkit.load(base, world=world).world
    assert loaded.payment.frailty_sd == 0.123457
    assert loaded.payment.history_weight == -1e-9
    assert loaded.customers.order_value_fen == 1_234_567


def test_rounding_keeps_whole_numbers_and_text():
    assert rounded({"a": 123_456_789, "b": ["x", 1 / 3], "c": True}) == {
        "a": 123_456_789,
        "b": ["x", 0.333333],
        "c": True,
    }


def test_writing_is_whole_or_not_at_all(tmp_path, monkeypatch):
    path = write_text(tmp_path / "new" / "folder", "a", "one\n")
    assert path.read_text(encoding="utf-8") == "one\n"
    assert write_text(path.parent, "a", "two\n") == path
    assert path.read_bytes() == b"two\n"
    assert [file.name for file in path.parent.iterdir()] == ["a.yaml"]
    assert path.stat().st_mode & 0o777 == 0o644

    def breaks(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", breaks)
    with pytest.raises(UserError, match=r"a\.yaml: cannot be written \(No space left on device\)"):
        write_text(path.parent, "a", "three\n")
    assert path.read_bytes() == b"two\n"
    assert [file.name for file in path.parent.iterdir()] == ["a.yaml"]


def test_a_file_in_the_way_of_the_folder(tmp_path):
    (tmp_path / "taken").write_text("", encoding="utf-8")
    with pytest.raises(UserError, match="cannot be written"):
        write_text(tmp_path / "taken", "a", "text")


def test_run_section_is_written_when_there_is_one() -> None:
    assert "\nrun:\n  customers: 75\n" in file_text("n", "d", [], {"market": {}}, {"customers": 75})
    assert "run:" not in file_text("n", "d", [], {"market": {}})
