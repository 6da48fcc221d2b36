"""Which rows show what data to collect or augment next, as a file."""

from __future__ import annotations

import streamlit as st

from slicer.errors import SlicerError
from slicer.findings.plan import collect_finding
from slicer.planned import Collected
from slicer.report.collected import collected_workbook
from slicer.report.tables import to_csv
from slicer.slices import Slice, parse
from slicer.ui.downloads import downloads
from slicer.ui.frame import plain, refusal
from slicer.ui.state import View
from slicer.workbench.collecting import rows_behind


def collect_panel(view: View, slice_: str, name: str, kind: str, metric: str, *, key: str) -> None:
    """What the rows of a slice that the model fails and people get right are, and the file; nothing where no column
    says what is right, or the slice cannot be asked of this data.

    Args:
        view: The view.
        slice_: The slice's text.
        name: What it is called.
        kind: slice, tag or class.
        metric: What it was ranked by.
        key: Tells this panel from others on the page.
    """
    bench = view.bench
    try:
        rows = rows_behind(parse(slice_), metric) if kind == "class" else parse(slice_)
        if bench.by_people or not bench.fits(rows):
            return
        found = view.collect(rows, name)
    except SlicerError as error:
        refusal(error)
        return
    sentence, aside = map(plain, collect_finding(found))
    st.markdown(f"**{sentence}**  \n:small[:gray[{aside}]]" if aside else f"**{sentence}**")
    if found.size:
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
            downloads(
                f"{view.dataset.name}-collect",
                [
                    ("csv", lambda: to_csv(_all(view, rows, name).rows)),
                    ("xlsx", lambda: collected_workbook(_all(view, rows, name))),
                ],
                key=f"collect-{key}",
                help="Each with its id, truth, prediction, why it is here, columns and tags",
            )


def _all(view: View, rows: Slice, name: str) -> Collected:
    return view.bench.collect(rows, where=view.where, name=name)
