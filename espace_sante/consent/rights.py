"""The facts a decision rests on: one frozen value per space, kept sealed, rewritten at each change of will.

Pure values and pure moves between them. Knows no database, no key, no channel. Nothing absent means everything:
an empty scope covers nothing (ARCHITECTURE rule 9).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum
from uuid import UUID, uuid5

from espace_sante.consent.apps import AppGrant
from espace_sante.consent.cards import AccessCard
from espace_sante.consent.contact import NO_CONTACT, Contact
from espace_sante.consent.death import Death
from espace_sante.consent.emergency import NO_EMERGENCY, BrokenGlass, EmergencyWill
from espace_sante.consent.grant import Grant, Scope
from espace_sante.consent.letters import AS_USUAL, LetterForm, Quarterly, Reminder
from espace_sante.consent.limits import Block, Mask
from espace_sante.consent.mandates import Mandate
from espace_sante.consent.proposed import PROPOSED_MOST, Proposed
from espace_sante.consent.recipient import REPRESENTATIVES, Reader, Recipient
from espace_sante.consent.requests import AccessRequest, short_number
from espace_sante.consent.support import Support
from espace_sante.consent.trusted import TrustedPerson
from espace_sante.consent.visits import Visit, kept_visits
from espace_sante.consent.wishes import Wish
from espace_sante.identity.representation import Phase, Representation
from espace_sante.kernel.ids import CardId, CaseId, DocumentId, EpisodeId, MaskId, RequestId


class SpaceState(IntEnum):
    """The states of a space; the number stands in clear in the head of its journal."""

    OPEN = 1
    CLOSING = 2
    CLOSED = 3
    ARCHIVED = 4
    INSTITUTION = 9


@dataclass(frozen=True, slots=True)
class Episode:
    """Documents she keeps together: a stay, a visit, an illness. Source: FHIR R4 EpisodeOfCare; docs/decisions/0030.

    `key`: what the visit it follows is known by (keeper/origin.py), empty for none; its later documents join by themselves.
    `hides`: from whom she hides it, each written as a mask that names no document; `Rights.masks` hides its documents.
    """

    episode_id: EpisodeId
    name: str
    key: bytes = b""
    documents: frozenset[DocumentId] = frozenset()
    hides: tuple[Mask, ...] = ()

    @property
    def number(self) -> str:
        """Return the short number she names it by: six digits, unlike any other of hers."""
        return short_number(self.episode_id)


@dataclass(frozen=True, slots=True)
class Said:
    """The day she last gave one answer; it gives nothing by itself. `what`: as `choices.said_as` writes it."""

    what: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Rights:
    """The whole will of one person about her space, as a decision reads it.

    `authors_read`: who deposited a document may read that one again. `chest`: sealed, nobody but she and each author reads,
    in an emergency neither. `hides_new`: what is deposited from now on is born hidden; `shown`: what was born hidden and that
    she showed. `announced`: what was withheld from her until somebody told her, and that was told. `presumed`: the space was
    opened without her word (a policy of the operator), and nobody reads until she says so. `purposes`: each further use she
    said yes to; a use that is not there is refused. `cases`: what the operator has to answer her about; decides nothing.
    `sandbox`: an invented space of a trial, marked when it opened; no move sets the mark nor takes it away.
    `support`: the help she allows, None for none. `said`: when she gave each answer that stands alone. `address`: where her
    letters go, none for the counter; `reminder`: the letter of what is open to whom, None when she did not ask for it;
    `quarterly`: the same of the one of her journal. `letters`: how they are written; `returns`: how many
    came back since she last said where. None of these decides anything. `apps`: the applications she lets act for her.
    `heirs_refused`: she said no to what the law lets her heirs ask after her death; `death`: what was noted of it.
    `mandates`: the helpers she named, and what each may do for her. `representations`: who acts for her by law, each held
    through the mandate of the same number; `proposed`: what one of them asked and does not do alone.
    `trusted`: her trusted person, None for none; it opens nothing.
    `visits`: the days on which agents did something in her name, so that she can end what one gave; none decides anything.
    `ties`: what the accounts of agents who said that they are tied to her are known by; they do nothing for her.
    `contact`: where she is written to besides; `wishes`: what she wants to be told of, and how, where it is not as usual.
    """

    accepts_deposits: bool
    grants: tuple[Grant, ...] = ()
    masks: tuple[Mask, ...] = ()
    blocks: tuple[Block, ...] = ()
    authors_read: bool = False
    chest: bool = False
    hides_new: bool = False
    shown: frozenset[DocumentId] = frozenset()
    announced: frozenset[DocumentId] = frozenset()
    presumed: bool = False
    emergency: EmergencyWill = NO_EMERGENCY
    glasses: tuple[BrokenGlass, ...] = ()
    cards: tuple[AccessCard, ...] = ()
    requests: tuple[AccessRequest, ...] = ()
    purposes: frozenset[str] = frozenset()
    episodes: tuple[Episode, ...] = ()
    cases: tuple[CaseId, ...] = ()
    support: Support | None = None
    said: tuple[Said, ...] = ()
    address: tuple[str, ...] = ()
    reminder: Reminder | None = None
    quarterly: Quarterly | None = None
    sandbox: bool = False
    apps: tuple[AppGrant, ...] = ()
    heirs_refused: bool = False
    death: Death | None = None
    mandates: tuple[Mandate, ...] = ()
    letters: LetterForm = AS_USUAL
    returns: int = 0
    contact: Contact = NO_CONTACT
    wishes: tuple[Wish, ...] = ()
    trusted: TrustedPerson | None = None
    representations: tuple[Representation, ...] = ()
    proposed: tuple[Proposed, ...] = ()
    visits: tuple[Visit, ...] = ()
    ties: frozenset[bytes] = frozenset()

    def blocks_reading_by(self, reader: Reader) -> bool:
        """Say whether she refuses that professional any ordinary reading."""
        return any(block.stops_reading and block.who.includes(reader) for block in self.blocks)

    def blocks_emergency_of(self, reader: Reader) -> bool:
        """Say whether she refuses that professional even in an emergency."""
        return any(block.stops_emergency and block.who.includes(reader) for block in self.blocks)

    def blocks_deposits_of(self, reader: Reader) -> bool:
        """Say whether she refuses that professional's deposits."""
        return any(block.stops_deposits and block.who.includes(reader) for block in self.blocks)

    @property
    def is_dead(self) -> bool:
        """Say whether two accounts noted her death: nobody then reads or does anything, herself included."""
        return self.death is not None and self.death.is_sure

    def in_force(self, now: datetime) -> Rights:
        """Return this will without what is over: permissions, cards and emergency accesses that ended, old requests.

        A power of the law and the mandate it is held through end together: what is left of one would pass for what she gave.
        """
        lasting = tuple(r for r in self.representations if r.phase(now) is not Phase.OVER)
        known, held = ({r.representation_id for r in some} for some in (self.representations, lasting))
        return replace(
            self,
            grants=tuple(g for g in self.grants if g.ends > now),
            cards=tuple(c for c in self.cards if c.ends > now),
            glasses=tuple(g for g in self.glasses if g.ends > now),
            support=self.support if self.support and self.support.ends > now else None,
            requests=tuple(r for r in self.requests if r.waits(now)),
            apps=tuple(a for a in self.apps if a.ends > now),
            mandates=tuple(
                m
                for m in self.mandates
                if m.ends > now and (m.mandate_id in held or not (m.by_law or m.mandate_id in known))
            ),
            representations=lasting,
            proposed=tuple(p for p in self.proposed if p.until > now),
            visits=kept_visits(self.visits, now.date()),
        )

    # ------------------------------------------------------------------------------------------- permissions

    def with_grant(self, grant: Grant) -> Rights:
        """Add a permission; a grant with the same id is replaced."""
        others = tuple(g for g in self.grants if g.grant_id != grant.grant_id)
        return replace(self, grants=(*others, grant))

    def with_limited(self, limited: Grant) -> Rights:
        """Put a shortened or narrowed permission in the place of itself; one that covers nothing is taken back.

        One that follows an episode covers what joins it later: it may cover nothing yet.
        """
        kept = (limited if g.grant_id == limited.grant_id else g for g in self.grants)
        return replace(
            self, grants=tuple(g for g in kept if g is not limited or g.episode is not None or not g.scope.is_empty)
        )

    def without_recipient(self, who: Recipient) -> Rights:
        """Withdraw everything granted to one party, and drop what it asked for."""
        return replace(
            self,
            grants=tuple(g for g in self.grants if not g.to.is_same(who)),
            requests=tuple(r for r in self.requests if r.practitioner != who.identifier),
        )

    def without_grants(self) -> Rights:
        """Withdraw everything from everybody, who acts by law and further uses included, and refuse deposits: what any closing does."""
        return replace(
            self,
            grants=(),
            cards=(),
            glasses=(),
            requests=(),
            emergency=NO_EMERGENCY,
            accepts_deposits=False,
            authors_read=False,
            purposes=frozenset(),
            support=None,
            apps=(),
            mandates=(),
            representations=(),
            proposed=(),
        )

    def with_card(self, card: AccessCard) -> Rights:
        """Add a card, or what is left of it after a use."""
        return replace(self, cards=(*(c for c in self.cards if c.card_id != card.card_id), card))

    def without_card(self, card: CardId) -> Rights:
        """Stop a card, and every permission that was obtained with it."""
        return replace(
            self,
            cards=tuple(c for c in self.cards if c.card_id != card),
            grants=tuple(g for g in self.grants if g.card != card),
        )

    def with_request(self, request: AccessRequest) -> Rights:
        """Add a request; one more of the same professional takes the place of the one before."""
        others = tuple(r for r in self.requests if r.practitioner != request.practitioner)
        return replace(self, requests=(*others, request))

    def without_request(self, request: RequestId) -> Rights:
        """Drop a request, answered or not."""
        return replace(self, requests=tuple(r for r in self.requests if r.request_id != request))

    # ------------------------------------------------------------------------------------------- emergency

    def with_glass(self, glass: BrokenGlass) -> Rights:
        """Add an emergency access, or what it becomes once confirmed."""
        return replace(self, glasses=(*(g for g in self.glasses if g.glass_id != glass.glass_id), glass))

    def without_glass(self, glass: BrokenGlass) -> Rights:
        """End an emergency access."""
        return replace(self, glasses=tuple(g for g in self.glasses if g.glass_id != glass.glass_id))

    def with_emergency(self, will: EmergencyWill) -> Rights:
        """Say something else for an emergency: what it no longer lets anybody do ends, and does not come back with a later yes."""
        return replace(self, emergency=will, glasses=tuple(g for g in self.glasses if will.lets(g.kind)))

    # ------------------------------------------------------------------------------------------- limits

    def with_replacement(self, old: DocumentId, new: DocumentId) -> Rights:
        """Let whatever names a document also name the one that takes its place.

        A mask keeps its id: it is one will of hers, about both. Nothing is changed for any other document.
        """
        masks = tuple(replace(m, document=new) for m in self.masks if m.document == old)
        return replace(
            self,
            grants=tuple(replace(g, scope=_also(g.scope, old, new)) for g in self.grants),
            cards=tuple(replace(c, scope=_also(c.scope, old, new)) for c in self.cards),
            emergency=replace(self.emergency, scope=_also(self.emergency.scope, old, new)),
            masks=(*self.masks, *masks),
            shown=self.shown | {new} if old in self.shown else self.shown,
            episodes=tuple(
                replace(e, documents=e.documents | {new}) if old in e.documents else e for e in self.episodes
            ),
        )

    def with_mask(self, mask: Mask) -> Rights:
        """Hide something more; what was born hidden and she showed is shown no more once hidden from all."""
        shown = self.shown.difference([mask.document]) if mask.is_from_all else self.shown
        return replace(self, masks=(*self.masks, mask), shown=shown)

    def without_masks(self, gone: Iterable[Mask]) -> Rights:
        """Show again what these masks hid, and leave every other mask as it is."""
        taken = frozenset(gone)
        return replace(self, masks=tuple(mask for mask in self.masks if mask not in taken))

    def keeps_apart(self, category: int | None, document: UUID | None) -> bool:
        """Say whether she keeps a document, or a whole category, from whoever acts for her by law; it outlives her."""
        apart = (mask for mask in self.masks if mask.hidden_from == REPRESENTATIVES)
        return any(mask.covers(category, document) for mask in apart)

    def with_shown(self, documents: Iterable[DocumentId]) -> Rights:
        """Show what was born hidden."""
        return replace(self, shown=self.shown.union(documents))

    def with_announced(self, document: DocumentId) -> Rights:
        """Let her read what was withheld from her until it was told to her."""
        return replace(self, announced=self.announced | {document})

    def with_block(self, block: Block) -> Rights:
        """Block a party; blocked already, nothing is given back to it: what either block refuses is refused."""
        others = tuple(one for one in self.blocks if not one.who.is_same(block.who))
        before = next((one for one in self.blocks if one.who.is_same(block.who)), None)
        return replace(self, blocks=(*others, before.with_also(block) if before else block))

    def without_block(self, who: Recipient) -> Rights:
        """Unblock a party: what she grants it and what she hides from it are as they were."""
        return replace(self, blocks=tuple(one for one in self.blocks if not one.who.is_same(who)))

    # ------------------------------------------------------------------------------------------- cases

    def with_case(self, case: CaseId) -> Rights:
        """Remember a case that is open about her space: she alone finds it from here."""
        return replace(self, cases=(*self.cases, case))

    def with_support(self, support: Support) -> Rights:
        """Allow the support to look, or remember who asked to: one ticket at a time."""
        return replace(self, support=support)

    def without_support(self) -> Rights:
        """Allow no help any more."""
        return replace(self, support=None)

    def with_said(self, what: str, at: datetime) -> Rights:
        """Note when she gave an answer; only the last day is kept, the journal has the others."""
        return replace(self, said=(*(one for one in self.said if one.what != what), Said(what, at)))

    # ------------------------------------------------------------------------------------------- applications

    def with_app(self, app: AppGrant) -> Rights:
        """Let an application act for her; what only waited for it to be opened is replaced by it."""
        kept = (a for a in self.apps if a.grant_id != app.grant_id and not (a.waiting and a.app == app.app))
        return replace(self, apps=(*kept, app))

    def without_apps(self, gone: Iterable[AppGrant]) -> Rights:
        """End authorisations of applications."""
        ended = {one.grant_id for one in gone}
        return replace(self, apps=tuple(a for a in self.apps if a.grant_id not in ended))

    # ------------------------------------------------------------------------------------------- after a death

    def with_death(self, death: Death) -> Rights:
        """Note a death. Once it is sure, everything she gave stops, letters she asked for too, and does not come back by itself."""
        if not death.is_sure:
            return replace(self, death=death)
        stopped = self.without_grants()
        return replace(stopped, death=death, reminder=None, quarterly=None)

    def without_death(self) -> Rights:
        """Forget a death that was noted by mistake: what she gave before stays withdrawn."""
        return replace(self, death=None)

    # ------------------------------------------------------------------------------------------- mandates

    def with_mandate(self, mandate: Mandate) -> Rights:
        """Add a mandate, or what it becomes once checked or accepted."""
        return replace(self, mandates=(*(m for m in self.mandates if m.mandate_id != mandate.mandate_id), mandate))

    def without_mandates(self, gone: Iterable[Mandate]) -> Rights:
        """End mandates."""
        ended = {one.mandate_id for one in gone}
        return replace(self, mandates=tuple(m for m in self.mandates if m.mandate_id not in ended))

    def with_trusted(self, trusted: TrustedPerson | None) -> Rights:
        """Say who her trusted person is, or that there is none any more."""
        return replace(self, trusted=trusted)

    # ------------------------------------------------------------------------------------------- who acts for her by law

    def with_representation(self, one: Representation) -> Rights:
        """Add a power, or what it becomes once confirmed or contested."""
        others = tuple(r for r in self.representations if r.representation_id != one.representation_id)
        return replace(self, representations=(*others, one))

    def without_representation(self, one: Representation) -> Rights:
        """End a power, and forget what its holder asked."""
        kept = tuple(r for r in self.representations if r.representation_id != one.representation_id)
        proposed = tuple(p for p in self.proposed if p.by != one.representation_id)
        return replace(self, representations=kept, proposed=proposed)

    def representation(self, power: UUID) -> Representation | None:
        """Return the power a mandate is held through, None for a mandate she gave herself."""
        return next((one for one in self.representations if one.representation_id == power), None)

    def with_proposed(self, one: Proposed) -> Rights:
        """Keep what one representative asked, until another asks the same: the oldest gives way."""
        others = [p for p in self.proposed if (p.act, p.body, p.by) != (one.act, one.body, one.by)]
        return replace(self, proposed=(*others, one)[-PROPOSED_MOST:])

    # ------------------------------------------------------------------------------------------- letters

    def with_address(self, lines: tuple[str, ...]) -> Rights:
        """Say where letters reach her; no line at all: at the counter."""
        return replace(self, address=lines)

    def with_letters(self, form: LetterForm) -> Rights:
        """Return the same rights, letters written so from now on."""
        return replace(self, letters=form)

    def with_returns(self, count: int) -> Rights:
        """Return the same rights, so many letters having come back since she last said where they reach her."""
        return replace(self, returns=count)

    def with_reminder(self, reminder: Reminder | None) -> Rights:
        """Ask for the letter of what is open to whom, or no more."""
        return replace(self, reminder=reminder)

    def with_quarterly(self, quarterly: Quarterly | None) -> Rights:
        """Ask for the letter of her journal of each quarter, or no more."""
        return replace(self, quarterly=quarterly)

    def with_contact(self, contact: Contact) -> Rights:
        """Say where she is written to besides her address."""
        return replace(self, contact=contact)

    def with_tie(self, account: bytes) -> Rights:
        """Remember an agent who said that he is tied to her."""
        return replace(self, ties=self.ties | {account})

    def with_wish(self, wish: Wish) -> Rights:
        """Say how she wants to be told of one kind."""
        return replace(self, wishes=(*(one for one in self.wishes if one.kind is not wish.kind), wish))

    # ------------------------------------------------------------------------------------------- episodes

    def with_episode(self, episode: Episode) -> Rights:
        """Add an episode, or what it becomes."""
        return replace(self, episodes=(*(e for e in self.episodes if e.episode_id != episode.episode_id), episode))

    def episode(self, episode: EpisodeId | None) -> Episode | None:
        """Return one of her episodes, None when she has no such one."""
        return next((one for one in self.episodes if one.episode_id == episode), None)

    def with_in_episode(self, episode: EpisodeId, document: DocumentId) -> Rights:
        """Put a document in an episode: permissions and masks that follow it follow there. In it already: nothing changes."""
        before = self.episode(episode)
        if before is None or document in before.documents:
            return self
        after = self._with_following(replace(before, documents=before.documents | {document}), frozenset((document,)))
        for mask in before.hides:
            after = after.with_mask(_hiding(mask, document))
        return after

    def with_visited(self, key: bytes, document: DocumentId) -> Rights:
        """Put a document in every episode that follows the visit it came from."""
        rights = self
        for episode in self.episodes:
            if key and episode.key == key:
                rights = rights.with_in_episode(episode.episode_id, document)
        return rights

    def hides_visit(self, key: bytes) -> bool:
        """Say whether she hides, from anybody, an episode that follows a visit."""
        return any(bool(key) and one.key == key and bool(one.hides) for one in self.episodes)

    def without_in_episode(self, episode: EpisodeId, document: DocumentId) -> Rights:
        """Take a document out of an episode: permissions that follow it show it no more; what hides it still hides it."""
        before = self.episode(episode)
        if before is None:
            return self
        after = self._with_following(replace(before, documents=before.documents - {document}), frozenset())
        return replace(
            after,
            masks=tuple(
                replace(m, episode=None) if m.episode == episode and m.document == document else m for m in after.masks
            ),
        )

    def with_hidden_episode(self, episode: EpisodeId, mask: Mask) -> Rights:
        """Hide an episode from one party or from all: what is in it, and what joins it later."""
        before = self.episode(episode)
        if before is None:
            return self
        after = self.with_episode(replace(before, hides=(*before.hides, mask)))
        for document in sorted(before.documents):
            after = after.with_mask(_hiding(mask, document))
        return after

    def with_shown_episode(self, episode: EpisodeId, whom: Recipient | None) -> Rights:
        """Show an episode again to exactly those it was hidden from; what hides one of its documents for itself stays."""
        before = self.episode(episode)
        if before is None:
            return self
        after = self.with_episode(
            replace(before, hides=tuple(m for m in before.hides if not m.is_about(None, None, whom)))
        )
        gone = [m for m in self.masks if m.episode == episode and m.is_about(m.document, m.category, whom)]
        return after.without_masks(gone)

    def without_episode(self, episode: EpisodeId) -> Rights:
        """Undo an episode: permissions that follow it end, what hides its documents still hides them."""
        return replace(
            self,
            episodes=tuple(e for e in self.episodes if e.episode_id != episode),
            grants=tuple(g for g in self.grants if g.episode != episode),
            masks=tuple(replace(m, episode=None) if m.episode == episode else m for m in self.masks),
        )

    def _with_following(self, episode: Episode, added: frozenset[DocumentId]) -> Rights:
        """Put an episode in the place of itself, with the permissions that follow it: they show what is in it, no more.

        What she took out of one permission alone does not come back: only what was `added` now is added there.
        """
        return replace(
            self,
            episodes=tuple(episode if e.episode_id == episode.episode_id else e for e in self.episodes),
            grants=tuple(
                replace(g, scope=replace(g.scope, documents=(g.scope.documents & episode.documents) | added))
                if g.episode == episode.episode_id
                else g
                for g in self.grants
            ),
        )


def _hiding(mask: Mask, document: DocumentId) -> Mask:
    """Return what an episode's mask is about one of its documents; its number is always the same for both."""
    return replace(mask, mask_id=MaskId(uuid5(mask.mask_id, document.hex)), document=document)


def _also(scope: Scope, old: UUID, new: UUID) -> Scope:
    return replace(scope, documents=scope.documents | {new}) if old in scope.documents else scope
