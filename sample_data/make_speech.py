"""The speech sample: Andrew Ng's table of four noise tags as 10,000 rows that reproduce it exactly.

How many transcripts are right is fixed for each noise level; chance and the features only decide
which ones. An utterance that is hard for the model is more often hard for a person too.

Source:
    A. Ng, "Prioritizing what to work on", Introduction to Machine Learning in Production.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from drawing import column_names, draw, weighted_sample, write_csv
from mishearing import mishear
from sentences import sentence

SEED = 20210511

NOISE = {  # rows, transcripts of the model that are right, transcripts of a person that are right
    "clean speech": (6000, 5640, 5700),
    "car noise": (400, 356, 372),
    "people noise": (3000, 2610, 2670),
    "low bandwidth": (600, 420, 420),
}
DEVICE = {
    "clean speech": {"phone": 0.40, "headset": 0.22, "laptop": 0.20, "far-field mic": 0.18},
    "car noise": {"phone": 0.72, "headset": 0.26, "laptop": 0.01, "far-field mic": 0.01},
    "people noise": {"phone": 0.46, "headset": 0.20, "laptop": 0.14, "far-field mic": 0.20},
    "low bandwidth": {"phone": 0.68, "headset": 0.17, "laptop": 0.11, "far-field mic": 0.04},
}
ACCENT = {"american": 0.38, "indian": 0.24, "british": 0.18, "australian": 0.11, "scottish": 0.09}
AGE_GROUP = {"child": 0.05, "teen": 0.08, "young adult": 0.35, "adult": 0.37, "senior": 0.13, "over 80": 0.02}
SLOWER = {"child": 1.2, "senior": 1.1, "over 80": 1.3}  # times the usual duration

MODEL_HABITS = {"homophone": 34, "name or place": 26, "short word dropped": 16, "ending": 12}
MODEL_HABITS |= {"merged or split": 7, "short word doubled": 5}
HUMAN_HABITS = {"homophone": 14, "name or place": 22, "short word dropped": 32, "ending": 20}
HUMAN_HABITS |= {"merged or split": 10, "short word doubled": 2}

NOISE_TAGS = ["car noise", "people noise", "low bandwidth"]
CONTENT_TAGS = ["homophone", "name or place", "short word dropped"]
REVIEWED = 100

INDEX_ENTRY = {
    "name": "speech",
    "title": "Speech recognition: 10,000 utterances, four noise levels, a second human transcript, 100 tagged failures",
    "files": ["speech.csv"],
    "tags": "speech_tags.csv",
    "tags_seed": SEED,
    "about": "speech.md",
    "rows": 10000,
    "roles": {
        "id": "id",
        "label": "label",
        "prediction": {"asr": "prediction"},
        "human": ["human"],
        "features": ["noise", "device", "accent", "age_group", "duration_s", "words"],
    },
}


@dataclass(slots=True, kw_only=True)
class Utterance:
    """One row of speech.csv; the last two fields stay behind."""

    id: str
    noise: str
    device: str
    accent: str
    age_group: str
    duration_s: str
    words: int
    label: str
    prediction: str
    human: str
    hardness: float  # what no column tells: mumbling, distance, an odd voice
    model_kinds: frozenset[str] = frozenset()  # what is wrong in the prediction


def make(folder: Path) -> None:
    """Write speech.csv and speech_tags.csv."""
    rng = Random(SEED)
    utterances = spoken(rng)
    transcribe(rng, utterances)
    columns = column_names(Utterance, leave_out=["hardness", "model_kinds"])
    write_csv(folder / "speech.csv", columns, ([getattr(row, name) for name in columns] for row in utterances))
    write_csv(folder / "speech_tags.csv", ["id", "tag", "state", "author", "at", "note"], review(rng, utterances))


def spoken(rng: Random) -> list[Utterance]:
    """All utterances in shuffled order, transcribed without an error so far."""
    levels = [noise for noise, (rows, _, _) in NOISE.items() for _ in range(rows)]
    rng.shuffle(levels)
    return [utterance(rng, number, noise) for number, noise in enumerate(levels, start=1)]


def utterance(rng: Random, number: int, noise: str) -> Utterance:
    """Somebody says something."""
    label = sentence(rng)
    words = len(label.split())
    age_group = draw(rng, AGE_GROUP)
    duration = (0.35 + 0.34 * words) * SLOWER.get(age_group, 1.0) * rng.uniform(0.8, 1.25)
    return Utterance(
        id=f"utt-{number:05d}",
        noise=noise,
        device=draw(rng, DEVICE[noise]),
        accent=draw(rng, ACCENT),
        age_group=age_group,
        duration_s=f"{duration:.2f}",
        words=words,
        label=label,
        prediction=label,
        human=label,
        hardness=rng.gauss(0.0, 1.0),
    )


def transcribe(rng: Random, utterances: list[Utterance]) -> None:
    """Put exactly as many wrong transcripts in as each noise level asks for."""
    for noise, (rows, model_right, human_right) in NOISE.items():
        level = [row for row in utterances if row.noise == noise]
        for row in weighted_sample(rng, level, model_difficulty, rows - model_right):
            row.prediction, row.model_kinds = mishear(rng, row.label, MODEL_HABITS)
        for row in weighted_sample(rng, level, human_difficulty, rows - human_right):
            row.human, _ = mishear(rng, row.label, HUMAN_HABITS)


def model_difficulty(row: Utterance) -> float:
    """Log weight of a wrong transcript by the model."""
    return (
        row.hardness
        + {"child": 1.2, "over 80": 0.7, "teen": 0.2}.get(row.age_group, 0.0)
        + {"scottish": 1.0, "indian": 0.1}.get(row.accent, 0.0)
        + {"far-field mic": 0.5}.get(row.device, 0.0)
        + (0.6 if row.device == "far-field mic" and row.noise == "people noise" else 0.0)
        + (0.9 if row.words <= 2 else 0.0)
    )


def human_difficulty(row: Utterance) -> float:
    """Log weight of a wrong transcript by a person, whom voices trouble less than the model."""
    return (
        1.2 * row.hardness
        + {"child": 0.4, "over 80": 0.4}.get(row.age_group, 0.0)
        + {"scottish": 0.3}.get(row.accent, 0.0)
        + {"far-field mic": 0.4}.get(row.device, 0.0)
        + (0.5 if row.words <= 2 else 0.0)
    )


def review(rng: Random, utterances: list[Utterance]) -> list[list[str]]:
    """One person reads a simple random sample of the failures: a line per example and tag, yes or no.

    Noise tags are what she hears. That is mostly the noise level, but a few calls among people or
    in a car break up as well, and in a few bad connections others are talking.
    """
    failures = [row for row in utterances if row.prediction != row.label]
    sample = rng.sample(failures, REVIEWED)
    breaks_up = rng.sample([row.id for row in sample if row.noise in ("people noise", "car noise")], 6)
    others_talk = rng.sample([row.id for row in sample if row.noise == "low bandwidth"], 3)
    now = datetime(2026, 3, 3, 9, 2, 11, tzinfo=UTC)
    lines = []
    for row in sample:
        yes = {row.noise} | row.model_kinds
        notes = {}
        if row.id in breaks_up:
            yes.add("low bandwidth")
            notes["low bandwidth"] = "the line breaks up too"
        if row.id in others_talk:
            yes.add("people noise")
            notes["people noise"] = "somebody talks in the background"
        if row.age_group == "child" and "homophone" in yes:
            notes["homophone"] = "a child, hard to tell even for me"
        if row.accent == "scottish" and "name or place" in yes:
            notes["name or place"] = "would have been clear to a Scot"
        for tag in NOISE_TAGS + CONTENT_TAGS:
            state = "yes" if tag in yes else "no"
            lines.append([row.id, tag, state, "ana", now.isoformat(), notes.get(tag, "")])
            now += timedelta(seconds=1)
        now += timedelta(seconds=rng.randint(4, 25))
    return lines
