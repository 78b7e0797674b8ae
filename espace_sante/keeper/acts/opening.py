"""The acts around a space's beginning: invite, open, refuse.

Before a yes there is a letter in the mail room and nothing else; the space, its keys and its index entry appear together
with the receipt of that yes. A refusal leaves only the hash of the receipt she holds.
Guarantee: G1, G2.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import msgspec

from espace_sante.access.request import ActId, Effect, Refuse, Thing
from espace_sante.access.rules import decide
from espace_sante.consent.evidence import Answers, Deposits, Opening, further_questions
from espace_sante.identity.ins import parse_ins
from espace_sante.identity.person import PersonTraits
from espace_sante.keeper.demand import (
    InviteAnswer,
    InviteParams,
    OpenAnswer,
    OpenParams,
    ReceiptAnswer,
    RefuseParams,
    Traits,
)
from espace_sante.keeper.receipts import Field, commitment, instant, signed
from espace_sante.keeper.rights_body import Will
from espace_sante.keeper.situation import Change, Invitation, NewSpace, Plan, Situation
from espace_sante.kernel.ids import PersonId
from espace_sante.vault.envelope import seal
from espace_sante.vault.keys import ServiceKeys, new_space_keys, term

_ENCODE = msgspec.msgpack.Encoder().encode
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford base 32: no I, L, O, U


class Letter(msgspec.Struct, frozen=True):
    """The sealed body of an invitation: whom it is for, as a reference ("ins:…", "local:…") and traits."""

    person: str
    traits: Traits


def invite(s: Situation) -> Plan:
    """Write an invitation: a letter in the mail room, and no row about the person anywhere else."""
    params: InviteParams = s.params
    permit = decide(s.subject, ActId.INVITE, Thing(), s.context(), s.now)
    if isinstance(permit, Refuse):
        return Plan(permit)
    person = normal_reference(params.person)
    if person is None or normal_reference(s.ask.person) != person or not params.traits.birth_name:
        return Plan(Refuse("invalid"), code="identity-invalid")

    # Whether she already has a space is not looked at: the answer must not tell who inviting staff may not know about.
    def write(_: str) -> tuple[Change, bytes]:
        invitation_id = UUID(bytes=s.random(16), version=4)
        code = new_code(s.random(10))
        expires = (s.now + timedelta(days=s.limits.invitation_days)).date()
        body = bytes(
            seal(s.service.mailroom, _ENCODE(Letter(person, params.traits)), b"invitation|" + invitation_id.bytes)
        )
        row = (invitation_id, code_term(s.service, code), reference_term(s.service, person), body, expires)
        return Change(put_invitation=row), _ENCODE(InviteAnswer(code, expires.isoformat()))

    return Plan(permit, objects=("invitation",), write=write)


def open_space(s: Situation) -> Plan:
    """Open the space of a person who says yes: keys, will, traits, index and receipt, in one transaction."""
    params: OpenParams = s.params
    permit = decide(s.subject, ActId.OPEN_SPACE, Thing(), s.context(), s.now)
    if isinstance(permit, Refuse):
        return _told(s, permit)
    invitation = _answered(s)
    if invitation is None:
        return Plan(Refuse("no-invitation"), code="invitation-unknown")
    if permit.effect is Effect.STARTS:
        return Plan(permit, objects=("space",), write=lambda reference: (Change(), _ENCODE(ReceiptAnswer(b""))))
    answers = Answers(
        Opening.YES, Deposits.YES if params.deposits else Deposits.NO, params.answers, params.notice_version
    )
    if not answers.were_asked:  # a yes to a question that the words shown did not ask
        return Plan(Refuse("invalid"), code="demand-invalid")
    space = UUID(bytes=s.random(16), version=4)
    person = PersonId(UUID(bytes=s.random(16), version=4))
    keys = new_space_keys(space, s.random)
    will = Will(person, answers.first_rights(s.now), 1)
    new = NewSpace(
        keys=keys,
        person=_sealed_person(keys.identity_key, space, invitation.traits),
        will=will,
        terms=_terms(s, person, invitation.person),
        year=s.now.year,
    )

    def write(reference: str) -> tuple[Change, bytes]:
        receipt_id = UUID(bytes=s.random(16), version=4)
        payload = _answer_payload(s, params)
        payload |= {
            "entry": reference,
            "receipt": receipt_id.hex,
            "person": person.hex,
            "answers": _said(params),
            "effect": permit.effect.value,
        }
        receipt = signed(s.service, payload)
        kept = bytes(seal(keys.receipt_key, receipt, b"receipt|" + space.bytes + receipt_id.bytes))
        change = Change(new_space=new, take_invitation=invitation.invitation_id, receipt=(receipt_id, kept))
        return change, _ENCODE(OpenAnswer(person.hex, receipt))

    return Plan(permit, objects=("space",), write=write, new_space=new)


def refuse_space(s: Situation) -> Plan:
    """Take a no: the invitation is erased, she leaves with a signed receipt, and only its hash remains here."""
    params: RefuseParams = s.params
    permit = decide(s.subject, ActId.REFUSE_SPACE, Thing(), s.context(), s.now)
    if isinstance(permit, Refuse):
        return _told(s, permit)
    invitation = _answered(s)
    if invitation is None:
        return Plan(Refuse("no-invitation"), code="invitation-unknown")
    payload = _answer_payload(s, params)
    payload |= {"answers": {"open": "no"}, "effect": permit.effect.value, "salt": s.random(32).hex()}

    def write(_: str) -> tuple[Change, bytes]:
        return Change(take_invitation=invitation.invitation_id), _ENCODE(ReceiptAnswer(signed(s.service, payload)))

    return Plan(permit, objects=(f"receipt:{commitment(payload)}",), write=write)


def normal_reference(text: str) -> str | None:
    """Return "ins:<15>" or "local:<number>" in its one form, None for anything else or a wrong key."""
    kind, _, value = text.partition(":")
    if kind == "ins":
        number = parse_ins(value)
        return f"ins:{number}" if number else None
    is_local = kind == "local" and 3 <= len(value) <= 40 and value.isascii() and value.replace("-", "").isalnum()
    return f"local:{value.upper()}" if is_local else None


def new_code(random: bytes) -> str:
    """Return an invitation code: 10 characters (50 bits), grouped by five, then a check character.

    Source: trust.md 4.3 (codes by post).
    """
    value = int.from_bytes(random, "big")
    digits = [(value >> (5 * i)) & 31 for i in range(10)]
    letters = "".join(_ALPHABET[d] for d in digits)
    return f"{letters[:5]}-{letters[5:]}-{_ALPHABET[_check(digits)]}"


def normal_code(text: str) -> str | None:
    """Return a typed code in its one form, None when its check character is wrong."""
    plain = text.upper().replace("-", "").replace(" ", "").replace("O", "0").replace("I", "1").replace("L", "1")
    if len(plain) != 11 or any(c not in _ALPHABET for c in plain):
        return None
    digits = [_ALPHABET.index(c) for c in plain]
    return f"{plain[:5]}-{plain[5:10]}-{plain[10]}" if digits[10] == _check(digits[:10]) else None


def code_term(service: ServiceKeys, code: str) -> bytes:
    """Return the keyed term of an invitation code."""
    return term(service.directory, "code", code)


def reference_term(service: ServiceKeys, reference: str) -> bytes:
    """Return the keyed term of a person's reference ("ins:…", "local:…", "id:…", "sub:…")."""
    kind, _, value = reference.partition(":")
    return term(service.directory, kind, value)


def _check(digits: list[int]) -> int:
    return sum((i + 1) * d for i, d in enumerate(digits)) % 31


def _told(s: Situation, refusal: Refuse) -> Plan:
    """She, and whoever acts for her at her side, may know that her space is already open; nobody else."""
    hers = s.space is not None and (s.subject.holder or s.subject.on_behalf)
    return Plan(refusal, code="space-exists" if hers else "")


def _answered(s: Situation) -> Invitation | None:
    """Return the invitation being answered, unless its last day is past.

    A signed-in person answers only her own; an agent answers the one whose letter she holds out.
    """
    invitation = s.extra.invitation
    if invitation is None or invitation.expires_on < s.now.date():
        return None
    if s.subject.on_behalf:
        return invitation
    numbers = (("ins", s.session.ins), ("local", s.session.local.upper()))
    mine = [f"{kind}:{number}" for kind, number in numbers if number]
    return invitation if invitation.person in mine else None


def _terms(s: Situation, person: PersonId, reference: str) -> tuple[bytes, ...]:
    found = [reference_term(s.service, reference), term(s.service.directory, "id", person.hex)]
    if not s.subject.on_behalf:
        found.append(term(s.service.directory, "sub", s.session.account))
    return tuple(found)


def _sealed_person(key: bytes, space: UUID, traits: PersonTraits) -> bytes:
    body = _ENCODE(
        Traits(
            traits.birth_name, traits.first_given, traits.birth_date, traits.sex, traits.used_name, traits.birth_place
        )
    )
    return bytes(seal(key, body, b"person|" + space.bytes))


def _said(params: OpenParams) -> dict[str, str]:
    """Return every answer as the receipt writes it; "none" for a question she left, which counts as a no."""
    said = {"open": "yes", "deposits": "yes" if params.deposits else "no"}
    return said | {name: params.answers.get(name, "none") for name, _ in further_questions(params.notice_version)}


def _answer_payload(s: Situation, params: OpenParams | RefuseParams) -> dict[str, Field]:
    notice = {"version": params.notice_version, "language": params.notice_language, "sha256": params.notice_sha256}
    return {
        "v": 1,
        "kind": "receipt",
        "act": s.ask.act,
        "at": instant(s.now),
        "channel": s.ask.channel,
        "notice": notice,
    }
