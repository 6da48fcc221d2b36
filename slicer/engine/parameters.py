"""What a statement needs beside its text: bound values, and what is computed once for all."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp

from slicer.slices import Value


@dataclass(slots=True)
class Parameters:
    """Values bound to a statement, by name."""

    values: dict[str, Value | list[Value]] = field(default_factory=dict)
    shared: dict[str, exp.Expression] | None = None
    """Expressions that a query below names, by these names; None where there is none below."""

    def bind(self, value: Value | list[Value]) -> exp.Placeholder:
        """A placeholder that stands for the value."""
        name = f"p{len(self.values)}"
        self.values[name] = value
        return exp.Placeholder(this=name)

    def share(self, expression: exp.Expression) -> exp.Expression:
        """The column of the query below that holds this expression, which binds nothing; itself where there is none."""
        if self.shared is None:
            return expression
        name = next((name for name, one in self.shared.items() if one == expression), f"shared_{len(self.shared)}")
        self.shared[name] = expression
        return exp.column(exp.to_identifier(name, quoted=True))
