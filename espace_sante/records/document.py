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
        2: "Ordonnances et soins",
        3: "Imagerie",
        4: "Biologie",
        5: "Comptes rendus",
        6: "Dépistage et prévention",
        7: "Certificats",
        8: "Autres documents",
        9: "Documents administratifs",
        10: "Synthèse du profil médical",
        11: "Directives anticipées",
        12: "Vaccinations",
        13: "Vos souhaits et vos contacts",
        14: "Remboursements",
        15: "Questionnaires de santé",
    }
)


# Our own choice of category from the document's type, then from its CI-SIS class (TRE_A03); docs/decisions/0008.
_BY_TYPE = MappingProxyType({"11502-2": 4, "EXPPAT_3": 11, "EXPPAT_1": 13, "11369-6": 12, "87273-9": 12, "REMB": 14})
_BY_CLASS = MappingProxyType(
    {"10": 5, "11": 1, "31": 3, "42": 2, "43": 2, "44": 2, "45": 2, "52": 7, "60": 14, "90": 8, "95": 9}
)


# Documents of one submission: each is sealed and stored before the whole is asked for.
SUBMISSION_MOST = 50


def category_of(type_code: str, class_code: str = "") -> int:
    """Return the category a document goes to: by its type, else by its class, else "other documents" (8)."""
    return _BY_TYPE.get(type_code) or _BY_CLASS.get(class_code) or 8


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
