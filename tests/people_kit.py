"""People and what they answer, as the tests make them; and the commands that read them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from click.testing import CliRunner

from slicer.cli import main
from slicer.priorities.ranking import Candidate
from slicer.results import RankResult


def answer(command: str, *arguments: object) -> tuple[dict[str, Any], str]:
    """The JSON document of a command, and what it says beside."""
    found = CliRunner().invoke(main, [command, *map(str, arguments), "--format", "json"])
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout), found.stderr


def refusal(command: str, *arguments: object) -> str:
    """What a command says that cannot be done."""
    found = CliRunner().invoke(main, [command, *map(str, arguments)])
    assert found.exit_code == 2, found.output
    return found.stderr


def by_slice(result: RankResult) -> dict[str, Candidate]:
    """The candidates of a ranking by the text of their slice."""
    return {row.candidate.slice: row.candidate for row in result.table}


def left_out(said: Sequence[str]) -> Iterator[tuple[str, dict[str, float]]]:
    """Each person's label, and the labels it is held against with the chance of each: by hand, person by person."""
    for place, own in enumerate(said):
        others = Counter([*said[:place], *said[place + 1 :]])
        modes = [label for label, times in others.items() if times == max(others.values())]
        yield own, {label: 1 / len(modes) for label in modes}
