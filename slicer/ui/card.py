"""The tagging card: one example at a time, large, and tags at the speed of the keyboard.

The card holds a batch of a queue. What a person says goes by HTTP to `endpoint`,
numbered, and waits in the browser until it is acknowledged; the script does not
run again for a key. It runs when another batch is wanted, and a moment after
the last word is saved, so that numbers beside the card can follow.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypedDict

import streamlit as st

from slicer.project.events import KEYS
from slicer.project.verdicts import VERDICTS
from slicer.ui import assets


class Media(TypedDict):
    kind: Literal["image", "audio"]
    src: str
    alt: str
    """The name of the file."""
    problem: str
    """Why it cannot be shown, in words; empty if it may be."""
    remote: bool
    """On another host."""


class Whole(TypedDict):
    """A text too long to be sent with the others."""

    src: str
    length: int
    """Characters."""


class Item(TypedDict):
    """One example of the queue, as the project knows it now."""

    id: str
    text: str | None
    """An object or a list as JSON."""
    whole: Whole | None
    """The text, where only its beginning is sent."""
    media: Media | None
    measured: list[tuple[str, str]]
    """Numbers the row is measured by, in place of truth and prediction; empty where it is right or wrong."""
    truth: str | None
    predicted: str | None
    right: bool | None
    free_text: bool
    """Truth and prediction are prose: show where the words differ."""
    probabilities: list[tuple[str, float]]
    human: list[tuple[str, int]]
    """Label and how many people gave it."""
    fields: list[tuple[str, str]]
    defining: int
    """How many of the first fields say which rows are read."""
    tags: list[str]
    """Those in force."""
    reviewed: bool
    note: str
    verdict: str
    """One of `VERDICTS`, with the right label behind a colon; empty where none was given."""


class Tag(TypedDict):
    name: str
    key: str
    """One of `events.KEYS`, or empty when they are used up."""
    count: int
    colour: str
    """One of `tags.COLOURS`."""
    about: str
    """What it means."""


class CardData(TypedDict):
    """Everything the card shows, read in one go, so that counts and items agree."""

    items: list[Item]
    offset: int
    """Position of the first item in the queue."""
    total: int
    """Length of the queue."""
    reviewed: int
    """How many of the queue are reviewed."""
    start: int
    """Position to open, unless this tab remembers one."""
    tags: list[Tag]
    classes: list[str]
    """What a right label can be; empty where there are no classes."""
    endpoint: str
    """Where events go; one per project, because events that wait are sent to the endpoint they were meant for."""
    hits: str
    """Where words are looked for in the whole queue."""
    places: str
    """Where this screen tells its place in the queue."""
    token: str
    dataset: int
    queue: int | None
    author: str
    place_key: str
    """Names the queue across reruns and reloads; another one starts the card afresh."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardEvents:
    """What the card asks of the page in this run."""

    more: int | None
    """The first position of a batch the card needs."""
    settled: int | None
    """The number of the last event saved: a good moment to count again."""


SCRIPTS = (
    "outbox", "places", "desk", "marks", "words", "difference", "answers", "tree", "zoom", "waveform", "media",
    "example", "view", "walking", "saying", "judging", "search", "writing", "painting", "keys", "card",
)  # fmt: skip
"""The modules of the card, one idea each: what is sent, what is known, what is drawn, what a key does."""

_card = st.components.v2.component(
    "slicer.card",
    html='<section id="card" aria-label="Example" tabindex="-1"></section>',
    css=assets("card/card.css"),
    js=assets("dom.js", *(f"card/{name}.js" for name in SCRIPTS)),
)


def card(key: str, data: CardData) -> CardEvents:
    """Show the card; give what it asks for in this run.

    A batch is best chosen before the card is shown: `card_events` knows the same
    already then, and saves a second run.
    """
    _card(
        key=key,
        data={**data, "keys": KEYS, "verdicts": VERDICTS},
        on_more_change=lambda: None,
        on_settled_change=lambda: None,
    )
    return card_events(key)


def card_events(key: str) -> CardEvents:
    """What the card under this key asks of the page in this run, known before it is shown again."""
    state: Mapping[str, Any] = st.session_state.get(key) or {}
    return CardEvents(more=state.get("more"), settled=state.get("settled"))
