"""However a document is cut on its way, the same is seen of it, and the same is stored."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from espace_sante.formats.byte_range import Unsatisfiable, wanted
from espace_sante.formats.media import HEAD, Look
from espace_sante.formats.multipart import End, Malformed, MultipartReader, Part
from espace_sante.vault.stream import CHUNK, Sealing, open_stream, seal_stream

STARTS = st.sampled_from(
    [
        b"%PDF-1.7\n",
        b"\x89PNG\r\n\x1a\n",
        b"{\\rtf1",
        b"<?xml version='1.0'?>",
        b"<!-- a -->",
        b"\xef\xbb\xbf",
        b"",
        b"\0",
    ]
)
FILLING = st.sampled_from([b"", b"e", "é€".encode(), b"\xff", b"a\0", "é".encode() * (HEAD // 2)])
DOCUMENTS = st.builds(lambda start, parts: start + b"".join(parts), STARTS, st.lists(FILLING, max_size=8))
CUTS = st.lists(st.integers(0, 2 * HEAD), max_size=6)


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted(min(place, len(data)) for place in places), len(data)]
    return [data[start:stop] for start, stop in pairwise(edges)]


@given(DOCUMENTS, CUTS)
def test_what_is_seen_does_not_depend_on_the_pieces(data: bytes, places: list[int]) -> None:
    whole, parts = Look(), Look()
    whole.feed(data)
    for piece in cut(data, places):
        parts.feed(piece)
    assert parts.end() == whole.end()


@given(
    st.sampled_from([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 7]), st.lists(st.integers(0, 3 * CHUNK))
)
def test_what_is_stored_does_not_depend_on_the_pieces(size: int, places: list[int]) -> None:
    data = bytes(size)
    sealing = Sealing(bytes(32), b"ctx", random_bytes=bytes)
    sealed = []
    for piece in cut(data, places):
        sealing.add(piece)
        while sealing.full:
            sealed.append(sealing.take())
    sealed.append(sealing.end())
    stored = b"".join(sealed)
    assert stored == b"".join(seal_stream(bytes(32), [data], b"ctx", random_bytes=bytes))
    assert b"".join(open_stream(bytes(32), [stored], b"ctx")) == data


@given(st.integers(1, 300), st.integers(0, 320), st.integers(0, 320))
def test_a_range_is_what_the_standard_says(size: int, first: int, last: int) -> None:
    data = bytes(size)
    for header, slice_ in (
        (f"bytes={first}-{last}", slice(first, last + 1)),
        (f"BYTES={first}-", slice(first, None)),
        (f"bytes=-{last}", slice(max(0, size - last), None)),
    ):
        if header == f"bytes={first}-{last}" and last < first:
            assert wanted(header, size) is None
            continue
        asked = data[slice_]
        try:
            found = wanted(header, size)
        except Unsatisfiable:
            assert not asked
            continue
        assert found is not None
        assert found == (slice_.start, slice_.start + len(asked))


@given(st.lists(st.tuples(st.text("ab", min_size=1, max_size=3), st.binary(max_size=40)), max_size=4), CUTS)
def test_a_form_is_read_the_same_however_it_is_cut(fields: list[tuple[str, bytes]], places: list[int]) -> None:
    body = b"".join(
        b'--zz\r\nContent-Disposition: form-data; name="%s"; filename="f"\r\n\r\n%s\r\n' % (name.encode(), data)
        for name, data in fields
        if b"\r\n--zz" not in b"\r\n" + data
    )
    kept = [(name, data) for name, data in fields if b"\r\n--zz" not in b"\r\n" + data]
    reader = MultipartReader("multipart/form-data; boundary=zz")
    found: list[tuple[str, bytes]] = []
    for piece in cut(body + b"--zz--", [place % (len(body) + 1) for place in places]):
        for event in reader.feed(piece):
            match event:
                case Part():
                    found.append((event.field, b""))
                case bytes():
                    found[-1] = (found[-1][0], found[-1][1] + event)
                case End():
                    pass
    reader.end()
    assert found == kept


@given(st.binary(max_size=300), CUTS)
def test_any_bytes_are_a_form_or_malformed(body: bytes, places: list[int]) -> None:
    try:
        reader = MultipartReader("multipart/form-data; boundary=zz")
        for piece in cut(b"--zz" + body, places):
            reader.feed(piece)
        reader.end()
    except Malformed:
        pass
