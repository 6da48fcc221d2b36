"""The field that takes a slice: it completes columns, operators and values, and says how many rows the draft holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from slicer.schema import Kind
from slicer.ui import assets
from slicer.ui.projects import projects
from slicer.workbench import Workbench

KINDS: dict[Kind, str] = {"integer": "number", "real": "number", "boolean": "boolean"}
"""How a kind of column is called on screen; all others are text."""

MEANING: dict[str, tuple[Kind, str]] = {
    "label": ("text", "what is right"),
    "prediction": ("text", "what the run said"),
    "correct": ("boolean", "right or wrong"),
    "tag": ("text", "your tags"),
    "probability": ("real", "of the positive class, or the largest"),
    "off by": ("real", "prediction minus label"),
    "error rate": ("real", "errors over total"),
}
"""The kind of the names that stand for a role or for tags, and what they mean."""

_slice_input = st.components.v2.component(
    "slicer.slice_input",
    html='<div id="field"></div>',
    css=assets("slice_input.css"),
    js=assets("dom.js", "slice_input.js"),
)


def slice_input(
    key: str,
    bench: Workbench,
    *,
    label: str,
    text: str,
    placeholder: str,
    where: str = "",
    metric: str = "",
    empty: str = "",
    detail: Literal["rows", "sentence"] = "rows",
    saved: Sequence[tuple[str, str]] = (),
) -> str | None:
    """Draw the field; give what was just entered, only if it can be read.

    Args:
        key: Tells this field from others.
        bench: The data it is about.
        label: What it holds, for those who cannot see it.
        text: What it holds at first, and whenever this changes.
        placeholder: Stands in the empty field.
        where: Only these rows count.
        metric: Of the sentence; the headline metric if empty.
        empty: What is said beside an empty field.
        detail: Beside the draft, how many rows it holds or a sentence on it.
        saved: Name and text of saved slices, to choose from.

    Returns:
        The text, in the one run after Enter or after the field was left; else None.
    """
    result = _slice_input(
        key=key,
        data={
            "text": text,
            "label": label,
            "placeholder": placeholder,
            "columns": _names(bench),
            "saved": list(saved),
            "texts": [] if bench.dataset.roles.text is None else [bench.dataset.roles.text],
            "endpoint": f"/api/slices/{projects.name_of(bench.project)}/{bench.dataset.id}",
            "token": projects.token,
            "run": bench.run.name,
            "where": where,
            "metric": metric,
            "empty": empty,
            "detail": detail,
        },
        on_commit_change=lambda: None,
    )
    committed: str | None = result.commit
    return committed


def _names(bench: Workbench) -> list[tuple[str, str, str]]:
    """What a slice can be about: name, kind, and what is said of it. A role's name means the role, quoted or not."""
    roles, run = bench.dataset.roles, bench.run
    columns = {"label": roles.label, "prediction": run.prediction, "correct": run.correct}
    names = []
    for name, kind in bench.relation.kinds.items():
        hidden = name in columns and name != columns[name] and (name == "correct" or columns[name] is not None)
        said = KINDS.get(kind, "text")
        names.append((name, KINDS.get(MEANING[name][0], "text"), MEANING[name][1]) if hidden else (name, said, said))
    return [*names, *((name, KINDS.get(MEANING[name][0], "text"), MEANING[name][1]) for name in bench.reserved_names)]
