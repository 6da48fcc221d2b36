"""A page that stands alone: its style, its script and its letters inside, and a policy that lets nothing else in."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from slicer.display import count
from slicer.palette import DARK, LIGHT, Palette

TEMPLATES = Path(__file__).parent / "templates"
FONTS = Path(__file__).parent.parent / "ui" / "static"
LETTERS = {
    "latin-ext": "U+0100-02BA,U+1E00-1E9F,U+1EF2-1EFF,U+2020,U+20A0-20AB,U+20AD-20C0,U+2113,U+2C60-2C7F,U+A720-A7FF",
    "latin": "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-206F,U+20AC,U+2122,U+2191,"
    "U+2193,U+2212,U+2215",
}
"""The letters of each file; others come from the reader's own machine."""


def rendered(template: str, style: str, script: str, content: Mapping[str, Any]) -> str:
    """A template with what it lays out. Every text in `content` is escaped.

    Args:
        template, style, script: Names of files in `templates`.
        content: What the template names; it also gets the style, the script and their hashes for the policy.
    """
    sheet, program = _style(style), _source(script)
    return (
        _environment()
        .get_template(template)
        .render(content, style=sheet, script=program, style_hash=_hash(sheet), script_hash=_hash(program))
    )


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    environment.filters["count"] = count
    return environment


def _shown(value: object) -> object:
    """A text without the characters that no page may hold."""
    if not isinstance(value, str) or hasattr(value, "__html__"):
        return "" if value is None else value
    return "".join(letter for letter in value if letter.isprintable() or letter in "\n\t\u202f\xa0\u2060\u200d\u200c")


def _hash(text: str) -> str:
    """How a policy names a style or a script that it lets in."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _source(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


@cache
def _style(name: str) -> str:
    """A style sheet with its colours and letters."""
    return "\n".join(
        [
            *_faces(),
            f":root {{ color-scheme: light dark; {_colours(LIGHT)} }}",
            f"@media (prefers-color-scheme: dark) {{ :root {{ {_colours(DARK)} }} }}",
            f"@media print {{ :root {{ color-scheme: light; {_colours(LIGHT)} }} }}",
            _source(name),
        ]
    )


def _colours(palette: Palette) -> str:
    named = {one.name: getattr(palette, one.name) for one in fields(palette)}
    return " ".join(f"--{name.replace('_', '-')}: {value};" for name, value in named.items() if isinstance(value, str))


def _faces() -> Sequence[str]:
    """The letters inside the file, so that it looks the same wherever it is opened."""
    return [
        f"@font-face {{ font-family: 'IBM Plex Sans'; font-weight: {weight}; "
        f"src: url(data:font/woff2;base64,{_base64(FONTS / f'ibm-plex-sans-{letters}-{weight}-normal.woff2')}) "
        f"format('woff2'); unicode-range: {range_}; }}"
        for letters, range_ in LETTERS.items()
        for weight in (400, 600)
    ]


def _base64(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()
