import os
from concurrent.futures import ThreadPoolExecutor

import pytest
import zstandard
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from espace_sante.vault.envelope import SealBroken, open_sealed, seal, unwrap, wrap

KEY = bytes(range(32))
BODY = b'{"resourceType":"DocumentReference","status":"current"}' * 20


def fixed(size: int) -> bytes:
    return bytes(range(size))


def forged(header: bytes, padded: bytes, context: bytes = b"ctx") -> bytes:
    """What someone who holds the key could seal without respecting the format."""
    return header + fixed(12) + AESGCM(KEY).encrypt(fixed(12), padded, header + context)


def test_a_sealed_body_is_made_as_the_specification_says():
    sealed = seal(KEY, b"clear", b"ctx", random_bytes=fixed)
    padded = b"\0\0\0\5clear".ljust(64, b"\0")
    assert sealed == b"\1\0" + fixed(12) + AESGCM(KEY).encrypt(fixed(12), padded, b"\1\0ctx")


def test_the_sealed_form_is_frozen():
    sealed = seal(KEY, b"clear", b"ctx", random_bytes=fixed)
    assert sealed.hex() == (
        "0100000102030405060708090a0b4702d61ea689a77aff41978bb1e9786d83d68734f07b5f7c3867e5851d6900b20110aefc"
        "afc1129874a47fed88872838ee59608d5ad6a3da3f972a1918e3f5ee5c8b6ede835242efd0974e0fa8a6ad5b"
    )
    assert wrap(KEY, b"\7" * 32, b"ctx", random_bytes=fixed).hex() == (
        "000102030405060708090a0b4005d11cc2e2c51c8a46908cb6ee7f6a84d18033f77c587b3f60e2821a6e07b5b00aa1a75ce7"
        "899ff4749a012442ec9d"
    )


def test_a_long_body_is_compressed_and_comes_back():
    sealed = seal(KEY, BODY, b"ctx")
    assert sealed[:2] == b"\1\1"
    assert len(sealed) < len(BODY) // 3
    assert open_sealed(KEY, sealed, b"ctx") == BODY


def test_random_bytes_are_kept_raw():
    body = os.urandom(1000)
    sealed = seal(KEY, body, b"ctx")
    assert sealed[1] == 0
    assert open_sealed(KEY, sealed, b"ctx") == body


def test_the_length_shows_only_by_steps_of_64_bytes():
    assert {len(seal(KEY, bytes(size), b"")) for size in range(61)} == {2 + 12 + 64 + 16}
    assert all((len(seal(KEY, os.urandom(size), b"")) - 30) % 64 == 0 for size in range(0, 700, 7))


def test_the_same_body_sealed_twice_differs():
    assert seal(KEY, BODY, b"ctx") != seal(KEY, BODY, b"ctx")


def test_an_empty_body_can_be_sealed():
    assert open_sealed(KEY, seal(KEY, b"", b""), b"") == b""


@pytest.mark.parametrize("header", [b"\0\0", b"\2\0", b"\2\2", b"\1\3", b"\1\xff", b"W\0"])
def test_an_unknown_version_or_dictionary_is_refused_even_under_the_right_key(header):
    with pytest.raises(SealBroken):
        open_sealed(KEY, forged(header, b"\0\0\0\5clear".ljust(64, b"\0")), b"ctx")


@pytest.mark.parametrize(
    "padded",
    [
        b"\0\0\0\5clear".ljust(128, b"\0"),
        b"\0\0\0\x3dclear".ljust(64, b"\0"),
        b"\xff\xff\xff\xffclear".ljust(64, b"\0"),
        b"\0\0\0\5clear".ljust(63, b"\0") + b"!",
        b"\0\0\0\5clear",
    ],
)
def test_a_body_with_wrong_padding_is_refused(padded):
    with pytest.raises(SealBroken):
        open_sealed(KEY, forged(b"\1\0", padded), b"ctx")


def test_a_frame_made_with_a_dictionary_unknown_here_is_not_tried():
    with pytest.raises(SealBroken):
        open_sealed(KEY, forged(b"\1\3", framed(zstandard.ZstdCompressor().compress(BODY))), b"ctx")


def framed(body: bytes) -> bytes:
    return (len(body).to_bytes(4, "big") + body).ljust(-(-(len(body) + 4) // 64) * 64, b"\0")


def test_a_frame_that_lies_or_inflates_without_bound_is_refused():
    unknown_size = zstandard.ZstdCompressor(write_content_size=False).compress(BODY)
    bomb = zstandard.ZstdCompressor().compress(bytes(65 * 1024 * 1024))
    frame = zstandard.ZstdCompressor().compress(BODY)
    for body in (unknown_size, bomb, frame[:-1], frame + b"more", b"not a frame", b""):
        with pytest.raises(SealBroken):
            open_sealed(KEY, forged(b"\1\1", framed(body)), b"ctx")


def test_a_body_beyond_the_bound_is_not_sealed():
    with pytest.raises(ValueError, match="too large"):
        seal(KEY, bytes(64 * 1024 * 1024 + 1), b"")


def test_a_wrapped_key_is_28_bytes_longer_and_opens_only_in_its_place():
    wrapped = wrap(KEY, b"k" * 32, b"ctx")
    assert len(wrapped) == 60
    assert unwrap(KEY, wrapped, b"ctx") == b"k" * 32
    for key, cut, context in ((bytes(32), wrapped, b"ctx"), (KEY, wrapped[:-1], b"ctx"), (KEY, wrapped, b"other")):
        with pytest.raises(SealBroken):
            unwrap(key, cut, context)
    with pytest.raises(SealBroken):
        unwrap(KEY, b"", b"ctx")


def test_a_sealed_body_never_passes_for_a_wrapped_key():
    with pytest.raises(SealBroken):
        unwrap(KEY, seal(KEY, b"k" * 32, b"ctx")[2:], b"ctx")
    with pytest.raises(SealBroken):
        open_sealed(KEY, b"\1\0" + wrap(KEY, b"\0\0\0\5clear".ljust(64, b"\0"), b"ctx"), b"ctx")


def test_many_threads_may_seal_at_once():
    def there_and_back(number: int) -> bool:
        body = BODY + str(number).encode()
        return open_sealed(KEY, seal(KEY, body, b""), b"") == body

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(there_and_back, range(500)))


def test_a_broken_seal_says_nothing():
    with pytest.raises(SealBroken) as caught:
        open_sealed(bytes(32), seal(KEY, BODY, b""), b"")
    assert str(caught.value) == ""
    assert caught.value.__cause__ is None
