"""Roles: what each column is. Guessed from names, types and values, with a reason; corrected by people.

A role assignment is one line of the table a person edits; `Roles` is what the rest of the house
reads, checked once at the door.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from slicer.errors import NoLabelError, UsageError, listed
from slicer.vocabulary import Task, TruthSource

Kind = Literal["text", "integer", "real", "boolean", "time", "other"]

ROLES = {
    "id": "names the example",
    "label": "the truth",
    "prediction": "what the model said",
    "probability": "how sure the model was of a class",
    "correct": "whether the model was right",
    "score": "how good or bad the answer is, as a number",
    "errors": "errors in the answer, such as wrong words",
    "total": "what could be wrong in the row, such as its words",
    "human": "what a person said",
    "human_correct": "whether a person was right",
    "human_count": "how many people said a class",
    "annotator": "who answered; in a file with a row for each answer",
    "feature": "describes the example; slices are made of it",
    "text": "text to read",
    "image": "path of an image",
    "audio": "path of a sound file",
    "split": "train, dev or test",
    "weight": "how many rows it stands for",
    "cluster": "rows that belong together, such as a speaker",
    "ignore": "kept and shown, not used",
}
"""The roles a column can have and what each means."""

SINGLE = ("id", "label", "total", "human_correct", "annotator", "text", "image", "audio", "split", "weight", "cluster")
"""Roles that one column has at most."""

PER_RUN = ("prediction", "probability", "correct", "score", "errors")
"""Roles that belong to a run."""

PER_CLASS = ("probability", "human_count")
"""Roles that are about one class."""

POSITIVE_WORDS = ("1", "true", "yes", "y", "positive", "pos", "spam", "fraud", "defect", "anomaly", "toxic", "churn")
"""Class keys that name the class a binary task is about, best first."""

MAX_CLASSES = 100
"""Beyond this many distinct labels and predictions only right or wrong is counted."""

DEFAULT_RUN = "model"
"""The name of a run whose column does not say one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column as a look at the first rows shows it."""

    name: str
    kind: Kind
    rows: int = 0
    """Rows looked at."""
    missing: int = 0
    distinct: int = 0
    values: tuple[str, ...] = ()
    """Distinct values as text, at most `MAX_CLASSES` + 1 of them."""
    mean_length: float = 0.0
    """Mean characters of a value."""

    @property
    def unique(self) -> bool:
        return self.rows > 0 and self.missing == 0 and self.distinct == self.rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One column's role and why."""

    column: str
    role: str
    run: str = ""
    """The run a prediction, probability or correct flag belongs to."""
    class_key: str = ""
    """The class a probability or a count is of; of a probability, empty means the positive class."""
    reason: str = ""
    guessed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RunColumns:
    """The columns of one model version."""

    name: str
    prediction: str | None = None
    correct: str | None = None
    score: str | None = None
    errors: str | None = None
    probabilities: tuple[tuple[str, str], ...] = ()
    """(class key, column) in the order of the classes; a single pair with an empty key is the positive class."""
    threshold: float = 0.5
    """The probability of the positive class from which it is predicted, where no prediction is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a person chose for a data set as a whole."""

    positive: str | None = None
    """The positive class of a binary task; guessed if None."""
    threshold: float = 0.5
    """The probability of the positive class from which it is predicted, where no prediction is given."""
    task: Task | None = None
    """What is measured; guessed if None."""
    lower_is_better: bool | None = None
    """Of a score; guessed from its name if None."""
    truth_source: TruthSource | None = None
    """Where the truth comes from; guessed if None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """Which column plays which role in a data set; at least one run, and a label or what stands in for it: a column of
    right and wrong, a score, or the answers of several people."""

    id: str | None = None
    label: str | None = None
    runs: tuple[RunColumns, ...] = ()
    humans: tuple[str, ...] = ()
    human_correct: str | None = None
    human_counts: tuple[tuple[str, str], ...] = ()
    """(class key, column) in the order of the classes: how many people said it."""
    annotator: str | None = None
    features: tuple[str, ...] = ()
    text: str | None = None
    image: str | None = None
    audio: str | None = None
    split: str | None = None
    weight: str | None = None
    cluster: str | None = None
    total: str | None = None
    choices: Choices = field(default_factory=Choices)
    guessed: tuple[str, ...] = ()
    """Roles nobody gave."""

    def run(self, name: str | None = None) -> RunColumns:
        """The run of this name, or the newest.

        Raises:
            UsageError: no such run; it lists them.
        """
        if not self.runs:
            raise UsageError("The data set has no predictions yet.", hint="Join a predictions file by id.")
        if name is None:
            return self.runs[-1]
        for run in self.runs:
            if run.name == name:
                return run
        raise UsageError(f"No run named {name!r}.", hint=f"Runs: {listed(run.name for run in self.runs)}.")

    def to_dict(self, run: RunColumns | None = None) -> dict[str, Any]:
        """The roles of the JSON contract, of one run or of the newest."""
        run = run or (self.runs[-1] if self.runs else RunColumns(name=""))
        return {
            "id": self.id,
            "label": self.label,
            "prediction": run.prediction,
            "probabilities": [column for _, column in run.probabilities],
            "score": run.score,
            "errors": run.errors,
            "total": self.total if run.errors else None,
            "correct": run.correct,
            "human": [*self.humans, *(column for _, column in self.human_counts)],
            "human_correct": self.human_correct,
            "features": list(self.features),
            "text": self.text,
            "image": self.image,
            "audio": self.audio,
            "split": self.split,
            "weight": self.weight,
            "cluster": self.cluster,
            "guessed": list(self.guessed),
        }


def build_roles(
    assignments: Sequence[Assignment],
    *,
    name: str,
    choices: Choices | None = None,
    complete: bool = True,
) -> Roles:
    """Roles from assignments, checked.

    Args:
        assignments: One for each column.
        name: The data set's or file's name, for the messages.
        choices: What a person chose for the data set as a whole.
        complete: Whether a label and a run must be there; False while more files are to be joined.

    Raises:
        UsageError: two columns for a role that one column has.
        NoLabelError: nothing says what is right, or what the model said.
    """
    by_role: dict[str, list[Assignment]] = {}
    for one in assignments:
        by_role.setdefault(one.role, []).append(one)

    def single(role: str) -> str | None:
        columns = [one.column for one in by_role.get(role, ())]
        if len(columns) > 1:
            raise UsageError(
                f"{len(columns)} columns have the role {role}: {listed(columns)}.",
                hint=f"Leave the role {role} to one.",
            )
        return columns[0] if columns else None

    columns = [one.column for one in assignments]
    counts = _in_class_order(by_role.get("human_count", ()))
    if any(not key for key, _ in counts) or len({key for key, _ in counts}) < len(counts):
        raise UsageError(
            f"Of which class do these columns count the people: {listed(column for _, column in counts)}?",
            hint="Name the class of each, no class twice.",
        )
    singles = {role: single(role) for role in SINGLE}
    choices = choices or Choices()
    runs = _runs(by_role, choices.threshold)
    if complete and not runs:
        raise NoLabelError(name, columns, "prediction")
    several = len(by_role.get("human", ())) > 1 or bool(counts)
    judged = singles["label"] is not None or several
    if complete and not judged and any(not (run.correct or run.score or run.errors) for run in runs):
        raise NoLabelError(name, columns)
    if complete and singles["total"] is None and any(run.errors for run in runs):
        raise UsageError(
            f"{name} has a column of errors, but none that says out of how many.",
            hint="Give the column with the total, such as the number of words, the role total.",
        )
    return Roles(
        **singles,
        runs=runs,
        humans=tuple(one.column for one in by_role.get("human", ())),
        human_counts=counts,
        features=tuple(one.column for one in by_role.get("feature", ())),
        choices=choices,
        guessed=tuple(dict.fromkeys(one.role for one in assignments if one.guessed and one.role != "ignore")),
    )


def _runs(by_role: Mapping[str, Sequence[Assignment]], threshold: float) -> tuple[RunColumns, ...]:
    names = dict.fromkeys(one.run or DEFAULT_RUN for role in PER_RUN for one in by_role.get(role, ()))
    runs = []
    for name in names:
        mine = {
            role: [one for one in by_role.get(role, ()) if (one.run or DEFAULT_RUN) == name] for role in PER_RUN
        }  # fmt: skip
        for role in ("prediction", "correct", "score", "errors"):
            if len(mine[role]) > 1:
                raise UsageError(
                    f"Run {name!r} has {len(mine[role])} {role} columns: {listed(one.column for one in mine[role])}.",
                    hint="Give each its own run name.",
                )
        runs.append(
            RunColumns(
                name=name,
                prediction=next((one.column for one in mine["prediction"]), None),
                correct=next((one.column for one in mine["correct"]), None),
                score=next((one.column for one in mine["score"]), None),
                errors=next((one.column for one in mine["errors"]), None),
                probabilities=_in_class_order(mine["probability"]),
                threshold=threshold,
            )
        )
    return tuple(runs)


def _in_class_order(columns: Sequence[Assignment]) -> tuple[tuple[str, str], ...]:
    """(class key, column), so that of equal probabilities the first class in order wins, whatever the file's order."""
    keys = class_order({one.class_key for one in columns})
    return tuple((one.class_key, one.column) for key in keys for one in columns if one.class_key == key)


def class_order(keys: Iterable[str]) -> tuple[str, ...]:
    """Class keys in order: numbers by value, then text.

    >>> class_order(["10", "9", "b", "a"])
    ('9', '10', 'a', 'b')
    """

    def place(key: str) -> tuple[int, float, str]:
        try:
            return (0, float(key), key)
        except ValueError:
            return (1, 0.0, key)

    return tuple(sorted(keys, key=place))


def choose_positive(support: Mapping[str, int], chosen: str | None = None) -> tuple[str | None, str]:
    """The positive class of a binary task and why; None where there are not two classes.

    Args:
        support: True rows by class key.
        chosen: What a person said.

    Raises:
        UsageError: the chosen class does not occur.

    >>> choose_positive({"ham": 4825, "spam": 747})
    ('spam', "its name is 'spam'")
    >>> choose_positive({"cat": 10, "dog": 3})
    ('dog', 'it is the rarer class')
    """
    if chosen is not None and chosen not in support:
        raise UsageError(f"No class {chosen!r} to count as positive.", hint=f"Classes: {listed(support)}.")
    if len(support) != 2:
        return chosen, "given" if chosen else ""
    if chosen is not None:
        return chosen, "given"
    for word in POSITIVE_WORDS:
        for key in support:
            if key.lower() == word:
                return key, f"its name is {key!r}"
    return min(support, key=lambda key: (support[key], key)), "it is the rarer class"
