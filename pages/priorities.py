"""What to work on next: slices and tags by improvement potential, and the table to take away."""

import streamlit as st

from slicer.charts.potential import marimekko, potential_bars
from slicer.errors import SlicerError
from slicer.findings import (
    area_finding,
    names_of,
    no_rows_finding,
    overall_name,
    overlap_finding,
    paired_remark,
    priorities_finding,
    what_then,
)
from slicer.metrics.registry import METRICS
from slicer.report.tables import records, to_csv, to_markdown
from slicer.report.workbook import ranking_workbook
from slicer.results import RankResult
from slicer.slices import all_of, literal, parse
from slicer.ui import link
from slicer.ui.context import context
from slicer.ui.frame import chart_title, finding, footnote, plain, refuse, show, warnings
from slicer.ui.human_level import human_level
from slicer.ui.menu import go
from slicer.ui.queue_choice import ROWS
from slicer.ui.ranking_table import ranking_table
from slicer.ui.skew import kinds_of_error, thresholds
from slicer.ui.state import View
from slicer.ui.theme import palette

SLICES, CLASSES = "slices and tags", "classes"
CLASS_METRICS = ("F1", "recall", "precision")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def rank(view: View) -> RankResult:
    """What to rank and against which human level, and the ranking."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        kind, mine = SLICES, view.dataset.id
        if view.bench.ranks_classes:
            kinds = (SLICES, CLASSES)
            kind = str(st.segmented_control("Rank", kinds, required=True, **link.one_of("kind", kinds, of=mine)))
        if kind == CLASSES:
            linked = link.one_of("by-metric", CLASS_METRICS, of=mine)
            metric = st.segmented_control("By", CLASS_METRICS, required=True, **linked)
            st.space("stretch")
            chosen = str(metric).lower()
            return view.rank(classes=True, metric=chosen, hlp=human_level(view, chosen).levels)
        by = st.multiselect(
            "Columns",
            view.sliceable,
            select_all=False,
            placeholder="Choose columns to slice by",
            wrap=True,
            **link.some_of("by", view.sliceable, view.sliceable[:1], of=mine),
        )
        given = human_level(view)
        saved = list(view.bench.saved())
        return view.rank(by=by, slices=saved, tags=True, hlp=given.levels, people=given.people)


def pictures(view: View, result: RankResult) -> None:
    """Area is potential where slices do not overlap; bars with intervals where they do."""
    drawn = result.with_gap
    if not any(row.candidate.ranked and row.candidate.potential for row in drawn):
        return
    known = any(row.candidate.hlp is not None and row.candidate.hlp.source != "ceiling" for row in drawn)
    names = names_of([row.candidate for row in drawn])
    if result.exclusive:
        column = next(iter(parse(drawn[0].candidate.slice).columns), "")
        names = [name.removeprefix(f"{column} ") for name in names]
        height = "gap to people" if known else "share of errors"
        chart_title(plain(area_finding(result)), f"Width: share of data. Height: {height}. Area: points to gain.")
        chart = marimekko(drawn, names, palette(), METRICS[result.metric].unit)
    else:
        shared = "Filled: its part of what all bring together. Outline: alone, with its 95 % interval."
        chart_title(overlap_finding(result), "Alone, with 95 % intervals." if result.joint is None else shared)
        chart = potential_bars(drawn, names, palette(), METRICS[result.metric].unit)
    event = show(chart, key=f"picture-{result.exclusive}-{view.dataset.id}", on_select="rerun", selection_mode="slice")
    picked = event.selection.get("slice") if event else None
    if picked:
        open_errors(view, picked[0]["slice"])


def what_if(result: RankResult) -> None:
    """The overall metric if part of a gap were closed."""
    gaining = {
        row.candidate.slice: row.candidate for row in result.table if row.candidate.ranked and row.candidate.potential
    }
    if not gaining or result.overall.value is None:
        return
    chart_title("What if we close part of a gap", "The overall metric after the change, everything else unchanged.")
    left, right = st.columns(2)
    names = dict(zip(gaining, names_of(list(gaining.values())), strict=True))
    chosen = left.selectbox(
        "Slice",
        list(gaining),
        format_func=lambda slice_: names[slice_],
        key="what-if",
        label_visibility="collapsed",
    )
    part = right.slider("Closed", 0, 100, 50, 10, format="%d %%", key="what-if-part", label_visibility="collapsed")
    before, after, change = what_then(result, gaining[chosen], part / 100)
    st.metric(
        f"Overall {overall_name(result.metric)}",
        after,
        f"{change} {'more' if result.higher_is_better else 'less'} than {before}",
        delta_color="off",
        delta_arrow="off",
    )


def exports(result: RankResult, sentence: str) -> None:
    """The table as a file."""
    name = f"priorities-{result.head.source['dataset']}-{result.head.source['run']}"
    forms = (
        ("CSV", "csv", "text/csv", lambda: to_csv(records(result.to_frame()))),
        ("XLSX", "xlsx", XLSX, lambda: ranking_workbook(result, sentence)),
        ("Markdown", "md", "text/markdown", lambda: to_markdown(records(result.to_frame()))),
        ("JSON", "json", "application/json", result.to_json),
    )
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        st.markdown(":gray[Take the table along]", width="content")
        for label, ending, mime, data in forms:
            st.download_button(
                label,
                data=data,
                file_name=f"{name}.{ending}",
                mime=mime,
                on_click="ignore",
                key=f"export-{ending}",
                icon=":material/download:",
            )


def open_errors(view: View, slice_: str) -> None:
    """The failures of a slice."""
    if not view.bench.fits(parse(slice_)):  # a class of people's own words is no slice of rows
        return
    queue = "all errors" if view.bench.task == "classification" else "worst rows"
    go("failures", where=str(all_of(view.where, parse(slice_))), queue=ROWS if view.bench.by_people else queue)


head = st.container()
view = context(head)
try:
    result = rank(view)
except SlicerError as error:
    with head:
        refuse(error)
    st.stop()
sentence, aside = priorities_finding(result.table, result.metric)
if result.no_people:
    sentence, aside = "Nothing can be ranked yet", result.no_people
if not result.head.rows:
    sentence, aside = no_rows_finding(str(view.where))
with head:
    finding(plain(sentence), plain(aside))
    warnings((*result.head.warnings, *paired_remark(result)))
if result.table:
    opened = ranking_table(result)
    if opened:
        open_errors(view, opened)
    exports(result, sentence)
    st.space("small")
    left, right = st.columns([3, 2], gap="large")
    with left:
        pictures(view, result)
    with right:
        what_if(result)
    if any(row.candidate.kind == "class" for row in result.table) and view.bench.by_class:
        st.space("small")
        label = kinds_of_error(view)
        if label is not None:
            open_errors(view, f"label = {literal(label)} or prediction = {literal(label)}")
        thresholds(view)
elif result.head.rows:
    st.markdown(":gray[Choose at least one column to slice by, or tag some failures.]")
OF_ERRORS = (
    "Gap: on the rows people answered, where they answered some. Tags on failures alone say where errors are, "
    "not how often a tag leads to one: ≤ is what fixing all of them would bring at most. A click opens the errors."
)
OF_NUMBERS = "Gap: on the same rows, where people and model have them. A click opens the worst rows."
TERMS = (
    "Interval of the gap: Tango’s for right and wrong on the same rows, Student’s t for numbers on the same rows, else "
    "MOVER from the intervals of both. 1= marks slices whose order is reversed in at least 16 % of 2,000 draws."
)
footnote(
    "Potential = share × gap, cut at 0. 1= marks slices that tie: which comes first may be chance. Grey: the gap may "
    "be chance. ◆ measured, ◇ inherited human level. Fewer than 30 rows: shown, not ranked. "
    + (OF_ERRORS if view.bench.task == "classification" else OF_NUMBERS),
    TERMS,
)
