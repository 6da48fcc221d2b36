"""Read failures one at a time and tag them; every word is saved as it is said."""

import streamlit as st

from slicer.errors import SlicerError
from slicer.ui import link
from slicer.ui.context import context
from slicer.ui.frame import finding, footnote, plain
from slicer.ui.queue_choice import about, choose_queue
from slicer.ui.reading import read
from slicer.ui.rows_list import list_rows

ONE, LIST = "one at a time", "list"

head = st.container()
view = context(head)
top = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
try:
    with top:
        queue = choose_queue(view)
except SlicerError as error:
    with head:
        finding("Nothing to read here", plain(f"{error} {error.hint}"))
    st.stop()
with top:
    shown = st.segmented_control(
        "Show", (ONE, LIST), format_func=str.capitalize, label_visibility="collapsed", required=True,
        **link.one_of("view", (ONE, LIST), of=view.dataset.id),
    )  # fmt: skip
if shown == LIST:
    list_rows(view, queue.id, head.empty())
    footnote(plain(about(queue)))
else:
    read(view, queue.id, head.empty())
    footnote(f"Enter or the right arrow says: read, and no other tag fits. {plain(about(queue))}")
