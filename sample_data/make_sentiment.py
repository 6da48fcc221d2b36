"""The sentiment sample: 6,000 sentences from four domains, each rated by about twenty people.

The truth is what most raters say, so it is itself human; every rating is kept as a count per class.
Two runs: VADER, a lexicon with rules, and TF-IDF with logistic regression, predicted out of fold.

Source:
    C. J. Hutto and E. Gilbert, "VADER: A Parsimonious Rule-based Model for Sentiment Analysis of
    Social Media Text", ICWSM 2014; the data lies in the source package of vaderSentiment.
"""

import io
import json
import re
import sys
import tarfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from drawing import column_names, write_csv
from fetching import fetch

SEED = 20210513
ROWS = 6000
FOLDS = 5

PACKAGE = ("vaderSentiment", "3.3.2", "5d7c06e027fc8b99238edb0d53d970cf97066ef97654009890b83703849632f9")
DATA = "additional_resources/hutto_ICWSM_2014.tar.gz"
DOMAINS = {  # name, start of the ids, files
    "tweets": ("tweet", "tweets"),
    "film reviews": ("film", "movieReviewSnippets"),
    "product reviews": ("product", "amazonReviewSnippets"),
    "editorials": ("editorial", "nytEditorialSnippets"),
}
WHOLE_TEXTS = ("product reviews", "editorials")  # the ids of their sentences say which text they come from

CLASSES = ("negative", "neutral", "positive")
VADER_THRESHOLD = 0.05  # of the compound score, as VADER's own documentation has it

NEGATION = re.compile(
    r"\b(?:no|not|never|none|nobody|nothing|nowhere|neither|nor|cannot|without|hardly|barely|\w+n['’]?t)\b", re.I
)
CONTRAST = re.compile(r"\b(?:but|however|although|though|despite|yet)\b", re.I)
CAPITALS = re.compile(r"\b[A-Z]{3,}\b")

INDEX_ENTRY = {
    "name": "sentiment",
    "title": "Sentiment: 6,000 rated sentences from four domains, VADER against TF-IDF; the truth is itself human",
    "files": ["sentiment.csv"],
    "tags": None,
    "about": "sentiment.md",
    "rows": ROWS,
    "truth_is_human": True,
    "roles": {
        "id": "id",
        "label": "label",
        "text": "text",
        "cluster": "document",
        "prediction": {"vader": "pred_vader", "tfidf": "pred_tfidf"},
        "probabilities": "prob_{class}_{run}",
        "features": ["domain", "words", "has_negation", "has_contrast", "exclamation", "question", "all_caps"],
        "human_count": ["human_negative", "human_neutral", "human_positive"],
    },
}


@dataclass(slots=True, kw_only=True)
class Sentence:
    """One row of sentiment.csv; the last field stays behind."""

    id: str
    domain: str
    document: str  # the review or editorial it comes from, else the sentence itself
    text: str
    words: int
    has_negation: str
    has_contrast: str
    exclamation: str
    question: str
    all_caps: str
    label: str
    pred_vader: str = ""
    pred_tfidf: str = ""
    prob_negative_tfidf: str = ""
    prob_neutral_tfidf: str = ""
    prob_positive_tfidf: str = ""
    human_negative: int
    human_neutral: int
    human_positive: int
    group: str  # never on both sides of a fold


def make(folder: Path) -> None:
    """Write sentiment.csv."""
    rng = Random(SEED)
    with TemporaryDirectory() as place:
        package = unpack(fetch(*PACKAGE, "source", Path(place)))
        sentences = [sentence for domain in DOMAINS for sentence in read(package / DATA, domain)]
        compound = vader(package)
    learn(rng, sentences)
    rows = rng.sample(sentences, ROWS)
    for row in rows:
        row.pred_vader = sign(compound(row.text), VADER_THRESHOLD)
    columns = column_names(Sentence, leave_out=["group"])
    write_csv(folder / "sentiment.csv", columns, ([getattr(row, name) for name in columns] for row in rows))


def unpack(package: Path) -> Path:
    """The folder inside a source package."""
    with tarfile.open(package) as archive:
        archive.extractall(package.parent, filter="data")
    return package.parent / package.name.removesuffix(".tar.gz")


def read(data: Path, domain: str) -> Iterator[Sentence]:
    """The sentences of a domain that most raters agree on, with all ratings.

    Left out are ties for the first place, and 199 tweets whose ratings do not give the mean that is
    published beside their text: in these, ratings and texts are mixed up.
    """
    start, files = DOMAINS[domain]
    with tarfile.open(data) as archive:
        texts = table(archive, f"{files}_GroundTruth.txt")
        ratings = table(archive, f"{files}_anonDataRatings.txt")
    for (key, mean, text), (rated_key, _, _, rated) in zip(texts, ratings, strict=True):
        numbers = json.loads(rated)
        counts = Counter(sign(number) for number in numbers)
        (label, most), *others = counts.most_common()
        if key != rated_key or abs(float(mean) - sum(numbers) / len(numbers)) > 0.001:
            continue
        if others and others[0][1] == most:
            continue
        yield sentence(domain, f"{start}-{key}", text, label, counts)


def table(archive: tarfile.TarFile, name: str) -> list[list[str]]:
    """The lines of a tab-delimited file; one of them begins with a byte order mark."""
    file = archive.extractfile(f"hutto_ICWSM_2014/{name}")
    with io.TextIOWrapper(file, encoding="utf-8-sig") as lines:
        return [line.rstrip("\n").split("\t") for line in lines]


def sign(number: float, threshold: float = 0.0) -> str:
    """The class of a rating, or of a score that counts as neutral below a threshold.

    >>> sign(-1), sign(0), sign(0.05, 0.05)
    ('negative', 'neutral', 'positive')
    """
    if number and abs(number) >= threshold:
        return "positive" if number > 0 else "negative"
    return "neutral"


def sentence(domain: str, key: str, text: str, label: str, counts: Counter[str]) -> Sentence:
    """A row with what can be read off its text."""
    document = key.partition("_")[0] if domain in WHOLE_TEXTS else key
    alike = " ".join(re.findall("[a-z]+", text.lower()))  # some tweets repeat another with more ado
    return Sentence(
        id=key,
        domain=domain,
        document=document,
        text=text,
        words=len(text.split()),
        has_negation=flag(NEGATION.search(text)),
        has_contrast=flag(CONTRAST.search(text)),
        exclamation=flag("!" in text),
        question=flag("?" in text),
        all_caps=flag(CAPITALS.search(text)),
        label=label,
        human_negative=counts["negative"],
        human_neutral=counts["neutral"],
        human_positive=counts["positive"],
        group=document if domain in WHOLE_TEXTS else alike,
    )


def flag(condition: object) -> str:
    """Yes or no, in the words of every reader of CSV files."""
    return "true" if condition else "false"


def vader(package: Path) -> Callable[[str], float]:
    """VADER's compound score, from -1 to 1, imported from the unpacked package."""
    sys.path.insert(0, str(package))
    try:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
    finally:
        sys.path.remove(str(package))
    analyzer = SentimentIntensityAnalyzer()
    return lambda text: analyzer.polarity_scores(text)["compound"]


def learn(rng: Random, sentences: Sequence[Sentence]) -> None:
    """Predict each sentence with a model that saw neither it nor another of the same text."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import PredefinedSplit, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from threadpoolctl import threadpool_limits

    groups = sorted({row.group for row in sentences})
    rng.shuffle(groups)
    fold = {group: place % FOLDS for place, group in enumerate(groups)}
    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
        LogisticRegression(C=4.0, tol=1e-7, max_iter=5000),  # at its optimum, whoever adds up the sums
    )
    texts, labels = [row.text for row in sentences], [row.label for row in sentences]
    split = PredefinedSplit([fold[row.group] for row in sentences])
    with threadpool_limits(1):
        probabilities = cross_val_predict(model, texts, labels, cv=split, method="predict_proba")
    for row, each in zip(sentences, probabilities, strict=True):
        row.pred_tfidf = CLASSES[each.argmax()]
        row.prob_negative_tfidf, row.prob_neutral_tfidf, row.prob_positive_tfidf = (f"{one:.4f}" for one in each)
