"""The debate's log before a real witness's rules: signed when it only grew, refused and told when it is another one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from espace_sante.debate.signing import Signer
from espace_sante.debate.witnessed import FRESH_SECONDS, Head, OtherLog, Witnessed, answer_of, ask, line_of, signers
from espace_sante.journal.add_checkpoint import AddCheckpoint
from espace_sante.journal.cosigners import CosignerElsewhere, CosignerRefused, CosignerSilent
from espace_sante.journal.merkle import MemoryTree, leaf_hash
from espace_sante.journal.notes import Line, NoteKey, cosigned, parse_note
from espace_sante.journal.witness_list import read_light_witnesses
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.witness.folder import Role, WitnessFolder
from espace_sante.witness.rules import Refuse
from espace_sante.witness.watch import Watch

NOW = 1_800_000_000
SIGNER = Signer.of("debat.exemple/debat", bytes(range(32)))


class Near:
    """A witness asked without a network: its own program, on its own folder."""

    is_mirror = False

    def __init__(self, path: Path) -> None:
        folder = WitnessFolder.make(path, "temoin.exemple", Role.LIGHT, seed=b"w" * 32)
        folder.follow(SIGNER.key)
        self.key: NoteKey = folder.key
        self._watch = Watch(folder, lambda: NOW)

    async def add_checkpoint(self, old_size: int, proof: Sequence[bytes], note: bytes) -> Line:
        said = self._watch.cosign(bytes(AddCheckpoint(old_size, tuple(proof), note)))
        if isinstance(said, Refuse):
            if said.status == 409:
                raise CosignerElsewhere(said.size or 0)
            raise CosignerRefused(str(said.status))
        return parse_note(b"x\n\n" + said.line.encode()).lines[0]


def head(*leaves: str, signer: Signer = SIGNER) -> Head:
    tree = MemoryTree(leaf_hash(one.encode()) for one in leaves)
    return Head(signer.head_of(tree), tree, tree.size)


def asked(witness: Near, found: Head, known: int) -> Line:
    return asyncio.run(ask(witness, SIGNER.key, found, known))


@pytest.fixture
def witness(tmp_path: Path) -> Near:
    return Near(tmp_path / "temoin")


def test_a_log_that_only_grows_is_signed_each_time_even_when_we_forgot_what_the_witness_knows(witness: Near) -> None:
    for leaves, known in (("a", 0), ("abc", 1), ("abc", 3), ("abcdefg", 0)):
        found = head(*leaves)
        line = asked(witness, found, known)
        (signed,) = signers(cosigned(found.note, [line]), SIGNER.key, [witness.key])
        assert signed.key == witness.key and signed.at_seconds == NOW
        assert line_of(str(line)) == line


@pytest.mark.parametrize("leaves", ["ab", "abx", "abxd"])
def test_a_log_that_was_cut_or_changed_is_never_signed_again(witness: Near, leaves: str) -> None:
    first = head(*"abc")
    known = Witnessed(witness.key, 3, asked(witness, first, 0))
    with pytest.raises((OtherLog, CosignerRefused)):
        asked(witness, head(*leaves), 3)
    if len(leaves) <= 3:
        kept = asyncio.run(answer_of(witness, SIGNER.key, head(*leaves), known))
        assert kept == replace(known, differs=True) and kept.is_due(first, known.at)


def test_a_log_that_it_does_not_follow_or_another_key_gives_nothing(witness: Near, tmp_path: Path) -> None:
    other = Signer.of("autre.exemple/debat", bytes(32))
    found = head("a", signer=other)
    assert asyncio.run(answer_of(witness, other.key, found, None)) is None
    stranger = Near(tmp_path / "autre")
    witness.key = NoteKey("temoin.exemple", witness.key.kind, b"k" * 32)
    with pytest.raises(CosignerRefused):
        asked(witness, head("a"), 0)
    stranger.add_checkpoint = _silent  # type: ignore[method-assign]  # a witness that is away
    assert asyncio.run(answer_of(stranger, SIGNER.key, head("a"), None)) is None


async def _silent(*_: object) -> Line:
    raise CosignerSilent("away")


def test_it_is_asked_again_when_the_log_grew_or_after_half_a_day(witness: Near) -> None:
    found = head(*"ab")
    known = Witnessed(witness.key, 2, asked(witness, found, 0))
    assert known.at == datetime.fromtimestamp(NOW, UTC)
    assert not known.is_due(found, known.at + timedelta(seconds=FRESH_SECONDS - 1))
    assert known.is_due(found, known.at + timedelta(seconds=FRESH_SECONDS))
    assert known.is_due(head(*"abc"), known.at)


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b'{"kind":"espace-temoins","v":1,"cosigners":[]}', b'{"kind":"espace-temoins-debat","v":1,"cosigners":3}',
     b'{"kind":"espace-temoins-debat","v":1,"cosigners":[{"key":"x","url":"https://a"}]}'],
)  # fmt: skip
def test_a_list_in_another_form_is_refused_whole(content: bytes) -> None:
    with pytest.raises(OperatorRefusal, match="liste des témoins"):
        read_light_witnesses(content)
