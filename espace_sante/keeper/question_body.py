"""One yes asked by short message: for which mandate, to which number, how far it is; sealed under the space's own key.

Source: docs/decisions/0083; docs/specs/rows.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from espace_sante.consent.text_messages import Consent, Step
from espace_sante.keeper.receipts import instant
from espace_sante.vault.envelope import open_sealed, seal
from espace_sante.vault.keys import ServiceKeys, SpaceKeys, term


class _Body(msgspec.Struct, frozen=True):
    v: int
    mandate: str
    to: str
    step: str
    asked: str


_DECODE = msgspec.json.Decoder(_Body).decode
_ENCODE = msgspec.json.Encoder(order="sorted").encode


@dataclass(frozen=True, slots=True)
class Question:
    """One question, and the number it is put to."""

    consent: Consent
    to: str


def seal_question(one: Question, keys: SpaceKeys, question_id: UUID) -> bytes:
    """Return the sealed body of a question."""
    said = one.consent
    asked = instant(said.asked) if said.asked is not None else ""
    body = _Body(1, said.mandate, one.to, said.step.value, asked)
    return bytes(seal(keys.receipt_key, _ENCODE(body), _context(keys.space, question_id)))


def open_question(sealed: bytes, keys: SpaceKeys, question_id: UUID) -> Question:
    """Return a question; raises SealBroken when it is another's, or was altered."""
    body = _DECODE(open_sealed(keys.receipt_key, sealed, _context(keys.space, question_id)))
    asked = datetime.fromisoformat(body.asked) if body.asked else None
    return Question(Consent(body.mandate, Step(body.step), asked), body.to)


def asked_term(service: ServiceKeys, number: str) -> bytes:
    """Return what leads from a number that is asked something to the space it is about, while it is asked."""
    return term(service.directory, "asked", number)


def _context(space: UUID, question_id: UUID) -> bytes:
    return b"question|" + space.bytes + question_id.bytes
