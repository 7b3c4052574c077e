"""Cards: a few numbers with their intervals, large enough to be read first."""

from collections.abc import Iterable
from dataclasses import dataclass

from simkit.reporting.markup import Child, Html, element


@dataclass(frozen=True, slots=True)
class Card:
    """One number: what it is, its value and what is known about it (its interval, what it is compared with).

    ``change`` says which way it goes and whether that is good, in an arrow and a word, as not everybody sees colours.
    """

    label: str
    value: str
    note: str = ""
    tone: str = "plain"
    change: str = ""


def cards(items: Iterable[Card]) -> Html:
    """Return cards as a description list; ``tone`` (plain, good, bad, unsure) colours the value."""
    return element(
        "dl",
        *(
            element(
                "div",
                element("dt", card.label),
                element("dd", card.value, *_mark(card), class_=f"value {card.tone}"),
                element("dd", card.note, class_="note"),
                class_="card",
            )
            for card in items
        ),
        class_="cards",
    )


def _mark(card: Card) -> tuple[Child, ...]:
    return (" ", element("span", card.change, class_="change")) if card.change else ()


def answer(content: Html) -> Html:
    """Return the answer to a page's question, set so that it is read first."""
    return element("p", content, class_="answer")
