"""`slicer serve`: the dashboard from any folder, with the same settings as `streamlit run app.py`."""

from __future__ import annotations

import os

import streamlit as st

from slicer.ui import server
from slicer.ui.projects import PROJECT_VARIABLE
from slicer.ui.theme import streamlit_settings
from slicer.workbench.media import REMOTE_MEDIA_VARIABLE


def serve(project: str | None, host: str, port: int, *, remote_media: bool) -> None:
    """Start the dashboard and stay until it is stopped."""
    if project is not None:
        os.environ[PROJECT_VARIABLE] = project
    if remote_media:
        os.environ[REMOTE_MEDIA_VARIABLE] = "1"
    named = () if host in server.LOCAL_HOSTS else (host,)
    settings = streamlit_settings()
    settings["server.port"] = port
    settings["server.address"] = host
    settings["server.allowedHosts"] = ["127.0.0.1", "localhost", *named]
    app = st.App(
        server.main_script,
        routes=server.routes,
        middleware=server.middleware_for(named),
        lifespan=server.lifespan,
    )
    app.run(config=settings)
