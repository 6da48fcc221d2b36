"""The digits sample: 1,000 small pictures of handwritten digits, some of them turned or noised before prediction.

The models learn from clean pictures alone and predict out of fold: what a camera that shakes or a
dirty lens does to them is what there is to find.

Source:
    E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine Learning
    Repository, 1998, as scikit-learn carries it.
"""

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from drawing import column_names, write_csv

SEED = 20210514
ROWS = 1000
FOLDS = 5
ALTERED = {"rotated": 120, "noised": 80}  # of the rows
ANGLES = (15, 30)  # degrees, to either side
NOISE = 8.0  # standard deviation, in grey levels
WHITE, BLACK = 0, 16  # grey levels of the pictures

INDEX_ENTRY = {
    "name": "digits",
    "title": "Handwritten digits: 1,000 pictures, 200 of them turned or noised, logistic regression against an SVM",
    "files": ["digits.csv"],
    "tags": None,
    "about": "digits.md",
    "rows": ROWS,
    "roles": {
        "id": "id",
        "label": "label",
        "image": "image",
        "prediction": {"logistic": "pred_logistic", "svm": "pred_svm"},
        "probabilities": "prob_{class}_{run}",
        "features": ["ink", "stroke_width", "altered"],
    },
}


@dataclass(slots=True, kw_only=True)
class Picture:
    """One row of digits.csv; the last two fields stay behind."""

    id: str
    image: str
    ink: str
    stroke_width: str
    altered: str
    label: str
    pred_logistic: str = ""
    pred_svm: str = ""
    prob_0_logistic: str = ""
    prob_1_logistic: str = ""
    prob_2_logistic: str = ""
    prob_3_logistic: str = ""
    prob_4_logistic: str = ""
    prob_5_logistic: str = ""
    prob_6_logistic: str = ""
    prob_7_logistic: str = ""
    prob_8_logistic: str = ""
    prob_9_logistic: str = ""
    place: int  # in scikit-learn's order
    pixels: Any  # as the models see it: 8 by 8 grey levels


def make(folder: Path) -> None:
    """Write digits.csv and the folder digits/ with the pictures, in the order of scikit-learn."""
    from sklearn.datasets import load_digits
    from threadpoolctl import threadpool_limits

    rng = Random(SEED)
    digits = load_digits()
    sample = rng.sample(range(len(digits.images)), ROWS)
    altered = [kind for kind, rows in ALTERED.items() for _ in range(rows)]
    altered += ["none"] * (ROWS - len(altered))
    pairs = sorted(zip(sample, altered, strict=True))
    rows = [picture(rng, place, digits.images[place], digits.target[place], kind) for place, kind in pairs]
    with threadpool_limits(1):  # sums in one order
        predict(rng, digits, rows)
    (folder / "digits").mkdir(exist_ok=True)
    for row in rows:
        (folder / row.image).write_bytes(png(row.pixels))
    columns = column_names(Picture, leave_out=["place", "pixels"])
    write_csv(folder / "digits.csv", columns, ([getattr(row, name) for name in columns] for row in rows))


def picture(rng: Random, place: int, pixels: Any, label: int, altered: str) -> Picture:
    """A picture, measured as it was written and then altered."""
    return Picture(
        id=f"digit-{place:04d}",
        image=f"digits/{place:04d}.png",
        ink=f"{pixels.mean() / BLACK:.3f}",
        stroke_width=f"{stroke_width(pixels):.2f}",
        altered=altered,
        label=str(label),
        place=place,
        pixels=alter(rng, pixels, altered),
    )


def stroke_width(pixels: Any) -> float:
    """How broad the strokes are, in pixels: twice the ink over the length of its outline.

    A stroke of length l and width w has the area l times w and an outline of about 2 l. The outline
    of a grey picture is the sum of its steps from pixel to pixel, across and down.
    """
    import numpy as np

    page = np.pad(pixels, 1)
    outline = abs(np.diff(page, axis=0)).sum() + abs(np.diff(page, axis=1)).sum()
    return float(2 * pixels.sum() / outline)


def alter(rng: Random, pixels: Any, altered: str) -> Any:
    """The picture turned about its middle, with noise on every pixel, or as it was."""
    import numpy as np
    from scipy.ndimage import rotate

    if altered == "rotated":
        angle = rng.uniform(*ANGLES) * rng.choice((-1, 1))
        pixels = rotate(pixels, angle, reshape=False, order=1)
    elif altered == "noised":
        pixels = pixels + np.reshape([rng.gauss(0.0, NOISE) for _ in range(pixels.size)], pixels.shape)
    return np.clip(np.rint(pixels), WHITE, BLACK)


def predict(rng: Random, digits: Any, rows: list[Picture]) -> None:
    """Predict each picture with models that learned from clean pictures of the other folds."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import SVC

    folds = [place % FOLDS for place in range(len(digits.data))]
    rng.shuffle(folds)
    for fold in range(FOLDS):
        others = np.array(folds) != fold
        learned = (digits.data[others] / BLACK, digits.target[others])
        logistic = LogisticRegression(tol=1e-7, max_iter=5000).fit(*learned)
        svm = SVC(gamma=0.3).fit(*learned)
        mine = [row for row in rows if folds[row.place] == fold]
        seen = np.array([row.pixels.ravel() for row in mine]) / BLACK
        for row, probabilities, answer in zip(mine, logistic.predict_proba(seen), svm.predict(seen), strict=True):
            row.pred_logistic, row.pred_svm = str(probabilities.argmax()), str(answer)
            for digit, probability in enumerate(probabilities):
                setattr(row, f"prob_{digit}_logistic", f"{probability:.4f}")


def png(pixels: Any) -> bytes:
    """A grey PNG file of these pixels, ink dark on white.

    Rows are stored without filters: so few pixels do not compress, and the bytes are the same everywhere.
    """
    height, width = pixels.shape
    grey = [[round(255 - 255 * level / BLACK) for level in line] for line in pixels]
    lines = b"".join(b"\0" + bytes(line) for line in grey)
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = (b"IHDR", header), (b"IDAT", zlib.compress(lines, level=0)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        for name, content in parts
    )
