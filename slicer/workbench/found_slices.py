"""A slice that was found, as it is shown: what is known of it, with ends that hold for all slices examined."""

from __future__ import annotations

import numpy as np

from slicer.discovery.counting import Counter
from slicer.discovery.redundancy import nested
from slicer.discovery.search import Found
from slicer.discovery.significance import SearchNoise
from slicer.discovery.split import Confirmation
from slicer.discovery.tallies import Whole
from slicer.display import percent
from slicer.engine.sql import LABEL, PREDICTION
from slicer.found import BEYOND, FoldedSlice, FoundSlice
from slicer.metrics.intervals import Interval, wilson_ends
from slicer.slices import Slice
from slicer.workbench.noise import chance_of, quantile_of, z_of
from slicer.workbench.search_space import Space
from slicer.workbench.told_apart import ToldApart, everything_of, tally_of, wider


def shown(
    space: Space,
    one: ToldApart,
    counter: Counter,
    whole: Whole,
    noise: SearchNoise | None,
    confirmation: Confirmation | None,
) -> FoundSlice:
    """A slice with what is known of it; ends of intervals hold for all that were examined at once.

    Args:
        noise: What searches through noise found; without it there are neither chances nor ends.
    """
    slice_, mine = space.slice_of(one.found.items), one.found.tally
    rows, losses, broken = int(mine.rows[0]), float(mine.losses[0]), round(float(mine.positive[0]))
    spread = 1.0 if noise is None else noise.spread(one.found.items)
    z = z_of(space, mine, whole) / spread
    quantile = None if noise is None else quantile_of(space, noise, mine, whole) * spread
    chance = None if noise is None else chance_of(space, noise, z, mine, whole)
    potential = space.potential(whole)
    lower = None if quantile is None else float(potential.lower(mine, quantile)[0])
    if lower is not None and chance is not None and chance > BEYOND:
        lower = min(lower, 0.0)  # Newcombe's end alone is above 0 in one of nine searches through noise
    return FoundSlice(
        slice=slice_,
        name=said(slice_),
        support=rows,
        share=rows / whole.rows,
        errors=round(losses) if space.judged else None,
        broken=broken if space.changed else None,
        fixed=broken - round(losses) if space.changed else None,
        error_rate=losses / rows,
        ci=_wilson(losses, rows, quantile) if space.judged and quantile is not None else None,
        z=z,
        p_adjusted=chance,
        potential=float(potential.value(mine)[0]),
        potential_lower=lower,
        score=one.found.score,
        why=_why(space, one.found, counter, whole),
        confirmation=confirmation,
        folded=tuple(_folded(space, found, reason) for found, reason in one.folded),
    )


def _wilson(errors: float, rows: int, quantile: float) -> Interval:
    low, high = wilson_ends(np.array([errors]), np.array([float(rows)]), quantile)
    return float(low[0]), float(high[0])


def said(slice_: Slice) -> str:
    """A slice in words; the columns of classes say which class they are.

    >>> from slicer.slices import parse
    >>> said(parse("label = 'spam' and text has word 'free'"))
    "true class spam and text with the word 'free'"
    """
    return slice_.renamed({LABEL: "true class", PREDICTION: "predicted class"}).words


def _folded(space: Space, found: Found, reason: str) -> FoldedSlice:
    slice_, mine = space.slice_of(found.items), tally_of(found.tally)
    return FoldedSlice(slice=slice_, name=said(slice_), support=mine.rows, errors=mine.errors, reason=reason)


def _why(space: Space, one: Found, counter: Counter, whole: Whole) -> str:
    """What a slice says that those it lies in do not: the rate in the rest of the one it differs least from."""
    if not space.judged or len(one.items) < 2:
        return ""
    everything, mine = everything_of(whole), tally_of(one.tally)
    wholes = {items: tally_of(counter.tally(np.array([items]))) for items in wider(one.items)}
    nearest = min(wholes, key=lambda items: nested(mine, wholes[items], everything).z_inside)
    others = wholes[nearest].without(mine)
    if not others.rows:
        return ""
    return (
        f"{percent(mine.errors / mine.rows)} wrong, against {percent(others.errors / others.rows)} "
        f"in the rest of {said(space.slice_of(nearest))}"
    )
