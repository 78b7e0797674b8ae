"""By which keyed terms what somebody names is found: a person, an invitation, a case, an account. Guarantee: G3, G11."""

from __future__ import annotations

import re
from uuid import UUID

from espace_sante.access.request import ActorKind
from espace_sante.consent.support import parse_ticket
from espace_sante.keeper.acts.opening import code_term, normal_code, normal_reference, reference_term
from espace_sante.keeper.case_body import case_term
from espace_sante.keeper.power_terms import FOR, way_terms
from espace_sante.keeper.situation import Session
from espace_sante.vault.keys import ServiceKeys, term

_CASE = re.compile("[0-9a-f]{32}")
_POSTED = re.compile("[0-9a-f]{12}")
POSTED = "posted:"
PRINTED_DIGITS = 12  # of a letter's number, those printed on it


def person_terms(service: ServiceKeys, reference: str, session: Session) -> list[bytes]:
    """Return the keyed terms that may lead to the space meant, the surest first."""
    if reference == "self":
        if session.kind != ActorKind.PERSON:
            return []
        found = [term(service.directory, "sub", session.account)]
        if session.ins:
            found.append(term(service.directory, "ins", session.ins))
        if session.local:
            found.append(term(service.directory, "local", session.local.upper()))
        return found
    kind, _, value = reference.partition(":")
    if session.kind == ActorKind.SANDBOX:  # a directory apart: nothing it names leads to anybody real, nor the reverse
        return [sandbox_term(service, value)] if kind == "id" and len(value) == 32 else []
    if reference.startswith(FOR):
        return way_terms(service, reference, session)
    if kind == "id" and len(value) == 32:
        return [term(service.directory, "id", value)]
    if kind == "case":  # the operator's staff alone: it answers her without knowing who she is
        number = case_number(value)
        return [case_term(service, number)] if number and session.kind == ActorKind.OPERATOR else []
    if kind == "ticket":
        ticket = parse_ticket(value)
        return [ticket_term(service, ticket)] if ticket and session.kind == ActorKind.OPERATOR else []
    if kind == "posted":  # a letter that came back
        digits = posted_number(reference)
        return [posted_term(service, digits)] if digits and session.kind == ActorKind.OPERATOR else []
    normal = normal_reference(reference)
    return [reference_term(service, normal)] if normal else []


def posted_number(reference: str) -> str:
    """Return the digits that a posted letter bears, as they were typed; "" for anything else."""
    digits = reference.removeprefix(POSTED)
    return digits if reference.startswith(POSTED) and _POSTED.fullmatch(digits) else ""


def posted_term(service: ServiceKeys, number: str) -> bytes:
    """Return the keyed term that leads from the number of a posted letter to whom it was for."""
    return term(service.directory, "posted", number[:PRINTED_DIGITS])


def case_number(text: str) -> UUID | None:
    """Return the number of a case written as 32 hexadecimal characters, None for anything else."""
    return UUID(hex=text) if _CASE.fullmatch(text) else None


def ticket_term(service: ServiceKeys, ticket: str) -> bytes:
    """Return the keyed term that leads from a support ticket to the space of who allowed it."""
    return term(service.directory, "ticket", ticket)


def sandbox_term(service: ServiceKeys, person: str) -> bytes:
    """Return the keyed term that leads from the public id of an invented person to her space."""
    return term(service.directory, "sandbox", person)


def invitation_terms(service: ServiceKeys, reference: str, session: Session) -> list[bytes]:
    """Return the keyed terms that may lead to the invitation meant."""
    if reference == "self":
        if session.kind != ActorKind.PERSON:
            return []
        return [
            term(service.directory, kind, value)
            for kind, value in (("ins", session.ins), ("local", session.local.upper()))
            if value
        ]
    kind, _, value = reference.partition(":")
    if kind == "code":
        code = normal_code(value)
        return [code_term(service, code)] if code else []
    normal = normal_reference(reference)
    return [reference_term(service, normal)] if normal else []


def actor_term(service: ServiceKeys, session: Session) -> bytes:
    """Return the keyed identifier of an account."""
    app = (
        f"|app|{session.app.client}" if session.app is not None else ""
    )  # what she was answered is not what it is answered
    return term(service.idempotency, "actor", session.account + app)


def key_term(service: ServiceKeys, key: bytes) -> bytes:
    """Return the keyed form of an idempotency key."""
    return term(service.idempotency, "key", key.hex())
