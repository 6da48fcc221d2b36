"""Asking a real server by hand, as a page of ours does: what the tests that need no browser share."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from typing import Any

from browser_kit import Server
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect


class Answer:
    """What came back: status, headers, body."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status, self.headers, self.body = response.status, response.headers, response.read()

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.body)


def ask(server: Server, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
    """One request, written by hand: nothing is added that is not said, but the Host."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        connection.request(method, path, body, dict(headers or {}))
        return Answer(connection.getresponse())
    finally:
        connection.close()


def talk(server: Server) -> ClientConnection:
    """Streamlit's own connection, as a browser's tab opens it."""
    address = f"ws://127.0.0.1:{server.port}/_stcore/stream"
    return connect(address, subprotocols=["streamlit"], origin=server.url, max_size=None, max_queue=None)


def token_of(tab: ClientConnection) -> str:
    """The token that the Data page hands to its components."""
    message = BackMsg()
    message.rerun_script.page_name = "data"
    tab.send(message.SerializeToString())
    while True:
        answer = ForwardMsg()
        answer.ParseFromString(tab.recv(timeout=30))
        element = answer.delta.new_element
        if element.WhichOneof("type") == "bidi_component" and "token" in element.bidi_component.json:
            return json.loads(element.bidi_component.json)["token"]
