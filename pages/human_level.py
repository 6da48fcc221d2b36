"""How well people do on the same rows, how far they agree, and where the model is below or above them."""

import streamlit as st

from slicer.agreed import AgreeResult
from slicer.errors import UsageError
from slicer.findings import no_rows_finding
from slicer.findings.human_level import above_finding, agreement_finding, level_finding, levels_finding
from slicer.human.undefined import Undefined
from slicer.levelled import Levelled, of_classes, of_slices, whole
from slicer.project.hlp_entries import list_levels
from slicer.slices import all_of, parse
from slicer.ui.agreement_panel import agreement_panel
from slicer.ui.context import context, use_sample
from slicer.ui.entered_levels import entered_levels
from slicer.ui.frame import chart_title, empty, finding, footnote, plain, warnings
from slicer.ui.human_level import levels_source
from slicer.ui.levels_table import levels_table
from slicer.ui.menu import go
from slicer.ui.reading import ROWS
from slicer.ui.state import View
from slicer.vocabulary import TruthSource
from slicer.workbench import ALL

HOW = "People minus model, the widest gap first. ◆ measured here, ◇ taken from a larger group. A click opens the rows."


def nothing_known() -> None:
    """What belongs here, and how to bring it."""
    finding("How well would people do here?", "What people say of the same rows tells which errors could be fixed.")
    pressed = empty(
        "It can come as a column with a person’s answer, as several such columns, as counts of who said what, or as a "
        "file with a row for each answer (id, annotator, label): drop it on Data beside the predictions.",
        key="no-people",
        action="Bring in what people said",
        sample="Try the sentiment sample",
    )
    if pressed == "action":
        go("data")
    if pressed == "sample":
        use_sample("sentiment", "human_level")


def truth_of(view: View, agreed: AgreeResult | Undefined) -> TruthSource:
    """Where the truth comes from."""
    if isinstance(agreed, AgreeResult):
        return agreed.truth_source
    return view.dataset.roles.choices.truth_source or ("human" if view.dataset.truth_is_human else "external")


def open_rows(view: View, slice_: str) -> None:
    """The rows of a slice."""
    go("failures", where=str(all_of(view.where, parse(slice_))), queue=ROWS)


def levels(view: View, rows: tuple[Levelled, ...], truth: TruthSource, agreement: bool) -> None:
    """The slices, people beside the model."""
    chart_title(plain(levels_finding(rows)), HOW)
    opened = levels_table(
        "levels", rows, truth, label="Human level by slice", first="Slice", metric="Model", agreement=agreement
    )
    if opened is not None:
        open_rows(view, opened)


def classes(view: View, rows: tuple[Levelled, ...], truth: TruthSource) -> None:
    """The classes, by how much of each is found."""
    st.space("small")
    how = "Recall: of the rows of a class, how many people find and how many the model. A click opens the rows."
    chart_title(plain(levels_finding(rows, "class")), how)
    opened = levels_table(
        "level-classes", rows, truth, label="Human level by class", first="Class", metric="Recall", agreement=False
    )
    if opened is not None:
        open_rows(view, opened)


head = st.container()
view = context(head)
if not (view.bench.has_people or list_levels(view.bench.project, view.dataset.id)):
    with head:
        nothing_known()
    entered_levels(view)
    st.stop()
with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
    by = st.multiselect(
        "Columns",
        view.sliceable,
        default=view.sliceable[:1],
        key="by",
        select_all=False,
        bind="query-params",
        placeholder="Choose columns to slice by",
    )
    given, given_of_classes = levels_source(view)
saved = list(view.bench.saved())
agreed = view.agree(by, saved)
people = agreed if isinstance(agreed, AgreeResult) else None
truth = truth_of(view, agreed)
agreement = people is not None and people.overall.agreement.pairwise.value is not None
try:
    ranked = view.rank(by=by, slices=[ALL, *saved], hlp=given)
    rows = of_slices(ranked, people, measure=given is None)
    sentence = level_finding(whole(rows), truth, view.bench.run.name)
    aside = above_finding(rows, truth)
    if not ranked.head.rows:
        sentence, aside = no_rows_finding(str(view.where))
except UsageError as error:
    ranked, rows, aside = None, (), f"{error} {error.hint}"
    sentence = agreement_finding(people) if people is not None else "People and model cannot be compared here"
with head:
    finding(plain(sentence), plain(aside))
if people is not None or ranked is not None:
    warnings((people or ranked).head.warnings)
if ranked is None or ranked.head.rows:
    if rows:
        levels(view, rows, truth, agreement)
    if rows and view.bench.by_class:
        found = view.rank(classes=True, metric="recall", hlp=given_of_classes)
        classes(view, of_classes(found, people, measure=given_of_classes is None), truth)
    if view.bench.has_people:
        agreement_panel(view, agreed)
st.space("small")
entered_levels(view)
footnote(
    "Intervals are between rows, never between answers. People against each other: Wilson’s on the effective rows; the "
    "gap: Tango’s or Student’s t on the difference of each row. Alpha and kappa: rows drawn 2,000 times. Fewer than 30 "
    "rows: shown quiet, and last."
)
