"""The dashboard: `streamlit run app.py`."""

import streamlit as st

from slicer.ui import server

app = st.App(server.main_script, routes=server.routes, middleware=server.middleware, lifespan=server.lifespan)
