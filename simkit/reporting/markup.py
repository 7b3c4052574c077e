"""HTML made of elements whose text is always escaped: the one way this package writes markup."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape, unescape
from html.parser import HTMLParser

ALLOWED_TAGS = frozenset(
    [
        "div",
        "p",
        "span",
        "strong",
        "em",
        "small",
        "h2",
        "h3",
        "h4",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "code",
        "pre",
        "a",
        "section",
        "details",
        "summary",
        "figure",
        "figcaption",
        "br",
    ]
)
ALLOWED_ATTRIBUTES = frozenset(
    {"class", "scope", "href", "colspan", "id", "lang", "tabindex", "role", "aria-label"}
)
SAFE_LINK = ("#", "./")

_TAG = re.compile("<[^>]*>")


@dataclass(frozen=True, slots=True, repr=False)
class Html:
    """A piece of markup that is already safe; notebooks show it as HTML."""

    source: str

    def __str__(self) -> str:
        return self.source

    @property
    def text(self) -> str:
        """The words without the markup."""
        return unescape(_TAG.sub("", self.source))

    def __repr__(self) -> str:
        return f"<Html of {len(self.source)} characters>"

    def _repr_html_(self) -> str:
        return self.source


Child = str | Html


def element(tag: str, *children: Child, **attributes: str | None) -> Html:
    """Return an element; text and attribute values are escaped, ``Html`` children are taken as they are.

    Attributes that are ``None`` are left out; ``class_`` writes ``class`` and ``aria_label`` writes ``aria-label``.
    """
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    return Html(f"<{tag}{written}>{joined(children).source}</{tag}>")


def joined(children: Iterable[Child]) -> Html:
    """Return children one after the other, text escaped."""
    return Html("".join(child.source if isinstance(child, Html) else escape(child) for child in children))


class _Inspector(HTMLParser):
    """Collects what a piece of HTML has that our own markup never has."""

    def __init__(self) -> None:
        super().__init__()
        self.foreign: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED_TAGS:
            self.foreign.append(f"<{tag}>")
        for name, value in attrs:
            if name not in ALLOWED_ATTRIBUTES or (name == "href" and not (value or "").startswith(SAFE_LINK)):
                self.foreign.append(f"{tag} {name}")

    def handle_comment(self, data: str) -> None:
        self.foreign.append("comment")

    def handle_decl(self, decl: str) -> None:
        self.foreign.append("declaration")

    def handle_pi(self, data: str) -> None:
        self.foreign.append("instruction")


def foreign_markup(source: str) -> list[str]:
    """Name every tag and attribute that our own markup never writes; an empty list means it may be published.

    Notebooks may hold HTML of any library or of an analyst; a page publishes only what passes here.
    """
    inspector = _Inspector()
    inspector.feed(source)
    inspector.close()
    return inspector.foreign
