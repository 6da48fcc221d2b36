"""What the server does beside Streamlit's pages: events, uploads and media, and who may ask for them."""

from __future__ import annotations

import contextlib
import gc
import hmac
import json
import re
from collections.abc import AsyncIterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, QueryParams
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from slicer.contingency import tables
from slicer.discovery import fast
from slicer.errors import UsageError
from slicer.project.events import Event, append
from slicer.project.turns import next_unread
from slicer.project.verdicts import VERDICTS
from slicer.sources import author
from slicer.ui.answering import in_words
from slicer.ui.card_routes import send_hits, send_media, send_text
from slicer.ui.discover_search import searches
from slicer.ui.places import places
from slicer.ui.projects import projects, uploads
from slicer.ui.slice_routes import send_support, send_values
from slicer.workbench.media import remote_media

main_script = str(Path(__file__).with_name("main.py"))

LOCAL_HOSTS = ("127.0.0.1", "localhost", "[::1]")
TOKEN_HEADER = "x-slicer-token"

COMPILE_AFTER = 15.0
"""Seconds in which the first pages have all of the machine."""

EVENT_KINDS = ("tag", "reviewed", "note", "verdict", "undo", "redo")


@in_words
async def save_events(request: Request) -> Response:
    """Write what a person said of examples; answers the number of the last event that is safe."""
    body = await _json(request)
    project = projects.named(request.path_params["project"])
    try:
        dataset, session = _number(body["dataset"]), _text(body["session"])
        queue = None if body.get("queue") is None else _number(body["queue"])
        said = [_event(one) for one in body["events"]]
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise UsageError(f"These events cannot be read: {error}.") from None
    who = str(body.get("author") or author())
    acked = await run_in_threadpool(append, project, dataset, said, author=who, session=session, queue=queue)
    return JSONResponse({"acked": acked})


@in_words
async def take_place(request: Request) -> Response:
    """Where a screen turns to in its queue; answers where it may stay, and how many others read the queue."""
    body = await _json(request)
    project = projects.named(request.path_params["project"])
    try:
        queue, session = _number(body["queue"]), _text(body["session"])
        position, onward = _number(body.get("position", 0)), bool(body.get("onward"))
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise UsageError(f"This place cannot be read: {error}.") from None
    key = (project.path, queue)
    if body.get("leave"):
        places.leave(key, session)
        return JSONResponse({})

    def taken() -> tuple[int, int]:
        unread = partial(next_unread, project, queue)
        return places.take(key, session, position, onward=onward, next_unread=unread)

    place, others = await run_in_threadpool(taken)
    return JSONResponse({"position": place, "others": others})


def _event(one: dict[str, Any]) -> Event:
    if one["kind"] not in EVENT_KINDS:
        raise ValueError(f"no kind {one['kind']!r}")
    if one["kind"] == "verdict" and one.get("value") not in (*VERDICTS, ""):
        raise ValueError(f"no verdict {one.get('value')!r}")
    return Event(
        example=_text(one["example"]),
        kind=one["kind"],
        name=_text(one.get("name") or "").strip(),
        value=_text(one.get("value") or ""),
        seq=_number(one["seq"]),
        undoes=None if one.get("undoes") is None else _number(one["undoes"]),
    )


def _number(value: Any) -> int:
    """A whole number that the project file can hold."""
    number = int(value)
    if not 0 <= number < 2**31:
        raise ValueError(f"{number} is out of range")
    return number


def _text(value: Any) -> str:
    """Text that the project file can hold: half a character pair cannot be written."""
    return str(value).encode().decode()


async def _json(request: Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise UsageError("The request holds no JSON.") from None
    if not isinstance(body, dict):
        raise UsageError("The request holds no JSON object.")
    return body


@in_words
async def take_upload(request: Request) -> Response:
    """Stream a file to disk; answers a ticket for it."""
    ticket, path = uploads.start(request.query_params.get("name", "upload"))
    try:
        with path.open("wb") as file:
            async for piece in request.stream():
                await run_in_threadpool(file.write, piece)
    except ClientDisconnect:
        path.unlink()
        raise UsageError("The upload was broken off.") from None
    return JSONResponse({"upload": ticket})


async def send_first_page(request: Request) -> Response:
    """The page that comes first has no path of its own; who types its name is led to it."""
    return RedirectResponse(f"./?{request.url.query}" if request.url.query else "./")


routes = [
    Route("/overview", send_first_page, methods=["GET"]),
    Route("/api/events/{project}", save_events, methods=["POST"]),
    Route("/api/places/{project}", take_place, methods=["POST"]),
    Route("/api/slices/{project}/{dataset:int}/values", send_values, methods=["GET"]),
    Route("/api/slices/{project}/{dataset:int}/support", send_support, methods=["GET"]),
    Route("/api/uploads", take_upload, methods=["PUT"]),
    Route("/api/media/{project}/{dataset:int}/{role}", send_media, methods=["GET"]),
    Route("/api/texts/{project}/{dataset:int}", send_text, methods=["GET"]),
    Route("/api/hits/{project}/{queue:int}", send_hits, methods=["GET"]),
]


# --- who may ask -----------------------------------------------------------------------------------


class Guard:
    """Refuses what does not come from a page of ours: a foreign host name or origin, `/api` without the token."""

    def __init__(self, app: ASGIApp, hosts: Sequence[str] = LOCAL_HOSTS) -> None:
        self.app, self.hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket") and not _allowed(scope, self.hosts):
            refusal = PlainTextResponse("This request does not come from the dashboard.", status_code=403)
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
                return
            await refusal(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _allowed(scope: Scope, hosts: Sequence[str]) -> bool:
    headers = Headers(scope=scope)
    host, origin = headers.get("host", ""), headers.get("origin")
    if re.sub(r":\d*$", "", host) not in hosts:  # a page of theirs could point its name at us
        return False
    if origin is not None and urlsplit(origin).netloc != host:
        return False
    if not scope["path"].startswith("/api/"):
        return True
    given = headers.get(TOKEN_HEADER) or QueryParams(scope["query_string"]).get("token", "")
    return hmac.compare_digest(given.encode(), projects.token.encode())


class SecurityHeaders:
    """Tells the browser that no page of ours may reach another host, but for media where they were switched on."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        host = Headers(scope=scope).get("host", "")

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_headers(host)]
            await send(message)

        await self.app(scope, receive, with_headers)


def _headers(host: str) -> list[tuple[bytes, bytes]]:
    elsewhere = " http: https:" if remote_media() else ""
    policy = (
        "default-src 'self'; "
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
        "style-src 'self' 'unsafe-inline'; "
        f"img-src 'self' data: blob:{elsewhere}; "
        f"media-src 'self' data: blob:{elsewhere}; "
        "font-src 'self' data:; "
        f"connect-src 'self' ws://{host} wss://{host}; "
        "worker-src 'self' blob:; "
        "frame-src 'self' blob: data:; "
        "frame-ancestors 'self'; "
        "base-uri 'self'; form-action 'self'; object-src 'none'"
    )
    return [
        (b"content-security-policy", policy.encode()),
        (b"referrer-policy", b"no-referrer"),
        (b"x-content-type-options", b"nosniff"),
    ]


def middleware_for(hosts: tuple[str, ...]) -> list[Middleware]:
    """The layers in front of everything, for a server that answers to these host names."""
    return [
        Middleware(SecurityHeaders),
        Middleware(Guard, hosts=(*LOCAL_HOSTS, *hosts)),
    ]


middleware = middleware_for(())


@contextlib.asynccontextmanager
async def lifespan(app: object) -> AsyncIterator[dict[str, Any]]:
    """Compile beside the first pages what counts, if set-up did not; close the projects when the server stops."""
    gc.freeze()  # Streamlit collects garbage after every run: the modules, an eighth of a second each time, are none
    compiling = [one.load_aside(after=COMPILE_AFTER) for one in (tables.LOADER, fast.LOADER) if not one.kept]
    try:
        yield {}
    finally:
        for one in compiling:
            one.cancel()
        searches.close()
        projects.close()
        uploads.close()
        gc.unfreeze()
