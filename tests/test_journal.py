"""The journal beside the project: what was acknowledged is there, whatever happens to DuckDB's own log."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from slicer.cli import main
from slicer.errors import NotAProjectError, ProjectError
from slicer.project import store
from slicer.project.events import Event, append, known_tags
from slicer.project.journal import Journal, is_journal, journal_events
from slicer.project.queues import QueueDesign, open_queue
from slicer.project.store import Project
from slicer.project.tag_files import export_tags, import_tags
from slicer.samples import get_sample
from slicer.sources import load_sample

WRITER = """
import os, signal, sys
from slicer.project.events import Event, append
from slicer.project.store import Project
project = Project(sys.argv[1])
for seq in range(1, int(sys.argv[2]) + 1):
    event = Event(example=f"e{seq}", kind="tag", name=f"t{seq % 3}", value="yes", seq=seq)
    append(project, 1, [event], author="ana", session="s")
os.kill(os.getpid(), signal.SIGKILL)
"""


def tag(seq: int, name: str = "blurred") -> Event:
    return Event(example=f"e{seq}", kind="tag", name=name, value="yes", seq=seq)


def say(project: Project, *seqs: int, session: str = "s") -> None:
    append(project, 1, [tag(seq) for seq in seqs], author="ana", session=session)


def kept(path: Path) -> list[int]:
    """The numbers of the events in a project, in their order; opened and closed."""
    with Project(path) as project:
        return [row[0] for row in project.cursor().execute("select seq from events order by number").fetchall()]


def written(path: Path) -> list[int]:
    """The numbers of the events in the journal beside a project."""
    return [one["seq"] for one in journal_events(Journal(path).path.read_text(encoding="utf-8"))]


@pytest.fixture(scope="module")
def crashed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose 300 events stand in the log: its process was killed. Copied before it is opened."""
    path = tmp_path_factory.mktemp("crashed") / "work.duckdb"
    done = subprocess.run([sys.executable, "-c", WRITER, str(path), "300"], check=False)
    assert done.returncode == -signal.SIGKILL
    assert Path(f"{path}.wal").stat().st_size > 100_000
    return path


@pytest.fixture
def copied(crashed: Path, tmp_path: Path) -> Callable[[int], Path]:
    """Copies the crashed project, each into a folder of its own."""

    def copy(number: int = 0) -> Path:
        return shutil.copytree(crashed.parent, tmp_path / str(number)) / crashed.name

    return copy


def flip(path: Path, at: int, draws: random.Random) -> None:
    """Change some bytes of a file."""
    content = bytearray(path.read_bytes())
    for place in range(at, min(at + 4, len(content))):
        content[place] ^= draws.randrange(1, 256)
    path.write_bytes(content)


# --- every day -------------------------------------------------------------------------------------


def test_an_event_is_written_to_the_journal_once(tmp_path: Path) -> None:
    path = tmp_path / "work.duckdb"
    with Project(path) as project:
        assert not Journal(path).size, "a project without events has no journal"
        say(project, 1, 2)
        say(project, 1, 2, 3)
        say(project, 3)
        assert written(path) == [1, 2, 3]
    assert kept(path) == [1, 2, 3]
    content = Journal(path).path.read_text(encoding="utf-8")
    assert is_journal(content)
    said = json.loads(content.splitlines()[1])
    assert (said["dataset"], said["example"], said["name"], said["author"]) == (1, "e1", "blurred", "ana")


def test_odd_words_survive_the_journal(tmp_path: Path) -> None:
    path = tmp_path / "work.duckdb"
    words = ["a\nb\r\u2028c", '"; drop table events; --', "\u00e4\U0001f600\u200f", "\x00\x1f"]
    with Project(path) as project:
        notes = [Event(example=one, kind="note", value=one, seq=place) for place, one in enumerate(words)]
        append(project, 1, notes, author="ana", session="s")
        before = export_tags(project, 1)
    path.unlink()
    shutil.move(Journal(path).path, tmp_path / "kept.jsonl")
    found = list(journal_events((tmp_path / "kept.jsonl").read_text(encoding="utf-8")))
    assert [one["value"] for one in found] == words == [one["note"] for one in before]


def test_a_journal_is_a_tag_file_too(tmp_path: Path) -> None:
    """Where the project itself is gone and the examples were imported again."""
    path = tmp_path / "work.duckdb"
    with Project(path) as project:
        say(project, 1, 2)
        append(project, 1, [Event(example="e1", kind="undo", seq=3, undoes=1)], author="ana", session="s")
        append(project, 2, [tag(9)], author="ben", session="t")
    content = Journal(path).path.read_text(encoding="utf-8")
    with Project(tmp_path / "again.duckdb") as project:
        for expected in (1, 0):
            found = import_tags(project, 7, ["e1", "e2"], content, author="cy")
            assert (found.tags, found.unknown) == (2 * expected, ())
        state, unread = export_tags(project, 7)
        assert (unread["id"], unread["state"]) == ("e2", "unread")
        assert (state["id"], state["tag"], state["author"]) == ("e2", "blurred", "ana")
    assert len(written(tmp_path / "again.duckdb")) == 3


def test_what_was_put_back_is_said_on_the_command_line(tmp_path: Path) -> None:
    path = tmp_path / "work.duckdb"
    with Project(path) as project:
        load_sample(project, get_sample("defects"))
    older = path.read_bytes()
    with Project(path) as project:
        say(project, 1, 2)
    for command in (["tags", "export", str(path)], ["metrics", str(path)], ["agree", str(path)]):
        path.write_bytes(older)
        told = CliRunner().invoke(main, command).stderr
        assert "2 events that the project had not kept were put back from the journal work.events.jsonl." in told


def test_a_project_in_memory_has_no_journal() -> None:
    with Project(store.MEMORY) as project:
        say(project, 1)
        assert project.journal is None


def test_a_journal_that_cannot_be_written_refuses_the_event_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was not acknowledged is in neither; the next one goes on."""
    path = tmp_path / "work.duckdb"
    with Project(path) as project:
        say(project, 1)
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", lambda number: (_ for _ in ()).throw(OSError(28, "No space left on device")))
            with pytest.raises(ProjectError, match=r"The journal work\.events\.jsonl cannot be written: No space left"):
                say(project, 2)
        say(project, 3)
    assert written(path) == kept(path) == [1, 3]


def test_the_log_is_moved_into_the_file_now_and_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So a damaged log concerns little, and opening after a crash takes no time."""
    monkeypatch.setattr(store, "EVENTS_IN_LOG", 10)
    log = tmp_path / "work.duckdb.wal"
    with Project(tmp_path / "work.duckdb") as project:
        sizes = []
        for seq in range(1, 31):
            say(project, seq)
            sizes.append(log.stat().st_size if log.exists() else 0)
    assert [place for place, size in enumerate(sizes, start=1) if not size] == [10, 20, 30]


def test_a_choice_goes_into_the_file_at_once(tmp_path: Path) -> None:
    path = tmp_path / "work.duckdb"
    with Project(path) as project:
        open_queue(project, 1, "model", QueueDesign(kind="all", where=""), lambda: ["a", "b"], author="ana")
        log = Path(f"{path}.wal")
        assert not log.exists() or not log.stat().st_size


# --- after a crash ---------------------------------------------------------------------------------


def test_after_a_crash_everything_is_there_and_nothing_needs_saying(copied: Callable[..., Path]) -> None:
    path = copied()
    with Project(path) as project:
        assert project.notes == ()
    assert kept(path) == list(range(1, 301))
    assert sorted(one.name for one in path.parent.iterdir()) == ["work.duckdb", "work.events.jsonl"]


def test_flipped_bytes_in_the_log_lose_nothing_and_it_is_said(copied: Callable[..., Path]) -> None:
    """Anywhere in the log: DuckDB refuses it, or opens without a word and without the events behind the damage."""
    refused = silent = 0
    for number in range(24):
        draws = random.Random(number)
        path = copied(number)
        log = Path(f"{path}.wal")
        flip(log, draws.randrange(60) if number < 8 else draws.randrange(log.stat().st_size), draws)
        damaged = log.read_bytes()
        with Project(path) as project:
            notes = " ".join(project.notes)
            counts = {one.name: one.yes for one in known_tags(project, 1)}
        assert counts == {"t0": 100, "t1": 100, "t2": 100}
        assert kept(path) == list(range(1, 301))
        assert written(path) == list(range(1, 301))
        if notes:
            refused += "was damaged" in notes
            silent += "was damaged" not in notes
            assert "put back from the journal work.events.jsonl" in notes
            (aside,) = path.parent.glob("work.duckdb.wal.kept-*")
            assert f"The log as it was is kept as {aside.name}." in notes
            assert aside.read_bytes() == damaged
        with Project(path) as project:
            assert project.notes == (), "said once"
    assert refused >= 10, "most damage is refused by DuckDB"
    assert silent, "some is not"


@pytest.mark.parametrize("content", [b"", b"\x00" * 5000, b"no log at all\n" * 100], ids=["empty", "zeros", "text"])
def test_a_log_of_nothing_loses_nothing(copied: Callable[..., Path], content: bytes) -> None:
    path = copied()
    Path(f"{path}.wal").write_bytes(content)
    with Project(path) as project:
        assert any("300 events that the project had not kept were put back" in note for note in project.notes)
    assert kept(path) == list(range(1, 301))


def test_a_log_beside_a_file_that_is_no_project_is_left_alone(copied: Callable[..., Path]) -> None:
    path = copied()
    path.write_bytes(b"no database" * 1000)
    log = Path(f"{path}.wal")
    before = log.read_bytes()
    with pytest.raises(NotAProjectError):
        Project(path)
    assert log.read_bytes() == before
    assert sorted(one.name for one in path.parent.iterdir()) == ["work.duckdb", "work.duckdb.wal", "work.events.jsonl"]


def test_a_file_brought_back_from_an_older_copy_gets_the_events_since(tmp_path: Path) -> None:
    path = tmp_path / "work.duckdb"
    with Project(path) as project:
        say(project, 1, 2)
    older = path.read_bytes()
    with Project(path) as project:
        say(project, 3)
        append(project, 1, [Event(example="e1", kind="undo", seq=4, undoes=1)], author="ana", session="s")
        state = export_tags(project, 1)
    path.write_bytes(older)
    with Project(path) as project:
        (note,) = project.notes
        assert "2 events" in note
        assert export_tags(project, 1) == state
        say(project, 5)
    assert kept(path) == written(path) == [1, 2, 3, 4, 5]


def test_a_queue_that_is_lost_says_nothing_of_how_its_examples_were_drawn(tmp_path: Path) -> None:
    path = tmp_path / "work.duckdb"
    with Project(path) as project:
        say(project, 1)
    older = path.read_bytes()
    with Project(path) as project:
        design = QueueDesign(kind="random", where="", wanted=1, seed=1)
        queue = open_queue(project, 1, "model", design, lambda: ["e2"], author="ana")
        append(project, 1, [tag(2)], author="ana", session="s", queue=queue.id)
    path.write_bytes(older)
    with Project(path) as project:
        assert project.cursor().execute("select seq, queue from events").fetchall() == [(1, None), (2, None)]


# --- a journal that is not what it was -------------------------------------------------------------


def test_a_missing_journal_is_written_anew(tmp_path: Path) -> None:
    path = tmp_path / "work.duckdb"
    with Project(path) as project:
        say(project, 1, 2)
    Journal(path).path.unlink()
    assert kept(path) == written(path) == [1, 2]
    with Project(path) as project:
        Journal(path).path.unlink()
        say(project, 3)
    assert kept(path) == written(path) == [1, 2, 3]


def test_a_shortened_journal_is_written_anew(tmp_path: Path) -> None:
    path = tmp_path / "work.duckdb"
    with Project(path) as project:
        say(project, 1, 2, 3)
    journal = Journal(path).path
    os.truncate(journal, journal.stat().st_size // 2)
    assert kept(path) == written(path) == [1, 2, 3]


def test_a_line_that_was_broken_off_was_never_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "work.duckdb"
    with Project(path) as project:
        say(project, 1)
    with Journal(path).path.open("ab") as file:
        file.write(b'{"dataset":1,"example":"e2","ki')
    with Project(path) as project:
        assert project.notes == ()
        say(project, 3)
    assert kept(path) == written(path) == [1, 3]


def test_a_damaged_line_does_not_stop_those_behind_it(tmp_path: Path) -> None:
    path = tmp_path / "work.duckdb"
    with Project(path) as project:
        say(project, 1)
    older = path.read_bytes()
    with Project(path) as project:
        say(project, 2)
        say(project, 3)
    journal = Journal(path).path
    journal.write_bytes(journal.read_bytes().replace(b'"seq":2', b'"s\xffq":2'))
    path.write_bytes(older)
    with Project(path) as project:
        assert "the damaged one is kept as work.events-2.jsonl" in project.notes[-1]
    assert kept(path) == written(path) == [1, 3]
    assert b'"s\xffq":2' in (tmp_path / "work.events-2.jsonl").read_bytes()


def test_the_journal_of_another_project_is_kept_and_not_believed(tmp_path: Path) -> None:
    """Someone deletes a project and starts anew under its name: old tags must not land on new examples."""
    path = tmp_path / "work.duckdb"
    with Project(path) as project:
        say(project, 1, 2)
    path.unlink()
    with Project(path) as project:
        assert project.notes == ("A journal of another project was in the way; it is kept as work.events-2.jsonl.",)
        say(project, 7)
    assert kept(path) == written(path) == [7]
    assert len(list(journal_events((tmp_path / "work.events-2.jsonl").read_text(encoding="utf-8")))) == 2
