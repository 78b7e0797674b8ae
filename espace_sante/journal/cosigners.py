"""Those outside who cosign the checkpoints of the log: what is asked of them, and how many are enough.

Nothing here reaches a network: `adapters` does. An access never waits for any of them. Guarantee: G6.
Source: C2SP tlog-witness; docs/specs/journal.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from espace_sante.journal.notes import Line, NoteKey, Signed

FUTURE_SECONDS = 300  # how far ahead a cosigner's clock may be


class CosignerSilent(Exception):
    """No answer, or one that says nothing: to be asked again later."""


class CosignerRefused(Exception):
    """It said no, or said what cannot be believed."""


class CosignerElsewhere(Exception):
    """It knows this log at another size than the one we said (409 of C2SP tlog-witness)."""

    def __init__(self, size: int) -> None:
        super().__init__(f"known at size {size}")
        self.size = size


class Cosigner(Protocol):
    """One witness, or one mirror, as the sequencer sees it."""

    @property
    def key(self) -> NoteKey:
        """Its key, of kind COSIGNATURE; its name says who it is."""
        ...

    @property
    def is_mirror(self) -> bool:
        """Whether its signature also says: every leaf is held, no tag is there twice, every index root is right."""
        ...

    async def add_checkpoint(self, old_size: int, proof: Sequence[bytes], note: bytes) -> Line:
        """Ask for a cosignature of a checkpoint signed by its log, from the size it knows; return the verified line.

        Raises CosignerSilent, CosignerRefused or CosignerElsewhere.
        """
        ...


@dataclass(frozen=True, slots=True)
class Quorum:
    """Who must have cosigned, and how long ago at most. Raises ValueError when it could never hold."""

    light: tuple[NoteKey, ...] = ()
    light_need: int = 0
    mirrors: tuple[NoteKey, ...] = ()
    mirror_need: int = 0
    max_age_seconds: int = 86_400

    def __post_init__(self) -> None:
        keys = [key.public for key in (*self.light, *self.mirrors)]
        if len(set(keys)) != len(keys):
            raise ValueError("one key, one cosigner")
        if not 0 <= self.light_need <= len(self.light) or not 0 <= self.mirror_need <= len(self.mirrors):
            raise ValueError("more cosigners needed than there are")

    @property
    def keys(self) -> tuple[NoteKey, ...]:
        """Every cosigner known here."""
        return (*self.light, *self.mirrors)

    def journal_holds(self, signed: Iterable[Signed], now_seconds: int) -> bool:
        """Say whether enough light witnesses signed this checkpoint of the journal, recently enough."""
        return self._enough(signed, self.light, self.light_need, now_seconds)

    def index_holds(self, signed: Sequence[Signed], now_seconds: int) -> bool:
        """Say the same of a checkpoint of the index log, which mirrors must have signed too."""
        return self._enough(signed, self.light, self.light_need, now_seconds) and self._enough(
            signed, self.mirrors, self.mirror_need, now_seconds
        )

    def _enough(self, signed: Iterable[Signed], of: Sequence[NoteKey], need: int, now_seconds: int) -> bool:
        recent = {
            one.key
            for one in signed
            if one.key in of
            and one.at_seconds is not None
            and now_seconds - self.max_age_seconds <= one.at_seconds <= now_seconds + FUTURE_SECONDS
        }
        return len(recent) >= need
