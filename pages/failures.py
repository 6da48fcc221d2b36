"""Read failures one at a time and tag them; every word is saved as it is said."""

import streamlit as st

from slicer.errors import SlicerError
from slicer.ui.context import context
from slicer.ui.frame import finding, footnote, plain
from slicer.ui.queue_choice import about, choose_queue
from slicer.ui.reading import read

head = st.container()
view = context(head)
try:
    queue = choose_queue(view)
except SlicerError as error:
    with head:
        finding("Nothing to read here", plain(f"{error} {error.hint}"))
    st.stop()
read(view, queue.id, head.empty())
footnote(f"Enter or the right arrow says: read, and no other tag fits. {plain(about(queue))}")
