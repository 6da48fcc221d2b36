"""The prioritization table: slices, tags and classes as candidates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from slicer.errors import UsageError
from slicer.human.hlp import GivenHlp, HlpBook
from slicer.metrics.counts import SliceCounts, count_slice
from slicer.metrics.entries import accuracy, paired_accuracy
from slicer.metrics.estimate import estimate
from slicer.metrics.intervals import wilson
from slicer.metrics.registry import METRICS
from slicer.priorities import ranking
from slicer.priorities.classes import CLASS_METRICS, class_candidates, overall_class_metric
from slicer.priorities.potential import accuracy_gap, accuracy_gap_draws
from slicer.priorities.ranking import Candidate
from slicer.project import events
from slicer.results import RankResult
from slicer.slices import Slice, all_of, condition
from slicer.workbench.counting import ALL, By, Counting


def rank(
    bench: Counting,
    *,
    by: Sequence[By] = (),
    slices: Sequence[Slice] = (),
    tags: bool = False,
    classes: bool = False,
    metric: str | None = None,
    hlp: Mapping[Slice, GivenHlp] | None = None,
    where: Slice = ALL,
) -> RankResult:
    """The prioritization table.

    Args:
        by, slices, where: As in `metrics`.
        tags: Rank the tags people gave as well.
        classes: Rank the classes, by their own precision, recall or F1.
        metric: accuracy (the default); with `classes` f1 (the default), recall or precision.
        hlp: Human levels by slice, instead of the human labels in the data.

    Raises:
        UsageError, SliceError, UnknownColumnError: in words.
    """
    _refuse_numbers(bench)
    level, seed = bench.options.level, bench.options.seed
    if classes:
        if by or slices or tags:
            raise UsageError(
                "Classes are ranked by a metric of their own, apart from slices and tags.", hint="Run it twice."
            )
        return _rank_classes(bench, metric or "f1", hlp, where)
    if metric not in (None, "accuracy"):
        raise UsageError(
            f"Slices are ranked by accuracy; {metric!r} cannot be.",
            hint="For precision, recall or F1 rank the classes.",
        )
    overall = bench.count(where)
    listed_slices = [*bench.count_by(by, where), *((one, bench.count(all_of(where, one))) for one in slices)]
    counted = {slice_: counts for slice_, counts in listed_slices if counts.support}
    known = {ALL: overall, **counted}
    book = HlpBook(hlp or {}, {one: _own_humans(counts, hlp) for one, counts in known.items()}, level)
    candidates = [_candidate(bench, slice_, counts, overall, book, seed) for slice_, counts in counted.items()]
    saved = {str(slice_): name for slice_, name in bench.saved().items()}
    candidates = [replace(one, name=saved.get(one.slice, one.name)) for one in candidates]
    if tags:
        candidates += _tag_candidates(bench, overall, book, where)
    return RankResult(
        head=bench.head(overall, where),
        metric="accuracy",
        overall=accuracy(overall, level),
        table=ranking.rank(candidates),
    )


def _own_humans(counts: SliceCounts, hlp: Mapping[Slice, GivenHlp] | None) -> SliceCounts:
    """Levels given by a person stand alone: the human labels in the data do not mix with them."""
    return counts if hlp is None else replace(counts, paired=None)


def _candidate(
    bench: Counting, slice_: Slice, counts: SliceCounts, overall: SliceCounts, book: HlpBook, seed: int
) -> Candidate:
    level = bench.options.level
    hlp = book.resolve(slice_)
    gap = accuracy_gap(counts, hlp, level)
    paired = counts.paired if hlp.source == "paired" else None
    own = accuracy(counts, level)
    weight = counts.weight / overall.weight if overall.weight else None
    return Candidate(
        slice=str(slice_),
        name=slice_.words,
        kind="tag" if slice_.columns == ("tag",) else "slice",
        support=counts.support,
        share=counts.support / overall.support,
        weight=weight,
        errors=counts.errors,
        error_share=counts.errors / overall.errors if overall.errors else None,
        estimate=own,
        estimate_paired=None if paired is None else paired_accuracy(paired, level),
        hlp=hlp,
        gap=gap,
        ceiling=None if weight is None or own.value is None else (1 - own.value) * weight,
        draws=None if gap is None else accuracy_gap_draws(counts, gap, hlp, str(slice_), seed),
    )


def _refuse_numbers(bench: Counting) -> None:
    """Potential is counted in rows that are right or wrong.

    Raises:
        UsageError: the run is measured by numbers.
    """
    if bench.task != "classification":
        words = METRICS[bench.headline].words
        raise UsageError(
            f"Run {bench.run.name!r} is measured by its {words}: slices are ranked by right and wrong only.",
            hint="Slices shows where it is worst. A column that says whether a row is right can take the role correct.",
        )


def _tag_candidates(bench: Counting, overall: SliceCounts, book: HlpBook, where: Slice) -> list[Candidate]:
    """Tags as candidates. Where only some rows were read, the accuracy within a tag cannot be known:
    then only its share of the errors read stands, and what fixing them all would bring."""
    reviewed = bench.engine.reviewed(where)
    found = []
    for tag in events.known_tags(bench.project, bench.dataset.id):
        slice_ = condition("tag", "=", tag.name)
        counts = bench.count(all_of(where, slice_))
        if not counts.support:
            continue
        if reviewed.errors + reviewed.correct >= overall.n:
            tagged = replace(book, counts={**book.counts, slice_: counts})
            found.append(_candidate(bench, slice_, counts, overall, tagged, bench.options.seed))
        else:
            found.append(_read_tag(bench, slice_, tag.name, counts, overall, reviewed.errors, reviewed.drawn))
    return found


def _read_tag(
    bench: Counting, slice_: Slice, name: str, counts: SliceCounts, overall: SliceCounts, read: int, drawn: bool
) -> Candidate:
    level = bench.options.level
    share = counts.errors / read if read else None
    effective = read * (overall.errors - 1) / (overall.errors - read) if read < overall.errors else overall.errors
    ci = wilson(share * effective, effective, level) if share is not None and drawn else None
    return Candidate(
        slice=str(slice_),
        name=name,
        kind="tag",
        support=counts.support,
        share=None,
        weight=None,
        errors=counts.errors,
        error_share=share,
        error_share_ci=ci,
        estimate=estimate(None, None, n=counts.n, denominator=0, method="wilson", level=level),
        estimate_paired=None,
        hlp=None,
        gap=None,
        ceiling=None if share is None or not overall.n else share * overall.errors / overall.n,
        flags=() if drawn else ("convenience_sample",),
    )


def _rank_classes(bench: Counting, metric: str, hlp: Mapping[Slice, GivenHlp] | None, where: Slice) -> RankResult:
    if bench.labels is None:
        raise UsageError("There are no classes to rank: rows are only known to be right or wrong.")
    if metric not in CLASS_METRICS:
        raise UsageError(f"Classes are ranked by {', '.join(CLASS_METRICS)}, not by {metric!r}.")
    cells = bench.cells(where)
    counts = count_slice(cells, bench.labels)
    level = bench.options.level
    kept = counts if hlp is None else replace(counts, human_confusion=None)
    return RankResult(
        head=bench.head(counts, where),
        metric=metric,
        overall=overall_class_metric(counts, metric, level),
        table=ranking.rank(
            class_candidates(cells, kept, metric=metric, given=hlp or {}, level=level, seed=bench.options.seed)
        ),
    )
