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
from slicer.found import FoundSlice
from slicer.metrics.intervals import Interval, wilson_ends, z_value
from slicer.workbench.noise import chance_of, quantile_of, z_of
from slicer.workbench.search_space import Space
from slicer.workbench.told_apart import everything_of, tally_of, wider


def shown(
    space: Space,
    one: Found,
    counter: Counter,
    whole: Whole,
    noise: SearchNoise | None,
    confirmation: Confirmation | None,
) -> FoundSlice:
    """A slice with what is known of it; ends of intervals hold for all that were examined at once."""
    slice_, mine = space.slice_of(one.items), one.tally
    rows, losses, broken = int(mine.rows[0]), float(mine.losses[0]), round(float(mine.positive[0]))
    z = z_of(space, mine, whole)
    quantile = quantile_of(space, noise, mine, whole) if noise is not None else z_value(0.95)
    potential = space.potential(whole)
    return FoundSlice(
        slice=slice_,
        name=slice_.words,
        support=rows,
        share=rows / whole.rows,
        errors=round(losses) if space.judged else None,
        broken=broken if space.changed else None,
        fixed=broken - round(losses) if space.changed else None,
        error_rate=losses / rows,
        ci=_wilson(losses, rows, quantile) if space.judged else None,
        z=z,
        p_adjusted=chance_of(space, noise, mine, whole) if noise is not None else 1.0,
        potential=float(potential.value(mine)[0]),
        potential_lower=float(potential.lower(mine, quantile)[0]),
        score=one.score,
        why=_why(space, one, counter, whole),
        confirmation=confirmation,
    )


def _wilson(errors: float, rows: int, quantile: float) -> Interval:
    low, high = wilson_ends(np.array([errors]), np.array([float(rows)]), quantile)
    return float(low[0]), float(high[0])


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
        f"in the rest of {space.slice_of(nearest).words}"
    )
