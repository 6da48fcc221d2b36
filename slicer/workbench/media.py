"""Images and sound files of examples: from the data set's folder; from other hosts only where that is switched on."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from slicer.errors import UsageError
from slicer.project.datasets import Dataset

REMOTE_MEDIA_VARIABLE = "SLICER_REMOTE_MEDIA"
"""The environment variable that lets pages fetch images and recordings from other hosts, where it is 1."""

MEDIA_TYPES = {
    ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp",
    ".bmp": "image/bmp", ".wav": "audio/wav", ".mp3": "audio/mpeg", ".flac": "audio/flac", ".ogg": "audio/ogg",
    ".m4a": "audio/mp4",
}  # fmt: skip
"""What may be served as media, and as what; anything else is refused."""


def remote_media() -> bool:
    """Whether pages may fetch images and recordings from other hosts."""
    return os.environ.get(REMOTE_MEDIA_VARIABLE) == "1"


def host_of(name: str) -> str | None:
    """The host a name of a file leads to; None for a file of this machine.

    >>> host_of("https://example.org/cat.png"), host_of("cats/1.png")
    ('example.org', None)
    """
    if not name.lower().startswith(("http://", "https://")):
        return None
    try:
        return urlsplit(name).netloc
    except ValueError:
        return name


def media_file(dataset: Dataset, role: str, name: str) -> Path:
    """Where an example's file lies.

    Args:
        role: `image` or `audio`.
        name: What the data says, below the data set's folder.

    Raises:
        UsageError: it is missing, empty, of another kind, outside the folder or on another host.
    """
    what = {"image": "image"}.get(role, "recording")
    host = host_of(name)
    if host is not None:
        raise UsageError(
            f"This {what} lies on another host ({host}), and nothing is fetched from there.",
            hint=f"Start with {REMOTE_MEDIA_VARIABLE}=1, or slicer serve --remote-media, to allow it.",
        )
    if dataset.folder is None:
        raise UsageError(f"The folder of the {what} {name} is not known: the data came through the browser.")
    folder = Path(dataset.folder)
    try:
        path = (folder / name).resolve()
        inside, there = path.is_relative_to(folder.resolve()), path.is_file()
    except (OSError, ValueError):  # a name no disk can hold
        inside, there = True, False
    if not inside:
        raise UsageError(f"The {what} {name} lies outside the data set's folder, and is not shown.")
    if not there:
        raise UsageError(f"There is no {what} {name} in the data set's folder.")
    if path.suffix.lower() not in MEDIA_TYPES:
        raise UsageError(f"{name} is no {what} that can be shown.", hint=f"Known are {', '.join(MEDIA_TYPES)}.")
    if not path.stat().st_size:
        raise UsageError(f"The {what} {name} is empty: 0 bytes.")
    return path
