"""The worst slices nobody asked for: found, held against chance, and each with what to do next."""

import streamlit as st

from slicer.ui.context import context
from slicer.ui.discover import discover

head = st.container()
view = context(head)
discover(view, head)
