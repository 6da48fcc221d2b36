"""How a route says no: in words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from slicer.errors import SlicerError

Endpoint = Callable[[Request], Awaitable[Response]]


def in_words(endpoint: Endpoint) -> Endpoint:
    """Answers a refusal as {"error": sentence}."""

    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except SlicerError as error:
            return JSONResponse({"error": f"{error} {error.hint}".strip()}, status_code=400)

    return answer
