"""What Human level says: people beside the model, how far they agree, and what to do about a slice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from slicer.agreed import AgreeResult
from slicer.display import DASH, MINUS, UNDEFINED, amount, count, listing, number, percent, points, value_of
from slicer.findings.names import title_of, told_apart
from slicer.findings.ranking import action_words
from slicer.findings.wording import capital, many, plain_quote
from slicer.human.confused import ConfusedLabels
from slicer.human.notes import paradox_note
from slicer.human.undefined import Answer, Undefined
from slicer.levelled import Levelled
from slicer.metrics.estimate import Estimate
from slicer.metrics.registry import Unit
from slicer.vocabulary import ACTIONS, HLP_SOURCES

MOST_NAMED = 3
"""Slices a sentence names."""

WELL, POORLY = 0.8, 0.667
"""Krippendorff's alpha from which labels are called reliable, and below which they are not (Krippendorff 2004)."""


def level_finding(all_rows: Levelled | None, run: str) -> str:
    """The sentence on top: people beside the model.

    Args:
        all_rows: The row of all rows.
        run: The model's name.
    """
    mine = None if all_rows is None else all_rows.candidate
    if all_rows is None or mine is None or mine.hlp is None or not all_rows.known:
        return "Nobody knows yet how well people do here"
    gap, unit, name = mine.gap, all_rows.unit, plain_quote(run)
    model, people = value_of(all_rows.model.value, unit), value_of(mine.hlp.value, unit)
    if gap is None or gap.ci is None:
        return f"People reach {people}, {name} {model}"
    if gap.ci[0] > 0:
        return f"People are {_apart(gap.value, unit)} ahead of {name}: {people} against {model}"
    if gap.ci[1] < 0:
        check = "check the label conventions" if all_rows.truth == "human" else f"{model} against {people}"
        return f"The model is {_apart(-gap.value, unit)} ahead of people: {check}"
    return f"People and {name} cannot be told apart: {people} against {model}"


def above_finding(rows: Sequence[Levelled]) -> str:
    """Where the model is above people, and where nobody knows."""
    slices = [one for one in rows if one.candidate.slice]
    ahead = sorted((one for one in slices if one.ahead), key=lambda one: one.gap or 0.0)
    known = [one for one in slices if one.known]
    if not slices:
        return "Choose columns to see where people are ahead."
    if not known:
        return f"No human level is known for any of {many(len(slices), 'slice')}."
    if ahead:
        check = " The truth is itself human: check the label conventions there." if ahead[0].truth == "human" else ""
        return f"The model is ahead of people in {_named(ahead)}.{check}"
    inherited = sum(not one.measured for one in known)
    also = f" {inherited} of {many(len(slices), 'slice')} take the level of a larger group." if inherited else ""
    maybe = sorted((one for one in known if (one.gap or 0.0) < 0), key=lambda one: one.gap or 0.0)
    if maybe:
        return f"The model looks ahead of people in {_named(maybe)}, which may be chance.{also}"
    return f"In no slice is the model ahead of people.{also}"


def levels_finding(rows: Sequence[Levelled], what: str = "slice") -> str:
    """The row with the widest gap."""
    gaps = [one for one in rows if one.candidate.slice and one.gap is not None and not one.model.low_support]
    top = gaps[0] if gaps else None
    if top is None or top.gap is None:
        return f"No {what} has a gap that can be measured"
    if top.gap <= 0:
        return f"People are ahead in no {what}"
    ci = top.candidate.gap.ci if top.candidate.gap is not None else None
    unsure = "" if ci is not None and ci[0] > 0 else ", which may be chance"
    name = capital(plain_quote(title_of(top.candidate)[0]))
    return f"{name} has the widest gap to people: {_apart(top.gap, top.unit)}{unsure}"


def step_words(one: Levelled) -> str:
    """What to do about a row, in a few words."""
    if one.action == "measure-hlp":
        return f"ask people about {many(one.rows_wanted, 'row')}" if one.rows_wanted else ACTIONS[one.action]
    if one.ahead:
        return "check label conventions" if one.truth == "human" else ACTIONS["none"]
    if one.gap is None:
        return DASH
    return action_words(one.action, one.candidate)


def step_reason(one: Levelled) -> str:
    """Why, in a sentence."""
    if one.action == "measure-hlp":
        return _measure(one)
    if one.gap is None:
        return "There is no gap: nobody knows how well people do here."
    said = one.candidate.gap_words
    if one.action == "labels" and not one.ahead:
        return f"{said} People agree on {percent(one.candidate.agreement, 0)} only: settle what the labels mean first."
    return said


def _measure(one: Levelled) -> str:
    """How many rows to ask people about, and what that gives."""
    rows, hlp = one.rows_wanted, one.candidate.hlp
    if not rows:
        return "Measure people here: the level is not theirs on these rows."
    if rows >= one.candidate.support:
        return f"Measure people here: it has {many(rows, 'row')} only, so ask about all of them."
    more = "more " if one.measured and hlp is not None and hlp.n else ""
    expected = f" if they reach {percent(hlp.value)}" if hlp is not None and one.known else ", whatever they reach"
    return f"Measure people here: about {count(rows)} {more}rows give ±10 points{expected}."


def _apart(value: float, unit: Unit) -> str:
    return f"{number(value)} points" if unit == "rate" else amount(value)


def source_words(one: Levelled) -> str:
    """Where the human level comes from, short enough for a column."""
    hlp = one.candidate.hlp
    return SHORT_SOURCES["ceiling" if hlp is None else hlp.source]


SHORT_SOURCES = {
    "given": "given",
    "paired": "same rows",
    "leave_one_out": "the others’ answers",
    "other_sample": "another sample",
    "shrunk": "few labels, mixed",
    "parent": "larger slice",
    "overall": "all rows",
    "ceiling": "unknown",
}
"""`vocabulary.HLP_SOURCES` in two or three words."""


def source_title(one: Levelled) -> str:
    """The same in full, with the human labels behind it."""
    hlp = one.candidate.hlp
    if hlp is None or hlp.source == "ceiling":
        return "no human level known"
    behind = f", {many(hlp.n, 'row')} with human labels" if hlp.n else ""
    return f"{HLP_SOURCES[hlp.source]}{behind}"


# --- agreement -------------------------------------------------------------------------------------


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


def _named(rows: Sequence[Levelled]) -> str:
    """The rows by name, the first of them if there are many."""
    short, full = [title_of(one.candidate)[0] for one in rows], [one.candidate.name for one in rows]
    names = [plain_quote(name) for name in told_apart(short, full)]
    rest = len(names) - MOST_NAMED
    return listing([*names[:MOST_NAMED], *([f"{rest} more"] if rest > 0 else [])])


# --- levels a person entered -----------------------------------------------------------------------


def entered_finding(entered: int) -> str:
    """How many levels were entered."""
    return f"{many(entered, 'level')} entered" if entered else "Enter a level you know"
