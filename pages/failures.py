"""Read failures one at a time and tag them; every word is saved as it is said."""

import streamlit as st

from slicer.errors import SlicerError
from slicer.findings import failures_finding
from slicer.ui.context import context
from slicer.ui.frame import finding, footnote, plain, refuse
from slicer.ui.reading import choose_queue, read, tags_so_far

head = st.container()
view = context(head)
try:
    queue = choose_queue(view)
except SlicerError as error:
    with head:
        refuse(error)
    st.stop()
with head:
    sentence, aside = failures_finding(tags_so_far(view), queue.reviewed, queue.size)
    finding(plain(sentence), plain(aside))
read(view, queue.id)
footnote(
    "Enter or the right arrow says: read, and no other tag fits. What is true of a random sample carries over to all "
    "errors, within its interval; what is true of the interesting ones does not."
)
