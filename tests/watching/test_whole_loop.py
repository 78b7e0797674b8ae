"""A log, three light witnesses and a mirror, all real: what the quorum of a verifier is made of, then what no lie gets through."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack

import pytest

from espace_sante.adapters.witness_http import now_seconds
from espace_sante.journal.cosigners import CosignerElsewhere, CosignerRefused, CosignerSilent, Quorum
from espace_sante.journal.notes import Note, open_checkpoint, parse_note
from tests.watching.invented_log import InventedJournal, InventedLog, leaf, leaves, served
from tests.watching.watchers import made, running, status

pytestmark = pytest.mark.slow


class Around:
    """The witnesses around a log, asked as a sequencer asks them."""

    def __init__(self, stack: ExitStack, tmp_path, journal: InventedJournal) -> None:
        url = stack.enter_context(served(journal.folder))
        keys = ["--log", str(journal.log.key), str(journal.index.key)]
        self.folders = [tmp_path / f"temoin-{number}" for number in range(3)]
        self.light = []
        for folder in self.folders:
            key = made("witness", folder, f"{folder.name}.example")
            self.light.append(stack.enter_context(running("witness", folder, key, *keys)))
        self.mirror_folder = tmp_path / "miroir"
        key = made("mirror", self.mirror_folder, "miroir.example", "--from", url)
        self.mirror = stack.enter_context(running("mirror", self.mirror_folder, key, *keys, "--every", "0.2"))
        self.quorum = Quorum(tuple(one.key for one in self.light), 2, (self.mirror.key,), 1)

    def cosigned(self, log: InventedLog, old: int, size: int | None = None, *, by=None):
        """Ask those given, or all; return who cosigned, verified."""
        return asyncio.run(self._cosigned(log, old, size, by or [*self.light, self.mirror]))

    async def _cosigned(self, log, old, size, by):
        lines = [line for line in await asyncio.gather(*(self._asked(one, log, old, size) for one in by)) if line]
        note = parse_note(log.signed(size))
        if not lines:
            return ()
        whole = bytes(Note(note.text, (*note.lines, *sorted(lines, key=lambda line: line.name))))
        return open_checkpoint(whole, log.key, self.quorum.keys).cosigned

    async def _asked(self, one, log, old, size):
        for _ in range(100):
            try:
                return await one.cosigner().add_checkpoint(old, log.proof(old, size), log.signed(size))
            except CosignerSilent:
                await asyncio.sleep(0.1)
            except (CosignerRefused, CosignerElsewhere):
                return None
        return None


@pytest.fixture
def journal(tmp_path):
    found = InventedJournal(tmp_path / "public")
    found.publish(leaves(50))
    return found


@pytest.fixture
def around(tmp_path, journal):
    with ExitStack() as stack:
        yield Around(stack, tmp_path, journal)


def test_a_true_log_gets_its_quorum_at_each_state(journal, around):
    sizes = (0, 0)
    for count in (0, 3, 300):
        if count:
            journal.publish(leaves(count, begin=journal.log.size))
        assert around.quorum.journal_holds(around.cosigned(journal.log, sizes[0]), now_seconds())
        assert around.quorum.index_holds(around.cosigned(journal.index, sizes[1]), now_seconds())
        sizes = journal.log.size, journal.index.size


def test_two_views_of_one_size_never_get_two_quorums_and_who_sees_both_has_the_proof(journal, around):
    around.cosigned(journal.log, 0)
    journal.publish(leaves(1, begin=50))
    other = InventedLog().add([*journal.log.leaves[:50], leaf("other")])
    true_side = around.cosigned(journal.log, 50, by=around.light[:2])
    false_side = around.cosigned(other, 50, by=around.light[2:])
    assert around.quorum.journal_holds(true_side, now_seconds())
    assert len(false_side) == 1 and not around.quorum.journal_holds(false_side, now_seconds())
    # The two meet: whoever shows one side to the other ends the log's cosignatures there.
    assert around.cosigned(other, 51, by=around.light[:1]) == ()
    code, said = status("witness", around.folders[0])
    assert code == 1 and said["logs"][0]["alarm"]["fault"] == "fork"
    # The mirror holds the true leaves, which are published: the other side is a lie before anybody meets.
    assert around.cosigned(journal.log, 50, by=[around.mirror])
    assert around.cosigned(other, 51, by=[around.mirror]) == ()
    assert status("mirror", around.mirror_folder)[0] == 1


def test_a_false_index_has_the_light_witnesses_and_no_mirror(journal, around):
    around.cosigned(journal.log, 0)
    around.cosigned(journal.index, 0)
    journal.publish(leaves(1, begin=50), of_index=bytes(32))
    around.cosigned(journal.log, 50)
    signed = around.cosigned(journal.index, 1)
    assert len(signed) == 3
    assert around.quorum.journal_holds(signed, now_seconds())
    assert not around.quorum.index_holds(signed, now_seconds())
    assert status("mirror", around.mirror_folder)[0] == 1


def test_a_past_that_was_rewritten_gets_nobody(journal, around):
    around.cosigned(journal.log, 0)
    other = InventedLog().add([leaf("other"), *journal.log.leaves[1:], *leaves(5, begin=50)])
    journal.write(other.grown())
    assert around.cosigned(other, 50) == ()
    assert [status("witness", folder)[0] for folder in around.folders] == [0, 0, 0]  # a proof that fails shows nothing


def test_nobody_needs_all_of_them(journal, around):
    around.light[1].kill()
    assert around.quorum.journal_holds(
        around.cosigned(journal.log, 0, by=[around.light[0], around.light[2]]), now_seconds()
    )
    around.light[0].kill()
    assert not around.quorum.journal_holds(around.cosigned(journal.log, 50, by=around.light[2:]), now_seconds())
