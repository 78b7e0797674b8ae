"""Give a document to whoever may read it, and leave a trace either way. Guarantee: G3, G5."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import msgspec

from espace_sante.access.request import ActId, ActorKind
from espace_sante.actions import fields
from espace_sante.actions.act import Act, Delay, Field, FieldKind, Nature, Outcome, Values
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.refusals import NOTHING
from espace_sante.keeper import demand as d
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.ids import DocumentId, parse_document_id
from espace_sante.records.document import content_context, metadata_context
from espace_sante.vault.envelope import SealBroken, open_sealed
from espace_sante.vault.stream import open_part, open_stream

_META = msgspec.msgpack.Decoder(d.DocumentMeta).decode


@dataclass(frozen=True, slots=True)
class ClearDocument:
    """A document opened for one answer; its key and clear bytes are dropped with it.

    `replaces` and `replaced_by` are the public ids of the versions before and after it that this reader may see.
    `emergency`: it is shown by an emergency access that holds until then, "" when it is not. `withheld`: the person does not
    see it yet, somebody is to tell her of it first.
    """

    document: str
    meta: d.DocumentMeta
    version: int
    row: DocumentId
    key: bytes
    replaces: str = ""
    replaced_by: str = ""
    emergency: str = ""
    withheld: bool = False

    @property
    def entity_tag(self) -> str:
        """Return the strong validator of its bytes: the same bytes, the same tag."""
        return f'"{self.meta.sha256}"'

    @property
    def digest(self) -> str:
        """Return the SHA-256 of all its bytes, as Repr-Digest says it. Source: RFC 9530."""
        return f"sha-256=:{base64.b64encode(bytes.fromhex(self.meta.sha256)).decode()}:"

    def content(self, frame: Frame) -> Iterator[bytes]:
        """Yield the clear bytes, chunk by chunk; raises Problem when what is stored was altered."""
        try:
            yield from open_stream(self.key, frame.objects.chunks(self.row), content_context(self.row))
        except (SealBroken, FileNotFoundError):
            raise self._altered() from None

    def part(self, frame: Frame, start: int, stop: int) -> Iterator[bytes]:
        """Yield the clear bytes from `start` to `stop` excluded, opening only the chunks that hold them; raises as above."""

        def read_at(place: int, length: int) -> bytes:
            return frame.objects.read_at(self.row, place, length)

        context = content_context(self.row)
        try:
            yield from open_part(self.key, read_at, context, start, stop, clear_size=self.meta.size)
        except (SealBroken, FileNotFoundError):
            raise self._altered() from None

    def _altered(self) -> Problem:
        return Problem(Kind.INTERNAL, "internal", {"reference": self.document[32:40]})


def parse(values: Values) -> str:
    """Read which document is wanted (its public id)."""
    return fields.text(values, "document", "numéro du document")


async def perform(frame: Frame, request: Request, document: str) -> Outcome:
    """Open one document by its public id; the outcome's result is a ClearDocument.

    An id that is not one is answered like an unknown one, after the same demand.
    """
    person, row = parse_document_id(document) or (None, DocumentId(UUID(int=0)))
    whose = (
        request.person
        if request.on_behalf or request.person.startswith("for:")
        else f"id:{person.hex}"
        if person
        else "id:"
    )
    asked = Request(request.session, request.channel, request.proof, whose, request.on_behalf, client=request.client)
    answer, entry, effect = await frame.ask(asked, ActId.READ_DOCUMENT, d.ReadParams(row.bytes), d.ReadAnswer)
    if answer is None:
        return Outcome(entry, effect, "Votre demande est notée. Le document vous sera envoyé par courrier.")
    try:
        meta = _META(open_sealed(answer.key, answer.sealed, metadata_context(row)))
    except (SealBroken, msgspec.MsgspecError):
        raise Problem(Kind.INTERNAL, "internal", {"reference": entry}, entry=entry) from None
    if answer.category not in (0, meta.category):  # a replacement stands where the old one stood
        meta = msgspec.structs.replace(meta, category=answer.category)
    chain = answer.replaces, answer.replaced_by
    found = ClearDocument(document, meta, answer.version, row, answer.key, *chain, answer.emergency, answer.withheld)
    return Outcome(entry, effect, "Document ouvert.", result=found)


def unknown(entry: str) -> Problem:
    """Return what is said of a document that is unknown, not granted, hidden or closed: the same."""
    return Problem(Kind.NOT_FOUND, NOTHING, entry=entry)


ACT = Act(
    id=ActId.READ_DOCUMENT,
    name="Lire un document",
    sentence="Je demande à lire un document de mon espace de santé.",
    audience=frozenset({ActorKind.PERSON, ActorKind.PRACTITIONER}),
    nature=Nature.READING,
    fields=(Field("document", "Le document (son numéro est sur la liste)", FieldKind.DOCUMENT),),
    counter="Le document est imprimé pour la personne. Remettez-le sans le lire.",
    phone="Je ne vois pas vos documents et ne peux pas les lire. Je vous l'envoie par courrier.",
    form="ES-05",
    obligations=(),
    parse=parse,
    perform=perform,
    delay=Delay(paper=72, phone=72),
)
