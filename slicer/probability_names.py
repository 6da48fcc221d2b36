"""Which class and which run the name of a probability column says: `spam_v1_nb` is spam of v1_nb.

Class and run may hold the character that parts them, share an ending (`v1_nb`, `nb`) or be numbers.
So a name is read with the classes and the runs that are known, and one that can be read in two ways
is left to the person: the probability of another run would be worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from slicer.errors import UsageError

PARTING = "_.- :"
"""Characters that part a class from a run."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a name; both are empty where it says neither."""

    class_key: str = ""
    run: str = ""


def readings(text: str, classes: Collection[str], runs: Collection[str]) -> tuple[Reading, ...]:
    """The ways to read a name, without the `prob_` in front of it: one where it is sure, none where it says nothing.

    A class and a run, a class alone, or a run alone. A known class with an unknown rest names a run of its own.

    >>> readings("no_defect_v1_nb", ["no", "no_defect"], ["nb", "v1_nb"])
    (Reading(class_key='no_defect', run='v1_nb'),)
    >>> readings("spam_v3", ["spam", "ham"], ["v1"])
    (Reading(class_key='spam', run='v3'),)
    >>> readings("drift", ["spam", "ham"], ["v1"])
    ()
    """
    if not text:
        return (Reading(),)
    classes, runs = {*classes, *_written(classes)}, [run for run in runs if run]
    pairs = list(_parted(text))
    ordered = [(left, right) for left, right in pairs if _same(left, classes) and _same(right, runs)]
    turned = [(right, left) for left, right in pairs if _same(right, classes) and _same(left, runs)]
    sure = {Reading(_same(key, classes), _same(run, runs)) for key, run in ordered or turned}
    if key := _same(text, classes):
        sure.add(Reading(key))
    elif not sure and (run := _same(text, runs)):
        sure.add(Reading("", run))
    if sure:
        return tuple(sure)
    longest = max((pair for pair in pairs if _same(pair[0], classes)), default=None, key=_left_length)
    return (Reading(_same(longest[0], classes), longest[1]),) if longest else ()


def unknown_class(text: str, runs: Collection[str]) -> Reading | None:
    """The class before a known run, where the class itself is not known: a rare one that no row looked at has.

    >>> unknown_class("dog_v1_nb", ["nb", "v1_nb"])
    Reading(class_key='dog', run='v1_nb')
    """
    found = [(left, run) for left, right in _parted(text) if (run := _same(right, runs))]
    return Reading(*min(found, key=_left_length)) if found else None


def by_pattern(
    pattern: str, names: Collection[str], classes: Collection[str], runs: Collection[str]
) -> list[tuple[str, Reading]]:
    """The columns that fit a pattern such as `prob_{class}_{run}`, and what each says.

    Raises:
        UsageError: a column can be read in two ways.

    >>> by_pattern("p_{class}_{run}", ["p_spam_v1_nb", "price"], ["spam"], ["nb", "v1_nb"])
    [('p_spam_v1_nb', Reading(class_key='spam', run='v1_nb'))]
    """
    found = []
    for name in names:
        for known in ((classes, runs), ((), runs), (classes, ()), ((), ())):
            matches = _matches(pattern, name, *known)
            if len(matches) > 1 and known == (classes, runs):
                ways = " or ".join(f"class {one.class_key!r} of run {one.run!r}" for one in matches)
                raise UsageError(
                    f"Column {name!r} can be read in two ways: {ways}.",
                    hint="Name the columns one by one: --probabilities CLASS=COL,..",
                )
            if matches:
                found.append((name, matches[0]))
                break
    return found


def _matches(pattern: str, name: str, classes: Collection[str], runs: Collection[str]) -> list[Reading]:
    """The ways the name fits. A class or run that is not known may be anything: the longest known part decides."""
    keys: Collection[str] = sorted((*classes, *_written(classes)), key=len, reverse=True)
    shape = re.escape(pattern)
    if classes and runs and "{run}" in pattern:
        both = [(key, run) for key in keys for run in runs if _filled(pattern, key, run) == name]
        return [Reading(key.removesuffix(".0") if key not in classes else key, run) for key, run in both]
    anything = ".+?" if not classes else "|".join(map(re.escape, keys))
    some_run = ".+" if not runs else "|".join(map(re.escape, runs))
    shape = shape.replace(r"\{class\}", f"(?P<key>{anything})").replace(r"\{run\}", f"(?P<run>{some_run})")
    match = re.fullmatch(shape, name)
    if match is None:
        return []
    key = match["key"]
    known = key if key in classes or key not in _written(classes) else key.removesuffix(".0")
    return [Reading(known, match.groupdict().get("run") or "")]


def _filled(pattern: str, key: str, run: str) -> str:
    return re.sub(r"\{(class|run)\}", lambda part: key if part[1] == "class" else run, pattern)


def _left_length(parts: tuple[str, str]) -> int:
    return len(parts[0])


def _parted(text: str) -> Iterator[tuple[str, str]]:
    """Every way to part the text at one of the characters."""
    for place, sign in enumerate(text):
        if sign in PARTING and 0 < place < len(text) - 1:
            yield text[:place], text[place + 1 :]


def _same(text: str, known: Collection[str]) -> str:
    """The known name that this is, as it is written or in another case; empty if none."""
    if text in known:
        return text.removesuffix(".0") if text.removesuffix(".0") in known else text
    lower = [one for one in known if one.lower() == text.lower()]
    return lower[0] if len(lower) == 1 else ""


def _written(classes: Collection[str]) -> set[str]:
    """Whole numbers as a header may say them: 1.0 for 1."""
    return {f"{key}.0" for key in classes if key.lstrip("+-").isdigit()}
