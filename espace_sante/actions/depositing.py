"""A document on its way in: what its sender says of it, what is refused, and how it is sealed and stored.

Bytes stand sealed and durable before the row exists, and are erased again when no row claims them.
Guarantee: G3, G7, G13. Source: docs/specs/deposit.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from espace_sante.actions import fields
from espace_sante.actions.completed import complete
from espace_sante.actions.described import Described
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.further import Further
from espace_sante.actions.receiving import Received, cut, discard, receive, whole
from espace_sante.actions.staging import Staged, claim
from espace_sante.formats import media
from espace_sante.identity.ins import parse_ins
from espace_sante.keeper import demand as d
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.records.document import deposit_info, line_context, metadata_context
from espace_sante.vault.envelope import seal
from espace_sante.vault.hpke import seal_to

_ENCODE = msgspec.msgpack.Encoder().encode
METADATA_BYTES = 16 * 1024  # every document of a person is described in her list, which is opened whole
PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, slots=True)
class Deposit:
    """A document to deposit, as its sender describes it. Empty texts are filled in or left out.

    `content` is bytes in memory, or what was received (its receiver discards it), or staged by an earlier request.
    `created` is an RFC 3339 instant; `sha1` the sender's base-16 hash and `size` his count of bytes, compared when given;
    `claimed` the identity the sender wrote for the person, compared with hers by the keeper; `replaces` the unique
    identifier or the public id of the document it takes the place of; `further` the rest of what the sender says of it;
    `category_chosen` that the category was named, not derived from the type; `described` what a CDA says of itself, once
    read.
    """

    content: bytes | Received | Staged
    media_type: str
    title: str
    category: int
    created: str
    type_code: str = ""
    type_system: str = ""
    type_display: str = ""
    unique_id: str = ""
    author_id: str = ""
    author_name: str = ""
    structure: str = ""
    format_code: str = ""
    language: str = "fr-FR"
    service_start: str = ""
    sha1: str = ""
    size: int | None = None
    claimed: d.Traits | None = None
    claimed_ins: str = ""
    replaces: str = ""
    further: Further = field(default_factory=Further)
    category_chosen: bool = False
    described: Described | None = None

    def fingerprint(self, sha256: bytes) -> Deposit:
        """Return everything the sender wrote, with the hash of the bytes, or the name he gave for them, in their place."""
        content = self.content.fingerprint if isinstance(self.content, Staged) else sha256
        return replace(self, content=content)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document sealed and stored: what the keeper is asked to keep, its bytes, and the deposit its document completed."""

    params: d.DepositParams
    received: Received
    deposit: Deposit


@asynccontextmanager
async def prepared(
    frame: Frame, request: Request, address: d.AddressAnswer, deposit: Deposit
) -> AsyncIterator[Prepared]:
    """Check a document, store its sealed bytes, and lend what the keeper is asked; unclaimed bytes are deleted again.

    Raises Problem for everything docs/entrees-refusees.md lists.
    """
    check_description(frame, deposit)
    async with _stored(frame, deposit.content, request.person) as received:
        check_content(frame, deposit, received)
        completed = await _completed(frame, deposit, received)
        yield Prepared(_params(frame, completed, received, address), received, completed)


async def address_of(frame: Frame, request: Request) -> d.AddressAnswer:
    """Return the key to seal to; raises Problem without a session that holds."""
    answered = await frame.keeper.ask(d.Address(0, request.session, request.person))
    if isinstance(answered, d.Done):
        return msgspec.msgpack.decode(answered.payload, type=d.AddressAnswer)
    code = answered.code
    raise Problem(Kind.UNAUTHENTICATED if code == "unauthenticated" else Kind.BUSY, code)


@asynccontextmanager
async def _stored(frame: Frame, content: bytes | Received | Staged, person: str) -> AsyncIterator[Received]:
    """Lend the bytes as they stand sealed; those stored here are deleted again unless a row claims them."""
    most = frame.settings.document_bytes
    match content:
        case Received():
            yield content
            return
        case Staged():
            received = await receive(frame, claim(frame, content, person), most)
        case _:
            received = await receive(frame, cut(content), most)
    try:
        yield received
    finally:
        await discard(frame, received)


async def _completed(frame: Frame, deposit: Deposit, received: Received) -> Deposit:
    """Return the deposit with what its document says of itself, when it is a CDA; refuse what is then still missing."""
    if received.kind == "xml" and media.kind_of(deposit.media_type) == "xml":
        async with whole(frame, received) as data:
            deposit = await complete(deposit, data, frame.settings)
        check_description(frame, deposit)
    for value, label in ((deposit.title, "titre"), (deposit.created, "date du document")):
        if not value:
            raise Problem(Kind.INVALID, "field-missing", {"field": label})
    return deposit


# What a sender may ask about who sees a document. Source: ANS TRE_A07 (CI-SIS, confidentialityCode).
HIDDEN, WITHHELD = "MASQUE_PS", "INVISIBLE_PATIENT"
# At the request of the person, whoever represents her by law does not see it. Source: CSP R1111-6; CI-SIS JDV_J08.
APART = "INVISIBLE_REPRESENTANTS_LEGAUX"


def refuse_both(meta: d.DocumentMeta) -> None:
    """Refuse what its sender asks to hide from other professionals and to announce to her: nobody would be left to tell her.

    Source: DEVBOX EX_2.1-1050.
    """
    if HIDDEN in meta.confidentiality and WITHHELD in meta.confidentiality:
        raise Problem(Kind.UNPROCESSABLE, "both-hidden")


def _params(frame: Frame, deposit: Deposit, received: Received, address: d.AddressAnswer) -> d.DepositParams:
    row, key = received.row, received.key
    known = metadata(frame, deposit, row, received.size, received.sha256, received.sha1)
    refuse_both(known)
    meta = _ENCODE(known)
    if len(meta) > METADATA_BYTES:
        raise Problem(Kind.TOO_LARGE, "metadata-too-long", {"maximum": METADATA_BYTES})
    said = deposit.described.replaces if deposit.described else ""
    return d.DepositParams(
        row.bytes,
        deposit.category,
        seal_to(address.public, key, deposit_info(row)),
        bytes(seal(key, meta, metadata_context(row))),
        bytes(seal(key, meta, line_context(row))),
        deposit.unique_id or f"urn:uuid:{row}",
        bytes.fromhex(received.sha256),
        deposit.claimed,
        deposit.claimed_ins,
        deposit.replaces or said,
        # What only the document says is done when it can be: a document is not lost because the other is not here.
        if_possible=not deposit.replaces and bool(said),
        type_code=known.type_code,
        hidden=HIDDEN in known.confidentiality,
        withheld=WITHHELD in known.confidentiality,
        apart=APART in known.confidentiality,
        visit=visit_number(known),
    )


def visit_number(meta: d.DocumentMeta) -> str:
    """Return the sender's number for the visit a document came from, with its system; "" when it says none."""
    return f"{meta.encounter.system}|{meta.encounter.value}" if meta.encounter else ""


def check_description(frame: Frame, deposit: Deposit) -> None:
    """Refuse what its sender's words alone tell not to keep, before anything is stored."""
    settings = frame.settings
    if isinstance(deposit.content, bytes):
        _check_size(frame, deposit, len(deposit.content))
    if not media.kind_of(deposit.media_type):
        raise Problem(Kind.UNSUPPORTED_MEDIA, "media-type-unsupported")
    if len(deposit.title) > settings.title_characters:
        raise Problem(Kind.INVALID, "title-too-long", {"maximum": settings.title_characters})
    for value, label in ((deposit.title, "titre"), (deposit.author_name, "auteur"), (deposit.structure, "structure")):
        fields.refuse_hidden_characters(value, label)
    if deposit.created:  # a CDA says it itself
        fields.instant_not_future(deposit.created, frame.now(), "date du document")
    if deposit.claimed_ins and parse_ins(deposit.claimed_ins) is None:
        raise Problem(Kind.UNPROCESSABLE, "identity-not-matched")


def check_content(frame: Frame, deposit: Deposit, received: Received) -> None:
    """Refuse bytes that are not what their sender says, or that cannot be kept."""
    _check_size(frame, deposit, received.size)
    if received.kind == media.NOT_UTF8:
        raise Problem(Kind.UNPROCESSABLE, "text-not-utf8")
    if not media.fits(deposit.media_type, received.kind):
        raise Problem(Kind.UNPROCESSABLE, "media-type-lies")
    if received.kind == "xml" and received.size > frame.settings.xml_bytes:
        raise Problem(Kind.TOO_LARGE, "document-too-large", {"maximum": frame.settings.xml_bytes})
    if deposit.sha1 and deposit.sha1 != received.sha1:
        raise Problem(Kind.UNPROCESSABLE, "hash-differs")


def _check_size(frame: Frame, deposit: Deposit, size: int) -> None:
    if not size:
        raise Problem(Kind.INVALID, "document-empty")
    if size > frame.settings.document_bytes:
        raise Problem(Kind.TOO_LARGE, "document-too-large", {"maximum": frame.settings.document_bytes})
    if deposit.size is not None and deposit.size != size:
        raise Problem(Kind.UNPROCESSABLE, "size-differs")


def sha1_of(data: bytes) -> str:
    """Return the SHA-1 that XDS and PDSm metadata carry, in hexadecimal; it protects nothing."""
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()


def metadata(frame: Frame, deposit: Deposit, row: UUID, size: int, sha256: str, sha1: str) -> d.DocumentMeta:
    """Return what will be known of the document besides its bytes: the document's own words, then its sender's."""
    meta = d.DocumentMeta(
        unique_id=deposit.unique_id or f"urn:uuid:{row}",
        title=deposit.title,
        type_code=deposit.type_code,
        type_system=deposit.type_system,
        type_display=deposit.type_display,
        category=deposit.category,
        media_type=deposit.media_type.partition(";")[0].strip().lower(),
        size=size,
        sha256=sha256,
        sha1=sha1,
        created=fields.instant_not_future(deposit.created, frame.now(), "date du document"),
        deposited=frame.now().isoformat(timespec="milliseconds"),
        author_id=deposit.author_id,
        author_name=deposit.author_name,
        structure=deposit.structure,
        format_code=deposit.format_code,
        language=deposit.language,
        service_start=deposit.service_start,
        source_patient=deposit.claimed,
        source_patient_ins=deposit.claimed_ins,
    )
    meta = deposit.further.added_to(meta)
    return _with_asked(deposit.described.within(meta), meta) if deposit.described else meta


def _with_asked(completed: d.DocumentMeta, sent: d.DocumentMeta) -> d.DocumentMeta:
    """Return metadata with what its sender asks to hide, whatever the document says: doubt favours what hides."""
    asked = [code for code in (HIDDEN, WITHHELD, APART) if code in sent.confidentiality]
    both = tuple(dict.fromkeys((*completed.confidentiality, *asked)))
    return msgspec.structs.replace(completed, confidentiality=both)
