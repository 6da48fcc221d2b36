"""Rankings of any size to draw, and a look at what was drawn."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from xml.etree import ElementTree

import altair as alt
import numpy as np
import pytest

import slicer
from slicer.palette import Palette
from slicer.priorities.ranking import Candidate, RankedRow, Worth, rank
from slicer.priorities.rubber_sheet import RubberSheet, SheetSlice, rubber_sheet
from slicer.ui.theme import SANS, chart_config

LONG = "a recording made in a rather crowded place, where many people talk at once, no"
"""With its number, 80 characters and more."""


@cache
def _model() -> Candidate:
    return slicer.sample("speech").rank(by=["noise"]).table[0].candidate


def ranking(many: int, seed: int = 1) -> tuple[tuple[RankedRow, ...], list[str], float]:
    """Slices that cover the data, with long names, and what all are worth together: each adds 0.8 of its own."""
    drawn = np.random.default_rng(seed)
    shares = drawn.dirichlet(np.full(many, 0.7))
    model = _model()
    assert model.gap is not None
    candidates = [
        replace(
            model,
            slice=f"place = {at}",
            share=float(share),
            weight=float(share),
            gap=replace(model.gap, value=float(drawn.normal(0.03, 0.03))),
        )
        for at, share in enumerate(shares)
    ]
    rows, together = [], 0.0
    for row in rank(candidates):
        adds = 0.8 * (row.candidate.potential or 0.0)
        together += adds
        rows.append(replace(row, worth=Worth(shared=adds, next_best=adds, cumulative=together)))
    return tuple(rows), [f"{LONG} {row.candidate.slice.removeprefix('place = ')}" for row in rows], together


def sheet_of(rows: tuple[RankedRow, ...]) -> RubberSheet:
    """The rows as a rubber sheet, with an earlier version."""
    gaps = [row.candidate.gap.value if row.candidate.gap else 0.0 for row in rows]
    return rubber_sheet(
        [
            SheetSlice(slice=row.candidate.slice, weight=row.candidate.weight or 0.0, model=0.9 - 0.01 * (at % 5),
                       people=0.9 - 0.01 * (at % 5) + gap, before=0.86)
            for at, (row, gap) in enumerate(zip(rows, gaps, strict=True))
        ]
    )  # fmt: skip


# --- the drawn picture -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text of a picture: where it stands, in pixels, as a guess by its letters."""

    text: str
    left: float
    right: float
    top: float
    bottom: float

    def covers(self, other: Text) -> bool:
        """Whether they overlap by more than the guess can be wrong."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return wide > 3 and high > 3


def drawn(chart: alt.TopLevelMixin, p: Palette, width: int) -> tuple[str, float, float]:
    """The chart as SVG, in a font every machine has, with its width and height."""
    convert = pytest.importorskip("vl_convert", reason="comes with `make test`")
    spec = {**chart.properties(width=width).to_dict(validate=False), "config": chart_config(p)}  # type: ignore[attr-defined]
    svg = convert.vegalite_to_svg(json.loads(json.dumps(spec).replace(json.dumps(SANS)[1:-1], "sans-serif")))
    size = ElementTree.fromstring(svg).attrib
    return svg, float(size["width"]), float(size["height"])


def texts_of(svg: str) -> list[Text]:
    """The texts one can read, but for halos behind others."""
    return list(_walk(ElementTree.fromstring(svg), 0.0, 0.0))


def _walk(node: Any, x: float, y: float) -> Iterator[Text]:
    moved = re.match(r"translate\(([-\d.e]+)[, ]+([-\d.e]+)\)", node.get("transform", ""))
    if moved:
        x, y = x + float(moved[1]), y + float(moved[2])
    words = "".join(node.itertext()).strip() if node.tag.endswith("}text") else ""
    if (
        words
        and node.get("opacity") != "0"
        and node.get("stroke") in (None, "none")
        and "rotate" not in node.get("transform", "")
    ):
        size = float(str(node.get("font-size", "11px")).removesuffix("px"))
        wide = 0.48 * size * len(words)
        left = x - {"middle": wide / 2, "end": wide}.get(node.get("text-anchor", "start"), 0.0)
        yield Text(text=words, left=left, right=left + wide, top=y - 0.8 * size, bottom=y + 0.1 * size)
    for child in node:
        yield from _walk(child, x, y)
