"""The index: what it shows holds, whatever it was grown by, and nothing else can be shown under its root."""

from __future__ import annotations

import hashlib
import random
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from espace_sante.journal.index import (
    BucketProof,
    MemoryIndex,
    TagTwice,
    bits_of,
    bucket_number,
    check_bucket,
    index_leaf,
    read_index_leaf,
)
from espace_sante.journal.index_store import IndexMoved, IndexStore, IndexUnusable
from espace_sante.journal.merkle import ProofRefused
from tests.oracles.proof_bundles import Public

MOST = 700  # k = 5


def tags_of(count: int, seed: int = 1) -> list[bytes]:
    return [hashlib.sha256(b"%d %d" % (seed, number)).digest() for number in range(count)]


TAGS = tags_of(MOST)
STRANGERS = tags_of(50, seed=2)


@contextmanager
def store_of(*batches: Sequence[bytes]) -> Iterator[IndexStore]:
    with tempfile.TemporaryDirectory() as folder:
        store = IndexStore.open(Path(folder) / "index.db", writable=True)
        try:
            for batch in batches:
                store.grown(batch)
                store.commit()
            yield store
        finally:
            store.close()


@given(st.integers(0, 1 << 40))
def test_k_is_the_smallest_with_room_for_all(size: int) -> None:
    bits = bits_of(size)
    assert size <= 32 << bits
    assert bits == 0 or size > 32 << bits - 1


@settings(max_examples=40)
@given(st.lists(st.integers(0, MOST), min_size=0, max_size=6))
def test_however_it_was_cut_the_file_has_the_root_that_others_compute(cuts: list[int]) -> None:
    ends = sorted({*cuts, MOST})
    batches = [TAGS[begin:end] for begin, end in zip([0, *ends], ends, strict=False)]
    with store_of() as store:
        so_far: list[bytes] = []
        for batch in batches:
            root = store.grown(batch)
            store.commit()
            so_far += batch
            assert store.root == root == MemoryIndex(so_far).root
            assert (store.size, store.bits) == (len(so_far), bits_of(len(so_far)))
        assert store.root == _by_the_oracle(so_far)


def _by_the_oracle(tags: Sequence[bytes]) -> bytes:
    return Public([b"\1" + tag + bytes(32) for tag in tags], []).root


@settings(max_examples=30)
@given(st.integers(0, MOST), st.integers(0, MOST), st.integers(0, MOST - 1))
def test_a_view_gives_back_an_earlier_state(first: int, second: int, which: int) -> None:
    size, now = sorted((first, second))
    with store_of(TAGS[:size], TAGS[size:now]) as store:
        view = store.view(size, lambda at: TAGS[size:at])
        if bits_of(size) != bits_of(now):
            with pytest.raises(IndexMoved):
                view.bucket(TAGS[0])
            return
        expected = MemoryIndex(TAGS[:size])
        assert view.root == expected.root
        for tag in (TAGS[which], STRANGERS[which % 50]):
            proof = view.bucket(tag)
            assert proof == expected.bucket(tag)
            assert proof.holds(tag) == (tag in TAGS[:size])
            check_bucket(proof, tag, bits=view.bits, root=view.root)


@settings(max_examples=60)
@given(st.integers(1, MOST), st.integers(0, MOST - 1), st.integers(0, 7), st.integers(0, 255))
def test_no_changed_bucket_is_accepted(size: int, which: int, how: int, bit: int) -> None:
    index = MemoryIndex(TAGS[:size])
    tag = TAGS[which]
    proof = index.bucket(tag)
    changed = _changed(proof, how, bit, which)
    if changed == proof:
        return
    with pytest.raises(ProofRefused):
        check_bucket(changed, tag, bits=index.bits, root=index.root)


def _changed(proof: BucketProof, how: int, bit: int, which: int) -> BucketProof:
    tags, path = list(proof.tags), list(proof.path)
    if how == 0 and tags:
        tags.pop(which % len(tags))
    elif how == 1:
        tags = sorted([*tags, STRANGERS[which % 50]])
    elif how == 2 and len(tags) > 1:
        tags[0], tags[1] = tags[1], tags[0]
    elif how == 3 and tags:
        tags.append(tags[-1])
    elif how == 4 and path:
        path.pop()
    elif how == 5 and path:
        path[which % len(path)] = _flipped(path[which % len(path)], bit)
    elif how == 6 and tags:
        tags[which % len(tags)] = _flipped(tags[which % len(tags)], bit)
    elif how == 7:
        path.append(bytes(32))
    return BucketProof(tuple(tags), tuple(path))


def _flipped(content: bytes, bit: int) -> bytes:
    return (int.from_bytes(content, "big") ^ 1 << bit).to_bytes(len(content), "big")


@given(st.integers(0, 300), st.data())
def test_a_tag_is_never_there_twice(size: int, data: st.DataObject) -> None:
    with store_of(TAGS[:size]) as store:
        before = store.root
        more = [*STRANGERS[:3], data.draw(st.sampled_from([*TAGS[:size], STRANGERS[0]]))]
        with pytest.raises(TagTwice):
            store.grown(more)
        assert (store.root, store.size) == (before, size)
        store.grown(STRANGERS)
        store.commit()
        assert store.size == size + 50


def test_what_was_not_committed_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    store = IndexStore.open(path, writable=True)
    store.grown(TAGS[:20])
    store.commit()
    root = store.root
    store.grown(TAGS[20:600])
    store.rollback()
    assert (store.size, store.root) == (20, root)
    store.grown(TAGS[20:600])
    store.close()  # without a commit: the process died
    again = IndexStore.open(path, writable=True)
    assert (again.size, again.root) == (20, root)


def test_a_reader_goes_on_while_the_file_grows(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    writer = IndexStore.open(path, writable=True)
    writer.grown(TAGS[:300])
    writer.commit()
    reader = IndexStore.open(path, writable=False)
    view = reader.view(300, lambda at: TAGS[300:at])
    expected = MemoryIndex(TAGS[:300])
    for at in range(300, 500, 40):
        assert view.root == expected.root
        assert view.bucket(TAGS[at]) == expected.bucket(TAGS[at])
        writer.grown(TAGS[at : at + 40])
        writer.commit()
    late = reader.view(300, lambda at: TAGS[300 : at - 1])  # files that lag behind the index
    with pytest.raises(IndexMoved):
        late.bucket(TAGS[0])


def test_a_file_that_is_no_index_is_said(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    with pytest.raises(IndexUnusable):
        IndexStore.open(path, writable=False)
    path.write_bytes(b"not a database, whatever its name says, and longer than a header of one hundred bytes " * 3)
    with pytest.raises(IndexUnusable):
        IndexStore.open(path, writable=True)
    path.unlink()
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE state (form, size, bits, top)")
    other.commit()
    with pytest.raises(IndexUnusable):
        IndexStore.open(path, writable=True)


DAMAGES = {  # and whether a growth that meets it could go on without giving a false root
    "UPDATE bucket SET tags = substr(tags, 33)": False,
    "UPDATE bucket SET tags = zeroblob(length(tags))": False,
    "DELETE FROM bucket WHERE number = 0": True,
    "UPDATE node SET hash = zeroblob(32) WHERE level = 1": True,
    "UPDATE state SET top = zeroblob(32)": False,
}


@pytest.mark.parametrize("more", [1, 20, 60])  # within the same k, then doubling it
@pytest.mark.parametrize("damage", DAMAGES)
def test_no_false_root_comes_out_of_a_damaged_file(tmp_path: Path, damage: str, more: int) -> None:
    """A root over a damaged bucket would be signed for ever: the file is refused, or what is damaged did not count."""
    store = IndexStore.open(tmp_path / "index.db", writable=True)
    store.grown(TAGS[:70])
    store.commit()
    database = sqlite3.connect(tmp_path / "index.db")
    database.execute(damage)
    database.commit()
    database.close()
    try:
        root = store.grown(TAGS[70 : 70 + more])
    except IndexUnusable:
        assert store.size == 70
    else:
        assert DAMAGES[damage] and root == MemoryIndex(TAGS[: 70 + more]).root
    finally:
        store.close()


def test_an_index_is_made_again_from_nothing(tmp_path: Path) -> None:
    store = IndexStore.open(tmp_path / "index.db", writable=True)
    store.grown(TAGS)
    store.commit()
    store.emptied()
    assert (store.size, store.root) == (0, MemoryIndex().root)
    order = random.Random(7).sample(TAGS, MOST)
    store.grown(order)
    store.commit()
    assert store.root == MemoryIndex(TAGS).root


@given(st.integers(0, (1 << 63) - 1), st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_a_leaf_of_the_index_log_is_read_back(size: int, root: bytes, of_index: bytes) -> None:
    leaf = index_leaf(size, root, bits_of(size), of_index)
    read = read_index_leaf(leaf)
    assert len(leaf) == 73
    assert (read.size, read.root, read.bits, read.index_root) == (size, root, bits_of(size), of_index)
    for wrong in (leaf + b"\0", leaf[:-1], index_leaf(size, root, bits_of(size) + 1, of_index)):
        with pytest.raises(ValueError, match=r"index log|k of this size"):
            read_index_leaf(wrong)


def test_a_bucket_has_the_first_bits_of_its_tags() -> None:
    for bits in (0, 1, 7, 8, 13, 33):
        for tag in TAGS[:50]:
            assert bucket_number(tag, bits) == int("0" + "".join(f"{byte:08b}" for byte in tag)[:bits], 2)
