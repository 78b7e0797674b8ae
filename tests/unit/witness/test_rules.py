"""What a witness answers, and the time it says: small cases; every order of demands is in tests/property/witness."""

from espace_sante.journal.add_checkpoint import AddCheckpoint
from espace_sante.journal.notes import Checkpoint, Line, Note, parse_note
from espace_sante.witness.rules import Accept, Fork, Known, Refuse, answer, instant
from tests.watching.invented_log import InventedLog, leaf, leaves

LOG = InventedLog().add(leaves(10))
KNOWN = Known(Checkpoint(LOG.origin, 6, LOG.root(6)), LOG.signed(6), 1_000)


def test_lines_of_unknown_keys_are_left_out_of_what_is_kept():
    note = parse_note(LOG.signed())
    with_others = bytes(Note(note.text, (Line("other.example", b"abcd", bytes(64)), *note.lines)))
    said = answer(AddCheckpoint(6, LOG.proof(6), with_others), LOG.key, KNOWN)
    assert said == Accept(Checkpoint(LOG.origin, 10, LOG.root()), LOG.signed())


def test_the_first_checkpoint_comes_without_a_proof():
    assert isinstance(answer(AddCheckpoint(0, (), LOG.signed()), LOG.key, None), Accept)
    refused = answer(AddCheckpoint(0, (bytes(32),), LOG.signed()), LOG.key, None)
    assert isinstance(refused, Refuse) and refused.status == 422


def test_a_witness_that_knows_nothing_says_zero():
    said = answer(AddCheckpoint(6, LOG.proof(6), LOG.signed()), LOG.key, None)
    assert said == Refuse(409, "another size is known", 0)


def test_a_fork_is_seen_whatever_old_size_comes_with_it():
    other = InventedLog().add([*leaves(5), leaf("other")])
    for old in (0, 3, 6):
        said = answer(AddCheckpoint(old, (), other.signed()), LOG.key, KNOWN)
        assert said == Fork(LOG.signed(6), other.signed())


def test_a_fork_of_another_size_is_only_a_proof_that_fails():
    """Anybody can send a wrong proof: it shows nothing of the log."""
    other = InventedLog().add([leaf("other"), *leaves(9)])
    said = answer(AddCheckpoint(6, other.proof(6), other.signed()), LOG.key, KNOWN)
    assert isinstance(said, Refuse) and said.status == 422


def test_what_another_key_signed_is_no_fork():
    forged = InventedLog("forger.example").add([*leaves(5), leaf("other")])
    text = str(Checkpoint(LOG.origin, 6, forged.root()))
    line = parse_note(forged.signed()).lines[0]
    note = bytes(Note(text, (Line(LOG.key.name, LOG.key.key_id, line.signature),)))
    said = answer(AddCheckpoint(6, (), note), LOG.key, KNOWN)
    assert isinstance(said, Refuse) and said.status == 403


def test_a_time_never_goes_back_and_a_clock_that_did_signs_nothing():
    assert instant(5, None) == 5
    assert instant(1_001, KNOWN) == 1_001
    assert instant(1_000, KNOWN) == 1_000
    assert instant(940, KNOWN) == 1_000
    assert instant(939, KNOWN) is None
