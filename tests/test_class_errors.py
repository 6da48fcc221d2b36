"""What fixing one kind of error of a class brings, beside scikit-learn on the rows as they would be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sk

from slicer.findings.skew import errors_finding, rare_finding
from slicer.metrics.counts import ConfusionCounts
from slicer.priorities.class_errors import class_errors

COURSE = ConfusionCounts(("ok", "defect"), np.array([[905.0, 9.0, 0.0], [18.0, 68.0, 0.0]]))


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1, max_size=40))
def test_fixed_rows_are_right_and_all_others_stay(drawn: list[tuple[str, str]]) -> None:
    truth, said = (np.array(one) for one in zip(*drawn, strict=True))
    table = sk.confusion_matrix(truth, said, labels=list("abc")).astype(float)
    counts = ConfusionCounts(tuple("abc"), np.hstack([table, np.zeros((3, 1))]))

    def scores(said: np.ndarray) -> tuple[float, float]:
        return sk.accuracy_score(truth, said), sk.f1_score(truth, said, average="macro")

    before, found = scores(said), class_errors(counts)
    assert {one.label for one in found} == {*truth, *said}
    for one in found:
        for part, wrong in (
            (one.missed, (truth == one.label) & (said != one.label)),
            (one.alarms, (truth != one.label) & (said == one.label)),
        ):
            after = scores(np.where(wrong, truth, said))
            assert part.rows == wrong.sum()
            assert (part.accuracy, part.macro_f1) == pytest.approx(np.subtract(after, before), abs=1e-12)
    assert [one.worth for one in found] == sorted((one.worth for one in found), reverse=True)


def test_the_course_s_rare_class_is_named_and_what_accuracy_hides_of_it() -> None:
    found = class_errors(COURSE)
    assert (found[0].label, found[0].share, found[0].missed.rows) == ("defect", 0.086, 18)
    assert errors_finding(found)[0].replace("\u202f", " ") == (
        "Fixing the 18 rows of defect taken for another class would bring 6.3 pp of macro F1, 1.8 pp of accuracy"
    )
    assert rare_finding(found, 0.914).replace("\u202f", " ") == (
        "Defect is 8.6 % of the rows: a model that never says it can still be right on 91.4 % of them, "
        "with a recall of 0."
    )


def test_without_rows_or_errors_nothing_is_promised() -> None:
    assert class_errors(ConfusionCounts(("a",), np.zeros((1, 2)))) == ()
    right = class_errors(ConfusionCounts(("a", "b"), np.array([[5.0, 0, 0], [0, 5.0, 0]])))
    assert errors_finding(right)[0] == "No error is worth fixing here"
