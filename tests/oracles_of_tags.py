"""Worked examples of tags on failures, computed by independent libraries: scipy 1.17.1, statsmodels 0.15.0.

Plain copies of numbers. Each name says what it shows; nothing here is computed by Slicer.
"""

COURSE = {
    "reviewed_errors": 100,
    "tagged": 12,
    "share_of_errors": 0.12,
    "ci_wilson": [0.06999406437019488, 0.19812099426711421],
    "misclassified_within_tag": 0.18,
}
"""100 failures read, 12 with the tag; of the rows with it 18 % are wrong."""

FPC = {
    "E": 240,
    "m": 100,
    "t": 12,
    "n_eff": 170.71428571428572,
    "wilson_fpc": [0.07943538946842443, 0.17728997646842953],
    "hypergeom_exact_counts": [19, 43],
    "hypergeom_exact_share": [0.07916666666666666, 0.17916666666666667],
    "N": 3000,
    "error_mass_ceiling_pp": 0.96,
    "ceiling_ci_pp": [0.6354831157473955, 1.4183198117474363],
    "check_scipy": "scipy.stats.hypergeom",
}
"""100 of 240 failures read, 12 with the tag, in 3,000 rows."""

TWO_PHASE = {
    "m_err": 100,
    "t_err": 12,
    "m_ok": 150,
    "t_ok": 6,
    "tag_share": 0.0464,
    "tag_share_se": 0.014500338137948359,
    "err_rate_within_tag": 0.20689655172413793,
    "acc_within_tag": 0.7931034482758621,
    "risk_ratio": 3.0,
    "rr_ci_score": [1.2026108627860659, 7.516107289500003],
    "rr_ci_log": [1.1639969608711023, 7.731978950584768],
    "err_rate_ci_score": [0.0946743056035251, 0.3952495205814348],
    "err_rate_ci_log": [0.0919138692521477, 0.40203761508119107],
    "potential_hlp_0_90": 0.004959999999999999,
    "lift_vs_overall": 2.586206896551724,
    "tag_count_in_data": 139.2,
}
"""The same failures, and 150 of the 2,760 correct rows read, 6 of them with the tag."""

STRATIFIED = {
    "E_h": [180, 60],
    "m_h": [50, 50],
    "t_h": [3, 15],
    "estimate": 0.12,
    "naive_pooled_wrong": 0.18,
    "se": 0.02263282788250694,
    "n_eff": 206.15139442231077,
    "wilson_neff": [0.08245320763322136, 0.1714496879112716],
    "neyman_alloc_100": [60.85671080312265, 39.14328919687735],
}
"""50 failures read of a stratum of 180 and 50 of one of 60."""

RULE_OF_THREE = {
    "m": 100,
    "t": 0,
    "upper_one_sided_95": 0.029513049607039932,
    "three_over_m": 0.03,
    "wilson_two_sided": [0.0, 0.03699349820698569],
}
"""None of 100 rows read carries the tag."""

SAMPLE_SIZE = {"half_width_10pp_at_p_0_5": 97, "half_width_5pp": 385}
"""Rows to read for a share to within 10 and 5 points."""

ALL = {
    "course": COURSE,
    "fpc": FPC,
    "two_phase": TWO_PHASE,
    "stratified": STRATIFIED,
    "rule_of_three": RULE_OF_THREE,
    "sample_size": SAMPLE_SIZE,
}
