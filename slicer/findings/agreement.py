"""How far people agree, in sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from slicer.agreed import AgreeResult
from slicer.display import DASH, MINUS, UNDEFINED, count, number, percent, points
from slicer.findings.wording import capital, many, plain_quote
from slicer.human.confused import ConfusedLabels
from slicer.human.notes import paradox_note
from slicer.human.undefined import Answer, Undefined
from slicer.metrics.estimate import Estimate

WELL, POORLY = 0.8, 0.667
"""Krippendorff's alpha from which labels are called reliable, and below which they are not (Krippendorff 2004)."""


def people_finding(result: AgreeResult | Undefined) -> str:
    """How much people answered, where no model was run."""
    if isinstance(result, Undefined):
        return "People answered, and no model was run"
    who = many(len(result.annotators), "person").replace("persons", "people") if result.annotators else "People"
    return f"{who} answered {many(result.overall.items, 'row')}"


def agreement_finding(result: AgreeResult) -> str:
    """How often two people agree, and whether that is more than chance."""
    pairwise, alpha = result.overall.agreement.pairwise, result.overall.agreement.krippendorff_alpha
    if pairwise.value is None:
        asked, rows = result.overall.items, result.head.rows
        where = "each row" if asked == rows else f"{count(asked)} of {many(rows, 'row')}"
        return f"One person answered {where}: agreement needs two"
    said = f"Two people say the same on {percent(pairwise.value)} of rows"
    if alpha.value is None:
        return said
    enough = "less than reliable labels need"
    if alpha.value >= POORLY:
        enough = "as reliable labels need" if alpha.value >= WELL else "enough for tentative conclusions"
    return f"{said}, {enough} (alpha {_figure(alpha.value)})"


Shown = Literal["rate", "points", "kappa"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the table of agreement."""

    name: str
    found: Answer
    says: str
    """What it says."""
    shown: Shown
    level: bool = False
    """Whether it is the human level that the gaps are taken from."""

    @property
    def words(self) -> tuple[str, str]:
        """The number and its interval; or a dash and why there is none."""
        found = self.found
        if not isinstance(found, Estimate) or found.value is None:
            return DASH, found.reason if isinstance(found, Undefined) else UNDEFINED
        if self.shown == "kappa":
            return alpha_words(found)
        value = percent(found.value) if self.shown == "rate" else points(found.value)
        return value, _ends(found, number)


def figures_of(result: AgreeResult) -> list[Figure]:
    """Every figure of agreement, and of people and model against the same references."""
    figures, mean = result.overall, result.mean_annotator
    agreed, loo, truth = figures.agreement, figures.leave_one_out, figures.versus_label
    found: list[tuple[str, Answer, str, Shown]] = [
        ("Pairwise agreement", agreed.pairwise, "how often two people on a row say the same", "rate"),
        ("Krippendorff’s alpha", agreed.krippendorff_alpha, "agreement beyond chance: 1 all, 0 none", "kappa"),
        ("Alpha of numbers", figures.interval_alpha, "the same, by how far apart the numbers are", "kappa"),
        ("Alpha of ranks", figures.ordinal_alpha, "the same, by the order of the numbers alone", "kappa"),
        ("Cohen’s kappa", figures.cohen_kappa, "of two people, beyond chance by their habits", "kappa"),
        ("Fleiss’ kappa", agreed.fleiss_kappa, "of several people, as many on every row", "kappa"),
        (
            "A person against the others",
            loo.hlp,
            "each against most of the others (leave-one-out)",
            "rate",
        ),
        ("Model against the same others", loo.model, "the prediction against the very same answers", "rate"),
        ("Gap against the others", loo.gap, "people minus model, row by row", "points"),
        ("People against the label", truth.hlp, "averaged over rows, each counted once", "rate"),
        ("Model against the label", truth.model, "on the same rows", "rate"),
        ("Gap against the label", truth.gap, "people minus model, row by row", "points"),
        ("Mean of annotators", mean.hlp, "a person drawn at random, against the label", "rate"),
        ("Gap to their mean", mean.gap, "each person minus the model on the same rows", "points"),
    ]
    level = {"leave_one_out": loo.hlp, "versus_label": truth.hlp, "mean_annotator": mean.hlp}[result.level_of]
    of_numbers = not isinstance(figures.interval_alpha, Undefined)
    scales = (figures.interval_alpha, figures.ordinal_alpha)
    hidden: list[Answer] = [] if of_numbers else list(scales)
    hidden += [] if result.head.source["run"] else [loo.model, loo.gap, truth.model, truth.gap, mean.gap]
    hidden += [mean.hlp, mean.gap] if len(result.annotators) == 1 else []
    return [
        Figure(name=name, found=one, says=says, shown=shown, level=one is level and one.value is not None)
        for name, one, says, shown in found
        if not any(one is other for other in hidden)
    ]


def level_words(result: AgreeResult) -> str:
    """Which figure is the human level, and why the others differ; empty where there is none."""
    mean, truth = result.mean_annotator.hlp, result.overall.versus_label.hlp
    alone = result.overall.leave_one_out.hlp
    if result.level_of == "leave_one_out":
        if alone.value is None:
            return ""
        what = (
            "the label is itself people’s" if result.overall.versus_label.items else "nothing else says what is right"
        )
        against = f"; against the label they reach {percent(truth.value)}" if _differ(alone, truth) else ""
        return f"The human level is {percent(alone.value)}, a person against the others, since {what}{against}."
    if result.level_of == "versus_label":
        return "" if truth.value is None else f"The human level is {percent(truth.value)}, people against the label."
    others = []
    if _differ(mean, truth):
        others.append(f"averaged over rows, each counted once, it is {percent(truth.value)}")
    if _differ(mean, alone):
        others.append(f"{percent(alone.value)} is how far people agree with each other, not with the label")
    what = "the mean of annotators: a person drawn at random, against the label"
    return "; ".join((f"The human level is {percent(mean.value)}, {what}", *others)) + "."


def class_level_words(result: AgreeResult | None) -> str:
    """That people are averaged otherwise on classes than on all rows, where it makes a difference; else empty."""
    if result is None or result.level_of != "mean_annotator":
        return ""
    if not _differ(result.mean_annotator.hlp, result.overall.versus_label.hlp):
        return ""
    return " People of a class are averaged over its rows, not over annotators as in the rows above."


def _differ(one: Answer, other: Answer) -> bool:
    """Whether two figures look different on screen."""
    return one.value is not None and other.value is not None and percent(one.value) != percent(other.value)


def _ends(found: Estimate, words: Callable[[float], str]) -> str:
    return "no interval" if found.ci is None else " to ".join(words(end) for end in found.ci)


def alpha_words(found: Estimate) -> tuple[str, str]:
    """A kappa or an alpha, and its interval; both with two digits.

    >>> alpha_words(Estimate(value=-0.021, n=90, denominator=90, ci=(-0.1, 0.06), method="delta"))
    ('−0.02', '−0.10 to 0.06')
    """
    return (DASH, UNDEFINED) if found.value is None else (_figure(found.value), _ends(found, _figure))


def _figure(value: float) -> str:
    text = f"{abs(value):.2f}"
    return f"{MINUS}{text}" if value < 0 and float(text) else text


def paradox_of(result: AgreeResult) -> str:
    """The caution where people agree often, yet hardly more than chance; empty where there is none."""
    pairwise, alpha = result.overall.agreement.pairwise, result.overall.agreement.krippendorff_alpha
    known = isinstance(pairwise, Estimate) and isinstance(alpha, Estimate)
    return paradox_note(pairwise, alpha) if known else ""  # type: ignore[arg-type]


def labels_finding(result: AgreeResult) -> str:
    """The label people agree on least."""
    known = [
        (one.agreement.agreement.value, one.label)
        for one in result.classes
        if one.agreement.agreement.value is not None and one.agreement.answers >= 30
    ]
    if not known:
        return "Labels by how far people agree on them"
    value, label = min(known)
    return f"People agree least on {plain_quote(label)}: {percent(value, 0)}"


def confused_finding(pairs: Sequence[ConfusedLabels]) -> str:
    """The two labels that are mixed up most."""
    if not pairs:
        return "People mix up no two labels"
    top = pairs[0]
    named = f"{capital(plain_quote(top.first))} and {plain_quote(top.second)}"
    return f"{named}: {percent(top.share, 0)} of all disagreement"


def said_words(said: Mapping[str, int]) -> str:
    """What people said of a row, the most frequent first.

    >>> said_words({"cat": 2, "dog": 5})
    '5 × dog, 2 × cat'
    """
    ordered = sorted(said.items(), key=lambda pair: -pair[1])
    return ", ".join(f"{many} × {plain_quote(label)}" for label, many in ordered)


def annotators_finding(result: AgreeResult) -> str:
    """The annotator the others agree with least."""
    known = [one for one in result.annotators if isinstance(one.agreement, Estimate) and not one.agreement.low_support]
    people = many(len(result.annotators), "annotator")
    if not known:
        return f"{people}, each with fewer than 30 rows to compare" if result.annotators else people
    worst = known[0]
    return f"{plain_quote(worst.annotator)} agrees least with the others: {percent(worst.agreement.value, 0)}"


def range_words(result: AgreeResult) -> str:
    """From whom to whom annotators are right; empty where there is no truth, or fewer than two have 30 rows."""
    low, high = result.mean_annotator.lowest, result.mean_annotator.highest
    if low is None or high is None or low.annotator == high.annotator:
        return ""
    return f" Right from {percent(low.accuracy.value, 0)} to {percent(high.accuracy.value, 0)} of their rows."


def disputed_finding(result: AgreeResult, most: int) -> str:
    """How many rows people disagree on, as far as they are listed."""
    listed = len(result.disputed)
    if not listed:
        return "People disagree on no row"
    return (
        f"The {listed} rows people disagree on most" if listed >= most else f"People disagree on {many(listed, 'row')}"
    )
