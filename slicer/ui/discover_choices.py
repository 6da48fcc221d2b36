"""What to search for, in few and plain words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from slicer.display import count
from slicer.found import Objectives, Outcome
from slicer.project.events import known_tags
from slicer.ui import link
from slicer.ui.frame import plain
from slicer.ui.state import View
from slicer.workbench import Wanted
from slicer.workbench.candidates import has_texts
from slicer.workbench.wanted import Classes

MOST_TO_GAIN, FURTHEST, SLICELINE = "most to gain", "furthest above the rest", "SliceLine’s score"
OBJECTIVES: dict[str, Objectives] = {MOST_TO_GAIN: "potential", FURTHEST: "divergence", SLICELINE: "sliceline"}
OF_NUMBERS: dict[str, Objectives] = {FURTHEST: "potential", SLICELINE: "sliceline"}

OUTCOMES: dict[str, Outcome] = {"errors": "error", "false positives": "fpr", "false negatives": "fnr"}
CONDITIONS = {"1": 1, "2": 2, "3": 3}
SHARES = {"0.5 %": 0.005, "1 %": 0.01, "2 %": 0.02, "5 %": 0.05, "10 %": 0.1}
CLASSES: dict[str, Classes] = {"no": "none", "the true class": "true", "the predicted class": "predicted"}
SHOWN = {"10": 10, "20": 20, "50": 50}

SPLIT_FROM = 500
"""Errors from which half of them is enough to find what there is."""


def offered_objectives(view: View) -> dict[str, Objectives]:
    """What to look for, the usual one first."""
    return OBJECTIVES if view.bench.task == "classification" else OF_NUMBERS


def offered_outcomes(view: View) -> dict[str, Outcome]:
    """What counts as bad: where there are two classes, of either side alone too."""
    two = view.bench.by_class and view.bench.relation.negative is not None
    return OUTCOMES if two else {"errors": "error"}


def choose_wanted(view: View) -> Wanted:
    """The choices, and the search they describe."""
    mine, judged = view.dataset.id, view.bench.task == "classification"
    line = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
    with line:
        against = _against(view)
    objectives = {MOST_TO_GAIN: OBJECTIVES[MOST_TO_GAIN]} if against else offered_objectives(view)
    outcomes: dict[str, Outcome] = {"errors": "error"} if against else offered_outcomes(view)
    objective, outcome, half = next(iter(objectives)), "errors", False
    with line:
        if len(objectives) > 1:
            linked = link.one_of("look-for", objectives, of=mine)
            objective = str(st.segmented_control("Look for", list(objectives), required=True, **linked))
        if len(outcomes) > 1:
            linked = link.one_of("outcome", outcomes, of=mine)
            outcome = str(st.segmented_control("Among", list(outcomes), required=True, **linked))
        linked = link.one_of("conditions", CONDITIONS, "2", of=mine)
        depth = str(
            st.segmented_control(
                "Conditions, up to", list(CONDITIONS), required=True, help="1: values of one column. 2: two at once.",
                **linked,
            )
        )  # fmt: skip
        linked = link.one_of("smallest", SHARES, "1 %", of=mine)
        smallest = str(st.selectbox("Smallest slice", list(SHARES), width=104, **linked))
        if judged and not against:
            half = _half(view)
    with st.expander("What is searched"):
        features = _features(view)
        with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
            words, tags, classes = _more(view)
            tree = half and bool(
                st.toggle(
                    "Cut numbers where errors change", help="by a tree that sees the searched half alone",
                    **link.yes_or_no("cuts", of=mine),
                )
            )  # fmt: skip
            linked = link.one_of("shown", SHOWN, of=mine)
            top = str(st.selectbox("Slices shown, at most", list(SHOWN), width=150, **linked))
            alpha = Wanted().alpha
            if objectives[objective] == "sliceline":
                linked = link.number_in("alpha", 0.01, 1.0, alpha, of=mine, read=float)
                alpha = st.number_input(
                    "Weight of errors against size", 0.01, 1.0, step=0.05, width=190, help="SliceLine’s α", **linked
                ) or alpha  # fmt: skip
    return Wanted(
        features=features,
        depth=CONDITIONS[depth],
        top=SHOWN[top],
        min_support=SHARES[smallest],
        objective=objectives[objective],
        outcome=outcomes[outcome],
        against=against,
        alpha=alpha,
        split_half=half,
        words=words,
        tags=tags,
        classes=classes,
        cuts="tree" if tree else "quantiles",
    )


def _against(view: View) -> str | None:
    """Another run, to look for where this one is worse; None for where it is wrong."""
    others = [run.name for run in view.dataset.roles.runs if run.name != view.bench.run.name]
    if not others:
        return None
    options = {"where it is wrong": None, **{f"where it is worse than {name}": name for name in others}}
    linked = link.one_of("against", options, of=view.dataset.id)
    return options[str(st.selectbox("Search", list(options), width=230, **linked))]


def _more(view: View) -> tuple[bool, bool, Classes]:
    """What is combined beside the values of columns: words of texts, tags and classes, where there are any."""
    mine, bench = view.dataset.id, view.bench
    words = tags = False
    classes: Classes = "none"
    if texts_of(view):
        help_ = "slices such as: text with the word 'refund', text with fewer than 5 words; more is examined, so that "
        help_ += "chance finds more"
        linked, alone = link.yes_or_no("words", of=mine), not view.dataset.roles.features
        words = bool(st.toggle("Words and lengths of texts", help=help_, disabled=alone, **linked)) or alone
    if known_tags(bench.project, mine):
        help_ = "those for which nearly all rows were read: others would say where somebody looked"
        tags = bool(st.toggle("Tags", help=help_, **link.yes_or_no("tags", of=mine)))
    if bench.by_class:
        linked = link.one_of("classes", CLASSES, of=mine)
        classes = CLASSES[str(st.selectbox("Classes too", list(CLASSES), width=170, **linked))]
    return words, tags, classes


def texts_of(view: View) -> bool:
    """Whether there are texts whose words can be searched."""
    return _has_texts(view.result_key, view)


@st.cache_data(max_entries=64, show_spinner=False)
def _has_texts(key: tuple[Any, ...], _view: View) -> bool:
    return has_texts(_view.bench)


def _half(view: View) -> bool:
    """Whether one half of the rows is kept for measuring."""
    help_ = (
        "Search one half of the rows and measure what was found on the other, where nobody looked: its rates are not "
        f"too high. Recommended from about {count(SPLIT_FROM)} errors."
    )
    return bool(st.toggle("Honest split", help=help_, **link.yes_or_no("half", of=view.dataset.id)))


def _features(view: View) -> tuple[str, ...]:
    """The columns to search; none named where it is all of them, so that those that tell the answer are left out."""
    features: Sequence[str] = view.dataset.roles.features
    if not features:
        return ()
    chosen = st.multiselect(
        "Columns",
        features,
        select_all=False,
        placeholder="All columns that are features",
        wrap=True,
        help=plain("Columns that tell the answer are left out, unless they are named here."),
        **link.some_of("features", features, (), of=view.dataset.id),
    )
    return tuple(chosen)
