"""A server that is killed in the middle of tagging: no acknowledged tag is lost, and none is written twice."""

from __future__ import annotations

import http.client
import json
import os
import random
import threading
from pathlib import Path

import pytest
from browser_kit import Server, serving
from server_kit import ask, talk, token_of

from slicer.project.journal import Journal, journal_events
from slicer.project.store import Project
from slicer.samples import get_sample
from slicer.sources import load_sample

KILLS = 100 if os.environ.get("SLICER_SOAK") else 3


class Tab:
    """A tab that tags: what it says waits until it is acknowledged, and is sent again as it was."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.said = 0
        self.acked = 0

    def tag_until_it_dies(self, seconds: float) -> None:
        """One tag for each request, as fast as they are acknowledged, until the server is killed."""
        with talk(self.server) as connection:
            key = {"X-Slicer-Token": token_of(connection)}
        threading.Timer(seconds, self.server.kill).start()
        while True:
            self.said += 1
            waiting = [
                {"seq": seq, "example": f"part-{seq:05}", "kind": "tag", "name": f"tag {seq % 4}", "value": "yes"}
                for seq in range(self.acked + 1, self.said + 1)
            ]
            body = json.dumps({"dataset": 1, "queue": None, "session": "tab", "author": "ada", "events": waiting})
            try:
                answer = ask(self.server, "POST", "/api/events/project", body, key)
            except (OSError, http.client.HTTPException):
                return
            assert answer.status == 200, answer.body
            self.acked = answer.json["acked"]


@pytest.mark.slow
@pytest.mark.soak
def test_a_server_killed_while_it_is_told_tags_loses_and_doubles_none(tmp_path: Path) -> None:
    """Each time at another moment; the tab lives on and sends again what was not acknowledged."""
    path = tmp_path / "project.duckdb"
    with Project(path) as project:
        load_sample(project, get_sample("defects"))
    draws = random.Random(1)
    with serving(path, tmp_path / "server.log") as server:
        tab, amid = Tab(server), 0
        for _ in range(KILLS):
            before = tab.acked
            tab.tag_until_it_dies(0.3 + draws.random())
            server.process.wait(timeout=60)
            amid += tab.acked > before
            server.restart()
        with talk(server) as connection:
            token_of(connection)  # the project is opened
    assert amid >= 0.6 * KILLS, "it dies in the middle of tagging, now and then while it opens the project once more"
    query = "select seq, example, name from events where session = 'tab' order by number"
    with Project(path) as project:
        rows = project.cursor().execute(query).fetchall()
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1)), "each once, in the order they were said"
    assert rows == [(seq, f"part-{seq:05}", f"tag {seq % 4}") for seq, *_ in rows]
    assert tab.acked <= len(rows) <= tab.said
    journal = journal_events(Journal(path).path.read_text(encoding="utf-8"))
    assert {one["seq"] for one in journal if one["session"] == "tab"} == {row[0] for row in rows}
