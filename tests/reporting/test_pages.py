"""A page publishes what is safe, lists its sections, and carries no code but its own."""

import base64
import hashlib
import re

import altair as alt
import pandas as pd
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from simkit.reporting import pages
from simkit.reporting.charts import renderer
from simkit.reporting.pages import Entry, Frame, content_policy, headline, page
from simkit.reporting.record import MARK
from tests.reporting.fakes import HOSTILE

FRAME = Frame("en", (("index.html", "Overview"), ("a.html", HOSTILE[1])), (("Seed", "<1>"),))


def shown(*outputs: NotebookNode, tags: tuple[str, ...] = (), entries: tuple[Entry, ...] = ()) -> str:
    """Return the page of a notebook with one code cell."""
    cell = new_code_cell("secret_code = 1", outputs=list(outputs), metadata={"tags": list(tags)})
    return page(new_notebook(cells=[cell]), FRAME, "a.html", "Title <b>", "Question & answer", entries)


def data(**mimes: object) -> NotebookNode:
    return new_output("display_data", {name.replace("_", "/"): value for name, value in mimes.items()})


def chart(name: str = "x") -> NotebookNode:
    made = alt.Chart(pd.DataFrame({"x": [1], "name": [name]})).mark_point().encode(x="x:Q", tooltip="name:N")
    return new_output("display_data", renderer(made.properties(description=f"about {name}").to_dict()))


def main(html: str) -> str:
    return re.split(r"</?main[^>]*>", html)[1].strip()


def test_words_around_a_page_are_escaped() -> None:
    html = shown()
    assert "<title>Title &lt;b&gt;</title>" in html
    assert "Question &amp; answer" in html
    assert "<img" not in html
    assert "&lt;1&gt;" in html
    assert 'aria-current="page"' in html
    assert "secret_code" not in html


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (data(text_html="<p>mine</p>", text_plain="x"), "<p>mine</p>"),
        (data(text_html="<script>alert(1)</script>", text_plain="a < b"), "<pre>a &lt; b</pre>"),
        (data(text_html='<img src="http://x">', text_markdown="*x*", text_plain="x"), "<p><em>x</em></p>"),
        (data(text_html="<style>p {}</style>"), "<pre></pre>"),
        (data(text_markdown="<script>alert(1)</script>"), "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        (
            data(text_markdown="![x](http://example.org/x.png)"),
            '<p>!<a href="http://example.org/x.png">x</a></p>',
        ),
        (data(text_markdown="[x](javascript:alert(1))"), "<p>[x](javascript:alert(1))</p>"),
        (data(image_png="aGVsbG8=", text_plain="a figure"), "<pre>a figure</pre>"),
        (data(application_javascript="alert(1)", text_plain="x"), "<pre>x</pre>"),
        (new_output("execute_result", {"text/plain": "42"}), "<pre>42</pre>"),
        (new_output("stream", name="stdout", text="printed <b>"), "<pre>printed &lt;b&gt;</pre>"),
        (new_output("stream", name="stderr", text="a warning"), ""),
        (new_output("error", ename="E", evalue="v", traceback=["t"]), ""),
        (new_output("display_data", {"text/plain": "a = 1"}, metadata={MARK: {"name": "a", "value": 1}}), ""),
    ],
)
def test_an_output_is_published_in_its_safe_form(output: NotebookNode, expected: str) -> None:
    assert main(shown(output)) == expected


def test_charts_are_data_and_their_description_is_there_without_a_script() -> None:
    html = shown(chart(HOSTILE[0]))
    assert HOSTILE[0] not in html
    assert "\\u003c/script\\u003e" in html
    assert "<noscript><p>about &lt;/script&gt;" in html
    assert html.count("<script>") == 1
    assert "$schema" not in main(html)


def test_a_page_without_charts_carries_no_script() -> None:
    html = shown(data(text_plain="x"))
    assert "<script" not in html
    assert "script-src 'none'" in html.replace("&#39;", "'")
    assert len(html) < 20_000


def test_the_policy_allows_what_the_page_holds_and_nothing_else() -> None:
    html = shown(chart())
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    assert policy
    rules = dict(rule.strip().partition(" ")[::2] for rule in policy[1].replace("&#39;", "'").split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert "unsafe" not in policy[1]
    for tag, rule in (("script", "script-src"), ("style", "style-src")):
        [inline] = re.findall(rf"<{tag}>(.*?)</{tag}>", html, flags=re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
        assert rules[rule] == f"'sha256-{digest}'"
    assert "http" not in re.sub(r"<script>.*?</script>", "", html, flags=re.DOTALL).replace("http-equiv", "")


def test_sections_are_listed_when_there_are_several() -> None:
    html = shown(data(text_markdown="## One `a`\n\n### Not this"), data(text_markdown="words\n\n## Two <b>"))
    assert '<li><a href="#section-1">One a</a></li>' in html
    assert '<li><a href="#section-2">Two &lt;b&gt;</a></li>' in html
    assert '<h2 id="section-2">Two &lt;b&gt;</h2>' in html
    assert "Not this</a>" not in html
    assert "<nav" not in shown(data(text_markdown="## One"))


def test_markdown_cells_are_shown_unless_they_are_for_analysts() -> None:
    cells = [new_markdown_cell("shown"), new_markdown_cell("hidden", metadata={"tags": ["analyst"]})]
    html = page(new_notebook(cells=cells), FRAME, "a.html", "T", "")
    assert main(html) == "<p>shown</p>"


@pytest.mark.parametrize("tag", ["parameters", "injected-parameters", "analyst"])
def test_cells_that_are_not_for_readers_are_hidden(tag: str) -> None:
    assert main(shown(data(text_plain="x"), tags=(tag,))) == ""


def test_a_cell_tagged_pairs_sets_its_charts_side_by_side() -> None:
    assert main(shown(data(text_plain="x"), tags=("pairs",))).startswith('<div class="pairs">')


def test_the_first_page_lists_the_others() -> None:
    entries = (Entry("b.html", "B", "Why?", "Because <b>"), Entry("c.html", "C", "What?", ""))
    html = main(shown(entries=entries))
    assert '<a href="b.html">B</a><p class="note">Why?</p><p>Because &lt;b&gt;</p>' in html
    assert '<p class="note">What?</p></li>' in html


def test_the_headline_is_what_is_tagged_so() -> None:
    cells = [new_code_cell("a"), new_code_cell("b", metadata={"tags": ["headline", "x"]})]
    assert [cell.source for cell in headline(new_notebook(cells=cells)).cells] == ["b"]


def test_a_page_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "LARGEST_PAGE_BYTES", 10_000)
    with pytest.raises(ValueError, match=r"a\.html has [\d,]+ bytes; a page must not exceed 10,000"):
        shown(data(text_plain="x" * 10_000))


def test_a_policy_without_scripts_allows_none() -> None:
    assert "script-src 'none'" in content_policy([])
