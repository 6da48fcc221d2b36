"""What the card asks while a person reads: an image or a recording, the whole of a long text, words in the queue."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response

from slicer.errors import UsageError
from slicer.project.datasets import get_dataset
from slicer.project.queues import get_queue
from slicer.ui.answering import in_words
from slicer.ui.benches import benches
from slicer.ui.projects import projects
from slicer.workbench import Workbench
from slicer.workbench.media import MEDIA_TYPES, media_file
from slicer.workbench.searching import search


@in_words
async def send_media(request: Request) -> Response:
    """An example's image or sound file, from the data set's folder and nowhere else."""

    def path() -> FileResponse:
        role = request.path_params["role"]
        bench = _bench(request)
        column = {"image": bench.dataset.roles.image, "audio": bench.dataset.roles.audio}.get(role)
        if column is None:
            raise UsageError(f"The data set names no {role} files.")
        found = media_file(bench.dataset, role, str(_value(bench, request, column)))
        return FileResponse(found, media_type=MEDIA_TYPES[found.suffix.lower()])

    return await run_in_threadpool(path)


@in_words
async def send_text(request: Request) -> Response:
    """The whole text of an example."""

    def text() -> PlainTextResponse:
        bench = _bench(request)
        if bench.dataset.roles.text is None:
            raise UsageError("The data set names no text.")
        return PlainTextResponse(str(_value(bench, request, bench.dataset.roles.text)))

    return await run_in_threadpool(text)


@in_words
async def send_hits(request: Request) -> Response:
    """How many examples of a queue hold some words, and where in the queue the first of them stand."""
    project, words = projects.named(request.path_params["project"]), request.query_params.get("words", "")
    queue = get_queue(project, request.path_params["queue"])

    def hits() -> JSONResponse:
        bench = benches.get(project, get_dataset(project, queue.dataset), queue.run)
        examples, positions = search(bench, queue.id, words) if words else (0, [])
        return JSONResponse({"examples": examples, "positions": positions})

    return await run_in_threadpool(hits)


def _bench(request: Request) -> Workbench:
    project = projects.named(request.path_params["project"])
    dataset = get_dataset(project, request.path_params["dataset"])
    return benches.get(project, dataset, dataset.roles.run().name)


def _value(bench: Workbench, request: Request, column: str) -> object:
    found = bench.examples_by_id([request.query_params.get("id", "")])
    if not found:
        raise UsageError("No such example.")
    return next(iter(found.values())).values[column]
