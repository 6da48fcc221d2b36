"""Accuracy as the rows are labelled, and after the wrong labels people found are set right."""

from __future__ import annotations

from dataclasses import dataclass

from slicer.metrics.estimate import Estimate
from slicer.metrics.intervals import mover_sum, wilson


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelsRead:
    """What people found of the labels of one side: of the errors, or of the rows the model has right."""

    rows: int
    read: int
    turned: int
    """Of those read, the ones that change sides with the right label."""
    random: bool
    """Whether what was read stands for all of them: a random sample, or all there are."""

    @property
    def turned_in_all(self) -> float:
        """Rows that change sides: in all of them, where what was read stands for them; else those that were found."""
        return self.turned * self.rows / self.read if self.random and self.read else float(self.turned)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relabelled:
    """Accuracy under two sets of labels.

    Only errors are looked at by nature, and there a wrong label can only help the model: where it is right by a wrong
    label nobody looks. So correct rows have to be read too.

    Source:
        Method, section 9.

    >>> errors = LabelsRead(rows=30, read=30, turned=8, random=True)
    >>> nobody = LabelsRead(rows=170, read=0, turned=0, random=False)
    >>> some = LabelsRead(rows=170, read=50, turned=1, random=True)
    >>> [round(Relabelled(errors=errors, rights=one).after().value, 3) for one in (nobody, some)]
    [0.89, 0.873]
    """

    errors: LabelsRead
    rights: LabelsRead

    @property
    def rows(self) -> int:
        return self.errors.rows + self.rights.rows

    @property
    def one_sided(self) -> bool:
        """Whether only errors were read, so that the accuracy after the fixes is too high."""
        return not self.rights.read

    @property
    def found(self) -> int:
        """Wrong labels that change whether the model is right."""
        return self.errors.turned + self.rights.turned

    def as_labelled(self, level: float = 0.95) -> Estimate:
        """Accuracy against the labels of the data."""
        right = self.rights.rows
        value = right / self.rows if self.rows else None
        return Estimate(
            value=value,
            n=self.rows,
            denominator=self.rows,
            ci=wilson(right, self.rows, level),
            method="wilson",
            level=level,
        )

    def after(self, level: float = 0.95) -> Estimate:
        """Accuracy with the right labels. No interval where either side is known by what somebody chose to read."""
        if not self.rows:
            return Estimate(value=None, n=0, denominator=0, ci=None, method=None, level=level, flags=("undefined",))
        right = self.rights.rows - self.rights.turned_in_all + self.errors.turned_in_all
        parts = [
            (one.rows / self.rows, share, wilson(share * one.read, one.read, level))
            for one, kept in ((self.rights, True), (self.errors, False))
            if one.read and one.rows
            for share in [(one.read - one.turned if kept else one.turned) / one.read]
        ]
        known = all(one.random or not one.rows for one in (self.errors, self.rights))
        sound = [(weight, share, ci) for weight, share, ci in parts if ci is not None]
        return Estimate(
            value=right / self.rows,
            n=self.rows,
            denominator=self.rows,
            ci=mover_sum(sound) if known and sound else None,
            method="mover" if known and sound else None,
            level=level,
            flags=() if known else ("convenience_sample",),
        )
