import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from espace_sante.vault import stream
from espace_sante.vault.envelope import SealBroken
from espace_sante.vault.stream import CHUNK, HEADER, StreamLayout, open_range, open_stream, seal_stream

KEY = bytes(range(32))
FULL = CHUNK + 16
SIZES = [0, 1, 4091, 4092, 4093, CHUNK - 4, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 5]


def document(size: int) -> bytes:
    return (bytes(range(251)) * (size // 251 + 1))[:size]


def sealed(clear: bytes, piece: int = 65536) -> bytes:
    pieces = (clear[start : start + piece] for start in range(0, len(clear), piece))
    return b"".join(seal_stream(KEY, pieces, b"ctx", random_bytes=lambda size: bytes(size)))


def opened(data: bytes, piece: int = 65536, context: bytes = b"ctx", key: bytes = KEY) -> bytes:
    return b"".join(open_stream(key, (data[start : start + piece] for start in range(0, len(data), piece)), context))


@pytest.mark.parametrize("size", SIZES)
def test_a_document_of_any_size_comes_back_and_has_the_announced_size(size):
    clear = document(size)
    data = sealed(clear)
    assert len(data) == StreamLayout.sealed_size(size)
    assert opened(data) == clear
    assert opened(data, len(data)) == clear
    assert sealed(clear, 3 * CHUNK) == data


def test_pieces_of_one_byte_give_the_same():
    clear = document(5000)
    data = b"".join(seal_stream(KEY, (bytes((byte,)) for byte in clear), b"ctx", random_bytes=lambda size: bytes(size)))
    assert data == sealed(clear)
    assert opened(data, 1) == clear


def test_the_size_shows_only_by_steps_of_4_kib():
    assert {StreamLayout.sealed_size(size) for size in range(4093)} == {33 + 4096 + 16}
    assert StreamLayout.sealed_size(4093) == 33 + 8192 + 16


THREE = sealed(document(2 * CHUNK + 100_000))
CHUNKS = [THREE[HEADER : HEADER + FULL], THREE[HEADER + FULL : HEADER + 2 * FULL], THREE[HEADER + 2 * FULL :]]

ATTACKS = {
    "nothing": b"",
    "header alone": THREE[:HEADER],
    "part of the header": THREE[:10],
    "last chunk missing": THREE[: HEADER + 2 * FULL],
    "cut inside the last chunk": THREE[:-1],
    "cut inside the first chunk": THREE[: HEADER + 1000],
    "first chunk missing": THREE[:HEADER] + CHUNKS[1] + CHUNKS[2],
    "middle chunk missing": THREE[:HEADER] + CHUNKS[0] + CHUNKS[2],
    "chunks exchanged": THREE[:HEADER] + CHUNKS[1] + CHUNKS[0] + CHUNKS[2],
    "chunk doubled": THREE[:HEADER] + CHUNKS[0] + CHUNKS[0] + CHUNKS[1] + CHUNKS[2],
    "last chunk doubled": THREE + CHUNKS[2],
    "one byte more": THREE + b"\0",
    "a full chunk more": THREE + bytes(FULL),
    "another version": b"\2" + THREE[1:],
    "another salt": THREE[:1] + b"\1" + THREE[2:],
    "a bit changed": THREE[:5000] + bytes((THREE[5000] ^ 1,)) + THREE[5001:],
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_altered_document_is_refused(attack):
    for piece in (65536, len(THREE) + FULL):
        with pytest.raises(SealBroken):
            opened(ATTACKS[attack], piece)


def test_what_comes_out_before_the_fault_is_the_true_beginning():
    seen = bytearray()
    with pytest.raises(SealBroken):
        for clear in open_stream(KEY, [ATTACKS["last chunk missing"]], b"ctx"):
            seen += clear
    assert document(2 * CHUNK).startswith(bytes(seen))


def test_a_document_opens_only_with_its_key_and_in_its_place():
    with pytest.raises(SealBroken):
        opened(THREE, context=b"other")
    with pytest.raises(SealBroken):
        opened(THREE, key=bytes(32))


def test_a_chunk_of_another_document_under_the_same_key_is_refused():
    other = b"".join(seal_stream(KEY, [document(2 * CHUNK + 100_000)], b"ctx"))
    with pytest.raises(SealBroken):
        opened(THREE[: HEADER + FULL] + other[HEADER + FULL :])


def forged_last(clear: bytes, number: int = 0) -> bytes:
    """A last chunk that someone who holds the key seals without respecting the format."""
    return stream._cipher(KEY, bytes(32), b"ctx").encrypt(stream._nonce(number, last=True), clear, None)


@pytest.mark.parametrize(
    "last",
    [
        b"",
        b"\0\0\0",
        b"\0\0\0\5clear",
        b"\0\0\0\5clear".ljust(8192, b"\0"),
        b"\0\0\0\5clear".ljust(4095, b"\0") + b"!",
        b"\xff\xff\xff\xffclear".ljust(4096, b"\0"),
    ],
)
def test_a_last_chunk_with_wrong_padding_is_refused(last):
    with pytest.raises(SealBroken):
        opened(b"\1" + bytes(32) + forged_last(last))


def test_an_empty_chunk_after_a_full_one_is_refused():
    with pytest.raises(SealBroken):
        opened(THREE[: HEADER + FULL] + forged_last(bytes(4096), 1))


CLEAR = document(2 * CHUNK + 100_000)
RANGES = [(0, 0), (0, 1), (CHUNK - 1, CHUNK + 1), (CHUNK, CHUNK), (5, 2 * CHUNK + 9), (len(CLEAR) - 1, len(CLEAR))]


@pytest.mark.parametrize(("start", "stop"), [*RANGES, (0, len(CLEAR)), (len(CLEAR), len(CLEAR)), (2 * CHUNK,) * 2])
def test_any_range_is_read_from_the_chunks_that_hold_it(start, stop):
    asked = []

    def read_at(place: int, length: int) -> bytes:
        asked.append(length)
        return THREE[place : place + length]

    assert open_range(KEY, read_at, b"ctx", start, stop, clear_size=len(CLEAR)) == CLEAR[start:stop]
    assert len(asked) <= 2 + (stop - start) // CHUNK + 1


@pytest.mark.parametrize("size", [0, CHUNK, 2 * CHUNK])
def test_the_end_of_a_document_that_ends_with_a_chunk_can_be_read(size):
    data = sealed(document(size))
    assert open_range(KEY, lambda a, n: data[a : a + n], b"ctx", size, size, clear_size=size) == b""
    assert open_range(KEY, lambda a, n: data[a : a + n], b"ctx", 0, size, clear_size=size) == document(size)


def test_a_range_outside_of_the_document_is_an_error():
    for start, stop in ((-1, 5), (5, 4), (0, len(CLEAR) + 1)):
        with pytest.raises(ValueError, match="outside"):
            open_range(KEY, lambda a, n: THREE[a : a + n], b"ctx", start, stop, clear_size=len(CLEAR))


def test_a_range_read_under_a_wrong_size_or_cut_is_refused():
    for size in (len(CLEAR) - 50_000, len(CLEAR) + CHUNK, CHUNK):
        with pytest.raises(SealBroken):
            open_range(KEY, lambda a, n: THREE[a : a + n], b"ctx", size - 1, size, clear_size=size)
    with pytest.raises(SealBroken):
        open_range(KEY, lambda a, n: THREE[a : a + n - 1], b"ctx", 0, 5, clear_size=len(CLEAR))
    with pytest.raises(SealBroken):
        open_range(KEY, lambda a, n: THREE[a : a + n], b"ctx", len(CLEAR), len(CLEAR) + 10, clear_size=len(CLEAR) + 10)


def test_the_chunks_are_made_as_the_specification_says():
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    subkey = HKDF(SHA256(), 32, salt=bytes(32), info=b"espace-vault/v1/stream\0ctx").derive(KEY)
    first = AESGCM(subkey).encrypt(bytes(12), CLEAR[:CHUNK], None)
    rest = CLEAR[2 * CHUNK :]
    padded = (len(rest).to_bytes(4, "big") + rest).ljust(25 * 4096, b"\0")
    last = AESGCM(subkey).encrypt(bytes(10) + b"\2\1", padded, None)
    assert THREE[:HEADER] == b"\1" + bytes(32)
    assert CHUNKS[0] == first
    assert CHUNKS[2] == last
