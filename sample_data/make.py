"""Write every sample file anew, byte for byte the same: `python sample_data/make.py [FOLDER]`.

The folder is the one this script lies in unless another is named. Only the standard library is
used, and each sample has its own fixed seed. The pages `speech.md` and `defects.md` are written by
hand and stay as they are.
"""

import json
import sys
from pathlib import Path

import make_defects
import make_speech


def make(folder: Path) -> None:
    """Write both samples and `index.json`, the list people choose from."""
    make_speech.make(folder)
    make_defects.make(folder)
    index = [make_speech.INDEX_ENTRY, make_defects.INDEX_ENTRY]
    (folder / "index.json").write_text(json.dumps(index, indent=2) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
