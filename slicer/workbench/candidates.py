"""What a search combines: levels of columns, words and lengths of texts, tags and classes; and what is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from slicer.discovery.cuts import tree_cuts
from slicer.discovery.split import second_half
from slicer.engine.codes import numbers_of_rows
from slicer.engine.levels import MAX_LEVELS, Levels
from slicer.engine.sql import LABEL, PREDICTION
from slicer.engine.texts import Values, look_at_values
from slicer.errors import UsageError, listed
from slicer.leaks import leaking
from slicer.slices import Slice
from slicer.workbench.counting import Counting
from slicer.workbench.intervals import bins_of_cuts, bins_of_edges
from slicer.workbench.left_out import LeftOut
from slicer.workbench.tag_candidates import tag_candidates
from slicer.workbench.wanted import Wanted
from slicer.workbench.word_candidates import text_candidates

TELLS = "tells the answer"
NAMES_ROWS = "another value on more than half of the rows"
A_TEXT = "a text: its words are searched where they are asked for"

MOSTLY = 0.5
"""The share of the values of a text column with a space from which they are texts, to be searched by their words."""

NUMBERS = ("integer", "real")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """What is combined. Levels that exclude each other share a column; a word, which excludes no other, has its own."""

    levels: tuple[Levels, ...]
    left_out: tuple[LeftOut, ...]


def candidates(bench: Counting, wanted: Wanted, where: Slice, loss: exp.Expression) -> Candidates:
    """The levels that are searched.

    Nothing is chosen by the errors, except cuts by a tree, which sees the half of the rows that are searched.

    Args:
        where: The rows that are searched.
        loss: Of a row; null where it is not searched.

    Raises:
        UsageError, UnknownColumnError: there is nothing to search, or what is wanted does not fit the data, in words.
    """
    asked = [bench.column(name) for name in wanted.features or bench.dataset.roles.features]
    looks = _looks(bench, asked)
    texts = _texts(bench, wanted, asked, looks)
    reasons = {} if wanted.features else _reasons(bench, [name for name in asked if name not in texts], looks)
    columns = [name for name in asked if name not in reasons and name not in texts]
    groups = [
        [*_columns(bench, wanted, where, loss, columns), *_classes(bench, wanted)],
        text_candidates(bench, wanted, where, loss, texts)
        if wanted.words
        else [LeftOut(name, A_TEXT) for name in texts],
        tag_candidates(bench, where) if wanted.tags else [],
    ]
    found = [one for group in groups for one in group]
    if not asked and not any(isinstance(one, Levels) for one in found):
        words = " Or search the words of the texts: --words." if texts and not wanted.words else ""
        raise UsageError("No column is a feature to slice by.", hint=f"Name some: --features.{words}")
    return Candidates(
        levels=tuple(one for one in found if isinstance(one, Levels)),
        left_out=(
            *(LeftOut(name, reason) for name, reason in reasons.items()),
            *(one for one in found if isinstance(one, LeftOut)),
        ),
    )


def has_texts(bench: Counting) -> bool:
    """Whether there are words to search: a text, or a feature that holds texts."""
    features = [bench.column(name) for name in bench.dataset.roles.features]
    return bool(_texts(bench, Wanted(), features, _looks(bench, features)))


def _looks(bench: Counting, names: Sequence[str]) -> dict[str, Values]:
    """What the values of columns look like that hold no numbers."""
    return look_at_values(bench.engine, [name for name in names if _kind(bench, name) not in (*NUMBERS, "boolean")])


def _kind(bench: Counting, name: str) -> str:
    return bench.relation.subject(name)[1]


def _texts(bench: Counting, wanted: Wanted, asked: Sequence[str], looks: Mapping[str, Values]) -> list[str]:
    """The columns that are read rather than compared: the text, and features of many values with spaces."""
    text = bench.dataset.roles.text
    own = [text] if text is not None and (not wanted.features or text in asked) else []
    return own + [
        name
        for name, look in looks.items()
        if name not in (*own, LABEL, PREDICTION) and look.distinct > MAX_LEVELS and look.spaced > MOSTLY
    ]


def _reasons(bench: Counting, names: Sequence[str], looks: Mapping[str, Values]) -> dict[str, str]:
    """Why columns are not searched unless they are named. A number is no id: its bins say when or how much."""
    reasons = dict.fromkeys(leaking(bench.dataset.warnings, names), TELLS)
    for name in names:
        look = looks.get(name)
        if look is None or name in reasons or name in (LABEL, PREDICTION):
            continue
        if 2 * look.distinct > look.rows:
            reasons[name] = NAMES_ROWS
    return reasons


def _columns(
    bench: Counting, wanted: Wanted, where: Slice, loss: exp.Expression, names: Sequence[str]
) -> list[Levels | LeftOut]:
    """The levels of columns: numbers in the bins that somebody gave, else as they are sliced elsewhere."""
    found: dict[str, Levels | LeftOut] = {**_chosen_bins(bench, wanted, names)}
    rest = [name for name in names if name not in found]
    plain = {name: levels for name, [levels] in zip(rest, bench.levels_of(rest, where), strict=True)}
    if wanted.cuts == "tree":
        binned = [name for name in rest if plain[name].edges is not None]
        found |= _cut_by_tree(bench, wanted, where, loss, binned)
    return [found.get(name) or plain[name] for name in names]


def _chosen_bins(bench: Counting, wanted: Wanted, names: Sequence[str]) -> dict[str, Levels]:
    """The bins of numbers that were given."""
    found = {}
    for name, edges in wanted.bins.items():
        if name not in names:
            hint = f"Columns that are: {listed(names)}." if names else ""
            raise UsageError(f"Bins are given of {name!r}, which is not searched.", hint=hint)
        if _kind(bench, name) not in NUMBERS:
            raise UsageError(f"Bins are given of {name!r}, which does not hold numbers.", hint="Leave them out.")
        found[name] = bins_of_edges(name, edges)
    return found


def _cut_by_tree(
    bench: Counting, wanted: Wanted, where: Slice, loss: exp.Expression, names: Sequence[str]
) -> dict[str, Levels | LeftOut]:
    """Bins that tell high losses from low ones best, on the half of the rows that are searched."""
    if not wanted.split_half:
        raise UsageError(
            "Cuts by a tree look at the errors: rows that chose the cuts cannot judge them.",
            hint="Add --split-half: then one half chooses and the other judges.",
        )
    roles = bench.dataset.roles
    rows = numbers_of_rows(bench.engine, names, where, loss, roles.cluster or str(roles.id))
    searched = ~second_half(rows.keys, rows.losses > 0, bench.options.seed)
    losses = rows.losses[searched]
    found: dict[str, Levels | LeftOut] = {}
    for name in names:
        cuts = tree_cuts(rows.columns[name][searched], losses, wanted.least(len(losses)))
        found[name] = (
            bins_of_cuts(name, [(cut, False) for cut in cuts]) if cuts else LeftOut(name, "no cut tells errors apart")
        )
    return found


def _classes(bench: Counting, wanted: Wanted) -> list[Levels | LeftOut]:
    """The true or the predicted class as a column; never both, which together say whether a row is right."""
    if wanted.classes == "none":
        return []
    if not bench.by_class:
        raise UsageError("There are no classes to search: rows are only known to be right or wrong.")
    name = LABEL if wanted.classes == "true" else PREDICTION
    if name == PREDICTION and wanted.outcome != "error":
        return [LeftOut("predicted class", TELLS)]  # of rows of one class, what was said is what went wrong
    [[levels]] = bench.levels_of([name], Slice())
    return [levels]
