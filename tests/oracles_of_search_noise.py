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

BENCHMARK = {
    "planted": {
        "sliceline_a0.6": {
            "found": (0.0, 0.0),
            "right": None,
            "many": 0.0,
            "bias": None,
        },
        "sliceline_a0.95": {
            "found": (1.0, 0.08333333333333333),
            "right": 0.27310924369747897,
            "many": 3.966666666666667,
            "bias": 1.254904889674392,
        },
        "divexplorer_div": {
            "found": (0.0, 0.9833333333333333),
            "right": 0.19666666666666666,
            "many": 5.0,
            "bias": 2.69172991109613,
        },
        "divexplorer_t": {
            "found": (1.0, 0.9166666666666666),
            "right": 0.38333333333333336,
            "many": 5.0,
            "bias": 1.4854041630254085,
        },
        "project_discover_only": {
            "found": (0.9833333333333333, 0.9333333333333333),
            "right": 0.39655172413793105,
            "many": 4.833333333333333,
            "bias": 4.198744343914772,
        },
        "project_confirmed": {
            "found": (0.9833333333333333, 0.9333333333333333),
            "right": 0.756578947368421,
            "many": 2.533333333333333,
            "bias": 0.08821612684787095,
        },
    },
    "null_no_effect": {
        "sliceline_a0.6": {
            "found": (),
            "right": None,
            "many": 0.0,
            "bias": None,
        },
        "sliceline_a0.95": {
            "found": (),
            "right": 0.0,
            "many": 0.36666666666666664,
            "bias": 2.0553261953442976,
        },
        "divexplorer_div": {
            "found": (),
            "right": 0.0,
            "many": 5.0,
            "bias": 5.1054667041296655,
        },
        "divexplorer_t": {
            "found": (),
            "right": 0.0,
            "many": 5.0,
            "bias": 4.707587649073449,
        },
        "project_discover_only": {
            "found": (),
            "right": 0.0,
            "many": 4.45,
            "bias": 5.802353456998624,
        },
        "project_confirmed": {
            "found": (),
            "right": 0.0,
            "many": 0.08333333333333333,
            "bias": 5.774373678758752,
        },
    },
}
"""Over 60 repetitions: how often each planted slice is found, the share of reports that are one, reports, and by how
many points the reported gap is too large. 6,000 rows, support 60, of a half 30; the first five."""

SLICEFINDER = {
    "mean_rest": 0.14095744680851063,
    "effect_sqrt2": 1.550503693935462,
    "welch_t": 6.6157003416649305,
    "welch_p_greater": 3.2097660212722383e-07,
    "fisher_p_greater": 2.4550346380320186e-10,
    "cohens_h": 1.3246457136375747,
}
"""The first of these slices against the rest."""

DIVEXPLORER = [
    {"n": 24, "rate": 0.75, "t": 6.306613614955533},
    {"n": 42, "rate": 0.42857142857142855, "t": 3.31341873361396},
    {"n": 69, "rate": 0.3333333333333333, "t": 2.696847516876202},
    {"n": 84, "rate": 0.3333333333333333, "t": 2.918979004151991},
    {"n": 23, "rate": 0.30434782608695654, "t": 1.5076103602531172},
]
