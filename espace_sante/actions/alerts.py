"""What does not agree in a document, or is missing in it, and is kept all the same: told to people, never a refusal.

Source: CI-SIS structuration minimale; docs/specs/api.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from espace_sante.formats import codes
from espace_sante.formats.cda import metadata
from espace_sante.formats.cda.header_values import Header, Identifier
from espace_sante.formats.cda.timestamps import instant_of
from espace_sante.formats.code_rows import Table
from espace_sante.formats.code_tables import FORMAT_OF_NO_MODEL, CodeTables

# The longest text kept of a document, but for its title, whose limit is a setting; the most names or codes of one kind.
LONGEST, MOST = 250, 50
# Each code with what a person reads.
ALERTS = MappingProxyType(
    {
        "ins-key-invalid": "La clé du numéro de sécurité sociale écrit dans le document est fausse.",
        "ins-missing": "Le document ne porte pas de numéro de sécurité sociale.",
        "ins-trial": "Le document porte un numéro d'essai : il ne désigne personne.",
        "unique-id-missing": "Le document n'a pas de numéro qui le distingue des autres.",
        "title-missing": "Le document ne porte pas de titre.",
        "title-cut": "Le titre du document est trop long : nous n'en montrons que le début.",
        "date-missing": "Le document ne dit pas quel jour il a été écrit.",
        "type-unknown": "Nous ne connaissons pas ce type de document.",
        "class-unknown": "Nous ne savons pas dans quelle famille ranger ce document.",
        "format-unknown": "Nous ne connaissons pas le modèle de ce document.",
        "confidentiality-not-normal": "L'auteur demande que peu de personnes lisent ce document.",
        "list-cut": "Le document nomme trop d'auteurs ou d'actes : nous n'en gardons que les premiers.",
    }
)


def alerts_of(header: Header, tables: CodeTables, *, trial: bool, title_characters: int = LONGEST) -> Iterator[str]:
    """Yield the code of each thing that does not agree in a header, each a word of `ALERTS`."""
    number = header.patient.ins
    is_trial = f"urn:oid:{number.root}" in codes.INS_TRIAL
    found = {
        "ins-missing": not number,
        "ins-trial": is_trial and not trial,
        "ins-key-invalid": bool(number) and not header.patient.ins_key_right,
        "unique-id-missing": not unique_id_of(header.unique_id),
        "title-missing": not header.title,
        "title-cut": len(header.title) > title_characters,
        "date-missing": not instant_of(header.created),
        "type-unknown": tables.find(Table.TYPES, header.type.code, header.type.system) is None,
        "class-unknown": not metadata.class_of(header, tables),
        "format-unknown": metadata.format_of(header, tables) == FORMAT_OF_NO_MODEL,
        "confidentiality-not-normal": any(one.code != "N" for one in header.confidentiality),
        "list-cut": max(len(header.authors), len(header.events), len(header.confidentiality)) > MOST,
    }
    yield from (code for code, holds in found.items() if holds)


def unique_id_of(identifier: Identifier) -> str:
    """Return a document's identifier in its one form, "" when it has none that is valid."""
    if len(identifier.text) > LONGEST:
        return ""
    root = codes.unique_identifier("", identifier.root) or ""
    if root and identifier.extension:
        return codes.unique_identifier(root, identifier.extension) or ""
    return root
