"""What is measured: right and wrong, a score per row, errors over a total, or numbers against numbers."""

from __future__ import annotations

from collections.abc import Iterable

from slicer.engine.levels import PLAIN_NUMBERS
from slicer.errors import UsageError
from slicer.project.datasets import Dataset
from slicer.schema import RunColumns
from slicer.vocabulary import Task


def choose_task(dataset: Dataset, run: RunColumns, labels: Iterable[str] | None) -> Task:
    """The task as chosen, else as the columns of the run suggest.

    Args:
        labels: Class keys of the truth; None beyond the most that are counted.

    Raises:
        UsageError: what was chosen lacks its columns.
    """
    roles, chosen = dataset.roles, dataset.roles.choices.task
    numbers = all(
        name is not None and dataset.kinds[name] in ("integer", "real") for name in (roles.label, run.prediction)
    )
    lacking = {
        "ratio": "" if run.errors and roles.total else "a column of errors and one of their total",
        "score": "" if run.score else "a score column",
        "regression": "" if numbers else "a label and a prediction that are numbers",
        "classification": "" if run.correct or run.prediction or run.probabilities else "labels and predictions",
    }
    if chosen is not None:
        if lacking[chosen]:
            raise UsageError(f"Run {run.name!r} is no {chosen} task: it lacks {lacking[chosen]}.")
        return chosen
    if run.errors or run.score:
        return "ratio" if run.errors else "score"
    keys = None if labels is None else list(labels)
    fractions = keys is not None and len(keys) > PLAIN_NUMBERS and any(not _is_whole(key) for key in keys)
    return "regression" if numbers and run.correct is None and (keys is None or fractions) else "classification"


def _is_whole(key: str) -> bool:
    """Whether a class key is a whole number."""
    return key.lstrip("+-").isdigit()
