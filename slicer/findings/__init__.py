"""The one sentence on top of a page, computed from its numbers, and the one that qualifies it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from slicer.display import DASH, NARROW, count, counts, listing, number, percent, points
from slicer.priorities.ranking import Candidate, RankedRow
from slicer.results import CrossTable, RankResult, SliceRow, SliceTable
from slicer.slices import Condition, Slice, parse
from slicer.vocabulary import ACTIONS

LONGEST_NAME = 60
"""Characters of a slice's name in a sentence or a table; the slice that holds the rest of a column lists all others."""


def short_name(slice_: Slice, name: str) -> tuple[str, str]:
    """A slice's short name and what it is a value of: `noise = 'car noise'` is "car noise", of noise."""
    where = slice_.where
    if name != slice_.words:
        return _cut(name), "saved"
    if isinstance(where, Condition) and where.operator == "=" and isinstance(where.value, str):
        return where.value or "empty text", where.column
    return _cut(name), ""  # long where it is the rest beyond the values shown


def level_name(slice_: Slice) -> str:
    """A slice of one column without the column's name, for an axis that has it.

    >>> level_name(parse("age >= 28 and age < 37"))
    '28 to below 37'
    """
    column = slice_.columns[0] if slice_.columns else ""
    return _cut(short_name(slice_, slice_.words)[0].removeprefix(f"{column} "), 24)


def title_of(candidate: Candidate) -> tuple[str, str]:
    """The short name of a row of the ranking, and what it is a value of."""
    if candidate.kind == "slice":
        return short_name(parse(candidate.slice), candidate.name)
    return candidate.name, {"tag": "tag", "class": "class"}.get(candidate.kind, "")


def told_apart(short: Sequence[str], full: Sequence[str]) -> list[str]:
    """Short names; the full one where two would be the same, such as "yes" of two columns."""
    return [long if short.count(name) > 1 else name for name, long in zip(short, full, strict=True)]


def names_of(candidates: Sequence[Candidate]) -> list[str]:
    """Short names of the ranking, each its own."""
    return told_apart([title_of(one)[0] for one in candidates], [one.name for one in candidates])


def names_of_slices(rows: Sequence[SliceRow]) -> list[str]:
    """Short names of slices, each its own."""
    return told_apart([short_name(row.slice, row.name)[0] for row in rows], [row.name for row in rows])


def overall_name(metric: str) -> str:
    """What potential is points of, by the metric of the ranking: for classes, their mean weighted by support."""
    return {"f1": "weighted F1", "precision": "weighted precision", "recall": "accuracy"}.get(metric, metric)


def next_step(row: RankedRow) -> str:
    """What to do about a row, in words; the same on the page and in the workbook."""
    if row.candidate.gap is None:
        return "read correct rows" if row.candidate.kind == "tag" else DASH
    return ACTIONS[row.action] if row.candidate.potential or row.action == "none" else "no gain seen"


def no_rows_finding(where: str) -> tuple[str, str]:
    """What a filter that holds no row means."""
    return "No row fits this filter", f"{where}: check the spelling of its values, or clear it."


def data_finding(sets: int, rows: int, runs: int) -> tuple[str, str]:
    """What the project holds."""
    if not sets:
        what = "One row for each example: what is right, what the model said, and anything to slice by."
        return "Bring in the predictions of a model", what
    held = f"{_many(rows, 'row')} in {_many(sets, 'data set')}, {_many(runs, 'run')}"
    return held, "Add a file, or open one of them."


def plain_quote(name: str) -> str:
    """A class name inside a sentence; short keys in quotes, so that they read as names.

    >>> plain_quote("7"), plain_quote("pit mark")
    ('“7”', 'pit mark')
    """
    return f"“{name}”" if len(name) <= 2 or not name[0].isalpha() else name


def slices_finding(result: SliceTable) -> tuple[str, str]:
    """The headline of Slices: the slice furthest below the rest, and how many more are clearly worse."""
    shown = [row for row in result.table if row.difference is not None]
    if not shown:
        return "No slice to hold against the rest", "Choose columns that have more than one value here."
    aside = (
        f"{_many(len(shown), 'slice')} measured against the rows outside, not against an overall that contains them."
    )
    worse = result.with_verdict("worse")
    if not worse:
        return "No slice is clearly worse than the rest", aside
    more = len(worse) - 1
    also = f", and {_many(more, 'more slice').lower()} {'is' if more == 1 else 'are'} clearly worse" if more else ""
    name = plain_quote(names_of_slices(worse)[0])
    return f"{_capital(name)} is {_below(worse[0])} the rest{also}", aside


def forest_finding(result: SliceTable) -> str:
    """What the forest plot shows."""
    worse, better = (len(result.with_verdict(one)) for one in ("worse", "better"))
    if not worse:
        return "No slice is worse than the rest beyond doubt"
    ahead = f"; {_many(better, 'slice').lower()} {'is' if better == 1 else 'are'} better" if better else ""
    return f"{_many(worse, 'slice')} {'is' if worse == 1 else 'are'} worse than the rest beyond doubt{ahead}"


def cross_finding(cross: CrossTable) -> str:
    """What two features crossed show: the cell furthest below the rest, if any clearly is."""
    worse = [row for row in cross.cells.values() if row.verdict == "worse" and row.difference]
    if not worse:
        return f"{_capital(cross.down)} and {cross.across}: no cell is clearly worse than the rest"
    worst = min(worse, key=lambda row: row.difference.value if row.difference else 0.0)
    place = next(place for place, row in cross.cells.items() if row is worst)
    names = [level_name(levels[at]) for levels, at in zip((cross.levels_down, cross.levels_across), place, strict=True)]
    return f"{_capital(names[0])} with {names[1]} is {_below(worst)} the rest"


def one_slice_finding(row: SliceRow, metric: str) -> str:
    """One slice in a line: rows, the metric, and how it stands to the rest."""
    rows = f"{_many(row.support, 'row')}, {percent(row.share)} of all"
    if row.estimate.value is None or row.difference is None:
        return rows
    value = counts(row.estimate) + " right" if row.low_support else percent(row.estimate.value)
    if row.verdict == "no evidence":
        stands = "too few rows to tell" if row.low_support else "not clearly different from the rest"
    else:
        stands = f"{_below(row) if row.verdict == 'worse' else _below(row).replace('below', 'above')} the rest"
    return f"{rows} · {metric} {value}, {stands}"


def _below(row: SliceRow) -> str:
    value = abs(row.difference.value) if row.difference else 0.0
    return f"{number(value)} points below"


def priorities_finding(rows: Sequence[RankedRow], metric: str) -> tuple[str, str]:
    """The sentence on top of Priorities, and the one that qualifies it."""
    ranked = [row for row in rows if row.candidate.ranked]
    gaining = [row for row in ranked if (row.candidate.potential or 0.0) > 0]
    if not ranked:
        return "Nothing can be ranked yet", _unranked(rows)
    if not gaining:
        return "The model is at human level or above in every slice that can be ranked", _unranked(rows)
    best = gaining[0]
    metric = overall_name(metric)
    tied = [row for row in gaining[1:] if row.candidate.slice in best.tied_with]
    worth = points(best.candidate.potential, 2).replace(f"{NARROW}pp", " points")
    names = [plain_quote(name) for name in names_of([row.candidate for row in (best, *tied)])]
    unknown = best.candidate.hlp is not None and best.candidate.hlp.source == "ceiling"
    aside = (
        "No human level is known, so every error counts as one that could be fixed." if unknown else _hardest(ranked)
    )
    if not tied and unknown:
        return f"{_capital(names[0])} holds the most errors: fixing all of them is worth {worth} of {metric}", aside
    if not tied:
        return f"Closing the gap of {names[0]} is worth the most: {worth} of {metric}", aside
    done = "fixing all errors of one" if unknown else "closing either gap" if len(names) == 2 else "closing one gap"
    if len(names) <= 3:
        return f"{_capital(listing(names))} tie: {done} is worth about {worth}", aside
    return f"{len(names)} slices tie at the top, {names[0]} among them: {done} is worth about {worth}", aside


def area_finding(result: RankResult) -> str:
    """Which slices hold most of what there is to gain."""
    gaining = [row.candidate for row in result.with_gap if row.candidate.ranked and row.candidate.potential]
    total = sum(one.potential or 0.0 for one in gaining)
    top = gaining[:2]
    share = sum(one.potential or 0.0 for one in top) / total
    names = listing([plain_quote(name) for name in names_of(top)])
    return f"{_capital(names)} {'hold' if len(top) > 1 else 'holds'} {percent(share, 0)} of what there is to gain"


def _hardest(ranked: Sequence[RankedRow]) -> str:
    """A slice that looks bad but where people do no better."""
    known = [row for row in ranked if row.candidate.estimate.value is not None]
    worst = min(known, key=lambda row: row.candidate.estimate.value or 0.0)
    gap = worst.candidate.gap
    looks = f"{_capital(_named(worst.candidate))} looks worst ({percent(worst.candidate.estimate.value)})"
    if gap is not None and gap.value <= 0 and worst.candidate.hlp is not None and not worst.candidate.hlp.inherited:
        return f"{looks}, but people do no better there: nothing to gain."
    return f"{looks}; closing its gap is worth {points(worst.candidate.potential, 2)}."


def _unranked(rows: Sequence[RankedRow]) -> str:
    few = sum(row.candidate.low_support for row in rows)
    return f"{count(few)} of {count(len(rows))} rows of the table rest on fewer than 30 examples." if rows else ""


def _named(candidate: Candidate) -> str:
    return plain_quote(title_of(candidate)[0])


def _cut(name: str, longest: int = LONGEST_NAME) -> str:
    return name if len(name) <= longest else f"{name[: longest - 1].rstrip()}…"


def _many(number: int, thing: str) -> str:
    """A count of things.

    >>> _many(1, "row"), _many(2610, "row")
    ('1 row', '2,610 rows')
    """
    return f"{count(number)} {thing}{'' if number == 1 else 's'}"


def _capital(text: str) -> str:
    """A sentence begins large, unless with the name of a column that is no word.

    >>> _capital("far-field mic"), _capital("n_chars below 32")
    ('Far-field mic', 'n_chars below 32')
    """
    word = text.split(" ", 1)[0]
    return text[:1].upper() + text[1:] if re.fullmatch(r"[^\W\d_]+(['’-][^\W\d_]+)*:?", word) else text


def failures_finding(tags: Sequence[RankedRow], read: int, size: int) -> tuple[str, str]:
    """What the tags say so far, over all failures read in this data set."""
    known = [row.candidate for row in tags if row.candidate.error_share is not None]
    if not known:
        few = "Say what you see: a tag for each cause. A handful of causes usually explains most failures."
        return f"{count(size)} to read, {count(read)} read so far", few
    top = max(known, key=lambda candidate: (candidate.error_share or 0.0, candidate.name))
    ci = top.error_share_ci
    share = f"{_capital(top.name)} explains {percent(top.error_share, 0)} of the failures read so far"
    if ci is None:
        return share, "The failures read were not drawn at random, so this says nothing about the others."
    ends = f"{100 * ci[0]:.0f} to {100 * ci[1]:.0f}"
    return share, f"95 % interval {ends}; fixing all of it would bring at most {points(top.ceiling, 2)}."
