"""The act that reads FHIR resources other than documents: a version of one, its history, or all one may see.

It is decided as for documents: to read is to read what one is shown; and what a reader may not see is for him not there. How
they are written: resource_writes.py. Guarantee: G3, G5, G11. Source: docs/specs/resource.md; docs/decisions/0049, 0050.
"""

from __future__ import annotations

from uuid import UUID

import msgspec
from asyncpg import Record

from espace_sante.access.outcomes import EMERGENCY
from espace_sante.access.reading import glass_in_force
from espace_sante.access.request import ActId, ActorKind, Refuse, Thing
from espace_sante.consent.emergency import BrokenGlass
from espace_sante.keeper.acts.asked import decided
from espace_sante.keeper.acts.documents import lines_shown
from espace_sante.keeper.acts.resource_pages import page_of
from espace_sante.keeper.acts.resource_seen import resources_seen, sees_all
from espace_sante.keeper.acts.resource_writes import RESOURCE
from espace_sante.keeper.demand import (
    ReadResourceParams,
    ResourcesAnswer,
    ResourceVersion,
    Writer,
)
from espace_sante.keeper.named import name_of
from espace_sante.keeper.receipts import instant
from espace_sante.keeper.resource_row import (
    ResourceOrigin,
    open_resource_key,
    origin_of,
    written_by,
)
from espace_sante.keeper.rights_body import Will
from espace_sante.keeper.situation import Plan, Situation
from espace_sante.kernel.ids import DocumentId, public_document_id
from espace_sante.records.resource import SUPPORTING, names

_ENCODE = msgspec.msgpack.Encoder().encode


def read_resource(s: Situation) -> Plan:
    """Release one version, the history of one resource, or a page of all that this reader may see."""
    return _named(s) if s.params.row else _listed(s)


def _named(s: Situation) -> Plan:
    params: ReadResourceParams = s.params
    present = s.extra.resource
    if present is None or params.type not in (0, present["type"]):
        return Plan(Refuse("unknown"))
    row, named = present["row_id"], (name_of(present["row_id"], RESOURCE),)
    supports = present["type"] in SUPPORTING
    # A supporting resource is decided as the list it would stand in.
    thing = Thing() if supports else _thing(s, present, origin_of(present, s.keys))
    found = decided(s, ActId.READ_RESOURCE, thing)
    if isinstance(found, Refuse):
        return Plan(found, objects=named)
    if supports and not _supports_what_is_seen(s, row):
        return Plan(Refuse("unknown"), objects=named)
    permit, will = found
    wanted = s.extra.versions if params.history or params.version else [present]
    if not wanted:
        return Plan(Refuse("unknown"), objects=named)
    glass = _glass(s) if permit.rule == EMERGENCY else None

    def release() -> bytes:
        versions = [_with_writer(s, will, one) for one in wanted]
        return _ENCODE(ResourcesAnswer(present["version"] if params.history else 1, versions, _until(glass)))

    return Plan(permit, objects=named, release=release)


def _listed(s: Situation) -> Plan:
    params: ReadResourceParams = s.params
    found = decided(s, ActId.READ_RESOURCE)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    known = names()
    if not all(number in known for number in params.types) or len(params.after) not in (0, 16):
        return Plan(Refuse("invalid"), code="demand-invalid")
    if params.documents and isinstance(refused := decided(s, ActId.LIST_DOCUMENTS), Refuse):
        return Plan(refused)
    # A list that a permission opens may also show what only an emergency shows: its line in the journal says so.
    glass = _glass(s)
    types = (f"type:{known[number]}" for number in params.types)
    lists = ("resources", "list") if params.documents else ("resources",)
    objects = (*lists, *types, *([f"glass:{glass.glass_id.hex}"] if glass else ()))

    def release() -> bytes:
        page = page_of(_shown(s), params)
        found = [_opened(s, will, row, origin) for row, origin in page.rows]
        lines = lines_shown(s, will) if params.documents else []
        return _ENCODE(ResourcesAnswer(page.total, found, _until(glass), page.more, lines))

    return Plan(permit, objects=objects, release=release)


def _shown(s: Situation) -> list[tuple[Record, ResourceOrigin]]:
    """Return the present versions this reader may see, of the types asked for; what was deleted is in no list."""
    shown, types = resources_seen(s), frozenset(s.params.types)
    return [one for one in shown if one[0]["type"] in types] if types else shown


def _supports_what_is_seen(s: Situation, row: UUID) -> bool:
    """Say whether a supporting resource is there for this reader. Unnamed by its type, it is for nobody: nothing else was read."""
    if sees_all(s):
        return True
    return s.params.type != 0 and any(one["row_id"] == row for one, _ in resources_seen(s))


def _thing(s: Situation, row: Record, origin: ResourceOrigin) -> Thing:
    """Return a resource in the decision's words, by its present version."""
    return Thing(
        row["category"],
        row["row_id"],
        origin.type_code,
        author=written_by(s.session, origin),
        born_hidden=origin.born_hidden,
    )


def _opened(s: Situation, will: Will, row: Record, origin: ResourceOrigin) -> ResourceVersion:
    key, sealed = (b"", b"") if origin.deleted else (open_resource_key(s.keys, row), row["sealed"])
    name = public_document_id(will.person, DocumentId(row["row_id"]))
    version = row["version"]
    return ResourceVersion(name, row["type"], row["category"], version, origin.updated, origin.deleted, key, sealed)


def _with_writer(s: Situation, will: Will, row: Record) -> ResourceVersion:
    origin = origin_of(row, s.keys)
    who = origin.writer
    writer = Writer(who.kind, who.identifier, who.structure, who.structure_id)
    return msgspec.structs.replace(_opened(s, will, row, origin), writer=writer)


def _glass(s: Situation) -> BrokenGlass | None:
    if s.subject.kind is not ActorKind.PRACTITIONER:
        return None
    return glass_in_force(s.subject.reader, s.context(), s.now)


def _until(glass: BrokenGlass | None) -> str:
    return instant(glass.ends) if glass is not None else ""
