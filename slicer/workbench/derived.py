"""Numbers of a row that no column holds, by the name the slice language has for them."""

from __future__ import annotations

from sqlglot import exp

from slicer.engine.probabilities import ProbabilityTerms
from slicer.engine.sql import LABEL, OFF_BY, OWN_RATE, PREDICTION, PROBABILITY, Relation, column
from slicer.engine.sums import number
from slicer.vocabulary import Task


def derived_numbers(relation: Relation, task: Task, terms: ProbabilityTerms | None) -> dict[str, exp.Expression]:
    """What can be asked of a row beside its columns, null where it is not known; a column of that name goes before.

    - `probability`, of rows with a label: that of the positive class, or of the most probable of several;
    - `off by`: prediction minus label, where both are numbers; then `label` and `prediction` are numbers too;
    - `error rate`: a row's own errors over its total.
    """
    found: dict[str, exp.Expression] = {}
    if terms is not None:
        found[PROBABILITY] = terms.row["p"]
    if task == "regression":
        found[OFF_BY] = off_by(relation)
    if task == "ratio":
        found[OWN_RATE] = own_rate(relation)
    found = {name: this for name, this in found.items() if name not in relation.kinds}
    if task == "regression":
        found |= {LABEL: as_number(relation.roles.label), PREDICTION: as_number(relation.run.prediction)}
    return found


def off_by(relation: Relation) -> exp.Expression:
    """Prediction minus label of a row."""
    prediction, label = as_number(relation.run.prediction), as_number(relation.roles.label)
    return exp.paren(exp.Sub(this=prediction, expression=label))


def own_rate(relation: Relation) -> exp.Expression:
    """Errors over total of a row; null where the total is 0."""
    errors, total = as_number(relation.run.errors), as_number(relation.roles.total)
    above = exp.GT(this=total.copy(), expression=exp.Literal.number(0))
    return exp.paren(exp.case().when(above, exp.Div(this=errors, expression=total)))


def as_number(name: str | None) -> exp.Expression:
    """A column as a finite number, else null."""
    return exp.paren(number(column(str(name))))
