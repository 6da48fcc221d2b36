"""The loss of a row: what a search for bad slices adds up."""

from __future__ import annotations

from sqlglot import exp

from slicer.engine.sql import column
from slicer.engine.sums import number
from slicer.errors import UsageError
from slicer.found import Outcome
from slicer.workbench.counting import Counting


def loss_of_row(bench: Counting, outcome: Outcome) -> exp.Expression:
    """A number for each row, at least 0 and the higher the worse; null where the row has no part.

    An error is 1 and a right row 0. A score counts by its distance from the best score there is, a regression by how
    far it is off, errors over a total by the errors.

    Args:
        outcome: What counts as an error: any, or those of one class, among the rows of that class.

    Raises:
        UsageError: there is nothing to count, in words.
    """
    relation = bench.relation
    if bench.task == "classification":
        if bench.by_people:
            raise UsageError(
                "Rows are right or wrong only by what people say here: nothing to search by.",
                hint="Add a label column.",
            )
        wrong = exp.cast(exp.Not(this=exp.paren(relation.right)), "DOUBLE")
        return wrong if outcome == "error" else exp.case().when(_rows_of(bench, outcome), wrong)
    if outcome != "error":
        raise UsageError(f"--outcome {outcome} needs rows that are right or wrong.", hint="Leave it out.")
    if bench.task == "score":
        return _below_best(bench)
    if bench.task == "ratio":
        return number(column(str(bench.run.errors)))
    label, prediction = number(column(str(bench.dataset.roles.label))), number(column(str(bench.run.prediction)))
    return exp.Abs(this=exp.Sub(this=label, expression=prediction))


def _rows_of(bench: Counting, outcome: Outcome) -> exp.Expression:
    """Whether a row can be a false negative: it is of the positive class; a false positive: it is not."""
    label = bench.relation.label
    if bench.positive is None or label is None or not bench.by_class:
        raise UsageError(
            f"--outcome {outcome} needs two classes, one of them the positive.", hint="Leave it out, or add --positive."
        )
    side = exp.EQ if outcome == "fnr" else exp.NEQ
    return side(this=label, expression=exp.Literal.string(bench.positive))


def _below_best(bench: Counting) -> exp.Expression:
    """How far a score is from the best."""
    score = number(column(str(bench.run.score)))
    _, least, largest = bench.engine.span(str(bench.run.score)) or (0.0, 0.0, 0.0)
    if bench.higher_is_better("mean"):
        return exp.Sub(this=exp.Literal.number(repr(largest)), expression=score)
    return exp.Sub(this=score, expression=exp.paren(exp.Literal.number(repr(least))))
