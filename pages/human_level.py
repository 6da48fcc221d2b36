"""How well people do on the same rows, how far they agree, and where the model is below or above them."""

import streamlit as st

from slicer.agreed import AgreeResult
from slicer.errors import SlicerError
from slicer.findings.agreement import class_level_words, people_finding
from slicer.findings.data import no_rows_finding
from slicer.findings.human_level import above_finding, level_finding, levels_finding
from slicer.levelled import Levelled, of_classes, of_slices, whole
from slicer.project.hlp_entries import list_levels
from slicer.samples import get_sample
from slicer.slices import all_of, parse
from slicer.sources import load_sample
from slicer.ui import link
from slicer.ui.agreement_panel import agreement_panel
from slicer.ui.context import context
from slicer.ui.entered_levels import entered_levels
from slicer.ui.frame import chart_title, empty, finding, footnote, plain, refuse, warnings
from slicer.ui.human_level import levels_source
from slicer.ui.levels_table import levels_table
from slicer.ui.menu import go
from slicer.ui.queue_choice import ROWS
from slicer.ui.state import View, current_project, use_dataset
from slicer.workbench import ALL

HOW = "People minus model, the widest gap first. ◆ measured here, ◇ taken from a larger group. A click opens the rows."


def nothing_known() -> None:
    """What belongs here, and how to bring it."""
    pressed = empty(
        "It can come as a column with a person’s answer, as several such columns, as counts of who said what, or as a "
        "file with a row for each answer (id, annotator, label): drop it on Data beside the predictions. Where some "
        "rows are people’s own work, name them below.",
        key="no-people",
        action="Bring in what people said",
        sample="Try the sentiment sample",
        on_sample=use_sentiment,
    )
    if pressed == "action":
        go("data")


def use_sentiment() -> None:
    """Go on with the sample that people rated; before the page runs again, while no widget holds the data set."""
    use_dataset(load_sample(current_project(), get_sample("sentiment")).name)


def people_alone(view: View) -> None:
    """How far people agree where no model was run."""
    agreed = view.agree()
    with head:
        finding(
            plain(people_finding(agreed)),
            "No predictions yet: add them on Data, by id, to see the model beside people.",
        )
    agreement_panel(view, agreed)


def open_rows(view: View, slice_: str) -> None:
    """The rows of a slice."""
    go("failures", where=str(all_of(view.where, parse(slice_))), queue=ROWS)


def slices(view: View, rows: tuple[Levelled, ...], agreement: bool) -> None:
    """The slices, people beside the model."""
    chart_title(plain(levels_finding(rows)), HOW)
    opened = levels_table(
        "levels", rows, label="Human level by slice", first="Slice", metric="Model", agreement=agreement
    )
    if opened is not None:
        open_rows(view, opened)


def classes(view: View, rows: tuple[Levelled, ...], people: AgreeResult | None) -> None:
    """The classes, by how much of each is found."""
    st.space("small")
    how = "Recall: of the rows of a class, how many people find and how many the model. A click opens the rows."
    chart_title(plain(levels_finding(rows, "class")), how + class_level_words(people))
    opened = levels_table(
        "level-classes", rows, label="Human level by class", first="Class", metric="Recall", agreement=False
    )
    if opened is not None and view.bench.fits(parse(opened)):  # a class of people's own words is no slice of rows
        open_rows(view, opened)


head = st.container()
view = context(head, people=True)
if not view.bench.run.name:
    people_alone(view)
    st.stop()
nobody = not (view.bench.has_people or list_levels(view.bench.project, view.dataset.id))
empty_place = st.container()
with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
    by = st.multiselect(
        "Columns",
        view.sliceable,
        select_all=False,
        placeholder="Choose columns to slice by",
        **link.some_of("by", view.sliceable, view.sliceable[:1], of=view.dataset.id),
    )
    try:
        given, given_of_classes = levels_source(view)
    except SlicerError as error:
        with head:
            refuse(error)
        st.stop()
if nobody and given.people is None:
    with head:
        finding("How well would people do here?", "What people say of the same rows tells which errors could be fixed.")
    with empty_place:
        nothing_known()
        st.space("small")
    entered_levels(view)
    st.stop()
saved = list(view.bench.saved())
try:
    ranked = view.rank(by=by, slices=[ALL, *saved], hlp=given.levels, people=given.people)
except SlicerError as error:
    with head:
        refuse(error)
    st.stop()
if not ranked.head.rows:
    with head:
        finding(*map(plain, no_rows_finding(str(view.where))))
    st.stop()
rows = of_slices(ranked)
with head:
    finding(plain(level_finding(whole(rows), view.bench.run.name)), plain(above_finding(rows)))
warnings(ranked.head.warnings)
agreed = view.agree(by, saved)
people = agreed if isinstance(agreed, AgreeResult) else None
slices(view, of_slices(ranked, people), people is not None and people.overall.agreement.pairwise.value is not None)
if view.bench.ranks_classes and given.people is None:
    by_class = of_classes(view.rank(classes=True, metric="recall", hlp=given_of_classes))
    classes(view, by_class, people if given.levels is None else None)
if view.bench.has_people:
    agreement_panel(view, agreed, ranked.head.warnings)
st.space("small")
entered_levels(view)
clusters = view.dataset.roles.cluster
between = "rows" if clusters is None else f"clusters of {plain(clusters)}"
footnote(
    f"Intervals are between {between}, never between answers: had other {between.split()[0]} been asked, the numbers "
    "would lie in them in 19 of 20 samples. Fewer than 30 rows: shown quiet, and last.",
    "People against each other: Wilson’s interval on the effective rows (leave-one-out: each against the others). "
    "The gap: Tango’s, or Student’s t on the difference of each row. Alpha and kappa: rows drawn 2,000 times.",
)
