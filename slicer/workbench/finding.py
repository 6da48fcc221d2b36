"""Slices nobody asked for: every combination of levels with rows enough, the worst first, and whether it is chance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from slicer.discovery.search import Found, count_slices, search
from slicer.discovery.split import Confirmation, confirm, second_half
from slicer.discovery.tallies import whole_of
from slicer.engine.code_files import CodeFolder
from slicer.engine.codes import Coded, coded_rows
from slicer.engine.levels import MISSING, Levels
from slicer.found import FindResult
from slicer.project.store import MEMORY
from slicer.slices import Slice
from slicer.workbench.candidates import candidates
from slicer.workbench.counting import ALL, Counting
from slicer.workbench.found_slices import shown as shown_of
from slicer.workbench.left_out import LeftOut
from slicer.workbench.losses import loss_of_row
from slicer.workbench.noise import noise_of
from slicer.workbench.search_space import Space, part_of
from slicer.workbench.told_apart import chosen as chosen_of
from slicer.workbench.wanted import Wanted
from slicer.workbench.word_candidates import is_word

CANDIDATES = 200
"""Slices kept for a second look: those that say the same as a better one are folded."""

CODED = 0.3
"""The part of the work that is making codes."""


def find(
    bench: Counting, wanted: Wanted, *, where: Slice = ALL, told: Callable[[float], bool] = lambda done: True
) -> FindResult:
    """Search for the worst slices.

    Args:
        where: Only these rows.
        told: Called with the part of the work that is done, in [0, 1]; False stops it with what there is.

    Raises:
        UsageError, SliceError, UnknownColumnError: in words.
    """
    roles, seed = bench.dataset.roles, bench.options.seed
    loss = loss_of_row(bench, wanted.outcome, wanted.against)
    searched = candidates(bench, wanted, where, loss)
    levels = searched.levels
    key = roles.cluster or (roles.id if wanted.split_half else None)
    coded = coded_rows(
        bench.engine, levels, where, loss, _folder(bench), key, told=lambda done: told(CODED * done)
    )  # fmt: skip
    kept, idle = _worth_searching(coded, levels, wanted.least(len(coded.losses)))
    coded = replace(coded, codes=coded.codes[kept])
    half = second_half(coded.keys, coded.losses > 0, seed) if wanted.split_half and coded.keys is not None else None
    looked_at = coded if half is None else part_of(coded, ~half)
    space = Space(
        bench=bench, wanted=wanted, levels=[levels[at] for at in kept], least=wanted.least(len(looked_at.losses))
    )
    whole = whole_of(looked_at.losses)
    counter = space.counter(looked_at)
    found = search(
        counter, space.objective(whole), least=space.least, depth=wanted.depth, most=CANDIDATES,
        told=lambda done: told(CODED + 0.3 * done),
    )  # fmt: skip
    noise = noise_of(space, looked_at, lambda done: told(0.6 + 0.4 * done))
    chosen = chosen_of(space, counter, whole, looked_at, found)
    confirmed = _confirmed(space, part_of(coded, half), chosen) if half is not None else (None,) * len(chosen)
    shown = [shown_of(space, one, counter, whole, noise, said) for one, said in zip(chosen, confirmed, strict=True)]
    if wanted.objective == "potential":
        shown.sort(key=lambda one: not one.beyond_noise)  # stays in the order of what each adds
    return FindResult(
        head=bench.head(bench.count(where), where),
        objective=wanted.objective,
        outcome=wanted.outcome,
        against=wanted.against,
        error_rate=whole.mean if whole.rows else None,
        rows_searched=whole.rows,
        examined=count_slices(counter, least=space.least, depth=wanted.depth),
        depth=wanted.depth,
        min_support=space.least,
        seed=seed,
        threshold=None if noise is None else noise.threshold(),
        left_out=tuple((one.column, one.reason) for one in (*searched.left_out, *idle)),
        slices=tuple(shown),
    )


def _folder(bench: Counting) -> CodeFolder:
    """Where the codes of the data set's columns are kept: beside the project file."""
    dataset, path = bench.dataset, bench.project.path
    state = (dataset.version, dataset.created_at.isoformat(), [one.sha256 for one in dataset.sources])
    return CodeFolder(
        root=None if path == MEMORY else Path(path).with_suffix(".cache"),
        dataset=str(dataset.id),
        state=repr(state),
        answers=repr((dataset.roles, bench.run, bench.positive)),
        rows=dataset.rows,
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


def _confirmed(space: Space, coded: Coded, found: Sequence[Found]) -> tuple[Confirmation, ...]:
    """The slices on the rows that had no part in finding them."""
    return confirm([space.rows(coded, one.items) for one in found], coded.losses > 0, space.bench.options.level)
