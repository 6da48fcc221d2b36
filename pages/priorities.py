"""What to work on next: slices and tags by improvement potential, and the table to take away."""

from datetime import UTC, datetime

import streamlit as st

from slicer.errors import SlicerError
from slicer.findings.data import no_rows_finding
from slicer.findings.names import names_of
from slicer.findings.ranking import how_potential, overall_name, paired_remark, priorities_finding, what_then
from slicer.metrics.registry import METRICS
from slicer.priorities.ranking import Order
from slicer.report.html import to_html
from slicer.report.tables import records, to_csv, to_markdown
from slicer.report.workbook import ranking_workbook
from slicer.results import RankResult
from slicer.slices import all_of, literal, parse
from slicer.ui import link
from slicer.ui.collect_panel import collect_panel
from slicer.ui.context import context
from slicer.ui.downloads import downloads
from slicer.ui.frame import chart_title, finding, footnote, plain, refuse, warnings
from slicer.ui.human_level import Given, human_level
from slicer.ui.menu import go
from slicer.ui.plan_panel import plan_button, plan_panel, plan_round
from slicer.ui.priority_pictures import priority_pictures
from slicer.ui.queue_choice import ROWS
from slicer.ui.ranking_table import ranking_table
from slicer.ui.skew import kinds_of_error, thresholds
from slicer.ui.state import View
from slicer.workbench.reporting import report_of

SLICES, CLASSES = "slices and tags", "classes"
ORDERS: tuple[Order, ...] = ("potential", "cautious")
CLASS_METRICS = ("F1", "recall", "precision")


def rank(view: View) -> tuple[RankResult, Given]:
    """What to rank and against which human level: the ranking, and the level that was given."""
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
            given = human_level(view, chosen, classes=True)
            return view.rank(classes=True, metric=chosen, hlp=given.levels, order=order(mine)), given
        by = st.multiselect(
            "Columns",
            view.sliceable,
            select_all=False,
            placeholder="Choose columns to slice by",
            wrap=True,
            **link.some_of("by", view.sliceable, view.sliceable[:1], of=mine),
        )
        given = human_level(view, view.metric)
        saved = list(view.bench.saved())
        ranked = view.rank(
            by=by, slices=saved, tags=True, metric=view.metric, hlp=given.levels, people=given.people,
            other_levels=given.others, order=order(mine),
        )  # fmt: skip
        return ranked, given


def order(dataset: int) -> Order:
    """What the table is sorted by."""
    linked = link.one_of("order", ORDERS, of=dataset)
    help_ = "cautious: by the lower end of the potential's 80 % interval, so that what is uncertain stands lower"
    chosen: Order = st.segmented_control("Order", ORDERS, required=True, help=help_, **linked)
    return chosen


def what_if(view: View, result: RankResult) -> None:
    """The overall metric if part of a gap were closed, and the rows that show how."""
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
        f"Overall {overall_name(result.metric, result.table)}",
        after,
        f"{change} {'more' if result.higher_is_better else 'less'} than {before}",
        delta_color="off",
        delta_arrow="off",
    )
    one = gaining[chosen]
    collect_panel(view, one.slice, one.name, one.kind, result.metric, key="what-if")


def exports(view: View, result: RankResult, given: Given, sentence: str) -> None:
    """The rows that are chosen into the plan; the table as a file, and the report."""
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        plan_button(view, result)
        st.space("stretch")
        st.markdown(":gray[Take the table along]", width="content")
        downloads(
            f"priorities-{result.head.source['dataset']}-{result.head.source['run']}",
            [
                ("csv", lambda: to_csv(records(result.to_frame()))),
                ("xlsx", lambda: ranking_workbook(result, sentence, view.plan(), str(view.where))),
                ("md", lambda: to_markdown(records(result.to_frame()))),
                ("json", result.to_json),
                ("html", lambda: html_report(view, result, given)),
            ],
            key="export",
        )


def html_report(view: View, result: RankResult, given: Given) -> str:
    """Everything on this page and the examples behind it, for people who have nothing else."""
    now = datetime.now(UTC)
    report = report_of(view.bench, result, made_at=now, where=view.where, people=given.people, hlp=given.levels)
    return to_html(report)


def open_errors(view: View, slice_: str) -> None:
    """The failures of a slice."""
    if not view.bench.fits(parse(slice_)):  # a class of people's own words is no slice of rows
        return
    queue = "all errors" if view.bench.task == "classification" else "worst rows"
    go("failures", where=str(all_of(view.where, parse(slice_))), queue=ROWS if view.bench.by_people else queue)


head = st.container()
view = context(head, lambda bench: [name for name in bench.ranked_by if not METRICS[name].on_request])
try:
    result, given = rank(view)
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
    opened = ranking_table(result, plan_round(), st.query_params.get(link.SLICE, ""))
    if opened:
        open_errors(view, opened)
    exports(view, result, given, sentence)
    plan_panel(view)
    st.space("small")
    left, right = st.columns([3, 2], gap="large")
    with left:
        clicked = priority_pictures(view, result)
        if clicked:
            open_errors(view, clicked)
    with right:
        what_if(view, result)
    if any(row.candidate.kind == "class" for row in result.table) and view.bench.by_class:
        st.space("small")
        label = kinds_of_error(view)
        if label is not None:
            open_errors(view, f"label = {literal(label)} or prediction = {literal(label)}")
        rows = thresholds(view)
        if rows is not None:
            go("failures", where=str(all_of(view.where, rows)), queue=ROWS)
elif result.head.rows:
    st.markdown(":gray[Choose at least one column to slice by, or tag some failures.]")
OF_ERRORS = (
    "Gap: on the rows people answered, where they answered some. Tags on failures alone say where errors are, "
    "not how often a tag leads to one: ≤ is what fixing all of them would bring at most. A click opens the errors."
)
OF_TABLES = "Intervals and chances: 2,000 draws of the counts of each slice and of the rest. A click opens the errors."
OF_NUMBERS = "Gap: on the same rows, where people and model have them. A click opens the worst rows."
TERMS = (
    "Interval of the gap: Tango’s for right and wrong on the same rows, Student’s t for numbers on the same rows, else "
    "MOVER from the intervals of both. 1= marks slices whose order is reversed in at least 16 % of 2,000 draws."
)
footnote(
    f"{how_potential(result)} 1= marks slices that tie: which comes first may be chance. Grey: the gap may "
    "be chance. ◆ measured, ◇ inherited human level. Fewer than 30 rows: shown, not ranked. "
    + (OF_NUMBERS if view.bench.task != "classification" else OF_ERRORS if result.additive else OF_TABLES),
    TERMS,
)
