"""Names and text on their way into SQL, where they cannot be bound: one function for each."""

from __future__ import annotations


def quote_identifier(name: str) -> str:
    """A name as it stands in SQL: the only way a name gets there.

    >>> print(quote_identifier('"; drop table x; --'))
    \"""; drop table x; --"
    """
    return '"' + name.replace('"', '""') + '"'


def quote_text(value: str) -> str:
    """A text literal, for the options of a file reader.

    >>> print(quote_text("it's"))
    'it''s'
    """
    return "'" + value.replace("'", "''") + "'"
