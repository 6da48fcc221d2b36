"""The server beside the pages: who may ask, what is written, which files leave the disk, and how it ends."""

from __future__ import annotations

import json
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from browser_kit import Server, serving
from server_kit import Answer, ask, talk, token_of
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from slicer.given import given_roles
from slicer.project.datasets import list_datasets
from slicer.project.store import Project
from slicer.samples import folder
from slicer.sources import load_files

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
MEBIBYTE = 2**20

OUTSIDE = {
    "parent": "../secret.png",
    "deeper": "inside/../../secret.png",
    "symlink": "link.png",
    "text": "notes.txt",
    "page": "page.html",
    "missing": "missing.png",
    "folder": "folder.png",
    "long": "x" * 300 + ".png",
}
"""Names in a column of images, by id, that must not be served."""


@pytest.fixture(scope="module")
def project_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data set of images, some of whose names lead out of its folder."""
    place = tmp_path_factory.mktemp("media")
    images = place / "images"
    (images / "inside").mkdir(parents=True)
    (images / "folder.png").mkdir()
    for path in (images / "good.png", images / "inside" / "umläut & co.png", place / "secret.png"):
        path.write_bytes(PICTURE)
    (images / "notes.txt").write_text("notes")
    (images / "page.html").write_text("<script>alert(1)</script>")
    (images / "link.png").symlink_to(place / "secret.png")
    names = {"good": "good.png", "inside": "inside/umläut & co.png", "absolute": str(place / "secret.png"), **OUTSIDE}
    lines = ["id,label,prediction,image", *(f"{key},cat,dog,{name}" for key, name in names.items())]
    table = images / "images.csv"
    table.write_text("\n".join(lines), encoding="utf-8")
    with Project(place / "media.duckdb") as project:
        load_files(project, [table], given_roles(image="image"))
    return place / "media.duckdb"


@pytest.fixture(scope="module")
def token(server: Server) -> Iterator[str]:
    with talk(server) as tab:
        yield token_of(tab)


@pytest.fixture(scope="module")
def key(token: str) -> dict[str, str]:
    return {"X-Slicer-Token": token}


# --- who may ask -----------------------------------------------------------------------------------

WEBSOCKET = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}
PATHS = ["/", "/overview", "/_stcore/health", "/api/uploads", "/api/events/media", "/_stcore/stream"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8501", ""])
def test_a_foreign_host_name_is_refused(server: Server, key: dict[str, str], path: str, host: str) -> None:
    """Else a page of evil.example could point its name at us and read everything (DNS rebinding)."""
    upgrade = WEBSOCKET if path.endswith("stream") else {}
    assert ask(server, "GET", path, headers={"Host": host, **upgrade, **key}).status == 403


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("origin", ["http://evil.example", "https://127.0.0.1", "null", "http://127.0.0.1:1"])
def test_a_foreign_page_is_refused(server: Server, key: dict[str, str], path: str, origin: str) -> None:
    upgrade = WEBSOCKET if path.endswith("stream") else {}
    assert ask(server, "GET", path, headers={"Origin": origin, **upgrade, **key}).status == 403


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_the_names_of_this_machine_are_let_in(server: Server, host: str) -> None:
    headers = {"Host": f"{host}:{server.port}", "Origin": f"http://{host}:{server.port}"}
    assert ask(server, "GET", "/", headers=headers).status == 200


@pytest.mark.parametrize("token", [None, "", "wrong", "ü"])
def test_the_api_wants_the_token(server: Server, token: str | None) -> None:
    headers = {} if token is None else {"X-Slicer-Token": token.encode("latin-1").decode("latin-1")}
    for method, path in (
        ("POST", "/api/events/media"),
        ("PUT", "/api/uploads?name=x"),
        ("GET", "/api/media/media/1/image"),
    ):
        refused = ask(server, method, path, "{}" if method != "GET" else None, headers)
        assert refused.status == 403
        assert refused.body == b"This request does not come from the dashboard."


def test_the_browser_is_told_to_ask_no_other_host(server: Server) -> None:
    headers = ask(server, "GET", "/").headers
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == policy["base-uri"] == policy["form-action"] == "'self'"
    assert policy["connect-src"] == f"'self' ws://127.0.0.1:{server.port} wss://127.0.0.1:{server.port}"
    assert policy["object-src"] == "'none'"
    assert "*" not in headers["content-security-policy"]
    assert "http:" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


# --- events ----------------------------------------------------------------------------------------


def said(*events: Mapping[str, Any], session: str = "s") -> str:
    return json.dumps({"dataset": 1, "queue": None, "session": session, "author": "ada", "events": events})


def tagged(server: Server) -> dict[str, int]:
    """How often each tag holds, as the Failures page tells its card."""
    with talk(server) as tab:
        message = BackMsg()
        message.rerun_script.page_name = "failures"
        tab.send(message.SerializeToString())
        while True:
            answer = ForwardMsg()
            answer.ParseFromString(tab.recv(timeout=30))
            component = answer.delta.new_element.bidi_component
            if component.component_name == "slicer.card":
                return {tag["name"]: tag["count"] for tag in json.loads(component.json)["tags"]}


def test_events_sent_twice_are_written_once(server: Server, key: dict[str, str]) -> None:
    """The card sends again what was not acknowledged: an answer lost on the way must not count a tag twice."""
    events = [
        {"seq": 1, "example": "good", "kind": "tag", "name": "blurred", "value": "yes"},
        {"seq": 2, "example": "good", "kind": "reviewed"},
    ]
    for _ in range(3):
        answer = ask(server, "POST", "/api/events/media", said(*events, session="twice"), key)
        assert (answer.status, answer.json) == (200, {"acked": 2})
    assert tagged(server) == {"blurred": 1}
    undo = {"seq": 3, "example": "good", "kind": "undo", "undoes": 1}
    for _ in range(2):
        assert ask(server, "POST", "/api/events/media", said(undo, session="twice"), key).json == {"acked": 3}
    assert tagged(server) == {"blurred": 0}


EVENT = {"seq": 1, "example": "good", "kind": "tag", "name": "x", "value": "yes"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"null",
        b"{}",
        said({**EVENT, "kind": "drop table"}),
        said({**EVENT, "kind": None}),
        said({**EVENT, "kind": "verdict", "value": "guilty"}),
        said({**EVENT, "seq": None}),
        said({**EVENT, "seq": "first"}),
        said({**EVENT, "seq": float("inf")}),
        said({**EVENT, "seq": 2**70}),
        said({**EVENT, "undoes": 2**70}),
        said({**EVENT, "example": "\ud800"}),
        said({key: value for key, value in EVENT.items() if key != "example"}),
        json.dumps({"dataset": 1, "session": "s", "events": "all"}),
        json.dumps({"dataset": 1, "session": "s", "events": [1]}),
        json.dumps({"dataset": 1, "session": "s", "events": {"seq": 1}}),
        json.dumps({"dataset": "first", "session": "s", "events": [EVENT]}),
        json.dumps({"dataset": 2**70, "session": "s", "events": [EVENT]}),
        json.dumps({"dataset": 1, "queue": 2**70, "session": "s", "events": [EVENT]}),
    ],
)
def test_events_that_cannot_be_read_are_refused_in_words(server: Server, key: dict[str, str], body: Any) -> None:
    answer = ask(server, "POST", "/api/events/media", body, key)
    assert answer.status == 400
    sentence = answer.json["error"]
    assert sentence.startswith(("The request holds no JSON", "These events cannot be read: "))


def test_events_for_a_project_that_is_not_open_are_kept_out_of_the_others(server: Server, key: dict[str, str]) -> None:
    """After a restart a tab may still hold events for a project opened by hand; its first one is not theirs."""
    answer = ask(server, "POST", "/api/events/another", said({**EVENT, "name": "stray"}), key)
    assert answer.status == 400
    assert answer.json["error"] == "The project another is not open here. Open it again on the Data page."
    assert not {"x", "stray"} & set(tagged(server)), "nothing that was refused is written"


def test_a_screen_is_told_where_it_may_stay(server: Server, key: dict[str, str]) -> None:
    def turn(**said: Any) -> Answer:
        return ask(server, "POST", "/api/places/media", json.dumps(said), key)

    assert turn(queue=99, session="a", position=4, onward=True).json == {"position": 4, "others": 0}
    assert turn(queue=99, session="b", position=6, onward=False).json == {"position": 6, "others": 1}
    assert turn(queue=99, session="b", leave=True).json == {}
    assert turn(queue=99, session="a", position=5, onward=True).json == {"position": 5, "others": 0}
    for wrong in ({"queue": "first", "session": "a"}, {"session": "a"}, {"queue": 99, "session": "a", "position": -1}):
        answer = turn(**wrong)
        assert answer.status == 400
        assert answer.json["error"].startswith("This place cannot be read: ")


# --- media -----------------------------------------------------------------------------------------


def media(server: Server, key: dict[str, str], example: str, **headers: str) -> Answer:
    address = f"/api/media/media/1/image?id={example}&token={key['X-Slicer-Token']}"
    return ask(server, "GET", address, headers=headers)


@pytest.mark.parametrize("example", ["good", "inside"])
def test_an_image_is_served_from_the_folder_of_the_data(server: Server, key: dict[str, str], example: str) -> None:
    answer = media(server, key, example)
    assert (answer.status, answer.headers["content-type"], answer.body) == (200, "image/png", PICTURE)


@pytest.mark.parametrize("example", ["absolute", *OUTSIDE])
def test_nothing_else_leaves_the_disk(server: Server, key: dict[str, str], example: str) -> None:
    """A file of predictions may come from anyone; what it names must not be read for them."""
    answer = media(server, key, example)
    assert answer.status == 400
    assert re.search(r"lies outside the data set's folder|There is no image|is no image", answer.json["error"])


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("media/1/image?id=nobody", "No such example."),
        ("media/1/image", "No such example."),
        ("media/1/audio?id=good", "The data set names no audio files"),
        ("media/1/label?id=good", "The data set names no label files"),
        ("media/7/image?id=good", "No data set named 7."),
        ("media/99999999999999999999/image?id=good", "No data set named 99999999999999999999."),
        ("another/1/image?id=good", "The project another is not open here."),
    ],
)
def test_a_wrong_address_is_refused_in_words(server: Server, key: dict[str, str], path: str, sentence: str) -> None:
    answer = ask(server, "GET", f"/api/media/{path}", headers=key)
    assert answer.status == 400
    assert answer.json["error"].startswith(sentence)


def test_a_part_of_a_recording_can_be_asked_for(server: Server, key: dict[str, str]) -> None:
    """A player jumps to the middle of a recording with a range."""
    part = media(server, key, "good", Range="bytes=8-11")
    assert (part.status, part.body) == (206, PICTURE[8:12])
    assert part.headers["content-range"] == f"bytes 8-11/{len(PICTURE)}"
    assert media(server, key, "good", Range="bytes=-4").body == PICTURE[-4:]
    assert media(server, key, "good", Range="bytes=99999-").status == 416


# --- uploads ---------------------------------------------------------------------------------------


# --- what the slice field asks ---------------------------------------------------------------------


def about(server: Server, key: dict[str, str], what: str, **asked: str) -> dict[str, Any]:
    return ask(server, "GET", f"/api/slices/media/1/{what}?{urlencode(asked)}", headers=key).json


def test_a_draft_is_told_how_many_rows_it_holds(server: Server, key: dict[str, str]) -> None:
    assert about(server, key, "support", slice="image = 'good.png'")["rows"].startswith("1 row, ")
    assert about(server, key, "support", slice="correct = false")["rows"] == "11 rows, 100.0 %"
    assert about(server, key, "support", slice="correct = true")["sentence"] == "0 rows, 0.0 %"


@pytest.mark.parametrize(
    ("draft", "answer"),
    [
        ("image = ", {"error": "Character 9: a value expected, found the end.", "unfinished": True}),
        ("imgae = 'x'", {"error": "No column named 'imgae'; did you mean 'image'?"}),
        ("image == == 'x'", {"error": "Character 10: a value expected, found ==.", "unfinished": False}),
    ],
)
def test_what_is_wrong_with_a_draft_is_said(
    server: Server, key: dict[str, str], draft: str, answer: dict[str, Any]
) -> None:
    assert about(server, key, "support", slice=draft) == answer


def test_values_are_offered_as_they_are_written(server: Server, key: dict[str, str]) -> None:
    assert about(server, key, "values", column="label") == {"values": [["'cat'", "11"]]}
    assert about(server, key, "values", column="nothing") == {"values": []}


@pytest.mark.parametrize("path", ["/api/slices/media/1/support?slice=a", "/api/slices/media/1/values?column=label"])
def test_the_slice_field_needs_the_token_too(server: Server, path: str) -> None:
    assert ask(server, "GET", path).status == 403


def test_a_project_that_is_not_open_has_no_slices(server: Server, key: dict[str, str]) -> None:
    answer = ask(server, "GET", "/api/slices/another/1/support?slice=a%3D1", headers=key)
    assert "not open here" in answer.json["error"]


def test_an_upload_goes_to_disk_and_not_into_memory(server: Server, key: dict[str, str], tmp_path: Path) -> None:
    size, piece = 200 * MEBIBYTE, b"x" * MEBIBYTE
    free = shutil.disk_usage(tmp_path).free
    if free < 2 * size:
        pytest.skip(f"only {free // MEBIBYTE} MB free on the disk of the temporary folder")
    before = server.memory
    peak = 0

    def body() -> Iterator[bytes]:
        nonlocal peak
        for _ in range(size // MEBIBYTE):
            yield piece
            peak = max(peak, server.memory)

    answer = ask(server, "PUT", "/api/uploads?name=large.csv", body(), {**key, "Content-Length": str(size)})
    assert answer.status == 200
    assert len(answer.json["upload"]) >= 12
    assert peak - before < 60 * MEBIBYTE


def test_an_upload_broken_off_leaves_the_server_well(server: Server, key: dict[str, str]) -> None:
    """The reader presses Cancel, or the line breaks: the log (looked at when the server ends) shows no traceback."""
    head = f"PUT /api/uploads?name=half.csv HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Length: 1000000\r\n"
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        line.sendall(f"{head}X-Slicer-Token: {key['X-Slicer-Token']}\r\n\r\nid,label\n".encode())
        time.sleep(0.3)
    time.sleep(0.3)
    assert ask(server, "GET", "/_stcore/health").body == b"ok"


# --- the end ---------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT], ids=["terminated", "Ctrl-C"])
def test_stopping_the_server_writes_everything_down(tmp_path: Path, how: signal.Signals) -> None:
    """With a tab open, which would keep its connection for ever."""
    shutil.copy(folder() / "speech.csv", tmp_path)
    file = tmp_path / "project.duckdb"
    with Project(file) as project:
        load_files(project, [tmp_path / "speech.csv"])
    with serving(file, tmp_path / "server.log") as server, talk(server) as tab:
        key = {"X-Slicer-Token": token_of(tab)}
        answer = ask(server, "POST", "/api/events/project", said({**EVENT, "example": "utt-00001"}), key)
        assert answer.json == {"acked": 1}
        uploaded = ask(server, "PUT", "/api/uploads?name=x.csv", b"id\n1\n", key)
        assert uploaded.status == 200
        server.process.send_signal(how)
        try:
            server.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            pytest.fail("the server did not stop within 10 seconds")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "project.duckdb",
        "project.events.jsonl",
        "server.log",
        "speech.csv",
    ]
    with Project(file) as project:
        (dataset,) = list_datasets(project)
        count = project.cursor().execute("select count(*) from events where dataset = ?", [dataset.id]).fetchone()
        assert count == (1,)
