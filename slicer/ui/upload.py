"""Where files are dropped: they stream to a route of the server instead of through Streamlit's memory."""

from dataclasses import dataclass

import streamlit as st

from slicer.ui import assets


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file that has arrived."""

    name: str
    """As it was called on the reader's disk; never a path."""
    upload: str
    """What the server calls it."""


_upload = st.components.v2.component(
    "slicer.upload",
    html='<div id="upload"></div>',
    css=assets("upload.css"),
    js=assets("dom.js", "upload.js"),
)


def upload(key: str, *, endpoint: str, token: str, label: str, help: str = "") -> list[Uploaded]:
    """A place to drop or choose files; give those that have just arrived.

    Args:
        key: Tells this place from others.
        endpoint: Takes `PUT ?name=...` with the raw bytes and answers `{"upload": ...}` or `{"error": sentence}`.
        token: Goes along as `X-Slicer-Token`.
        label: The words on the button.
        help: A quiet line below, such as the formats taken.

    Returns:
        In the one run after all chosen files are done, those that succeeded; else nothing.
    """
    result = _upload(
        key=key,
        data={"endpoint": endpoint, "token": token, "label": label, "help": help},
        on_uploaded_change=lambda: None,
    )
    return [Uploaded(name=file["name"], upload=file["upload"]) for file in result.uploaded or []]
