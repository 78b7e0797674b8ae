"""Ending what something gave in her name: a visit under pressure, a form that somebody else sent or that was read wrong.

Her will as it is now, without what is there only because of that. What she did before it, or since, stays. Nothing is given to
anybody that she had not given before. What cannot be taken back is not promised: what was read then was read, what was erased is
erased. Pure. Guarantee: G2, G3, G4. Source: inclusion.md HLP-16, CPN-09; docs/decisions/0081, 0083.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from espace_sante.consent.contact import Contact, Point
from espace_sante.consent.emergency import EmergencyWill
from espace_sante.consent.grant import both
from espace_sante.consent.postal import lengthened
from espace_sante.consent.rights import Rights

UNDO_DAYS = 30
# What a space that was opened in the visit was before it: nothing.
NOTHING_BEFORE = Rights(accepts_deposits=False)


def may_be_undone(done: date, today: date) -> bool:
    """Say whether what a form did on a day may still be undone on another: until the last day any letter may have told her."""
    return done <= today <= done + lengthened(UNDO_DAYS)


def last_day_to_undo(done: date, address: Sequence[str]) -> date:
    """Return the last day she is told, for a letter that goes to an address: thirty days, and the time of the post."""
    return done + lengthened(UNDO_DAYS, address)


def without_given(now: Rights, before: Rights, after: Rights) -> Rights:
    """Return her will without what she has only since a visit: `before` and `after` it, and as it is `now`."""
    rights = _hiding_again(_without_who(now, before, after), before, after)
    for episode in {one.episode_id for one in after.episodes} - {one.episode_id for one in before.episodes}:
        rights = rights.without_episode(episode)
    left = replace(
        rights,
        accepts_deposits=now.accepts_deposits and not (after.accepts_deposits and not before.accepts_deposits),
        authors_read=now.authors_read and not (after.authors_read and not before.authors_read),
        chest=now.chest or (before.chest and not after.chest),
        hides_new=now.hides_new or (before.hides_new and not after.hides_new),
        purposes=now.purposes - (after.purposes - before.purposes),
        heirs_refused=now.heirs_refused or (before.heirs_refused and not after.heirs_refused),
        support=None if _was_allowed(now, before, after) else now.support,
        address=before.address if now.address == after.address else now.address,
        letters=replace(now.letters, counter=_back(now.letters.counter, before.letters.counter, after.letters.counter)),
        contact=_contact(now.contact, before.contact, after.contact),
        wishes=before.wishes if now.wishes == after.wishes else now.wishes,
    )
    emergency = _emergency(now.emergency, before.emergency, after.emergency)
    return left if emergency == now.emergency else left.with_emergency(emergency)


def without_given_on_light_proof(now: Rights, before: Rights, after: Rights) -> Rights:
    """Return her will without what she has only since a visit, on the word of whoever calls or writes in her name.

    Who reads and who decides ends all the same. Nothing leads back to where she was written to: she may have gone to a counter to leave
    it. What that visit moved waits at the counter, and what it said of a mailbox or a number is forgotten.
    """
    left = without_given(now, before, after)
    moved = now.address == after.address != before.address
    counter = now.letters.counter or moved or (before.letters.counter and not after.letters.counter)
    contact = Contact(
        _forgotten(now.contact.mail, before.contact.mail, after.contact.mail),
        _forgotten(now.contact.sms, before.contact.sms, after.contact.sms),
    )
    letters = replace(left.letters, counter=counter)
    return replace(left, address=now.address, letters=letters, contact=contact, wishes=now.wishes)


def _without_who(now: Rights, before: Rights, after: Rights) -> Rights:
    """Take back whoever reads or acts for her since that visit: permissions, cards and what they opened, applications, mandates."""
    grants = {one.grant_id for one in after.grants} - {one.grant_id for one in before.grants}
    cards = {one.card_id for one in after.cards} - {one.card_id for one in before.cards}
    apps = {one.grant_id for one in after.apps} - {one.grant_id for one in before.apps}
    known = {one.mandate_id for one in before.mandates}
    given = {one.mandate_id for one in after.mandates if not one.by_law and one.mandate_id not in known}
    return replace(
        now,
        grants=tuple(g for g in now.grants if g.grant_id not in grants and g.card not in cards),
        cards=tuple(c for c in now.cards if c.card_id not in cards),
        apps=tuple(a for a in now.apps if a.grant_id not in apps),
        mandates=tuple(m for m in now.mandates if m.mandate_id not in given),
    )


def _hiding_again(now: Rights, before: Rights, after: Rights) -> Rights:
    """Hide again what that visit showed, and block again whom it unblocked."""
    shown, standing = {one.mask_id for one in after.masks}, {one.mask_id for one in now.masks}
    rights = replace(now, shown=now.shown - (after.shown - before.shown))
    for mask in before.masks:
        if mask.mask_id not in shown and mask.mask_id not in standing:
            rights = rights.with_mask(mask)
    for block in before.blocks:
        if block not in after.blocks and block not in now.blocks:
            rights = rights.with_block(block)
    return rights


def _was_allowed(now: Rights, before: Rights, after: Rights) -> bool:
    if now.support is None or after.support is None or now.support.ticket != after.support.ticket:
        return False
    return before.support is None or before.support.ticket != now.support.ticket


def _emergency(now: EmergencyWill, before: EmergencyWill, after: EmergencyWill) -> EmergencyWill:
    """Let no emergency read what none could read before; what she took back then stays taken back."""
    if now != after or after == before:
        return now
    return EmergencyWill(
        now.regulator and before.regulator,
        now.bedside and before.bedside,
        now.hidden and before.hidden,
        both(now.scope, before.scope, {}),  # documents named on one side, sorts on the other: doubt favours less
        before.since,
    )


def _contact(now: Contact, before: Contact, after: Contact) -> Contact:
    return Contact(_point(now.mail, before.mail, after.mail), _point(now.sms, before.sms, after.sms))


def _point(now: Point | None, before: Point | None, after: Point | None) -> Point | None:
    values = [one.value if one is not None else None for one in (now, before, after)]
    return before if values[0] == values[2] != values[1] else now


def _forgotten(now: Point | None, before: Point | None, after: Point | None) -> Point | None:
    return None if _point(now, before, after) is not now else now


def _back(now: bool, before: bool, after: bool) -> bool:
    return before if now == after else now
