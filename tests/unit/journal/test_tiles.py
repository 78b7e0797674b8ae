"""The files of the tree: names, contents, growth, and a small log published by Tessera written again byte for byte."""

import base64
import json
from pathlib import Path

import pytest

from espace_sante.journal.merkle import (
    EMPTY_ROOT,
    LIMIT,
    MemoryTree,
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_over,
    tree_root,
)
from espace_sante.journal.notes import Checkpoint, NoteKey, open_checkpoint
from espace_sante.journal.tiles import (
    Growth,
    Tile,
    TiledTree,
    TileRefused,
    files_of_growth,
    grow,
    make_leaf,
    pack_bundle,
    parse_path,
    read_leaf,
    unpack_bundle,
)

SMALL_LOG = json.loads((Path(__file__).parent / "vectors" / "small_log.json").read_text(encoding="utf-8"))
WORDS = [
    *(b"one", b"two", b"three", b"four", b"five", b"six", b"seven", b"eit"),
    *(b"nain", b"ten", b"ileven", b"twelf", b"threeten", b"fourten", b"fivten"),
]
LEAVES = [make_leaf(leaf_hash(b"tag %d" % n), leaf_hash(b"com %d" % n)) for n in range(70_000)]
HASHES = [leaf_hash(leaf) for leaf in LEAVES]


def begun() -> Growth:
    return Growth({}, 0, EMPTY_ROOT)


def grown(before: Growth, leaves, files) -> Growth:
    after = grow(files.get, leaves, size=before.size, root=before.root)
    files.update(after.files)
    return after


@pytest.fixture(scope="module")
def large():
    """The tree of 70,000 leaves of the specification, made at once."""
    return grow({}.get, LEAVES, size=0, root=EMPTY_ROOT)


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        # C2SP tlog-tiles, and golang.org/x/mod/sumdb/tlog without its height element.
        (Tile(0, 1234067), "tile/0/x001/x234/067"),
        (Tile(0, 1), "tile/0/001"),
        (Tile(0, 1, 5), "tile/0/001.p/5"),
        (Tile(0, 3057500), "tile/0/x003/x057/500"),
        (Tile(5, 12345, 2), "tile/5/x012/345.p/2"),
        (Tile(None, 3057500), "tile/entries/x003/x057/500"),
        (Tile(None, 0, 255), "tile/entries/000.p/255"),
        (Tile(0, 999), "tile/0/999"),
        (Tile(0, 1000), "tile/0/x001/000"),
        (Tile(1, 1000000, 1), "tile/1/x001/x000/000.p/1"),
        (Tile(6, 0), "tile/6/000"),
        (Tile(7, 0, 127), "tile/7/000.p/127"),
    ],
)
def test_a_file_has_the_name_of_the_specification_and_no_other(tile, path):
    assert tile.path == path
    assert parse_path(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        *("", "tile", "tile/0", "tile/0/", "tile/0/1", "tile/0/01", "tile/0/0001", "tile/0/abc", "/tile/0/000"),
        *("tile/0/000/", "tile/0/000\n", "tile/-1/000", "tile/00/000", "tile/8/000", "tile/64/000", "tile/data/000"),
        *("tile/0/x000/001", "tile/0/x001", "tile/0/001/002", "tile/0/x001/x002", "tile/0/X001/002", "tile/0/٠٠١"),
        *("tile/0/001.p/0", "tile/0/001.p/256", "tile/0/001.p/05", "tile/0/001.p/300", "tile/0/001.p", "tile/0/001.p/"),
        *(
            "tile/0/001.p/1/",
            "tile/0/001.p/-1",
            "tile/0/001/5",
            "tile/entries/1",
            "tile/entries",
            "tile/entries/000.p/256",
        ),
        *("tile/7/000", "tile/7/000.p/128", "tile/7/001.p/1", "tile/0/" + "x999/" * 2000 + "999"),
    ],
)
def test_any_other_name_is_refused(path):
    with pytest.raises(TileRefused):
        parse_path(path)


def test_a_refused_name_says_why():
    for path, why in [
        ("tile/0/1", "not the path of a tile"),
        ("tile/0/001.p/0", "no such tile"),
        ("tile/7/000", "beyond the largest tree"),
        ("tile/0/x000/001", "not the one way of writing this path"),
        ("tile/0/001.p/256", "not the one way of writing this path"),
    ]:
        with pytest.raises(TileRefused, match=f"^{why}$"):
            parse_path(path)


def test_a_tile_cut_says_so():
    with pytest.raises(TileRefused, match=r"^a tile of another length$"):
        TiledTree({"tile/0/000.p/2": bytes(63)}.get, 2).node(0, 0)


@pytest.mark.parametrize(("level", "index", "width"), [(-1, 0, 1), (0, -1, 1), (0, 0, 0), (0, 0, 257), (None, -1, 1)])
def test_there_is_no_such_file(level, index, width):
    with pytest.raises(ValueError, match=r"^no such tile$"):
        Tile(level, index, width)


def test_a_file_is_of_a_tree_below_the_largest():
    last = (LIMIT - 1) // 256
    assert Tile(0, last, 255).path.endswith(".p/255")
    with pytest.raises(ValueError, match=r"^beyond the largest tree$"):
        Tile(0, last)
    with pytest.raises(ValueError, match=r"^beyond the largest tree$"):
        Tile(None, last)
    with pytest.raises(ValueError, match=r"^beyond the largest tree$"):
        Tile(7, 0, 128)


# --- leaves and bundles -----------------------------------------------------------------------------------------------


def test_a_leaf_is_a_version_a_tag_and_a_commitment():
    tag, commitment = bytes(range(32)), bytes(range(32, 64))
    leaf = make_leaf(tag, commitment)
    assert leaf == b"\1" + bytes(range(64))
    assert read_leaf(leaf) == (tag, commitment)


@pytest.mark.parametrize(("tag", "commitment"), [(bytes(31), bytes(32)), (bytes(32), bytes(33)), (b"", bytes(64))])
def test_no_leaf_is_made_of_anything_else(tag, commitment):
    with pytest.raises(ValueError, match=r"^a tag and a commitment have 32 bytes each$"):
        make_leaf(tag, commitment)


@pytest.mark.parametrize("leaf", [b"", b"\1" + bytes(63), b"\1" + bytes(65), b"\2" + bytes(64), b"\0" + bytes(64)])
def test_a_leaf_of_another_form_is_refused(leaf):
    with pytest.raises(TileRefused, match=r"^a leaf of no known form$"):
        read_leaf(leaf)


def test_a_bundle_is_each_leaf_after_its_length():
    leaves = [b"", b"a", b"b" * 65_535]
    assert pack_bundle(leaves) == b"\0\0" + b"\0\1a" + b"\xff\xff" + b"b" * 65_535
    assert unpack_bundle(pack_bundle(leaves), 3) == leaves
    assert len(pack_bundle(LEAVES[:256])) == 17_152
    with pytest.raises(ValueError, match=r"^a leaf too long for a bundle$"):
        pack_bundle([b"", b"b" * 65_536])


@pytest.mark.parametrize(
    ("content", "width"),
    [
        (b"\0\1a", 2),
        (b"\0\1a\0\1b", 1),
        (b"\0\2a", 1),
        (b"\0\1a\0", 1),
        (b"\0\1a\0", 2),
        (b"\0", 1),
        (b"", 1),
        (b"\0\0", 0),
    ],
)
def test_a_bundle_cut_or_longer_is_refused(content, width):
    with pytest.raises(TileRefused, match=r"^a bundle of another length$"):
        unpack_bundle(content, width)


# --- growth -----------------------------------------------------------------------------------------------------------


def test_a_tree_of_seventy_thousand_has_the_files_the_specification_counts():
    tiles = files_of_growth(0, 70_000)

    def widths(level):
        return [tile.width for tile in tiles if tile.level == level]

    assert widths(0) == widths(None) == [256] * 273 + [112]
    assert widths(1) == [256, 17]
    assert widths(2) == [1]
    assert {tile.level for tile in tiles} == {None, 0, 1, 2}
    assert [tile.path for tile in files_of_growth(0, 256)] == ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]


@pytest.mark.parametrize(
    ("old", "new", "paths"),
    [
        (0, 0, []),
        (5, 5, []),
        (256, 256, []),
        (0, 1, ["tile/entries/000.p/1", "tile/0/000.p/1"]),
        (1, 3, ["tile/entries/000.p/3", "tile/0/000.p/3"]),
        (255, 256, ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]),
        (256, 257, ["tile/entries/001.p/1", "tile/0/001.p/1"]),
        (
            250,
            513,
            [
                *("tile/entries/000", "tile/entries/001", "tile/entries/002.p/1"),
                *("tile/0/000", "tile/0/001", "tile/0/002.p/1", "tile/1/000.p/2"),
            ],
        ),
        (65_535, 65_536, ["tile/entries/255", "tile/0/255", "tile/1/000", "tile/2/000.p/1"]),
    ],
)
def test_growth_writes_these_files(old, new, paths):
    assert [tile.path for tile in files_of_growth(old, new)] == paths


@pytest.mark.parametrize(("old", "new"), [(-1, 1), (2, 1), (LIMIT - 1, LIMIT)])
def test_a_tree_never_shrinks(old, new):
    with pytest.raises(ValueError, match=r"^a tree never shrinks$"):
        files_of_growth(old, new)


def test_the_largest_tree_ends_at_level_seven():
    assert files_of_growth(LIMIT - 2, LIMIT - 1)[0].path.endswith(".p/255")
    assert files_of_growth(LIMIT // 2 - 1, LIMIT // 2)[-1] == Tile(7, 0, 64)


def test_a_log_published_by_another_program_is_written_byte_for_byte():
    published = {path: base64.b64decode(content) for path, content in SMALL_LOG["files"].items()}
    key, files, log = NoteKey.parse(SMALL_LOG["key"]), {}, begun()
    for size, note in SMALL_LOG["checkpoints"].items():
        log = grown(log, WORDS[log.size : int(size)], files)
        assert open_checkpoint(note.encode(), key).checkpoint == Checkpoint(key.name, log.size, log.root)
    assert log.size == 15
    assert files == published


@pytest.mark.parametrize(
    "steps", [[70_000], [1, 255, 1, 255, 1], [256, 256], [255, 2, 700], [3, 0, 600], [300, 65_300]]
)
def test_a_tree_grown_by_steps_has_the_files_and_the_root_of_one_made_at_once(steps):
    files, log = {}, begun()
    for step in steps:
        before = log.size
        log = grown(log, LEAVES[log.size : log.size + step], files)
        assert list(log.files) == [tile.path for tile in files_of_growth(before, log.size)]
        assert log.root == root_over(HASHES[: log.size])
    once = grow({}.get, LEAVES[: log.size], size=0, root=EMPTY_ROOT)
    assert {path: files[path] for path in once.files} == once.files


def test_writing_again_after_a_crash_gives_the_same_bytes_whatever_was_written():
    files, log = {}, begun()
    log = grown(log, LEAVES[:300], files)
    whole = grow(files.get, LEAVES[300:900], size=300, root=log.root)
    for written in range(len(whole.files) + 1):
        part = files | dict(list(whole.files.items())[:written])
        assert grow(part.get, LEAVES[300:900], size=300, root=log.root) == whole


def test_writing_again_works_when_the_partial_files_are_gone():
    files, log = {}, begun()
    log = grown(log, LEAVES[:300], files)
    whole = grow(files.get, LEAVES[300:900], size=300, root=log.root)
    left = {path: content for path, content in (files | whole.files).items() if path not in files or ".p/" not in path}
    del left["tile/1/000.p/3"]
    left["tile/1/000.p/1"] = files["tile/1/000.p/1"]
    assert "tile/0/001.p/44" not in left
    assert grow(left.get, LEAVES[300:900], size=300, root=log.root) == whole


@pytest.mark.parametrize("path", ["tile/0/001.p/44", "tile/entries/001.p/44", "tile/1/000.p/1"])
def test_nothing_is_built_upon_files_that_are_missing_cut_or_changed(path):
    files, log = {}, begun()
    log = grown(log, LEAVES[:300], files)
    whole = files[path]
    for content in (None, whole[:-1], whole + b"\0", b"", whole[:-1] + bytes([whole[-1] ^ 1])):
        damaged = {name: kept for name, kept in files.items() if name != path}
        if content is not None:
            damaged[path] = content
        with pytest.raises(TileRefused):
            grow(damaged.get, LEAVES[300:310], size=300, root=log.root)


def test_nothing_is_built_upon_an_older_copy():
    files, log = {}, begun()
    log = grown(log, LEAVES[:300], files)
    with pytest.raises(TileRefused, match=r"^the files are not those of this root$"):
        grow(files.get, LEAVES[300:310], size=256, root=log.root)
    with pytest.raises(TileRefused, match=r"^the files are not those of this root$"):
        grow({}.get, LEAVES[:1], size=0, root=log.root)


def test_growing_by_nothing_writes_nothing():
    files, log = {}, begun()
    log = grown(log, LEAVES[:300], files)
    assert grow(files.get, [], size=300, root=log.root) == Growth({}, 300, log.root)


# --- reading ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 600, 65_536, 65_537, 70_000])
def test_proofs_are_made_from_tiles_alone(large, size):
    files = large.files | grow({}.get, LEAVES[:size], size=0, root=EMPTY_ROOT).files
    tree, memory = TiledTree(files.get, size), MemoryTree(HASHES[:size])
    assert tree.root == tree_root(memory.node, size)
    for index in {0, size // 3, size - 1}:
        proof = inclusion_proof(tree.node, index, size)
        assert proof == inclusion_proof(memory.node, index, size)
        check_inclusion(HASHES[index], proof, index=index, size=size, root=tree.root)
    for old in {1, size // 2 or 1, max(1, size - 1)}:
        steps = consistency_proof(tree.node, old, size)
        check_consistency(steps, old_size=old, old_root=tree_root(memory.node, old), new_size=size, new_root=tree.root)


def test_the_empty_tree_needs_no_file():
    assert TiledTree({}.get, 0).root == EMPTY_ROOT


def test_each_file_is_read_once_and_only_those_needed(large):
    asked = []

    def read(path):
        asked.append(path)
        return large.files.get(path)

    tree = TiledTree(read, 70_000)
    inclusion_proof(tree.node, 33, 70_000)
    assert asked == ["tile/1/001.p/17", "tile/0/273.p/112", "tile/1/000", "tile/0/000"]


def test_leaves_are_read_with_the_tile_that_names_them(large):
    tree = TiledTree(large.files.get, 70_000)
    assert tree.leaves(0) == LEAVES[:256]
    assert tree.leaves(273) == LEAVES[69_888:]
    other = large.files | {"tile/entries/000": large.files["tile/entries/001"]}
    with pytest.raises(TileRefused, match=r"^a bundle whose leaves are not those of its tile$"):
        TiledTree(other.get, 70_000).leaves(0)


def test_what_a_tree_does_not_have_is_not_read(large):
    tree = TiledTree(large.files.get, 70_000)
    for level, index in [(0, 70_000), (4, 4375), (8, 273), (16, 1)]:
        with pytest.raises(ValueError, match=r"^no such subtree in this tree$"):
            tree.node(level, index)
    for level, index in [(0, 70_144), (0, -1), (24, 0)]:
        with pytest.raises(ValueError, match=r"^no such tile$"):
            tree.node(level, index)
    with pytest.raises(TileRefused, match=r"^missing: tile/0/273\.p/112$"):
        TiledTree({}.get, 70_000).node(0, 69_999)
