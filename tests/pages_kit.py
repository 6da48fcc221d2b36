"""Pages without a server: how the tests that run them look at them."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from slicer.display import NARROW

MARKUP = "**bold** $x$ <script> :red[x]"
QUOTED = """it's "so", they say"""
HOSTILE = '"; drop table x; --'

Open = Callable[..., AppTest]


def words(markdown: str) -> str:
    """Markdown that `plain` made, as it looks on screen."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown).replace("\u2060", "").replace(NARROW, " ")


def heading(app: AppTest) -> str:
    """The finding on top: exactly one."""
    (title,) = [words(one.value) for one in app.title]
    return title


def text(app: AppTest) -> str:
    """Everything a page says outside its components."""
    parts = [*app.title, *app.subheader, *app.markdown, *app.error, *app.code]
    return "\n".join(words(one.value) for one in parts)


def component(app: AppTest, key: str) -> dict[str, Any]:
    """What the component under this key is handed."""
    (found,) = [one.proto for one in app.get("bidi_component") if one.proto.id.endswith(f"-{key}")]
    return json.loads(found.json)


def table(app: AppTest, key: str, *columns: str) -> list[tuple[str, ...]]:
    """The texts of a table's columns, row by row, in the order they are handed over."""
    return [tuple(cell(row[column]) for column in columns) for row in component(app, key)["rows"]]


def cell(content: Any) -> str:
    return words((content or {}).get("text") or "–") if not isinstance(content, str) else content


def write_csv(path: Path, header: Sequence[str], rows: Sequence[Sequence[object]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path
