"""Deposit a document, sealed to the person's key before it leaves this process: depositing never gives reading.

Guarantee: G3, G7, G13. Source: docs/specs/deposit.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from espace_sante.access.request import ActId, ActorKind, Effect
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Delay, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.completed import complete
from espace_sante.actions.described import Described
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.receiving import Received, cut, discard, receive, whole
from espace_sante.actions.staging import Staged, claim, unstage
from espace_sante.formats import media
from espace_sante.identity.ins import parse_ins
from espace_sante.keeper import demand as d
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.records.document import (
    CATEGORIES,
    deposit_info,
    line_context,
    metadata_context,
)
from espace_sante.vault.envelope import seal
from espace_sante.vault.hpke import seal_to

_ENCODE = msgspec.msgpack.Encoder().encode
PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, slots=True)
class Deposit:
    """A document to deposit, as its sender describes it. Empty texts are filled in or left out.

    `content` is bytes in memory, or what was received (its receiver discards it), or staged by an earlier request.
    `created` is an RFC 3339 instant; `sha1` the sender's base-16 hash and `size` his count of bytes, compared when given;
    `claimed` the identity the sender wrote for the person, compared with hers by the keeper; `category_chosen`
    says that the category was named, not derived from the type; `described` is what a CDA says of itself, once read.
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
    category_chosen: bool = False
    described: Described | None = None


def parse(values: Values) -> Deposit:
    """Read the form of a deposit."""
    file = fields.upload(values, "file", "document")
    day = fields.day(values, "created", "date du document")
    category = fields.number(values, "category", "catégorie")
    if category not in CATEGORIES:
        raise Problem(Kind.INVALID, "category-unknown")
    title = fields.text(values, "title", "titre")
    created = datetime.combine(day, time(12), PARIS).isoformat()
    return Deposit(file.content, file.media_type, title, category, created, category_chosen=True)


async def perform(frame: Frame, request: Request, deposit: Deposit) -> Outcome:
    """Check, seal, store, then ask: bytes are durable before the row exists, and erased again when it does not.

    The outcome's result is the document's public id; `about` the Deposit to give back to its sender, completed by the
    document itself unless it was sent ahead. Raises Problem for everything docs/entrees-refusees.md lists.
    """
    check_description(frame, deposit)
    address = await _address(frame, request)
    try:
        async with _stored(frame, deposit.content, request.person) as received:
            check_content(frame, deposit, received)
            completed = await _completed(frame, deposit, received)
            outcome = await _ask(frame, request, deposit, _params(frame, completed, received, address), received)
    except Problem as problem:
        if problem.code != "binary-unknown" or not request.idempotency_key:
            raise
        return replace(await _first_answer(frame, request, deposit), about=deposit)
    if not isinstance(deposit.content, Staged):
        return replace(outcome, about=completed)
    await unstage(frame, deposit.content)
    return replace(outcome, about=deposit)


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


def _params(frame: Frame, deposit: Deposit, received: Received, address: d.AddressAnswer) -> d.DepositParams:
    row, key = received.row, received.key
    meta = _ENCODE(metadata(frame, deposit, row, received.size, received.sha256, received.sha1))
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
    )


async def _ask(
    frame: Frame, request: Request, deposit: Deposit, params: d.DepositParams, received: Received | None
) -> Outcome:
    # What makes two deposits the same request: everything the sender wrote, and the bytes, or the name he gave for them.
    staged = deposit.content.fingerprint if isinstance(deposit.content, Staged) else b""
    body = _ENCODE((request.person, replace(deposit, content=staged or params.sha256)))
    try:
        answer, entry, effect = await frame.ask(request, ActId.DEPOSIT_DOCUMENT, params, d.DepositAnswer, body=body)
    except Problem as problem:
        if received is not None and problem.kind is Kind.BUSY:  # the outcome is not known: the sweep decides by the row
            received.claimed = True
        raise
    if effect is Effect.STARTS or answer is None:
        return Outcome(entry, effect, "Votre demande est notée. Remettez le document au guichet ou par courrier.")
    if received is not None:  # not claimed: a repeated request, or a document already there
        received.claimed = UUID(hex=answer.document[32:]) == received.row
    return Outcome(entry, effect, "Le document est déposé.", answer.receipt, answer.document)


async def _first_answer(frame: Frame, request: Request, deposit: Deposit) -> Outcome:
    """Give the first answer to a repeated request whose staged bytes are gone since; the keeper refuses anything else."""
    nothing = d.DepositParams(b"", deposit.category, b"", b"", b"", "", b"", deposit.claimed, deposit.claimed_ins)
    try:
        return await _ask(frame, request, deposit, nothing, None)
    except Problem as problem:
        if problem.code != "deposit-invalid":
            raise
        raise Problem(Kind.UNPROCESSABLE, "binary-unknown", entry=problem.entry) from None


def check_description(frame: Frame, deposit: Deposit) -> None:
    """Refuse what its sender's words alone tell not to keep, before anything is stored."""
    settings = frame.settings
    if isinstance(deposit.content, bytes):
        _check_size(frame, deposit, len(deposit.content))
    if deposit.media_type.partition(";")[0].strip().lower() not in media.ACCEPTED:
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
    """Return what will be known of the document besides its bytes."""
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
    return deposit.described.within(meta) if deposit.described else meta


async def _address(frame: Frame, request: Request) -> d.AddressAnswer:
    answered = await frame.keeper.ask(d.Address(0, request.session, request.person))
    if isinstance(answered, d.Done):
        return msgspec.msgpack.decode(answered.payload, type=d.AddressAnswer)
    code = answered.code
    raise Problem(Kind.UNAUTHENTICATED if code == "unauthenticated" else Kind.BUSY, code)


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
