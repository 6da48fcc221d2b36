"""One table for every ranking: slices, classes, tags, runs.

Rows are drawn in the browser from column kinds, so that sorting is instant, an
interval is drawn beside its number, and light and dark follow the theme.
"""

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, asdict, dataclass
from typing import Any, Literal, Required, TypedDict, Unpack

import streamlit as st

from slicer.ui import assets

Kind = Literal["text", "muted", "num", "name", "rank", "est", "bar", "dumbbell", "potential", "pick"]
"""How a column's cells are drawn.

Any cell may be `None`, or `{"title": reason}`: a dash with the reason as its
tooltip. A cell may carry a `title` for its tooltip. By kind:

- `text`, `muted`, `num`: a string or number as it stands.
- `pick`: the same, framed like a small choice.
- `name`: `text`, with `colour` (a square in front), `sub` (quiet, the first to be cut) and `flag` (framed, never cut).
- `rank`: `text`, such as `1=`; rows with the same `tie` are bracketed.
- `est`: `text` with `pm` (quiet) and `class`, one or several of `model`, `gap`, `error`, `ink`, `muted`, `strong`.
- `bar`: `v` as a bar from 0 to the column's `max`, and `text`.
- `dumbbell`: on the column's `domain`, `m` (the model) with `ci`, `h` (people) with `hci` and `inherited`, `rest`.
- `potential`: `v` as a bar from 0 with its `ci`, on the column's `domain`, which may begin below 0.
"""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it is called, how its cells are drawn and how much room it needs."""

    key: str
    label: str
    """The header. The signs ●, ◆, ◇ and | in it are drawn as the marks they explain."""
    kind: Kind
    _: KW_ONLY
    width: str | None = None
    """In CSS, such as `90px`; without it the column shares what is left, at least 180 px, 110 of words."""
    num: bool = False
    """Numbers stand right, and sort from the largest at first."""
    priority: Literal[1, 2, 3, 4] = 1
    """Where there is no room for all, the largest go first, of several the one furthest right; 1 stays."""
    help: str | None = None
    domain: tuple[float, float] | None = None
    ticks: Sequence[float] = ()
    """Where the drawn axis has a grid line and a number, in the unit of `domain`."""
    tick_text: Sequence[str] = ()
    """What stands at the ticks; without it, percent."""
    max: float | None = None
    color: Literal["gray", "blue", "orange", "red"] = "gray"
    """Of the bars: gray for shares, blue for the model, orange for gaps, red for errors."""

    def __post_init__(self) -> None:
        if self.kind in ("dumbbell", "potential") and self.domain is None:
            raise ValueError(f"Column {self.key!r} is drawn on an axis and needs a domain.")
        if self.kind == "bar" and not self.max:
            raise ValueError(f"Column {self.key!r} draws bars and needs the largest value as max.")


def room_for(rows: Sequence[Mapping[str, Any]], key: str, least: int, most: int = 999) -> str:
    """The width of a column in which nothing is cut, such as an interval with both of its ends.

    Args:
        least, most: What it has in any case, in pixels.

    >>> room_for([{"gap": {"text": "87.2", "pm": "± 1.2"}}, {"gap": None}], "gap", 92)
    '92px'
    >>> room_for([{"gap": {"text": "87.2", "pm": "74.1–94.2"}}], "gap", 92)
    '114px'
    """
    cells = [cell if isinstance(cell, Mapping) else {"text": cell} for cell in (row[key] for row in rows)]
    longest = sum(max((len(str(cell.get(part) or "")) for cell in cells), default=0) for part in ("text", "pm"))
    return f"{min(max(least, round(7.2 * longest + 20)), most)}px"


@dataclass(frozen=True, slots=True)
class Action:
    """Something that can be done with a row, as a button under it."""

    key: str
    label: str
    title: str = ""
    """Its tooltip."""
    done: bool = False
    """Whether there is nothing left to do."""


@dataclass(frozen=True, slots=True)
class Under:
    """What stands under the cells of a row."""

    note: str = ""
    actions: Sequence[Action] = ()
    more_label: str = ""
    more: Sequence[tuple[str, str]] = ()
    """Lines that open under `more_label`, each of text and a quiet rest."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """What was just done with a row."""

    action: str
    """The key of a button, or `open` for a click or Enter on the row itself."""
    id: str


_table = st.components.v2.component(
    "slicer.table",
    html='<div id="table"></div>',
    css=assets("table.css"),
    js=assets("dom.js", "choosing.js", "under.js", "table.js"),
)


class Look(TypedDict, total=False):
    """How a table is drawn, and what can be done with it."""

    label: Required[str]
    """Its name for those who cannot see it."""
    sort: tuple[str, int] | None
    """Column key and direction at first, 1 for ascending and -1 for descending."""
    row_height: int
    """In pixels; 24 is compact."""
    selected: str | None
    """The id of the row to mark."""
    tie_key: str | None
    """The column to show brackets in, while the table is sorted by it."""
    opens: bool
    """Whether a click or Enter on a row leads somewhere."""
    round: int | None
    """Given where rows can be chosen; another number lets go of all of them. See `chosen_rows`."""
    most: int | None
    """Rows at first, of more; a click shows all."""


_PLAIN = Look(label="", sort=None, row_height=30, selected=None, tie_key=None, opens=True, round=None, most=None)


def table(key: str, columns: Sequence[Column], rows: Sequence[Mapping[str, Any]], **look: Unpack[Look]) -> str | None:
    """Draw the table; give the id of the row that was just opened.

    Args:
        key: Tells this table from others; the reader's sort order is kept under it.
        columns: From left to right.
        rows: Each with an `id`, a cell by column key, and if it applies `low` (low support: quiet, after
            all others whatever the order), `keep` (never folded away), `tie` (an id shared by rows that tie),
            `sort` (values to sort by, by column key, `None` for undefined; without it a cell's `v`, `m` or text
            counts) and `under` (`Under`, whose buttons `table_with_actions` tells of).
        look: See `Look`; rows stand 30 px high, open, and are all there, unless it says otherwise.

    Returns:
        The id, in the one run after a click or Enter on a row; else None.
    """
    pressed = table_with_actions(key, columns, rows, **look)
    return None if pressed is None else pressed.id


def table_with_actions(
    key: str, columns: Sequence[Column], rows: Sequence[Mapping[str, Any]], **look: Unpack[Look]
) -> Pressed | None:
    """Draw the table; give what was just done with a row, be it opened or one of its buttons pressed. See `table`."""
    result = _table(
        key=key,
        data={
            "columns": [asdict(column) for column in columns],
            "rows": [{**row, "under": asdict(row["under"])} if "under" in row else dict(row) for row in rows],
            **_PLAIN,
            **look,
        },
        on_open_change=lambda: None,
        on_chosen_change=lambda: None,
        on_act_change=lambda: None,
    )
    if result.act:
        return Pressed(result.act["action"], result.act["id"])
    return None if result.open is None else Pressed("open", result.open)


def chosen_rows(key: str, round_: int) -> list[str]:
    """The ids of the rows that are chosen in the table under this key, in its order."""
    state: Mapping[str, Any] = st.session_state.get(key) or {}
    said = state.get("chosen")
    return list(said["ids"]) if said and said["round"] == round_ else []
