"""Errors and notes name options of the command line; in a browser they say what to click instead."""

from __future__ import annotations

import re

INSTEAD = (
    (r" \(or on the Data page\)", ""),
    (r", or --truth-source \w+", ""),
    (r"--annotations FILE", "dropped on Data"),
    (r"--human a,b", "the role human"),
    (r"--human counts:PREFIX", "the role human count"),
    (r"--score COL", "the role score"),
    (r"\bName (it|its columns?) with (?=--)", r"Give \1 on Data the role "),
    (r"\bname (it|its columns?) with (?=--)", r"give \1 on Data the role "),
    (r"--([a-z]+)(?:-([a-z]+))?", lambda option: " ".join(filter(None, option.groups()))),
)
"""Options, and what stands for them."""


def in_the_browser(text: str) -> str:
    """A sentence of an error or a note, with what to click in the place of options.

    >>> in_the_browser("Which item did they answer? Name its column with --id.")
    'Which item did they answer? Give its column on Data the role id.'
    """
    if "--" not in text:
        return text
    for option, click in INSTEAD:
        text = re.sub(option, click, text)
    return text
