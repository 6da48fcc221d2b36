"""The one sentence on top of a page, computed from its numbers, and the one that qualifies it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from slicer.display import (
    DASH,
    amount,
    count,
    counts,
    counts_alone,
    gain,
    listing,
    number,
    percent,
    points,
    value_of,
)
from slicer.metrics.registry import METRICS, Metric, Unit
from slicer.priorities.ranking import Candidate, RankedRow
from slicer.results import CrossTable, RankResult, SliceRow, SliceTable
from slicer.slices import Condition, Slice, parse
from slicer.vocabulary import ACTIONS

LONGEST_NAME = 60
"""Characters of a slice's name in a sentence or a table; the slice that holds the rest of a column lists all others."""


UNCLEAR = "not enough evidence"
"""Where a gap may be chance."""


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


def rank_labels(rows: Sequence[RankedRow]) -> list[tuple[str, str | None]]:
    """The rank of each row and the row that leads its tie; those that tie with a leader share its rank."""
    labels: list[tuple[str, str | None]] = []
    leader: RankedRow | None = None
    place = 0
    for index, row in enumerate(rows):
        if not row.candidate.ranked or not row.candidate.potential:
            labels.append(("–", None))
            continue
        if leader is None or row.candidate.slice not in leader.tied_with:
            leader, place = row, index + 1
        labels.append((str(place), leader.candidate.slice))
    sizes = {slice_: sum(one == slice_ for _, one in labels) for _, slice_ in labels}
    return [(f"{text}=", slice_) if slice_ and sizes[slice_] > 1 else (text, None) for text, slice_ in labels]


def names_of_slices(rows: Sequence[SliceRow]) -> list[str]:
    """Short names of slices, each its own."""
    return told_apart([short_name(row.slice, row.name)[0] for row in rows], [row.name for row in rows])


def overall_name(metric: str, rows: Sequence[RankedRow] = ()) -> str:
    """What potential is points of, by the metric of the ranking: for classes, their mean weighted by support."""
    classes = any(row.candidate.kind == "class" for row in rows)
    averaged = {"f1": "weighted F1", "precision": "weighted precision", "recall": "accuracy"} if classes else {}
    return averaged.get(metric, METRICS[metric].words)


def next_step(row: RankedRow) -> str:
    """What to do about a row, in words; the same on the page and in the workbook."""
    if row.candidate.gap is None:
        return "read correct rows" if row.candidate.kind == "tag" else DASH
    return action_words(row.action, row.candidate)


def action_words(action: str, mine: Candidate) -> str:
    """What to do about a row that has a gap; data is asked for only where people are ahead beyond doubt."""
    if action != "none" and not mine.potential:
        return "no gain seen"
    return UNCLEAR if action == "data" and not mine.clear else ACTIONS[action]


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
    name = _telling(names_of_slices(worse)[0], worse[0].name)
    return f"{_capital(name)} is {_apart(worse[0], result.metric)} the rest{also}", aside


def crossing(result: SliceTable, features: Sequence[str]) -> str | None:
    """The feature that the headline is about, to cross with others; None if it is about none."""
    about = [name for row in result.with_verdict("worse")[:1] for name in row.slice.columns]
    return next((name for name in about if name in features), None)


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
    worst = max(worse, key=lambda row: abs(row.difference.value) if row.difference else 0.0)
    place = next(place for place, row in cross.cells.items() if row is worst)
    levels = zip((cross.levels_down, cross.levels_across), place, strict=True)
    names = [_cut(each[at].words) for each, at in levels]
    return f"{_capital(names[0])} with {names[1]} is {_apart(worst, cross.metric)} the rest"


def one_slice_finding(row: SliceRow, metric: str) -> str:
    """One slice in a line: rows, the metric, and how it stands to the rest."""
    rows, entry = f"{_many(row.support, 'row')}, {percent(row.share)} of all", METRICS[metric]
    if row.estimate.value is None or row.difference is None:
        return rows
    value = counts(row.estimate) if counts_alone(row.estimate) else value_of(row.estimate.value, entry.unit)
    stands = f"{_apart(row, metric)} the rest"
    if row.verdict == "no evidence":
        stands = "too few rows to tell" if row.low_support else "not clearly different from the rest"
    return f"{rows} · {entry.words} {value}, {stands}"


def slices_method(metric: Metric, cluster: str | None) -> str:
    """How slices are measured and called worse or better, for the foot of the page."""
    large, rows = "", "Independent rows." if cluster is None else f"Intervals are between clusters of {cluster}."
    if all(map(math.isfinite, metric.span)):
        least = "2 points" if metric.unit == "rate" else "0.02"
        large = f", {least} or more, at least 5 rows more or fewer than at the rest's rate"
    return (
        "Each interval by its metric's own method, which its tooltip names; the difference by Newcombe's, or MOVER. "
        "q: Benjamini and Hochberg over the slices shown. "
        f"Called worse or better: q at most 0.05{large}, and 30 rows behind each side. {rows}"
    )


def _apart(row: SliceRow, metric: str) -> str:
    """How far a slice is from the rest, and on which side."""
    change = row.difference.value if row.difference else 0.0
    size = f"{number(abs(change))} points" if METRICS[metric].unit == "rate" else amount(abs(change))
    return f"{size} {'below' if change < 0 else 'above'}"


def priorities_finding(rows: Sequence[RankedRow], metric: str) -> tuple[str, str]:
    """The sentence on top of Priorities, and the one that qualifies it."""
    ranked = [row for row in rows if row.candidate.ranked]
    gaining = [row for row in ranked if (row.candidate.potential or 0.0) > 0]
    if not ranked:
        return "Nothing can be ranked yet", _unranked(rows)
    if not gaining:
        return "The model is at human level or above in every slice that can be ranked", _unranked(rows)
    best, unit = gaining[0], METRICS[metric].unit
    metric = overall_name(metric, rows)
    tied = [row for row in gaining[1:] if row.candidate.slice in best.tied_with]
    worth = _worth([best], unit)
    among = _among([row.candidate for row in rows])
    first = plain_quote(title_of(best.candidate)[0])
    names = _telling_names([row.candidate for row in (best, *tied)])
    unknown = best.candidate.hlp is not None and best.candidate.hlp.source == "ceiling"
    aside = _hardest(ranked) if unit == "rate" else "The overall metric would change by so much, all else unchanged."
    if unknown:
        aside = "No human level is known, so every error counts as one that could be fixed."
    if not tied and unknown:
        return _capital(f"{among}{first} holds the most errors: fixing all of them is worth {worth} of {metric}"), aside
    if not tied:
        return _capital(f"{among}closing the gap of {first} is worth the most: {worth} of {metric}"), aside
    worth = _worth([best, *tied], unit)
    done = "fixing all errors of one" if unknown else "closing either gap" if len(names) == 2 else "closing one gap"
    if len(names) <= 3:
        return f"{_capital(listing(names))} tie: {done} is worth about {worth}", aside
    return f"{len(names)} slices tie at the top, {names[0]} among them: {done} is worth about {worth}", aside


APART = 0.0005
"""Half of the last digit that is shown of a rate."""


def paired_remark(result: RankResult) -> list[str]:
    """That gaps are measured on other rows or answers than the model's column, where the columns need not subtract."""
    paired = [(one.estimate_paired, one.estimate) for one in (row.candidate for row in result.table)]
    if any(mine is not None and mine.denominator < own.denominator for mine, own in paired):
        return [
            "Gaps are measured on the rows people answered, the model's column on all of them: people minus model in "
            "this table need not give the gap."
        ]
    if METRICS[result.metric].unit != "rate":
        return []
    moved = [
        (abs(one.gap.model_value - one.estimate.value), one)
        for one in (row.candidate for row in result.table)
        if one.gap is not None and one.estimate_paired is not None and one.estimate.value is not None
    ]
    most, one = max(moved, key=lambda pair: pair[0], default=(0.0, None))
    if one is None or one.gap is None or most < APART:
        return []
    return [
        f"Gaps hold people and model against the same answers: there the model has {percent(one.gap.model_value)} on "
        f"{_telling_names([one])[0]}, and {percent(one.estimate.value)} by the label. So people minus model in this "
        "table need not give the gap."
    ]


def _worth(rows: Sequence[RankedRow], unit: Unit) -> str:
    """The potential of a row, or from the least to the largest of several."""
    potentials = [row.candidate.potential or 0.0 for row in rows]
    ends = dict.fromkeys(gain(end, unit) for end in (min(potentials), max(potentials)))
    return " to ".join(ends) + (" points" if unit == "rate" else "")


def what_then(result: RankResult, candidate: Candidate, part: float) -> tuple[str, str, str]:
    """The overall metric before and after this part of a gap is closed, and the change."""
    unit, overall = METRICS[result.metric].unit, result.overall.value or 0.0
    change = candidate.gain(part)
    after = overall + change if result.higher_is_better else overall - change
    if unit == "rate":
        return percent(overall, 2), percent(after, 2), points(change, 2)
    return amount(overall), amount(after), amount(change)


def area_finding(result: RankResult) -> str:
    """Which slices hold most of what there is to gain."""
    gaining = [row.candidate for row in result.with_gap if row.candidate.ranked and row.candidate.potential]
    total = sum(one.potential or 0.0 for one in gaining)
    top = gaining[:2]
    share = sum(one.potential or 0.0 for one in top) / total
    names = listing([_cut(name, 40) for name in _telling_names(top)])
    return f"{_capital(names)} {'hold' if len(top) > 1 else 'holds'} {percent(share, 0)} of what there is to gain"


def overlap_finding(result: RankResult) -> str:
    """What slices that overlap are worth together, beside the sum that would count errors twice."""
    if result.joint is None:
        return "These slices overlap: their potentials do not add up"
    unit, why = METRICS[result.metric].unit, "they overlap"
    if result.exclusive:
        why = f"{METRICS[result.metric].words} is no mean over rows"
    alone = sum(row.candidate.potential or 0.0 for row in result.table if row.worth is not None)
    pp = " points" if unit == "rate" else ""
    return f"Together these slices are worth {gain(result.joint, unit)}{pp}, not {gain(alone, unit)}: {why}"


def how_potential(result: RankResult) -> str:
    """What potential is in this table, a sentence."""
    if result.additive:
        return "Potential = share × gap, cut at 0."
    words = METRICS[result.metric].words
    return (
        f"Potential: {words} of all rows with this slice as people would leave it, minus {words} as it is, cut at 0; "
        "the tooltip says what was assumed of people."
    )


def _hardest(ranked: Sequence[RankedRow]) -> str:
    """A slice that looks bad but where people do no better."""
    known = [row for row in ranked if row.candidate.estimate.value is not None]
    worst = min(known, key=lambda row: row.candidate.estimate.value or 0.0)
    gap = worst.candidate.gap
    looks = f"{_capital(_telling_names([worst.candidate])[0])} looks worst ({percent(worst.candidate.estimate.value)})"
    if gap is not None and gap.value <= 0 and worst.candidate.hlp is not None and not worst.candidate.hlp.inherited:
        return f"{looks}, but people do no better there: nothing to gain."
    return f"{looks}; closing its gap is worth {points(worst.candidate.potential, 2)}."


def _unranked(rows: Sequence[RankedRow]) -> str:
    few = sum(row.candidate.low_support for row in rows)
    return f"{count(few)} of {count(len(rows))} rows of the table rest on fewer than 30 examples." if rows else ""


def _among(candidates: Sequence[Candidate]) -> str:
    """Among what the first one is the first: classes are all there is, the slices by one column are not."""
    if all(one.kind == "class" for one in candidates):
        return ""
    columns = {parse(one.slice).columns if one.kind == "slice" else () for one in candidates}
    only = columns.pop() if len(columns) == 1 else ()
    return f"of the slices by {only[0]}, " if len(only) == 1 else "of these slices, "


def _telling_names(candidates: Sequence[Candidate]) -> list[str]:
    """Names for a sentence."""
    pairs = zip(names_of(candidates), candidates, strict=True)
    return [plain_quote(name) if one.kind == "class" else _telling(name, one.name) for name, one in pairs]


def _telling(short: str, full: str) -> str:
    """The short name where it is a word that speaks for itself; else the one that names its column.

    >>> _telling("car noise", "noise car noise"), _telling("7", "hour 7"), _telling("yes", "urgent yes")
    ('car noise', 'hour 7', 'urgent yes')
    """
    speaks = plain_quote(short) == short and short.lower() not in ("yes", "no", "true", "false")
    return short if speaks else plain_quote(_cut(full))


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
