"""Images and recordings inside a file: small, without what else their files say, and never more than fits."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass, field

from PIL import Image, ImageOps

from slicer.display import about
from slicer.reported import MediaFile

SIDE = 360
"""Pixels of the longer side of an image; it is shown at most half as large, for screens with fine pixels."""

MOST_PIXELS = 50_000_000
"""Larger images are not opened."""

LONGEST_RECORDING = 150_000
"""Bytes of a recording that is taken along."""

BUDGET = 2_000_000
"""Bytes of all images and recordings together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """A file as an address that holds it, or why it does not."""

    kind: str
    name: str
    address: str = ""
    problem: str = ""
    tiny: bool = False
    """An image of few pixels: shown larger, with its pixels sharp."""


@dataclass(slots=True)
class Embedder:
    """Puts files into the page as long as there is room."""

    left: int = BUDGET
    """Bytes."""
    known: dict[str, Embedded] = field(default_factory=dict)

    def embed(self, media: MediaFile) -> Embedded:
        """The same file gives the same address, and takes room once."""
        if media.path is None:
            return Embedded(kind=media.kind, name=media.name, problem=media.problem)
        key = str(media.path)
        if key not in self.known:
            self.known[key] = self._image(media) if media.kind == "image" else self._recording(media)
        return self.known[key]

    def _image(self, media: MediaFile) -> Embedded:
        assert media.path is not None
        try:
            with Image.open(media.path) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    return _refused(media, f"The image is too large to take along ({opened.width} × {opened.height}).")
                opened.draft("RGB", (SIDE, SIDE))
                tiny = max(opened.size) <= SIDE // 4
                shown = ImageOps.exif_transpose(opened)
                shown.thumbnail((SIDE, SIDE))
                flat = tiny or "A" in shown.getbands() or shown.mode == "P"
                ready, out = shown.convert("RGBA" if flat else "RGB"), io.BytesIO()
                ready.info.clear()  # where and when it was taken stays at home
                ready.save(out, "PNG" if flat else "JPEG", quality=78, optimize=True)
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            return _refused(media, "The file is no image that can be read.")
        return self._kept(media, "image/png" if flat else "image/jpeg", out.getvalue(), tiny)

    def _recording(self, media: MediaFile) -> Embedded:
        assert media.path is not None
        try:
            size = media.path.stat().st_size
            if size > LONGEST_RECORDING:
                return _refused(media, f"The recording is too long to take along ({about(size)} bytes).")
            return self._kept(media, media.type, media.path.read_bytes())
        except OSError:
            return _refused(media, "The recording cannot be read.")

    def _kept(self, media: MediaFile, kind: str, content: bytes, tiny: bool = False) -> Embedded:
        if len(content) > self.left:
            return _refused(media, "Left out: the report holds as many images and recordings as it can.")
        self.left -= len(content)
        address = f"data:{kind};base64,{base64.b64encode(content).decode()}"
        return Embedded(kind=media.kind, name=media.name, address=address, tiny=tiny)


def _refused(media: MediaFile, problem: str) -> Embedded:
    return Embedded(kind=media.kind, name=media.name, problem=problem)
