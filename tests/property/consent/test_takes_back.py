"""Whatever she said before, taking something back never gives more: to nobody, on no document, at no later instant.

Everything anybody may do is computed before and after each move. What takes back leaves a part of it; what only waits for her
(a request, a card nobody has shown, what is to be told to her) changes nothing of it; what gives, gives what it says.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from espace_sante.access.request import ActorKind, Channel, Context, Proof, Subject
from espace_sante.access.rules import visible
from espace_sante.consent.cards import AccessCard
from espace_sante.consent.choices import Choice, answered
from espace_sante.consent.emergency import BrokenGlass, EmergencyWill, GlassKind
from espace_sante.consent.grant import Grant, Scope
from espace_sante.consent.limits import Block, BlockKind, Mask
from espace_sante.consent.recipient import Recipient, named
from espace_sante.consent.requests import AccessRequest
from espace_sante.consent.rights import Episode, SpaceState
from espace_sante.consent.support import Support
from espace_sante.kernel.ids import CardId, CaseId, DocumentId, GlassId, GrantId, MaskId, RequestId, Rpps
from tests.property.access import facts
from tests.property.consent.everybody import EPISODE, SUBJECTS, Everybody

HOLDER = Subject(ActorKind.PERSON, "", holder=True)


class TakesBack(Everybody):
    """One space; every move is compared with what everybody could do just before it."""

    # ------------------------------------------------------------------------------------ what gives

    @precondition(lambda self: self.state is SpaceState.OPEN)
    @rule(
        to=facts.recipients,
        scope=facts.scopes,
        hours=st.sampled_from((1, 13, 24, 2000)),
        hidden=facts.rarely,
        follows=facts.rarely,
    )
    def grant(self, to: Recipient, scope: Scope, hours: int, hidden: bool, follows: bool) -> None:
        given = Grant(
            GrantId(self.identifier()),
            to,
            scope,
            "soins",
            self.now,
            self.now + timedelta(hours=hours),
            facts.CURRENT.version,
            episode=EPISODE if follows else None,
            sees_hidden=hidden,
        )
        allowed = {who for who, subject in SUBJECTS.items() if to.includes(subject.reader)}
        self.gives_to(self.rights.with_grant(given), lambda who, name: who in allowed and self.covered(scope, name))

    @precondition(lambda self: self.state is SpaceState.OPEN)
    @rule(scope=facts.scopes, uses=st.integers(0, 2))
    def issue_card(self, scope: Scope, uses: int) -> None:
        card = CardId(self.identifier())
        ends = self.now + timedelta(days=3)
        made = AccessCard(card, f"{self.count:06d}", b"", b"", scope, "soins", uses, 12, self.now, ends, "", 0)
        self.changes_nothing(self.rights.with_card(made))

    @precondition(lambda self: self.rights.cards)
    @rule(who=facts.practitioners, pick=st.integers(0, 5), mistaken=facts.rarely)
    def use_card(self, who: Rpps, pick: int, mistaken: bool) -> None:
        card = self.rights.cards[pick % len(self.rights.cards)]
        if mistaken or not card.usable(self.now):
            self.changes_nothing(self.rights.with_card(card.mistaken()))
            return
        ends, version = min(self.now + timedelta(hours=card.hours), card.ends), facts.CURRENT.version
        given = Grant(
            GrantId(self.identifier()), named(who), card.scope, "soins", self.now, ends, version, card.card_id
        )
        after = self.rights.with_card(card.used()).with_grant(given)
        self.gives_to(after, lambda him, name: him == who and self.covered(card.scope, name))
        (left,) = [one for one in self.rights.cards if one.card_id == card.card_id]
        assert left.uses_left == card.uses_left - 1 >= 0

    @precondition(lambda self: self.state is SpaceState.OPEN)
    @rule(who=facts.practitioners, scope=facts.scopes)
    def ask(self, who: Rpps, scope: Scope) -> None:
        asked = AccessRequest(RequestId(self.identifier()), who, "", "", "", scope, "soins", 20, self.now)
        self.changes_nothing(self.rights.with_request(asked))
        assert sum(one.practitioner == who for one in self.rights.requests) == 1

    @precondition(lambda self: self.rights.requests)
    @rule(pick=st.integers(0, 5), accept=st.booleans())
    def answer_request(self, pick: int, accept: bool) -> None:
        one = self.rights.requests[pick % len(self.rights.requests)]
        left = self.rights.without_request(one.request_id)
        if not accept:
            self.changes_nothing(left)
            return
        ends = self.now + timedelta(days=one.days)
        who, version = one.practitioner, facts.CURRENT.version
        given = Grant(GrantId(self.identifier()), named(who), one.scope, "soins", self.now, ends, version)
        self.gives_to(left.with_grant(given), lambda him, name: him == who and self.covered(one.scope, name))

    @precondition(lambda self: self.state is SpaceState.OPEN)
    @rule(will=facts.emergencies)
    def set_emergency(self, will: EmergencyWill) -> None:
        self.gives_to(self.rights.with_emergency(will), lambda _, name: self.covered(will.scope, name))

    @precondition(lambda self: self.state is SpaceState.OPEN)
    @rule(who=facts.practitioners, kind=st.sampled_from(GlassKind))
    def break_glass(self, who: Rpps, kind: GlassKind) -> None:
        glass = BrokenGlass(GlassId(self.identifier()), who, kind, self.now, self.now + timedelta(hours=24))
        scope = self.rights.emergency.scope
        self.gives_to(self.rights.with_glass(glass), lambda him, name: him == who and self.covered(scope, name))

    @precondition(lambda self: self.rights.masks or self.rights.blocks)
    @rule(pick=st.integers(0, 5), mask=st.booleans())
    def show_again(self, pick: int, mask: bool) -> None:
        masks, blocks = self.rights.masks, self.rights.blocks
        if mask and masks:
            gone = masks[pick % len(masks)]
            hid = {name for name, one in self.documents.items() if gone.covers(one.category, name)}
            self.gives_to(self.rights.without_masks([gone]), lambda _, name: name in hid)
        elif blocks:
            whom = blocks[pick % len(blocks)].who
            freed = {who for who, subject in SUBJECTS.items() if whom.includes(subject.reader)}
            self.gives_to(self.rights.without_block(whom), lambda him, _: him in freed)

    @precondition(lambda self: self.state is SpaceState.OPEN)
    @rule(name=facts.documents)
    def show_what_was_born_hidden(self, name: DocumentId) -> None:
        self.gives_to(self.rights.with_shown([name]), lambda _, shown: shown == name)

    # ------------------------------------------------------------------------------------ what takes back

    @precondition(lambda self: self.rights.grants)
    @rule(pick=st.integers(0, 5), scope=st.none() | facts.scopes, hours=st.none() | st.integers(0, 3000))
    def limit(self, pick: int, scope: Scope | None, hours: int | None) -> None:
        one = self.rights.grants[pick % len(self.rights.grants)]
        ends = None if hours is None else self.now + timedelta(hours=hours)
        less = one.limited(scope, ends, {name: document.category for name, document in self.documents.items()})
        assert less.ends <= one.ends, "shortening never lengthens"
        self.takes(self.rights.with_limited(less))

    @precondition(lambda self: self.state is SpaceState.OPEN)
    @rule(whom=facts.recipients)
    def withdraw(self, whom: Recipient) -> None:
        self.takes(self.rights.without_recipient(whom))
        assert not any(grant.to.is_same(whom) for grant in self.rights.grants)

    @precondition(lambda self: self.rights.cards)
    @rule(pick=st.integers(0, 5))
    def revoke_card(self, pick: int) -> None:
        card = self.rights.cards[pick % len(self.rights.cards)].card_id
        self.takes(self.rights.without_card(card))
        assert not any(grant.card == card for grant in self.rights.grants), "what was obtained with it goes with it"

    @precondition(lambda self: self.state is SpaceState.OPEN)
    @rule(
        name=facts.documents,
        category=st.none() | facts.categories,
        whom=st.none() | facts.recipients,
    )
    def hide(self, name: DocumentId, category: int | None, whom: Recipient | None) -> None:
        what = (None, category) if category is not None else (name, None)
        self.takes(self.rights.with_mask(Mask(MaskId(self.identifier()), *what, whom, self.now)))

    @precondition(lambda self: self.state is SpaceState.OPEN)
    @rule(whom=st.none() | facts.recipients)
    def hide_the_episode(self, whom: Recipient | None) -> None:
        hiding = Mask(MaskId(self.identifier()), None, None, whom, self.now, EPISODE)
        self.takes(self.rights.with_hidden_episode(EPISODE, hiding))

    @precondition(lambda self: self.state is SpaceState.OPEN)
    @rule(name=facts.documents)
    def take_out_of_the_episode(self, name: DocumentId) -> None:
        self.takes(self.rights.without_in_episode(EPISODE, name))

    @precondition(lambda self: self.state is SpaceState.OPEN)
    @rule(rarely=st.integers(0, 3))
    def undo_the_episode(self, rarely: int) -> None:
        if not rarely:
            self.takes(self.rights.without_episode(EPISODE))
            self.changes_nothing(self.rights.with_episode(Episode(EPISODE, "Séjour")))

    @precondition(lambda self: self.state is SpaceState.OPEN)
    @rule(whom=facts.recipients, what=st.sampled_from(BlockKind))
    def block(self, whom: Recipient, what: BlockKind) -> None:
        self.takes(self.rights.with_block(Block(whom, what)))

    @precondition(lambda self: self.state is SpaceState.OPEN)
    @rule(choice=st.sampled_from(Choice), yes=facts.rarely)
    def answer_apart(self, choice: Choice, yes: bool) -> None:
        purpose = "research" if choice is Choice.PURPOSE else ""
        after = answered(self.rights, choice, yes, self.now, purpose)
        if yes:
            self.rights = after
        else:
            self.takes(after)

    @precondition(lambda self: self.state is SpaceState.OPEN)
    @rule()
    def refuse_emergencies(self) -> None:
        self.takes(self.rights.with_emergency(EmergencyWill(since=self.now)))

    @rule(close=st.integers(0, 8))
    def close(self, close: int) -> None:
        """By telephone all is withdrawn; kept, nobody does anything; opened again, it is as on its first day."""
        if self.state is SpaceState.ARCHIVED:
            self.rights, self.state = self.rights.without_grants(), SpaceState.OPEN
            assert not [what for _, _, what in self.open_to_all() if isinstance(what, UUID)]
        elif close < 2:
            self.takes(self.rights.without_grants(), SpaceState.ARCHIVED if close else SpaceState.OPEN)
            assert not [what for _, _, what in self.open_to_all() if isinstance(what, UUID)]

    @rule(hours=st.integers(0, 60))
    def time_goes_by(self, hours: int) -> None:
        """What begins begins when it is said: waiting shows nothing more, and what is over is over without being forgotten."""
        seen = {(who, what) for number, who, what in self.open_to_all() if number == 0 and isinstance(what, UUID)}
        self.now += timedelta(hours=hours)
        assert {(who, what) for n, who, what in self.open_to_all() if n == 0 and isinstance(what, UUID)} <= seen
        self.changes_nothing(self.rights.in_force(self.now))

    # ------------------------------------------------------------------------------------ what decides nothing

    @precondition(lambda self: self.state is SpaceState.OPEN)
    @rule(support=st.booleans())
    def be_helped(self, support: bool) -> None:
        help_allowed = Support("ABC123", self.now, self.now + timedelta(hours=1), True)
        case = CaseId(self.identifier())
        self.changes_nothing(self.rights.with_support(help_allowed) if support else self.rights.with_case(case))
        self.changes_nothing(self.rights.without_support())

    @precondition(lambda self: self.state is SpaceState.OPEN)
    @rule(name=facts.documents)
    def tell_her(self, name: DocumentId) -> None:
        """What was withheld is withheld from her alone, and shown to her once it was told."""
        self.changes_nothing(self.rights.with_announced(name))
        assert name in self.rights.announced
        context = Context(self.state, self.rights, Channel.WEB, Proof.LOGIN, facts.MATRICES)
        hers = visible(HOLDER, context, self.now)
        for one, what in self.documents.items():
            withheld = what.withheld and one not in self.rights.announced
            assert hers(what.category, one, "", what.born_hidden, withheld) is not withheld

    @precondition(lambda self: self.state is SpaceState.OPEN and len(self.documents) < 7)
    @rule(old=facts.documents)
    def replace_document(self, old: DocumentId) -> None:
        """The one that takes a document's place is shown exactly to whom the old one is, and nothing else changes."""
        new, before = DocumentId(self.identifier()), self.open_to_all()
        self.documents[new] = self.documents[old]
        self.rights = self.rights.with_replacement(old, new)
        after = self.open_to_all()
        same = {(n, who, new if what == old else what) for n, who, what in before if isinstance(what, UUID)}
        kept = {entry for entry in after if isinstance(entry[2], UUID)}
        assert kept == same | {entry for entry in before if isinstance(entry[2], UUID)}

    @precondition(lambda self: self.state is SpaceState.OPEN)
    @rule(name=facts.documents)
    def put_in_an_episode(self, name: DocumentId) -> None:
        """What follows an episode follows there: shown to whom a permission follows it, hidden from whom it is hidden."""
        (before,) = self.rights.episodes
        followers = [grant for grant in self.rights.grants if grant.episode == EPISODE]
        allowed = {w for w, s in SUBJECTS.items() if any(grant.to.includes(s.reader) for grant in followers)}
        self.gives_to(self.rights.with_in_episode(EPISODE, name), lambda him, shown: him in allowed and shown == name)
        for mask in before.hides if name not in before.documents else ():
            hidden_from = {who for who, subject in SUBJECTS.items() if mask.concerns(subject.reader)}
            seen = {who for _, who, what in self.open_to_all() if what == name}
            assert mask.is_from_all or not seen & hidden_from
        (episode,) = self.rights.episodes
        assert name in episode.documents
        self.changes_nothing(self.rights.with_episode(replace(episode, name="Autre nom")))

    @precondition(lambda self: self.state is SpaceState.OPEN)
    @rule(whom=st.none() | facts.recipients)
    def show_the_episode_again(self, whom: Recipient | None) -> None:
        """Only what hiding it hid is shown again, and only to whom something else shows it."""
        hidden = {m.document for m in self.rights.masks if m.episode == EPISODE and m.is_about(m.document, None, whom)}
        self.gives_to(self.rights.with_shown_episode(EPISODE, whom), lambda _, shown: shown in hidden)


TestTakesBack = TakesBack.TestCase
TestTakesBack.settings = settings(stateful_step_count=25)
