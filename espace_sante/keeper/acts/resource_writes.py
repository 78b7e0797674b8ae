"""The act that writes FHIR resources: one version of one, or all those of a transaction, in one entry and one commit, or nothing.

To write is decided as to deposit is; what stands already, and whether it is hidden, changes nothing of what its author is answered.
Guarantee: G3, G5, G11, G13. Source: docs/specs/resource.md; docs/decisions/0049, 0050.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec
from asyncpg import Record

from espace_sante.access.outcomes import NOT_THEIR_ACT
from espace_sante.access.request import ActId, ActorKind, Permit, Refuse, Thing
from espace_sante.keeper.acts.asked import decided, of_a_version
from espace_sante.keeper.acts.resource_unless import has_moved
from espace_sante.keeper.demand import WriteResourceParams, WrittenAnswer
from espace_sante.keeper.leaning import ROW, are_leans
from espace_sante.keeper.named import name_of
from espace_sante.keeper.origin import Depositor, depositor_of, is_same_author
from espace_sante.keeper.resource_row import (
    ResourceOrigin,
    nothing_sealed,
    origin_of,
    seal_resource_origin,
    wrapped_key,
)
from espace_sante.keeper.rights_body import Will
from espace_sante.keeper.situation import Change, Plan, Situation
from espace_sante.kernel.ids import DocumentId, public_document_id
from espace_sante.records.resource import is_a_kind, names
from espace_sante.records.resource_terms import LENGTH, UNKNOWN

RESOURCE = "resource"
# How many an entry names one by one; of more, their number and what proves which.
NAMED_MOST = 64
# How many versions one demand writes at most: those of the largest Bundle.
AT_ONCE = 5000
_UNKNOWN = "resource-unknown"
_WRITERS = (ActorKind.PRACTITIONER, ActorKind.SANDBOX)
_ENCODE = msgspec.msgpack.Encoder().encode
_Row = tuple[UUID, int, int, int, bytes, bytes, bytes]


def write_resource(s: Situation) -> Plan:
    """Add a version of each resource: of a new one, or of one whose present version this writer, or his structure, wrote.

    A resource that is unknown, of another type, or somebody else's is answered alike; whether it is hidden, or from whom, changes
    nothing of what its author is answered. One fault in one of them, and nothing is written.
    """
    params: WriteResourceParams = s.params
    every = (params, *params.others)
    found = _decided(s, every)
    if s.subject.kind not in _WRITERS:
        return Plan(found if isinstance(found, Refuse) else NOT_THEIR_ACT)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    if len(every) > AT_ONCE or not all(map(_is_complete, every)) or len({one.row for one in every}) < len(every):
        return Plan(Refuse("invalid"), code="deposit-invalid")
    if any(one.person and one.person != will.person.hex for one in every):
        return Plan(Refuse("identity"), code="identity-not-matched")
    who = depositor_of(s.subject, s.session)
    past = {row: origin_of(record, s.keys) for row, record in s.extra.present.items()}
    for one in every:
        row = UUID(bytes=one.row)
        if fault := _fault(one, who, s.extra.present.get(row), past.get(row)):
            refusal = Refuse("unknown" if fault == _UNKNOWN else "conflict")
            return Plan(refusal, objects=(name_of(row, RESOURCE),), code=fault)
    if params.unless is not None and has_moved(s, params.type, params.unless):
        return Plan(Refuse("conflict"), code="condition-moved")
    versions = {one.row: _version(one, s.extra.present.get(UUID(bytes=one.row))) for one in every}

    def write(_reference: str) -> tuple[Change, bytes]:
        writer = _Writer(s, will, who, past)
        written = [writer.write(one) for one in every]
        rows = tuple(row for row, _ in written if row is not None)
        first, *others = (answer for _, answer in written)
        return Change(resources=rows), _ENCODE(msgspec.structs.replace(first, others=tuple(others)))

    return Plan(permit, objects=names_of(versions), write=write)


def names_of(versions: Mapping[bytes, int]) -> tuple[str, ...]:
    """Name in an entry what was written: each by its row, or beyond NAMED_MOST their number and the SHA-256 of all.

    The digest is over each row (16 bytes) and the version written (4 bytes, big-endian), by increasing row.
    """
    if len(versions) <= NAMED_MOST:
        return tuple(name_of(UUID(bytes=row), RESOURCE) for row in versions)
    whole = b"".join(row + versions[row].to_bytes(4, "big") for row in sorted(versions))
    return (f"resources:{len(versions)}:{hashlib.sha256(whole).hexdigest()}",)


def _decided(s: Situation, every: Sequence[WriteResourceParams]) -> Refuse | tuple[Permit, Will]:
    """Return the decision: the same for all, each category being asked for, and for an application each type."""
    things = dict.fromkeys(of_a_version(s, one, Thing(one.category)) for one in every)
    found = [decided(s, ActId.WRITE_RESOURCE, one) for one in things]
    return next((one for one in found if isinstance(one, Refuse)), found[0])


def _is_complete(one: WriteResourceParams) -> bool:
    if len(one.row) != ROW or one.expected < 0 or len(one.terms) not in (0, LENGTH) or not are_leans(one.leans):
        return False
    if one.deleted:
        return one.type in names()
    whole = len(one.key) == 32 and bool(one.sealed) and bool(one.person)
    return whole and is_a_kind(one.type, one.category, one.type_code)


def _fault(one: WriteResourceParams, who: Depositor, before: Record | None, past: ResourceOrigin | None) -> str:
    """Return the code of what refuses a version, "" for nothing."""
    if not one.deleted and not one.expected:
        return "" if before is None else _UNKNOWN
    if before is None or past is None or before["type"] != one.type or not is_same_author(who, past.writer):
        return _UNKNOWN
    if one.expected not in (0, before["version"]):
        return "version-differs"
    if one.deleted:
        return ""
    same = (before["category"], past.type_code) == (one.category, one.type_code)
    return "" if same else "resource-moved"


def _version(one: WriteResourceParams, before: Record | None) -> int:
    return before["version"] + 1 if before is not None else 1


class _Writer:
    """Makes the rows of one demand; all are written at one instant."""

    def __init__(self, s: Situation, will: Will, who: Depositor, past: Mapping[UUID, ResourceOrigin]) -> None:
        self._s = s
        self._will = will
        self._who = who
        self._past = past
        self._at = round(s.now.timestamp() * 1000)

    def write(self, one: WriteResourceParams) -> tuple[_Row | None, WrittenAnswer]:
        """Return the row of a version, None when it says what was said already, and what stands then."""
        s, row = self._s, UUID(bytes=one.row)
        before, past = s.extra.present.get(row), self._past.get(row)
        if before is not None and past is not None and past.deleted and one.deleted:  # deleted already: nothing new
            return None, self._answer(row, before["version"], past.updated)
        version = _version(one, before)
        kind = (before["type"], before["category"]) if before is not None else (one.type, one.category)
        key, sealed = nothing_sealed(row, version, s.random) if one.deleted else (one.key, one.sealed)
        wrapped = wrapped_key(s.keys, row, version, kind, key)
        origin = seal_resource_origin(self._origin(one, past), s.keys, row, version)
        return (row, version, *kind, wrapped, sealed, origin), self._answer(row, version, self._at)

    def _origin(self, one: WriteResourceParams, past: ResourceOrigin | None) -> ResourceOrigin:
        hidden = past.born_hidden if past is not None else self._will.rights.hides_new
        return ResourceOrigin(
            self._who,
            past.type_code if past is not None else one.type_code,
            self._at,
            hidden or one.hidden,
            one.deleted,
            one.terms or UNKNOWN,
            frozenset(one.leans[at : at + ROW] for at in range(0, len(one.leans), ROW)),
        )

    def _answer(self, row: UUID, version: int, updated: int) -> WrittenAnswer:
        return WrittenAnswer(public_document_id(self._will.person, DocumentId(row)), version, updated)
