"""Cards: a few numbers with their intervals, large enough to be read first."""

from collections.abc import Iterable
from dataclasses import dataclass

from simkit.reporting.markup import Html, element


@dataclass(frozen=True, slots=True)
class Card:
    """One number: what it is, its value and what is known about it (its interval, what it is compared with)."""

    label: str
    value: str
    note: str = ""
    tone: str = "plain"


def cards(items: Iterable[Card]) -> Html:
    """Return cards as a description list; ``tone`` (plain, good, bad, unsure) colours the value."""
    return element(
        "dl",
        *(
            element(
                "div",
                element("dt", card.label),
                element("dd", card.value, class_=f"value {card.tone}"),
                element("dd", card.note, class_="note"),
                class_="card",
            )
            for card in items
        ),
        class_="cards",
    )


def answer(content: Html) -> Html:
    """Return the answer to a page's question, set so that it is read first."""
    return element("p", content, class_="answer")
