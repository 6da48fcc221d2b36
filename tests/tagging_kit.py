"""Somebody reads and tags, without a screen: what the tests of tags share."""

from __future__ import annotations

import contextlib
import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from slicer.project.events import Event, append
from slicer.project.queues import QueueDesign, open_queue, queue_examples
from slicer.project.store import MEMORY, Project
from slicer.slices import parse
from slicer.sources import load_files
from slicer.workbench import Workbench
from slicer.workbench.drawing import strata

START = datetime(2026, 3, 3, 9)


@contextlib.contextmanager
def loud_rooms(folder: Path) -> Iterator[Workbench]:
    """400 rows, 80 of them wrong; people have every fourth wrong. A row in five is loud, of the wrong ones half are."""
    path = folder / "rows.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "label", "prediction", "human", "place", "level"])
        for i in range(400):
            wrong = i % 5 == 0
            loud = (i // 5) % 2 == 0 if wrong else i % 16 == 1
            place, human = "street" if i % 3 else "home", "b" if i % 4 == 0 else "a"
            writer.writerow([f"r{i}", "a", "b" if wrong else "a", human, place, "loud" if loud else "quiet"])
    with Project(MEMORY) as project:
        dataset, _ = load_files(project, [path])
        yield Workbench(project, dataset)


class Reader:
    """Somebody who reads: every word is an event, a minute after the one before."""

    def __init__(self, bench: Workbench, session: str = "card") -> None:
        self.bench, self.session, self.seq, self.queue = bench, session, 0, None

    def opened(
        self, where: str, wanted: int | None = None, *, kind: str = "random", seed: int = 1, by: str | None = None
    ) -> list[str]:
        """Open a queue, of strata if `by` says by what; gives its examples."""
        bench, kind = self.bench, "stratified" if by else kind
        drawn = kind in ("random", "stratified")
        design = QueueDesign(kind=kind, where=where, wanted=wanted, seed=seed if drawn else None, by=by)
        rows = partial(strata, bench, by, parse(where)) if by else partial(bench.ids, parse(where))
        queue = open_queue(bench.project, bench.dataset.id, bench.run.name, design, rows, author="ana")
        self.queue = queue.id
        return queue_examples(bench.project, queue, start=0, count=queue.size)

    def say(self, example: str, kind: str, name: str = "", value: str = "") -> None:
        self.seq += 1
        moment = START + timedelta(minutes=self.seq)
        event = Event(example=example, kind=kind, name=name, value=value, seq=self.seq, made_at=moment)
        append(self.bench.project, self.bench.dataset.id, [event], author="ana", session=self.session, queue=self.queue)

    def tag(self, example: str, name: str, value: str = "yes") -> None:
        self.say(example, "tag", name, value)

    def read(self, examples: Iterable[str], loud: Sequence[str] = ()) -> None:
        """Review each, tagging those that are loud."""
        for example in examples:
            if example in loud:
                self.tag(example, "loud")
            self.say(example, "reviewed")


def loud_rows(bench: Workbench) -> list[str]:
    return bench.ids(parse("level = 'loud'"))


def row_of(bench: Workbench, name: str = "loud", **options: object) -> object:
    (row,) = [one for one in bench.tags(**options).tags if one.name == name]
    return row
