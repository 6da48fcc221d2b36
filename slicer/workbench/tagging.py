"""Tags of a run: which rows were read by which design, the numbers that follow, and rules for tags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slicer.engine.reading import Drawn, ReadRows, ReadViews, read_rows
from slicer.engine.sql import LABEL, PREDICTION, RESERVED
from slicer.human.hlp import GivenHlp, Hlp
from slicer.human.undefined import Undefined
from slicer.project import events
from slicer.project.reviews import create_review_views, random_queues
from slicer.slices import Slice, all_of, condition
from slicer.tagged import RuleRow, TagRow, TagsResult
from slicer.tagging.counts import Counted, Population
from slicer.tagging.numbers import Sides, TagNumbers, paired_level, tag_numbers
from slicer.tagging.planning import more_to_halve
from slicer.tagging.rules import tag_rule
from slicer.tagging.together import Saturation, Together
from slicer.workbench.counting import ALL, ERRORS, Counting
from slicer.workbench.human_levels import level_of_all
from slicer.workbench.sampled import drawn_of, parts_of

CORRECT = condition("correct", "=", True)

MOST_EXAMPLES = 2_000
"""Examples a rule is made from."""

NUMBERS = Undefined(reason="Here rows carry numbers; none is right or wrong.")


def tags(bench: Counting, *, where: Slice = ALL, hlp: Mapping[Slice, GivenHlp] | None = None) -> TagsResult:
    """The numbers of every tag.

    A filter by right or wrong is left aside: a tag is held against both.

    Args:
        hlp: Human levels by slice, of a tag as `tag = 'car noise'`, of all rows as `Slice()`. Where a tag has none,
            people on the very rows that were read; else the level of all rows.
    """
    where = without_outcome(where)
    judged = bench.task == "classification"
    counts = bench.count(where)
    wrong, right = (counts.errors, counts.n - counts.errors) if judged else (counts.support, 0)
    sides = {True: all_of(where, ERRORS) if judged else where, False: all_of(where, CORRECT)}
    sizes = {True: wrong, False: right}
    queues = random_queues(bench.project, bench.dataset.id, bench.run.name)
    views = ReadViews(*create_review_views(bench.project, bench.dataset.id))
    drawn, populations = [], {}
    for side, asked in sides.items():
        parts = parts_of(bench, asked, sizes[side], queues, views) if sizes[side] else ()
        populations[side] = Population(size=sizes[side], strata=tuple((one.name, one.size) for one in parts))
        drawn += drawn_of(parts, wrong=side)
    counted = _counted(_read(bench, where, views, drawn), populations)
    level = level_of_all(bench, "accuracy", counts, where, hlp or {}) if judged and counted.cells else None
    level = None if level is None else replace(level, source="overall")
    known = events.known_tags(bench.project, bench.dataset.id)
    rows = [_row(bench, counted, one.name, one.yes, level, hlp or {}) for one in known]
    return TagsResult(
        head=bench.head(counts, where),
        judged=judged,
        counted=counted,
        tags=tuple(sorted(rows, key=lambda row: (-row.tagged, -row.carried, row.name))),
    )


def without_outcome(where: Slice) -> Slice:
    """A filter without its terms on right or wrong.

    >>> from slicer.slices import parse
    >>> str(without_outcome(parse("correct = false and noise = 'car noise'")))
    "noise = 'car noise'"
    """
    return all_of(*(Slice(term) for term in where.terms if Slice(term).columns != ("correct",)))


def _read(bench: Counting, where: Slice, views: ReadViews, drawn: list[Drawn], *, ids: bool = False) -> ReadRows:
    if bench.relation.tags is None or bench.dataset.roles.id is None:
        return ReadRows(cells=(), signatures=(), first=(), examples=())
    judged = bench.task == "classification"
    return read_rows(bench.engine, views, where, drawn, judged=judged, ids=ids)


def _counted(read: ReadRows, populations: Mapping[bool, Population]) -> Counted:
    together = Together(rows=dict(read.signatures))
    return Counted(
        wrong=populations[True],
        right=populations[False],
        cells=read.cells,
        together=together,
        saturation=Saturation(
            read=together.read,
            first=tuple(place for _, place, _ in read.first),
            rows=tuple(example for *_, example in read.first),
        ),
        first={tag: place for tag, place, _ in read.first},
    )


def _row(
    bench: Counting, counted: Counted, name: str, carried: int, overall: Hlp | None, given: Mapping[Slice, GivenHlp]
) -> TagRow:
    slice_, sides = condition("tag", "=", name), counted.sides(name)
    return TagRow(
        name=name,
        slice=slice_,
        carried=carried,
        sides=sides,
        numbers=_numbers(bench, counted, name, sides, overall, given.get(slice_)),
        more=more_to_halve(sides.errors, bench.options.level),
        split=counted.together.split.get(name, 0.0) / counted.together.read if counted.together.read else None,
    )


def _numbers(
    bench: Counting, counted: Counted, name: str, sides: Sides, overall: Hlp | None, given: GivenHlp | None
) -> TagNumbers:
    """The numbers, with the human level that fits best: given for the tag, people on the rows read, all rows."""
    level = bench.options.level
    if bench.task != "classification":
        found = tag_numbers(sides, None, None, level)
        return replace(found, ceiling=NUMBERS, error_rate=NUMBERS, lift=NUMBERS, room=NUMBERS)
    if given is not None:
        ci = given.interval(level)
        return tag_numbers(sides, Hlp(value=given.value, source="given", n=given.n, ci=ci), None, level)
    paired = counted.paired(name)
    own = None if paired is None else paired_level(sides, paired)
    if own is not None:
        return tag_numbers(sides, own, paired, level)
    return tag_numbers(sides, overall, None, level)


# --- rules -----------------------------------------------------------------------------------------


def tag_rules(bench: Counting, *, where: Slice = ALL) -> tuple[RuleRow, ...]:
    """A rule for each tag that the columns can tell, the best first by the rows it finds; see `tagging.rules`."""
    where = without_outcome(where)
    views = ReadViews(*create_review_views(bench.project, bench.dataset.id))
    read = _read(bench, where, views, [], ids=True).examples[-MOST_EXAMPLES:]
    found = bench.examples_by_id([example for example, _, _ in read])
    values: dict[str, dict[str, Any]] = {
        example: {**one.values, LABEL: one.truth, PREDICTION: one.predicted} for example, one in found.items()
    }
    columns, texts = _columns(bench)
    rules = []
    for name in dict.fromkeys(tag for _, yes, _ in read for tag in sorted(yes)):
        mine = [(values[example], name in yes) for example, yes, no in read if name in yes | no and example in values]
        rule = tag_rule(name, [row for row, _ in mine], [yes for _, yes in mine], columns, texts, bench.options.level)
        if rule is not None and rule.tells:
            rules.append(RuleRow(rule=rule, support=bench.engine.count(all_of(where, rule.slice))))
    return tuple(sorted(rules, key=lambda row: (-row.rule.f1, row.rule.tag)))


def _columns(bench: Counting) -> tuple[dict[str, str], list[str]]:
    """The columns a rule may ask for, with their kinds, and the columns of text whose words it may ask for."""
    roles = bench.dataset.roles
    columns: dict[str, str] = {name: bench.dataset.kinds[name] for name in roles.features if name not in RESERVED}
    texts = [roles.text] if roles.text is not None and roles.text not in RESERVED else []
    answers = [name for name in (LABEL, PREDICTION) if name in bench.reserved_names]
    if bench.by_class:
        columns |= dict.fromkeys(answers, "text")
    elif bench.task == "classification":
        texts += answers
    return columns, texts
