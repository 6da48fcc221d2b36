"""What people say of the same rows: agreement, the human level behind it, and the model beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from slicer.human.agreement import Agreement, LabelAgreement
from slicer.human.annotators import Annotator, ReferenceLevel
from slicer.human.confused import ConfusedLabels
from slicer.human.leave_one_out import HumanLevel
from slicer.human.patterns import disagreement
from slicer.human.truth import MEANINGS, TITLES
from slicer.human.undefined import Answer
from slicer.results import Head
from slicer.slices import Slice
from slicer.vocabulary import TruthSource

LevelOf = Literal["mean_annotator", "versus_label", "leave_one_out"]
"""The figures that can be the human level of a ranking."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreeFigures:
    """Every figure of what people said of some rows."""

    items: int
    """Rows with an answer."""
    answers: int
    agreement: Agreement
    cohen_kappa: Answer
    """Of two people."""
    interval_alpha: Answer
    """Krippendorff's alpha of labels that are numbers: how far apart people are."""
    ordinal_alpha: Answer
    """The same where only the order of the numbers counts: stars, grades."""
    versus_label: HumanLevel
    """People and model against the truth, averaged over the people of an item, then over items."""
    leave_one_out: HumanLevel
    """Each person against the others, and the model against the same others."""

    def to_dict(self) -> dict[str, Any]:
        """The numbers of the JSON contract, each an estimate or null with a reason."""
        return {
            "items": self.items,
            "answers": self.answers,
            "pairwise_agreement": self.agreement.pairwise.to_dict(),
            "fleiss_kappa": self.agreement.fleiss_kappa.to_dict(),
            "krippendorff_alpha": self.agreement.krippendorff_alpha.to_dict(),
            "interval_alpha": self.interval_alpha.to_dict(),
            "ordinal_alpha": self.ordinal_alpha.to_dict(),
            "cohen_kappa": self.cohen_kappa.to_dict(),
            "hlp_vs_label": self.versus_label.hlp.to_dict(),
            "model_vs_label": self.versus_label.model.to_dict(),
            "gap_vs_label": self.versus_label.gap.to_dict(),
            "hlp_leave_one_out": self.leave_one_out.hlp.to_dict(),
            "model_leave_one_out": self.leave_one_out.model.to_dict(),
            "gap": self.leave_one_out.gap.to_dict(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreeSlice:
    """The figures of one slice."""

    slice: Slice
    name: str
    """Its saved name, or the predicate in words."""
    figures: AgreeFigures

    def to_dict(self) -> dict[str, Any]:
        return {"slice": str(self.slice), "name": self.name, **self.figures.to_dict()}


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreeClass:
    """One label."""

    label: str
    agreement: LabelAgreement
    versus_label: Answer
    """How often people say it where it is the truth: their recall."""

    def to_dict(self) -> dict[str, Any]:
        return {"class": self.label, **self.agreement.to_dict(), "hlp_vs_label": self.versus_label.to_dict()}


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputedItem:
    """A row people disagree on."""

    id: str
    said: Mapping[str, int]
    """How many people said each label."""

    @property
    def disagreement(self) -> float:
        """The share of the pairs of people who disagree, above 0."""
        return disagreement(list(self.said.values())) or 0.0

    def to_dict(self) -> dict[str, Any]:
        return {"id": self.id, "said": dict(self.said), "disagreement": self.disagreement}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AgreeResult:
    """Agreement of people and the human level, overall, by annotator, by class and by slice."""

    head: Head
    people: str
    """Where the answers stand: columns, counts or annotations."""
    labels: tuple[str, ...]
    """Every label that people, the model or the truth use."""
    overall: AgreeFigures
    mean_annotator: ReferenceLevel
    """The mean over annotators, who may have answered different rows; the lowest and the highest."""
    annotators: tuple[Annotator, ...]
    """The one the others agree with least first; empty where nobody knows who said what."""
    classes: tuple[AgreeClass, ...]
    slices: tuple[AgreeSlice, ...]
    confused: tuple[ConfusedLabels, ...]
    """The pairs of labels that most pairs of people disagree by, most first."""
    disputed: tuple[DisputedItem, ...]
    """The rows people disagree on most, first; at most a hundred."""
    notes: tuple[str, ...]
    """What could mislead, a sentence each."""
    truth_source: TruthSource
    truth_guessed: bool
    """Whether nobody said where the truth comes from."""

    @property
    def title(self) -> str:
        """What the human level is called under this truth."""
        return TITLES[self.truth_source]

    @property
    def meaning(self) -> str:
        """What it means under this truth, in a sentence or two."""
        return MEANINGS[self.truth_source]

    @property
    def level_of(self) -> LevelOf:
        """Which of the figures is *the* human level: that of Human level and of rankings, and of their gap."""
        alone, truth = self.overall.leave_one_out, self.overall.versus_label
        if not truth.items or (self.truth_source == "human" and alone.items):
            return "leave_one_out"
        several = len(self.annotators) > 1 and self.mean_annotator.hlp.value is not None
        return "mean_annotator" if several and self.truth_source != "human" else "versus_label"

    def to_dict(self) -> dict[str, Any]:
        """The JSON contract."""
        mean = self.mean_annotator
        picked = {name: getattr(mean, name) for name in ("lowest", "highest")}
        return {
            **self.head.document("agree"),
            "people": self.people,
            "truth_source": self.truth_source,
            "truth_guessed": self.truth_guessed,
            "title": self.title,
            "meaning": self.meaning,
            "human_level": self.level_of,
            **self.overall.to_dict(),
            "annotators": len(self.annotators) or None,
            "labels": list(self.labels),
            "mean_annotator": {
                "hlp": mean.hlp.to_dict(),
                "model": mean.model.to_dict(),
                "gap": mean.gap.to_dict(),
                **{name: None if one is None else one.to_dict() for name, one in picked.items()},
            },
            "by_annotator": [one.to_dict() for one in self.annotators],
            "by_class": [one.to_dict() for one in self.classes],
            "by_slice": [one.to_dict() for one in self.slices],
            "confused": [one.to_dict() for one in self.confused],
            "disputed": [one.to_dict() for one in self.disputed],
            "notes": list(self.notes),
        }

    def to_json(self) -> str:
        return json.dumps(self.to_dict(), ensure_ascii=False, allow_nan=False, indent=2)

    def to_frame(self) -> pd.DataFrame:
        """A row for all rows and one for each slice: items, answers, and each number with its interval."""
        rows = []
        for slice_, figures in (("", self.overall), *((str(one.slice), one.figures) for one in self.slices)):
            row: dict[str, Any] = {"slice": slice_}
            for name, found in figures.to_dict().items():
                if not isinstance(found, dict):
                    row[name] = found
                    continue
                row[name] = found["value"]
                row[f"{name}_lo"], row[f"{name}_hi"] = found.get("ci") or (None, None)
            rows.append(row)
        return pd.DataFrame(rows)
