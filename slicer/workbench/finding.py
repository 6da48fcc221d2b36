"""Slices nobody asked for: every combination of levels with rows enough, the worst first, and whether it is chance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from slicer.discovery.counting import Counter
from slicer.discovery.search import search
from slicer.discovery.significance import SearchNoise
from slicer.discovery.split import SPLIT_FROM, Confirmation, confirm
from slicer.discovery.tallies import Whole, whole_of
from slicer.engine.codes import Coded, coded_rows
from slicer.engine.levels import MISSING, Levels
from slicer.found import FindResult
from slicer.results import Head
from slicer.slices import Slice
from slicer.workbench.candidates import candidates
from slicer.workbench.counting import ALL, Counting
from slicer.workbench.found_slices import shown as shown_of
from slicer.workbench.left_out import LeftOut
from slicer.workbench.losses import loss_of_row
from slicer.workbench.noise import clusters_of, noise_of
from slicer.workbench.search_space import Space, measured_half, part_of
from slicer.workbench.told_apart import ToldApart
from slicer.workbench.told_apart import chosen as chosen_of
from slicer.workbench.wanted import Wanted
from slicer.workbench.word_candidates import is_word

Told = Callable[[float], bool]


def until_done(done: float) -> bool:
    """Goes on whatever part of the work is done."""
    return True


CANDIDATES = 200
"""Slices kept for a second look: those that say the same as a better one are folded."""

CODED = 0.6
"""The part of the work before slices are found that is making codes."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Searched:
    """A search that has its slices, each still to be held against chance."""

    head: Head
    space: Space
    coded: Coded
    """The rows that were searched."""
    counter: Counter
    whole: Whole
    chosen: Sequence[ToldApart]
    confirmed: Sequence[Confirmation | None]
    """Of each that was chosen."""
    examined: int
    left_out: tuple[LeftOut, ...]

    def noise(self, permutations: int | None = None, *, told: Told = until_done) -> SearchNoise | None:
        """What searches through noise find in the same rows; None where there is nothing to find.

        Args:
            permutations: Searches, as many as are wanted if None. Fewer of them are the first of more.
            told: Called with the part of the work that is done, in [0, 1]; False stops it with what there is.
        """
        wanted = self.space.wanted
        asked = replace(wanted, permutations=permutations or wanted.permutations)
        return noise_of(replace(self.space, wanted=asked), self.coded, told)

    def result(self, noise: SearchNoise | None) -> FindResult:
        """What was found, with what chance would find as far as that is known."""
        space, wanted, whole = self.space, self.space.wanted, self.whole
        shown = [
            shown_of(space, one, self.counter, whole, noise, said)
            for one, said in zip(self.chosen, self.confirmed, strict=True)
        ]
        if wanted.objective == "potential":
            shown.sort(key=lambda one: not one.beyond_noise)  # stays in the order of what each adds
        return FindResult(
            head=self.head,
            objective=wanted.objective,
            outcome=wanted.outcome,
            against=wanted.against,
            error_rate=whole.mean if whole.rows else None,
            rows_searched=whole.rows,
            examined=self.examined,
            depth=wanted.depth,
            min_support=space.least,
            seed=space.bench.options.seed,
            noise=noise,
            split_recommended=space.judged and not wanted.split_half and whole.losses >= SPLIT_FROM,
            left_out=tuple((one.column, one.reason) for one in self.left_out),
            slices=tuple(shown),
        )


def find(bench: Counting, wanted: Wanted, *, where: Slice = ALL, told: Told = until_done) -> FindResult:
    """Search for the worst slices, and hold them against chance.

    Args:
        where: Only these rows.
        told: Called with the part of the work that is done, in [0, 1]; False stops it with what there is.

    Raises:
        UsageError, SliceError, UnknownColumnError: in words.
    """
    searched = searched_for(bench, wanted, where=where, told=lambda done: told(done / 2))
    return searched.result(searched.noise(told=lambda done: told((1 + done) / 2)))


def searched_for(bench: Counting, wanted: Wanted, *, where: Slice = ALL, told: Told = until_done) -> Searched:
    """Search for the worst slices, and leave open which of them are chance; see `find`."""
    roles, seed = bench.dataset.roles, bench.options.seed
    loss = loss_of_row(bench, wanted.outcome, wanted.against)
    offered = candidates(bench, wanted, where, loss)
    levels = offered.levels
    key = roles.cluster or (roles.id if wanted.split_half else None)
    coded = coded_rows(
        bench.engine, levels, where, loss, bench.folder, key, told=lambda done: told(CODED * done)
    )  # fmt: skip
    kept, idle = _worth_searching(coded, levels, wanted.least(len(coded.losses)))
    coded = replace(coded, codes=coded.codes[kept])
    half = measured_half(coded, seed) if wanted.split_half else None
    looked_at = coded if half is None else part_of(coded, ~half)
    space = Space(
        bench=bench, wanted=wanted, levels=[levels[at] for at in kept], least=wanted.least(len(looked_at.losses))
    )
    counter, whole = space.counter(looked_at), whole_of(looked_at.losses)
    found = search(
        counter, space.objective(whole), least=space.least, depth=wanted.depth, most=CANDIDATES,
        told=lambda done: told(CODED + (1 - CODED) * done),
    )  # fmt: skip
    chosen = chosen_of(space, counter, whole, looked_at, found)
    confirmed = _confirmed(space, part_of(coded, half), chosen) if half is not None else (None,) * len(chosen)
    return Searched(
        head=bench.head(bench.count(where), where),
        space=space,
        coded=looked_at,
        counter=counter,
        whole=whole,
        chosen=chosen,
        confirmed=confirmed,
        examined=space.examined(looked_at, counter),
        left_out=(*offered.left_out, *idle),
    )


def _worth_searching(coded: Coded, levels: Sequence[Levels], least: int) -> tuple[list[int], tuple[LeftOut, ...]]:
    """The columns with a value that has rows enough and leaves as many to others, and the others."""
    kept, idle, rows = [], [], len(coded.losses)
    for at, one in enumerate(levels):
        sizes = np.bincount(coded.codes[at], minlength=len(one.levels) + 1)[: len(one.levels)]
        valued = sizes[[level.key != MISSING for level in one.levels]]
        enough = valued[valued >= least]
        if not rows or (len(enough) and (enough <= rows - least).any()):
            kept.append(at)
        elif not is_word(one):
            same = "nearly " if sizes.max(initial=0) < rows else ""
            reason = f"no value with {least:,} rows" if not len(enough) else f"{same}the same on every row"
            idle.append(LeftOut(one.column, reason))
    return kept, tuple(idle)


def _confirmed(space: Space, coded: Coded, chosen: Sequence[ToldApart]) -> tuple[Confirmation, ...]:
    """The slices on the rows that had no part in finding them."""
    inside = [space.rows(coded, one.found.items) for one in chosen]
    return confirm(inside, coded.losses, space.bench.options.level, clusters=clusters_of(space, coded))
