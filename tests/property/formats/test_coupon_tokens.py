"""Tokens of coupons: what is not issued with the key is refused, whatever is changed. Source: inclusion.md CPN-01."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from espace_sante.formats.coupon import NotAToken, Token, check_token, code_text, issue_token, read_code
from espace_sante.formats.coupon.token import ReadCode

KEYS = st.binary(min_size=32, max_size=32)
TOKENS = st.builds(
    Token,
    form=st.integers(1, 255).map(lambda n: f"ES-{n:02d}"),
    version=st.integers(1, 255),
    boxes=st.integers(0, 15),
    once=st.binary(min_size=8, max_size=8),
    expires=st.dates(date(2026, 1, 1), date(2205, 6, 6)),
    instance=st.binary(min_size=3, max_size=3),
    free=st.booleans(),
)


@given(TOKENS, KEYS, st.sampled_from("AB"))
def test_a_token_is_read_as_it_was_issued(token: Token, key: bytes, letter: str) -> None:
    sealed = issue_token(token, key)
    assert check_token(sealed, key) == token
    assert read_code(code_text(sealed, letter)) == ReadCode(letter, token, sealed)


@given(TOKENS, KEYS, st.data())
def test_an_altered_token_is_refused(token: Token, key: bytes, data: st.DataObject) -> None:
    sealed = bytearray(issue_token(token, key))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(NotAToken):
        check_token(bytes(sealed), key)


@given(TOKENS, KEYS, KEYS)
def test_a_token_of_another_instance_is_refused(token: Token, key: bytes, other: bytes) -> None:
    assume(key != other)
    with pytest.raises(NotAToken):
        check_token(issue_token(token, key), other)


@given(st.binary(max_size=40), KEYS)
def test_invented_bytes_are_refused(sealed: bytes, key: bytes) -> None:
    with pytest.raises(NotAToken):
        check_token(sealed, key)


@given(st.text(max_size=60))
def test_any_text_is_read_or_is_nothing(text: str) -> None:
    found = read_code(text)
    if isinstance(found, ReadCode):
        assert code_text(found.sealed, found.letter) == text
