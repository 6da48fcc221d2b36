"""Human levels and baselines as the command line takes them: a number, a file, columns, or rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from slicer.errors import MissingFileError, UsageError
from slicer.given import COUNTS
from slicer.human.hlp import GivenHlp
from slicer.human.level_table import read_hlp_table, unused_lines
from slicer.human.table import is_human_table, read_human_table
from slicer.metrics.registry import METRICS
from slicer.project.decoding import text_of
from slicer.project.hlp_entries import levels_by_metric, read_levels
from slicer.slices import Slice, parse
from slicer.workbench.references import GivenBaseline

ROWS = "rows:"
"""`--hlp "rows:is_human = true"`: the rows that are people's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelOption:
    """A human level as it was typed."""

    text: str

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it names, for the role human; empty where it is something else."""
        if self.people is not None or self._number is not None or self._file is not None:
            return ()
        return (self.text,) if self.text.startswith(COUNTS) else tuple(part.strip() for part in self.text.split(","))

    @property
    def people(self) -> Slice | None:
        """The rows that are people's own, where it names rows.

        Raises:
            UsageError: it names all of them.
        """
        if not self.text.startswith(ROWS):
            return None
        rows = parse(self.text.removeprefix(ROWS))
        if rows == Slice():
            raise UsageError("Which rows are people's own?", hint='--hlp "rows:is_human = true"')
        return rows

    def by_metric(self, metric: str) -> dict[str, dict[Slice, GivenHlp]] | None:
        """The levels of a number or of a file by metric, for slices ranked by this one; None where it is none.

        Raises:
            UsageError, DataError: no rate, or a file that cannot be read as levels.
        """
        if self._number is not None:
            return {metric: {Slice(): GivenHlp(value=_checked(self._number, self.text, metric, "A human level"))}}
        if self._file is None:
            return None
        content = text_of(self._file)
        if is_human_table(content):
            return {"accuracy": read_human_table(content, "accuracy")}
        return levels_by_metric(read_levels(content, metric))

    def given(self, metric: str, level: float) -> dict[Slice, GivenHlp] | None:
        """The levels of a number or of a file, on the metric of the ranking; None where it is something else.

        Raises:
            UsageError, DataError: no rate, or a file that cannot be read as levels.
        """
        if self._number is not None:
            return {Slice(): GivenHlp(value=_checked(self._number, self.text, metric, "A human level"))}
        return None if self._file is None else levels_of(self._file, metric, level)

    def unused(self, metric: str) -> tuple[str, ...]:
        """What of a table of levels changes no number, a sentence each."""
        content = "" if self._file is None else text_of(self._file)
        return unused_lines(content, _metrics(metric)) if content and not is_human_table(content) else ()

    @property
    def _number(self) -> float | None:
        return number_of(self.text)

    @property
    def _file(self) -> Path | None:
        """The file it names.

        Raises:
            MissingFileError: it names one that is not there.
        """
        return file_of(self.text)


def levels_of(path: Path, metric: str, level: float) -> dict[Slice, GivenHlp]:
    """The levels of a file: a table of levels, or a human confusion matrix."""
    content = text_of(path)
    if not is_human_table(content):
        found: dict[Slice, GivenHlp] = {}
        for name in reversed(_metrics(metric)):
            found |= read_hlp_table(content, [name], rate=METRICS[metric].is_rate)
        return found
    if not METRICS[metric].is_rate:
        raise UsageError(
            f"{path} is a confusion matrix of people, which has no {metric}.", hint="Give a table slice,value."
        )
    return read_human_table(content, metric, level)


def _metrics(metric: str) -> tuple[str, ...]:
    """The metrics whose levels are of use: accuracy on the rows of a class is its recall."""
    return (metric, "accuracy") if metric == "recall" else (metric,)


def baselines_of(texts: Sequence[str], metric: str, level: float) -> dict[str, GivenBaseline]:
    """`NAME=NUMBER`, `NAME=FILE` or `NAME=COL`, each once.

    Raises:
        UsageError: no name, or a name twice.
    """
    found: dict[str, GivenBaseline] = {}
    for text in texts:
        name, separator, what = text.partition("=")
        if not (separator and name and what):
            raise UsageError(f"--baseline takes NAME=NUMBER, NAME=FILE or NAME=COL, not {text!r}.")
        if name in found:
            raise UsageError(f"The baseline {name!r} is given twice.")
        value, path = number_of(what), file_of(what)
        if value is not None:
            found[name] = {Slice(): GivenHlp(value=_checked(value, what, metric, f"The baseline {name!r}"))}
        else:
            found[name] = what if path is None else levels_of(path, metric, level)
    return found


def number_of(text: str) -> float | None:
    """A number; None if it is none."""
    try:
        return float(text)
    except ValueError:
        return None


def file_of(text: str) -> Path | None:
    """The file of this name; None where there is none and the name is no file's.

    Raises:
        MissingFileError: the name ends as a file's does.
    """
    path = Path(text).expanduser()
    if len(text) < 255 and path.is_file():
        return path
    if text.endswith(".csv"):
        raise MissingFileError(text)
    return None


def _checked(value: float, text: str, metric: str, what: str) -> float:
    if METRICS[metric].is_rate and not 0 <= value <= 1:
        raise UsageError(f"{what} is a rate from 0 to 1, not {text}.", hint="Write 95 % as 0.95.")
    if not math.isfinite(value):
        raise UsageError(f"{what} is a number, not {text}.")
    return value
