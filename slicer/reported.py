"""What a report holds: a ranking, and what a reader who has nothing else needs beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from slicer.agreed import AgreeResult
from slicer.planned import PlanResult
from slicer.results import RankResult
from slicer.tagged import TagsResult

Chosen = Literal["failures", "worst", "random"]
"""How the examples of a slice are chosen: failures drawn at random, filled up with other rows; the worst rows; any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFile:
    """An image or a recording of an example."""

    kind: Literal["image", "audio"]
    name: str
    """What the data calls it."""
    path: Path | None
    """Where it lies; None where it cannot be shown."""
    type: str = ""
    """What a browser is told it is, such as `audio/wav`."""
    problem: str = ""
    """Why it cannot, in a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedExample:
    """A row as a reader meets it."""

    id: str
    text: str | None
    media: MediaFile | None
    truth: str | None
    predicted: str | None
    right: bool | None
    """None where rows carry numbers, or nobody knows."""
    measured: tuple[tuple[str, str], ...]
    """Numbers the row is measured by, in words, in place of truth and prediction."""
    human: tuple[tuple[str, int], ...]
    """Label and how many people gave it."""
    fields: tuple[tuple[str, str], ...]
    """Some of its other columns: name and value."""
    tags: tuple[str, ...]
    note: str
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """The examples of one slice, failures first."""

    chosen: Chosen
    shown: tuple[ReportedExample, ...]
    failures: int | None
    """Rows of the slice that are wrong; None where rows carry numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """A file the rows came from."""

    name: str
    """Without its folder: a report may go to people whom that does not concern."""
    sha256: str
    rows: int
    read_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Report:
    """Everything a report is made of; the same report is the same file, byte for byte."""

    ranking: RankResult
    examples: Mapping[str, Examples]
    """By the slice text of the ranking: of the first rows that hold any."""
    plan: PlanResult | None
    """None where nothing is planned."""
    tags: TagsResult | None
    """None where there are no tags, or where they say nothing of these rows."""
    people: AgreeResult | None
    """None where at most one person answered a row."""
    where: str
    """The filter; empty for all rows."""
    sources: tuple[SourceFile, ...]
    seed: int
    made_at: datetime
    version: str
    """Of Slicer."""
