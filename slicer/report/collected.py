"""Rows to collect more of as a workbook."""

from __future__ import annotations

from datetime import UTC, datetime

from slicer.findings.plan import collect_finding
from slicer.planned import Collected
from slicer.report.sheets import plain_workbook
from slicer.version import __version__


def collected_workbook(found: Collected) -> bytes:
    """The rows, and on a second sheet what they are and where they come from."""
    sentence, aside = collect_finding(found)
    head = found.head
    return plain_workbook(
        found.rows,
        (
            ("What this is", sentence),
            ("", aside),
            (
                "What to do with it",
                "Read them, name what they have in common, and collect or make more like that.",
            ),
            ("Slice", str(found.slice)),
            ("Data set", head.source["dataset"]),
            ("Run", head.source["run"]),
            ("File", head.source["path"]),
            ("sha256", head.source["sha256"]),
            ("Written", f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"),
            ("Slicer", __version__),
        ),
    )
