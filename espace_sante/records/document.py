"""How a document's parts are bound together when they are sealed, and the fifteen categories.

Whoever deposits seals the metadata, the list's line and the bytes under one fresh key; these contexts (associated data)
tie each sealed part to its row, so that none can be moved to another document. Source: docs/specs/deposit.md.
"""

from __future__ import annotations

from types import MappingProxyType
from uuid import UUID

# The fifteen categories of the person's space, in their published order; the number stands in clear in a row.
CATEGORIES = MappingProxyType(
    {
        1: "Synthèses médicales",
        2: "Traitements, soins",
        3: "Imagerie médicale",
        4: "Résultats de laboratoire",
        5: "Comptes rendus",
        6: "Dépistage, prévention",
        7: "Certificats médicaux",
        8: "Autres documents",
        9: "Documents administratifs",
        10: "Pharmacie",
        11: "Directives anticipées",
        12: "Vaccinations",
        13: "Volontés et contacts",
        14: "Remboursements",
        15: "Questionnaires de santé",
    }
)


def metadata_context(row: UUID) -> bytes:
    """Return the associated data of a document's sealed metadata."""
    return b"document|" + row.bytes


def line_context(row: UUID) -> bytes:
    """Return the associated data of a document's line in the list."""
    return b"line|" + row.bytes


def content_context(row: UUID) -> bytes:
    """Return the associated data of a document's sealed bytes."""
    return b"content|" + row.bytes


def deposit_info(row: UUID) -> bytes:
    """Return the HPKE `info` under which a document's key is sealed to a space."""
    return b"espace-sante/deposit/v1|" + row.bytes


def key_context(space: UUID, row: UUID, version: int, category: int) -> bytes:
    """Return the associated data of a document's key wrapped under its compartment."""
    return b"key|" + space.bytes + row.bytes + version.to_bytes(4, "big") + category.to_bytes(2, "big")
