"""Markup is escaped by construction, and what is not ours is found."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkit.reporting.cards import Card, answer, cards
from simkit.reporting.markup import Html, element, foreign_markup, joined
from simkit.reporting.tables import table
from tests.reporting.fakes import HOSTILE


class Reader(HTMLParser):
    """Reads a document back as a browser would: tags, and the text between them."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_any_text_comes_back_as_text_and_nothing_else(words: str) -> None:
    read = Reader(element("p", words, title=None).source)
    assert (read.tags, read.text) == (["p"], words)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_an_attribute_cannot_be_left(value: str) -> None:
    read = Reader(element("p", "x", aria_label=value).source)
    assert (read.tags, read.text) == (["p"], "x")


def test_markup_inside_markup_is_kept_and_text_beside_it_is_escaped() -> None:
    made = element("p", element("strong", "a<b"), " & ", class_="note")
    assert made.source == '<p class="note"><strong>a&lt;b</strong> &amp; </p>'
    assert str(made) == made._repr_html_() == made.source
    assert made.text == "a<b & "
    assert joined([]).source == ""


@pytest.mark.parametrize("name", HOSTILE)
def test_tables_cards_and_answers_make_hostile_names_inert(name: str) -> None:
    made = joined(
        [
            table({"a": name, "b": "B"}, [{"a": name, "b": name}, {"a": ""}], numbers=["b"], caption=name),
            cards([Card(name, name, name)]),
            answer(element("em", name)),
        ]
    )
    assert foreign_markup(made.source) == []
    assert {"script", "img"}.isdisjoint(Reader(made.source).tags)
    assert Reader(made.source).text.count(name) == 8


def test_a_table_heads_its_rows_and_sets_numbers_flush() -> None:
    made = table({"name": "Name", "value": "Value"}, [{"name": "x", "value": "1"}], numbers=["value"]).source
    assert '<th scope="row">x</th><td class="number">1</td>' in made
    assert '<th scope="col" class="number">Value</th>' in made
    assert 'aria-label="Name"' in made


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>fine <strong>here</strong></p>", []),
        ('<a href="#x">here</a>', []),
        ("<script>alert(1)</script>", ["<script>"]),
        ("<style>p{}</style>", ["<style>"]),
        ('<img src="http://x/y">', ["<img>", "img src"]),
        ('<p onclick="alert(1)">x</p>', ["p onclick"]),
        ('<p style="color:red">x</p>', ["p style"]),
        ('<a href="javascript:alert(1)">x</a>', ["a href"]),
        ("<a href>x</a>", ["a href"]),
        ("<!-- a comment -->", ["comment"]),
        ("<!DOCTYPE html>", ["declaration"]),
        ("<?php x ?>", ["instruction"]),
        ("<svg/onload=alert(1)>", ["<svg>", "svg onload"]),
    ],
)
def test_markup_that_is_not_ours_is_named(source: str, found: list[str]) -> None:
    assert foreign_markup(source) == found


def test_html_is_shown_by_notebooks() -> None:
    assert Html("<p></p>")._repr_html_() == "<p></p>"
    assert repr(Html("<p></p>")) == "<Html of 7 characters>"
