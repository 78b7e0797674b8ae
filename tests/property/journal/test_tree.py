"""Trees of any size: equal to pymerkle's, read the same from memory and from tiles, and no changed proof accepted.

pymerkle hashes as RFC 6962 does. Its proofs have a form of their own: it counts leaves
from 1 and puts the leaf's own hash in the path, in the order of the tree; a proof of consistency begins at other nodes than
the RFC's. So paths of inclusion are compared as sets, and its proofs of consistency are checked by itself, under our roots.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree, verify_consistency

from espace_sante.journal.merkle import (
    Frontier,
    MemoryTree,
    ProofRefused,
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_over,
    tree_root,
)

MOST = 600  # beyond two tiles
LEAVES = [b"leaf %d" % number for number in range(MOST)]
HASHES = [leaf_hash(leaf) for leaf in LEAVES]
TREE = MemoryTree(HASHES)
THEIRS = InmemoryTree.init_from_entries(LEAVES)
ROOTS = [tree_root(TREE.node, size) for size in range(MOST + 1)]

sizes = st.integers(1, MOST)
places = sizes.flatmap(lambda size: st.tuples(st.integers(0, size - 1), st.just(size)))
pairs = sizes.flatmap(lambda size: st.tuples(st.integers(1, size), st.just(size)))


def included(leaf: bytes, proof: list[bytes], index: int, size: int, root: bytes) -> bool:
    try:
        check_inclusion(leaf, proof, index=index, size=size, root=root)
    except ProofRefused:
        return False
    return True


def consistent(proof: list[bytes], old_size: int, old_root: bytes, new_size: int, new_root: bytes) -> bool:
    try:
        check_consistency(proof, old_size=old_size, old_root=old_root, new_size=new_size, new_root=new_root)
    except ProofRefused:
        return False
    return True


def flipped(one: bytes, bit: int) -> bytes:
    return (int.from_bytes(one, "big") ^ 1 << bit).to_bytes(len(one), "big")


@given(sizes)
def test_the_root_is_the_one_of_pymerkle_whatever_the_way_to_it(size: int) -> None:
    assert ROOTS[size] == THEIRS.get_root(size)
    assert root_over(HASHES[:size]) == ROOTS[size]


@given(st.lists(st.integers(0, 40), max_size=12))
def test_a_log_that_grows_by_steps_has_the_root_of_one_made_at_once(steps: list[int]) -> None:
    frontier = Frontier()
    for step in steps:
        frontier = frontier.extended(HASHES[frontier.size : frontier.size + step])
        assert frontier.root == ROOTS[frontier.size]
        assert frontier == Frontier.of(TREE.node, frontier.size)
    assert frontier.size == sum(steps)


@given(places)
def test_a_proof_of_inclusion_is_the_one_of_pymerkle_and_is_accepted(place: tuple[int, int]) -> None:
    index, size = place
    proof = inclusion_proof(TREE.node, index, size)
    assert included(HASHES[index], proof, index, size, ROOTS[size])
    assert {HASHES[index], *proof} == set(THEIRS.prove_inclusion(index + 1, size).path)


@given(pairs)
def test_two_trees_are_consistent_as_pymerkle_says(pair: tuple[int, int]) -> None:
    old, new = pair
    proof = consistency_proof(TREE.node, old, new)
    assert consistent(proof, old, ROOTS[old], new, ROOTS[new])
    verify_consistency(ROOTS[old], ROOTS[new], THEIRS.prove_consistency(old, new))


@given(places, sizes, st.integers(0, 255))
def test_a_proof_shows_one_leaf_at_one_place_of_one_tree(place: tuple[int, int], other: int, bit: int) -> None:
    index, size = place
    proof = inclusion_proof(TREE.node, index, size)
    assert not included(flipped(HASHES[index], bit), proof, index, size, ROOTS[size])
    assert not included(HASHES[index], proof, index, size, flipped(ROOTS[size], bit))
    if other - 1 != index:
        assert not included(HASHES[index], proof, other - 1, size, ROOTS[size])
        assert not included(HASHES[other - 1], proof, index, size, ROOTS[size])
    if other != size:
        assert not included(HASHES[index], proof, index, other, ROOTS[other])
        assert not included(HASHES[index], proof, index, size, ROOTS[other])


@given(places, st.data())
def test_no_step_of_a_proof_can_be_changed_left_out_or_added(place: tuple[int, int], data: st.DataObject) -> None:
    index, size = place
    proof = inclusion_proof(TREE.node, index, size)
    at = data.draw(st.integers(0, len(proof)))
    added = [*proof[:at], HASHES[at], *proof[at:]]
    assert not included(HASHES[index], added, index, size, ROOTS[size])
    if at < len(proof):
        changed = [*proof[:at], flipped(proof[at], data.draw(st.integers(0, 255))), *proof[at + 1 :]]
        assert not included(HASHES[index], changed, index, size, ROOTS[size])
        assert not included(HASHES[index], proof[:at] + proof[at + 1 :], index, size, ROOTS[size])


@given(pairs, sizes, st.data())
def test_a_consistency_shows_two_trees_and_no_other(pair: tuple[int, int], other: int, data: st.DataObject) -> None:
    old, new = pair
    proof = consistency_proof(TREE.node, old, new)
    bit = data.draw(st.integers(0, 255))
    assert not consistent(proof, old, flipped(ROOTS[old], bit), new, ROOTS[new])
    assert not consistent(proof, old, ROOTS[old], new, flipped(ROOTS[new], bit))
    assert not consistent([*proof, HASHES[0]], old, ROOTS[old], new, ROOTS[new])
    if other != old:
        assert not consistent(proof, other, ROOTS[other], new, ROOTS[new])
    if other != new:
        assert not consistent(proof, old, ROOTS[old], other, ROOTS[other])
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        changed = [*proof[:at], flipped(proof[at], bit), *proof[at + 1 :]]
        assert not consistent(changed, old, ROOTS[old], new, ROOTS[new])
        assert not consistent(proof[:at] + proof[at + 1 :], old, ROOTS[old], new, ROOTS[new])


@given(st.integers(2, 300), st.data())
def test_a_log_that_changed_a_leaf_is_consistent_with_no_tree_that_had_it(size: int, data: st.DataObject) -> None:
    changed = data.draw(st.integers(0, size - 2))
    old = data.draw(st.integers(changed + 1, size - 1))
    rewritten = MemoryTree([*HASHES[:changed], leaf_hash(b"another"), *HASHES[changed + 1 : size]])
    proof = consistency_proof(rewritten.node, old, size)
    assert not consistent(proof, old, ROOTS[old], size, tree_root(rewritten.node, size))
