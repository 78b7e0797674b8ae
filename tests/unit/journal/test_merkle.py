"""The tree against published vectors: RFC 6962 as transparency-dev/merkle writes it out, and its proofs, right and wrong."""

import base64
import json
from pathlib import Path

import pytest

from espace_sante.journal.merkle import (
    EMPTY_ROOT,
    LIMIT,
    Frontier,
    MemoryTree,
    ProofRefused,
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_over,
    tree_root,
)

PROBES = json.loads((Path(__file__).parent / "vectors" / "probes.json").read_text(encoding="utf-8"))
LEAVES = [
    bytes.fromhex(each)
    for each in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
# github.com/transparency-dev/merkle, testonly/constants.go: the roots of the trees of 0 to 8 of these leaves.
ROOTS = [
    bytes.fromhex(each)
    for each in (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    )
]
HASHES = [leaf_hash(leaf) for leaf in LEAVES]
TREE = MemoryTree(HASHES)


def decoded(text: str) -> bytes:
    return base64.b64decode(text)


def accepted(check, *given, **named) -> bool:
    try:
        check(*given, **named)
    except ProofRefused:
        return False
    return True


def inclusion_accepted(probe) -> bool:
    return accepted(
        check_inclusion,
        decoded(probe["leafHash"]),
        [decoded(step) for step in probe["proof"] or ()],
        index=probe["leafIdx"],
        size=probe["treeSize"],
        root=decoded(probe["root"]),
    )


def consistency_accepted(probe) -> bool:
    return accepted(
        check_consistency,
        [decoded(step) for step in probe["proof"] or ()],
        old_size=probe["size1"],
        old_root=decoded(probe["root1"]),
        new_size=probe["size2"],
        new_root=decoded(probe["root2"]),
    )


def test_the_hashes_are_those_of_rfc_6962():
    assert ROOTS[0] == EMPTY_ROOT
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert leaf_hash(b"L123456").hex() == "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
    assert node_hash(b"N123", b"N456").hex() == "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"


@pytest.mark.parametrize("size", range(9))
def test_every_way_to_a_root_gives_the_published_one(size):
    hashes = HASHES[:size]
    assert root_over(hashes) == ROOTS[size]
    assert tree_root(TREE.node, size) == ROOTS[size]
    assert Frontier().extended(hashes).root == ROOTS[size]
    assert Frontier.of(TREE.node, size) == Frontier().extended(hashes)
    assert MemoryTree(hashes).size == size


def test_the_frontier_of_seven_leaves_is_three_subtrees():
    assert Frontier().extended(HASHES[:7]).roots == (
        bytes.fromhex("d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
        bytes.fromhex("0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"),
        HASHES[6],
    )


@pytest.mark.parametrize(
    ("size", "roots"),
    [(1, ()), (0, (HASHES[0],)), (3, (HASHES[0],)), (-1, (HASHES[0],)), (LIMIT, (HASHES[0],))],
)
def test_a_frontier_that_is_not_one_is_refused(size, roots):
    with pytest.raises(ValueError, match=r"^not the subtrees of a tree of this size$"):
        Frontier(size, roots)


def test_the_largest_frontier_is_one():
    assert LIMIT == 2**63
    assert Frontier(LIMIT - 1, (HASHES[0],) * 63).size == LIMIT - 1


@pytest.mark.parametrize("probe", PROBES["inclusion"], ids=lambda probe: probe["name"])
def test_published_proofs_of_inclusion_are_accepted_or_refused_as_published(probe):
    assert inclusion_accepted(probe) is not probe["wantErr"]


@pytest.mark.parametrize("probe", PROBES["consistency"], ids=lambda probe: probe["name"])
def test_published_proofs_of_consistency_are_accepted_or_refused_as_published(probe):
    # One vector gives words for roots, to show that equal sizes compare them; here a root is a hash and nothing else.
    words = probe["name"].endswith("sizes-are-equal-one-and-proof-is-empty.json")
    assert consistency_accepted(probe) is not (probe["wantErr"] or words)


def test_the_vectors_hold_proofs_of_each_answer():
    for kind in ("inclusion", "consistency"):
        answers = [probe["wantErr"] for probe in PROBES[kind]]
        assert answers.count(True) > 70
        assert answers.count(False) > 4


@pytest.mark.parametrize("probe", [p for p in PROBES["inclusion"] if not p["wantErr"] and p["treeSize"] > 1])
def test_the_proofs_made_are_the_published_ones(probe):
    made = inclusion_proof(TREE.node, probe["leafIdx"], probe["treeSize"])
    assert made == [decoded(step) for step in probe["proof"]]


@pytest.mark.parametrize("probe", [p for p in PROBES["consistency"] if not p["wantErr"] and p["size2"] > 1])
def test_the_proofs_of_consistency_made_are_the_published_ones(probe):
    made = consistency_proof(TREE.node, probe["size1"], probe["size2"])
    assert made == [decoded(step) for step in probe["proof"]]


@pytest.mark.parametrize("size", range(1, 34))
def test_every_leaf_and_every_beginning_of_a_small_tree_is_shown_and_nothing_else(size):
    hashes = [leaf_hash(b"%d" % number) for number in range(size)]
    node, root = MemoryTree(hashes).node, root_over(hashes)
    for index in range(size):
        proof = inclusion_proof(node, index, size)
        check_inclusion(hashes[index], proof, index=index, size=size, root=root)
        places = range(size)
        assert [accepted(check_inclusion, hashes[index], proof, index=at, size=size, root=root) for at in places] == [
            at == index for at in places
        ]
    for old in range(1, size):
        steps, old_root = consistency_proof(node, old, size), root_over(hashes[:old])
        check_consistency(steps, old_size=old, old_root=old_root, new_size=size, new_root=root)
        assert not accepted(check_consistency, steps, old_size=old, old_root=hashes[-1], new_size=size, new_root=root)


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (4, 3), (0, 0)])
def test_no_proof_is_made_of_a_leaf_that_is_not_there(index, size):
    with pytest.raises(ValueError, match=r"^no such leaf in this tree$"):
        inclusion_proof(TREE.node, index, size)


@pytest.mark.parametrize(("old", "new"), [(-1, 3), (4, 3)])
def test_no_proof_is_made_of_a_tree_that_shrinks(old, new):
    with pytest.raises(ValueError, match=r"^the old tree is larger than the new one$"):
        consistency_proof(TREE.node, old, new)


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 8), (8, 8), (3, 3)])
def test_nothing_is_needed_to_show_the_same_tree_nor_the_empty_one(old, new):
    assert consistency_proof(TREE.node, old, new) == []
    check_consistency([], old_size=old, old_root=ROOTS[old], new_size=new, new_root=ROOTS[new])
    with pytest.raises(ProofRefused, match=r"^the proof is too long$"):
        check_consistency([HASHES[0]], old_size=old, old_root=ROOTS[old], new_size=new, new_root=ROOTS[new])
    with pytest.raises(ProofRefused, match=r"^the proof leads to another old root$"):
        check_consistency([], old_size=old, old_root=HASHES[5], new_size=new, new_root=ROOTS[new])


def test_the_empty_tree_has_one_root_even_twice():
    with pytest.raises(ProofRefused, match=r"^the proof leads to another old root$"):
        check_consistency([], old_size=0, old_root=HASHES[0], new_size=0, new_root=ROOTS[0])
    with pytest.raises(ProofRefused, match=r"^the proof leads to another old root$"):
        check_consistency([], old_size=0, old_root=ROOTS[0], new_size=0, new_root=HASHES[0])


def inclusion_refusal(*, leaf=HASHES[4], proof=None, index=4, size=7, root=ROOTS[7]) -> str:
    steps = inclusion_proof(TREE.node, 4, 7) if proof is None else proof
    with pytest.raises(ProofRefused) as refused:
        check_inclusion(leaf, steps, index=index, size=size, root=root)
    return str(refused.value)


def test_a_refused_inclusion_says_at_which_step():
    steps = inclusion_proof(TREE.node, 4, 7)
    check_inclusion(HASHES[4], steps, index=4, size=7, root=ROOTS[7])
    assert inclusion_refusal(leaf=b"short") == "not a hash"
    assert inclusion_refusal(root=ROOTS[7] + b"\0") == "not a hash"
    assert inclusion_refusal(proof=[*steps[:-1], steps[-1][:31]]) == "not a hash"
    assert inclusion_refusal(index=7) == "no such leaf in this tree"
    assert inclusion_refusal(index=-1) == "no such leaf in this tree"
    assert inclusion_refusal(size=LIMIT) == "no such leaf in this tree"
    assert inclusion_refusal(proof=[*steps, HASHES[0]]) == "the proof is too long"
    assert inclusion_refusal(proof=steps[:-1]) == "the proof is too short"
    assert inclusion_refusal(leaf=HASHES[5]) == "the proof leads to another root"
    assert inclusion_refusal(index=5) == "the proof leads to another root"


def consistency_refusal(*, proof=None, old_size=3, old_root=ROOTS[3], new_size=7, new_root=ROOTS[7]) -> str:
    steps = consistency_proof(TREE.node, 3, 7) if proof is None else proof
    with pytest.raises(ProofRefused) as refused:
        check_consistency(steps, old_size=old_size, old_root=old_root, new_size=new_size, new_root=new_root)
    return str(refused.value)


def test_a_refused_consistency_says_at_which_step():
    steps = consistency_proof(TREE.node, 3, 7)
    assert consistency_refusal(old_root=ROOTS[3][1:]) == "not a hash"
    assert consistency_refusal(new_root=ROOTS[7][1:]) == "not a hash"
    assert consistency_refusal(proof=[*steps[:-1], steps[-1] * 2]) == "not a hash"
    assert consistency_refusal(old_size=8) == "the old tree is larger than the new one"
    assert consistency_refusal(old_size=-1) == "the old tree is larger than the new one"
    assert consistency_refusal(new_size=LIMIT) == "the old tree is larger than the new one"
    assert consistency_refusal(proof=[]) == "the proof is too short"
    assert consistency_refusal(proof=steps[:-1]) == "the proof is too short"
    assert consistency_refusal(proof=[*steps, HASHES[0]]) == "the proof is too long"
    assert consistency_refusal(old_root=ROOTS[2]) == "the proof leads to another old root"
    assert consistency_refusal(new_root=ROOTS[6]) == "the proof leads to another new root"


def test_a_proof_alone_does_not_tell_a_tree_of_three_from_one_of_four():
    """Why a size and its root are only ever taken together, from a signed checkpoint."""
    steps = inclusion_proof(TREE.node, 0, 4)
    check_inclusion(HASHES[0], steps, index=0, size=4, root=ROOTS[4])
    check_inclusion(HASHES[0], steps, index=0, size=3, root=ROOTS[4])
    assert not accepted(check_inclusion, HASHES[0], steps, index=0, size=3, root=ROOTS[3])
