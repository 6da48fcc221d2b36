"""Worked examples of probabilities, curves, numbers, clusters and coverage, computed by independent libraries.

scikit-learn 1.9.1, scipy 1.17.1, statsmodels 0.15.0, netcal 1.4.0, jiwer 4.0.0, confidenceinterval 1.0.5. Plain copies
of numbers. Each name says what it shows; nothing here is computed by Slicer.
"""

PROBABILITIES = {
    "y": [0, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0, 0],
    "s": [0.1, 0.2, 0.2, 0.3, 0.35, 0.8, 0.5, 0.5, 0.5, 0.9, 0.05, 0.7],
    "roc_auc": 0.7285714285714285,
    "avg_precision": 0.7142857142857142,
    "log_loss": 0.5839708962674087,
    "brier": 0.20791666666666664,
    "ece10_equal_width_left_closed": 0.21666666666666667,
    "mce10": 0.7,
    "netcal_ece10": 0.21666666666666665,
    "duckdb_sql_auc": 0.7285714285714285,
    "duckdb_sql_ap": 0.7142857142857143,
    "hist_auc": {
        "5": {"auc": 0.7142857142857143, "half_width": 0.08571428571428572},
        "10": {"auc": 0.7142857142857143, "half_width": 0.05714285714285714},
        "100": {"auc": 0.7285714285714285, "half_width": 0.04285714285714286},
    },
    "log_loss_clipped_eps1e15_for_p_zero": 18.021826694558577,
}
"""Twelve rows with ties; the calibration error is netcal's as well."""

SEVERAL_CLASSES = {
    "y": [0, 1, 2, 2, 1],
    "P": [[0.7, 0.2, 0.1], [0.3, 0.4, 0.3], [0.1, 0.1, 0.8], [0.5, 0.2, 0.3], [0.2, 0.6, 0.2]],
    "log_loss": 0.6421815310438047,
    "brier_sum": 0.352,
    "ovr_macro_auc": 0.9722222222222223,
    "top1_conf_accuracy": 0.8,
    "top2": 1.0,
}

REGRESSION = {
    "y": [3.0, -0.5, 2.0, 7.0, 4.2],
    "pred": [2.5, 0.0, 2.0, 8.0, 3.9],
    "mae": 0.4600000000000001,
    "rmse": 0.5639148871948674,
    "bias_pred_minus_true": 0.13999999999999996,
    "r2": 0.9480256276150627,
    "r2_from_sums": 0.9480256276150628,
    "pinball_0_9": 0.17400000000000004,
    "median_ae": 0.5,
    "max_error": 1.0,
    "r2_constant_y": {"sklearn_imperfect": 0.0, "sklearn_perfect": 1.0, "project": "null"},
}

WORD_ERRORS = {
    "errors": [1, 2, 2, 2],
    "words": [2, 3, 4, 8],
    "corpus_wer": 0.4117647058823529,
    "mean_of_ratios_wrong": 0.47916666666666663,
}
"""Four utterances: the ratio of sums is jiwer's."""

MEAN_T = {
    "x": [0.0, 0.1, 0.25, 0.0, 0.5, 0.33, 0.0, 0.2, 0.15, 0.05],
    "mean": 0.15799999999999997,
    "ci": [0.039548953993399485, 0.2764510460066005],
}

RATIO_OF_SUMS = {
    "errors": [1, 2, 2, 2, 0, 3, 0, 1],
    "words": [2, 3, 4, 8, 5, 6, 4, 10],
    "ratio": 0.2619047619047619,
    "se_linearised": 0.08085963768934579,
    "se_from_mergeable_sums": 0.08085963768934577,
    "se_jackknife": 0.08306353623680907,
    "ci_t": [0.07070210164952898, 0.4531074221599949],
}

CLUSTERS = {
    "clusters_n_correct": [[10, 9], [12, 6], [8, 8], [15, 14], [5, 1], [20, 18]],
    "acc": 0.8,
    "se_naive": 0.047809144373375745,
    "se_cluster": 0.09060341931647357,
    "statsmodels_cluster_se_nocorr": 0.08270922757788648,
    "check": 0.0906034193164736,
    "design_effect": 3.591428571428573,
    "n_eff": 19.490851233094663,
    "wilson_with_neff": [0.5809544985125892, 0.9202607996253589],
    "ci_t_K_1": [0.5670964960585327, 1.0329035039414673],
}
"""Six clusters of rows, each with its rows and its right ones."""

MULTIPLICITY = {
    "p": [0.001, 0.008, 0.012, 0.03, 0.041, 0.2, 0.5, 0.74],
    "bh": [0.008, 0.032, 0.032, 0.06, 0.0656, 0.26666666666666666, 0.5714285714285714, 0.74],
}

NOISE_FLOOR = [
    {"n": 100, "mean_ECE_when_calibrated": 0.10343439090734245, "noise_floor_formula": 0.10271390021964831},
    {"n": 500, "mean_ECE_when_calibrated": 0.0467281530131715, "noise_floor_formula": 0.046453547387848265},
    {"n": 5000, "mean_ECE_when_calibrated": 0.01465318494443564, "noise_floor_formula": 0.014723026461664918},
]
"""The calibration error of a calibrated model, simulated and by formula."""

AUDIT = {
    "95/100 vs 0.9": [0.9008389147209471, 0.9754526365741959],
    "28/30 vs 0.9": [0.8172844371249124, 0.9776878291666682],
    "75/100 vs 0.9": [0.6728265635678274, 0.8140020760405853],
    "970/1000 vs 0.9": [0.9597804490016411, 0.977683202352984],
}
"""Wilson at level .90."""

SLICE_OF_MOST_ROWS = {
    "slice_share": 0.9,
    "acc_slice": 0.8,
    "acc_rest": 0.95,
    "gap_vs_rest": -0.15,
    "gap_vs_overall": -0.015000000000000013,
}

DELONG = {
    "y": (
        "000000001001100000000000000001000011101000010001000100000111000000010110000000000000000010000001000000110000"
        "000000000010000000000011000110100010000100010000000000000000100100010000000000000000000001100000010000001010"
        "011001000000000000000000010100000000000001101101000001010100000100010000000001011000000001010001010010000000"
        "0010011000000000100100011001000100010100000110001000101000000000000000000000"
    ),
    "s": (
        "4 26 18 24 63 25 26 37 74 4 64 41 37 37 47 84 51 24 31 18 47 50 29 55 4 26 18 24 5 72 18 32 56 64 76 15 49 "
        "28 42 21 25 45 26 31 6 37 4 67 26 26 39 48 48 12 2 70 38 8 86 29 72 68 51 35 19 52 28 75 30 27 42 36 26 38 "
        "18 64 26 45 5 50 63 46 31 18 46 46 12 36 65 21 46 30 62 12 45 57 1 18 20 52 29 35 58 100 31 70 32 7 20 13 28 "
        "9 19 70 39 41 68 5 65 27 35 23 37 57 57 40 50 14 0 54 92 64 24 36 57 34 56 46 37 73 50 65 36 39 63 43 58 22 "
        "34 0 26 60 33 12 40 47 33 50 56 57 29 44 24 33 54 33 27 24 64 64 52 51 49 52 61 43 46 28 25 58 45 36 60 38 "
        "19 51 18 19 28 32 51 29 2 25 41 33 33 33 48 45 46 20 22 18 52 42 30 20 19 33 51 25 76 34 68 80 76 60 56 32 "
        "48 21 22 33 21 17 58 9 27 25 27 16 49 33 66 10 37 12 39 56 14 73 20 34 41 48 37 41 34 26 0 28 22 45 20 71 46 "
        "47 67 31 78 47 61 36 37 34 19 29 35 34 20 64 21 84 64 27 42 45 48 45 48 26 33 78 34 18 25 41 21 18 38 18 73 "
        "43 47 29 49 50 45 47 25 39 31 10 56 43 31 70 47 82 34 81 33 56 55 47 46 34 38 66 21 39 46 38 26 50 38 70 0 "
        "20 58 47 44 25 33 36 19 28 18 56 63 27 29 47 30 40 29 46 62 32 35 57 32 15 31 77 20 20 28 48 60 50 56 50 48 "
        "47 42 65 77 0 42 56 43 34 51 4 60 15 59 42 39 17 35 24 41 28 20 52 13 26 55 42 51 17 38 19 3 46 16 37"
    ),
    "auc": 0.758453620682723,
    "se": 0.030209775162745554,
    "library_se": 0.030209774702188063,
    "bootstrap_se": 0.0301850039658874,
    "ci_wald": [0.6992435493687943, 0.8176636919966518],
    "ci_logit": [0.6944536880345946, 0.8126643409677518],
}
"""400 rows: labels as digits, scores in hundredths."""

F1_COVERAGE = [
    {
        "f1": 0.834355828220859,
        "n": 50,
        "exp_support": 4.300000000000001,
        "frac_defined": 0.994,
        "wald_coverage": 0.7204728370221328,
        "wilson_jaccard_coverage": 0.9557344064386318,
    },
    {
        "f1": 0.834355828220859,
        "n": 200,
        "exp_support": 17.200000000000003,
        "frac_defined": 1.0,
        "wald_coverage": 0.91005,
        "wilson_jaccard_coverage": 0.9518,
    },
    {
        "f1": 0.834355828220859,
        "n": 1000,
        "exp_support": 86.0,
        "frac_defined": 1.0,
        "wald_coverage": 0.9427,
        "wilson_jaccard_coverage": 0.9482,
    },
    {
        "f1": 0.8,
        "n": 50,
        "exp_support": 1.25,
        "frac_defined": 0.7848,
        "wald_coverage": 0.31326452599388377,
        "wilson_jaccard_coverage": 0.9557849133537207,
    },
    {
        "f1": 0.8,
        "n": 200,
        "exp_support": 5.0,
        "frac_defined": 0.99745,
        "wald_coverage": 0.8137249987468044,
        "wilson_jaccard_coverage": 0.9585442879342323,
    },
    {
        "f1": 0.8,
        "n": 1000,
        "exp_support": 25.0,
        "frac_defined": 1.0,
        "wald_coverage": 0.9265,
        "wilson_jaccard_coverage": 0.9527,
    },
    {
        "f1": 0.9090909090909091,
        "n": 50,
        "exp_support": 11.0,
        "frac_defined": 1.0,
        "wald_coverage": 0.8556,
        "wilson_jaccard_coverage": 0.96135,
    },
    {
        "f1": 0.9090909090909091,
        "n": 200,
        "exp_support": 44.0,
        "frac_defined": 1.0,
        "wald_coverage": 0.925,
        "wilson_jaccard_coverage": 0.9511,
    },
    {
        "f1": 0.9090909090909091,
        "n": 1000,
        "exp_support": 220.0,
        "frac_defined": 1.0,
        "wald_coverage": 0.9457,
        "wilson_jaccard_coverage": 0.9539,
    },
    {
        "f1": 0.25,
        "n": 50,
        "exp_support": 2.0,
        "frac_defined": 0.9732,
        "wald_coverage": 0.3633888203863543,
        "wilson_jaccard_coverage": 0.9415330867242088,
    },
    {
        "f1": 0.25,
        "n": 200,
        "exp_support": 8.0,
        "frac_defined": 1.0,
        "wald_coverage": 0.83705,
        "wilson_jaccard_coverage": 0.9636,
    },
    {
        "f1": 0.25,
        "n": 1000,
        "exp_support": 40.0,
        "frac_defined": 1.0,
        "wald_coverage": 0.93245,
        "wilson_jaccard_coverage": 0.95265,
    },
]
"""Simulated coverage of 95 % intervals of F1, of Wilson on q = tp / (tp + fp + fn) and of the delta method."""

F1_CHANCES = {
    0.834355828220859: (0.068, 0.009, 0.018),
    0.8: (0.02, 0.005, 0.005),
    0.9090909090909091: (0.2, 0.02, 0.02),
    0.25: (0.01, 0.03, 0.03),
}
"""The chances of tp, fp and fn behind them."""

JEFFREYS = [0.6959935117027893, 0.8662199054214719]
"""68 of 86, the central interval of its beta distribution."""
