"""A case: something the operator has to answer her about, and what is known of it in the mail room.

Sealed under the service's mail-room key. It names the professional, the entries and the reason, and her never: neither who
she is, nor a word of hers. What leads to her space is one keyed term of the directory, which goes with her space.
Source: docs/decisions/0029; docs/specs/rows.md.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

import msgspec

from espace_sante.vault.envelope import open_sealed, seal
from espace_sante.vault.keys import ServiceKeys, term


class CaseKind(StrEnum):
    """Why there is a case."""

    EMERGENCY = "emergency"
    CONTEST = "contest"
    MISTAKE = "mistake"


NUMBERS = MappingProxyType({CaseKind.EMERGENCY: 1, CaseKind.CONTEST: 2, CaseKind.MISTAKE: 3})
KINDS = MappingProxyType({number: kind for kind, number in NUMBERS.items()})
OPEN, ANSWERED = 1, 2


class Professional(msgspec.Struct, frozen=True, array_like=True):
    """The professional a case is about: national number, name, structure; empty when nobody is named."""

    number: str = ""
    name: str = ""
    structure: str = ""


class Answer(msgspec.Struct, frozen=True, array_like=True):
    """One answer: a code, the words written to her, who wrote it, and who confirmed it ("" while nobody did)."""

    outcome: str
    text: str
    by: str
    at: str
    confirmed_by: str = ""
    confirmed_at: str = ""


class Case(msgspec.Struct, frozen=True):
    """One case. `entries` are references of her journal, `reason` a code of a closed list, dates AAAA-MM-JJ."""

    kind: str
    practitioner: Professional
    entries: tuple[str, ...]
    reason: str
    opened: str
    due: str
    answers: tuple[Answer, ...] = ()
    v: int = 1


_ENCODE = msgspec.msgpack.Encoder().encode
_DECODE = msgspec.msgpack.Decoder(Case).decode


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case about to open: its row, and the term that leads from its number to her space."""

    row: tuple[UUID, int, date, int, bytes]
    term: bytes


@dataclass(frozen=True, slots=True)
class MovedCase:
    """A case that was answered, or whose answer waits for a second account."""

    case_id: UUID
    state: int
    sealed: bytes


def case_term(service: ServiceKeys, case_id: UUID) -> bytes:
    """Return the keyed term that leads from a case to a space."""
    return term(service.directory, "case", case_id.hex)


def new_case(service: ServiceKeys, case_id: UUID, case: Case) -> NewCase:
    """Return a case ready to be written with the change that opens it (`Change.case`)."""
    row = (case_id, NUMBERS[CaseKind(case.kind)], date.fromisoformat(case.due), OPEN, seal_case(service, case_id, case))
    return NewCase(row, case_term(service, case_id))


def opened_case(
    service: ServiceKeys,
    case_id: UUID,
    kind: CaseKind,
    who: Professional,
    entries: Iterable[str],
    reason: str,
    today: date,
    due: date | None = None,
) -> NewCase:
    """Return a case opened today, its answer due in a month unless `due` says sooner."""
    last = due or in_a_month(today)
    return new_case(
        service, case_id, Case(kind.value, who, tuple(entries), reason, today.isoformat(), last.isoformat())
    )


def seal_case(service: ServiceKeys, case_id: UUID, case: Case) -> bytes:
    """Return the sealed body of a case."""
    return bytes(seal(service.mailroom, _ENCODE(case), b"case|" + case_id.bytes))


def open_case(service: ServiceKeys, case_id: UUID, sealed: bytes) -> Case:
    """Return a case; raises SealBroken when it is another's, or was altered."""
    return _DECODE(open_sealed(service.mailroom, sealed, b"case|" + case_id.bytes))


def in_a_month(day: date) -> date:
    """Return the day an answer is due: one month later, the last of the month when there is no such day.

    Source: GDPR art. 12(3); Regulation 1182/71 art. 3(2)(c).
    """
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return date(year, month, min(day.day, monthrange(year, month)[1]))
