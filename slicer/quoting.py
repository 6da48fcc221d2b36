"""Names and text on their way into SQL, where they cannot be bound, and into a spreadsheet, which would run them."""

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


FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Characters a spreadsheet takes for the start of a formula."""


def guard_cell(text: str) -> str:
    """Text that a spreadsheet shows and never runs: an apostrophe stands in front where it could.

    >>> guard_cell("=1+1"), guard_cell("cat"), guard_cell("'=1+1")
    ("'=1+1", 'cat', "''=1+1")
    """
    return f"'{text}" if text.lstrip("'").startswith(FORMULA) else text


def bare_cell(text: str) -> str:
    """What `guard_cell` was given.

    >>> bare_cell("'=1+1"), bare_cell("'tis")
    ('=1+1', "'tis")
    """
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(FORMULA) else text
