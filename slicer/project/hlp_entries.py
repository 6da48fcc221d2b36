"""Human levels that a person entered: kept with the data set, for all rows or for a slice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from slicer.errors import UsageError
from slicer.human.hlp import GivenHlp
from slicer.human.level_table import read_hlp_table, unused_lines
from slicer.human.table import is_human_table, read_human_table
from slicer.metrics.registry import METRICS, Needs
from slicer.project.store import Project
from slicer.slices import Slice, parse

KNOWN_OF_CLASSES = ("accuracy", "f1", "recall", "precision")
"""Metrics whose levels a table may hold beside those of its own: of slices, or of classes."""


OF_ROWS: tuple[Needs, ...] = ("outcomes", "classes", "positive")
"""What those metrics, and others of rows that are right or wrong, need."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HlpEntry:
    """A human level as it was entered."""

    slice: Slice
    given: GivenHlp
    metric: str = "accuracy"
    note: str = ""
    author: str = ""


def list_levels(project: Project, dataset: int) -> list[HlpEntry]:
    """The levels entered for a data set, all rows first."""
    rows = project.cursor().execute(
        """
        select slice, metric, value, n, lo, hi, note, author
        from hlp_entries
        where dataset = ?
        order by slice, metric
        """,
        [dataset],
    )
    return [
        HlpEntry(
            slice=parse(text),
            given=GivenHlp(value=value, n=n, ci=None if lo is None or hi is None else (lo, hi)),
            metric=metric,
            note=note,
            author=author,
        )
        for text, metric, value, n, lo, hi, note, author in rows.fetchall()
    ]


def keep_levels(project: Project, dataset: int, entries: Iterable[HlpEntry]) -> None:
    """Keep levels, all or none; one for the same slice and metric takes the place of the older one.

    Raises:
        UsageError: an interval does not hold its level, or the level of a rate is none.
    """
    wanted = list(entries)
    for one in wanted:
        _refuse(one)
    with project.transaction() as cursor:
        for one in wanted:
            lo, hi = one.given.ci or (None, None)
            cursor.execute(
                """
                insert or replace into hlp_entries (dataset, slice, metric, value, n, lo, hi, note, author)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    dataset,
                    str(one.slice),
                    one.metric,
                    one.given.value,
                    one.given.n,
                    lo,
                    hi,
                    " ".join(one.note.split()),
                    one.author,
                ],
            )


def drop_level(project: Project, dataset: int, slice_: Slice, metric: str = "accuracy") -> HlpEntry | None:
    """Forget a level; gives it, so that `keep_levels` can bring it back. None where there was none."""
    found = next((one for one in list_levels(project, dataset) if (one.slice, one.metric) == (slice_, metric)), None)
    project.cursor().execute(
        "delete from hlp_entries where dataset = ? and slice = ? and metric = ?", [dataset, str(slice_), metric]
    )
    return found


def read_levels(content: str, metric: str = "accuracy", *, author: str = "") -> list[HlpEntry]:
    """The levels of a table `slice,value[,n][,lo,hi][,metric]`, or of people's confusion matrix `label,human,rows`.

    Args:
        content: CSV text.
        metric: What a line is of that names no metric.

    Raises:
        DataError, SliceError: in words.

    >>> [(str(one.slice), one.metric) for one in read_levels("slice,value,metric\\n,0.9,\\nlabel = 'a',0.8,recall")]
    [('', 'accuracy'), ("label = 'a'", 'recall')]
    """
    rate = METRICS[metric].is_rate
    others = _others(metric)
    found: dict[tuple[Slice, str], GivenHlp] = {}
    if is_human_table(content):
        for name in KNOWN_OF_CLASSES:
            found |= {(slice_, name): given for slice_, given in read_human_table(content, name).items()}
    else:
        bare = read_hlp_table(content, [], rate=rate)
        own = read_hlp_table(content, [metric], rate=rate)
        found |= {(slice_, metric): given for slice_, given in own.items()}
        for name in others:
            lines = read_hlp_table(content, [name]).items()
            found |= {(slice_, name): given for slice_, given in lines if bare.get(slice_) != given}
    return [HlpEntry(slice=slice_, metric=of, given=given, author=author) for (slice_, of), given in found.items()]


def _others(metric: str) -> list[str]:
    """Metrics whose levels a table may hold beside those of its own."""
    return [name for name in KNOWN_OF_CLASSES if name != metric] if METRICS[metric].needs in OF_ROWS else []


def unused_of(content: str, metric: str = "accuracy") -> tuple[str, ...]:
    """What of a table that `read_levels` reads changes no number, a sentence each."""
    if is_human_table(content):
        return ()
    return unused_lines(content, (metric, *_others(metric)))


def given_levels(entries: Iterable[HlpEntry], metric: str) -> dict[Slice, GivenHlp]:
    """The levels of a metric by slice, as a ranking takes them; accuracy on the rows of a class is its recall.

    >>> entry = HlpEntry(slice=parse("label = 'car'"), given=GivenHlp(value=0.93))
    >>> [len(given_levels([entry], metric)) for metric in ("accuracy", "recall", "f1")]
    [1, 1, 0]
    """
    found = {one.slice: one.given for one in entries if one.metric == "accuracy"} if metric == "recall" else {}
    return found | {one.slice: one.given for one in entries if one.metric == metric}


def levels_by_metric(entries: Iterable[HlpEntry]) -> dict[str, dict[Slice, GivenHlp]]:
    """The levels of every metric by slice.

    >>> entries = read_levels("slice,value,metric\\n,0.9,recall\\n,0.8,precision", "f1")
    >>> {metric: one[Slice()].value for metric, one in levels_by_metric(entries).items()}
    {'recall': 0.9, 'precision': 0.8}
    """
    found: dict[str, dict[Slice, GivenHlp]] = {}
    for one in entries:
        found.setdefault(one.metric, {})[one.slice] = one.given
    return found


def _refuse(entry: HlpEntry) -> None:
    given, rate = entry.given, METRICS[entry.metric].is_rate
    of = f"The human level of {str(entry.slice) or 'all rows'}"

    def said(value: float) -> str:
        return f"{100 * value:g} %" if rate else f"{value:g}"

    if rate and not 0 <= given.value <= 1:
        raise UsageError(f"{of} is {given.value:g}, no rate from 0 to 1.", hint="Write 95 % as 0.95.")
    if given.n is not None and given.n < 1:
        raise UsageError(f"{of} rests on {given.n} rows.", hint="Give a number of rows above 0, or leave it empty.")
    if given.ci is not None and not given.ci[0] <= given.value <= given.ci[1]:
        low, high = map(said, given.ci)
        raise UsageError(
            f"{of}, {said(given.value)}, lies outside its interval {low} to {high}.",
            hint="The interval goes from its lower to its upper end, around the level.",
        )
