"""The four numbers of every tag, each with its interval or the reason why it is not known; and the rules for tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from slicer.cells import Cell, estimate_cell, ticks_of
from slicer.display import amount, count, interval, number, percent, plus_minus
from slicer.findings.wording import plain_quote
from slicer.human.undefined import Answer, Undefined
from slicer.tagged import RuleRow, TagRow, TagsResult
from slicer.ui.table import Column, table
from slicer.vocabulary import FLAGS, HLP_SOURCES, METHODS

MOST_ROWS = 200
"""Tags the table holds, the most frequent ones."""


def tags_table(result: TagsResult) -> str | None:
    """The table, the most frequent tag first; gives the slice of the tag that was opened."""
    rows, things = result.tags[:MOST_ROWS], "failures" if result.judged else "rows"
    domain = (0.0, min(1.0, max([_high(row.numbers.error_share) for row in rows] + [0.1]) * 1.05))
    columns = [
        Column("name", "Tag", "name", width="184px"),
        Column("read", "With it", "est", num=True, width="84px", help=f"{things} with the tag, of those read for it"),
        Column("share", f"Of {things} %", "est", num=True, width="126px"),
        Column("picture", "with its 95 % interval", "dumbbell", domain=domain, ticks=ticks_of(domain), priority=3),
    ]
    if result.judged:
        columns += [
            Column(
                "most", "At most pp", "est", num=True, width="92px", priority=2,
                help="what accuracy would gain if all of them were fixed",
            ),
            Column("data", "Of all rows %", "est", num=True, width="122px"),
            Column(
                "wrong", "Wrong there %", "est", num=True, width="126px", help="of the rows with the tag"
            ),
            Column("people", "People %", "est", num=True, width="78px", priority=3, help="right on rows with the tag"),
            Column(
                "room", "Gap is worth pp", "est", num=True, width="130px",
                help="what accuracy would gain at human level; below 0 the model is better",
            ),
        ]  # fmt: skip
    return table("tags", columns, [_row(row) for row in rows], label="Tags", sort=("share", -1))


def _high(answer: Answer) -> float:
    return 0.0 if isinstance(answer, Undefined) or answer.ci is None else answer.ci[1]


def _row(row: TagRow) -> Mapping[str, Any]:
    found = row.numbers
    share = found.error_share
    return {
        "id": str(row.slice),
        "name": {"text": row.name, "title": f"{count(row.carried)} rows carry it"},
        "read": {"text": f"{count(row.tagged)}/{count(row.read)}" if row.read else "–", "title": _behind(row)},
        "share": _rate(share, "ink strong", 0),
        "picture": None
        if isinstance(share, Undefined)
        else {"m": share.value, "ci": share.ci, "title": f"{percent(share.value)}; {interval(share.ci)}"},
        "most": _gain(found.ceiling, "muted", margin=False),
        "data": _rate(found.data_share, "ink"),
        "wrong": _wrong(row),
        "people": _people(row),
        "room": _gain(found.room, "gap"),
        "sort": {
            "name": row.name,
            "read": row.tagged,
            "share": share.value if share.value is not None else (-1 + row.tagged / row.read if row.read else None),
            "picture": share.value,
            "most": found.ceiling.value,
            "data": found.data_share.value,
            "wrong": found.error_rate.value,
            "people": found.hlp.value if found.hlp else None,
            "room": found.room.value,
        },
    }


def _behind(row: TagRow) -> str:
    """What the counts are: how rows were chosen, and why some do not count."""
    errors = row.sides.errors
    ways = {
        "all": "all of them were read",
        "random": "drawn at random",
        "stratified": "drawn at random in each part",
        "convenience": "not drawn at random: counts alone",
        "none": "none was read since the tag was made",
    }
    return (
        f"{count(row.tagged)} with the tag of {count(row.read)} read for it, {ways[errors.design]}. Rows read before "
        "the tag was made, and the one that brought it in, do not count until they are read once more."
    )


def _rate(answer: Answer, style: str, digits: int = 1) -> Cell:
    """A share with half its interval, however few rows are behind it: the interval says so."""
    if isinstance(answer, Undefined):
        return {"title": answer.reason}
    return {
        "text": number(answer.value, digits),
        "pm": plus_minus(answer.ci, digits),
        "class": style,
        "title": _how(answer),
    }


def _wrong(row: TagRow) -> Cell:
    cell, lift = _rate(row.numbers.error_rate, "model", 0), row.numbers.lift
    if isinstance(lift, Undefined) or cell is None:
        return cell
    return {**cell, "title": f"{amount(lift.value, 2)} times as often as on all rows; {cell['title']}"}


def _people(row: TagRow) -> Cell:
    hlp = row.numbers.hlp
    if hlp is None:
        return {"title": "no human level known"}
    style = "muted" if hlp.inherited else "ink"
    return {"text": number(hlp.value), "class": style, "title": HLP_SOURCES[hlp.source]}


def _gain(answer: Answer, style: str, *, margin: bool = True) -> Cell:
    """Points of accuracy with half their interval."""
    if isinstance(answer, Undefined):
        return {"title": answer.reason}
    clear = answer.ci is not None and answer.ci[0] > 0
    return {
        "text": number(answer.value, 2),
        "pm": plus_minus(answer.ci, 2) if margin else "",
        "class": style if clear or not margin else "muted",
        "title": _how(answer, 2),
    }


def _how(answer: Answer, digits: int = 1) -> str:
    """Interval, method and what to mind."""
    if isinstance(answer, Undefined) or answer.ci is None or answer.method is None:
        return ""
    minded = [FLAGS[flag] for flag in answer.flags if flag == "all_read"]
    return "; ".join([interval(answer.ci, answer.level, digits=digits), METHODS[answer.method], *minded])


def rules_table(rules: Sequence[RuleRow]) -> str | None:
    """The rules, the best first; gives the tag whose rule was opened."""
    columns = [
        Column("name", "Tag", "name", width="184px"),
        Column("rule", "Rule", "text"),
        Column(
            "precision", "Precision %", "est", num=True, width="132px",
            help="of the rows read that such a rule holds, those with the tag",
        ),
        Column(
            "recall", "Recall %", "est", num=True, width="132px",
            help="of the rows read with the tag, those such a rule holds",
        ),
        Column("counts", "Found", "num", num=True, width="96px", priority=3, help="with the tag and in the rule"),
        Column("rows", "Rows", "num", num=True, width="84px", priority=2, help="rows of the data the rule holds"),
    ]  # fmt: skip
    rows = [
        {
            "id": row.rule.tag,
            "name": {"text": row.rule.tag, "title": f"{plain_quote(row.rule.tag)}: take its rule in hand"},
            "rule": {"text": str(row.rule.slice), "title": row.rule.slice.words},
            "precision": estimate_cell(row.rule.precision, "ink"),
            "recall": estimate_cell(row.rule.recall, "ink"),
            "counts": f"{count(row.rule.hits)} of {count(row.rule.tagged)}",
            "rows": count(row.support),
            "sort": {
                "precision": row.rule.precision.value,
                "recall": row.rule.recall.value,
                "counts": row.rule.hits,
                "rows": row.support,
            },
        }
        for row in rules
    ]
    return table("rules", columns, rows, label="Rules for tags")
