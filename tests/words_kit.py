"""What a word is, once more in plain Python: the oracle of `has word` and of the words a search tries."""

from __future__ import annotations

from unicodedata import category


def folded(text: str) -> str:
    """Lower case, letter by letter, with straight apostrophes."""
    return "".join(letter.lower() for letter in text).replace("’", "'")


def inner(letter: str) -> bool:
    """Whether words are made of it."""
    return category(letter)[0] in "LMN" or letter == "_"


def part_of_word(text: str, place: int) -> bool:
    """Whether the character at a place belongs to a word: an apostrophe does between two that do."""
    if not 0 <= place < len(text):
        return False
    if text[place] != "'":
        return inner(text[place])
    return 0 < place < len(text) - 1 and inner(text[place - 1]) and inner(text[place + 1])


def tokens(text: str) -> list[str]:
    """Words and signs in order."""
    text, found, place = folded(text), [], 0
    while place < len(text):
        start = place
        while part_of_word(text, place) and not (place == start and text[place] == "'"):
            place += 1
        if place > start:
            found.append(text[start:place])
        else:
            if category(text[place]) == "So":
                found.append(text[place])
            place += 1
    return found


def has_word(text: str, word: str) -> bool:
    """Whether it stands in the text with no part of a word touching it, where it begins or ends with one."""
    text, word = folded(text), folded(word)
    if not word:
        return True
    for start in range(len(text) - len(word) + 1):
        end = start + len(word)
        before = inner(word[0]) and part_of_word(text, start - 1)
        after = inner(word[-1]) and part_of_word(text, end)
        if text[start:end] == word and not before and not after:
            return True
    return False
