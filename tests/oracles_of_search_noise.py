"""Worked examples of what searching finds in noise. Plain copies of numbers; nothing here is computed by Slicer."""

REDUNDANCY = {
    "parent": "c=3: 28/84",
    "child": "a=1&c=3: 18/24",
    "sibling": "10/60",
    "z_child_in_parent": 5.09288719686584,
    "sibling_rate": 0.16666666666666666,
    "rest_rate": 0.1360759493670886,
    "z_sibling_vs_rest": 0.6234265087052555,
}

PLANTED = {
    800: {"runs": 50, "found": (0.16, 0.06), "any_false": 0.04},
    1500: {"runs": 50, "found": (0.5, 0.44), "any_false": 0.02},
    3000: {"runs": 50, "found": (0.96, 0.88), "any_false": 0.0},
    6000: {"runs": 50, "found": (1.0, 0.98), "any_false": 0.0},
}
"""How often max z finds a slice of one level (8 points on 25 % of rows) and one of two (18 points on 3 %), by rows:
7 features of 4 levels (.4, .25, .2, .15), base error .10."""

MAXSTAT = [
    {"n": 24, "k": 18, "z": 7.561474732278202, "p_adj": 0.0004997501249375312, "p_hypergeom": 2.4550346380320186e-10},
    {"n": 42, "k": 18, "z": 4.495725035956786, "p_adj": 0.0009995002498750624, "p_hypergeom": 4.7097846643500783e-05},
    {"n": 84, "k": 28, "z": 4.200256166092875, "p_adj": 0.0024987506246876563, "p_hypergeom": 6.249888337642704e-05},
    {"n": 69, "k": 23, "z": 3.7195484902804554, "p_adj": 0.010994502748625687, "p_hypergeom": 0.00039819175820621645},
    {"n": 136, "k": 36, "z": 3.2721453521349795, "p_adj": 0.04047976011994003, "p_hypergeom": 0.0010326395236564176},
]
"""The first five of 40 slices of 400 rows, 71 of them wrong."""
