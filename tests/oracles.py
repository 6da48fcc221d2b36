"""Worked examples computed by independent libraries: scikit-learn 1.9.1, scipy 1.17.1, statsmodels 0.15.0.

Plain copies of numbers. Each name says what it shows; nothing here is computed by Slicer.
"""

COHEN_2X2 = {
    "C": [[20, 5], [10, 15]],
    "kappa": 0.3999999999999999,
    "std": 0.12699606293110033,
    "ci": [0.151092290476661, 0.6489077095233389],
}

KAPPA_PARADOX = {"C": [[118, 5], [2, 0]], "agreement": 0.944, "kappa": -0.02339181286549608}
"""Agreement of 94 % with a kappa below 0."""

PAIRED_GAP = {
    "n": 100,
    "human_right_model_wrong": 14,
    "model_right_human_wrong": 6,
    "gap": 0.08,
    "se": 0.044000000000000004,
    "ceiling_if_keep_model_wins": 0.14,
}

UNPAIRED_GAP = {
    "human": "93/100",
    "model": "178/200",
    "gap": 0.040000000000000036,
    "ci": [-0.03660307233699131, 0.10218251595251694],
}

SPEECH = [
    {
        "tag": "clean",
        "share": 0.6,
        "acc": 0.94,
        "hlp": 0.95,
        "gap_pp": 1.0,
        "potential_pp": 0.6,
        "error_share": 0.3696098562628339,
    },
    {
        "tag": "car noise",
        "share": 0.04,
        "acc": 0.89,
        "hlp": 0.93,
        "gap_pp": 4.0,
        "potential_pp": 0.16,
        "error_share": 0.045174537987679654,
    },
    {
        "tag": "people noise",
        "share": 0.3,
        "acc": 0.87,
        "hlp": 0.89,
        "gap_pp": 2.0,
        "potential_pp": 0.6,
        "error_share": 0.4004106776180697,
    },
    {
        "tag": "low bandwidth",
        "share": 0.06,
        "acc": 0.7,
        "hlp": 0.7,
        "gap_pp": 0.0,
        "potential_pp": 0.0,
        "error_share": 0.1848049281314168,
    },
]
"""Prioritizing what to work on: the table of the course."""

SPEECH_OVERALL = {"overall_acc": 0.9026, "overall_hlp": 0.9162, "total_potential_pp": 1.36}

POTENTIAL_CI = {
    "n=400,c=348(.87),h=.89 const,N=1000": {
        "share": 0.4,
        "acc": 0.87,
        "gap": 0.020000000000000018,
        "gap_ci_mover": [-0.00946874771335926, 0.05650784552073862],
        "potential": 0.008000000000000007,
        "potential_ci_share_fixed": [-0.003787499085343704, 0.02260313820829545],
        "ceiling_all_errors": 0.052,
    },
    "same, h=178/200 measured": {
        "share": 0.4,
        "acc": 0.87,
        "gap": 0.020000000000000018,
        "gap_ci_mover": [-0.038838399461518215, 0.0714320770991742],
        "potential": 0.008000000000000007,
        "potential_ci_share_fixed": [-0.015535359784607287, 0.028572830839669678],
        "ceiling_all_errors": 0.052,
    },
    "n=20,c=20,h=.95,N=1000": {
        "share": 0.02,
        "acc": 1.0,
        "gap": -0.050000000000000044,
        "gap_ci_mover": [-0.050000000000000155, 0.11112515805281953],
        "potential": -0.0010000000000000009,
        "potential_ci_share_fixed": [-0.001000000000000003, 0.0022225031610563907],
        "ceiling_all_errors": 0.0,
    },
}

RECALL_ADDITIVE = {
    "P_slice": 34,
    "P_all": 86,
    "r_slice": 0.6470588235294118,
    "r_h": 0.85,
    "potential": 0.08023255813953485,
    "recomputed": 0.080232558139535,
}

RANK_UNCERTAINTY = {
    "500": {
        "P_rank1": {"clean": 0.41425, "car noise": 0.08385, "people noise": 0.4194, "low bandwidth": 0.0825},
        "P_top2": {"clean": 0.6757, "car noise": 0.3691, "people noise": 0.67295, "low bandwidth": 0.28225},
        "sd_pp": {
            "clean": 0.8243459085505308,
            "car noise": 0.2809450599549848,
            "people noise": 0.827969658752294,
            "low bandwidth": 0.4988284683094982,
        },
    },
    "5000": {
        "P_rank1": {"clean": 0.4951, "car noise": 0.00435, "people noise": 0.49865, "low bandwidth": 0.0019},
        "P_top2": {"clean": 0.9416, "car noise": 0.0912, "people noise": 0.9406, "low bandwidth": 0.0266},
        "sd_pp": {
            "clean": 0.2599218039027844,
            "car noise": 0.08908297000059213,
            "people noise": 0.2610532902569418,
            "low bandwidth": 0.15852391327796572,
        },
    },
    "50000": {
        "P_rank1": {"clean": 0.49495, "car noise": 0.0, "people noise": 0.50505, "low bandwidth": 0.0},
        "P_top2": {"clean": 1.0, "car noise": 0.0, "people noise": 1.0, "low bandwidth": 0.0},
        "sd_pp": {
            "clean": 0.08259026776710424,
            "car noise": 0.02827176683717307,
            "people noise": 0.0827574056958758,
            "low bandwidth": 0.050173664714938844,
        },
    },
}
"""Chances of the four tags from 20,000 draws, human level constant, by total rows."""

TANGO = {
    "fixed": 14,
    "broken": 30,
    "acc_diff_new_minus_old": -0.016,
    "tango_ci": [-0.029984682079384477, -0.003133471409645504],
}
"""1,000 rows, two models."""

HLP_SHRINK = {
    "k": 7,
    "n": 8,
    "parent": 0.93,
    "kappa": 20,
    "value": 0.9142857142857144,
    "beta_ci": [0.788313368489913, 0.9857143659028818],
}

TAGS_FPC = {
    "E": 240,
    "m": 100,
    "t": 12,
    "n_eff": 170.71428571428572,
    "wilson_fpc": [0.07943538946842443, 0.17728997646842953],
    "N": 3000,
    "error_mass_ceiling_pp": 0.96,
}
"""100 of 240 errors read, 12 with the tag."""

GAP_COVERAGE = [
    {"n": 20, "acc": 0.95, "hlp": 0.97, "hlp_n": None, "mover": 0.9239},
    {"n": 50, "acc": 0.89, "hlp": 0.93, "hlp_n": None, "mover": 0.93175},
    {"n": 400, "acc": 0.87, "hlp": 0.89, "hlp_n": None, "mover": 0.9554},
    {"n": 50, "acc": 0.89, "hlp": 0.93, "hlp_n": 50, "mover": 0.9606},
    {"n": 200, "acc": 0.87, "hlp": 0.89, "hlp_n": 100, "mover": 0.9496},
    {"n": 30, "acc": 0.7, "hlp": 0.7, "hlp_n": 30, "mover": 0.95345},
]
"""Simulated coverage of the gap's interval at 95 %, 20,000 repetitions each."""

SCRATCHES = {
    "gt": [1, 1, 1, 0, 0, 0],
    "inspector": [1, 0, 1, 0, 0, 1],
    "hlp": 0.6666666666666666,
    "ci_wilson": [0.29999331513839184, 0.9032285888942195],
    "kappa": 0.33333333333333337,
}
"""Six scratches of the course, 4 agreements; only the share is published, the labels are made up."""

UM = {
    "p_convention1": 0.7,
    "pairwise_agreement": 0.58,
    "always_first_vs_random_label": 0.7,
    "fake_advantage": 0.12,
    "deattenuated_p": 0.7,
}
"""Two label conventions, used 70 and 30 times in 100."""

LEAVE_ONE_OUT = {
    "ratings": [
        ["a", "a", "a"],
        ["a", "a", "b"],
        ["b", "b", "b"],
        ["a", "b", "c"],
        ["c", "c", "b"],
        ["b", None, "b"],
        ["a", "a", None],
        ["c", "b", "b"],
        ["a", "a", "a"],
        ["b", "c", "c"],
    ],
    "model": ["a", "b", "b", "a", "c", "b", "c", "b", "c", "b"],
    "per_item_human": [
        1.0,
        0.3333333333333333,
        1.0,
        0.0,
        0.3333333333333333,
        1.0,
        1.0,
        0.3333333333333333,
        1.0,
        0.3333333333333333,
    ],
    "per_item_model": [
        1.0,
        0.3333333333333333,
        1.0,
        0.3333333333333333,
        0.6666666666666666,
        1.0,
        0.0,
        0.6666666666666666,
        0.0,
        0.3333333333333333,
    ],
    "human_loo": 0.6333333333333333,
    "model_loo": 0.5333333333333333,
    "gap": 0.1,
    "gap_se": 0.1575271875417536,
    "gap_ci_t": [-0.25635125563303407, 0.456351255633034],
    "model_vs_full_majority": 0.5333333333333333,
    "human_vs_full_majority_inflated": 0.8,
    "min_others_2": {"human": 0.5416666666666666, "model": 0.5416666666666666, "items": 8},
    "pairwise_agreement": 0.6333333333333333,
    "krippendorff_alpha_nominal": 0.4130434782608695,
    "alpha_from_counts_formula": 0.4130434782608696,
    "alpha_item_bootstrap_ci": [0.04370802026411652, 0.7366133546581364],
}
"""Ten items, three people with two answers missing, and a model."""

LEAVE_ONE_OUT_5 = {
    "ratings": [
        ["a", "a", "a", "a", "b"],
        ["a", "a", "b", "b", "b"],
        ["a", "a", "a", "a", "a"],
        ["a", "b", "b", "b", "c"],
        ["c", "c", "c", "c", "b"],
        ["a", "a", "b", "b", "c"],
        ["b", "b", "b", "b", "b"],
        ["a", "a", "c", "c", "a"],
    ],
    "model": ["a", "a", "a", "b", "c", "b", "b", "c"],
    "human": 0.6000000000000001,
    "model_loo": 0.7625,
    "gap": -0.16249999999999998,
    "se": 0.07055266523263717,
    "ci_t": [-0.3293305432236009, 0.004330543223600936],
    "pairwise": 0.5625,
    "alpha": 0.3321917808219178,
    "fleiss": 0.31506849315068497,
    "human_vs_full_majority_inflated": 0.7250000000000001,
}
"""Eight items, five people."""

KRIPPENDORFF = {
    "data": [
        [None, None, None, None, None, 3, 4, 1, 2, 1, 1, 3, 3, None, 3],
        [1, None, 2, 1, 3, 3, 4, 3, None, None, None, None, None, None, None],
        [None, None, 2, 1, 3, 4, 4, None, 2, 1, 1, 3, 3, None, 4],
    ],
    "nominal": 0.691358024691358,
    "ordinal": 0.8067214199413153,
    "interval": 0.8108448928121059,
    "nominal_counts_formula": 0.691358024691358,
}
"""The example of Krippendorff's text: three people, fifteen items."""

FLEISS = {
    "table": [
        [0, 0, 0, 0, 14],
        [0, 2, 6, 4, 2],
        [0, 0, 3, 5, 6],
        [0, 3, 9, 2, 0],
        [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0],
        [3, 2, 6, 3, 0],
        [2, 5, 3, 2, 2],
        [6, 5, 2, 1, 0],
        [0, 2, 2, 3, 7],
    ],
    "kappa": 0.20993070442195522,
    "published": 0.21,
}
"""Fourteen people, ten items, five labels."""

OVERLAP = {
    "N": 1000,
    "slices": {
        "A": {"n": 200, "c": 160, "h": 0.95, "rho": 0.75},
        "B": {"n": 100, "c": 70, "h": 0.9, "rho": 0.6666666666666666},
        "C": {"n": 50, "c": 40, "h": 0.84, "rho": 0.2},
    },
    "error_signatures": {"A": 22, "B": 12, "C": 3, "A+B": 14, "B+C": 3, "A+C": 3, "A+B+C": 1, "none": 20},
    "alone": {"A": 0.03, "B": 0.02, "C": 0.0020000000000000005},
    "joint_all": 0.040600000000000004,
    "shapley": {"A": 0.024666666666666667, "B": 0.014666666666666666, "C": 0.0012666666666666668},
    "greedy": [
        ("A", 0.03, 0.03),
        ("B", 0.010000000000000002, 0.04),
        ("C", 0.0006000000000000033, 0.040600000000000004),
    ],
}
"""Three slices that share errors, 1,000 rows; the Shapley values equal those over all permutations."""


F1_COUNTERFACTUAL = {
    "C_all": [[905, 9], [18, 68]],
    "C_slice": [[180, 6], [12, 22]],
    "overall_f1": 0.8343558282208589,
    "slice_f1": 0.7096774193548387,
    "human_PR_0_90_0_85": {
        "C_star": [[182.7888888888889, 3.2111111111111104], [5.100000000000001, 28.9]],
        "new_overall_f1": 0.8964095744680851,
        "sk": 0.8964095744680851,
        "potential": 0.06205374624722626,
    },
    "human_F1_0_90": {
        "lam": 0.3655913978494624,
        "C_star": [[183.80645161290323, 2.193548387096774], [4.387096774193548, 29.612903225806452]],
        "slice_f1_star": 0.8999999999999999,
        "new_overall_f1": 0.9065944691549024,
        "sk": 0.9065944691549023,
        "potential": 0.07223864093404353,
    },
    "human_acc_0_96": {
        "lam": 0.4888888888888895,
        "C_star": [[183.06666666666666, 2.933333333333337], [5.866666666666674, 28.133333333333326]],
        "slice_acc_star": 0.96,
        "new_overall_f1": 0.892814130871136,
        "potential_f1": 0.05845830265027718,
        "potential_acc": 0.009199999999999932,
        "course_formula": 0.009199999999999986,
    },
}
"""A slice brought to people's level in three ways: by their precision and recall, their F1, or their accuracy."""

RMSE_OF_TWO_SLICES = {
    "n": [100, 300],
    "sse": [900.0, 1200.0],
    "human_mse_slice0": 4.0,
    "overall_rmse": 2.29128784747792,
    "new": 2.0,
    "potential": 0.2912878474779199,
}

WORD_ERRORS = {
    "errors": [30, 50],
    "words": [200, 800],
    "human_wer_slice0": 0.08,
    "potential": 0.013999999999999999,
    "recomputed": 0.013999999999999999,
    "wrong_if_utterance_share_0_5": 0.034999999999999996,
}
"""Two slices of as many utterances, but not of as many words."""

ENRICHED = {
    "N": 1000,
    "failures": 60,
    "succ_sampled": 94,
    "slice_fail": 24,
    "slice_succ_sampled": 9,
    "naive_acc": 0.2727272727272727,
    "ht_slice_n": 114,
    "ht_slice_acc": 0.7894736842105263,
    "ht_share": 0.114,
    "hlp": 0.95,
    "potential": 0.018299999999999993,
    "potential_naive_wrong": 0.1451298701298701,
    "se_slice_success_total": 27.208869521631385,
    "se_acc_delta": 0.05024721979987329,
    "se_potential": 0.0013604434760815705,
}
"""All failures and some of the successes: what a slice is worth is told from both."""
RUBBER_SHEET = {
    "rows": [
        ("airplane noise", 60, 0.8, 0.8166666666666667, 0.95),
        ("car noise", 80, 0.875, 0.8875, 0.95),
        ("train noise", 50, 0.86, 0.86, 0.94),
        ("machine noise", 70, 0.8571428571428571, 0.8714285714285714, 0.9428571428571428),
        ("cafe noise", 120, 0.7, 0.85, 0.9416666666666667),
        ("library noise", 60, 0.75, 0.85, 0.95),
        ("food court", 90, 0.7, 0.8, 0.9333333333333333),
    ],
    "treated": ["cafe noise"],
    "area_before": 0.1641509433962264,
    "area": 0.09622641509433962,
    "spill_over": 0.04390243902439024,
    "closed": (
        0.11111111111111112, 0.16666666666666669, 0.0, 0.16666666666666666, 0.6206896551724138, 0.5, 0.4285714285714286,
    ),
    "ranks": (3, 5, 7, 6, 2, 4, 1),
}  # fmt: skip
"""Of each slice: its rows of 530, the model before and after, people. More data was added for cafe noise alone."""
