"""The canonical form compared with an independent implementation of RFC 8785."""

from enum import StrEnum

import orjson
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.kernel.canonical import canonical, fragment

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=30,
)


class Word(StrEnum):
    YES = "oui"


@given(VALUES)
def test_the_canonical_form_is_that_of_an_independent_implementation(value):
    assert canonical(value) == rfc8785.dumps(value)


@given(VALUES)
def test_the_canonical_form_reads_back_as_the_value_and_is_stable(value):
    assert orjson.loads(canonical(value)) == value
    assert canonical(orjson.loads(canonical(value))) == canonical(value)


@given(VALUES, st.dictionaries(TEXT, VALUES, max_size=3))
def test_a_fragment_stands_for_its_value(value, others):
    assert canonical({**others, "é": fragment(value)}) == canonical({**others, "é": value})
    assert canonical([fragment(value)]) == canonical([value])


def test_keys_are_sorted_by_utf_16_units():
    value = {"\ufb33": 1, "\U0001f600": 2, "\u20ac": 3, "\r": 4, "1": 5, "\u0080": 6, "\u00f6": 7}
    assert canonical(value) == rfc8785.dumps(value)
    assert list(orjson.loads(canonical(value))) == [
        "\r",
        "1",
        "\u0080",
        "\u00f6",
        "\u20ac",
        "\U0001f600",
        "\ufb33",
    ]


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        [0.5],
        {"a": {"b": float("nan")}},
        2**53,
        [-(2**53)],
        {1: "a"},
        {None: 1},
        b"bytes",
        {"a": object()},
        "\ud800",
        {"\ud800": 1},
        {"é": 1, "\udfff": 2},
        {"é": "\ud800"},
        {1, 2},
    ],
)
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises(ValueError, match="canonical"):
        canonical(value)


def test_a_value_that_holds_itself_is_refused():
    value: list[object] = []
    value.append(value)
    with pytest.raises(ValueError, match="canonical"):
        canonical(value)


def test_a_foreign_value_after_a_foreign_key_is_refused():
    with pytest.raises(ValueError, match="canonical"):
        canonical({"é": 1, "z": [1.5]})
    with pytest.raises(ValueError, match="canonical"):
        canonical([{"é": 1}, 1.5])


def test_words_of_closed_lists_and_tuples_are_written_as_text_and_lists():
    assert canonical({"a": Word.YES, "b": (1, "x")}) == b'{"a":"oui","b":[1,"x"]}'
    assert canonical({"é": Word.YES, "b": (1, True, None)}) == '{"b":[1,true,null],"é":"oui"}'.encode()
