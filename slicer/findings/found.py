"""What a search found, in sentences: the worst slice, what was searched, and what to do about each."""

from __future__ import annotations

from slicer.display import amount, count, percent
from slicer.findings.against import against_finding
from slicer.findings.names import short_name
from slicer.found import FindResult, FoldedSlice, FoundSlice
from slicer.priorities.ranking import Candidate

BEYOND, MAYBE, CHECKING = "beyond chance", "may be chance", "checking"

ASKED_ENOUGH = 30
"""Rows people answered from which their level on a slice says something."""


def found_finding(result: FindResult) -> tuple[str, str]:
    """The worst slice that chance does not explain, and what was searched.

    The rate of a slice that was chosen because it is high is too high: it is said to be so.
    """
    if result.against is not None:
        return against_finding(result)
    nothing = nothing_to_search(result)
    if nothing is not None:
        return nothing
    searched = searched_words(result)
    too_high = "Rates of slices that were searched for are too high."
    if result.noise is None and result.slices:
        return f"First found: {_worst(result.slices[0], result)}", searched
    real = [one for one in result.slices if one.beyond_noise]
    if not real:
        return "Nothing is worse than searching through chance would find", searched
    first, more = real[0], len(real) - 1
    beyond = f" {count(more)} more beyond chance." if more else ""
    return f"{_worst(first, result)}{'.' if more else ''}{beyond}", f"{searched} {too_high}"


def nothing_to_search(result: FindResult) -> tuple[str, str] | None:
    """What a search says that had nothing to find, and what would change that; None where it had."""
    judged = result.head.task == "classification" and result.against is None
    least = f"at least {count(result.min_support)} rows"
    if not result.rows_searched:
        why = "No row that was asked for has both an answer that is right and one of the model."
        return "Nothing to search", why if judged else "No row that was asked for has a number to go by."
    if judged and not result.error_rate:
        return f"{_rows(result.rows_searched)} searched, and no error among them", "There is nothing to look for here."
    if judged and result.error_rate == 1:
        return (
            "Every row here is an error",
            "What makes a slice worse shows beside rows that are right. Load those too, or tag errors to see what "
            "they share.",
        )
    if not result.examined:
        return "Nothing to search", f"No value of a feature is on {least}, and not on all of them."
    return None


def searched_words(result: FindResult) -> str:
    """What was searched, so that nobody takes the best of many for the only one."""
    conditions = "1 condition" if result.depth == 1 else f"up to {result.depth} conditions"
    return (
        f"{count(result.examined)} slices of {conditions} and at least {count(result.min_support)} rows examined, "
        f"seed {result.seed}.{_split_words(result)}"
    )


def _split_words(result: FindResult) -> str:
    """That half of the rows could measure what the other half finds, where there are errors enough for both."""
    if not result.split_recommended:
        return ""
    return " There are errors enough to find slices on half of the rows and measure them on the other."


def _worst(one: FoundSlice, result: FindResult) -> str:
    name = short_name(one.slice, one.name)[0]
    name = f"{name[:1].upper()}{name[1:]}"
    if one.errors is None:
        return f"{name}: {amount(one.error_rate)} off on average, worse than the rest at {amount(result.rest_of(one))}"
    of = f"{count(one.errors)} of {count(one.support)}"
    match result.outcome:
        case "fpr":
            return f"{name}: {percent(one.error_rate, 0)} false positives, {of} negatives"
        case "fnr":
            return f"{name}: {percent(one.error_rate, 0)} false negatives, {of} positives"
    return f"{name}: {percent(one.error_rate, 0)} wrong, {of} rows"


def _rows(rows: int) -> str:
    return "1 row" if rows == 1 else f"{count(rows)} rows"


def verdict_words(one: FoundSlice) -> str:
    """Whether searching through chance would find as much."""
    if one.p_adjusted is None:
        return CHECKING
    return BEYOND if one.beyond_noise else MAYBE


def chance_words(one: FoundSlice, result: FindResult) -> str:
    """How often chance finds as much, in full."""
    if one.p_adjusted is None:
        return "Not held against chance yet."
    if result.noise is not None and not result.noise.permuted:
        examined = count(result.examined)
        return f"At most {percent(one.p_adjusted)}: the chance of as much in one slice, times the {examined} examined."
    least = 1 / (1 + result.permutations)
    often = "none" if one.p_adjusted <= least + 1e-12 else percent(one.p_adjusted)
    return (
        f"Of {count(result.permutations)} searches through the same rows with errors dealt at random, {often} found a "
        f"slice as far from the rest."
    )


def next_step_of(one: FoundSlice, people: Candidate | None) -> str:
    """What to do about a slice, in a sentence; empty while it is held against chance.

    Args:
        people: The slice in a ranking against people, where there are any.
    """
    if one.p_adjusted is None:
        return ""
    if not one.beyond_noise:
        return "Label more rows like these before you work on it."
    if one.confirmation is not None and not one.confirmation.confirmed:
        return "The other half does not confirm it: look again once there are more rows like these."
    hlp = None if people is None else people.hlp
    if hlp is not None and people is not None and not hlp.inherited and (hlp.n or ASKED_ENOUGH) >= ASKED_ENOUGH:
        right = percent(hlp.value, 0)
        if people.potential:
            return f"People get {right} of these right: read what fails, and collect more rows like them."
        return f"People get {right} of these right, no more than the model: look at the labels and the task first."
    if one.broken is not None:
        return "Read what is newly wrong and tag what it shares; hold both runs against the data they learned from."
    if one.errors is None:
        return "Read its worst rows and tag what they share."
    return f"Read its {count(one.errors)} errors, or some of them, and tag what they share."


def folded_words(one: FoundSlice) -> str:
    """How many slices say the same."""
    many = len(one.folded)
    return "1 more says the same" if many == 1 else f"{count(many)} more say the same"


def folded_reason(folded: FoldedSlice, under: FoundSlice) -> str:
    """Why a slice says the same as the one it stands under."""
    return folded.reason.replace(under.name, "this slice")


def noise_finding(result: FindResult) -> str:
    """What the picture of the slices beside chance shows."""
    real, all_ = sum(one.beyond_noise for one in result.slices), len(result.slices)
    if not real:
        return "No slice stands out from what searching through chance finds"
    if real == all_:
        every = {1: "The slice stands", 2: "Both slices stand"}.get(all_, f"All {count(all_)} slices stand")
        return f"{every} out from chance"
    return f"{count(real)} of {count(all_)} slices stand{'s' if real == 1 else ''} out from chance"


def how_noise(result: FindResult) -> str:
    """How the picture is read."""
    return (
        f"Grey: the best slice of each of {count(result.permutations)} searches through the same rows, errors dealt to "
        "them at random. Filled: beyond chance. A click opens the errors."
    )
