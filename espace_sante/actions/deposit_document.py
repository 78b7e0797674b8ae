"""Deposit a document, sealed to the person's key before it leaves this process: depositing never gives reading.

Guarantee: G3, G7, G13. Source: docs/specs/deposit.md.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Delay, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.described import Further
from espace_sante.actions.frame import Frame, Request
from espace_sante.formats import media
from espace_sante.identity.ins import parse_ins
from espace_sante.keeper import demand as d
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.records.document import (
    CATEGORIES,
    content_context,
    deposit_info,
    line_context,
    metadata_context,
)
from espace_sante.vault.envelope import seal
from espace_sante.vault.hpke import seal_to
from espace_sante.vault.stream import seal_stream

_ENCODE = msgspec.msgpack.Encoder().encode
METADATA_BYTES = 16 * 1024  # every document of a person is described in her list, which is opened whole
PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, slots=True)
class Deposit:
    """A document to deposit, as its sender describes it. Empty texts are filled in or left out.

    `created` is an RFC 3339 instant; `sha1` the sender's base-16 hash, compared when given; `claimed` the identity
    the sender wrote for the person, compared with hers by the keeper; `replaces` the unique identifier or the public id of
    the document it takes the place of; `further` the rest of what the sender says of it.
    """

    data: bytes
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
    claimed: d.Traits | None = None
    claimed_ins: str = ""
    replaces: str = ""
    further: Further = field(default_factory=Further)


def parse(values: Values) -> Deposit:
    """Read the form of a deposit."""
    file = fields.upload(values, "file", "document")
    day = fields.day(values, "created", "date du document")
    category = fields.number(values, "category", "catégorie")
    if category not in CATEGORIES:
        raise Problem(Kind.INVALID, "category-unknown")
    title = fields.text(values, "title", "titre")
    created = datetime.combine(day, time(12), PARIS).isoformat()
    return Deposit(file.data, file.media_type, title, category, created)


async def perform(frame: Frame, request: Request, deposit: Deposit) -> Outcome:
    """Check, seal, store, then ask: bytes are durable before the row exists, and erased again when it does not.

    The outcome's result is the document's public id. Raises Problem for everything docs/entrees-refusees.md lists.
    """
    params = await stored(frame, await address_of(frame, request), deposit)
    return await _ask(frame, request, deposit, params, UUID(bytes=params.row))


async def stored(frame: Frame, address: d.AddressAnswer, deposit: Deposit) -> d.DepositParams:
    """Check a document, seal it to a person's key and store its bytes; return what the keeper is asked to keep."""
    sha256, sha1 = check(frame, deposit)
    row = UUID(bytes=frame.random(16), version=4)
    key = frame.random(32)
    meta = _ENCODE(metadata(frame, deposit, row, sha256, sha1))
    if len(meta) > METADATA_BYTES:
        raise Problem(Kind.TOO_LARGE, "metadata-too-long", {"maximum": METADATA_BYTES})
    params = d.DepositParams(
        row.bytes,
        deposit.category,
        seal_to(address.public, key, deposit_info(row)),
        bytes(seal(key, meta, metadata_context(row))),
        bytes(seal(key, meta, line_context(row))),
        deposit.unique_id or f"urn:uuid:{row}",
        bytes.fromhex(sha256),
        deposit.claimed,
        deposit.claimed_ins,
        deposit.replaces,
    )
    try:
        # In a thread: the disk takes its time, and nobody else should wait for it.
        sealed = seal_stream(key, _pieces(deposit.data), content_context(row))
        await asyncio.to_thread(frame.objects.put, row, sealed)
    except OSError:
        raise Problem(Kind.BUSY, "storage-full") from None
    return params


async def _ask(frame: Frame, request: Request, deposit: Deposit, params: d.DepositParams, row: UUID) -> Outcome:
    # What makes two deposits the same request: everything the sender wrote, and the bytes.
    body = _ENCODE((request.person, replace(deposit, data=params.sha256)))
    try:
        answer, entry, effect = await frame.ask(request, ActId.DEPOSIT_DOCUMENT, params, d.DepositAnswer, body=body)
    except Problem as problem:
        if problem.kind is not Kind.BUSY:  # when the outcome is not known, the sweep decides by the row
            frame.objects.delete(row)
        raise
    if effect is Effect.STARTS or answer is None:
        frame.objects.delete(row)
        return Outcome(entry, effect, "Votre demande est notée. Remettez le document au guichet ou par courrier.")
    if UUID(hex=answer.document[32:]) != row:  # a repeated request, or a document already there
        frame.objects.delete(row)
    return Outcome(entry, effect, "Le document est déposé.", answer.receipt, answer.document)


def check(frame: Frame, deposit: Deposit) -> tuple[str, str]:
    """Refuse what cannot be kept; return the SHA-256 and the SHA-1 of the bytes in hexadecimal."""
    settings = frame.settings
    if not deposit.data:
        raise Problem(Kind.INVALID, "document-empty")
    if len(deposit.data) > settings.document_bytes:
        raise Problem(Kind.TOO_LARGE, "document-too-large", {"maximum": settings.document_bytes})
    if deposit.media_type.partition(";")[0].strip().lower() not in media.ACCEPTED:
        raise Problem(Kind.UNSUPPORTED_MEDIA, "media-type-unsupported")
    try:
        true_type = media.agrees(deposit.media_type, deposit.data)
    except media.NotText:
        raise Problem(Kind.UNPROCESSABLE, "text-not-utf8") from None
    if not true_type:
        raise Problem(Kind.UNPROCESSABLE, "media-type-lies")
    if len(deposit.title) > settings.title_characters:
        raise Problem(Kind.INVALID, "title-too-long", {"maximum": settings.title_characters})
    for value, label in ((deposit.title, "titre"), (deposit.author_name, "auteur"), (deposit.structure, "structure")):
        fields.refuse_hidden_characters(value, label)
    fields.instant_not_future(deposit.created, frame.now(), "date du document")
    if deposit.claimed_ins and parse_ins(deposit.claimed_ins) is None:
        raise Problem(Kind.UNPROCESSABLE, "identity-not-matched")
    sha1 = sha1_of(deposit.data)
    if deposit.sha1 and deposit.sha1 != sha1:
        raise Problem(Kind.UNPROCESSABLE, "hash-differs")
    return hashlib.sha256(deposit.data).hexdigest(), sha1


def sha1_of(data: bytes) -> str:
    """Return the SHA-1 that XDS and PDSm metadata carry, in hexadecimal; it protects nothing."""
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()


def metadata(frame: Frame, deposit: Deposit, row: UUID, sha256: str, sha1: str) -> d.DocumentMeta:
    """Return what will be known of the document besides its bytes."""
    meta = d.DocumentMeta(
        unique_id=deposit.unique_id or f"urn:uuid:{row}",
        title=deposit.title,
        type_code=deposit.type_code,
        type_system=deposit.type_system,
        type_display=deposit.type_display,
        category=deposit.category,
        media_type=deposit.media_type.partition(";")[0].strip().lower(),
        size=len(deposit.data),
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
    return deposit.further.added_to(meta)


async def address_of(frame: Frame, request: Request) -> d.AddressAnswer:
    """Return the key to seal to; raises Problem without a session that holds."""
    answered = await frame.keeper.ask(d.Address(0, request.session, request.person))
    if isinstance(answered, d.Done):
        return msgspec.msgpack.decode(answered.payload, type=d.AddressAnswer)
    code = answered.code
    raise Problem(Kind.UNAUTHENTICATED if code == "unauthenticated" else Kind.BUSY, code)


def _pieces(data: bytes) -> list[bytes]:
    size = 1024 * 1024
    return [data[start : start + size] for start in range(0, len(data), size)]


ACT = Act(
    id=ActId.DEPOSIT_DOCUMENT,
    name="Déposer un document",
    sentence="Je dépose un document dans un espace de santé.",
    audience=frozenset({ActorKind.PERSON, ActorKind.PRACTITIONER}),
    nature=Nature.ADDING,
    fields=(
        Field("file", "Le document (PDF, image, texte ou document de santé CDA)", FieldKind.FILE),
        Field("title", "Son titre"),
        Field("category", "Sa catégorie", FieldKind.CATEGORY),
        Field("created", "Sa date", FieldKind.DATE),
    ),
    counter="Numérisez le document que la personne vous remet, sans le lire, puis rendez-le lui.",
    phone="Un document ne se dépose pas par téléphone. Je vous envoie une enveloppe et le formulaire rempli.",
    form="ES-03",
    obligations=("receipt",),
    parse=parse,
    perform=perform,
    delay=Delay(paper=72, phone=240),
)
