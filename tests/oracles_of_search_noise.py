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
