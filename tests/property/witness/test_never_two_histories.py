"""Whatever is asked of a witness, by a log that lies and by strangers, in whatever order, with the power cut at any moment:
all it ever cosigned is one history, and its times never go back."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import event, given, settings
from hypothesis import strategies as st

from espace_sante.journal.add_checkpoint import AddCheckpoint
from espace_sante.journal.merkle import check_consistency
from espace_sante.journal.notes import open_checkpoint
from espace_sante.witness.folder import Role, WitnessFolder
from espace_sante.witness.watch import Cosigned, Watch
from tests.watching.invented_log import InventedLog, leaves

TRUE = InventedLog().add(leaves(40))
OTHER = InventedLog().add([*leaves(12), *leaves(28, "other")])
LOGS = {"true": TRUE, "other": OTHER}


class PowerCut(BaseException):
    pass


class Cut(WitnessFolder):
    """A folder whose computer stops just after, or just before, it wrote."""

    __slots__ = ()
    when = ""

    def remember(self, log, cosigned):
        if Cut.when == "before":
            raise PowerCut
        super().remember(log, cosigned)
        if Cut.when == "after":
            raise PowerCut


demands = st.tuples(
    st.sampled_from(sorted(LOGS)),
    st.sampled_from([None, None, None, None, 0, 5, 12, 20]),  # None: the size it knows
    st.sampled_from([5, 12, 12, 20, 30, 40]),
    st.sampled_from(["right", "of the other", "none", "reversed"]),
    st.integers(-100, 100),
    st.sampled_from(["", "", "", "before", "after"]),
)


def proof_of(name: str, proof: str, old: int, size: int) -> tuple[bytes, ...]:
    whose = LOGS[name if proof != "of the other" else {"true": "other", "other": "true"}[name]]
    right = () if proof == "none" else whose.proof(min(old, size), size)
    return right[::-1] if proof == "reversed" else right


class Clock:
    now = 1_000_000

    def __call__(self) -> int:
        return self.now


@settings(max_examples=150)
@given(st.lists(demands, min_size=3, max_size=25))
def test_a_witness_never_cosigns_two_histories(asked):
    clock, said = Clock(), []
    with TemporaryDirectory() as place:
        made = WitnessFolder.make(Path(place) / "w", "temoin.example", Role.LIGHT, seed=bytes(range(32)))
        made.follow(TRUE.key)
        folder = Cut(made.path, made.name, made.role, made.source)
        watch = Watch(folder, clock)
        for name, old, size, proof, step, when in asked:
            clock.now += step
            known = folder.known(folder.log(TRUE.origin))
            old = old if old is not None else known.checkpoint.size if known else 0
            Cut.when = when
            log = LOGS[name]
            try:
                answered = watch.cosign(bytes(AddCheckpoint(old, proof_of(name, proof, old, size), log.signed(size))))
            except PowerCut:
                watch = Watch(folder, clock)
                continue
            if isinstance(answered, Cosigned):
                note = log.signed(size) + answered.line.encode()
                opened = open_checkpoint(note, TRUE.key, [folder.key])
                said.append((log, opened.checkpoint, opened.cosigned[0].at_seconds))
    times = [at for _, _, at in said]
    event(f"{min(len(said), 5)} cosigned")
    assert times == sorted(times)
    for (_, before, _), (log, after, _) in pairwise(said):
        check_consistency(
            log.proof(before.size, after.size),
            old_size=before.size,
            old_root=before.root,
            new_size=after.size,
            new_root=after.root,
        )
