"""Rows compressed with a public dictionary, and those from before there was one: what was ever written opens."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.vault import dictionaries
from espace_sante.vault.dictionaries import RESOURCES, SUMS, dictionary
from espace_sante.vault.envelope import RAW, ZSTD, SealBroken, open_sealed, seal
from tests.needs import ROOT
from tests.unit.vault.test_envelope import forged, framed

KEY = bytes(range(32))
SAID = (
    b'{"resourceType":"Observation","status":"final","code":{"text":"Glyc\xc3\xa9mie"},'
    b'"valueQuantity":{"value":5.20,"unit":"mmol/L"},"note":[{"text":"a"},{"text":"a"},{"text":"a"}]}'
)
# Made by envelope.py of commit 11d5a25, before any dictionary: nonce 00 … 0b, context "resource|old".
COMPRESSED = bytes.fromhex(
    "0101000102030405060708090a0b4702d69ded50ede6adeb7a88b1cbb076a156c2f9e8485b49795c4184efdf725dc8e6d9dc"
    "101c80fe328573e9abfbee24ab246402db3910124a4e30c61f6297a78282afc3a2912e75ee72cd5802b520497617ac1e1d29"
    "536aed5e922b632104441e39895e9e6af5d405c78ddf34c49518ebd357bb04cf448ec7eb9057a8d16f0dbb628b267532f249"
    "aef848a13dda4cc236f4e3353511934a8c5fe877fad2e9ee93979e15e9ffcc7ea763ddfadf8086bb9dceca228bab73bc65df"
    "c0c771c5b7f3fe46a33f3cd249261bf93c73fa817d4d"
)
PLAIN = bytes.fromhex(
    "0100000102030405060708090a0b4702d6b1bec7b07efe2ee2f9d28c2c14f3b3a50ed2343d0f5d1593e469006fdc233c8c8f"
    "dba066ed078645cfeeee4659827b4caf39b9c7bf1dad513b6c868d9ad206e43dbfa845a2b539c30bcdf222ca4eeba5171332"
    "26099389f7b801d283f6e98e388ad124ea20ab320c8264575411d3134091c1a848f521d01befffca4c60d42665e48e8cb071"
    "7c8430d51fe06ea31489cf4e1765f632f87dd2559bf094c2e8b5ea70918bee448502ff8782fd86bb9dceca228bab73bc65df"
    "c0c771c5b7f34c775cd8b63a5740de9abc2048d965f8"
)
# The same with dictionary 2, as it was first made.
WITH_WORDS = bytes.fromhex(
    "0102000102030405060708090a0b4702d627ed50ede6adeb0a8ab1693f01fab5449d9d126a520a578bea40140b4ee18499bf"
    "3c84f1b0419fbfc5e53b8be0c22ce8163c917eda512edb3491a1a7aacd407f8fcaba7b1602b82a1b9e6eacbe"
)


@pytest.mark.parametrize("sealed", [COMPRESSED, PLAIN, WITH_WORDS], ids=["compressed", "plain", "dictionary 2"])
def test_what_was_ever_written_opens(sealed: bytes) -> None:
    assert open_sealed(KEY, sealed, b"resource|old") == SAID
    for number in (RAW, ZSTD, RESOURCES):
        if number != sealed[1]:  # said to be of another dictionary, it is another row
            with pytest.raises(SealBroken):
                open_sealed(KEY, bytes((1, number)) + sealed[2:], b"resource|old")


def test_a_row_says_which_dictionary_it_needs_and_is_smaller_for_it() -> None:
    sealed = seal(KEY, SAID, b"ctx", words=RESOURCES)
    assert (sealed[1], seal(KEY, SAID, b"ctx")[1]) == (RESOURCES, ZSTD)
    assert len(sealed) < len(COMPRESSED) <= len(PLAIN)
    assert open_sealed(KEY, sealed, b"ctx") == SAID
    noise = hashlib.shake_256(b"noise").digest(300)
    assert seal(KEY, noise, b"ctx", words=RESOURCES)[1] == RAW
    assert seal(KEY, SAID, b"ctx", words=RESOURCES, compress=False)[1] == RAW
    assert seal(KEY, SAID[:90], b"ctx", words=RESOURCES)[1] == RAW, "nothing to win"


@given(st.binary(max_size=3000) | st.integers(0, 400).map(lambda size: SAID[:size] * 3))
def test_any_body_comes_back_through_a_dictionary(body: bytes) -> None:
    sealed = seal(KEY, body, b"ctx", words=RESOURCES)
    assert open_sealed(KEY, sealed, b"ctx") == body
    assert (len(sealed) - 30) % 64 == 0 and len(sealed) <= len(seal(KEY, body, b"ctx", compress=False))


def test_a_dictionary_that_is_not_known_is_never_looked_for() -> None:
    for number in (3, 57, 255):
        with pytest.raises(SealBroken):
            open_sealed(KEY, forged(bytes((1, number)), framed(b"body")), b"ctx")
        with pytest.raises(KeyError):
            seal(KEY, SAID, b"ctx", words=number)


def test_a_frame_that_lies_or_inflates_without_bound_is_refused_with_a_dictionary_too() -> None:
    words = zstandard.ZstdCompressionDict(files(dictionaries).joinpath("2.dict").read_bytes())
    compressor = zstandard.ZstdCompressor(dict_data=words)
    unsized = zstandard.ZstdCompressor(dict_data=words, write_content_size=False).compress(SAID)
    bomb, frame = compressor.compress(bytes(65 * 1024 * 1024)), compressor.compress(SAID)
    assert open_sealed(KEY, forged(b"\1\2", framed(frame)), b"ctx") == SAID
    for body in (unsized, bomb, frame[:-1], frame + b"more", b"not a frame", b""):
        with pytest.raises(SealBroken):
            open_sealed(KEY, forged(b"\1\2", framed(body)), b"ctx")


def test_a_dictionary_of_other_bytes_is_never_used(monkeypatch: pytest.MonkeyPatch) -> None:
    dictionary.cache_clear()
    monkeypatch.setattr(dictionaries, "SUMS", {RESOURCES: "0" * 64})
    try:
        with pytest.raises(RuntimeError, match="dictionary 2"):
            dictionary(RESOURCES)
    finally:
        monkeypatch.undo()
        dictionary.cache_clear()
    assert dictionary(RESOURCES) is dictionary(RESOURCES), "read once"


def test_every_dictionary_is_there_small_enough_and_named_with_its_sum() -> None:
    folder = files(dictionaries)
    said = folder.joinpath("sources.txt").read_text("utf-8")
    spec = (ROOT / "docs" / "specs" / "envelope.md").read_text("utf-8")
    for number, expected in SUMS.items():
        data = folder.joinpath(f"{number}.dict").read_bytes()
        assert hashlib.sha256(data).hexdigest() == expected and len(data) <= 112_000
        assert expected in said and expected in spec
    assert {one.name for one in folder.iterdir() if one.name.endswith(".dict")} == {f"{one}.dict" for one in SUMS}


def test_many_threads_share_a_dictionary() -> None:
    bodies = [SAID + b" " * size for size in range(64)]
    with ThreadPoolExecutor(8) as pool:
        sealed = list(pool.map(lambda body: seal(KEY, body, b"ctx", words=RESOURCES), bodies))
        assert list(pool.map(lambda one: open_sealed(KEY, one, b"ctx"), sealed)) == bodies
