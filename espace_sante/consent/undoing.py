"""What is left of a will when one thing done in its name is undone: a form that somebody else sent, or that was read wrong.

What that thing gave is taken back and what it took away is put back, and nothing that changed since is touched. Pure.
Guarantee: G3, G4. Source: inclusion.md CPN-09.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from espace_sante.consent.emergency import EmergencyWill
from espace_sante.consent.rights import Rights

UNDO_DAYS = 30


def may_be_undone(done: date, today: date) -> bool:
    """Say whether something done on a day may still be undone on another: thirty days, the last one included."""
    return done <= today <= done + timedelta(days=UNDO_DAYS)


def undone(before: Rights, after: Rights, now: Rights) -> Rights:
    """Return `now` without what made `after` of `before`: no permission is given back, nothing hidden or refused is shown again.

    Source: inclusion.md CPN-09 ("undo of a forged permissive act restores the previous state").
    """
    given = {one.grant_id for one in after.grants} - {one.grant_id for one in before.grants}
    kept = {one.episode_id for one in after.episodes} - {one.episode_id for one in before.episodes}
    left = replace(
        now,
        grants=tuple(one for one in now.grants if one.grant_id not in given),
        masks=(*now.masks, *(one for one in before.masks if one not in after.masks and one not in now.masks)),
        shown=now.shown - (after.shown - before.shown),
        accepts_deposits=now.accepts_deposits and (before.accepts_deposits or not after.accepts_deposits),
        authors_read=now.authors_read and (before.authors_read or not after.authors_read),
        hides_new=now.hides_new or (before.hides_new and not after.hides_new),
    )
    for block in before.blocks:
        if not any(one.who.is_same(block.who) for one in (*after.blocks, *now.blocks)):
            left = left.with_block(block)
    for episode in kept:
        left = left.without_episode(episode)
    emergency = _emergency(before.emergency, after.emergency, now.emergency)
    return left if emergency == now.emergency else left.with_emergency(emergency)


def _emergency(before: EmergencyWill, after: EmergencyWill, now: EmergencyWill) -> EmergencyWill:
    """Return what she had said for an emergency, unless she said something since; nobody reads who may not now."""
    if now != after or before == after:
        return now
    return replace(
        before,
        regulator=before.regulator and now.regulator,
        bedside=before.bedside and now.bedside,
        hidden=before.hidden and now.hidden,
    )
