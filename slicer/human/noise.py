"""What noisy labels do to agreement, accuracy and gap, under a model of the noise: always labelled model-based."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from slicer.human.undefined import Undefined
from slicer.metrics.estimate import Estimate
from slicer.metrics.intervals import Interval

ASSUMPTION = (
    "Model-based: holds if every person is equally accurate, errs independently of the others, "
    "and errs to every other class alike."
)
NOISE_ASSUMPTION = (
    "Model-based: holds if label errors are independent of the model's and fall on every other class alike."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelBased:
    """A number that follows from others under an assumption, never measured itself."""

    value: float
    ci: Interval | None
    """The measured number's interval, carried over; the assumption's own doubt is not in it."""
    assumption: str

    def to_dict(self) -> dict[str, Any]:
        ci = None if self.ci is None else list(self.ci)
        return {"value": self.value, "ci": ci, "model_based": True, "assumption": self.assumption}


def accuracy_behind(agreement: float, classes: int) -> float | None:
    """The accuracy p of each of two people who agree so often: A = p² + (1 - p)² / (K - 1).

    None below the agreement of people who guess, 1 / K.

    >>> round(accuracy_behind(0.58, 2), 10), accuracy_behind(0.4, 2)
    (0.7, None)
    """
    if classes < 2 or classes * agreement < 1 - 1e-12:
        return None
    return (1 + math.sqrt((classes - 1) * max(classes * agreement - 1, 0.0))) / classes


def deattenuated(agreement: Estimate, classes: int) -> ModelBased | Undefined:
    """The accuracy of a person behind a pairwise agreement; the ends of its interval are mapped alike.

    Args:
        agreement: Pairwise agreement.
        classes: Labels there are to choose from, at least 2.
    """
    if classes < 2 or agreement.value is None:
        return Undefined(reason="An accuracy behind agreement needs two classes at least, and an agreement.")
    value = accuracy_behind(agreement.value, classes)
    if value is None:
        return Undefined(reason=f"People agree less than if they guessed among {classes} classes: no accuracy fits.")
    ends = None if agreement.ci is None else [accuracy_behind(end, classes) or 1 / classes for end in agreement.ci]
    return ModelBased(value=value, ci=None if ends is None else (ends[0], ends[1]), assumption=ASSUMPTION)


def gap_without_noise(gap: Estimate, noise: float, classes: int) -> ModelBased | Undefined:
    """The gap against clean labels: the observed one is (1 - ηK / (K - 1)) of it.

    Args:
        gap: Observed, on labels of which the share `noise` is wrong.
        noise: η in [0, 1].

    >>> from slicer.metrics.estimate import estimate
    >>> seen = estimate(0.08, (0.04, 0.12), n=100, denominator=100, method="tango", level=0.95)
    >>> found = gap_without_noise(seen, noise=0.1, classes=2)
    >>> round(found.value, 10), [round(end, 10) for end in found.ci]
    (0.1, [0.05, 0.15])
    """
    kept = 1 - noise * classes / (classes - 1) if classes > 1 else 0.0
    if kept <= 0 or gap.value is None:
        return Undefined(reason="With so many wrong labels nothing of a gap can be seen.")
    ci = None if gap.ci is None else (gap.ci[0] / kept, gap.ci[1] / kept)
    return ModelBased(value=gap.value / kept, ci=ci, assumption=NOISE_ASSUMPTION)


def accuracy_without_noise(accuracy: Estimate, noise: float, classes: int) -> ModelBased | Undefined:
    """The accuracy against clean labels: (a - η / (K - 1)) / (1 - η - η / (K - 1)), held in [0, 1]."""
    kept = 1 - noise * classes / (classes - 1) if classes > 1 else 0.0
    if kept <= 0 or accuracy.value is None:
        return Undefined(reason="With so many wrong labels nothing of an accuracy can be seen.")

    def clean(value: float) -> float:
        return min(1.0, max(0.0, (value - noise / (classes - 1)) / kept))

    ci = None if accuracy.ci is None else (clean(accuracy.ci[0]), clean(accuracy.ci[1]))
    return ModelBased(value=clean(accuracy.value), ci=ci, assumption=NOISE_ASSUMPTION)
