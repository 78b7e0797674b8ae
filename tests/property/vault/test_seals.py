"""What was sealed comes back whole; anything else is refused, whatever was changed."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.vault.envelope import SealBroken, open_sealed, seal, unwrap, wrap
from espace_sante.vault.hpke import generate_deposit_keys, open_from, seal_to
from espace_sante.vault.stream import StreamLayout, open_range, open_stream, seal_stream

KEYS = st.binary(min_size=32, max_size=32)
BODIES = st.binary(max_size=3000) | st.integers(0, 3000).map(lambda size: b"ab" * size)
SECRET, PUBLIC = generate_deposit_keys(lambda size: bytes(range(size)))


@given(KEYS, BODIES, st.binary(max_size=60))
def test_a_sealed_body_comes_back(key, body, context):
    sealed = seal(key, body, context)
    assert open_sealed(key, sealed, context) == body
    assert (len(sealed) - 30) % 64 == 0


@given(KEYS, BODIES, st.data())
def test_a_sealed_body_with_any_bit_changed_is_refused(key, body, data):
    sealed = bytearray(seal(key, body, b"ctx"))
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(SealBroken):
        open_sealed(key, bytes(sealed), b"ctx")


@given(KEYS, BODIES, st.data())
def test_a_sealed_body_cut_anywhere_is_refused(key, body, data):
    sealed = seal(key, body, b"ctx")
    with pytest.raises(SealBroken):
        open_sealed(key, sealed[: data.draw(st.integers(0, len(sealed) - 1))], b"ctx")


@given(KEYS, KEYS, BODIES, st.binary(max_size=20), st.binary(max_size=20))
def test_a_sealed_body_opens_only_with_its_key_and_in_its_place(key, other, body, context, place):
    sealed = seal(key, body, context)
    if place != context:
        with pytest.raises(SealBroken):
            open_sealed(key, sealed, place)
    if other != key:
        with pytest.raises(SealBroken):
            open_sealed(other, sealed, context)


@given(st.binary(max_size=300))
def test_no_bytes_make_opening_fail_otherwise_than_by_refusing(noise):
    for opening in (open_sealed, unwrap):
        with pytest.raises(SealBroken):
            opening(bytes(32), noise, b"ctx")
    with pytest.raises(SealBroken):
        open_from(SECRET, noise, b"ctx")
    with pytest.raises(SealBroken):
        open_from(SECRET, b"\1" + noise * 10, b"ctx")
    with pytest.raises(SealBroken):
        b"".join(open_stream(bytes(32), [noise], b"ctx"))


@given(KEYS, st.binary(max_size=200), st.binary(max_size=20), st.data())
def test_a_wrapped_key_comes_back_and_with_any_bit_changed_is_refused(key, secret, context, data):
    wrapped = bytearray(wrap(key, secret, context))
    assert unwrap(key, bytes(wrapped), context) == secret
    bit = data.draw(st.integers(0, len(wrapped) * 8 - 1))
    wrapped[bit // 8] ^= 1 << bit % 8
    with pytest.raises(SealBroken):
        unwrap(key, bytes(wrapped), context)


@given(st.binary(max_size=2000), st.binary(max_size=40), st.data())
def test_a_deposit_comes_back_and_with_any_bit_changed_is_refused(clear, info, data):
    sealed = bytearray(seal_to(PUBLIC, clear, info))
    assert open_from(SECRET, bytes(sealed), info) == clear
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    # The top bit of the exchanged point is ignored by X25519 (RFC 7748 §5), but bound by the combiner.
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(SealBroken):
        open_from(SECRET, bytes(sealed), info)


@given(st.integers(0, 20_000), st.lists(st.integers(1, 5000), max_size=6), st.data())
def test_a_document_comes_back_whole_or_by_range_however_it_is_cut(size, cuts, data):
    clear = os.urandom(size)
    pieces, rest = [], clear
    for cut in cuts:
        pieces.append(rest[:cut])
        rest = rest[cut:]
    sealed = b"".join(seal_stream(bytes(32), [*pieces, rest], b"ctx"))
    assert len(sealed) == StreamLayout.sealed_size(size)
    assert b"".join(open_stream(bytes(32), [sealed[:7], sealed[7:]], b"ctx")) == clear
    start = data.draw(st.integers(0, size))
    stop = data.draw(st.integers(start, size))
    read = open_range(bytes(32), lambda at, count: sealed[at : at + count], b"ctx", start, stop, clear_size=size)
    assert read == clear[start:stop]
