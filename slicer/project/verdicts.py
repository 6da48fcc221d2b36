"""Verdicts: what people say an error is, and the right label where they say it is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from slicer.project.store import Project

MODEL, LABEL, AMBIGUOUS, UNREADABLE = "model wrong", "label wrong", "ambiguous", "unreadable"
VERDICTS: Final = (MODEL, LABEL, AMBIGUOUS, UNREADABLE)
"""What a person may say; nothing takes a verdict back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was said of a row that was read."""

    example: str
    verdict: str
    """One of `VERDICTS`; empty where the row was read and nothing was said of it: its label stands."""
    label: str
    """The right one, where the label is wrong."""
    kind: str
    """How the row was drawn: the design of its queue, empty without one."""
    where: str
    """The filter of its queue."""


def said(verdict: str, label: str) -> str:
    """A verdict as one text, as the card holds it.

    >>> said("label wrong", "cat"), said("ambiguous", "")
    ('label wrong: cat', 'ambiguous')
    """
    return f"{verdict}: {label}" if label else verdict


def verdicts_of(project: Project, dataset: int, examples: Sequence[str]) -> dict[str, str]:
    """The verdicts in force on these examples, each as one text."""
    rows = project.cursor().execute(
        "select example, verdict, label from verdicts where dataset = ? and example in ? and verdict != ''",
        [dataset, list(examples)],
    )
    return {example: said(verdict, label) for example, verdict, label in rows.fetchall()}


def read_with_verdicts(project: Project, dataset: int) -> list[Verdict]:
    """Every row that was read or judged, and what was said of it."""
    rows = project.cursor().execute(
        """
        select
            coalesce(reviews.example, verdicts.example),
            coalesce(verdict, ''),
            coalesce(label, ''),
            coalesce(design->>'kind', ''),
            coalesce(design->>'where', '')
        from (select * from reviews where dataset = ?) as reviews
        full join (select * from verdicts where dataset = ?) as verdicts on verdicts.example = reviews.example
        left join queues on queues.id = reviews.queue
        """,
        [dataset, dataset],
    )
    return [
        Verdict(example=example, verdict=verdict, label=label, kind=kind, where=where)
        for example, verdict, label, kind, where in rows.fetchall()
    ]
