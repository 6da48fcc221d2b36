"""What can go wrong, said to the person: what was asked, what was found, what to do.

The tree, every leaf built from facts::

    SlicerError
    ├── DataError                 a file or its content
    │   ├── MissingFileError
    │   ├── UnreadableFileError
    │   ├── EmptyDataError
    │   ├── NoLabelError
    │   ├── UnknownColumnError
    │   └── RepeatedIdsError
    ├── SliceError                a predicate that cannot be read, with the place
    ├── ProjectError              the project file
    │   ├── LockedProjectError
    │   ├── NewerProjectError
    │   └── NotAProjectError
    └── UsageError                an option or a choice that does not fit

Pages and the command line catch `SlicerError` alone; anything else is a bug and should be seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches


class SlicerError(Exception):
    """One sentence for the person, and a hint what to do next.

    >>> error = UsageError("No sample named 'spech'.", hint="Samples: speech, defects.")
    >>> str(error), error.hint, error.title
    ("No sample named 'spech'.", 'Samples: speech, defects.', 'This choice does not fit')
    """

    title = "Something does not fit"

    def __init__(self, sentence: str, *, hint: str = "") -> None:
        super().__init__(sentence)
        self.hint = hint


class DataError(SlicerError):
    """A file, or what is in it, cannot be used as asked."""

    title = "This data cannot be used yet"


class MissingFileError(DataError):
    """The path leads to no file."""

    title = "No such file"

    def __init__(self, path: object) -> None:
        super().__init__(f"No file at {path}.", hint="Check the path; a relative path starts where Slicer was started.")


class UnreadableFileError(DataError):
    """The file is there but holds no table."""

    title = "This file cannot be read as a table"

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            f"{name} cannot be read as a table: {reason}",
            hint="Accepted: CSV, TSV, Parquet and JSON lines, plain or gzip.",
        )


class EmptyDataError(DataError):
    """No rows."""

    title = "No rows"

    def __init__(self, name: str, columns: Sequence[str] = ()) -> None:
        found = f"only a header ({', '.join(columns)})" if columns else "nothing"
        super().__init__(
            f"{name} holds {found}: there are no rows to analyse.", hint="Export the predictions again, one row each."
        )


class NoLabelError(DataError):
    """Nothing in the data could say what is right."""

    title = "No label"

    def __init__(self, name: str, columns: Iterable[str], missing: str = "label") -> None:
        what = {
            "label": "No column of {name} could be a label, and none says whether a row is correct.",
            "prediction": "No column of {name} could be a prediction, a probability, a score or a correct flag.",
        }[missing]
        options = {"label": "--label", "prediction": "--prediction or --score"}[missing]
        instead = "; the answers of several people (--human a,b) can stand in for it" if missing == "label" else ""
        super().__init__(
            what.format(name=name),
            hint=f"Name it with {options} (or on the Data page){instead}. Columns: {listed(columns)}.",
        )


class UnknownColumnError(DataError):
    """A column was named that the data set does not have.

    >>> print(UnknownColumnError("agee", ["age", "lighting", "sex"]))
    No column named 'agee'; did you mean 'age'?
    """

    title = "No such column"

    def __init__(self, column: str, available: Iterable[str]) -> None:
        names = list(available)
        super().__init__(f"No column named {column!r}{meant(column, names)}", hint=f"Columns: {listed(names)}.")


class RepeatedIdsError(DataError):
    """A join needs ids that stand once."""

    title = "Repeated ids"

    def __init__(self, column: str, name: str, repeated: Sequence[str], total: int) -> None:
        super().__init__(
            f"{total:,} ids stand more than once in column {column!r} of {name}: cannot join by it.",
            hint=f"Repeated: {listed(repeated)}. Keep one row for each id, or choose another id column.",
        )


class SliceError(SlicerError):
    """A predicate cannot be read; `position` is the character, counted from 0."""

    title = "This filter cannot be read"

    def __init__(self, sentence: str, *, text: str = "", position: int | None = None, hint: str = "") -> None:
        self.text, self.position = text, position
        pointer = f"{text}\n{' ' * position}^" if text and position is not None else ""
        super().__init__(sentence, hint="\n".join(part for part in (pointer, hint) if part))


class ProjectError(SlicerError):
    """The project file cannot be used."""

    title = "This project cannot be opened"


class LockedProjectError(ProjectError):
    """Another process holds the project file."""

    def __init__(self, path: object, holder: str) -> None:
        super().__init__(
            f"The project {path} is in use by {holder}.",
            hint="One process can open a project: stop the dashboard or command that has it. A running dashboard takes "
            "and gives tags and slices as files itself, at the foot of Tags and Slices.",
        )


class NewerProjectError(ProjectError):
    """The file was written by a later version."""

    def __init__(self, path: object, found: int, known: int) -> None:
        super().__init__(
            f"The project {path} was written by a newer Slicer (schema {found}; this one knows up to {known}).",
            hint="Upgrade Slicer, or ask for a copy saved by this version. Nothing was changed.",
        )


class NotAProjectError(ProjectError):
    """A DuckDB file of someone else, or no DuckDB file at all."""

    def __init__(self, path: object, reason: str) -> None:
        super().__init__(
            f"{path} is not a Slicer project: {reason}.",
            hint="Open a *.duckdb file made by Slicer, or choose a new name.",
        )


class UsageError(SlicerError):
    """An option or a choice that does not fit what is there."""

    title = "This choice does not fit"


def listed(names: Iterable[str], most: int = 30) -> str:
    """The names with commas, cut after `most` with the number left out.

    >>> listed(["a", "b", "c"], most=2)
    'a, b and 1 more'
    """
    names = list(names)
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def meant(word: str, known: Sequence[str]) -> str:
    """A suggestion to end a sentence with, or a full stop.

    >>> meant("agee", ["age"]), meant("zzz", ["age"])
    ("; did you mean 'age'?", '.')
    """
    lower = {name.lower(): name for name in known}
    close = get_close_matches(word.lower(), list(lower), n=1)
    return f"; did you mean {lower[close[0]]!r}?" if close else "."
