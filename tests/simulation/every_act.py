"""Two spaces of a running house, with the clock moving: how a demand is made, looked at, and compared with the model.

Around each demand the rows of every space are compared (`looks.py`). Around each act that takes something back, what every
professional sees afterwards is part of what he saw before. The acts themselves stand in `wills.py` and `others.py`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

import msgspec
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from espace_sante.keeper import demand as d
from tests.house import House
from tests.people import listed
from tests.simulation.acts import COUNTS
from tests.simulation.looks import Look, compare, look
from tests.simulation.said import CATEGORIES, PARTIES, READERS, Said, Scope
from tests.simulation.town import Town

WAYS: dict[str, dict[str, Any]] = {
    "self": {},
    "counter": {"channel": "counter", "proof": "identity_seen", "on_behalf": True},
    "paper": {"channel": "paper", "proof": "signed_form", "on_behalf": True},
    "phone": {"channel": "phone", "proof": "contact", "on_behalf": True},
}
whose = st.integers(0, 1)
ways = st.sampled_from(("self", "self", *WAYS))
readers = st.sampled_from(sorted(READERS))
parties = st.sampled_from(sorted(PARTIES))
picks = st.integers(0, 5)
scopes = st.sampled_from(("everything", "category", "category", "document", "documents"))


class EveryAct(RuleBasedStateMachine):
    """What the acts share."""

    town: ClassVar[Town]

    @initialize()
    def start(self) -> None:
        COUNTS["runs"] += 1
        self.people = self.town.begin()
        self.said = [Said(), Said()]
        self.public = [self.town.open(word) for word in self.people]
        self.last: Look | None = None
        self.views: list[dict[str, set[str] | None] | None] = [None, None]

    @property
    def house(self) -> House:
        assert self.town.house is not None
        return self.town.house

    @property
    def now(self) -> datetime:
        return self.town.clock.at

    # ------------------------------------------------------------------------------------ demands

    def demand(self, word: str, act: str, params: Any, *, despite: bool = False, **ask: Any) -> d.Answer:
        """Make one demand; check the rows around it."""
        session = self.town.session(word)
        before = self.last or self.town.do(look(self.town.watch))
        answer: d.Answer = self.town.do(self.house.ask(session, act, params, **ask))
        self.last = self.town.do(look(self.town.watch))
        compare(before, self.last, answer, despite=despite)
        if any(before[name] != self.last[name] for name in ("wills", "documents")):
            self.views = [None, None]
        COUNTS["looked at"] += 1
        COUNTS[act] += 1
        return answer

    def hers(self, whose: int, way: str, act: str, params: Any) -> d.Answer:
        """Ask as the person herself, or as the agent in front of whom she stands, who has her letter or her voice."""
        if way == "self":
            return self.demand(self.people[whose], act, params)
        reference = f"local:{self.house.provider.find(self.people[whose]).local}"
        return self.demand("petit", act, params, person=reference, **WAYS[way])

    def his(self, who: str, whose: int, act: str, params: Any, **ask: Any) -> d.Answer:
        """Ask as a professional."""
        asked = {"person": f"id:{self.public[whose]}", "proof": "professional"} | ask
        return self.demand(who, act, params, **asked)

    def expect(self, answer: d.Answer, done: bool) -> bool:
        assert isinstance(answer, d.Done if done else d.Refused), (answer, done)
        return done

    def gives(self, whose: int, way: str, act: str, params: Any, foreseen: bool = True) -> bool:
        """Do an act that may give something; say whether it did. By telephone it only starts, and nothing changes."""
        said = self.said[whose]
        foreseen = foreseen and said.state == "open"
        wills = (self.last or {}).get("wills")
        answer = self.hers(whose, way, act, params)
        if way == "phone":
            assert isinstance(answer, d.Refused) or answer.effect == "starts"
            assert not wills or self.last is None or self.last["wills"] == wills, "what only starts changes no will"
            return False
        self.answer = answer
        return self.expect(answer, foreseen)

    def takes(self, whose: int, way: str, act: str, params: Any, foreseen: bool = True) -> bool:
        """Do an act that takes something back, by any way; nobody sees more afterwards."""
        said = self.said[whose]
        foreseen = foreseen and said.state == "open"
        before = self.look_around(whose)
        self.answer = self.hers(whose, way, act, params)
        done = self.expect(self.answer, foreseen)
        after = self.look_around(whose)
        for who in READERS:
            assert (after[who] or set()) <= (before[who] or set()), f"{act} shows {who} something more"
            assert after[who] is None or before[who] is not None, f"{act} gives {who} a list"
            assert done or after[who] == before[who]
        COUNTS["taken back"] += done
        return done

    # ------------------------------------------------------------------------------------ what is seen

    def look_around(self, whose: int) -> dict[str, set[str] | None]:
        """Return what each professional is shown, None for no list at all; looked at again when something changed."""
        found = self.views[whose]
        if found is None:
            found = self.views[whose] = {who: self.view(who, whose) for who in READERS}
        return found

    def view(self, who: str, whose: int) -> set[str] | None:
        answer = self.his(who, whose, "list_documents", d.ListParams(status="both"))
        if isinstance(answer, d.Refused):
            return None
        return {line.document for line in listed(answer).lines}

    @rule(whose=whose)
    def each_sees_what_she_said(self, whose: int) -> None:
        """The list of each professional is the one the model foresees."""
        said, seen = self.said[whose], self.look_around(whose)
        for who in READERS:
            foreseen = said.sees(who, self.now) if said.lists(who, self.now) else None
            assert seen[who] == foreseen, (who, seen[who], foreseen)
        COUNTS["shown"] += sum(map(len, filter(None, seen.values())))

    @rule(whose=whose, who=readers, pick=picks)
    def one_reads_one_document(self, whose: int, who: str, pick: int) -> None:
        said = self.said[whose]
        documents = [*said.documents]
        if not documents:
            return
        name = documents[pick % len(documents)]
        answer = self.his(who, whose, "read_document", d.ReadParams(bytes.fromhex(name[32:])))
        self.expect(answer, name in said.sees(who, self.now) or said.rereads(who, name))

    @rule(whose=whose, minutes=st.sampled_from((1, 29, 31, 11 * 60, 24 * 60, 3 * 24 * 60, 31 * 24 * 60)))
    def time_goes_by(self, whose: int, minutes: int) -> None:
        """Every permission, card, request and emergency access ends at its instant, and nobody sees more for waiting."""
        before = self.look_around(whose)
        waiting = {who for (who, _), (starts, _) in self.said[whose].broken.items() if self.now < starts}
        self.town.clock.at += timedelta(minutes=minutes)
        self.views = [None, None]
        after = self.look_around(whose)
        for who in READERS:
            assert who in waiting or (after[who] or set()) <= (before[who] or set()), "time shows nothing more"

    # ------------------------------------------------------------------------------------ what is drawn

    def scope(self, whose: int, kind: str, pick: int) -> Scope:
        """Return a scope drawn by its kind; without a document there is a category."""
        documents = [*self.said[whose].documents]
        if kind == "everything":
            return Scope("everything")
        if kind == "category" or not documents:
            return Scope("categories", frozenset({CATEGORIES[pick % 2]}))
        kept = documents[pick % len(documents) :] if kind == "documents" else [documents[pick % len(documents)]]
        return Scope("documents", documents=frozenset(kept))

    def journal(self, whose: int) -> d.JournalAnswer | None:
        """Return what she reads of her journal, which is hers in an archive too."""
        answer = self.demand(self.people[whose], "read_journal", d.JournalParams())
        if not self.expect(answer, self.said[whose].state != "closed"):
            return None
        assert isinstance(answer, d.Done)
        return msgspec.msgpack.decode(answer.payload, type=d.JournalAnswer)

    def teardown(self) -> None:
        if hasattr(self, "said"):
            for whose in (0, 1):
                self.each_sees_what_she_said(whose)  # type: ignore[no-untyped-call, unused-ignore]  # hypothesis gives a rule no type


def rows(scope: Scope) -> list[bytes]:
    """Return the documents of a scope as parameters name them."""
    return [bytes.fromhex(name[32:]) for name in sorted(scope.documents)]
