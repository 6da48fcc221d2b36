"""Worked examples of metrics and intervals in full, computed by independent libraries, under the names of their files.

scikit-learn 1.9.1, scipy 1.17.1, statsmodels 0.15.0, netcal 1.4.0, jiwer 4.0.0, duckdb 2.0.0, confidenceinterval 1.0.5.
Plain copies of numbers; nothing here is computed by Slicer. `metrics/test_oracles.py` accounts for every one of them.
"""

COURSE_BINARY = {
    "counts": {
        "TN": 905,
        "FP": 9,
        "FN": 18,
        "TP": 68,
    },
    "accuracy": 0.973,
    "precision": 0.8831168831168831,
    "recall": 0.7906976744186046,
    "f1": 0.8343558282208589,
    "f2": 0.8076009501187649,
    "specificity": 0.9901531728665208,
    "fpr": 0.009846827133479213,
    "fnr": 0.20930232558139536,
    "balanced_accuracy": 0.8904254236425627,
    "mcc": 0.8211910288862034,
    "kappa": 0.8197067229359758,
    "jaccard": 0.7157894736842105,
    "npv": 0.980498374864572,
    "lift_precision_over_prevalence": 10.268800966475386,
    "lib": "sklearn",
}
"""The skewed data set of the course: 1,000 rows, 86 of them positive."""

ALWAYS_NEGATIVE = {
    "y_pos": 86,
    "y_neg": 914,
    "accuracy": 0.914,
    "precision_zero_division": 0.0,
    "precision_nan": None,
    "recall": 0.0,
    "f1": 0.0,
    "mcc": 0.0,
    "kappa": 0.0,
    "note": ("precision is undefined (0/0): policy null; recall 0; F1 = 2TP/(2TP+FP+FN)=0, defined because FN>0"),
}
"""A model that prints 0: precision is 0/0, recall and F1 are 0."""

TWO_MODELS = {
    "model1": {
        "P": 0.883,
        "R": 0.791,
        "F1": 0.8344719235364397,
        "published": 0.834,
    },
    "model2": {
        "P": 0.97,
        "R": 0.073,
        "F1": 0.13578139980824544,
        "published": 0.136,
    },
}
"""Precision and recall of two models as published, and the F1 that follows."""

DEFECTS = {
    "scratch": {
        "P": 0.821,
        "R": 0.992,
        "F1": 0.8984357418643133,
        "published": 0.898,
    },
    "dent": {
        "P": 0.921,
        "R": 0.995,
        "F1": 0.956570981210856,
        "published": 0.957,
    },
    "pit_mark": {
        "P": 0.853,
        "R": 0.987,
        "F1": 0.915120652173913,
        "published": 0.915,
    },
    "discoloration": {
        "P": 0.721,
        "R": 0.97,
        "F1": 0.8271673565937315,
        "published": 0.827,
    },
}
"""Precision and recall of four defects as published, and the F1 that follows."""

MULTICLASS = {
    "y_true": ["a", "a", "a", "a", "a", "a", "b", "b", "b", "b", "c", "c"],
    "y_pred": ["a", "a", "a", "a", "b", "b", "b", "b", "a", "d", "d", "a"],
    "labels": ["a", "b", "c", "d"],
    "cm": [[4, 2, 0, 0], [1, 2, 0, 1], [1, 0, 0, 1], [0, 0, 0, 0]],
    "accuracy": 0.5,
    "per_class": {
        "a": {
            "precision": 0.6666666666666666,
            "recall": 0.6666666666666666,
            "f1": 0.6666666666666666,
            "support": 6,
            "predicted": 6,
        },
        "b": {
            "precision": 0.5,
            "recall": 0.5,
            "f1": 0.5,
            "support": 4,
            "predicted": 4,
        },
        "c": {
            "precision": None,
            "recall": 0.0,
            "f1": 0.0,
            "support": 2,
            "predicted": 0,
        },
        "d": {
            "precision": 0.0,
            "recall": None,
            "f1": 0.0,
            "support": 0,
            "predicted": 2,
        },
    },
    "macro_f1_union_labels": 0.29166666666666663,
    "macro_f1_true_labels_abc": 0.38888888888888884,
    "micro_f1": 0.5,
    "weighted_f1": 0.5,
    "balanced_accuracy": 0.38888888888888884,
    "mcc": 0.22727272727272727,
    "kappa": 0.21739130434782605,
    "quadratic_kappa_on_codes": 0.4193548387096774,
}
"""Twelve rows, three true classes, a fourth that is only predicted."""

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
        "5": {
            "auc": 0.7142857142857143,
            "half_width": 0.08571428571428572,
        },
        "10": {
            "auc": 0.7142857142857143,
            "half_width": 0.05714285714285714,
        },
        "100": {
            "auc": 0.7285714285714285,
            "half_width": 0.04285714285714286,
        },
    },
    "log_loss_clipped_eps1e15_for_p_zero": 18.021826694558577,
    "note": (
        "sklearn clips at finfo(float64).eps ~2.22e-16; project default eps=1e-15 must be recorded; this "
        "last number uses sklearn eps"
    ),
}
"""Twelve rows with ties; the calibration error is netcal's as well."""

HISTOGRAM_BOUND = {
    "checked": "200 random sets x bins 8/64/256: |hist-exact| <= sum_b P_b N_b/(2 P N) always",
    "max_ratio_seen": 0.2716958358479175,
}

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
    "mergeable": {
        "n": 5,
        "sum_abs": 2.3000000000000003,
        "sum_r": 0.6999999999999997,
        "sum_r2": 1.59,
        "sum_y": 15.7,
        "sum_y2": 79.89,
    },
    "mae": 0.4600000000000001,
    "rmse": 0.5639148871948674,
    "bias_pred_minus_true": 0.13999999999999996,
    "r2": 0.9480256276150627,
    "r2_from_sums": 0.9480256276150628,
    "pinball_0_9": 0.17400000000000004,
    "median_ae": 0.5,
    "max_error": 1.0,
    "r2_constant_y": {
        "sklearn_imperfect": 0.0,
        "sklearn_perfect": 1.0,
        "project": "null",
    },
}

WORD_ERRORS = {
    "ref": [
        "sweetened coffee",
        "sail away song",
        "let us catch up",
        "stir fried lettuce recipe for two people tonight",
    ],
    "hyp": [
        "swedish coffee",
        "sell away some song",
        "let us ketchup",
        "stir fry letters recipe for two people tonight",
    ],
    "errors": [1, 2, 2, 2],
    "words": [2, 3, 4, 8],
    "corpus_wer": 0.4117647058823529,
    "ratio_of_sums": 0.4117647058823529,
    "mean_of_ratios_wrong": 0.47916666666666663,
}
"""Four utterances: the ratio of sums is jiwer's."""

WILSON = {
    "0/10": [0.0, 0.2775327998628892],
    "10/10": [0.7224672001371107, 0.9999999999999999],
    "68/86": [0.6932340925568325, 0.8633018392537823],
    "68/77": [0.7925491643206027, 0.937274379943506],
    "905/914": [0.9813924236514001, 0.9948110278153081],
    "973/1000": [0.9610012692469598, 0.9813786172257051],
    "1/1": [0.20654931437723745, 1.0],
    "0/1": [0.0, 0.7934506856227626],
    "28/30": [0.7867654163738308, 0.9815229762087295],
}

CLOPPER_PEARSON = [0.6895339944188101, 0.8709804849868359]
"""68 of 86."""

JEFFREYS = [0.6959935117027893, 0.8662199054214719]
"""68 of 86, the central interval of its beta distribution."""

NEWCOMBE = {
    "slice": "24/40 correct",
    "rest": "870/960 correct",
    "diff": -0.30625,
    "ci": [-0.4612102874617361, -0.1682626749950796],
    "score_ci_miettinen": [-0.45869568586129694, -0.16650901565095583],
    "fisher_two_sided": 6.208961717077054e-07,
    "note": "statsmodels spells it newcomb",
}
"""24 of 40 right in a slice, 870 of 960 in the rest."""

F1 = {
    "counts": {
        "TP": 68,
        "FP": 9,
        "FN": 18,
    },
    "f1": 0.8343558282208589,
    "delta_se": 0.03143785654914197,
    "delta_ci": [0.7727387616334039, 0.8959728948083138],
    "wilson_jaccard_ci": [0.7639747306815915, 0.8868578982759217],
    "clopper_jaccard_ci": [0.7608736880313013, 0.8911265063784118],
}

DELTA = {
    "C_binary": [[905, 9], [18, 68]],
    "C_3x3": [[50, 5, 2], [6, 30, 4], [1, 3, 9]],
    "f1_pos": {
        "value": 0.8343558282208589,
        "delta_se": 0.03143785655470462,
        "multinomial_bootstrap_20000": {
            "se": 0.03179050439802905,
            "ci": [0.7681159420289855, 0.8920863309352518],
        },
    },
    "macro_f1_bin": {
        "value": 0.9098289756237664,
        "delta_se": 0.016915939042407103,
        "multinomial_bootstrap_20000": {
            "se": 0.0169937942760761,
            "ci": [0.8741029837592849, 0.9402199904351984],
        },
    },
    "mcc_bin": {
        "value": 0.8211910288862034,
        "delta_se": 0.03335047986274541,
        "multinomial_bootstrap_20000": {
            "se": 0.03343217469140569,
            "ci": [0.7526655170260032, 0.882451238900961],
        },
    },
    "kappa_bin": {
        "value": 0.8197067229359757,
        "delta_se": 0.03380547337439905,
        "multinomial_bootstrap_20000": {
            "se": 0.0341107190650833,
            "ci": [0.7478594854081165, 0.8818134375228087],
        },
    },
    "macro_f1_3": {
        "value": 0.7630936315146841,
        "delta_se": 0.04817739207124539,
        "multinomial_bootstrap_20000": {
            "se": 0.04962127697640953,
            "ci": [0.6553257772290714, 0.8509472159320091],
        },
    },
    "macro_recall_3": {
        "value": 0.7731668915879443,
        "delta_se": 0.05051226597355641,
        "multinomial_bootstrap_20000": {
            "se": 0.052202367956374424,
            "ci": [0.6685175120772947, 0.8726442082252409],
        },
    },
    "macro_precision_3": {
        "value": 0.7555555555555555,
        "delta_se": 0.04973679129007421,
        "multinomial_bootstrap_20000": {
            "se": 0.05065497575730318,
            "ci": [0.6534355429516719, 0.8528644834001974],
        },
    },
    "mcc_3": {
        "value": 0.6766851656805352,
        "delta_se": 0.06185360256031111,
        "multinomial_bootstrap_20000": {
            "se": 0.06159152294978403,
            "ci": [0.5520315975235471, 0.7926156786454938],
        },
    },
    "kappa_3": {
        "value": 0.6762892376681614,
        "delta_se": 0.06194473848944887,
        "multinomial_bootstrap_20000": {
            "se": 0.06251940593465417,
            "ci": [0.5487140902872778, 0.79291193852259],
        },
        "statsmodels_std_kappa": 0.0619447384385254,
    },
}
"""Standard errors by the delta method and by 20,000 multinomial resamples."""

CONFIDENCEINTERVAL = {
    "binary_example": {
        "binary_f1": [0.834355828220859, [0.7708929280996074, 0.8978187283421105]],
        "f1_macro": [0.9098289753410108, [0.8638193677235366, 0.955838582958485]],
        "f1_micro": [0.973, [0.9629541568458164, 0.9830458431541835]],
        "recall_macro": [0.8904254236425627, [0.8512847112247519, 0.9295661360603735]],
    },
    "three_class": {
        "f1_macro": {
            "value": 0.7630936301641578,
            "ci": [0.6400770390103435, 0.886110221317972],
            "implied_se": 0.06276472023167437,
        },
        "recall_macro": {
            "value": 0.7731668915879442,
            "ci": [0.6772131980510901, 0.8691205851247982],
            "implied_se": 0.04895686568412711,
        },
        "precision_macro": {
            "value": 0.7555555555555555,
            "ci": [0.6664059646853474, 0.8447051464257637],
            "implied_se": 0.04548532094130746,
        },
    },
    "warning": (
        "library macro precision/recall and binary F1 use diag(p)-p*p.T on a flat vector (elementwise, not "
        "outer product): compare implied_se with delta_se/bootstrap"
    ),
    "binary_f1_implied_se": 0.0323796256573278,
}
"""What the library says of the tables above: not to be followed."""

F1_COVERAGE = [
    {
        "f1": 0.834355828220859,
        "n": 50,
        "exp_support": 4.300000000000001,
        "frac_defined": 0.994,
        "wald_coverage": 0.7204728370221328,
        "wilson_jaccard_coverage": 0.9557344064386318,
        "wald_out_of_range": 0.6904929577464789,
    },
    {
        "f1": 0.834355828220859,
        "n": 200,
        "exp_support": 17.200000000000003,
        "frac_defined": 1.0,
        "wald_coverage": 0.91005,
        "wilson_jaccard_coverage": 0.9518,
        "wald_out_of_range": 0.20785,
    },
    {
        "f1": 0.834355828220859,
        "n": 1000,
        "exp_support": 86.0,
        "frac_defined": 1.0,
        "wald_coverage": 0.9427,
        "wilson_jaccard_coverage": 0.9482,
        "wald_out_of_range": 0.0,
    },
    {
        "f1": 0.8,
        "n": 50,
        "exp_support": 1.25,
        "frac_defined": 0.7848,
        "wald_coverage": 0.31326452599388377,
        "wilson_jaccard_coverage": 0.9557849133537207,
        "wald_out_of_range": 0.3132008154943935,
    },
    {
        "f1": 0.8,
        "n": 200,
        "exp_support": 5.0,
        "frac_defined": 0.99745,
        "wald_coverage": 0.8137249987468044,
        "wilson_jaccard_coverage": 0.9585442879342323,
        "wald_out_of_range": 0.7243470850669207,
    },
    {
        "f1": 0.8,
        "n": 1000,
        "exp_support": 25.0,
        "frac_defined": 1.0,
        "wald_coverage": 0.9265,
        "wilson_jaccard_coverage": 0.9527,
        "wald_out_of_range": 0.00945,
    },
    {
        "f1": 0.9090909090909091,
        "n": 50,
        "exp_support": 11.0,
        "frac_defined": 1.0,
        "wald_coverage": 0.8556,
        "wilson_jaccard_coverage": 0.96135,
        "wald_out_of_range": 0.7296,
    },
    {
        "f1": 0.9090909090909091,
        "n": 200,
        "exp_support": 44.0,
        "frac_defined": 1.0,
        "wald_coverage": 0.925,
        "wilson_jaccard_coverage": 0.9511,
        "wald_out_of_range": 0.04035,
    },
    {
        "f1": 0.9090909090909091,
        "n": 1000,
        "exp_support": 220.0,
        "frac_defined": 1.0,
        "wald_coverage": 0.9457,
        "wilson_jaccard_coverage": 0.9539,
        "wald_out_of_range": 0.0,
    },
    {
        "f1": 0.25,
        "n": 50,
        "exp_support": 2.0,
        "frac_defined": 0.9732,
        "wald_coverage": 0.3633888203863543,
        "wilson_jaccard_coverage": 0.9415330867242088,
        "wald_out_of_range": 0.35378133990957666,
    },
    {
        "f1": 0.25,
        "n": 200,
        "exp_support": 8.0,
        "frac_defined": 1.0,
        "wald_coverage": 0.83705,
        "wilson_jaccard_coverage": 0.9636,
        "wald_out_of_range": 0.53135,
    },
    {
        "f1": 0.25,
        "n": 1000,
        "exp_support": 40.0,
        "frac_defined": 1.0,
        "wald_coverage": 0.93245,
        "wilson_jaccard_coverage": 0.95265,
        "wald_out_of_range": 0.00975,
    },
]
"""Simulated coverage of 95 % intervals of F1, of Wilson on q = tp / (tp + fp + fn) and of the delta method:
20,000 samples."""

MEAN_T = {
    "x": [0.0, 0.1, 0.25, 0.0, 0.5, 0.33, 0.0, 0.2, 0.15, 0.05],
    "mean": 0.15799999999999997,
    "ci": [0.039548953993399485, 0.2764510460066005],
    "bootstrap_bca": [0.075, 0.276],
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
    "by": [
        0.02174285714285714,
        0.08697142857142856,
        0.08697142857142857,
        0.16307142857142853,
        0.17829142857142857,
        0.7247619047619048,
        1.0,
        1.0,
    ],
    "holm": [0.008, 0.056, 0.07200000000000001, 0.15, 0.164, 0.6000000000000001, 1.0, 1.0],
}

SQL = {
    "wilson_sql_max_abs_diff": 1.1102230246251565e-16,
    "poisson_boot": {
        "car": {
            "n": 197,
            "acc": 0.9238578680203046,
            "acc_se_binom": 0.018896526648489304,
            "acc_se_poisson_boot": 0.018913099487762354,
            "f1": 0.6808510638297872,
            "f1_se_delta": 0.07809455374503513,
            "f1_se_poisson_boot": 0.07916334944787234,
        },
        "clean": {
            "n": 2972,
            "acc": 0.9330417227456258,
            "acc_se_binom": 0.004584883082557312,
            "acc_se_poisson_boot": 0.004750138390239916,
            "f1": 0.7558282208588957,
            "f1_se_delta": 0.016784973282883295,
            "f1_se_poisson_boot": 0.01759240477236332,
        },
        "low": {
            "n": 298,
            "acc": 0.7248322147651006,
            "acc_se_binom": 0.025870773020091862,
            "acc_se_poisson_boot": 0.02518376059838035,
            "f1": 0.3492063492063492,
            "f1_se_delta": 0.054566216483271604,
            "f1_se_poisson_boot": 0.055118348458946365,
        },
        "people": {
            "n": 1533,
            "acc": 0.8656229615133725,
            "acc_se_binom": 0.00871075581143145,
            "acc_se_poisson_boot": 0.008691823516260442,
            "f1": 0.5863453815261044,
            "f1_se_delta": 0.026239326282607923,
            "f1_se_poisson_boot": 0.026560806607784027,
        },
    },
    "sql_wilson": (
        "with a as (select g,count(*) n,sum((y=p)::int) c,sum((y=1 and p=1)::int) tp,sum((y=0 and p=1)::int) "
        "fp,sum((y=1 and p=0)::int) fn from t group by g),\nz as (select 1.959963984540054 z)\nselect "
        "g,n,c,c*1.0/n acc,(c+z*z/2)/(n+z*z)-z/(n+z*z)*sqrt(c*(n-c)*1.0/n+z*z/4) "
        "lo,(c+z*z/2)/(n+z*z)+z/(n+z*z)*sqrt(c*(n-c)*1.0/n+z*z/4) hi,tp,fp,fn from a,z order by g"
    ),
    "sql_poisson_boot": (
        "with b as (select range b from range(400)), w as (select "
        "b.b,t.g,t.y,t.p,(('0x'||substr(md5(t.id::varchar||':'||b.b::varchar),1,8))::bigint)/4294967296.0 u "
        "from t,b),\nk as (select "
        "b,g,y,p,(u>=0.36787944117144233)::int+(u>=0.7357588823428847)::int+(u>=0.9196986029286058)::int+(u>="
        "0.9810118431238462)::int+(u>=0.9963401531726563)::int+(u>=0.9994058151824183)::int+(u>=0.99991675885"
        "0712)::int k from w)\nselect g,b,sum(k*(y=p)::int)*1.0/sum(k) acc, 2.0*sum(k*(y=1 and "
        "p=1)::int)/nullif(sum(k*(2*(y=1 and p=1)::int+(y<>p)::int)),0) f1 from k group by g,b"
    ),
    "rows": [
        {
            "g": "car",
            "n": 197,
            "c": 182.0,
            "acc": 0.9238578680203046,
            "lo": 0.8781849891903687,
            "hi": 0.9533166389126871,
            "tp": 16.0,
            "fp": 15.0,
            "fn": 0.0,
        },
        {
            "g": "clean",
            "n": 2972,
            "c": 2773.0,
            "acc": 0.9330417227456258,
            "lo": 0.923484931935961,
            "hi": 0.9414805024188848,
            "tp": 308.0,
            "fp": 172.0,
            "fn": 27.0,
        },
        {
            "g": "low",
            "n": 298,
            "c": 216.0,
            "acc": 0.7248322147651006,
            "lo": 0.6715075536839347,
            "hi": 0.7724341119956012,
            "tp": 22.0,
            "fp": 73.0,
            "fn": 9.0,
        },
        {
            "g": "people",
            "n": 1533,
            "c": 1327.0,
            "acc": 0.8656229615133725,
            "lo": 0.847633166905483,
            "hi": 0.881784948129107,
            "tp": 146.0,
            "fp": 180.0,
            "fn": 26.0,
        },
    ],
}
"""Accuracy and F1 of four groups of rows, counted in SQL: Wilson's ends, and standard errors by formula and by
400 Poisson bootstraps."""

SCORES = (
    "4 26 18 24 63 25 26 37 74 4 64 41 37 37 47 84 51 24 31 18 47 50 29 55 4 26 18 24 5 72 18 32 56 64 "
    "76 15 49 28 42 21 25 45 26 31 6 37 4 67 26 26 39 48 48 12 2 70 38 8 86 29 72 68 51 35 19 52 28 75 "
    "30 27 42 36 26 38 18 64 26 45 5 50 63 46 31 18 46 46 12 36 65 21 46 30 62 12 45 57 1 18 20 52 29 35 "
    "58 100 31 70 32 7 20 13 28 9 19 70 39 41 68 5 65 27 35 23 37 57 57 40 50 14 0 54 92 64 24 36 57 34 "
    "56 46 37 73 50 65 36 39 63 43 58 22 34 0 26 60 33 12 40 47 33 50 56 57 29 44 24 33 54 33 27 24 64 "
    "64 52 51 49 52 61 43 46 28 25 58 45 36 60 38 19 51 18 19 28 32 51 29 2 25 41 33 33 33 48 45 46 20 "
    "22 18 52 42 30 20 19 33 51 25 76 34 68 80 76 60 56 32 48 21 22 33 21 17 58 9 27 25 27 16 49 33 66 "
    "10 37 12 39 56 14 73 20 34 41 48 37 41 34 26 0 28 22 45 20 71 46 47 67 31 78 47 61 36 37 34 19 29 "
    "35 34 20 64 21 84 64 27 42 45 48 45 48 26 33 78 34 18 25 41 21 18 38 18 73 43 47 29 49 50 45 47 25 "
    "39 31 10 56 43 31 70 47 82 34 81 33 56 55 47 46 34 38 66 21 39 46 38 26 50 38 70 0 20 58 47 44 25 "
    "33 36 19 28 18 56 63 27 29 47 30 40 29 46 62 32 35 57 32 15 31 77 20 20 28 48 60 50 56 50 48 47 42 "
    "65 77 0 42 56 43 34 51 4 60 15 59 42 39 17 35 24 41 28 20 52 13 26 55 42 51 17 38 19 3 46 16 37"
)
"""In hundredths, of `DELONG`."""

DELONG = {
    "y": [
        int(one)
        for one in (
            "0000000010011000000000000000010000111010000100010001000001110000000101100000000000000000100000010000"
            "0011000000000000001000000000001100011010001000010001000000000000000010010001000000000000000000000110"
            "0000010000001010011001000000000000000000010100000000000001101101000001010100000100010000000001011000"
            "0000010100010100100000000010011000000000100100011001000100010100000110001000101000000000000000000000"
        )
    ],
    "s": [int(one) / 100 for one in SCORES.split()],
    "auc_sql": 0.758453620682723,
    "auc_sklearn": 0.7584536206827228,
    "delong_se_sql": 0.030209775162745554,
    "lib_ci_confidenceinterval": [0.7584536671638489, [0.6992435967525962, 0.8176637375751016]],
    "lib_implied_se": 0.030209774702188063,
    "bootstrap_se": 0.0301850039658874,
    "ci_wald": [0.6992435493687943, 0.8176636919966518],
    "ci_logit": [0.6944536880345946, 0.8126643409677518],
    "sql": (
        "with g as (select s,sum(y)*1.0 p,sum(1-y)*1.0 n from t group by s),\nc as (select *, sum(n) over w - "
        "n nb, sum(p) over w - p pb, sum(p) over() tp, sum(n) over() tn from g window w as (order by s rows "
        "unbounded preceding)),\nv as (select p,n,tp,tn,(nb+n/2)/tn v10,(tp-pb-p+p/2)/tp v01 from c)\nselect "
        "sum(p*v10)/max(tp) auc, "
        "(sum(p*v10*v10)-max(tp)*pow(sum(p*v10)/max(tp),2))/(max(tp)-1)/max(tp)+(sum(n*v01*v01)-max(tn)*pow(s"
        "um(n*v01)/max(tn),2))/(max(tn)-1)/max(tn) var from v"
    ),
}
"""400 rows."""

NOISE_FLOOR = [
    {
        "n": 100,
        "mean_ECE_when_calibrated": 0.10343439090734245,
        "noise_floor_formula": 0.10271390021964831,
    },
    {
        "n": 500,
        "mean_ECE_when_calibrated": 0.0467281530131715,
        "noise_floor_formula": 0.046453547387848265,
    },
    {
        "n": 5000,
        "mean_ECE_when_calibrated": 0.01465318494443564,
        "noise_floor_formula": 0.014723026461664918,
    },
]
"""The calibration error of a calibrated model, simulated and by formula."""

BALANCED_ACCURACY_MOVER = {
    "value": 0.8904254236425627,
    "ci": [0.8414971585084489, 0.9268021344756548],
}

AUDIT = {
    "95/100 vs 0.9": {
        "state": "pass",
        "ci": [0.9008389147209471, 0.9754526365741959],
    },
    "28/30 vs 0.9": {
        "state": "inconclusive",
        "ci": [0.8172844371249124, 0.9776878291666682],
    },
    "75/100 vs 0.9": {
        "state": "fail",
        "ci": [0.6728265635678274, 0.8140020760405853],
    },
    "970/1000 vs 0.9": {
        "state": "pass",
        "ci": [0.9597804490016411, 0.977683202352984],
    },
}
"""Wilson at level .90."""

SLICE_OF_MOST_ROWS = {
    "slice_share": 0.9,
    "acc_slice": 0.8,
    "acc_rest": 0.95,
    "gap_vs_rest": -0.15,
    "gap_vs_overall": -0.015000000000000013,
}

F1_CHANCES = {
    0.834355828220859: (0.068, 0.009, 0.018),
    0.8: (0.02, 0.005, 0.005),
    0.9090909090909091: (0.2, 0.02, 0.02),
    0.25: (0.01, 0.03, 0.03),
}
"""The chances of tp, fp and fn behind the samples of `F1_COVERAGE`."""

OF_OTHERS = {"11_misc": ("hlp_shrink", "redundancy")}
"""Examples of these files that are about people and about discovery."""

FILES = {
    "01_metrics": {
        "course_binary": COURSE_BINARY,
        "print0": ALWAYS_NEGATIVE,
        "course_two_models": TWO_MODELS,
        "course_defects": DEFECTS,
        "multiclass": MULTICLASS,
        "prob": PROBABILITIES,
        "hist_auc_bound": HISTOGRAM_BOUND,
        "multiclass_prob": SEVERAL_CLASSES,
        "regression": REGRESSION,
        "wer": WORD_ERRORS,
    },
    "02_intervals": {
        "wilson": WILSON,
        "clopper_pearson_68/86": CLOPPER_PEARSON,
        "jeffreys_68/86": JEFFREYS,
        "newcombe_slice_vs_rest": NEWCOMBE,
        "f1": F1,
        "generic_delta": DELTA,
        "confidenceinterval_1.0.5": CONFIDENCEINTERVAL,
        "f1_coverage": F1_COVERAGE,
        "mean_t": MEAN_T,
        "ratio_of_sums": RATIO_OF_SUMS,
        "cluster": CLUSTERS,
        "multiplicity": MULTIPLICITY,
    },
    "02b_sql": SQL,
    "13_delong": DELONG,
    "11_misc": {
        "ece_noise_floor": NOISE_FLOOR,
        "balanced_accuracy_mover": BALANCED_ACCURACY_MOVER,
        "audit_three_state_90pct_two_sided": AUDIT,
        "slice_vs_rest_not_overall": SLICE_OF_MOST_ROWS,
    },
}
"""All of them, file by file."""
