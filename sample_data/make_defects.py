"""The defects sample: 12,000 inspected parts, most of them sound, so that accuracy hides the trouble.

The confusion counts of model and inspector are fixed; chance and the features only decide which
parts are confused. Precision, recall and F1 of the model, rounded to one decimal in percent, are
those of the table in the course.

Source:
    A. Ng, "Skewed datasets", Introduction to Machine Learning in Production.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from drawing import column_names, draw, weighted_sample, write_csv

SEED = 20210512

SOUND = "no defect"
CLASSES = {SOUND: 11207, "scratch": 240, "dent": 200, "pit mark": 153, "discoloration": 200}

MODEL_CONFUSIONS = {  # (label, prediction): parts. Correct per class: 238, 199, 151, 194
    (SOUND, "scratch"): 49,
    (SOUND, "dent"): 16,
    (SOUND, "pit mark"): 26,
    (SOUND, "discoloration"): 74,
    ("scratch", SOUND): 1,
    ("scratch", "discoloration"): 1,
    ("dent", SOUND): 1,
    ("pit mark", SOUND): 1,
    ("pit mark", "dent"): 1,
    ("discoloration", SOUND): 3,
    ("discoloration", "scratch"): 3,
}
HUMAN_CONFUSIONS = {  # (label, inspector's label): parts. Correct per class: 237, 198, 150, 195
    (SOUND, "scratch"): 16,
    (SOUND, "dent"): 15,
    (SOUND, "pit mark"): 20,
    (SOUND, "discoloration"): 18,
    ("scratch", SOUND): 2,
    ("scratch", "discoloration"): 1,
    ("dent", SOUND): 2,
    ("pit mark", SOUND): 2,
    ("pit mark", "dent"): 1,
    ("discoloration", SOUND): 4,
    ("discoloration", "scratch"): 1,
}

LINE = {"L1": 0.34, "L2": 0.31, "L3": 0.22, "L4": 0.13}
SHIFT = {"early": 0.40, "late": 0.36, "night": 0.24}
MATERIAL = {"steel": 0.46, "aluminium": 0.31, "brass": 0.15, "copper": 0.08}
SUPPLIER = {"Alder": 0.31, "Birch": 0.26, "Cedar": 0.15, "Maple": 0.18, "Rowan": 0.10}
TYPICAL_AREA = {SOUND: 6.0, "scratch": 14.0, "dent": 42.0, "pit mark": 3.5, "discoloration": 95.0}  # mm2, median

INDEX_ENTRY = {
    "name": "defects",
    "title": "Visual inspection: 12,000 parts, four rare defects, an inspector's labels; accuracy hides the trouble",
    "files": ["defects.csv"],
    "tags": None,
    "about": "defects.md",
    "rows": 12000,
    "roles": {
        "id": "id",
        "label": "label",
        "prediction": {"inspector-net": "prediction"},
        "human": ["human"],
        "features": ["line", "shift", "material", "supplier", "area_mm2"],
    },
}


@dataclass(slots=True, kw_only=True)
class Part:
    """One row of defects.csv; the last field stays behind."""

    id: str
    line: str
    shift: str
    material: str
    supplier: str
    area_mm2: str  # the largest mark the camera found on the part, sound or not
    label: str
    prediction: str
    human: str
    hardness: float  # what no column tells: glare, dust, oil


def make(folder: Path) -> None:
    """Write defects.csv."""
    rng = Random(SEED)
    parts = inspected(rng)
    confuse(rng, parts, "prediction", MODEL_CONFUSIONS, model_weight)
    confuse(rng, parts, "human", HUMAN_CONFUSIONS, human_weight)
    columns = column_names(Part, leave_out=["hardness"])
    write_csv(folder / "defects.csv", columns, ([getattr(part, name) for name in columns] for part in parts))


def inspected(rng: Random) -> list[Part]:
    """All parts in shuffled order, labelled without an error so far."""
    labels = [label for label, parts in CLASSES.items() for _ in range(parts)]
    rng.shuffle(labels)
    return [
        Part(
            id=f"part-{number:05d}",
            line=draw(rng, LINE),
            shift=draw(rng, SHIFT),
            material=draw(rng, MATERIAL),
            supplier=draw(rng, SUPPLIER),
            area_mm2=f"{rng.lognormvariate(0.0, 0.6) * TYPICAL_AREA[label]:.1f}",
            label=label,
            prediction=label,
            human=label,
            hardness=rng.gauss(0.0, 1.0),
        )
        for number, label in enumerate(labels, start=1)
    ]


def confuse(
    rng: Random,
    parts: list[Part],
    column: str,
    confusions: dict[tuple[str, str], int],
    weight: Callable[[Part, str], float],
) -> None:
    """Write exactly as many wrong answers of each kind into a column as `confusions` asks for."""
    for (label, answer), size in confusions.items():
        still_right = [part for part in parts if part.label == label and getattr(part, column) == label]
        for part in weighted_sample(rng, still_right, lambda part, to=answer: weight(part, to), size):
            setattr(part, column, answer)


def model_weight(part: Part, answer: str) -> float:
    """Log weight of the model answering `answer` for this part.

    Stained sheets of one supplier under the lamps of the night shift look discoloured; the grain
    of brass looks scratched; line 4 shakes; small marks are missed.
    """
    weight = part.hardness
    if answer == "discoloration":
        weight += 2.2 * (part.supplier == "Cedar") + 1.1 * (part.shift == "night")
        weight += 1.6 * (part.supplier == "Cedar" and part.shift == "night")
    elif answer == "scratch":
        weight += 1.4 * (part.material == "brass")
    elif answer == "dent":
        weight += 1.0 * (part.line == "L4")
    elif answer == SOUND:
        weight += 2.0 * (float(part.area_mm2) < TYPICAL_AREA[part.label] / 2)
    return weight


def human_weight(part: Part, answer: str) -> float:
    """Log weight of the inspector answering `answer`: tired at night, and not fooled by a supplier."""
    weight = part.hardness + 0.6 * (part.shift == "night")
    return weight + 2.0 * (answer == SOUND and float(part.area_mm2) < TYPICAL_AREA[part.label] / 2)
