"""The acts around a space's beginning: invite, open, refuse.

Before a yes there is a letter in the mail room and nothing else; the space, its keys and its index entry appear together
with the receipt of that yes. A refusal leaves only the hash of the receipt she holds.
Guarantee: G1, G2.
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import msgspec

from espace_sante.access.request import ActId, Effect, Permit, Refuse, Thing
from espace_sante.access.rules import decide
from espace_sante.consent.evidence import Answers, Deposits, Opening, further_questions
from espace_sante.consent.postal import lengthened
from espace_sante.consent.rights import Rights, SpaceState
from espace_sante.identity.ins import parse_ins
from espace_sante.identity.person import PersonTraits
from espace_sante.journal.entry import JournalKeys
from espace_sante.keeper.acts.memory import month_of, references_of, refusal_term, rest_term
from espace_sante.keeper.demand import (
    InviteAnswer,
    InviteParams,
    OpenAnswer,
    OpenParams,
    ReceiptAnswer,
    RefuseParams,
    Traits,
)
from espace_sante.keeper.departments import is_department
from espace_sante.keeper.post_days import counted_from
from espace_sante.keeper.receipts import Field, commitment, instant, late_said, signed
from espace_sante.keeper.rights_body import Will
from espace_sante.keeper.situation import Change, Invitation, NewSpace, Plan, Situation
from espace_sante.kernel.ids import PersonId
from espace_sante.vault.envelope import seal
from espace_sante.vault.keys import ServiceKeys, new_space_keys, term

_ENCODE = msgspec.msgpack.Encoder().encode
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford base 32: no I, L, O, U


class Letter(msgspec.Struct, frozen=True):
    """The sealed body of an invitation: whom it is for, as a reference ("ins:…", "local:…") and traits.

    Without a reference it answers nothing. `first` is the day of the first letter of this proposal (AAAA-MM-JJ).
    """

    person: str
    traits: Traits
    first: str = ""


NO_LETTER = Letter("", Traits("", "", "", ""))


def invite(s: Situation) -> Plan:
    """Write an invitation: a letter in the mail room, and no row about the person anywhere else.

    To one who refused and wants it remembered, or was asked too short a time ago, the letter names nobody and answers nothing:
    whoever invites is told the same, for the same work. Source: docs/decisions/0028.
    """
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
        # Where she lives is not known: the longest time of the post is hers, by whatever way she answers.
        expires = (s.now + lengthened(s.limits.invitation_days)).date()
        answers = not (s.extra.rests or _was_proposed(s))
        letter = Letter(person, params.traits, first_day(s).isoformat()) if answers else NO_LETTER
        whom = reference_term(s.service, person) if answers else s.random(32)
        body = bytes(seal(s.service.mailroom, _ENCODE(letter), b"invitation|" + invitation_id.bytes))
        row = (invitation_id, code_term(s.service, code), whom, body, expires)
        return Change(put_invitation=row), _ENCODE(InviteAnswer(code, expires.isoformat()))

    return Plan(permit, objects=("invitation", *((f"way:{params.way}",) if params.way else ())), write=write)


def first_day(s: Situation) -> date:
    """Return the day this proposal was first made: a second letter is the same proposal."""
    waiting = s.extra.invitation
    if waiting is None:
        return s.now.date()
    if waiting.first:
        return date.fromisoformat(waiting.first)
    return waiting.expires_on - timedelta(days=s.limits.invitation_days)


def _was_proposed(s: Situation) -> bool:
    """Say whether a proposal still waits whose time to send one more letter is over: more would be proposing again."""
    return s.extra.invitation is not None and first_day(s) + timedelta(days=s.limits.invitation_days) < s.now.date()


def open_space(s: Situation) -> Plan:
    """Open the space of a person who says yes: keys, will, traits, index and receipt, in one transaction."""
    params: OpenParams = s.params
    permit = decide(s.subject, ActId.OPEN_SPACE, Thing(), s.context(), s.now)
    if isinstance(permit, Refuse):
        return _told(s, permit)
    if not is_department(params.department):
        return Plan(Refuse("invalid"), code="department-unknown")
    if s.state is SpaceState.OPEN and s.will is not None:
        return _activate(s, permit, s.will, params)
    invitation = _answered(s)
    if invitation is None:
        return Plan(Refuse("no-invitation"), code="invitation-unknown")
    if permit.effect is Effect.STARTS:
        return Plan(permit, objects=("space",), write=lambda reference: (Change(), _ENCODE(OpenAnswer("", b""))))
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
        person=sealed_person(keys.identity_key, space, invitation.traits),
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
            "journal_commitment": JournalKeys(keys.journal).commitment(new.year).hex(),
        }
        receipt = signed(s.service, payload)
        kept = bytes(seal(keys.receipt_key, receipt, b"receipt|" + space.bytes + receipt_id.bytes))
        change = Change(
            new_space=new,
            take_invitation=invitation.invitation_id,
            receipt=(receipt_id, kept),
            forget=_forgotten(s, hers(s, invitation)),
        )
        return change, _ENCODE(OpenAnswer(person.hex, receipt))

    return Plan(permit, objects=("space",), write=write, new_space=new)


def refuse_space(s: Situation) -> Plan:
    """Take a no: the invitation is erased, she leaves with a signed receipt, and only its hash remains here."""
    params: RefuseParams = s.params
    permit = decide(s.subject, ActId.REFUSE_SPACE, Thing(), s.context(), s.now)
    if isinstance(permit, Refuse):
        return _told(s, permit)
    if not is_department(params.department):
        return Plan(Refuse("invalid"), code="department-unknown")
    if s.state is SpaceState.OPEN and s.will is not None:
        return _refuse_presumed(s, permit, s.will, params)
    invitation = _answered(s)
    if invitation is None:
        return Plan(Refuse("no-invitation"), code="invitation-unknown")
    payload = _answer_payload(s, params)
    payload |= {"answers": _no(params), "effect": permit.effect.value, "salt": s.random(32).hex()}
    remembered = _remembered(s, hers(s, invitation)) if params.remember else ()

    def write(_: str) -> tuple[Change, bytes]:
        change = Change(take_invitation=invitation.invitation_id, remember=remembered)
        return change, _ENCODE(ReceiptAnswer(signed(s.service, payload)))

    return Plan(permit, objects=(f"receipt:{commitment(payload)}",), write=write)


def reverse_refusal(s: Situation) -> Plan:
    """Forget that she asked not to be proposed a space; said alike whether there was something to forget."""
    permit = decide(s.subject, ActId.REVERSE_REFUSAL, Thing(), s.context(), s.now)
    if isinstance(permit, Refuse):
        return _told(s, permit)
    payload: dict[str, Field] = {
        "v": 1,
        "kind": "receipt",
        "act": s.ask.act,
        "at": instant(s.now),
        "channel": s.ask.channel,
        "effect": permit.effect.value,
        "salt": s.random(32).hex(),
        **late_said(s),
    }
    change = Change() if permit.effect is Effect.STARTS else Change(forget=_forgotten(s, hers(s, None)))
    answer = _ENCODE(ReceiptAnswer(signed(s.service, payload)))
    return Plan(permit, objects=(f"receipt:{commitment(payload)}",), write=lambda _: (change, answer))


def hers(s: Situation, invitation: Invitation | None) -> tuple[str, ...]:
    """Return every reference known of the person who answers: her letter's, and those her sign-in or the agent's demand give."""
    own = (normal_reference(s.ask.person),) if s.subject.on_behalf else references_of(s.session)
    found = ((invitation.person,) if invitation else ()) + own
    return tuple(dict.fromkeys(one for one in found if one))


def _remembered(s: Situation, references: tuple[str, ...]) -> tuple[tuple[bytes, date], ...]:
    return tuple((refusal_term(s.service, one), month_of(counted_from(s.ask, s.now.date()))) for one in references)


def _forgotten(s: Situation, references: tuple[str, ...]) -> tuple[bytes, ...]:
    return tuple(make(s.service, one) for one in references for make in (refusal_term, rest_term))


def _no(params: RefuseParams) -> dict[str, str]:
    return {"open": "no", "remember": "yes"} if params.remember else {"open": "no"}


def _activate(s: Situation, permit: Permit, will: Will, params: OpenParams) -> Plan:
    """Her yes to a space that was opened without it: her answers take the place of all that was presumed."""
    following = Will(will.person, Rights(accepts_deposits=params.deposits), will.version + 1)
    answers = {"open": "yes", "deposits": "yes" if params.deposits else "no"}
    if permit.effect is Effect.STARTS:
        return Plan(permit, objects=("space",), write=lambda reference: (Change(), _ENCODE(ReceiptAnswer(b""))))

    def write(reference: str) -> tuple[Change, bytes]:
        payload = _answer_payload(s, params) | {"answers": answers, "effect": permit.effect.value}
        receipt, kept = _kept(s, payload, reference, will)
        return Change(will=following, receipt=kept), _ENCODE(OpenAnswer(will.person.hex, receipt))

    return Plan(permit, objects=("space",), write=write)


def _refuse_presumed(s: Situation, permit: Permit, will: Will, params: RefuseParams) -> Plan:
    """Her no to a space that was opened without her word: it is erased; by telephone nothing more enters it, to begin with."""
    following = Will(will.person, will.rights.without_grants(), will.version + 1)
    remembered = _remembered(s, hers(s, None)) if params.remember else ()

    def write(reference: str) -> tuple[Change, bytes]:
        payload = _answer_payload(s, params) | {"answers": _no(params), "effect": permit.effect.value}
        receipt, kept = _kept(s, payload, reference, will)
        return Change(will=following, receipt=kept, remember=remembered), _ENCODE(ReceiptAnswer(receipt))

    closing = None if permit.effect is Effect.PROVISIONAL else SpaceState.CLOSING
    return Plan(permit, objects=("space",), state=closing, write=write)


def _kept(s: Situation, payload: dict[str, Field], reference: str, will: Will) -> tuple[bytes, tuple[UUID, bytes]]:
    """Return a receipt, and what is kept of it in her space."""
    receipt_id = UUID(bytes=s.random(16), version=4)
    receipt = signed(s.service, payload | {"entry": reference, "receipt": receipt_id.hex, "person": will.person.hex})
    sealed = seal(s.keys.receipt_key, receipt, b"receipt|" + s.keys.space.bytes + receipt_id.bytes)
    return receipt, (receipt_id, bytes(sealed))


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
    """Return the invitation being answered, unless its last day was past when it was: by post, the day of the postmark.

    A signed-in person answers only her own; an agent answers the one whose letter she holds out.
    """
    invitation = s.extra.invitation
    if invitation is None or not invitation.person or invitation.expires_on < counted_from(s.ask, s.now.date()):
        return None
    if s.subject.on_behalf:
        return invitation
    return invitation if invitation.person in references_of(s.session) else None


def _terms(s: Situation, person: PersonId, reference: str) -> tuple[bytes, ...]:
    found = [reference_term(s.service, reference), term(s.service.directory, "id", person.hex)]
    if not s.subject.on_behalf:
        found.append(term(s.service.directory, "sub", s.session.account))
    return tuple(found)


def sealed_person(key: bytes, space: UUID, traits: PersonTraits) -> bytes:
    """Return the sealed traits of a person whose space opens."""
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
        **late_said(s),
    }
