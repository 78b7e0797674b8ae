"""The life of one person's will, move by move, against a model that remembers what she said and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from espace_sante.access.request import ActId, ActorKind, Channel, Context, Permit, Proof, Subject, Thing
from espace_sante.access.rules import decide, visible
from espace_sante.consent.emergency import BrokenGlass, EmergencyWill, GlassKind
from espace_sante.consent.evidence import Answers, Deposits, Opening
from espace_sante.consent.grant import Grant, Scope
from espace_sante.consent.limits import Block, BlockKind, Mask
from espace_sante.consent.recipient import Recipient, RecipientKind
from espace_sante.consent.rights import Rights, SpaceState
from espace_sante.consent.space import Illegal, Move, Moved, move
from espace_sante.kernel.ids import CardId, DocumentId, GlassId, GrantId, MaskId, Rpps
from tests.property.access import facts

HOLDER = Subject(ActorKind.PERSON, "", holder=True)
REFUSED = {
    "everything": "read emergency deposit",
    "everything-but-emergency": "read deposit",
    "reading": "read emergency",
    "reading-but-emergency": "read",
    "deposits": "deposit",
}
LINES = [(category, document) for category in facts.CATEGORIES for document in facts.DOCUMENTS]


class Will(RuleBasedStateMachine):
    """Silence, yes, no, what she gives to whom, hides, blocks, seals, wants in an emergency, closes, with the clock moving."""

    def __init__(self) -> None:
        super().__init__()
        self.now = facts.EPOCH
        self.state: SpaceState | None = None
        self.rights: Rights | None = None
        self.said_yes = False
        self.count = 0
        self.nothing_said()

    def nothing_said(self) -> None:
        # The model: what was said, as plain facts. (party, scope, from, until, card, sees hidden)
        self.given: list[tuple[Recipient, Scope, datetime, datetime, CardId | None, bool]] = []
        self.hidden: list[tuple[DocumentId | None, int | None, Recipient | None]] = []
        # (party, refused: "read", "emergency", "deposit")
        self.blocked: list[tuple[Recipient, str]] = []
        self.sealed = self.authors = self.presumed = False
        self.shown: set[DocumentId] = set()
        self.emergency = EmergencyWill()
        self.broken: list[tuple[Rpps, GlassKind, datetime, datetime]] = []

    def context(self, channel: Channel = Channel.WEB, proof: Proof = Proof.PROFESSIONAL) -> Context:
        return Context(self.state, self.rights, channel, proof, facts.MATRICES)

    def may(self, act: ActId) -> bool:
        asked = decide(HOLDER, act, Thing(), self.context(proof=Proof.LOGIN), self.now)
        return isinstance(asked, Permit)

    def identifier(self) -> UUID:
        self.count += 1
        return UUID(int=self.count)

    def goes(self, asked: Move) -> bool:
        before = self.state
        result = move(before, asked)
        if isinstance(result, Illegal):
            assert result.state is before
            return False
        assert isinstance(result, Moved)
        self.state = result.state
        return True

    @rule(hours=st.integers(0, 24 * 3650))
    def stay_silent(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(opening=st.none() | st.sampled_from(Opening), deposits=st.none() | st.sampled_from(Deposits))
    def answer(self, opening: Opening | None, deposits: Deposits | None) -> None:
        answers = Answers(opening, deposits)
        if answers.refuses:
            before = (self.state, self.rights)
            assert self.goes(Move.REFUSE) is (self.state is None)
            assert (self.state, self.rights) == before
        if answers.opens and self.may(ActId.OPEN_SPACE):
            if self.state is SpaceState.OPEN:
                assert self.presumed, "only what was opened without her word is opened again by her yes"
            else:
                if self.state is SpaceState.CLOSED:  # another space begins: nothing of the former one comes with it
                    self.state, self.rights = None, None
                assert self.goes(Move.OPEN)
            self.rights, self.said_yes = answers.first_rights(), True
            self.nothing_said()
            self.authors = deposits is Deposits.YES  # the words of that question say so

    @precondition(lambda self: self.state is SpaceState.OPEN)
    @rule(
        who=facts.recipients,
        scope=facts.scopes,
        start=st.integers(-2, 48),
        length=st.integers(-1, 100),
        card=st.none() | st.sampled_from(facts.CARDS),
        administrator=facts.rarely,
    )
    def grant(
        self, who: Recipient, scope: Scope, start: int, length: int, card: CardId | None, administrator: bool
    ) -> None:
        assert self.may(ActId.GRANT_ACCESS)
        assert self.rights is not None
        starts = self.now + timedelta(hours=start)
        ends = starts + timedelta(hours=length)
        identifier, version = GrantId(self.identifier()), facts.CURRENT.version
        given = Grant(identifier, who, scope, "soins", starts, ends, version, card, sees_hidden=administrator)
        self.rights = self.rights.with_grant(given)
        self.given.append((who, scope, starts, ends, card, administrator))

    @precondition(lambda self: self.state is SpaceState.OPEN)
    @rule(who=facts.recipients)
    def withdraw(self, who: Recipient) -> None:
        assert self.may(ActId.WITHDRAW_ACCESS)
        assert self.rights is not None
        self.rights = self.rights.without_recipient(who)
        self.given = [given for given in self.given if given[0] != who]

    @precondition(lambda self: self.state is SpaceState.OPEN)
    @rule(card=st.sampled_from(facts.CARDS))
    def stop_card(self, card: CardId) -> None:
        assert self.rights is not None
        self.rights = self.rights.without_card(card)
        self.given = [given for given in self.given if given[4] != card]

    @precondition(lambda self: self.state is SpaceState.OPEN)
    @rule(chest=facts.rarely, authors=st.booleans(), presumed=facts.rarely, hides_new=st.booleans())
    def say_of_all(self, chest: bool, authors: bool, presumed: bool, hides_new: bool) -> None:
        assert self.rights is not None
        self.rights = replace(self.rights, chest=chest, authors_read=authors, presumed=presumed, hides_new=hides_new)
        self.sealed, self.authors, self.presumed = chest, authors, presumed

    @precondition(lambda self: self.state is SpaceState.OPEN)
    @rule(document=facts.documents)
    def show_what_was_born_hidden(self, document: DocumentId) -> None:
        assert self.rights is not None
        self.rights = self.rights.with_shown([document])
        self.shown.add(document)

    @precondition(lambda self: self.state is SpaceState.OPEN)
    @rule(will=facts.emergencies)
    def answer_about_emergencies(self, will: EmergencyWill) -> None:
        assert self.rights is not None
        self.rights = replace(self.rights, emergency=will)
        self.emergency = will

    @precondition(lambda self: self.state is SpaceState.OPEN)
    @rule(who=facts.practitioners, kind=st.sampled_from(GlassKind), length=st.integers(-1, 100))
    def break_glass(self, who: Rpps, kind: GlassKind, length: int) -> None:
        assert self.rights is not None
        ends = self.now + timedelta(hours=length)
        self.rights = self.rights.with_glass(BrokenGlass(GlassId(self.identifier()), who, kind, self.now, ends))
        self.broken.append((who, kind, self.now, ends))

    @precondition(lambda self: self.state is SpaceState.OPEN)
    @rule()
    def forget_what_is_over(self) -> None:
        assert self.rights is not None
        self.rights = self.rights.in_force(self.now)

    @precondition(lambda self: self.state is SpaceState.OPEN)
    @rule(document=facts.documents, category=st.none() | facts.categories, who=st.none() | facts.recipients)
    def hide(self, document: DocumentId, category: int | None, who: Recipient | None) -> None:
        assert self.may(ActId.MASK)
        assert self.rights is not None
        named = None if category is not None else document
        self.rights = self.rights.with_mask(Mask(MaskId(self.identifier()), named, category, who))
        self.hidden.append((named, category, who))
        if named is not None and is_nobody(who):
            self.shown.discard(named)

    @precondition(lambda self: self.state is SpaceState.OPEN and self.hidden)
    @rule(pick=st.integers(0, 5))
    def show_again(self, pick: int) -> None:
        assert self.may(ActId.UNMASK)
        assert self.rights is not None
        document, category, who = self.hidden[pick % len(self.hidden)]
        made = [mask for mask in self.rights.masks if mask.is_about(document, category, who)]
        assert made
        self.rights = self.rights.without_masks(made)
        self.hidden = [said for said in self.hidden if said != (document, category, who)]

    @precondition(lambda self: self.state is SpaceState.OPEN)
    @rule(who=facts.recipients, what=st.sampled_from(BlockKind))
    def block(self, who: Recipient, what: BlockKind) -> None:
        assert self.may(ActId.BLOCK)
        assert self.rights is not None
        self.rights = self.rights.with_block(Block(who, what))
        self.blocked += [(who, refused) for refused in REFUSED[what.value].split()]

    @precondition(lambda self: self.state is SpaceState.OPEN)
    @rule(who=facts.recipients)
    def unblock(self, who: Recipient) -> None:
        assert self.may(ActId.UNBLOCK)
        assert self.rights is not None
        self.rights = self.rights.without_block(who)
        self.blocked = [said for said in self.blocked if said[0] != who]

    @rule(provisionally=st.booleans())
    def close(self, provisionally: bool) -> None:
        is_open = self.state is SpaceState.OPEN
        assert self.may(ActId.CLOSE_SPACE) is is_open
        if is_open and provisionally and self.rights is not None:
            self.rights = self.rights.without_grants()  # by telephone, until it is confirmed
            self.given, self.broken, self.emergency, self.authors = [], [], EmergencyWill(), False
        else:
            assert self.goes(Move.CLOSE) is is_open

    @rule()
    def destroy_keys(self) -> None:
        closing = self.state is SpaceState.CLOSING
        assert self.goes(Move.KEYS_DESTROYED) is closing
        if closing:
            self.rights = None

    @invariant()
    def nothing_exists_without_a_yes(self) -> None:
        assert self.said_yes or (self.state is None and self.rights is None)

    @invariant()
    def each_professional_reads_what_she_said_and_nothing_else(self) -> None:
        for who in facts.PRACTITIONERS:
            shown = visible(facts.professional(who), self.context(), self.now)
            for category, document in LINES:
                for born in (False, True):
                    said = self.said(who, category, document, born)
                    assert shown(category, document, "", born) is said
                    for author in (False, True)[: 1 if born else 2]:  # its author's rule looks at no birth
                        asked = Thing(category, document, author=author, born_hidden=born)
                        decision = decide(facts.professional(who), ActId.READ_DOCUMENT, asked, self.context(), self.now)
                        expected = said or (author and self.rereads(who, category, document))
                        assert isinstance(decision, Permit) is expected

    @invariant()
    def each_professional_deposits_when_she_accepts_it_and_did_not_block_him(self) -> None:
        for who in facts.PRACTITIONERS:
            asked = decide(facts.professional(who), ActId.DEPOSIT_DOCUMENT, Thing(), self.context(), self.now)
            accepts = self.state is SpaceState.OPEN and self.rights is not None and self.rights.accepts_deposits
            assert isinstance(asked, Permit) is (accepts and not self.refuses(who, "deposit"))

    def refuses(self, who: Rpps, what: str) -> bool:
        return any(is_of(who, party) and refused == what for party, refused in self.blocked)

    def hides(self, category: int, document: DocumentId, from_whom: Rpps | None) -> bool:
        """Whether she hides it from somebody, or (None) from all."""
        return any(
            (is_nobody(to) if from_whom is None else to is not None and is_of(from_whom, to))
            and (named == document or of_category == category)
            for named, of_category, to in self.hidden
        )

    def rereads(self, who: Rpps, category: int, document: DocumentId) -> bool:
        """Whether, from what she said alone, its author may read this document again."""
        lets = self.state is SpaceState.OPEN and self.authors and not self.presumed
        return lets and not self.refuses(who, "read") and not self.hides(category, document, who)

    def said(self, who: Rpps, category: int, document: DocumentId, born: bool) -> bool:
        """Whether, from what she said alone, this professional may read this document now."""
        if self.state is not SpaceState.OPEN or self.sealed or self.presumed or self.hides(category, document, who):
            return False
        hidden = self.hides(category, document, None) or (born and document not in self.shown)
        # The second professional is shown the first two categories; the others, all three.
        shown_to_his_profession = category < 3 or who != facts.PRACTITIONERS[1]
        if shown_to_his_profession and not self.refuses(who, "read"):
            for party, scope, starts, ends, _, administrator in self.given:
                in_force = is_of(who, party) and starts <= self.now < ends
                if in_force and covers(scope, category, document) and (administrator or not hidden):
                    return True
        return self.in_an_emergency(who, category, document, hidden)

    def in_an_emergency(self, who: Rpps, category: int, document: DocumentId, hidden: bool) -> bool:
        will = self.emergency
        if self.refuses(who, "emergency") or (hidden and not will.hidden) or not covers(will.scope, category, document):
            return False
        wanted = {kind for kind in ("bedside", "regulator") if getattr(will, kind)}
        if who == facts.PRACTITIONERS[1]:
            wanted -= {"regulator"}  # not for his profession
        return any(
            him == who and kind.value in wanted and starts <= self.now < ends for him, kind, starts, ends in self.broken
        )


def is_of(who: Rpps, party: Recipient) -> bool:
    """Whether a professional is of a party, as people say it."""
    return {
        "practitioner": party.identifier == who,
        "structure": party.identifier == facts.WORKS[who],
        "team": who in party.members,
    }[party.kind.value]


def is_nobody(party: Recipient | None) -> bool:
    return party is None or (party.kind is RecipientKind.TEAM and not party.members)


def covers(scope: Scope, category: int, document: DocumentId) -> bool:
    return {
        "everything": True,
        "categories": category in scope.categories,
        "documents": document in scope.documents,
    }[scope.kind.value]


TestWill = Will.TestCase
TestWill.settings = settings(stateful_step_count=30)
