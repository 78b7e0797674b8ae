"""By which way a notice leaves: as she wishes, to what she proved, and by letter wherever that does not reach her.

One place for every act: whoever writes a notice of an outbox need not know that there are mails.
Guarantee: G10. Source: docs/decisions/0067.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from uuid import UUID

import msgspec

from espace_sante.access.request import ActId, Channel
from espace_sante.consent.contact import Contact
from espace_sante.consent.rights import Rights
from espace_sante.consent.wishes import FALLBACK_DAYS, ON_PAPER, Wish, electronic_ways, leaves_at, wish_for
from espace_sante.keeper.demand import Ask
from espace_sante.keeper.message_body import FIRST, PROVING, USUAL, WAYS, Message, seal_message
from espace_sante.keeper.receipts import instant
from espace_sante.keeper.situation import Change, NewMessage
from espace_sante.notices import Kind, Way
from espace_sante.vault.keys import SpaceKeys

# What the notice of an act is about, when it is not something done in her name.
KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        ActId.BREAK_GLASS.value: Kind.EMERGENCY,
        ActId.CONFIRM_EMERGENCY.value: Kind.EMERGENCY,
        ActId.REQUEST_ACCESS.value: Kind.REQUEST,
        ActId.ANSWER_CASE.value: Kind.ANSWER,
        ActId.CONFIRM_CASE_ANSWER.value: Kind.ANSWER,
        ActId.NAME_HELPER.value: Kind.MANDATE,
        ActId.ACCEPT_MANDATE.value: Kind.MANDATE,
        ActId.CHECK_MANDATE.value: Kind.MANDATE,
        ActId.END_MANDATE.value: Kind.MANDATE,
        ActId.GIVE_ADDRESS.value: Kind.CONTACT,
        ActId.REMOVE_ADDRESS.value: Kind.CONTACT,
        ActId.CHANGE_CONTACT.value: Kind.CONTACT,
        ActId.REMOVE_CONTACT.value: Kind.CONTACT,
        ActId.CONFIRM_CONTACT.value: Kind.CONTACT,
    }
)

# Ways on which nothing shows a receipt, nor hands one over: a letter is it.
WITHOUT_A_SCREEN = frozenset({Channel.PAPER.value, Channel.PHONE.value})


@dataclass(frozen=True, slots=True)
class Teller:
    """What is needed to tell one person of one thing: her wishes and contacts before it, her keys, the instant."""

    rights: Rights
    keys: SpaceKeys
    now: datetime
    random: Callable[[int], bytes]

    def messages(
        self, kind: Kind, entry: str, notice: UUID | None, *, death: bool = False
    ) -> tuple[tuple[NewMessage, ...], bool]:
        """Return what leaves about a thing, and whether a letter is due at once too. `death`: it says that one was noted."""
        wish, contact = self.wish(kind), self.rights.contact
        ways = electronic_ways(wish, contact, self._chose(kind))
        paper = Way.LETTER in wish.ways or (not ways and (bool(wish.ways) and kind in ON_PAPER))
        due = leaves_at(wish.pace, self.now)
        named = notice.hex if notice is not None else ""
        said = Message(1, kind.value, instant(self.now), entry, named, paper, death=death)
        return tuple(self._one(way, said, due, contact) for way in ways), paper

    def wish(self, kind: Kind) -> Wish:
        """Return how she wants to be told of a kind."""
        return wish_for({one.kind: one for one in self.rights.wishes}, kind)

    def proving(self, way: Way, word: str, to: str) -> NewMessage:
        """Return what proves a contact that is new: it goes there, at once, and holds nothing else."""
        return self._sealed(way, Message(1, "", instant(self.now), to=to, word=word), self.now)

    def _chose(self, kind: Kind) -> bool:
        return any(one.kind is kind for one in self.rights.wishes)

    def _one(self, way: Way, said: Message, due: datetime, contact: Contact) -> NewMessage:
        point = contact.of(way)
        # A change of contact is told where she was written to before it.
        to = point.value if said.kind == Kind.CONTACT and point is not None else ""
        return self._sealed(way, msgspec.structs.replace(said, to=to), due)

    def _sealed(self, way: Way, message: Message, due: datetime) -> NewMessage:
        message_id = UUID(bytes=self.random(16), version=4)
        return NewMessage(message_id, WAYS[way], due, seal_message(message, self.keys, message_id), _turn(message))


def _turn(message: Message) -> int:
    """Return before or after which others it leaves: an emergency or a death, any other notice, what proves a contact."""
    if not message.kind:
        return PROVING
    return FIRST if message.kind == Kind.EMERGENCY or message.death else USUAL


def is_receipt(ask: Ask) -> bool:
    """Say whether the letter about an act is its receipt: what came by the post or by a call is confirmed on paper, nowhere else.

    Source: inclusion.md PAR-07, PAR-12.
    """
    return ask.on_behalf and ask.channel in WITHOUT_A_SCREEN


def by_every_way(change: Change, act: str, entry: str, teller: Teller, *, receipt: bool = False) -> Change:
    """Return a change whose notice also leaves by mail or by telephone, and whose letter waits, or is not needed, as she wishes.

    `receipt`: her letter is the receipt of the act too, and is due whatever else leaves.
    """
    if change.notice is None:
        return change
    kind = KINDS.get(act, Kind.DONE)
    notice_id, sealed = change.notice
    messages, paper = teller.messages(kind, entry, notice_id, death=act in (ActId.RECORD_DEATH, ActId.CONTEST_DEATH))
    change = replace(change, messages=(*change.messages, *messages))
    if paper or receipt:
        return change
    if not messages:  # she wants it on her pages alone
        return replace(change, notice=None, urgent=False)
    due = fallback(teller.now, teller.wish(kind))
    return replace(change, notice=None, urgent=False, later=(*change.later, (notice_id, due, sealed)))


def with_news(change: Change, entry: str, teller: Teller) -> Change:
    """Return a change that also says that something was added, unless somebody is still to tell her of it (G11)."""
    if change.later or not change.documents:
        return change
    messages, _ = teller.messages(Kind.DOCUMENT, entry, None)
    return replace(change, messages=(*change.messages, *messages))


def fallback(now: datetime, wish: Wish) -> date:
    """Return when a letter is due all the same, if what is sent does not leave."""
    return leaves_at(wish.pace, now).date() + timedelta(days=FALLBACK_DAYS)
