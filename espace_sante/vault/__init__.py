"""Bytes in, sealed bytes out: rows, documents, deposits. `vault.keys`, for the keeper alone, is not re-exported."""

from espace_sante.vault.envelope import Clear, SealBroken, Sealed, open_sealed, seal, unwrap, wrap
from espace_sante.vault.hpke import generate_deposit_keys, open_from, seal_to
from espace_sante.vault.stream import StreamLayout, open_range, open_stream, seal_stream

__all__ = [
    "Clear",
    "SealBroken",
    "Sealed",
    "StreamLayout",
    "generate_deposit_keys",
    "open_from",
    "open_range",
    "open_sealed",
    "open_stream",
    "seal",
    "seal_stream",
    "seal_to",
    "unwrap",
    "wrap",
]
