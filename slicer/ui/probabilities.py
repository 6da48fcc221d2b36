"""Whether probabilities come true, and how they are spread."""

from __future__ import annotations

import streamlit as st

from slicer.charts.probabilities import reliability, score_histogram
from slicer.findings.overview import calibration_finding, spread_finding, sure_finding
from slicer.metrics.calibration import bin_rates
from slicer.metrics.counts import SliceCounts
from slicer.slices import Slice, condition, parse
from slicer.ui.frame import chart_title, plain
from slicer.ui.pictures import picture
from slicer.ui.state import View
from slicer.ui.theme import palette


def probabilities(view: View, counts: SliceCounts) -> Slice | None:
    """Both charts, where rows have probabilities that are; gives the rows of the mark that was just clicked."""
    bins = counts.probabilities.calibration if counts.probabilities is not None else None
    if bins is None or not bins.n.sum():
        return None
    bench = view.bench
    of = bench.probability_name
    opens = {} if of is None else {"selects": "slice"}
    click = "" if of is None else " A click opens the rows."

    positive, negative = bench.positive, bench.relation.negative
    binary = positive is not None and negative is not None
    st.space("small")
    left, right = st.columns(2, gap="large")
    with left:
        apart = ", as if rows were independent" if bench.clustered else ""
        chart_title(
            plain(calibration_finding(bins, several=not binary)),
            f"Each point: a tenth of the scale, with its 95 % interval{apart}. On the line: it comes true. "
            f"Grey: where chance alone would put it.{click}",
        )
        came = f"rows that are {positive}" if binary else "rows that are right"
        rates = bin_rates(bins, bench.options.level, weighted=bench.dataset.roles.weight is not None)
        chart = reliability(rates, palette(), came=came, of=str(of))
        point = picture(chart, f"reliability-{view.dataset.id}", "reliability", **opens)
    with right:
        if binary:
            title = spread_finding(bins, str(positive), str(negative))
            how, names = f"Rows by probability of {positive}, of each class apart.", (str(positive), str(negative))
            parts = condition("label", "=", names[0]), condition("label", "=", names[1])
        else:
            title, names = sure_finding(bins), ("right", "wrong")
            how = "Rows by the probability of the most probable class; right: that class is the label."
            parts = condition("correct", "=", True), condition("correct", "=", False)
        chart_title(plain(title), plain(f"{how}{click}"))
        chart = score_histogram(bins, names, palette(), of=str(of), parts=parts)
        bar = picture(chart, f"probabilities-{view.dataset.id}", "probabilities", **opens)
    mark = point or bar
    return None if mark is None else parse(str(mark["slice"]))
