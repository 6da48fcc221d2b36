"""Read failures one at a time and tag them; every word is saved as it is said."""

import streamlit as st

from slicer.errors import SlicerError
from slicer.ui.context import context
from slicer.ui.frame import finding, footnote, plain
from slicer.ui.reading import choose_queue, read

head = st.container()
view = context(head)
try:
    queue = choose_queue(view)
except SlicerError as error:
    with head:
        finding("Nothing to read here", plain(f"{error} {error.hint}"))
    st.stop()
read(view, queue.id, head.empty())
whole = "errors" if view.bench.task == "classification" else "rows"
footnote(
    "Enter or the right arrow says: read, and no other tag fits. What is true of a random sample carries over to all "
    f"{whole}, within its interval; what is true of the interesting ones does not."
)
