"""Roles as a person gives them, on the command line or from Python."""

from __future__ import annotations

import reprlib
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, get_args

from slicer.errors import UnknownColumnError, UsageError, listed, meant
from slicer.guessing import run_of
from slicer.probability_names import by_pattern
from slicer.project.reading import Preview
from slicer.schema import DEFAULT_RUN, PER_RUN, ROLES, Assignment, Choices
from slicer.vocabulary import Task, TruthSource

COUNTS = "counts:"
"""`human=["counts:votes_"]`: the columns that begin so count the people who said the class they end in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenRoles:
    """Roles as a person gives them on the command line or from Python; what is left open is guessed."""

    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Columns by role, for roles without a run."""
    predictions: Sequence[str] = ()
    """COL, or NAME=COL for a run's name."""
    probabilities: str | None = None
    """CLASS=COL,.. or a pattern such as `prob_{class}_{run}`."""
    correct: str | None = None
    score: str | None = None
    errors: str | None = None
    """Columns of the one run, each of them in the place of a label."""
    choices: Choices = field(default_factory=Choices)

    @property
    def people(self) -> Literal["columns", "counts"] | None:
        """How the answers of people were given, if they were."""
        human = self.columns.get("human", ())
        if not human and "human_count" not in self.columns:
            return None
        return "counts" if not human or any(one.startswith(COUNTS) for one in human) else "columns"

    @property
    def some(self) -> bool:
        """Whether anything was given."""
        return self != GivenRoles()

    def only(self, preview: Preview) -> GivenRoles:
        """The part of what was given that this file has."""
        names = {column.name for column in preview.columns}
        columns = {
            role: [name for name in given if name in names or _counting(role, name, names)]
            for role, given in self.columns.items()
        }
        return replace(
            self,
            columns={role: given for role, given in columns.items() if given},
            predictions=[text for text in self.predictions if _named(text, names)[1] in names],
            probabilities=self.probabilities if self._probability_columns(names) else None,
            correct=self.correct if self.correct in names else None,
            score=self.score if self.score in names else None,
            errors=self.errors if self.errors in names else None,
        )

    def assignments(self, names: Sequence[str], classes: Collection[str] = ()) -> tuple[Assignment, ...]:
        """What was given, as assignments of the file's columns.

        Args:
            names: The columns.
            classes: The classes, where they are known: then a pattern is never read wrongly.

        Raises:
            UnknownColumnError: a column the file does not have.
            UsageError: a column was given two roles, or no column fits a pattern.
        """
        found = []
        for role, column in ((role, column) for role, columns in self.columns.items() for column in columns):
            if role != "human" or not column.startswith(COUNTS) or column in names:
                found.append(Assignment(column=column, role=role, guessed=False))
                continue
            counting = _counting(role, column, names)
            if len(counting) < 2:
                raise UsageError(
                    f"Fewer than two columns begin with {column.removeprefix(COUNTS)!r}: counts are of two classes or "
                    "more.",
                    hint=f"Columns: {listed(names)}.",
                )
            found += [
                Assignment(column=name, role="human_count", class_key=key, guessed=False)
                for name, key in counting.items()
            ]
        chosen = []
        for text in self.predictions:
            name, column = _named(text, names)
            chosen.append((name or (DEFAULT_RUN if len(self.predictions) == 1 else column), column))
            found.append(Assignment(column=column, role="prediction", run=chosen[-1][0], guessed=False))
        runs = [name for name, _ in chosen]
        own = runs[0] if len(runs) == 1 else DEFAULT_RUN
        for role, given in (("correct", self.correct), ("score", self.score), ("errors", self.errors)):
            if given is not None:
                found.append(Assignment(column=given, role=role, run=own, guessed=False))
        if self.probabilities is not None:
            known = {one.column for one in found}
            pairs = self._probability_columns([name for name in names if name not in known], runs, classes)
            if not pairs:
                raise UsageError(f"No column fits {self.probabilities!r}.", hint=f"Columns: {listed(names)}.")
            called = {run_of(column) or column: name for name, column in chosen}
            others = {run_of(name) for name in names if name not in known} if runs else set()
            found += [
                Assignment(
                    column=column, role="probability", run=called.get(run, run) or own, class_key=key, guessed=False
                )
                for run, key, column in pairs
                if run in called or run not in others
            ]
        first: dict[str, Assignment] = {}
        for one in found:
            if one.column not in names:
                raise UnknownColumnError(one.column, names)
            other = first.setdefault(one.column, one)
            if other.role != one.role:
                raise UsageError(f"Column {one.column!r} cannot be both {other.role} and {one.role}.")
            if other != one:
                raise UsageError(f"Column {one.column!r} was given as {one.role} twice.")
        return tuple(found)

    def _probability_columns(
        self, names: Collection[str], runs: Sequence[str] = (), classes: Collection[str] = ()
    ) -> list[tuple[str, str, str]]:
        """(run, class key, column) of each probability; the run is empty where it is not said."""
        text = self.probabilities
        if text is None:
            return []
        if "{class}" not in text:
            parts = [_named(part, names) for part in text.split(",")]
            known = [("", key, column) for key, column in parts if column in names]
            return [("", key, column) for key, column in parts] if known else []
        found = by_pattern(text, names, classes, list(dict.fromkeys((*runs, *filter(None, map(run_of, names))))))
        return [(reading.run, reading.class_key, column) for column, reading in found]


def _counting(role: str, text: str, names: Collection[str]) -> dict[str, str]:
    """The columns of `counts:PREFIX`, and the class whose people each counts; a space or a _ between is neither's.

    >>> _counting("human", "counts:votes", ["id", "votes_cat", "votes_dog"])
    {'votes_cat': 'cat', 'votes_dog': 'dog'}
    """
    if role != "human" or not text.startswith(COUNTS):
        return {}
    prefix = text.removeprefix(COUNTS)
    return {
        name: name.removeprefix(prefix).lstrip(" _.") for name in names if name.startswith(prefix) and name != prefix
    }


def _named(text: str, names: Collection[str]) -> tuple[str, str]:
    """`NAME=COL` in its parts, either of which may hold a `=`; the name is empty where only a column is given.

    >>> _named("<=50K=p_<=50K", ["p_<=50K"]), _named("p", ["p"])
    (('<=50K', 'p_<=50K'), ('', 'p'))
    """
    if text in names:
        return "", text
    parts = text.split("=")
    for place in range(1, len(parts)):
        if "=".join(parts[place:]) in names:
            return "=".join(parts[:place]), "=".join(parts[place:])
    name, _, column = text.rpartition("=")
    return name, column


@dataclass(frozen=True, slots=True)
class _Kind:
    """What may be given for a role."""

    words: str
    example: str
    fits: Callable[[Any], bool]


def _names(value: Any) -> bool:
    """Whether it is a column's name, or several."""
    several = isinstance(value, Collection) and not isinstance(value, bytes | Mapping)
    return isinstance(value, str) or (several and all(isinstance(one, str) for one in value))


def _column(example: str) -> _Kind:
    return _Kind("the name of a column", example, lambda value: isinstance(value, str))


def _word(words: Collection[str], example: str) -> _Kind:
    return _Kind(f"one of {listed(words)}", example, lambda value: isinstance(value, str) and value in words)


KINDS = {
    "prediction": _Kind(
        "the name of a column, a list of names, or {run: column}",
        'prediction={"v1": "p1"}',
        lambda value: _names(list(value.values()) if isinstance(value, Mapping) else value),
    ),
    "probabilities": _Kind(
        "a text: CLASS=COLUMN,.. or a pattern",
        'probabilities="cat=p_cat,dog=p_dog" or probabilities="prob_{class}"',
        lambda value: isinstance(value, str),
    ),
    "correct": _column('correct="is_right"'),
    "score": _column('score="bleu"'),
    "errors": _column('errors="wrong_words"'),
    "positive": _Kind("one class", 'positive="spam"', lambda value: isinstance(value, Hashable)),
    "task": _word(get_args(Task), 'task="regression"'),
    "truth_source": _word(get_args(TruthSource), 'truth_source="human"'),
    "lower_is_better": _Kind("True or False", "lower_is_better=True", lambda value: isinstance(value, bool)),
    "threshold": _Kind(
        "a number from 0 to 1",
        "threshold=0.3",
        lambda value: isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1,
    ),
}
"""What may be given for the roles that are not simply columns."""


def check_kind(role: str, value: Any) -> None:
    """Whether a value can be what was given for a role; None leaves it open.

    Raises:
        UsageError: it cannot, in words.

    >>> check_kind("probabilities", {"cat": "p_cat"})
    Traceback (most recent call last):
    slicer.errors.UsageError: probabilities takes a text: CLASS=COLUMN,.. or a pattern, not {'cat': 'p_cat'}.
    """
    columns = _Kind("the name of a column or a list of names", f'{role}="column"', _names)
    kind = KINDS.get(role, columns)
    if value is not None and not kind.fits(value):
        raise UsageError(f"{role} takes {kind.words}, not {reprlib.repr(value)}.", hint=f"For example {kind.example}.")


def given_roles(**roles: Any) -> GivenRoles:
    """Roles from keywords, as `slicer.open` takes them.

    Args:
        roles: `id`, `label`, `human`, `features`, .. a column or a list; `prediction` a column, a list or
            {run: column}; `probabilities`, `correct`, `score`, `errors`, `positive`, `task`, `lower_is_better` and
            `truth_source` as on the command line.

    Raises:
        UsageError: there is no such role, or what was given for it is of another kind.

    >>> given_roles(label="y", prediction={"v1": "p1"}).predictions
    ('v1=p1',)
    """
    for role in KINDS.keys() & roles:
        check_kind(role, roles[role])
    prediction = roles.pop("prediction", None) or ()
    if isinstance(prediction, str):
        prediction = (prediction,)
    elif isinstance(prediction, Mapping):
        prediction = tuple(f"{name}={column}" for name, column in prediction.items())
    names = {"features": "feature"}
    singles = {name: roles.pop(name, None) for name in ("probabilities", "correct", "score", "errors")}
    chosen = {field.name: roles.pop(field.name) for field in fields(Choices) if field.name in roles}
    chosen = {name: value for name, value in chosen.items() if value is not None}
    known = [*(role for role in ROLES if role not in ("feature", "probability", *PER_RUN)), "features"]
    for role, value in roles.items():
        if role not in known:
            raise UsageError(f"No role named {role!r}{meant(role, known)}", hint=f"Roles: {listed(sorted(known))}.")
        check_kind(role, value)
    if "positive" in chosen:
        chosen["positive"] = str(chosen["positive"])
    columns = {
        names.get(role, role): (value,) if isinstance(value, str) else tuple(value)
        for role, value in roles.items()
        if value is not None
    }
    return GivenRoles(columns=columns, predictions=tuple(prediction), choices=Choices(**chosen), **singles)
