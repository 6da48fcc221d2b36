"""Verdicts: what is said of a row, and accuracy before and after wrong labels are set right."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from slicer.findings.relabelled import relabelled_finding
from slicer.metrics.relabel import LabelsRead, Relabelled
from slicer.project.events import Event, append
from slicer.project.queues import QueueDesign, open_queue, queue_examples
from slicer.project.store import MEMORY, Project
from slicer.project.tag_files import export_tags, import_tags
from slicer.project.verdicts import verdicts_of
from slicer.report.tables import to_csv
from slicer.slices import parse
from slicer.sources import load_files
from slicer.workbench import Workbench
from slicer.workbench.relabelling import relabelled


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    """200 rows: 30 errors, e0 to e29, and 170 that are right, r0 to r169."""
    rows = ["id,label,prediction", *(f"e{n},cat,dog" for n in range(30)), *(f"r{n},cat,cat" for n in range(170))]
    path = tmp_path / "pets.csv"
    path.write_text("\n".join(rows))
    with Project(MEMORY) as project:
        yield Workbench(project, load_files(project, [path])[0])


def verdict(example: str, value: str, label: str = "", *, seq: int) -> Event:
    return Event(example=example, kind="verdict", value=value, name=label, seq=seq)


def read(bench: Workbench, where: str, wanted: int, labels: dict[int, str], session: str) -> None:
    """Read a random sample; at these places the label is wrong, and this one right."""
    design = QueueDesign(kind="random", where=where, wanted=wanted, seed=1)
    one = bench.ids(parse(where))
    queue = open_queue(bench.project, bench.dataset.id, bench.run.name, design, lambda: one, author="ana")
    ids = queue_examples(bench.project, queue, start=0, count=wanted)
    said = [Event(example=example, kind="reviewed", seq=seq) for seq, example in enumerate(ids)]
    said += [verdict(ids[at], "label wrong", label, seq=1000 + at) for at, label in labels.items()]
    append(bench.project, bench.dataset.id, said, author="ana", session=session, queue=queue.id)


def test_only_errors_read_makes_accuracy_too_high_and_correct_rows_correct_it(bench: Workbench) -> None:
    """The worked example of the method: 85 %, 89 % from errors alone, 87.3 % with 1 of 50 correct rows mislabelled."""
    assert relabelled(bench) is None
    labels = dict.fromkeys(range(8), "dog") | {8: "fox"}
    read(bench, "correct = false", 30, labels, "errors")
    found = relabelled(bench)
    assert found is not None
    assert (found.as_labelled().value, round(found.after().value or 0, 9)) == (0.85, 0.89)
    assert found.after().ci is None
    assert found.after().flags == ("convenience_sample",)
    sentence, aside = relabelled_finding(found)
    assert "85.0 % ±" in sentence
    assert "89.0" in sentence
    assert "8 wrong labels change whether the model is right; 30 of 30 errors and 0 of 170 correct rows" in aside
    assert "Too high: only errors were looked at" in aside
    read(bench, "correct = true", 50, {3: "dog"}, "correct rows")
    found = relabelled(bench)
    assert found is not None
    after = found.after()
    assert round(after.value or 0, 9) == 0.873
    assert after.ci is not None
    assert after.ci[0] < 0.85 < 0.89 < after.ci[1] + 0.03
    assert "Too high" not in relabelled_finding(found)[1]


def test_what_was_chosen_to_be_read_counts_for_itself_alone(bench: Workbench) -> None:
    append(bench.project, 1, [verdict("e3", "label wrong", "dog", seq=1)], author="ana", session="s")
    found = relabelled(bench)
    assert found is not None
    assert (found.errors.read, found.errors.turned, found.errors.random) == (1, 1, False)
    assert found.after().value == 171 / 200


def test_a_label_that_is_wrong_in_another_way_changes_nothing(bench: Workbench) -> None:
    said = [verdict("e1", "label wrong", "fox", seq=1), verdict("e2", "ambiguous", seq=2)]
    append(bench.project, 1, said, author="ana", session="s")
    found = relabelled(bench)
    assert found is not None
    assert (found.found, found.after().value) == (0, 0.85)


def test_without_rows_there_is_no_accuracy() -> None:
    nothing = LabelsRead(rows=0, read=0, turned=0, random=False)
    assert Relabelled(errors=nothing, rights=nothing).after().value is None


def test_the_last_verdict_holds_and_can_be_taken_back(bench: Workbench) -> None:
    said = [
        verdict("e1", "ambiguous", seq=1),
        verdict("e1", "label wrong", "a: b", seq=2),
        verdict("e2", "unreadable", seq=3),
        verdict("e2", "", seq=4),
        verdict("e3", "model wrong", seq=5),
        Event(example="e3", kind="undo", undoes=5, seq=6),
    ]
    append(bench.project, 1, said, author="ana", session="s")
    assert verdicts_of(bench.project, 1, ["e1", "e2", "e3"]) == {"e1": "label wrong: a: b"}


def test_verdicts_go_out_and_come_in_with_the_tags(bench: Workbench) -> None:
    said = [
        verdict("e1", "label wrong", "dog", seq=1),
        verdict("e2", "ambiguous", seq=2),
        Event(example="e2", kind="note", value="two animals", seq=3),
        Event(example="e2", kind="tag", name="dark", value="yes", seq=4),
    ]
    append(bench.project, 1, said, author="ana", session="s")
    out = export_tags(bench.project, 1)
    assert {"id": "e1", "tag": "", "state": "label wrong", "note": "dog"}.items() <= out[0].items()
    for content in (to_csv(out), "\n".join(map(json.dumps, out))):
        with Project(MEMORY) as other:
            import_tags(other, 5, ["e1", "e2"], content, author="ben")
            assert verdicts_of(other, 5, ["e1", "e2"]) == {"e1": "label wrong: dog", "e2": "ambiguous"}
            lines = [(one["id"], one["tag"], one["state"], one["note"]) for one in export_tags(other, 5)]
            assert set(lines) >= {(one["id"], one["tag"], one["state"], one["note"]) for one in out}
