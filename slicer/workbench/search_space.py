"""The levels a search combines: how their combinations are counted, scored, told apart and said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from slicer.discovery.counting import Counter, ErrorCounter, Items, LossCounter
from slicer.discovery.objectives import Divergence, MeanLoss, Objective, Potential, SliceLine
from slicer.discovery.redundancy import SAME_ROWS, Tally, diverse, echoes, nested
from slicer.discovery.search import Found, every_slice
from slicer.discovery.significance import PERMUTATIONS, SearchNoise, moments_z, search_noise
from slicer.discovery.split import Confirmation
from slicer.discovery.tallies import Floats, Tallies, Whole
from slicer.display import percent
from slicer.engine.codes import Coded
from slicer.engine.levels import Levels
from slicer.found import FoundSlice, Objectives, Outcome
from slicer.metrics.intervals import wilson, z_value
from slicer.slices import Slice, all_of
from slicer.workbench.counting import Counting

NOISE_ROWS = 100_000
"""Rows in which noise is searched; of more a random part is taken, in which the best slice looks as far away or a
little farther: its counts are coarser."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is searched for."""

    features: Sequence[str] = ()
    """The data set's features if empty."""
    depth: int = 2
    top: int = 10
    min_support: float = 0.01
    """Below 1 a share of the rows, at least 30 of them; else rows."""
    objective: Objectives = "potential"
    outcome: Outcome = "error"
    alpha: float = 0.95
    """Of SliceLine's score: the weight of the errors against the size."""
    permutations: int = PERMUTATIONS
    split_half: bool = False


def part_of(coded: Coded, rows: np.ndarray) -> Coded:
    """Some of the rows."""
    keys = None if coded.keys is None else [key for key, taken in zip(coded.keys, rows, strict=True) if taken]
    return Coded(codes=coded.codes[:, rows], losses=coded.losses[rows], keys=keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """The levels that are combined, and how their combinations are counted, scored and said."""

    bench: Counting
    wanted: Wanted
    levels: Sequence[Levels]
    least: int

    @property
    def judged(self) -> bool:
        """Whether a loss is an error or none."""
        return self.bench.task == "classification"

    @property
    def items(self) -> list[tuple[int, int]]:
        """The column and level of each item."""
        return [(at, level) for at, one in enumerate(self.levels) for level in range(len(one.levels))]

    def counter(self, coded: Coded) -> Counter:
        sizes = [len(one.levels) for one in self.levels]
        if self.judged:
            return ErrorCounter(coded.codes, sizes, coded.losses > 0)
        return LossCounter(coded.codes, sizes, coded.losses)

    def objective(self, whole: Whole) -> Objective:
        match self.wanted.objective:
            case "sliceline":
                return SliceLine(whole, self.least, self.wanted.alpha)
            case "divergence":
                return Divergence(whole, self.least) if self.judged else MeanLoss(whole, self.least)
        return Potential(whole, self.least) if self.judged else MeanLoss(whole, self.least)

    def rows(self, coded: Coded, items: Sequence[int]) -> np.ndarray:
        """Which rows a slice holds."""
        places = self.items
        return np.asarray(np.all([coded.codes[places[one][0]] == places[one][1] for one in items], axis=0))

    def slice_of(self, items: Sequence[int]) -> Slice:
        places = self.items
        return all_of(*(self.levels[places[one][0]].levels[places[one][1]].slice_ for one in items))

    def noise(self, coded: Coded, told: Callable[[float], bool]) -> SearchNoise | None:
        """What the best slice of a search through noise looks like; on part of the rows where there are many."""
        seed = self.bench.options.seed
        clustered = self.bench.dataset.roles.cluster is not None and coded.keys is not None
        clusters = np.unique(coded.keys or [], return_inverse=True)[1] if clustered else None
        share = min(1.0, NOISE_ROWS / max(1, len(coded.losses)))
        if share < 1:
            some = _drawn(len(coded.losses), share, clusters, seed)
            coded, clusters = part_of(coded, some), None if clusters is None else clusters[some]
        counter = self.counter(coded)
        slices = every_slice(counter, least=max(1, round(share * self.least)), depth=self.wanted.depth)
        if not sum(map(len, slices)):
            return None
        return search_noise(
            lambda dealt: self._sums(coded, counter, slices, dealt),
            np.concatenate([counter.tally(one).rows for one in slices]),
            coded.losses,
            permutations=self.wanted.permutations,
            seed=seed,
            clusters=clusters,
            told=lambda done: told(done / self.wanted.permutations),
        )

    def _sums(self, coded: Coded, counter: Counter, slices: Sequence[Items], dealt: Floats) -> Floats:
        """The losses of slices if these were the losses of the rows."""
        if isinstance(counter, ErrorCounter):
            return counter.dealt(slices, np.flatnonzero(dealt)).astype(np.float64)
        anew = self.counter(replace(coded, losses=dealt))
        return np.concatenate([anew.tally(one).losses for one in slices])

    def chosen(self, counter: Counter, whole: Whole, coded: Coded, found: Sequence[Found]) -> Sequence[Found]:
        """The slices to show: by potential those that each say something of their own, else the best as they are."""
        if self.wanted.objective != "potential" or not self.judged:
            return found[: self.wanted.top]
        different: list[Found] = []
        for one in found:
            if self._says_more(counter, whole, one, found) and not any(
                _says_the_same(counter, one, other, whole) for other in different
            ):
                different.append(one)
        if not different:
            return ()
        errors = part_of(coded, coded.losses > 0)
        worth = Potential(whole, self.least).value(Tallies.joined([one.tally for one in different]))
        masks = [self.rows(errors, one.items) for one in different]
        return [different[at] for at in diverse(masks, worth.tolist(), most=self.wanted.top)]

    def _says_more(self, counter: Counter, whole: Whole, one: Found, found: Sequence[Found]) -> bool:
        """Whether a slice is worse than every slice it lies in, and no part of it says it all."""
        everything, mine = _everything(whole), _tally(one.tally)
        wholes = [_tally(counter.tally(np.array([items]))) for items in _wider(one.items)]
        if any(nested(mine, wider, everything).verdict == "whole" for wider in wholes):
            return False
        parts = [_tally(other.tally) for other in found if set(one.items) < set(other.items)]
        return all(nested(part, mine, everything).verdict != "part" for part in parts)

    def shown(
        self, one: Found, counter: Counter, whole: Whole, noise: SearchNoise | None, confirmation: Confirmation | None
    ) -> FoundSlice:
        """A slice with what is known of it; ends of intervals hold for all that were examined at once."""
        slice_, mine = self.slice_of(one.items), one.tally
        rows, losses = int(mine.rows[0]), float(mine.losses[0])
        z = float(moments_z(mine.losses, mine.rows, whole.rows, whole.losses, whole.variance)[0])
        quantile = noise.threshold() if noise is not None else z_value(0.95)
        potential = Potential(whole, self.least)
        value = float(potential.value(mine)[0])
        lower = potential.lower(mine, quantile)[0] if self.judged else value * (1 - quantile / z) if z else value
        return FoundSlice(
            slice=slice_,
            name=slice_.words,
            support=rows,
            share=rows / whole.rows,
            errors=round(losses) if self.judged else None,
            error_rate=losses / rows,
            ci=wilson(losses, rows, float(2 * stats.norm.cdf(quantile) - 1)) if self.judged else None,
            z=z,
            p_adjusted=float(noise.p_adjusted(np.array([z]))[0]) if noise is not None else 1.0,
            potential=value,
            potential_lower=float(lower),
            score=one.score,
            why=self._why(one, counter, whole),
            confirmation=confirmation,
        )

    def _why(self, one: Found, counter: Counter, whole: Whole) -> str:
        """What a slice says that those it lies in do not: the rate in the rest of the one it differs least from."""
        if not self.judged or len(one.items) < 2:
            return ""
        everything, mine = _everything(whole), _tally(one.tally)
        wider = {items: _tally(counter.tally(np.array([items]))) for items in _wider(one.items)}
        nearest = min(wider, key=lambda items: nested(mine, wider[items], everything).z_inside)
        others = wider[nearest].without(mine)
        if not others.rows:
            return ""
        return (
            f"{percent(mine.errors / mine.rows)} wrong, against {percent(others.errors / others.rows)} "
            f"in the rest of {self.slice_of(nearest).words}"
        )


def _wider(items: tuple[int, ...]) -> list[tuple[int, ...]]:
    """The slices with one condition less."""
    return [tuple(item for item in items if item != left_out) for left_out in items] if len(items) > 1 else []


def _tally(mine: Tallies) -> Tally:
    return Tally(int(mine.rows[0]), round(float(mine.losses[0])))


def _everything(whole: Whole) -> Tally:
    return Tally(whole.rows, round(whole.losses))


def _says_the_same(counter: Counter, one: Found, better: Found, whole: Whole) -> bool:
    """Whether a slice holds the rows of a better one, or is worse than the rest only for the rows they share."""
    both = _tally(counter.tally(np.array([sorted({*one.items, *better.items})])))
    mine, other = _tally(one.tally), _tally(better.tally)
    same = both.rows >= SAME_ROWS * (mine.rows + other.rows - both.rows)
    return same or echoes(mine, both, other, _everything(whole))


def _drawn(rows: int, share: float, clusters: np.ndarray | None, seed: int) -> np.ndarray:
    """Which rows are drawn: each with the same chance, clusters as a whole."""
    random = np.random.default_rng(seed)
    if clusters is None:
        return random.random(rows) < share
    return np.asarray((random.random(int(clusters.max(initial=0)) + 1) < share)[clusters])
