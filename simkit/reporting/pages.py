"""Pages: an executed notebook, or the site's index, as one HTML file that needs nothing but itself."""

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
import vl_convert
from jinja2 import Environment
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup
from nbconvert.exporters.templateexporter import TemplateExporter

from simkit.reporting.charts import MIME, drawn
from simkit.reporting.markup import foreign_markup
from simkit.reporting.record import is_record
from simkit.reporting.texts import Language, text

TEMPLATES = Path(__file__).with_name("template")
VEGA_LITE = "6.4"
LARGEST_PAGE_BYTES = 1_500_000
WORDS = ("html_lang", "skip", "contents", "recheck", "pages")
HEADLINE_TAG = "headline"
HIDDEN_TAGS = frozenset({"parameters", "injected-parameters", "analyst"})


@dataclass(frozen=True, slots=True)
class Heading:
    """A section of a page: the anchor and the words of its entry in the contents list."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A page as the first page lists it: its file, its title, the question it asks and the answer it gives."""

    file: str
    title: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Item:
    """One output as a page shows it: a chart's specification, safe markup, or text."""

    kind: str
    content: Any


@dataclass(frozen=True, slots=True)
class Frame:
    """What all pages of a site share: language, the list of pages (file, title) and where the numbers come from."""

    language: Language
    site: tuple[tuple[str, str], ...]
    provenance: tuple[tuple[str, str], ...]

    def variables(self, file: str, title: str, question: str, scripts: Sequence[str]) -> dict[str, Any]:
        """Return the template's variables for one page; the code it carries is allowed by hash and nothing else."""
        return {
            "title": title,
            "question": question,
            "site": [{"file": path, "title": name, "current": path == file} for path, name in self.site],
            "provenance": self.provenance,
            "policy": content_policy(scripts),
            "style": Markup(style()),
            "scripts": [Markup(script) for script in scripts],
            "words": {word: text(f"page.{word}", self.language) for word in WORDS},
        }


class _Exporter(TemplateExporter):
    """nbconvert with our template and nothing of its own: no scripts, no styles, everything escaped."""

    file_extension = ".html"

    def __init__(self, prose: "_Prose") -> None:
        super().__init__(template_name="simkit", extra_template_basedirs=[str(TEMPLATES)])  # type: ignore[no-untyped-call]
        self.environment.filters["items"] = lambda cell: list(_items(cell, prose))
        # Resources would be copied before the template sees them; the headings are found while it renders.
        self.environment.globals["headings"] = prose.headings

    def _create_environment(self) -> Environment:
        environment: Environment = super()._create_environment()  # type: ignore[no-untyped-call]
        environment.autoescape = True
        return environment


@dataclass
class _Prose:
    """Markdown to markup; HTML in it is shown as text, images are not fetched, headings are collected."""

    headings: list[Heading] = field(default_factory=list)

    def render(self, source: str) -> Markup:
        parser = MarkdownIt("js-default").disable("image")
        tokens = parser.parse(source)
        for token, inline in pairwise(tokens):
            if token.type == "heading_open" and token.tag == "h2":
                heading = Heading(f"section-{len(self.headings) + 1}", _words(inline))
                token.attrSet("id", heading.id)
                self.headings.append(heading)
        return Markup(parser.renderer.render(tokens, parser.options, {}))


def _words(inline: Token) -> str:
    """Return the text of a heading without its marks."""
    return "".join(token.content for token in inline.children or [])


def page(
    notebook: nbformat.NotebookNode,
    frame: Frame,
    file: str,
    title: str,
    question: str,
    entries: Sequence[Entry] = (),
) -> str:
    """Return an executed notebook as a page: its outputs in order, its code hidden.

    Parameters
    ----------
    notebook : NotebookNode
        Executed. Markdown cells are shown too, unless tagged ``analyst``.
    frame : Frame
        What all pages of the site share.
    file, title, question : str
        The page's file name and the words at its head.
    entries : sequence of Entry
        Other pages, listed at the end with what each answers.

    Raises
    ------
    ValueError
        When the page would be larger than 1.5 MB.
    """
    prose = _Prose()
    scripts = [_script()] if any(MIME in output.get("data", {}) for output in outputs(notebook)) else []
    variables = frame.variables(file, title, question, scripts) | {"entries": entries}
    html, _ = _Exporter(prose).from_notebook_node(notebook, {"page": variables})
    if (size := len(html.encode())) > LARGEST_PAGE_BYTES:
        raise ValueError(f"{file} has {size:,} bytes; a page must not exceed {LARGEST_PAGE_BYTES:,}")
    return str(html)


def headline(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return a notebook of the cells tagged ``headline``: what stands on the first page too."""
    cells = [cell for cell in notebook.cells if HEADLINE_TAG in cell.metadata.get("tags", [])]
    return nbformat.NotebookNode(notebook, cells=cells)


def outputs(notebook: nbformat.NotebookNode) -> Iterator[nbformat.NotebookNode]:
    """Yield every output of a notebook's code cells."""
    return (output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs)


def _items(cell: nbformat.NotebookNode, prose: _Prose) -> Iterator[Item]:
    tags = set(cell.metadata.get("tags", []))
    if cell.cell_type == "markdown" and not tags & HIDDEN_TAGS:
        yield Item("markup", prose.render(cell.source))
    if cell.cell_type != "code" or tags & HIDDEN_TAGS:
        return
    for output in cell.outputs:
        if output.output_type == "stream" and output.name == "stdout":
            yield Item("text", output.text)
        elif output.output_type in ("display_data", "execute_result") and not is_record(output):
            yield _item(output.data, prose)


def _item(data: Mapping[str, Any], prose: _Prose) -> Item:
    """Choose the richest form of an output that is safe to publish; HTML that is not ours gives way to text."""
    spec = drawn(data)
    if spec is not None:
        return Item("chart", spec)
    html = data.get("text/html")
    if html is not None and not foreign_markup(html):
        return Item("markup", Markup(html))
    if "text/markdown" in data:
        return Item("markup", prose.render(data["text/markdown"]))
    return Item("text", data.get("text/plain", ""))


@lru_cache(maxsize=1)
def _script() -> str:
    """Return the script of a page with charts: Vega, Vega-Lite and vega-embed, and what draws with them."""
    draw = (TEMPLATES / "simkit" / "draw.js").read_text("utf-8")
    return str(vl_convert.javascript_bundle(draw, VEGA_LITE))


@lru_cache(maxsize=1)
def style() -> str:
    """Return the look of every page."""
    return (TEMPLATES / "simkit" / "style.css").read_text("utf-8")


def content_policy(scripts: Sequence[str]) -> str:
    """Return the content security policy that lets a page run these scripts and our style, and load nothing."""
    allowed = {"script-src": scripts, "style-src": (style(),)}
    rules = [
        f"{name} {' '.join(map(_source_hash, sources)) or chr(39) + 'none' + chr(39)}"
        for name, sources in allowed.items()
    ]
    return "; ".join(["default-src 'none'", *rules, "img-src data:", "base-uri 'none'", "form-action 'none'"])


def _source_hash(source: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'"
