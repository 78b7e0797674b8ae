"""Everything every professional may do in one space, now and later: what a move of hers is compared by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize

from espace_sante.access.request import ActId, Channel, Context, Permit, Proof, Thing
from espace_sante.access.rules import decide, visible
from espace_sante.consent.emergency import GlassKind
from espace_sante.consent.grant import Grant, Scope, ScopeKind
from espace_sante.consent.recipient import named
from espace_sante.consent.rights import Episode, Rights, SpaceState
from espace_sante.kernel.ids import DocumentId, EpisodeId, GrantId, Rpps
from tests.property.access import facts

LATER = (timedelta(), timedelta(hours=13), timedelta(days=40))
SUBJECTS = {who: facts.professional(who) for who in facts.PRACTITIONERS}
EPISODE = EpisodeId(UUID(int=31))
Done = tuple[int, str, object]


@dataclass(frozen=True)
class Document:
    """What is fixed about a document when it comes."""

    category: int
    author: Rpps
    born_hidden: bool
    withheld: bool


class Everybody(RuleBasedStateMachine):
    """One space, and everything anybody may do in it."""

    @initialize(hides_new=st.booleans(), authors=st.booleans(), readers=st.sets(facts.practitioners, min_size=1))
    def start(self, hides_new: bool, authors: bool, readers: set[Rpps]) -> None:
        """Begin where something may be taken back: somebody reads everything for three months."""
        self.now, self.count, self.state = facts.EPOCH, 100, SpaceState.OPEN
        self.rights = Rights(True, authors_read=authors, hides_new=hides_new, episodes=(Episode(EPISODE, "Séjour"),))
        first, second, third = facts.PRACTITIONERS
        self.documents = {
            facts.DOCUMENTS[0]: Document(1, first, False, False),
            facts.DOCUMENTS[1]: Document(2, second, False, True),
            facts.DOCUMENTS[2]: Document(3, third, True, False),
            facts.DOCUMENTS[3]: Document(1, second, True, True),
        }

        for who in readers:
            ends, version = self.now + timedelta(days=90), facts.CURRENT.version
            everything = Scope(ScopeKind.EVERYTHING)
            grant = Grant(GrantId(self.identifier()), named(who), everything, "soins", self.now, ends, version)
            self.rights = self.rights.with_grant(grant)

    def identifier(self) -> UUID:
        self.count += 1
        return UUID(int=self.count)

    # ------------------------------------------------------------------------------------ what anybody may do

    def open_to_all(self) -> set[Done]:
        """Return everything every professional may do, now and later if nothing more is said."""
        found: set[Done] = set()
        context = Context(self.state, self.rights, Channel.API, Proof.PROFESSIONAL, facts.MATRICES)
        for number, delay in enumerate(LATER):
            at = self.now + delay
            for who, subject in SUBJECTS.items():
                shown = visible(subject, context, at)
                for name, one in self.documents.items():
                    if shown(one.category, name, "", one.born_hidden, one.withheld):
                        found.add((number, who, name))
        for who, subject in SUBJECTS.items():
            asked = [
                (ActId.DEPOSIT_DOCUMENT, Thing()),
                (ActId.LIST_DOCUMENTS, Thing()),
                (ActId.USE_ACCESS_CARD, Thing()),
            ]
            asked += [(ActId.BREAK_GLASS, Thing(emergency=kind)) for kind in GlassKind]
            asked += [
                (ActId.READ_DOCUMENT, Thing(one.category, name, author=one.author == who, born_hidden=one.born_hidden))
                for name, one in self.documents.items()
            ]
            found |= {(0, who, ask) for ask in asked if isinstance(decide(subject, *ask, context, self.now), Permit)}
        return found

    def takes(self, after: Rights, state: SpaceState = SpaceState.OPEN) -> None:
        before = self.open_to_all()
        self.rights, self.state = after, state
        assert self.open_to_all() <= before

    def changes_nothing(self, after: Rights) -> None:
        before = self.open_to_all()
        self.rights = after
        assert self.open_to_all() == before

    def gives_to(self, after: Rights, allowed: Callable[[Rpps, DocumentId], bool]) -> None:
        """Check that a move shows somebody only what it says, to whom it says."""
        before = self.open_to_all()
        self.rights = after
        more = {(who, what) for _, who, what in self.open_to_all() - before if isinstance(what, UUID)}
        assert all(allowed(Rpps(who), DocumentId(what)) for who, what in more), more

    def covered(self, scope: Scope, name: DocumentId) -> bool:
        return scope.covers(self.documents[name].category, name)
