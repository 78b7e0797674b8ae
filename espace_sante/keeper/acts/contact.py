"""The acts by which she gives a mailbox or a number, takes it back, and proves that it is hers.

What proves a contact opens nothing: it is accepted inside her own session, or said to the agent beside her. A contact that
changes is told at the one before it, or by letter. Guarantee: G2, G10. Source: docs/decisions/0067.
"""

from __future__ import annotations

from dataclasses import replace

from espace_sante.access.request import ActId, Effect, Permit, Proof, Refuse
from espace_sante.consent.contact import ELECTRONIC, Contact, Point, confirmed, fresh, parse_mail, parse_mobile
from espace_sante.keeper.acts.asked import decided
from espace_sante.keeper.acts.notices import notice
from espace_sante.keeper.acts.will import rewrite
from espace_sante.keeper.demand import ConfirmContactParams, ContactParams, RemoveContactParams
from espace_sante.keeper.provings import proving_terms, too_often
from espace_sante.keeper.rights_body import Will
from espace_sante.keeper.situation import Change, Plan, Situation
from espace_sante.keeper.telling import Teller
from espace_sante.notices import Way

_PARSE = {Way.MAIL: parse_mail, Way.SMS: parse_mobile}


def change_contact(s: Situation) -> Plan:
    """Say where she may be written to; each stays unused until it is proven, unless an agent saw who she is."""
    params: ContactParams = s.params
    found = decided(s, ActId.CHANGE_CONTACT)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    given = {way: text for way, text in ((Way.MAIL, params.mail), (Way.SMS, params.mobile)) if text}
    parsed = {way: _PARSE[way](text) for way, text in given.items()}
    if not given:
        return Plan(Refuse("invalid"), code="contact-empty")
    if None in parsed.values():
        return Plan(Refuse("invalid"), code="mail-invalid" if parsed.get(Way.MAIL, "") is None else "mobile-invalid")
    contact, teller = will.rights.contact, _teller(s, will)
    messages, counted = [], list[bytes]()
    for way, value in parsed.items():
        assert value is not None
        point = _point(s, contact.of(way), way, value)
        contact = contact.with_point(way, point)
        if point.word:
            messages.append(teller.proving(way, point.word, point.value))
            counted.extend(proving_terms(s.service, s.keys.space, point.value))
    if permit.effect is not Effect.STARTS and too_often(s.extra.proved, counted):
        return Plan(Refuse("ceiling"), code="contact-too-often")
    proves = tuple((one, s.now.date()) for one in counted)
    objects = ("contact", *(f"way:{way.value}" for way in parsed))

    def also(change: Change, reference: str) -> Change:
        return _telling(s, will, replace(change, messages=tuple(messages), proves=proves), reference)

    return rewrite(s, permit, will, will.rights.with_contact(contact), objects, {}, also=also)


def remove_contact(s: Situation) -> Plan:
    """Write to her there no more, from now on; the last message there says so."""
    params: RemoveContactParams = s.params
    found = decided(s, ActId.REMOVE_CONTACT)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    gone = [way for way in ELECTRONIC if params.what in (way.value, "both")]
    if not gone:
        return Plan(Refuse("invalid"), code="demand-invalid")
    contact = will.rights.contact
    for way in gone:
        contact = contact.with_point(way, None)
    objects = ("contact", *(f"way:{way.value}" for way in gone))
    return rewrite(
        s,
        permit,
        will,
        will.rights.with_contact(contact),
        objects,
        {},
        also=lambda change, reference: _telling(s, will, change, reference),
    )


def confirm_contact(s: Situation) -> Plan:
    """Prove a mailbox or a number by what was sent to it; a wrong answer is counted, and five end it."""
    params: ConfirmContactParams = s.params
    found = decided(s, ActId.CONFIRM_CONTACT)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    contact = will.rights.contact
    waiting = [(way, one) for way in ELECTRONIC if (one := contact.of(way)) is not None and one.waits(s.now)]
    if not waiting:
        return Plan(Refuse("nothing-waits"), code="contact-not-waiting")
    for way, point in waiting:
        if point.proves(params.word, s.now):
            sure = confirmed(point, s.now, counter=_seen(s))
            rights = will.rights.with_contact(contact.with_point(way, sure))
            return rewrite(s, permit, will, rights, ("contact", f"way:{way.value}"), {})
    return _mistaken(s, permit, will, contact, waiting)


def _mistaken(s: Situation, permit: Permit, will: Will, contact: Contact, waiting: list[tuple[Way, Point]]) -> Plan:
    for way, point in waiting:
        contact = contact.with_point(way, replace(point, wrong=point.wrong + 1))
    after = Will(will.person, will.rights.with_contact(contact).in_force(s.now), will.version + 1)
    if permit.effect is Effect.STARTS:  # a call changes nothing, not even the count
        return Plan(Refuse("contact-word"), code="contact-word")
    return Plan(Refuse("contact-word"), ("contact",), "contact-word", despite=lambda _: Change(will=after))


def _point(s: Situation, before: Point | None, way: Way, value: str) -> Point:
    """Return the contact as it becomes: the same one, proven already, stays so; unproven, it is sent a new word."""
    if before is not None and before.value == value and before.proven is not None:
        return confirmed(before, s.now, counter=_seen(s))
    return fresh(way, value, s.now, s.random, counter=_seen(s))


def _seen(s: Situation) -> bool:
    return s.ask.proof == Proof.IDENTITY_SEEN.value


def _telling(s: Situation, will: Will, change: Change, reference: str) -> Change:
    """Tell her of the change where she was written to before it; done by herself, it is told too: it may not have been she."""
    if change.notice is not None or not (change.messages or will.rights.contact != _after(change, will)):
        return change
    return replace(change, notice=notice(s, reference))


def _after(change: Change, will: Will) -> Contact:
    return change.will.rights.contact if change.will is not None else will.rights.contact


def _teller(s: Situation, will: Will) -> Teller:
    return Teller(will.rights, s.keys, s.now, s.random)
