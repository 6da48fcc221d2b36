"""Values bound to a statement."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp

from slicer.slices import Value


@dataclass(slots=True)
class Parameters:
    """Values bound to a statement, by name."""

    values: dict[str, Value] = field(default_factory=dict)

    def bind(self, value: Value) -> exp.Placeholder:
        """A placeholder that stands for the value."""
        name = f"p{len(self.values)}"
        self.values[name] = value
        return exp.Placeholder(this=name)
