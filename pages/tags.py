"""What the tags say: of the failures, of all rows, how wrong the model is there, and what closing the gap is worth."""

import streamlit as st

from slicer.findings.tags import table_finding, tags_finding
from slicer.samples import get_sample
from slicer.slices import parse
from slicer.sources import load_sample
from slicer.tagged import TagsResult
from slicer.ui.context import context
from slicer.ui.frame import chart_title, empty, finding, footnote, plain
from slicer.ui.menu import go
from slicer.ui.queue_choice import RANDOM
from slicer.ui.state import View, current_project, use_dataset
from slicer.ui.tags_editor import tags_editor
from slicer.ui.tags_page import open_rows, pictures, rules, what_would_tell
from slicer.ui.tags_table import tags_table


def nothing_tagged(view: View) -> None:
    """What belongs here, and how to begin."""
    read = "failures" if view.bench.task == "classification" else "rows"
    pressed = empty(
        f"Read 100 {read} one at a time and say what you see: noise, a wrong label, a rare word. Each tag then shows "
        f"its share of the {read} with an interval, what fixing it could bring, and which tags go together.",
        key="no-tags",
        action=f"Read 100 {read}",
        sample="Try the speech sample",
        on_sample=use_speech,
    )
    if pressed == "action":
        go("failures", **({"queue": RANDOM} if view.bench.task == "classification" else {}))


def use_speech() -> None:
    """Go on with the sample whose failures are tagged; before the page runs again."""
    use_dataset(load_sample(current_project(), get_sample("speech")).name)


def body(view: View, result: TagsResult) -> None:
    """The table and what lies below it."""
    how = "A tag’s share of the failures, of all rows, how often the model is wrong there, and what its gap is worth. "
    if not result.judged:
        how = "A tag’s share of the rows. "
    chart_title(
        plain(table_finding(result)), plain(f"{how}A dash tells on hover what it lacks. A click opens the rows.")
    )
    opened = tags_table(result)
    if opened is not None:
        open_rows(view, *(str(one.value) for one in parse(opened).conditions))
    what_would_tell(view, result)
    pictures(view, result)
    rules(view, result)
    tags_editor(view)


head = st.container()
view = context(head)
result = view.tags()
if not any(row.carried for row in result.tags):
    with head:
        finding("No row is tagged yet", "A handful of causes usually explains most failures. Which ones are yours?")
    nothing_tagged(view)
    tags_editor(view)
    st.stop()
with head:
    finding(*map(plain, tags_finding(result)))
body(view, result)
footnote(
    "Shares: Wilson’s interval for a finite population where rows were drawn at random; rows read before a tag was "
    "made, and the row that brought it in, do not count. Wrong there: the risk ratio of failures to correct rows "
    "(Miettinen and Nurminen). Worth: MOVER, on people’s answers to the same rows where there are any. A filter by "
    "right or wrong is left aside here."
)
