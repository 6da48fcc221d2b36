"""Guessing what each column is, from names, types and values, with a reason for each guess."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from slicer.errors import UnknownColumnError
from slicer.people import answer_columns, class_counted, counting_columns
from slicer.probability_names import readings, unknown_class
from slicer.schema import DEFAULT_RUN, MAX_CLASSES, SINGLE, Assignment, Column, Kind

_ID = re.compile(r"^(id|uid|uuid|guid|key|index|example_?id|row_?id|sample_?id|item_?id|image_?id|doc_?id|text_?id)$")
_LABEL = re.compile(
    r"^(label|labels|y|y_?true|true_?label|true_?class|truth|target|gold|gold_?label|ground_?truth|gt|actual|answer"
    r"|reference|class|category|expected)$"
)
_PREDICTION = re.compile(
    r"^(prediction|predictions|predicted|predicted_?label|predicted_?class|pred|preds|pred_?label|y_?pred|y_?hat|yhat"
    r"|output|model_?output|hypothesis|response)$"
)
_PREDICTION_RUN = re.compile(
    r"^(?:pred|prediction|predicted|y_pred|yhat)[_.\- ](?P<run>.+)$|^(?P<run2>.+)[_.\- ](?:pred|prediction)$"
)
_CORRECT = re.compile(r"^(?:is_)?correct$")
_CORRECT_RUN = re.compile(r"^(?:is_)?correct[_.\- ](?P<run>.+)$|^(?P<run2>.+)[_.\- ]correct$")
_HUMAN = re.compile(r"^(human|annotator|rater|annotation|human_?label|expert|inspector|person|crowd)(?:[_.\- ]?\w+)?$")
_HUMAN_CORRECT = re.compile(r"^human_?(is_?)?correct$")
_PROBABILITY = re.compile(r"^(?:prob|proba|probability|probabilities|p|conf|confidence|score)(?:[_.\- ](?P<rest>.+))?$")
_TEXT = re.compile(
    r"^(text|sentence|review|question|prompt|message|comment|body|content|document|utterance|tweet|title)$"
)
_SPLIT = re.compile(r"^(split|fold|partition|subset)$")
_WEIGHT = re.compile(r"^(weight|weights|sample_?weight)$")
_CLUSTER = re.compile(r"^(cluster|cluster_?id|group_?id)$")
_ERRORS = re.compile(r"^(?:(?:n|num|word|char|token)_?)?(?:errors|mistakes)(?:[_.\- ](?P<run>.+))?$")
_TOTAL = re.compile(r"^(?:(?:n|num|ref|total|reference)_?)?(?:total|words|tokens|chars|characters|units)$")
_SCORE = re.compile(
    r"^mqm$|^(?:score|reward|rating|bleu|chrf|rouge\w?|comet|wer|cer|ter|loss|mse|mae|error_rate)"
    r"(?:[_.\- ](?P<run>.+))?$"
)
_LOWER = re.compile(
    r"(?:^|[_.\- ])(?:wer|cer|ter|loss|mse|mae|rmse|errors?|error_rate|perplexity|ppl|distance)(?:$|[_.\- ])"
)
_COUNTER = re.compile(r"^(unnamed: ?0|column1)$")
_IMAGE_FILE = re.compile(r"\.(png|jpe?g|gif|webp|bmp|svg)$", re.IGNORECASE)
_AUDIO_FILE = re.compile(r"\.(wav|mp3|flac|ogg|m4a)$", re.IGNORECASE)

REST = "everything else describes the example"
"""The reason of a column that nothing speaks for."""

LONG_TEXT = 40
"""Mean characters from which a column of mostly distinct values is text to read."""


def names_a_role(name: str) -> bool:
    """Whether a column of this name says what it is: the first line of a file that holds it is a header.

    >>> names_a_role("y_true"), names_a_role("spam")
    (True, False)
    """
    patterns = (_ID, _LABEL, _PREDICTION, _CORRECT, _TEXT, _SPLIT, _WEIGHT, _CLUSTER)
    return any(pattern.match(name.lower()) for pattern in patterns)


def lower_is_better(name: str) -> bool:
    """Whether a score of this name is one of errors.

    >>> lower_is_better("wer_v2"), lower_is_better("bleu")
    (True, False)
    """
    return bool(_LOWER.search(name.lower()))


FLAGS = {"0", "1", "true", "false", "yes", "no", "y", "n", "t", "f"}
"""Texts that say right or wrong, in lower case."""


def reads_as_flag(column: Column) -> bool:
    """Whether the values say right or wrong."""
    return column.kind == "boolean" or {one.lower() for one in column.values} <= FLAGS


def reads_as_share(column: Column) -> bool:
    """Whether the values are numbers from 0 to 1."""
    return column.kind in ("real", "integer") and all(0 <= float(value) <= 1 for value in column.values)


def run_of(name: str) -> str | None:
    """The run a prediction column is of, by its name.

    >>> run_of("pred_v2"), run_of("prediction")
    ('v2', None)
    """
    match = _PREDICTION_RUN.match(name.lower())
    if match is None:
        return None
    start, end = match.span("run" if match.group("run") else "run2")
    return name[start:end]


@dataclass(slots=True)
class _Guesser:
    """Works through the roles in turn; a column gets the first role that fits."""

    columns: Sequence[Column]
    found: dict[str, Assignment] = field(default_factory=dict)

    def free(self) -> list[Column]:
        return [column for column in self.columns if column.name not in self.found]

    def has(self, role: str) -> bool:
        return any(assignment.role == role for assignment in self.found.values())

    def take(self, column: Column, role: str, reason: str, *, run: str = "", class_key: str = "") -> None:
        self.found[column.name] = Assignment(column=column.name, role=role, run=run, class_key=class_key, reason=reason)

    def by_name(self, role: str, pattern: re.Pattern[str], *, kinds: Iterable[Kind] = (), most: int = 1) -> None:
        if role in SINGLE and self.has(role):
            return
        fitting = [column for column in self.free() if pattern.match(column.name.lower())]
        for column in [one for one in fitting if not kinds or one.kind in kinds][:most]:
            self.take(column, role, f"its name is {column.name!r}")

    def id(self) -> None:
        if self.has("id"):
            return None
        named = [one for one in self.free() if _ID.match(one.name.lower()) or one.name.lower().endswith("_id")]
        for column in named:
            if column.unique:
                return self.take(column, "id", "its name says so and no value repeats")
        for column in named:
            if _ID.match(column.name.lower()):
                return self.take(column, "id", "its name says so")
        return None

    def runs(self) -> None:
        """Predictions and correct flags, one run for each suffix."""
        for role, plain, suffixed in (
            ("prediction", _PREDICTION, _PREDICTION_RUN),
            ("correct", _CORRECT, _CORRECT_RUN),
        ):
            for column in self.free():
                name = column.name.lower()
                match = suffixed.match(name)
                if role == "correct" and not reads_as_flag(column):
                    continue
                if plain.match(name):
                    self.take(column, role, f"its name is {column.name!r}", run=DEFAULT_RUN)
                elif match and not _HUMAN_CORRECT.match(name):
                    start, end = match.span("run" if match.group("run") else "run2")
                    run = column.name[start:end]
                    self.take(column, role, f"its name says: {role} of run {run!r}", run=run)

    def partner(self) -> None:
        """A label or a prediction known by its values, when only the other is known by its name."""
        for known, wanted in (("label", "prediction"), ("prediction", "label")):
            mine = next((self.column(one.column) for one in self.found.values() if one.role == known), None)
            if self.has(wanted) or self.has("correct") or mine is None or not 2 <= mine.distinct <= MAX_CLASSES:
                continue
            same = [
                column
                for column in self.free()
                if 2 <= column.distinct <= MAX_CLASSES
                and _overlap(column, mine) > 0.8
                and not _HUMAN.match(column.name)
            ]
            if len(same) == 1 or (same and wanted == "prediction"):
                for column in same:
                    run = column.name if wanted == "prediction" else ""
                    self.take(column, wanted, f"it holds the same values as {mine.name!r}", run=run)

    def scores(self) -> None:
        """A ready score, or errors over their total, where no label and prediction say what is right."""
        if self.has("correct") or (self.has("label") and self.has("prediction")):
            return
        numbers = [column for column in self.free() if column.kind in ("integer", "real")]
        for role, pattern in (("errors", _ERRORS), ("score", _SCORE)):
            fitting = [] if self.has("errors") else [one for one in numbers if pattern.match(one.name.lower())]
            if role == "errors" and not (self.has("total") or any(_TOTAL.match(one.name.lower()) for one in numbers)):
                continue
            for column in fitting:
                match = pattern.match(column.name.lower())
                start, end = match.span("run") if match and match.group("run") else (0, 0)
                self.take(column, role, f"its name is {column.name!r}", run=column.name[start:end] or DEFAULT_RUN)
        if self.has("errors"):
            self.by_name("total", _TOTAL, kinds=("integer", "real"))

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def probabilities(self) -> None:
        classes = self.classes()
        runs = list(dict.fromkeys(one.run for one in self.found.values() if one.role in ("prediction", "correct")))
        named = []
        for column in self.free():
            match = _PROBABILITY.match(column.name.lower())
            if match is not None and reads_as_share(column):
                named.append((column, column.name[match.start("rest") :] if match.group("rest") else ""))
        read = [(column, rest, readings(rest, classes, runs)) for column, rest in named]
        measured = {ways[0].run for *_, ways in read if len(ways) == 1 and ways[0].class_key} & {*runs}
        for column, rest, ways in read:
            found = ways[0] if ways else unknown_class(rest, measured)
            if found is None:
                continue
            if len(ways) > 1:
                self.take(column, "ignore", "a probability, but its name can be read in two ways")
                continue
            own = found.run or (runs[0] if len(runs) == 1 else DEFAULT_RUN)
            if not found.run and runs and own not in runs:
                self.take(column, "ignore", f"a probability, but of which of the {len(runs)} runs is not said")
                continue
            of = f"of class {found.class_key!r}" if found.class_key else "of the positive class"
            self.take(column, "probability", f"numbers from 0 to 1, named as the probability {of}",
                      run=own, class_key=found.class_key)  # fmt: skip

    def classes(self) -> list[str]:
        said = [self.column(one.column) for one in self.found.values() if one.role in ("label", "prediction")]
        return list(dict.fromkeys(value for column in said for value in column.values))

    def answers(self) -> None:
        """Who, on what, said what: a file with a row for each answer."""
        named = any(_PREDICTION.match(one.name.lower()) or run_of(one.name) for one in self.free())
        given = next((one.column for one in self.found.values() if one.role == "annotator"), None)
        if (named or self.has("prediction")) and given is None:
            return
        found = answer_columns(self.columns, given)
        if found is None:
            return
        for name, role, reason in (
            (found.annotator, "annotator", "its name says who answered, and ids repeat"),
            (found.item, "id", "its name says so; it repeats, a row for each answer"),
            (found.answer, "human", "what the annotator said"),
        ):
            if name not in self.found and not self.has(role):
                self.take(self.column(name), role, reason)

    def counts(self) -> None:
        """How many people said each class."""
        for one in list(self.found.values()):
            if one.role == "human_count" and not one.class_key:
                self.found[one.column] = replace(one, class_key=class_counted(one.column, self.classes()))
        if self.has("human_count"):
            return
        for name, key in counting_columns(self.free(), self.classes()).items():
            self.take(self.column(name), "human_count", f"whole numbers, named as people who said {key!r}",
                      class_key=key)  # fmt: skip

    def humans(self) -> None:
        given = self.has("human")
        for column in self.free():
            if _HUMAN.match(column.name.lower()) and column.kind in ("text", "integer", "boolean"):
                if given:
                    self.take(column, "ignore", "named as a human label, but not among those given")
                else:
                    self.take(column, "human", f"its name is {column.name!r}")

    def media(self) -> None:
        for role, pattern in (("image", _IMAGE_FILE), ("audio", _AUDIO_FILE)):
            for column in self.free():
                files = column.kind == "text" and column.values and all(pattern.search(one) for one in column.values)
                if files and not self.has(role):
                    self.take(column, role, f"its values are {role} files")

    def text(self) -> None:
        if self.has("text"):
            return
        wordy = [one for one in self.free() if one.kind == "text" and 2 * one.distinct > one.rows]
        named = [one for one in wordy if _TEXT.match(one.name.lower())]
        long = [one for one in wordy if one.mean_length >= LONG_TEXT]
        for column in (named or long)[:1]:
            self.take(
                column, "text", "long text, hardly a value twice" if not named else f"its name is {column.name!r}"
            )

    def rest(self) -> None:
        for column in self.free():
            if column.kind in ("text", "time") and column.rows >= 20 and 2 * column.distinct > column.rows:
                self.take(column, "ignore", "nearly every value is different: kept and shown, not sliced")
            elif _COUNTER.match(column.name.lower()) and column.kind == "integer" and column.unique:
                self.take(column, "ignore", "it numbers the rows")
            elif column.kind == "other":
                self.take(column, "ignore", "not a plain value: kept and shown, not sliced")
            else:
                self.take(column, "feature", REST)


def guess_roles(columns: Sequence[Column], given: Sequence[Assignment] = ()) -> tuple[Assignment, ...]:
    """Give every column a role: what people said first, the rest from names, types and values.

    Args:
        columns: The columns as seen on a sample of rows.
        given: What a person decided; these stand as they are.

    Returns:
        One assignment for each column, in the order of the columns.

    Raises:
        UnknownColumnError: a given column does not exist.

    >>> columns = [Column(name="y_true", kind="text", values=("a", "b"), distinct=2),
    ...            Column(name="pred_v1", kind="text", values=("a", "b"), distinct=2)]
    >>> [(one.column, one.role, one.run) for one in guess_roles(columns)]
    [('y_true', 'label', ''), ('pred_v1', 'prediction', 'v1')]
    """
    names = [column.name for column in columns]
    for assignment in given:
        if assignment.column not in names:
            raise UnknownColumnError(assignment.column, names)
    guess = _Guesser(columns, {one.column: replace(one, reason=one.reason or "given", guessed=False) for one in given})
    guess.answers()
    guess.id()
    guess.by_name("label", _LABEL)
    guess.runs()
    guess.partner()
    guess.scores()
    guess.probabilities()
    guess.by_name("human_correct", _HUMAN_CORRECT)
    guess.counts()
    guess.humans()
    guess.media()
    guess.by_name("split", _SPLIT)
    guess.by_name("weight", _WEIGHT, kinds=("real", "integer"))
    guess.by_name("cluster", _CLUSTER)
    guess.text()
    guess.rest()
    return tuple(guess.found[name] for name in names)


def _overlap(one: Column, other: Column) -> float:
    """Shared distinct values over the larger of the two sets."""
    mine, theirs = set(one.values), set(other.values)
    return len(mine & theirs) / max(len(mine), len(theirs), 1)
