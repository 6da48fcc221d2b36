"""The history of an example: who said what of it, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from slicer.project.events import EventKind
from slicer.project.store import Project
from slicer.project.verdicts import said as verdict_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One thing that was said of an example."""

    made_at: datetime
    """In UTC."""
    author: str
    kind: EventKind
    name: str
    """The tag as it was called then; the right label of a verdict."""
    value: str
    live: bool
    """Whether it was not taken back."""

    @property
    def words(self) -> str:
        """What it was, in words.

        >>> Said(made_at=datetime(2026, 3, 3), author="ana", kind="tag", name="dark", value="no", live=True).words
        'not “dark”'
        """
        match self.kind:
            case "tag":
                return f"“{self.name}”" if self.value == "yes" else f"not “{self.name}”"
            case "verdict":
                return f"verdict: {verdict_words(self.value, self.name)}" if self.value else "verdict taken back"
            case "note":
                return f"note: {self.value}" if self.value else "note taken back"
        return "read"


def history_of(project: Project, dataset: int, example: str) -> list[Said]:
    """Everything that was said of an example, oldest first; what was taken back is marked."""
    rows = project.cursor().execute(
        """
        with reversals as (
            select session, undoes, arg_max(kind, number) as last_kind
            from events
            where undoes is not null and dataset = $dataset and example = $example
            group by session, undoes
        )
        select made_at, author, kind, name, value, coalesce(last_kind, 'redo') = 'redo'
        from events
        left join reversals on reversals.session = events.session and reversals.undoes = events.seq
        where dataset = $dataset and example = $example and kind not in ('undo', 'redo')
        order by number
        """,
        {"dataset": dataset, "example": example},
    )
    return [
        Said(made_at=made_at, author=author, kind=kind, name=name, value=value, live=live)
        for made_at, author, kind, name, value, live in rows.fetchall()
    ]
