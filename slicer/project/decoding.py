"""Characters: a file that is not UTF-8 is read from a UTF-8 copy, which is thrown away after the import.

DuckDB's own decoders stop at an emoji in UTF-16 and at Windows' curly quotes in Latin-1.
"""

from __future__ import annotations

import atexit
import codecs
import gzip
import tempfile
import threading
from functools import cache
from pathlib import Path

from slicer.errors import MissingFileError, UnreadableFileError

PIECE = 1 << 20
"""Bytes decoded at a time."""

UTF_8 = "utf-8"
MIXED = "utf-8 or windows-1252"
"""UTF-8 where the bytes are, Windows-1252 (the larger Latin-1) where they are not: an old file, or a patched one."""

UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")

_WINDOWS = [bytes([byte]).decode("cp1252", errors="ignore") or chr(byte) for byte in range(256)]


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """Bytes that do not decode, as Windows means them."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(_WINDOWS[byte] for byte in error.object[error.start : error.end]), error.end


codecs.register_error("slicer.windows", _as_windows)


def decoder(encoding: str) -> codecs.IncrementalDecoder:
    """A decoder for pieces of a file.

    >>> decoder(MIXED).decode("naïve ".encode() + b"it\\x92s \\xe9t\\xe9", final=True)
    'naïve it’s été'
    """
    codec = {MIXED: "utf-8", "latin-1": "ascii"}.get(encoding)
    return codecs.getincrementaldecoder(codec or encoding)("slicer.windows" if codec else "strict")


_lock = threading.Lock()
_copies: dict[tuple[str, int, int, str], Path] = {}


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    """Where the copies lie; it goes with the process."""
    folder = tempfile.TemporaryDirectory(prefix="slicer-")
    atexit.register(folder.cleanup)
    return folder


def readable(path: Path, encoding: str | None, *, packed: bool) -> Path:
    """The file itself, or its UTF-8 copy, made once for as long as the file does not change.

    Raises:
        UnicodeError, LookupError: it is not of this encoding, or there is none of this name.
    """
    if encoding in (None, UTF_8):
        return path
    state = path.stat()
    key = (str(path.resolve()), state.st_size, state.st_mtime_ns, str(encoding))
    with _lock:
        if key not in _copies:
            _copies[key] = _copy(path, decoder(str(encoding)), packed)
        return _copies[key]


def _copy(path: Path, reading: codecs.IncrementalDecoder, packed: bool) -> Path:
    number, name = tempfile.mkstemp(dir=_folder().name)
    with open(number, "w", encoding=UTF_8, newline="") as out, gzip.open(path) if packed else path.open("rb") as file:
        while piece := file.read(PIECE):
            out.write(reading.decode(piece))
        out.write(reading.decode(b"", final=True))
    return Path(name)


def text_of(path: Path) -> str:
    """What a small text file says, without a mark of its encoding.

    Raises:
        MissingFileError, UnreadableFileError: in words.
    """
    if not path.is_file():
        raise MissingFileError(path)
    return said_by(path.read_bytes(), path.name)


def said_by(content: bytes, name: str) -> str:
    """The same of a file that was handed over.

    Raises:
        UnreadableFileError: it is no text.
    """
    encoding = "utf-16" if content[:2] in UTF_16_MARKS else MIXED
    try:
        text = decoder(encoding).decode(content, final=True).removeprefix("\ufeff")
    except UnicodeError:
        text = "\0"
    if "\0" in text:
        raise UnreadableFileError(name, "it is a binary file.")
    return text


def forget(path: Path) -> None:
    """Throw away the copies of a file."""
    with _lock:
        for key in [key for key in _copies if key[0] == str(path.resolve())]:
            _copies.pop(key).unlink(missing_ok=True)
