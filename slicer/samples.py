"""The sample data: small sets with known answers, in the checkout or inside the installed package."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from slicer.errors import UsageError, listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One sample: its files, its roles and what it is about."""

    name: str
    title: str
    files: tuple[Path, ...]
    tags: Path | None
    tags_seed: int | None
    """The seed its reviewed failures were drawn with."""
    about: Path
    """Origin, licence and the answers to expect."""
    rows: int
    truth_is_human: bool
    """Whether the label is what most of its raters said."""
    roles: dict[str, Any]


def folder() -> Path:
    """Where the samples lie: inside the package when installed, beside it in a checkout."""
    inside = Path(__file__).parent / "sample_data"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "sample_data"


def list_samples() -> tuple[Sample, ...]:
    """The samples in the order they are shown."""
    place = folder()
    index = json.loads((place / "index.json").read_text(encoding="utf-8"))
    return tuple(
        Sample(
            name=one["name"],
            title=one["title"],
            files=tuple(place / name for name in one["files"]),
            tags=place / one["tags"] if one["tags"] else None,
            tags_seed=one.get("tags_seed"),
            about=place / one["about"],
            rows=one["rows"],
            truth_is_human=one.get("truth_is_human", False),
            roles=one["roles"],
        )
        for one in index
    )


def get_sample(name: str) -> Sample:
    """One sample.

    Raises:
        UsageError: none of this name; it lists them.
    """
    samples = list_samples()
    for sample in samples:
        if sample.name == name:
            return sample
    raise UsageError(f"No sample named {name!r}.", hint=f"Samples: {listed(one.name for one in samples)}.")
