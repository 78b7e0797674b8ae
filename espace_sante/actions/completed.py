"""A deposit completed by its own document: a CDA is believed before whoever sends it.

Where both speak of who the person is, or of which document it is, and disagree, nothing is kept; where the document is
silent, the sender's word stands. Guarantee: D16 (the right document to the right person). Source: docs/specs/api.md.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from espace_sante.actions.described import Described, describe
from espace_sante.formats import media
from espace_sante.formats.cda import header, reading
from espace_sante.formats.code_tables import FORMAT_OF_NO_MODEL, code_tables
from espace_sante.identity.person import PersonTraits, same_person
from espace_sante.keeper import demand as d
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.settings import Environment, Settings

if TYPE_CHECKING:
    from espace_sante.actions.depositing import Deposit


async def complete(deposit: Deposit, data: bytes, settings: Settings) -> Deposit:
    """Return what `completed` returns, read in a thread when there is XML to read: nobody else waits for it."""
    if deposit.described is not None or not _is_xml(deposit.media_type, data):
        return deposit
    return await asyncio.to_thread(completed, deposit, data, settings)


def completed(deposit: Deposit, data: bytes, settings: Settings) -> Deposit:
    """Return a deposit with what its document says of itself, when it is XML: a CDA, or refused. Asking twice changes nothing.

    Raises Problem: what `cda.reading.read` raises; field-missing when neither says a title or a date; unique-id-differs;
    identity-not-matched. What is not XML comes back as it is.
    """
    if deposit.described is not None or not _is_xml(deposit.media_type, data):
        return deposit
    document = reading.read(data, most_bytes=settings.xml_bytes, depth=settings.xml_depth)
    described = describe(
        header.read_header(document),
        code_tables(settings.home),
        trial=settings.environment is Environment.TRIAL,
        title_characters=settings.title_characters,
    )
    return merged(deposit, described)


def merged(deposit: Deposit, described: Described) -> Deposit:
    """Return a deposit where the document's own words stand, and the sender's where it is silent. Raises Problem."""
    if described.unique_id and deposit.unique_id and not _same_text(described.unique_id, deposit.unique_id):
        raise Problem(Kind.UNPROCESSABLE, "unique-id-differs")
    title, created = described.title or deposit.title, described.created or deposit.created
    for value, label in ((title, "titre"), (created, "date du document")):
        if not value:
            raise Problem(Kind.INVALID, "field-missing", {"field": label})
    of_document = described.authors[0] if described.authors else None
    of_sender = d.Party(deposit.author_id, name=deposit.author_name, structure=deposit.structure)
    author = of_document or of_sender
    kind = (
        described.type if described.type.code else d.Coded(deposit.type_code, deposit.type_system, deposit.type_display)
    )
    return replace(
        deposit,
        title=title,
        created=created,
        category=described.category if described.category and not deposit.category_chosen else deposit.category,
        type_code=kind.code,
        type_system=kind.system,
        type_display=kind.display,
        unique_id=described.unique_id or deposit.unique_id,
        author_id=author.identifier,
        author_name=author.name,
        structure=author.structure,
        format_code=_format(described, deposit),
        language=described.language or deposit.language,
        service_start=described.service_start or deposit.service_start,
        claimed=_claimed(described, deposit.claimed),
        claimed_ins=_claimed_ins(described, deposit),
        described=described,
    )


def _format(described: Described, deposit: Deposit) -> str:
    """Return the format of the document's own model; when it names no known model, its sender's word stands."""
    unknown = described.format_code == FORMAT_OF_NO_MODEL
    return deposit.format_code if unknown and deposit.format_code else described.format_code


def _is_xml(media_type: str, data: bytes) -> bool:
    """Say whether bytes are the XML they are said to be; anything else is refused, or not, by what checks every document."""
    if media.kind_of(media_type) != "xml":
        return False
    try:
        return media.sniff(data) == "xml"
    except media.NotText:
        return False


def _claimed(described: Described, sent: d.Traits | None) -> d.Traits | None:
    """Return the traits to compare with hers: the document's, and the sender's where it is silent."""
    written = described.traits
    if written is None or sent is None:
        return written or sent
    known = PersonTraits(written.birth_name, written.first_given, written.birth_date, written.sex)
    both = PersonTraits(
        sent.birth_name if written.birth_name else "",
        sent.first_given if written.first_given else "",
        sent.birth_date if written.birth_date else "",
        sent.sex if written.sex else "",
    )
    if any((both.birth_name, both.first_given, both.birth_date, both.sex)) and not same_person(known, both):
        raise _another_person()
    return d.Traits(
        written.birth_name or sent.birth_name,
        written.first_given or sent.first_given,
        written.birth_date or sent.birth_date,
        written.sex or sent.sex,
        written.used_name or sent.used_name,
        written.birth_place or sent.birth_place,
    )


def _claimed_ins(described: Described, deposit: Deposit) -> str:
    """Return the number to compare with hers. One that cannot be compared counts as silence, when there are traits."""
    if described.ins and not described.compared_ins and described.traits is None and deposit.claimed is None:
        raise _another_person()
    if described.compared_ins and deposit.claimed_ins and described.compared_ins != deposit.claimed_ins:
        raise _another_person()
    return described.compared_ins or deposit.claimed_ins


def _another_person() -> Problem:
    return Problem(Kind.UNPROCESSABLE, "identity-not-matched")


def _same_text(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()
