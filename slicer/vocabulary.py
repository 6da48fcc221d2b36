"""The closed vocabularies of the JSON contract, each word with what it means."""

from __future__ import annotations

from typing import Literal

Task = Literal["classification", "regression", "score", "ratio"]

TruthSource = Literal["external", "human", "adjudicated"]
"""Where the truth comes from: measured without people, a person's own label, or settled by experts."""

METHODS = {
    "wilson": "Wilson score interval of a proportion",
    "wilson-jaccard": "Wilson on TP / (TP + FP + FN), mapped to F1",
    "delta": "delta method: the slopes of the number in its counts or sums",
    "mover": "MOVER, from the intervals of the parts",
    "newcombe": "Newcombe score interval of a difference, or of an AUC on few rows",
    "tango": "Tango score interval of a paired difference",
    "t": "Student's t on the mean",
    "ratio": "linearised ratio of sums",
    "cluster": "from the spread between clusters",
    "delong": "DeLong, on the logit scale",
    "bootstrap": "percentile bootstrap",
    "beta": "beta posterior of a shrunk proportion",
    "risk-ratio": "score interval of the risk ratio of errors to correct rows, as an error rate",
}

FLAGS = {
    "low_support": "fewer than 30 rows behind the number",
    "wide_ci": "the interval is wider than ±10 points",
    "undefined": "nothing to divide by",
    "boundary": "at the edge of the scale, where the plain formula would know no spread",
    "small_n": "fewer than 30 values behind a mean",
    "few_clusters": "fewer than 10 clusters, as if of equal size",
    "hlp_inherited": "human level taken from a larger group of rows",
    "hlp_shrunk": "few human labels here: pulled towards the larger group",
    "hlp_no_uncertainty": "human level given as a bare number",
    "truth_is_human": "the truth is itself a human label",
    "class_set_differs": "averaged over other classes than the whole data set has",
    "weighted": "rows carry weights",
    "exploratory": "found by searching, not yet confirmed",
    "convenience_sample": "reviewed rows were not drawn at random",
    "all_read": "every row was read: the interval is that of rows like these, yet to come",
}

HLP_SOURCES = {
    "given": "given for this slice",
    "paired": "human labels on the same rows",
    "leave_one_out": "each annotator against the others",
    "other_sample": "human labels on another sample",
    "shrunk": "few human labels here, pulled towards the larger group",
    "parent": "inherited from a larger slice",
    "overall": "inherited from all rows",
    "ceiling": "no human level known: all errors fixed",
}

ACTIONS = {
    "measure-hlp": "measure people here",
    "labels": "fix labels",
    "none": "nothing to gain",
    "data": "more data",
}
