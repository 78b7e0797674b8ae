"""The life of one person's will, move by move, against a model that remembers what she said and nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from espace_sante.access.request import ActId, ActorKind, Channel, Context, Permit, Proof, Subject, Thing
from espace_sante.access.rules import decide, visible
from espace_sante.consent.evidence import Answers, Deposits, Opening
from espace_sante.consent.grant import Grant, Scope
from espace_sante.consent.limits import Block, BlockKind, Mask
from espace_sante.consent.recipient import Recipient
from espace_sante.consent.rights import Rights, SpaceState
from espace_sante.consent.space import Illegal, Move, Moved, move
from espace_sante.kernel.ids import DocumentId, GrantId, MaskId, Rpps
from tests.property.access import facts

HOLDER = Subject(ActorKind.PERSON, "", holder=True)
LINES = [(category, document) for category in facts.CATEGORIES for document in facts.DOCUMENTS]


# What each way of blocking refuses, and what today's matrix shows to each: said here again, on purpose.
REFUSED = {
    BlockKind.EVERYTHING: {"reading", "emergency", "deposits"},
    BlockKind.EVERYTHING_BUT_EMERGENCY: {"reading", "deposits"},
    BlockKind.READING: {"reading", "emergency"},
    BlockKind.READING_BUT_EMERGENCY: {"reading"},
    BlockKind.DEPOSITS: {"deposits"},
}
MATRIX = dict(zip(facts.PRACTITIONERS, ({1, 2, 3}, {1, 2}, {1, 2, 3}), strict=True))


def is_of(who: Rpps, party: Recipient) -> bool:
    """Whether this professional is, or belongs to, the party she named."""
    return who == party.identifier or facts.WORKS[who] == party.identifier or who in party.members


class Will(RuleBasedStateMachine):
    """Silence, yes, no, grants, withdrawals, masks, blocks, closing and erasure, in any order, with the clock moving."""

    def __init__(self) -> None:
        super().__init__()
        self.now = facts.EPOCH
        self.state: SpaceState | None = None
        self.rights: Rights | None = None
        self.said_yes = False
        self.count = 0
        # The model: what was said, as a list of plain facts. (professional, scope, from, until)
        self.given: list[tuple[Recipient, Scope, datetime, datetime]] = []
        self.hidden: list[tuple[DocumentId | None, int | None, Recipient | None]] = []
        self.blocked: dict[Recipient, set[str]] = {}

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
            if self.state is SpaceState.CLOSED:  # another space begins: nothing of the former one comes with it
                self.state, self.rights = None, None
            assert self.goes(Move.OPEN)
            self.rights, self.said_yes = answers.first_rights(), True
            self.given, self.hidden, self.blocked = [], [], {}

    @precondition(lambda self: self.state is SpaceState.OPEN)
    @rule(who=facts.recipients, scope=facts.scopes, start=st.integers(-2, 48), length=st.integers(-1, 100))
    def grant(self, who: Recipient, scope: Scope, start: int, length: int) -> None:
        assert self.may(ActId.GRANT_ACCESS)
        assert self.rights is not None
        starts = self.now + timedelta(hours=start)
        ends = starts + timedelta(hours=length)
        self.rights = self.rights.with_grant(Grant(GrantId(self.identifier()), who, scope, "soins", starts, ends))
        self.given.append((who, scope, starts, ends))

    @precondition(lambda self: self.state is SpaceState.OPEN)
    @rule(who=facts.recipients)
    def withdraw(self, who: Recipient) -> None:
        assert self.may(ActId.WITHDRAW_ACCESS)
        assert self.rights is not None
        self.rights = self.rights.without_recipient(who)
        self.given = [given for given in self.given if given[0] != who]

    @precondition(lambda self: self.state is SpaceState.OPEN)
    @rule(document=facts.documents, category=st.none() | facts.categories, who=st.none() | facts.recipients)
    def hide(self, document: DocumentId, category: int | None, who: Recipient | None) -> None:
        assert self.may(ActId.MASK)
        assert self.rights is not None
        named = None if category is not None else document
        self.rights = self.rights.with_mask(Mask(MaskId(self.identifier()), named, category, who))
        self.hidden.append((named, category, who))

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
        self.blocked[who] = self.blocked.get(who, set()) | REFUSED[what]

    @precondition(lambda self: self.state is SpaceState.OPEN)
    @rule(who=facts.recipients)
    def unblock(self, who: Recipient) -> None:
        assert self.may(ActId.UNBLOCK)
        assert self.rights is not None
        self.rights = self.rights.without_block(who)
        self.blocked.pop(who, None)

    @rule(provisionally=st.booleans())
    def close(self, provisionally: bool) -> None:
        is_open = self.state is SpaceState.OPEN
        assert self.may(ActId.CLOSE_SPACE) is is_open
        if is_open and provisionally and self.rights is not None:
            self.rights = self.rights.without_grants()  # by telephone, until it is confirmed
            self.given = []
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
                assert shown(category, document) is self.said(who, category, document)
                asked = Thing(category, document)
                decision = decide(facts.professional(who), ActId.READ_DOCUMENT, asked, self.context(), self.now)
                assert isinstance(decision, Permit) is self.said(who, category, document)

    @invariant()
    def each_professional_deposits_when_she_accepts_it_and_did_not_block_him(self) -> None:
        for who in facts.PRACTITIONERS:
            asked = decide(facts.professional(who), ActId.DEPOSIT_DOCUMENT, Thing(), self.context(), self.now)
            accepts = self.state is SpaceState.OPEN and self.rights is not None and self.rights.accepts_deposits
            assert isinstance(asked, Permit) is (accepts and not self.refuses(who, "deposits"))

    def refuses(self, who: Rpps, what: str) -> bool:
        """Whether, from what she said alone, this professional is refused this."""
        return any(what in refused for party, refused in self.blocked.items() if is_of(who, party))

    def said(self, who: Rpps, category: int, document: DocumentId) -> bool:
        """Whether, from what she said alone, this professional may read this document now."""
        if self.state is not SpaceState.OPEN:
            return False
        if self.refuses(who, "reading") or category not in MATRIX[who]:
            return False
        for thing, of_category, to in self.hidden:
            # A party without anybody in it is nobody: doubt hides from all.
            from_him = to is None or is_of(who, to) or (not to.identifier and not to.members)
            if from_him and (thing == document or of_category == category):
                return False
        for to_whom, scope, starts, ends in self.given:
            covered = {
                "everything": True,
                "categories": category in scope.categories,
                "documents": document in scope.documents,
            }[scope.kind.value]
            if is_of(who, to_whom) and covered and starts <= self.now < ends:
                return True
        return False


TestWill = Will.TestCase
