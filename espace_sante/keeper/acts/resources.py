"""The acts about FHIR resources other than documents: write a version, read one, its history, or all one may see.

They are decided as documents are: to write is to deposit, to read is to read what one is shown; and what a reader may not see is
for him not there. Guarantee: G3, G5, G11, G13. Source: docs/specs/resource.md; docs/decisions/0049.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import msgspec
from asyncpg import Record

from espace_sante.access.outcomes import EMERGENCY, NOT_THEIR_ACT
from espace_sante.access.reading import glass_in_force
from espace_sante.access.request import ActId, ActorKind, Refuse, Thing
from espace_sante.access.rules import visible
from espace_sante.consent.emergency import BrokenGlass
from espace_sante.keeper.acts.asked import decided
from espace_sante.keeper.demand import (
    ReadResourceParams,
    ResourcesAnswer,
    ResourceVersion,
    WriteResourceParams,
    WrittenAnswer,
)
from espace_sante.keeper.named import name_of
from espace_sante.keeper.origin import depositor_of, is_same_author
from espace_sante.keeper.receipts import instant
from espace_sante.keeper.resource_row import (
    ResourceOrigin,
    nothing_sealed,
    open_resource_key,
    origin_of,
    seal_resource_origin,
    wrapped_key,
    written_by,
)
from espace_sante.keeper.rights_body import Will
from espace_sante.keeper.situation import Change, Plan, Situation
from espace_sante.kernel.ids import DocumentId, public_document_id
from espace_sante.records.resource import is_a_kind, names

LISTED_MOST = 1000
_ANSWER_BYTES = 8 * 1024 * 1024
_NAME = "resource"
_UNKNOWN = "resource-unknown"
_ENCODE = msgspec.msgpack.Encoder().encode


# ---------------------------------------------------------------- writing


def write_resource(s: Situation) -> Plan:
    """Add a version: of a new resource, or of one whose present version this writer, or his structure, wrote.

    A resource that is unknown, of another type, or somebody else's is answered alike; whether it is hidden, or from whom, changes
    nothing of what its author is answered.
    """
    params: WriteResourceParams = s.params
    found = decided(s, ActId.WRITE_RESOURCE, Thing(params.category))
    if s.subject.kind is not ActorKind.PRACTITIONER:
        return Plan(found if isinstance(found, Refuse) else NOT_THEIR_ACT)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    if not _complete(params):
        return Plan(Refuse("invalid"), code="deposit-invalid")
    if params.person and params.person != will.person.hex:
        return Plan(Refuse("identity"), code="identity-not-matched")
    row = UUID(bytes=params.row)
    before = s.extra.resource
    past = origin_of(before, s.keys) if before is not None else None
    fault = _fault(s, params, before, past)
    if fault:
        return Plan(Refuse("unknown" if fault == _UNKNOWN else "conflict"), objects=(name_of(row, _NAME),), code=fault)

    def write(_reference: str) -> tuple[Change, bytes]:
        if before is not None and past is not None and past.deleted and params.deleted:  # deleted already: nothing new
            return Change(), _ENCODE(_written(will, row, before["version"], past.updated))
        version = before["version"] + 1 if before is not None else 1
        origin = _origin(s, will, params, past)
        kind = (before["type"], before["category"]) if before is not None else (params.type, params.category)
        key, sealed = nothing_sealed(row, version, s.random) if params.deleted else (params.key, params.sealed)
        wrapped = wrapped_key(s.keys, row, version, kind, key)
        new = (row, version, *kind, wrapped, sealed, seal_resource_origin(origin, s.keys, row, version))
        return Change(resources=(new,)), _ENCODE(_written(will, row, version, origin.updated))

    return Plan(permit, objects=(name_of(row, _NAME),), write=write)


def _complete(params: WriteResourceParams) -> bool:
    if len(params.row) != 16 or params.expected < 0:
        return False
    if params.deleted:
        return params.type in names()
    whole = len(params.key) == 32 and bool(params.sealed) and bool(params.person)
    return whole and is_a_kind(params.type, params.category, params.type_code)


def _fault(s: Situation, params: WriteResourceParams, before: Record | None, past: ResourceOrigin | None) -> str:
    """Return the code of what refuses a version, "" for nothing."""
    if not params.deleted and not params.expected:
        return "" if before is None else _UNKNOWN
    who = depositor_of(s.subject, s.session)
    if before is None or past is None or before["type"] != params.type or not is_same_author(who, past.writer):
        return _UNKNOWN
    if params.expected not in (0, before["version"]):
        return "version-differs"
    if params.deleted:
        return ""
    same = (before["category"], past.type_code) == (params.category, params.type_code)
    return "" if same else "resource-moved"


def _origin(s: Situation, will: Will, params: WriteResourceParams, past: ResourceOrigin | None) -> ResourceOrigin:
    hidden = past.born_hidden if past is not None else will.rights.hides_new
    return ResourceOrigin(
        depositor_of(s.subject, s.session),
        past.type_code if past is not None else params.type_code,
        round(s.now.timestamp() * 1000),
        hidden or params.hidden,
        params.deleted,
    )


def _written(will: Will, row: UUID, version: int, updated: int) -> WrittenAnswer:
    return WrittenAnswer(public_document_id(will.person, DocumentId(row)), version, updated)


# ---------------------------------------------------------------- reading


def read_resource(s: Situation) -> Plan:
    """Release one version, the history of one resource, or a page of all that this reader may see."""
    return _named(s) if s.params.row else _listed(s)


def _named(s: Situation) -> Plan:
    params: ReadResourceParams = s.params
    present = s.extra.resource
    if present is None or params.type not in (0, present["type"]):
        return Plan(Refuse("unknown"))
    row, origin = present["row_id"], origin_of(present, s.keys)
    found = decided(s, ActId.READ_RESOURCE, _thing(s, present, origin))
    named = (name_of(row, _NAME),)
    if isinstance(found, Refuse):
        return Plan(found, objects=named)
    permit, will = found
    wanted = s.extra.versions if params.history or params.version else [present]
    if not wanted:
        return Plan(Refuse("unknown"), objects=named)
    glass = _glass(s) if permit.rule == EMERGENCY else None

    def release() -> bytes:
        versions = [_opened(s, will, one, origin_of(one, s.keys)) for one in wanted]
        return _ENCODE(ResourcesAnswer(present["version"] if params.history else 1, versions, _until(glass)))

    return Plan(permit, objects=named, release=release)


def _listed(s: Situation) -> Plan:
    params: ReadResourceParams = s.params
    found = decided(s, ActId.READ_RESOURCE)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    known = names()
    if not all(number in known for number in params.types):
        return Plan(Refuse("invalid"), code="demand-invalid")
    # A list that a permission opens may also show what only an emergency shows: its line in the journal says so.
    glass = _glass(s)
    types = (f"type:{known[number]}" for number in params.types)
    objects = ("resources", *types, *([f"glass:{glass.glass_id.hex}"] if glass else ()))

    def release() -> bytes:
        shown = _shown(s)
        shown.sort(key=lambda one: (-one[1].updated, one[0]["row_id"]))
        start, count = max(params.offset, 0), min(max(params.count, 0), LISTED_MOST)
        page: list[ResourceVersion] = []
        size = 0
        for row, origin in shown[start : start + count]:
            size += len(row["sealed"])
            if page and size > _ANSWER_BYTES:
                break
            page.append(_opened(s, will, row, origin))
        return _ENCODE(ResourcesAnswer(len(shown), page, _until(glass)))

    return Plan(permit, objects=objects, release=release)


def _shown(s: Situation) -> list[tuple[Record, ResourceOrigin]]:
    """Return the present versions this reader may see; what was deleted is in no list."""
    known = names()
    may_see: dict[int, Callable[..., bool]] = {  # one question, of every type alike but for an application
        number: visible(s.subject, s.context(), s.now, known.get(number, ""))
        for number in {row["type"] for row in s.extra.resources}
    }
    every = ((row, origin_of(row, s.keys)) for row in s.extra.resources)
    return [
        (row, origin)
        for row, origin in every
        if not origin.deleted
        and may_see[row["type"]](row["category"], row["row_id"], origin.type_code, origin.born_hidden)
    ]


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


def _glass(s: Situation) -> BrokenGlass | None:
    if s.subject.kind is not ActorKind.PRACTITIONER:
        return None
    return glass_in_force(s.subject.reader, s.context(), s.now)


def _until(glass: BrokenGlass | None) -> str:
    return instant(glass.ends) if glass is not None else ""
