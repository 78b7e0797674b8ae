"""What looks for a short word among drawn values finds it wherever a person would read it, and never inside a key."""

from __future__ import annotations

import pytest

from tests.whole_words import says


@pytest.mark.parametrize(
    "data", ["Département : 974.", '{"of":"974"}', "['974', 'x']", b'{"of":974}', b"974", b"\xff974\n", "n°974"]
)
def test_a_word_by_itself_is_found(data: bytes | str) -> None:
    assert says(data, "974")


@pytest.mark.parametrize("data", ["", "x974", b"9741", b'"+974/"', b"dG974=", "04:22:13.974Z", "a_974"])
def test_letters_of_a_drawn_value_are_not_a_word(data: bytes | str) -> None:
    assert not says(data, "974")
