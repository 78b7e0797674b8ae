"""What she wants to be told of, and how; what was sent to her; the first accesses, and that she expected one.

Guarantee: G5, G10. Source: docs/decisions/0067.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

import msgspec

from espace_sante.access.request import ActId, Refuse
from espace_sante.consent.contact import ELECTRONIC
from espace_sante.consent.rights import Rights
from espace_sante.consent.wishes import Wish, fault_of, wish_for
from espace_sante.keeper.acts.asked import decided
from espace_sante.keeper.acts.will import rewrite
from espace_sante.keeper.demand import ChooseNoticesParams, ContactView, ExpectParams, FirstView, SentView, WishView
from espace_sante.keeper.message_body import WAY_OF, open_message
from espace_sante.keeper.receipts import instant
from espace_sante.keeper.seen_body import First, Seen, open_seen, seal_seen
from espace_sante.keeper.situation import Change, Plan, Situation
from espace_sante.notices import PREFERRED, Kind, Pace, Way

# As the rows say how far they are.
_STATES = ("waiting", "waiting", "sent", "failed", "needless", "returned")


def choose_notices(s: Situation) -> Plan:
    """Say by which way, and how soon, she is told of one kind; what others did is never silent everywhere."""
    params: ChooseNoticesParams = s.params
    found = decided(s, ActId.CHOOSE_NOTICES)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    known = params.kind in set(Kind) and params.pace in set(Pace) and set(params.ways) <= set(Way)
    if not known:
        return Plan(Refuse("invalid"), code="notices-invalid")
    wish = Wish(Kind(params.kind), frozenset(Way(one) for one in params.ways), Pace(params.pace))
    fault = fault_of(wish)
    if fault:
        return Plan(Refuse("invalid"), code=fault)
    objects = ("notices", f"notice:{wish.kind.value}")
    return rewrite(s, permit, will, will.rights.with_wish(wish), objects, {"notice": wish.kind.value})


def expect_access(s: Situation) -> Plan:
    """Note that she expected a first access; its letter, if none was printed, is not needed any more."""
    params: ExpectParams = s.params
    found = decided(s, ActId.EXPECT_ACCESS)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    seen, version = _seen(s)
    named = params.entry.strip().lower()
    first = next((one for one in seen.firsts if named in (one.entry, str(one.seq))), None)
    if first is None:
        return Plan(Refuse("unknown"), code="access-unknown")
    said = tuple(msgspec.structs.replace(one, said="expected") if one is first else one for one in seen.firsts)
    kept = (version + 1, seal_seen(Seen(1, seen.known, said), s.keys, version + 1))
    gone = (UUID(hex=first.notice),) if first.notice else ()

    def also(change: Change, _: str) -> Change:
        return replace(change, seen=kept, drop_notices=(*change.drop_notices, *gone))

    return rewrite(s, permit, will, will.rights, (f"line:{first.entry}",), {}, also=also)


def contacts_seen(rights: Rights, now: datetime) -> tuple[ContactView, ...]:
    """Return where she may be written to besides, as she sees it."""
    return tuple(
        ContactView(way.value, point.value, instant(point.proven) if point.proven else "", point.waits(now))
        for way in ELECTRONIC
        if (point := rights.contact.of(way)) is not None
    )


def wishes_seen(rights: Rights) -> tuple[WishView, ...]:
    """Return how she is told of each kind, as usual where she said nothing."""
    chosen = {one.kind: one for one in rights.wishes}
    found = [(wish_for(chosen, kind), kind in chosen) for kind in PREFERRED]
    return tuple(WishView(one.kind.value, tuple(sorted(one.ways)), one.pace.value, said) for one, said in found)


def sent_seen(s: Situation) -> tuple[SentView, ...]:
    """Return what was sent to her, or is to be, the most recent first."""
    found = []
    for row in s.extra.sent:
        said = open_message(row["sealed"], s.keys, row["message_id"])
        found.append(SentView(said.kind, WAY_OF[row["way"]].value, said.at, _STATES[row["state"]], said.entry))
    return tuple(found)


def firsts_seen(s: Situation) -> tuple[FirstView, ...]:
    """Return the first accesses, the most recent first."""
    return tuple(_first(one) for one in reversed(_seen(s)[0].firsts))


def _first(one: First) -> FirstView:
    return FirstView(one.entry, one.seq, one.at, one.name, one.structure, one.said)


def _seen(s: Situation) -> tuple[Seen, int]:
    row = s.extra.seen
    return (open_seen(row["sealed"], s.keys, row["version"]), row["version"]) if row is not None else (Seen(), 0)
