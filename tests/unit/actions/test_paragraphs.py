"""A text of several lines is read line by line, as one line is."""

from __future__ import annotations

import pytest

from espace_sante.actions import fields
from espace_sante.kernel.errors import Problem


def read(text: str, *, required: bool = True, longest: int = 20) -> str:
    return fields.paragraphs({"words": text}, "words", "vos mots", required=required, longest=longest)


def test_lines_are_kept_and_what_surrounds_them_is_not() -> None:
    assert read("  Un \r\n deux\r\n\r\ntrois  ") == "Un\ndeux\n\ntrois"
    assert read("", required=False) == ""


@pytest.mark.parametrize("text", ["", " \r\n "])
def test_nothing_is_not_a_text(text: str) -> None:
    with pytest.raises(Problem) as caught:
        read(text)
    assert caught.value.code == "field-missing"


def test_a_text_that_is_too_long_is_refused() -> None:
    assert read("a" * 20)
    with pytest.raises(Problem) as caught:
        read("a" * 10 + "\n" + "b" * 10)
    assert (caught.value.code, caught.value.fields) == ("words-too-long", {"maximum": 20})
    with pytest.raises(Problem) as one_line:
        read("a" * 21)
    assert one_line.value.code == "words-too-long"


def test_characters_that_hide_words_are_refused_in_every_line() -> None:
    with pytest.raises(Problem) as caught:
        read("un\ndeux\u202e")
    assert caught.value.code == "characters-refused"
