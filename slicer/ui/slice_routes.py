"""What the slice field asks while a person writes: the values of a column, and what the draft holds."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from slicer.display import count, percent
from slicer.errors import SliceError, SlicerError
from slicer.findings.slices import one_slice_finding
from slicer.project.datasets import get_dataset
from slicer.slices import parse
from slicer.ui.benches import benches
from slicer.ui.projects import projects
from slicer.workbench import Workbench
from slicer.workbench.unheld import unheld


async def send_values(request: Request) -> Response:
    """The values of a column as they are written in the slice language, the most frequent first, each with its rows."""
    return await run_in_threadpool(_values, request)


def _values(request: Request) -> Response:
    try:
        found = _bench(request).values(request.query_params.get("column", ""))
    except SlicerError:
        found = []  # a column that is still being written
    return JSONResponse({"values": [(text, "" if rows is None else count(rows)) for text, rows in found]})


async def send_support(request: Request) -> Response:
    """How many rows a draft holds and how it stands to the rest; or what is wrong with it."""
    return await run_in_threadpool(_support, request)


def _support(request: Request) -> Response:
    asked = request.query_params
    try:
        bench, slice_, where = _bench(request), parse(asked.get("slice", "")), parse(asked.get("where", ""))
        metric = asked.get("metric") or bench.headline
        found = bench.slice_table(slices=[slice_], where=where, metric=metric)
        rows = bench.engine.count(slice_ & where) if not found.table else found.table[0].support
    except SliceError as error:
        return JSONResponse({"error": str(error), "unfinished": error.position == len(error.text or "")})
    except SlicerError as error:
        return JSONResponse({"error": str(error)})
    share = rows / found.head.rows if found.head.rows else 0.0
    said = f"{count(rows)} {'row' if rows == 1 else 'rows'}, {percent(share)}"
    if found.table:
        return JSONResponse({"rows": said, "sentence": one_slice_finding(found.table[0], metric)})
    return JSONResponse({"rows": said, "sentence": " ".join((said, *unheld(slice_, bench.texts)))})


def _bench(request: Request) -> Workbench:
    project = projects.named(request.path_params["project"])
    dataset = get_dataset(project, int(request.path_params["dataset"]))
    return benches.get(project, dataset, request.query_params.get("run") or dataset.roles.run().name)
