"""Options that commands share, and what they say about roles."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import click

from slicer.errors import UsageError
from slicer.given import GivenRoles
from slicer.priorities.ranking import Order
from slicer.schema import Choices
from slicer.slices import Slice, parse
from slicer.vocabulary import Task, TruthSource

FORMATS = ("table", "json", "csv", "markdown", "xlsx")

ENDINGS = {".json": "json", ".csv": "csv", ".md": "markdown", ".xlsx": "xlsx"}
"""The format of a file by its ending, where none is asked for."""

Command = Callable[..., Any]


def several(context: click.Context, option: click.Parameter, value: str | Sequence[str] | None) -> tuple[str, ...]:
    """`a,b` as a tuple; an option that is repeated adds to it."""
    text = value if isinstance(value, str) else ",".join(value or ())
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _checked_out(context: click.Context, option: click.Parameter, out: Path | None) -> Path | None:
    """A place that can be written, told before any work is done; and the format, where none was asked for."""
    params = context.params
    if params.get("format_") is None:
        params["format_"] = ENDINGS.get(out.suffix.lower(), "table") if out is not None else "table"
    if out is None:
        if params["format_"] == "xlsx":
            raise UsageError("A workbook needs a file to go to.", hint="Add --out FILE.xlsx")
        return None
    return free_place(out)


def free_place(out: Path) -> Path:
    """A place that a result may take.

    Raises:
        UsageError: it is a project, or in a folder that is not there.
    """
    if out.suffix.lower() == ".duckdb":
        raise UsageError(f"{out} names a project; a result would take its place.", hint="Choose another file.")
    if not out.parent.is_dir():
        raise UsageError(f"There is no folder {out.parent} to write to.", hint="Make it first, or choose another.")
    return out


def _options(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    def add(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add


ROLE_OPTIONS = _options(
    *(
        click.option(f"--{role}", metavar="COL", help=text)
        for role, text in (
            ("id", "names the example"),
            ("label", "the truth"),
            ("weight", "rows it stands for"),
            ("cluster", "rows that belong together"),
            ("split", "train, dev or test"),
            ("text", "text to read"),
            ("image", "path of an image"),
            ("audio", "path of a sound file"),
            ("correct", "a ready right-or-wrong column"),
            ("score", "how good the answer is, as a number"),
            ("errors", "errors in the answer, such as wrong words"),
            ("total", "what could be wrong in the row, such as its words"),
            ("human-correct", "a ready right-or-wrong column of people"),
            ("annotator", "who answered, in a file with a row for each answer"),
        )
    ),
    click.option("--prediction", multiple=True, metavar="COL | NAME=COL", help="what a model said; repeatable"),
    click.option("--probabilities", metavar="CLASS=COL,.. | PATTERN", help="such as prob_{class}_{run}"),
    click.option(
        "--human",
        callback=several,
        metavar="COL,.. | counts:PREFIX",
        help="what people said, a column each; or how many said each class",
    ),
    click.option("--features", callback=several, metavar="COL,..", help="columns to slice by; all others are not"),
    click.option("--ignore", callback=several, metavar="COL,..", help="columns to leave out"),
    click.option("--positive", metavar="CLASS", help="the class a binary task is about"),
    click.option("--task", type=click.Choice(get_args(Task)), help="what is measured; guessed if left out"),
    click.option("--lower-is-better", is_flag=True, default=None, help="of a score"),
    click.option(
        "--truth-source",
        type=click.Choice(get_args(TruthSource)),
        help="where the label comes from: measured without people, one of them, or settled by experts",
    ),
)
WHICH = _options(
    click.option("--dataset", metavar="NAME", help="a data set of the project; the newest if left out"),
    click.option("--run", metavar="NAME", help="a run; the newest if left out"),
)
COMMON = _options(
    click.option("--level", type=click.FloatRange(0, 1, min_open=True, max_open=True), default=0.95, show_default=True),
    click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True),
    click.option("--quiet", is_flag=True, help="no notes on stderr"),
)
OUTPUT = _options(
    click.option(
        "--format", "format_", type=click.Choice(FORMATS), is_eager=True, help="table, or what the ending of --out says"
    ),
    click.option(
        "--out",
        type=click.Path(dir_okay=False, path_type=Path),
        callback=_checked_out,
        help="write there instead of the screen",
    ),
    COMMON,
)
SLICING = _options(
    click.option("--where", default="", metavar="EXPR", help="only these rows"),
    click.option("--by", multiple=True, callback=several, metavar="COLS", help="each column alone; a*b crosses two"),
    click.option("--slice", "slices", multiple=True, metavar="EXPR", help="a slice of its own; repeatable"),
)
RANKING = _options(
    click.option(
        "--metric",
        metavar="M",
        help="accuracy, f1, macro_f1, mcc, rmse ..; with --classes f1 (default), recall, precision",
    ),
    click.option(
        "--order",
        type=click.Choice(get_args(Order)),
        default="potential",
        show_default=True,
        help="cautious: by the lower end of the potential's 80 % interval",
    ),
    click.option("--tags", is_flag=True, help="rank the tags too"),
    click.option("--classes", is_flag=True, help="rank the classes by their own metric"),
    click.option(
        "--hlp",
        metavar="NUMBER | FILE | COL,.. | counts:PREFIX | rows:EXPR",
        help="human level, instead of the human labels found",
    ),
    click.option(
        "--baseline",
        "baselines",
        multiple=True,
        metavar="NAME=NUMBER | FILE | COL",
        help="a reference that is not people, in columns of its own; repeatable",
    ),
    click.option(
        "--population",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        metavar="FILE",
        help="a table slice,share: how large each slice is where the model is used",
    ),
    click.option(
        "--rows-in-all",
        type=click.IntRange(min=1),
        metavar="N",
        help="rows there are, where the data holds failures alone",
    ),
    SLICING,
)
ROLE_NAMES = (
    "id",
    "label",
    "total",
    "weight",
    "cluster",
    "split",
    "text",
    "image",
    "audio",
    "human_correct",
    "annotator",
)


def given_of(options: Mapping[str, Any]) -> GivenRoles:
    """The role options as given roles."""
    columns: dict[str, tuple[str, ...]] = {role: (options[role],) for role in ROLE_NAMES if options[role]}
    for option, role in (("human", "human"), ("features", "feature"), ("ignore", "ignore")):
        if options[option]:
            columns[role] = options[option]
    return GivenRoles(
        columns=columns,
        predictions=options["prediction"],
        probabilities=options["probabilities"],
        correct=options["correct"],
        score=options["score"],
        errors=options["errors"],
        choices=Choices(
            positive=options["positive"],
            task=options["task"],
            lower_is_better=options["lower_is_better"],
            truth_source=options["truth_source"],
        ),
    )


def slices_of(options: Mapping[str, Any]) -> list[Slice]:
    """The slices that were asked for one by one."""
    return [parse(text) for text in options["slices"]]
