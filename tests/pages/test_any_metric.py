"""Priorities by another metric: the one chosen on top drives the table, the finding and the picture."""

from __future__ import annotations

from pathlib import Path

from pages_kit import Open, component, heading, table, text

from slicer.display import gain
from slicer.findings.ranking import priorities_finding
from slicer.project.store import Project
from slicer.samples import get_sample
from slicer.sources import load_sample
from slicer.workbench import Workbench


def test_the_metric_chosen_on_top_drives_the_table(project: Path, open_page: Open) -> None:
    with Project(project) as opened:
        bench = Workbench(opened, load_sample(opened, get_sample("defects")))
        expected = bench.rank(by=["line"], slices=list(bench.saved()), tags=True, metric="macro_f1")
        cautious = bench.rank(by=["line"], tags=True, metric="macro_f1", order="cautious")
    app = open_page("priorities", metric="macro F1", by="line")
    assert heading(app) == priorities_finding(expected.table, "macro_f1")[0]
    assert "1.61 points" in heading(app)
    shown = table(app, "priorities", "name", "potential", "accuracy", "shared")
    assert shown == [
        (
            str(row.candidate.name).removeprefix("line "),
            gain(row.candidate.potential),
            gain(row.candidate.exact.accuracy if row.candidate.exact else None),
            gain(row.worth.shared if row.worth else None),
        )
        for row in expected.table
    ]
    assert "macro F1 is no mean over rows" in text(app)
    assert "as people would leave it" in text(app)
    app = open_page("priorities", metric="macro F1", by="line", order="cautious")
    names = [name for (name,) in table(app, "priorities", "name")]
    sorted_by = [row["sort"]["rank"] for row in component(app, "priorities")["rows"]]
    assert sorted_by == [row.candidate.cautious for row in cautious.table], "the table sorts itself by this"
    assert names == [str(row.candidate.name).removeprefix("line ") for row in cautious.table]
