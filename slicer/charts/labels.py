"""Names beside an axis: long ones are cut in the middle, so that those which begin alike are told apart."""

from __future__ import annotations

from typing import Any

LETTER = 6.2
"""Pixels of a letter, on average."""


def cut_labels(pixels: int) -> dict[str, Any]:
    """What an axis is made with so that its names take no more than so many pixels; whole they are in tooltips.

    >>> cut_labels(190)["labelLimit"]
    190
    """
    letters = int(pixels / LETTER) - 1
    head, tail = letters - letters // 2, letters // 2
    cut = f"slice(datum.label, 0, {head}) + '…' + slice(datum.label, -{tail})"
    return {"labelLimit": pixels, "labelExpr": f"length(datum.label) > {letters + 1} ? {cut} : datum.label"}
