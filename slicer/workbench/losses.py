"""The loss of a row: what a search for bad slices adds up."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from slicer.engine.sql import Relation, column
from slicer.engine.sums import number
from slicer.errors import UsageError
from slicer.found import Outcome
from slicer.schema import RunColumns
from slicer.workbench.counting import Counting
from slicer.workbench.tasks import choose_task


def loss_of_row(bench: Counting, outcome: Outcome = "error", against: str | None = None) -> exp.Expression:
    """A number for each row, the higher the worse; null where the row has no part.

    An error is 1 and a right row 0. A score counts by its distance from the best score there is, a regression by how
    far it is off, errors over a total by the errors. Against another run it is the loss less that of the other: 1 where
    a row is newly wrong, -1 where it is newly right, of the rows that both predict.

    Args:
        outcome: What counts as an error: any, or those of one class, among the rows of that class.
        against: The other run.

    Raises:
        UsageError: there is nothing to count, or no such run, in words.
    """
    if bench.task == "classification" and bench.by_people:
        raise UsageError(
            "Rows are right or wrong only by what people say here: nothing to search by.",
            hint="Add a label column.",
        )
    if bench.task != "classification" and outcome != "error":
        raise UsageError(f"--outcome {outcome} needs rows that are right or wrong.", hint="Leave it out.")
    if against is not None:
        mine = _loss(bench, bench.relation)
        loss: exp.Expression = exp.Sub(this=exp.paren(mine), expression=exp.paren(_loss(bench, _other(bench, against))))
    elif bench.task == "score":
        loss = _below_best(bench)
    else:
        loss = _loss(bench, bench.relation, unpredicted=True)
    return loss if outcome == "error" else exp.case().when(_rows_of(bench, outcome), loss)


def _other(bench: Counting, name: str) -> Relation:
    """The same rows with another run's answers."""
    run = bench.dataset.roles.run(name)
    if run.name == bench.run.name:
        raise UsageError(f"Run {name!r} is the run that is searched.", hint="Name another one: --against.")
    if choose_task(bench.dataset, run, bench.labels) != bench.task:
        raise UsageError(f"Runs {bench.run.name!r} and {name!r} do not predict the same kind of thing.")
    return replace(bench.relation, run=run)


def _loss(bench: Counting, relation: Relation, *, unpredicted: bool = False) -> exp.Expression:
    """The loss of a run.

    Args:
        unpredicted: Whether a row without a prediction is wrong, and not left out.
    """
    run = relation.run
    match bench.task:
        case "score":
            score = _score(run)
            return exp.Neg(this=score) if bench.higher_is_better("mean") else score
        case "ratio":
            return number(column(str(run.errors)))
        case "regression":
            label, prediction = number(column(str(bench.dataset.roles.label))), number(column(str(run.prediction)))
            return exp.Abs(this=exp.Sub(this=label, expression=prediction))
    wrong = exp.cast(exp.Not(this=exp.paren(relation.right)), "DOUBLE")
    if unpredicted or run.correct is not None or relation.prediction is None:
        return wrong
    return exp.case().when(exp.Not(this=exp.Is(this=relation.prediction, expression=exp.null())), wrong)


def _score(run: RunColumns) -> exp.Expression:
    return number(column(str(run.score)))


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
    score = _score(bench.run)
    _, least, largest = bench.engine.span(str(bench.run.score)) or (0.0, 0.0, 0.0)
    if bench.higher_is_better("mean"):
        return exp.Sub(this=exp.Literal.number(repr(largest)), expression=score)
    return exp.Sub(this=score, expression=exp.paren(exp.Literal.number(repr(least))))
