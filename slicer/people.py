"""Columns that hold what people said: how many said a class, or who said what, a row for each answer."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from slicer.schema import Column

_COUNTING = re.compile(
    r"^(?:n_|num_|number_of_)?(?:human|humans|annotators?|annotations?|raters?|ratings?|votes?|crowd|people|persons?"
    r"|experts?|workers?|answers?)(?:_counts?|_votes?)?[_.\- ](?P<rest>.+)$",
    re.IGNORECASE,
)
_ANNOTATOR = re.compile(r"^(annotator|rater|worker|coder|judge|labell?er|reviewer|crowd_?worker)(_?(id|name))?$")
_ITEM = re.compile(r"^(id|uid|item|example|sample|document|task|question|.*_id)$")
_ANSWER = re.compile(
    r"^(label|labels|answer|annotation|rating|vote|judge?ment|choice|response|class|category|human|human_?label)$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerColumns:
    """The columns of a file with a row for each answer of a person."""

    item: str
    annotator: str
    answer: str


def class_counted(name: str, classes: Collection[str]) -> str:
    """The class whose people a column counts, by the end of its name; empty if it names none.

    >>> class_counted("human_no_defect", ["no defect", "no_defect", "defect"])
    'no_defect'
    """
    ends = [key for key in classes if re.search(rf"(^|[_.\- ]){re.escape(key.lower())}$", name.lower())]
    return max(ends, key=len, default="")


def counting_columns(columns: Sequence[Column], classes: Collection[str]) -> dict[str, str]:
    """The columns that count people, and the class each counts: whole numbers, named as people and a class.

    Two classes at least. Where the classes are numbers too, `human_1` may as well be the first person's label:
    then at least one value must be no class.

    >>> counts = [Column(name=f"votes_{key}", kind="integer", values=("0", "3")) for key in ("cat", "dog")]
    >>> counting_columns(counts, ["cat", "dog"])
    {'votes_cat': 'cat', 'votes_dog': 'dog'}
    """
    lower = {key.lower(): key for key in classes}
    found: dict[str, dict[str, Column]] = {}
    for column in columns:
        match = _COUNTING.match(column.name)
        key = lower.get(match["rest"].lower()) if match else None
        if match and key is not None and counts_people(column):
            found.setdefault(column.name[: match.start("rest")], {})[key] = column
    for mine in found.values():
        said = {value for column in mine.values() for value in column.values}
        if len(mine) > 1 and not said <= {*classes}:
            return {column.name: key for key, column in mine.items()}
    return {}


def counts_people(column: Column) -> bool:
    """Whether the values are whole numbers from 0."""
    return column.kind in ("integer", "real") and all(value.isdigit() for value in column.values)


def answer_columns(columns: Sequence[Column], annotator: str | None = None) -> AnswerColumns | None:
    """The columns of a file of answers; None where it is none: somebody answered, and ids repeat.

    Args:
        columns: The columns of the file.
        annotator: Who answered, where a person said so.

    >>> file = [Column(name="worker", kind="text", rows=9, distinct=3), Column(name="item", kind="integer", rows=9,
    ...         distinct=4), Column(name="label", kind="text", rows=9, distinct=2)]
    >>> answer_columns(file)
    AnswerColumns(item='item', annotator='worker', answer='label')
    """
    fits = (lambda name: name == annotator) if annotator else (lambda name: _ANNOTATOR.match(name.lower()))
    who = next((one for one in columns if fits(one.name)), None)
    if who is None or (not annotator and who.unique):
        return None
    others = [one for one in columns if one is not who]
    item = next((one for one in others if _ITEM.match(one.name.lower()) and _repeats(one)), None)
    answer = next((one for one in others if one is not item and _ANSWER.match(one.name.lower())), None)
    if item is None or answer is None:
        return None
    return AnswerColumns(item=item.name, annotator=who.name, answer=answer.name)


def _repeats(column: Column) -> bool:
    return column.distinct < column.rows - column.missing
