"""The frame around every page: menu, the project at hand, and errors said in words."""

from pathlib import Path

import streamlit as st

from slicer.errors import SlicerError
from slicer.ui import link, state
from slicer.ui.frame import page_style, plain, refuse, say_what_waits, warnings, watch_theme
from slicer.ui.menu import menu

MARK = str(Path(__file__).parent / "static" / "mark.svg")

st.set_page_config(page_title="Slicer", page_icon=MARK, layout="wide", initial_sidebar_state=208)
st.logo(MARK, size="small")
page_style()
page = st.navigation(menu())
st.set_page_config(page_title=f"{page.title} · Slicer")  # tabs are told apart by their titles
link.recall(page)
try:
    with st.sidebar:
        st.markdown(f":small[:gray[{plain(state.sidebar_line())}]]")
        warnings(state.put_right())
    page.run()
    say_what_waits()
except SlicerError as error:
    refuse(error)
finally:
    link.keep()
watch_theme()
