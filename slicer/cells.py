"""Estimates, gaps and potentials as cells of the ranked table."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from slicer.display import (
    COUNTED_BELOW,
    MINUS,
    NARROW,
    UNDEFINED,
    count,
    counts,
    counts_alone,
    explain,
    figure,
    gain,
    interval,
    number,
    percent,
    points,
    spread,
    value_of,
)
from slicer.findings.names import short_name, title_of
from slicer.findings.ranking import next_step
from slicer.metrics.estimate import Estimate
from slicer.metrics.registry import METRICS, Unit
from slicer.priorities.ranking import Candidate, Order, RankedRow
from slicer.slices import parse
from slicer.vocabulary import FLAGS, HLP_SOURCES

Cell = Mapping[str, Any] | None

UNKNOWN = "not known from failures alone: review some correct rows too"


def estimate_cell(
    estimate: Estimate, style: str = "", unit: Unit = "rate", undefined: str = UNDEFINED, *, margin: bool = True
) -> Cell:
    """A value with its half interval; quiet where there are few rows, counts alone where there are fewer still;
    a dash with the reason where there is none.

    Args:
        style: How the value is drawn where there are rows enough.
        unit: Of the metric.
        undefined: Why there is no value, if there is none.
        margin: Whether the half interval stands beside it; the tooltip has it all the same.
    """
    title = explain(estimate, unit, undefined)
    if estimate.value is None:
        return {"title": title}
    if counts_alone(estimate):
        return {"text": counts(estimate), "class": "muted", "title": title}
    beside = spread(estimate.value, estimate.ci, unit=unit) if margin else ""
    if estimate.denominator < COUNTED_BELOW:
        beside = f"n{NARROW}{count(estimate.denominator)}"
    quiet = "muted" if estimate.low_support else style
    return {"text": figure(estimate.value, unit), "pm": beside, "class": quiet, "title": title}


def metric_header(name: str) -> str:
    """A metric as the header of a column, with the sign of a rate.

    >>> metric_header("accuracy"), metric_header("mcc")
    ('Accuracy %', 'Matthews correlation')
    """
    return f"{metric_words(name)}{' %' if METRICS[name].unit == 'rate' else ''}"


def metric_words(name: str) -> str:
    """A metric as the first words of a sentence."""
    words = METRICS[name].words
    return f"{words[:1].upper()}{words[1:]}"


def share_cell(share: float | None, support: int) -> Cell:
    """A share as a bar, with its rows as the tooltip."""
    if share is None:
        return {"title": f"{count(support)} rows carry it; how many more would is not known from failures alone"}
    return {"v": share, "text": number(share), "title": f"{count(support)} rows"}


def _weight(mine: Candidate) -> float | None:
    """What the gap is multiplied by; of a metric that is no mean over rows, the share of rows."""
    return mine.share if mine.weight is None else mine.weight


def _share(mine: Candidate) -> Cell:
    cell = share_cell(_weight(mine), mine.support)
    if mine.share_source == "rows" or mine.weight is None or not isinstance(cell, dict):
        return cell
    of = {"weights": "of the weights", "units": "of what errors are counted out of", "population": "of the population"}
    return {**cell, "title": f"{cell['title']}; the share is {of[mine.share_source]}"}


def domain_of(values: Sequence[float], *, least: float = 0.1) -> tuple[float, float]:
    """An axis in steps of 5 points that holds all values with a little room, inside [0, 1].

    >>> domain_of([0.7, 0.95])
    (0.65, 1.0)
    """
    if not values:
        return 0.0, 1.0
    low, high = min(values), max(values)
    low, high = max(0.0, (20 * low - 0.5) // 1 / 20), min(1.0, -(-(20 * high + 0.5) // 1) / 20)
    return (low, high) if high - low >= least else (max(0.0, high - least), high)


def axis_of(values: Sequence[float], unit: Unit) -> dict[str, Any]:
    """Domain, ticks and their text of an axis that holds all values: rates in steps of 5 points, else round steps.

    >>> axis_of([-2.9, -0.7], "number")
    {'domain': (-3.0, 0.0), 'ticks': [-3.0, -2.0, -1.0, 0.0], 'tick_text': ['−3', '−2', '−1', '0']}
    """
    if unit == "rate":
        domain = domain_of(values)
        return {"domain": domain, "ticks": ticks_of(domain)}
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    span = (high - low) or abs(high) or 1.0
    power = 10.0 ** math.floor(math.log10(span / 4))
    step = next(power * factor for factor in (1, 2, 5, 10) if span / (power * factor) <= 4)
    first, last = math.floor(low / step), math.ceil(high / step)
    ticks = [round(step * place, 12) + 0.0 for place in range(first, last + 1)]
    text = [f"{tick:g}".replace("-", MINUS) for tick in ticks]
    return {"domain": (ticks[0], ticks[-1]), "ticks": ticks, "tick_text": text}


def ticks_of(domain: tuple[float, float]) -> list[float]:
    """Three to six round ticks inside a domain.

    >>> ticks_of((0.65, 1.0))
    [0.7, 0.8, 0.9, 1.0]
    """
    low, high = domain
    step = next((one for one in (0.05, 0.1, 0.2, 0.25) if (high - low) / one <= 5.5), 0.25)
    first = -(-round(low / step, 6) // 1)
    return [round(step * place, 6) for place in range(int(first), int(round(high / step, 6)) + 1)]


def steps_to(high: float, *, most: float) -> list[float]:
    """Round steps from 0 to at most `high`, above 0; no more than `most` of them.

    >>> steps_to(0.5, most=2.6)
    [0.0, 0.2, 0.4]
    """
    power = 10.0 ** math.floor(math.log10(high / most))
    step = next(power * factor for factor in (1, 2, 5, 10) if high / (power * factor) <= most)
    return [step * place for place in range(0, int(high / step) + 1)]


def potential_axis(rows: Sequence[RankedRow], unit: Unit) -> dict[str, Any]:
    """Domain and ticks of the potential column, of rates in points of the overall metric."""
    ends = [
        end for row in rows if row.candidate.ranked and row.candidate.potential_ci for end in row.candidate.potential_ci
    ]
    values = [row.candidate.potential or 0.0 for row in rows]
    high, low = max([*ends, *values, 1e-4]), min([*ends, 0.0])
    low = max(low, -0.35 * high)
    ticks = steps_to(high, most=2.6)
    scale = 100 if unit == "rate" else 1
    return {
        "domain": (low * 1.05, high * 1.05),
        "ticks": ticks,
        "tick_text": [f"{round(scale * tick, 12):g}" for tick in ticks],
    }


def ranked_row(
    row: RankedRow,
    rank: str,
    tie: str | None,
    unit: Unit = "rate",
    level: float = 0.95,
    order: Order = "potential",
) -> dict[str, Any]:
    """A row of the prioritization table.

    Args:
        level: Of the intervals of gap and potential.
        order: What the rank follows.
    """
    mine = row.candidate
    name, sub = title_of(mine)
    near = row.near
    if near is not None:
        sub = f"{near.said} {short_name(parse(near.slice), near.name)[0]}"
    flags = [FLAGS[flag] for flag in row.flags if flag in ("convenience_sample", "class_set_differs")]
    gap = mine.gap
    return {
        "id": mine.slice,
        "low": mine.potential is not None and not mine.ranked,
        "tie": tie,
        "rank": {"text": rank, "title": _chance(row)},
        "name": {"text": name, "sub": sub, "title": " · ".join([mine.slice, *([near.words] if near else []), *flags])},
        "share": _share(mine),
        "model": estimate_cell(mine.estimate, "model", unit) if mine.kind != "tag" or mine.hlp else {"title": UNKNOWN},
        "people": _people(mine, unit),
        "picture": _dumbbell(mine, unit),
        "gap": _gap(mine, unit, level),
        "potential": _potential(mine, unit, level),
        "accuracy": _accuracy(mine, level),
        "worth": _worth(mine, unit, level),
        "shared": _beside(row, "shared", unit),
        "adds": _beside(row, "next_best", unit),
        "errors": _errors(mine),
        "next": next_step(row),
        "sort": {
            "rank": None if not mine.ranked else mine.cautious if order == "cautious" else mine.potential,
            "name": name,
            "share": _weight(mine),
            "model": mine.estimate.value,
            "people": mine.hlp.value if mine.hlp else None,
            "picture": mine.estimate.value,
            "gap": gap.value if gap else None,
            "potential": mine.potential if mine.ranked else None,
            "worth": mine.potential if mine.ranked else None,
            "accuracy": mine.exact.accuracy if mine.exact else None,
            "shared": row.worth.shared if row.worth else None,
            "adds": row.worth.next_best if row.worth else None,
            "errors": mine.error_share,
            "next": row.action,
        },
    }


def _chance(row: RankedRow) -> str:
    """How often this row comes first when the rows are drawn again."""
    if row.p_top1 is None or row.p_top3 is None:
        return "not ranked"
    return f"first in {percent(row.p_top1, 0)} of 2,000 draws, among the first three in {percent(row.p_top3, 0)}"


def _gap(mine: Candidate, unit: Unit, level: float) -> Cell:
    if mine.gap is None:
        return {"title": "no human level to hold it against"}
    style = "gap" if mine.clear and mine.ranked else "muted"
    return {"text": figure(mine.gap.value, unit), "class": style, "title": interval(mine.gap.ci, level, unit)}


def _potential(mine: Candidate, unit: Unit, level: float) -> Cell:
    if mine.ranked:
        title = interval(mine.potential_ci, level, unit, 2)
        if mine.exact is not None:
            title = f"{title}. {mine.exact.assumption}"
        return {"text": gain(mine.potential, unit), "class": "strong", "title": title}
    if mine.potential is not None:
        return {"title": "fewer than 30 rows: not ranked"}
    if mine.ceiling is None:
        return {"title": UNKNOWN}
    return {
        "text": f"≤ {gain(mine.ceiling, unit)}",
        "class": "muted",
        "title": "if every error with this tag were fixed",
    }


def _accuracy(mine: Candidate, level: float) -> Cell:
    """What accuracy gains by the change that gives the potential."""
    if not mine.ranked or mine.exact is None or mine.exact.accuracy is None:
        return None
    return {"text": gain(mine.exact.accuracy), "title": interval(mine.exact.accuracy_ci, level, digits=2)}


def _worth(mine: Candidate, unit: Unit, level: float) -> Cell:
    if not mine.ranked:
        return None
    said = f"{gain(mine.potential, unit)}, {interval(mine.potential_ci, level, unit, 2)}"
    return {"v": mine.potential, "ci": mine.potential_ci, "clear": mine.clear, "title": said}


def _beside(row: RankedRow, what: Literal["shared", "next_best"], unit: Unit) -> Cell:
    """What a row is worth beside the others."""
    if row.worth is None:
        return {"title": "not ranked, so it takes no part"}
    value, together = getattr(row.worth, what), gain(row.worth.cumulative, unit)
    title = f"{gain(value, unit)} of the {gain(row.candidate.potential, unit)} it is worth alone"
    if what == "next_best":
        title = f"together with the slices that add more: {together}"
    return {"text": gain(value, unit), "class": "" if value > 0 else "muted", "title": title}


def _people(mine: Candidate, unit: Unit) -> Cell:
    hlp = mine.hlp
    if hlp is None:
        return {"title": "no human level known"}
    if hlp.source == "ceiling":
        return {"title": HLP_SOURCES["ceiling"]}
    behind = f" · {count(hlp.n)} human labels" if hlp.n else ""
    style = "muted" if hlp.inherited else "ink"
    return {"text": figure(hlp.value, unit), "class": style, "title": f"{HLP_SOURCES[hlp.source]}{behind}"}


def _dumbbell(mine: Candidate, unit: Unit) -> Cell:
    """Model and people as the gap holds them against each other: on the same rows, where people answered some."""
    hlp = mine.hlp
    known = hlp is not None and hlp.source != "ceiling"
    drawn = mine.estimate_paired if known and mine.estimate_paired is not None else mine.estimate
    value = drawn.value
    if value is None:
        return None
    said = ""
    if hlp is not None and known:
        said = f", people {value_of(hlp.value, unit)}{' (inherited)' if hlp.inherited else ''}"
    return {
        "m": value,
        "ci": drawn.ci,
        "h": hlp.value if hlp is not None and known else None,
        "hci": hlp.ci if hlp is not None and known else None,
        "inherited": hlp.inherited if hlp is not None else False,
        "clear": mine.clear,
        "title": f"model {value_of(value, unit)}{said}",
    }


def _errors(mine: Candidate) -> Cell:
    if mine.error_share is None:
        return {"title": "not known: Tags says what it lacks" if mine.errors else "no errors"}
    what = "of the errors read" if mine.share is None else "of all errors"
    known = mine.ceiling is not None and mine.exact is None
    most = f"; fixing them all is worth at most {points(mine.ceiling, 2)}" if known else ""
    return {
        "text": number(mine.error_share),
        "pm": spread(mine.error_share, mine.error_share_ci),
        "title": f"{count(mine.errors)} errors, {percent(mine.error_share)} {what}{most}",
    }
