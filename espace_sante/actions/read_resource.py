"""Give the care data (FHIR resources) one may see: one, its history, or all of them. Guarantee: G3, G5, G11."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from espace_sante.access.request import ActId, ActorKind
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Delay, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.list_documents import Listed, listed
from espace_sante.formats.fhir.resource import said_of
from espace_sante.keeper import demand as d
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.ids import parse_document_id
from espace_sante.kernel.plural import how_many
from espace_sante.records.resource import PATIENT, body_context, label_of, names, numbers
from espace_sante.vault.envelope import SealBroken, open_sealed

_MANY = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which resources: one by its public id, in one version (0: the present one) or all of them; else a page of the list.

    `types`: only these, all when none is named. With `after` (16 bytes), in the order of rows, those after that one; of the type
    `narrowed`, only those that may carry a digest of each group of `near`; `since`: written from that instant on (milliseconds since
    1970); `documents`: with the list of documents, in the same answer and the same entry.
    """

    resource: str = ""
    type: str = ""
    version: int = 0
    history: bool = False
    types: tuple[str, ...] = ()
    offset: int = 0
    count: int = 50
    after: bytes = b""
    narrowed: str = ""
    near: tuple[tuple[bytes, ...], ...] = ()
    since: int = 0
    documents: bool = False


@dataclass(frozen=True, slots=True)
class ClearResource:
    """One version of a resource, opened for one answer. `body` is what was sent, "" when this version says it was deleted.

    `writer`: who wrote it, when the resource was named.
    """

    resource: str
    type: str
    category: int
    version: int
    updated: datetime
    deleted: bool
    body: bytes
    writer: d.Writer = d.NO_WRITER

    @property
    def id(self) -> str:
        """Return the id it has in FHIR: its public id, or, of an invented person, hers."""
        person: str = self.resource[:32]
        return person if self.type == PATIENT.type else self.resource

    @property
    def label(self) -> str:
        """Return what kind of data it is, in French."""
        return label_of(self.type, self.category)

    @property
    def said(self) -> tuple[str, str]:
        """Return what it is about in its own words, and when, "" for what it does not say."""
        return said_of(self.body) if self.body else ("", "")


@dataclass(frozen=True, slots=True)
class ResourcePage:
    """What was asked for, and how many there are in all that this reader may see.

    `one`: a single resource was named. `emergency`: until when an emergency access of his shows him some, "" for none.
    `more`: others come after the last one, in the order of rows; `documents`: the list of documents, when it was asked for.
    """

    total: int
    offset: int
    found: tuple[ClearResource, ...]
    emergency: str = ""
    one: bool = False
    more: bool = False
    documents: tuple[Listed, ...] = ()


def parse(values: Values) -> Wanted:
    """Read which resource is wanted, and which version of it; or which page of the list, of which type."""
    resource = fields.text(values, "resource", "numéro de la donnée", required=False)
    version = fields.number(values, "version", "version", required=False)
    name = fields.text(values, "type", "type FHIR", required=False)
    if name and name not in numbers():
        raise Problem(Kind.INVALID, "field-invalid", {"field": "type FHIR"})
    offset = fields.number(values, "offset", "début", required=False)
    count = fields.number(values, "count", "nombre", required=False) or 50
    return Wanted(resource, version=version, types=(name,) if name else (), offset=offset, count=count)


async def perform(frame: Frame, request: Request, wanted: Wanted) -> Outcome:
    """Open what may be seen; the outcome's result is a ResourcePage.

    An id that is not one is answered like an unknown one, after the same demand.
    """
    asked, row = request, b""
    if wanted.resource:
        person, found = parse_document_id(wanted.resource) or (None, UUID(int=0))
        whose = request.person if request.on_behalf else f"id:{person.hex}" if person else "id:"
        asked = Request(
            request.session, request.channel, request.proof, whose, request.on_behalf, client=request.client
        )
        row = found.bytes
    params = d.ReadResourceParams(
        row,
        numbers().get(wanted.type, 0),
        wanted.version,
        wanted.history,
        tuple(numbers()[name] for name in wanted.types),
        wanted.offset,
        wanted.count,
        wanted.after,
        numbers().get(wanted.narrowed, 0),
        wanted.near,
        wanted.since,
        wanted.documents,
    )
    answer, entry, effect = await frame.ask(asked, ActId.READ_RESOURCE, params, d.ResourcesAnswer)
    if answer is None:
        return Outcome(entry, effect, "Votre demande est notée. La liste vous sera envoyée par courrier.")
    try:
        opened = await _all_opened(answer.found)
    except SealBroken:
        raise Problem(Kind.INTERNAL, "internal", {"reference": entry}, entry=entry) from None
    documents = tuple(map(listed, answer.documents))
    page = ResourcePage(
        answer.total, wanted.offset, opened, answer.emergency, bool(wanted.resource), answer.more, documents
    )
    return Outcome(entry, effect, f"{how_many(answer.total, 'donnée')}.", result=page)


async def _all_opened(found: Sequence[d.ResourceVersion]) -> tuple[ClearResource, ...]:
    """Open what was released: many together in a thread, so that nobody else waits for them."""
    if len(found) < _MANY:
        return tuple(map(_opened, found))
    return await asyncio.to_thread(lambda: tuple(map(_opened, found)))


def _opened(one: d.ResourceVersion) -> ClearResource:
    row = UUID(hex=one.resource[32:])
    body = b"" if one.deleted else bytes(open_sealed(one.key, one.sealed, body_context(row, one.version)))
    updated = datetime.fromtimestamp(one.updated / 1000, UTC)
    return ClearResource(
        one.resource, names()[one.type], one.category, one.version, updated, one.deleted, body, one.writer
    )


ACT = Act(
    id=ActId.READ_RESOURCE,
    name="Voir mes données de soins",
    sentence="Je demande la liste des données de soins de mon espace de santé : mesures, résultats, allergies, vaccins.",
    audience=frozenset({ActorKind.PERSON, ActorKind.PRACTITIONER}),
    nature=Nature.READING,
    fields=(
        Field(
            "resource",
            "Pour une seule donnée : son numéro (il est sur la liste)",
            FieldKind.DOCUMENT,
            required=False,
            help="Laissez vide pour la liste.",
        ),
    ),
    counter="La liste est imprimée pour la personne. Remettez-la sans la lire.",
    phone="Je ne vois pas vos données et ne peux pas les lire. Je vous envoie la liste par courrier.",
    form="ES-16",
    obligations=(),
    parse=parse,
    perform=perform,
    delay=Delay(paper=72, phone=72),
)
