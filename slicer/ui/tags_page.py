"""The parts of the page Tags below its table: what more reading would tell, tags together, and rules."""

from __future__ import annotations

import math
from typing import NoReturn

import streamlit as st

from slicer.charts.tags import MOST_TOGETHER, saturation_chart, together_chart
from slicer.findings.tags import (
    READ_CORRECT,
    more_words,
    rules_finding,
    saturation_finding,
    several_words,
    together_finding,
    unknown_words,
)
from slicer.slices import all_of, condition
from slicer.tagged import TagsResult
from slicer.ui.frame import STACKED, chart_title, plain
from slicer.ui.menu import go
from slicer.ui.pictures import picture
from slicer.ui.queue_choice import CORRECT, RANDOM, ROWS
from slicer.ui.state import View
from slicer.ui.tags_table import rules_table
from slicer.ui.theme import palette
from slicer.workbench.tagging import without_outcome


def open_rows(view: View, *tags: str) -> None:
    """The rows that carry these tags."""
    go(
        "failures",
        where=str(all_of(view.where, *(condition("tag", "=", one) for one in dict.fromkeys(tags)))),
        queue=ROWS,
    )


def what_would_tell(view: View, result: TagsResult) -> None:
    """What is not known yet, each with the button that brings it."""
    lacking = result.judged and not result.complete
    wide = next((row for row in result.tags if row.more), None)
    if not result.judged or not (lacking or wide):
        return
    st.space("small")
    places = iter(st.columns(2, gap="large"))
    if lacking:
        with next(places):
            chart_title("Three of the four numbers need rows the model got right", plain(unknown_words(result)))
            rows = min(READ_CORRECT, result.counted.right.size)
            if st.button(f"Read {rows:,} correct rows", type="primary", key="read-correct", disabled=not rows):
                _read(view, queue=CORRECT, size=str(max(10, rows)))
    if wide is not None and wide.more is not None:
        with next(places):
            chart_title(f"Read {wide.more:,} more to halve the interval", plain(more_words(wide)))
            if st.button(f"Read {wide.more:,} more failures", key="read-more"):
                left = result.errors.size - result.errors.read
                again = math.ceil(wide.more * result.errors.size / max(left, 1))  # some that are drawn were read before
                _read(view, queue=RANDOM, size=str(min(10_000, max(10, min(again, result.errors.size)))))


def _read(view: View, **queue: str) -> NoReturn:
    """Read a queue of these rows, right or wrong as the queue says."""
    where = without_outcome(view.where)
    go("failures", **queue, **({} if where == view.where else {"where": str(where)}))


def pictures(view: View, result: TagsResult) -> None:
    """New tags by rows read, and tags together."""
    together, things = result.counted.together, "failures" if result.judged else "rows"
    if not together.read or not together.tagged:
        return
    st.space("small")
    with st.container(key=f"{STACKED}-pictures"):
        left, right = st.columns([9, 11], gap="large")
    with left:
        chart_title(
            plain(saturation_finding(result.counted.saturation, things)),
            "Tags known by rows read, in the order of reading. A curve that no longer rises has found what there is. "
            "A click opens the row that brought a tag.",
        )
        chart = saturation_chart(result.counted.saturation, palette(), things)
        mark = picture(chart, f"saturation-{view.dataset.id}", "tags-read", selects="row")
        if mark is not None:
            go("failures", where=str(condition(str(view.dataset.roles.id), "=", mark["row"])), queue=ROWS)
    if len(together.tagged) > 1:
        with right:
            cut = f" The {MOST_TOGETHER} most frequent tags." if len(together.tagged) > MOST_TOGETHER else ""
            how = f"Read with both; deeper: a larger part of the row’s tag.{several_words(together, things)}{cut}"
            chart_title(plain(together_finding(together, things)), plain(how))
            key = f"together-{view.dataset.id}"
            pair = picture(together_chart(together, palette(), things), key, "tags-together", selects="pair")
            if pair is not None:
                open_rows(view, pair["one"], pair["other"])


def rules(view: View, result: TagsResult) -> None:
    """A rule for each tag that the columns can tell."""
    found = view.tag_rules()
    there = [row for row in result.tags if row.carried]
    st.space("small")
    how = (
        "A rule is a slice made of the columns of the rows read: a shallow tree. Precision and recall are those of "
        "rules judged on rows they were not made from. A click takes the rule in hand on Slices, to name and save it."
    )
    if not found:
        how = "A shallow tree on the columns of the rows read, judged on others, finds none of them. Only reading does."
    chart_title(plain(rules_finding(found, len(there))), plain(how))
    if found:
        opened = rules_table(found)
        if opened is not None:
            go("slices", slice=next(str(row.rule.slice) for row in found if row.rule.tag == opened))
