"""The short code of an act, to say on the telephone or at a counter: whoever hears it opens the same act.

It is the digits of its form: what is printed on the form, on letters and on the public table is what is said.
Source: inclusion.md VOX-01; guarantee G10.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable

from espace_sante.actions.act import Act
from espace_sante.actions.plain_words import LITTLE, standing_for

_DIGITS = ("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf")
_BY_WORD = {word: str(number) for number, word in enumerate(_DIGITS)} | {"zero": "0"}
_PREFIX = "es"


def spoken_code(act: Act) -> str:
    """Return the code of an act of persons: digits alone, "" for an act that has no form."""
    return act.form.rpartition("-")[2] if act.form else ""


def said_aloud(code: str) -> str:
    """Return a code as it is said, digit by digit, in French: that is the language of the call."""
    return " ".join(_DIGITS[int(digit)] for digit in code)


def found_acts(acts: Iterable[Act], asked: str, say: Callable[[str], str] = str) -> list[Act]:
    """Return the acts somebody asks for: by code ("06", "zéro six"), by form ("ES-06"), or by plain words.

    Every word asked, or what it stands for in plain speech, must begin a word of the act; accents and capitals do not count.
    Nothing asked gives them all.
    """
    known = list(acts)
    words = _words(asked)
    if not words:
        return known
    code = "".join(_BY_WORD.get(word, word) for word in words if word != _PREFIX)
    if code.isdecimal():
        return [act for act in known if spoken_code(act) == code]
    telling = [word for word in words if word not in LITTLE] or words
    return [act for act in known if _holds(act, telling, say)]


def _holds(act: Act, words: list[str], say: Callable[[str], str]) -> bool:
    # What is asked for first: the name; then what the act says of itself. Its fields would bring in half of the others.
    said = _words(f"{act.name} {say(act.name)} {act.sentence} {say(act.sentence)}")
    return all(any(one.startswith(standing_for(word)) for one in said) for word in words)


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(one if one.isalnum() else " " for one in plain if not unicodedata.combining(one))
    return kept.split()
