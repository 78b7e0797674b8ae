"""What the product makes is, byte for byte, what the definitions give; what does not fit a signed checkpoint is never made."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from espace_sante.journal.index import MemoryIndex
from espace_sante.journal.merkle import MemoryTree, leaf_hash, tree_root
from espace_sante.journal.notes import Checkpoint, NoteRefused
from espace_sante.journal.proof import (
    Bucket,
    Entry,
    NotPublished,
    ProofImpossible,
    Year,
    find_indexed,
    make_bundle,
    make_receipt,
    signed_head,
)
from tests.oracles.proof_bundles import Made, Person, Public, live, noise, note, some_instants, world
from tests.verifier.both import PYTHON, Question, ask
from tests.verifier.making import bundle, entries, heads, keys_of, materials, published, published_files, receipt
from tests.verifier.test_example import FOLDER, example_world

EXAMPLES = int(os.environ.get("PROOF_EXAMPLES", "40"))


@settings(max_examples=EXAMPLES)
@given(st.integers(0, 2**32))
def test_a_proof_is_byte_for_byte_what_the_definitions_give(seed: int) -> None:
    made = world(random.Random(seed))
    assert bundle(made) == made.sealed()


@settings(max_examples=EXAMPLES)
@given(st.integers(0, 2**32), st.integers(0, 100))
def test_a_receipt_is_byte_for_byte_what_the_definitions_give(seed: int, pick: int) -> None:
    made = world(random.Random(seed), least=1)
    number = pick % len(made.person.records)
    data = receipt(made, number)
    assert data == made.receipt(number) and len(data) <= PYTHON.RECEIPT_MAX


def test_the_example_of_the_page_is_made_by_the_product_too() -> None:
    made = example_world()
    assert bundle(made) == (FOLDER / "preuve").read_bytes()
    made.build(light=made.signers.light)
    assert receipt(made, 1) == (FOLDER / "recu").read_bytes()


def test_what_is_made_holds_for_both_verifiers(tmp_path: Path, randomness: random.Random) -> None:
    worlds = [world(random.Random(f"{n} {randomness.random()}"), least=1) for n in range(6)]
    questions = []
    for made in worlds:
        policy = json.dumps(made.policy).encode()
        questions += [Question(data, policy, made.now) for data in (bundle(made), receipt(made, 0))]
    assert {answer.code for answer in ask(tmp_path, questions)} == {0}


def test_one_line_is_in_memory() -> None:
    """A line of the proof is asked for only when the one before was given."""
    made = world(random.Random(3), least=5)
    hers, taken = materials(made), list[int]()

    def counted(year: Year) -> Iterator[Entry]:
        for entry in year.entries:
            taken.append(entry.index)
            yield entry

    hers = replace(hers, years=[replace(one, entries=counted(one)) for one in hers.years])
    shown = 0
    for line in make_bundle(hers, published(made)):
        shown += line.startswith(b'{"bucket"') and b'"kind":"entry"' in line
        assert len(taken) <= shown + 1


def test_lines_of_unknown_signers_stay_outside() -> None:
    made = world(random.Random(4), least=1)
    made.build(light=made.signers.light)
    known = keys_of(made.signers.light[:1])
    log, index = heads(made)[0], made.signers.index
    assert len(log.cosigned) == 3
    own = keys_of([made.signers.log])[0]
    one = signed_head(log.note.encode(), own, known)
    assert [line.name for line in one.cosigned] == [made.signers.light[0].name]
    with pytest.raises(NoteRefused):  # the note of another log
        signed_head(log.note.encode(), keys_of([index])[0], known)


def test_a_wrong_cosignature_makes_no_proof() -> None:
    made = world(random.Random(4), least=1)
    text = note(made.signers.log, [], len(made.public.leaves), made.public.tree.root(), made.at)
    wrong = made.signers.light[0].line(b"other", made.at)
    with pytest.raises(NoteRefused):
        signed_head((text + wrong).encode(), keys_of([made.signers.log])[0], keys_of(made.signers.light))


def test_a_receipt_leaves_out_cosignatures_that_do_not_fit() -> None:
    made = world(random.Random(9), least=1)
    state = published(made)
    many = replace(state.log, cosigned=state.log.cosigned * 12)
    entry = entries(made)[0]
    path = len(make_receipt(entry, replace(state.log, cosigned=()), state.node))
    data = make_receipt(entry, many, state.node)
    assert len(data) == path + 76 * ((1370 - path) // 76) and data[path - 1] == (1370 - path) // 76


def test_nothing_is_made_from_an_index_that_is_not_published_yet() -> None:
    made = world(random.Random(6), least=1)
    log, _ = heads(made)
    older = made.public.epoch
    size = len(made.public.leaves)
    for leaves in ([], [(size - 1).to_bytes(8, "big") + older[8:40] + bytes([_bits(size - 1)]) + older[41:]]):
        head = _index_head(made, leaves)
        with pytest.raises(NotPublished):
            find_indexed(log.checkpoint, head, published_files(leaves).get)
    later = [older, (size + 1).to_bytes(8, "big") + older[8:40] + bytes([_bits(size + 1)]) + older[41:]]
    assert find_indexed(log.checkpoint, _index_head(made, later), published_files(later).get).number == 0
    other = [older[:8] + bytes(32) + older[40:]]
    with pytest.raises(ProofImpossible, match="another journal"):
        find_indexed(log.checkpoint, _index_head(made, other), published_files(other).get)


def test_the_leaf_of_the_index_is_found_far_back() -> None:
    """More leaves came since than one file holds."""
    made = world(random.Random(6), least=1)
    size = len(made.public.leaves)
    leaves = [made.public.epoch]
    for more in range(1, 600):
        leaves.append((size + more).to_bytes(8, "big") + bytes(32) + bytes([_bits(size + more)]) + bytes(32))
    found = find_indexed(
        heads(made)[0].checkpoint, _index_head(made, leaves), published_files(leaves, [1, 300, 513]).get
    )
    assert found.number == 0 and len(found.path) == 10


def test_no_proof_is_made_of_what_is_not_published_so(randomness: random.Random) -> None:
    """A line moved, another commitment, a line left out or too many, an index that lies: nothing goes on."""
    made = world(random.Random(randomness.random()), least=4)
    made.years = (made.person.opening, made.years[1])
    state, lines = published(made), entries(made)
    wrong = [
        ("another tag", lines[1:], state),
        ("leaf", [replace(lines[0], com=bytes(32)), *lines[1:]], state),
        ("leaf", [replace(lines[0], index=lines[1].index), *lines[1:]], state),
        ("knows a line", lines[:-1], state),
        ("the index: ", lines, replace(state, bucket=_index_without(made, lines[0].tag))),
    ]
    for why, shown, where in wrong:
        with pytest.raises(ProofImpossible, match=why):
            list(make_bundle(materials(made, shown), where))
    with pytest.raises(ValueError, match="a year at least"):
        list(make_bundle(replace(materials(made), years=()), state))


def _bits(size: int) -> int:
    return next(k for k in range(64) if size <= 32 * 2**k)


def _index_head(made: Made, leaves: list[bytes]) -> Checkpoint:
    index = made.signers.index
    tree = MemoryTree(map(leaf_hash, leaves))
    text = note(index, [], len(leaves), tree_root(tree.node, len(leaves)), made.at)
    return signed_head(text.encode(), keys_of([index])[0]).checkpoint


def _index_without(made: Made, tag: bytes) -> Bucket:
    return MemoryIndex(leaf[1:33] for leaf in made.public.leaves if leaf[1:33] != tag).bucket


# Attacks that need the maker: everything the service holds, its own honest program, and a lie about what it is given.


def test_a_shadow_chain_is_refused_by_the_letter(tmp_path: Path) -> None:
    """Another key for the same space, its lines published and proven by the honest maker: the code is not hers."""
    made = world(random.Random(21), least=2)
    rng, true = random.Random(22), PYTHON.readable(made.person.cj)
    other = Person(made.person.space, rng.randbytes(32), made.person.opening)
    shadow = live(rng, other.opening, some_instants(rng, other.opening, 1, 3), like=other)
    public = Public([*made.public.leaves, *shadow.leaves], made.public.before)
    lie = replace(made, person=shadow, public=public, lines=[]).build()
    policy = json.dumps(made.policy).encode()
    years = made.years
    alone, compared, hers = ask(
        tmp_path,
        [
            Question(bundle(lie), policy, made.now, years=years),
            Question(bundle(lie), policy, made.now, letter=true, years=years),
            Question(bundle(made), policy, made.now, letter=true, years=years),
        ],
    )
    assert (alone.code, compared.reason, hers.code) == (0, "letter", 0)
    assert "À FAIRE PAR VOUS" in alone.text


def test_a_restored_backup_is_refused_as_old(tmp_path: Path) -> None:
    """The service went back to what it was before her last lines, which witnesses had seen: they sign it no more."""
    made = world(random.Random(23), least=3)
    before = _earlier(made)
    policy = json.dumps(made.policy).encode()
    old = replace(before, at=made.at - 3 * 86_400, lines=[]).build()
    alone = replace(before, lines=[]).build(light=[], mirrors=[])
    stale, unsigned = ask(
        tmp_path, [Question(bundle(old), policy, made.now), Question(bundle(alone), policy, made.now)]
    )
    assert (stale.reason, unsigned.reason) == ("stale", "quorum")


def test_a_replayed_checkpoint_is_refused_as_old(tmp_path: Path) -> None:
    """Yesterday's true proof, handed over today: what came since is missing, and the age says so."""
    made = world(random.Random(25), least=1)
    proof, policy = bundle(made), json.dumps(made.policy).encode()
    then, today = ask(tmp_path, [Question(proof, policy, made.now), Question(proof, policy, made.at + 86_401)])
    assert (then.code, today.reason) == (0, "stale")
    # The checkpoint of one day with the index of another does not make one state either.
    later = replace(
        made, public=Public([*made.public.leaves, *noise(made.rng, 40)], made.public.before), lines=[]
    ).build()
    made.lines[1] = later.lines[1]
    assert ask(tmp_path, [Question(made.sealed(), policy, made.now)])[0].reason in ("index", "inclusion")


def test_a_split_view_is_refused_for_want_of_witnesses(tmp_path: Path) -> None:
    """A journal for her alone, without the line she is not to see: honest witnesses know another, and one lies."""
    made = world(random.Random(27), least=2)
    split = _earlier(made)
    policy = json.dumps(made.policy).encode()
    trials = [
        replace(split, lines=[]).build(light=made.signers.light[:1], mirrors=made.signers.mirrors[:1]),
        replace(split, lines=[]).build(light=made.signers.light[:1], mirrors=[]),
    ]
    answers = ask(tmp_path, [Question(bundle(one), policy, made.now) for one in trials])
    assert {answer.reason for answer in answers} == {"quorum"}


def _earlier(made: Made) -> Made:
    """Return the world as it was before the last line of hers, and all that came after it."""
    cut = made.public.leaves.index(made.person.leaves[-1])
    person = replace(made.person, records=made.person.records[:-1], leaves=made.person.leaves[:-1])
    return replace(made, person=person, public=Public(made.public.leaves[:cut], made.public.before))
