"""The head of the debate's log, signed by a key of its own. Format: docs/specs/debate.md §2."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from espace_sante.journal.merkle import MemoryTree, tree_root
from espace_sante.journal.notes import Checkpoint, Kind, Note, NoteKey, sign

SEED_BYTES = 32


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs, under which name."""

    origin: str
    private: Ed25519PrivateKey

    @classmethod
    def of(cls, origin: str, seed: bytes) -> Signer:
        """Return the signer of a seed."""
        return cls(origin, Ed25519PrivateKey.from_private_bytes(seed))

    @property
    def key(self) -> NoteKey:
        """Return the public key, to be published."""
        return NoteKey(self.origin, Kind.ED25519, self.private.public_key().public_bytes_raw())

    def head_of(self, tree: MemoryTree) -> bytes:
        """Return the signed head of a tree."""
        text = str(Checkpoint(self.origin, tree.size, tree_root(tree.node, tree.size)))
        return bytes(Note(text, (sign(text, self.origin, self.private),)))
