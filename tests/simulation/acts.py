"""The acts of a person in any order, by two people, two professionals and a counter, beside a pure model of who may see what.

The model keeps sets only: what was granted to whom, what is hidden from whom, what was deposited where. After each act
the answer of the real house must be the one the model foresees; at the end every chain is recomputed.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import msgspec
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from espace_sante.keeper import demand as d
from espace_sante.keeper.codec import READING
from espace_sante.kernel.settings import Settings
from espace_sante.operate.roles import connection_arguments
from tests.fixtures_database import Background, _empty
from tests.house import House
from tests.inside import chains
from tests.people import listed

PEOPLE = ("jeanne", "karim")
PROFESSIONALS = {"diallo": "99900000011", "guerin": "99900000029"}
CATEGORIES = (5, 11)
COUNTS: Counter[str] = Counter()
WANTED = """SELECT (SELECT count(*) FROM identity.person) AS persons, (SELECT count(*) FROM consent.rights) AS wills,
    (SELECT count(*) FROM records.document) AS documents, (SELECT count(*) FROM mailroom.invitation) AS invitations"""
COUNTER = {"channel": "counter", "proof": "identity_seen", "on_behalf": True}
person = st.sampled_from(PEOPLE)
professional = st.sampled_from(sorted(PROFESSIONALS))
by_counter = st.booleans()


@dataclass
class Model:
    """What one person's space should be."""

    invited: bool = False
    opened: bool = False
    deposits: bool = True
    public: str = ""
    documents: dict[str, int] = field(default_factory=dict)
    grants: list[tuple[str, frozenset[int]]] = field(default_factory=list)
    masks: list[tuple[str, str, int, int]] = field(default_factory=list)  # from whom ("" all), document, category, will
    blocks: dict[str, str] = field(default_factory=dict)
    senders: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)  # what took the place of what

    def current(self, seen: set[str]) -> set[str]:
        """Of what somebody may see, what nothing that he may see has taken the place of."""
        return {document for document in seen if self.after.get(document) not in seen}

    def seen_by(self, who: str) -> set[str]:
        """What a professional may see."""
        if self.blocks.get(who) == "everything":
            return set()
        return {
            document
            for document, category in self.documents.items()
            if any(to == who and category in scope for to, scope in self.grants)
            and not any(
                of in ("", who) and (document == what or category == hidden) for of, what, hidden, _ in self.masks
            )
        }


class TenActs(RuleBasedStateMachine):
    """Every rule does one act on the real house and compares with the model."""

    settings_of_house: Settings

    def __init__(self) -> None:
        super().__init__()
        self.background = Background()
        self.models = {word: Model() for word in PEOPLE}
        self.sessions: dict[str, bytes] = {}
        COUNTS["runs"] += 1

    @initialize(begun=st.booleans())
    def start(self, begun: bool) -> None:
        """Start from nothing, or from one space with a document that a professional may read: further is reached sooner."""
        self.do(_empty(self.settings_of_house))
        self.house = House(self.settings_of_house, keepers=2)
        self.do(self.house.start())
        self.watch = self.do(asyncpg.connect(**connection_arguments(self.settings_of_house, "postgres")))
        for word in (*PEOPLE, *PROFESSIONALS, "petit"):
            self.sessions[word] = self.do(self.house.sign_in(word))
        if begun:
            self.invite(PEOPLE[0])
            self.open_space(PEOPLE[0], False, True)
            self.deposit_document(PEOPLE[0], "guerin", CATEGORIES[0])
            self.grant_access(PEOPLE[0], False, "diallo", set(CATEGORIES))

    def do(self, work: Any) -> Any:
        return self.background.run(work)

    def ask(self, who: str, counter: bool, act: str, params: Any) -> d.Answer:
        """Ask as the person herself, or as the agent at the counter in front of whom she stands."""
        COUNTS["acts"] += 1
        if not counter:
            return self.do(self.house.ask(self.sessions[who], act, params))
        reference = f"ins:{self.house.provider.find(who).ins}"
        ask = self.house.printed if act in READING else self.house.ask
        return self.do(ask(self.sessions["petit"], act, params, person=reference, **COUNTER))

    def expect(self, answer: d.Answer, done: bool) -> bool:
        assert isinstance(answer, d.Done if done else d.Refused), (answer, done)
        return done

    @rule(who=person)
    def invite(self, who: str) -> None:
        account = self.house.provider.find(who)
        reference = f"ins:{account.ins}"
        traits = d.Traits(account.birth_name, account.first_given, account.birth_date, account.sex)
        operator = self.sessions.setdefault("accueil", self.do(self.house.sign_in("accueil")))
        answer = self.do(self.house.ask(operator, "invite", d.InviteParams(reference, traits), person=reference))
        COUNTS["acts"] += 1
        self.expect(answer, True)  # inviting tells nobody who has a space
        self.models[who].invited = True

    @rule(who=person, counter=by_counter, deposits=st.booleans())
    def open_space(self, who: str, counter: bool, deposits: bool) -> None:
        model = self.models[who]
        answer = self.ask(who, counter, "open_space", d.OpenParams(deposits, "2026-11-1", "fr", "00" * 32))
        if self.expect(answer, model.invited and not model.opened):
            assert isinstance(answer, d.Done)
            public = msgspec.msgpack.decode(answer.payload, type=d.OpenAnswer).person
            self.models[who] = Model(opened=True, deposits=deposits, public=public)

    @rule(who=person, counter=by_counter)
    def refuse_space(self, who: str, counter: bool) -> None:
        model = self.models[who]
        answer = self.ask(who, counter, "refuse_space", d.RefuseParams("2026-11-1", "fr", "00" * 32))
        if self.expect(answer, model.invited and not model.opened):
            model.invited = False

    @rule(who=person, sender=professional, category=st.sampled_from(CATEGORIES))
    def deposit_document(self, who: str, sender: str, category: int) -> None:
        model, reference = self.models[who], f"ins:{self.house.provider.find(who).ins}"
        COUNTS["acts"] += 1
        answer = self.do(self.house.deposit(self.sessions[sender], reference, os.urandom(20), category=category))
        if self.expect(answer, model.opened and model.deposits and sender not in model.blocks):
            assert isinstance(answer, d.Done)
            document = msgspec.msgpack.decode(answer.payload, type=d.DepositAnswer).document
            model.documents[document], model.senders[document] = category, sender

    @precondition(lambda self: any(model.documents for model in self.models.values()))
    @rule(sender=professional, pick=st.integers(0, 5), own=st.integers(0, 4))
    def replace_document(self, sender: str, pick: int, own: int) -> None:
        """Only the one who deposited takes his document's place, once; the category and the masks of the old one stay."""
        who = next(word for word in PEOPLE if self.models[word].documents)
        model, reference = self.models[who], f"ins:{self.house.provider.find(who).ins}"
        old = [*model.documents, "0" * 64][pick % (len(model.documents) + 1)]
        sender = model.senders.get(old, sender) if own else sender
        COUNTS["acts"] += 1
        answer = self.do(self.house.deposit(self.sessions[sender], reference, os.urandom(20), category=8, replaces=old))
        free = model.opened and model.deposits and sender not in model.blocks
        allowed = free and model.senders.get(old) == sender and old not in model.after
        if self.expect(answer, allowed):
            COUNTS["replacements"] += 1
            assert isinstance(answer, d.Done)
            new = msgspec.msgpack.decode(answer.payload, type=d.DepositAnswer).document
            model.documents[new], model.senders[new], model.after[old] = model.documents[old], sender, new
            model.masks += [(of, new, category, will) for of, what, category, will in model.masks if what == old]

    @rule(who=person, counter=by_counter, to=professional, scope=st.sets(st.sampled_from(CATEGORIES), min_size=1))
    def grant_access(self, who: str, counter: bool, to: str, scope: set[int]) -> None:
        params = d.GrantParams(PROFESSIONALS[to], "categories", sorted(scope), [], "care", 30)
        if self.expect(self.ask(who, counter, "grant_access", params), self.models[who].opened):
            self.models[who].grants.append((to, frozenset(scope)))

    @rule(who=person, counter=by_counter, to=professional)
    def withdraw_access(self, who: str, counter: bool, to: str) -> None:
        params = d.WithdrawParams(PROFESSIONALS[to])
        if self.expect(self.ask(who, counter, "withdraw_access", params), self.models[who].opened):
            self.models[who].grants = [(of, scope) for of, scope in self.models[who].grants if of != to]

    @rule(who=person, counter=by_counter, to=st.sampled_from(("", *PROFESSIONALS)), pick=st.integers(0, 5))
    def mask(self, who: str, counter: bool, to: str, pick: int) -> None:
        model = self.models[who]
        documents = sorted(model.documents)
        document = documents[pick] if pick < len(documents) else ""
        category = 0 if document else CATEGORIES[pick % 2]
        params = d.MaskParams(bytes.fromhex(document[32:]), category, PROFESSIONALS.get(to, ""))
        if self.expect(self.ask(who, counter, "mask", params), model.opened):
            COUNTS["masks"] += 1
            model.masks.append((to, document, category, COUNTS["masks"]))

    @precondition(lambda self: any(model.opened for model in self.models.values()))
    @rule(
        who=person,
        counter=by_counter,
        pick=st.integers(0, 5),
        to=st.sampled_from(("same", "", *PROFESSIONALS)),
        versions=st.booleans(),
    )
    def unmask(self, who: str, counter: bool, pick: int, to: str, versions: bool) -> None:
        """What was hidden shows again as it was hidden; anything else is refused, and nothing changes."""
        model = self.models[who]
        of, document, category, _ = model.masks[pick % len(model.masks)] if model.masks else ("", "", CATEGORIES[0], 0)
        to = of if to == "same" else to
        params = d.UnmaskParams(bytes.fromhex(document[32:]), category, PROFESSIONALS.get(to, ""), versions)
        made = [mask for mask in model.masks if mask[:3] == (to, document, category)]
        if self.expect(self.ask(who, counter, "unmask", params), model.opened and bool(made)):
            COUNTS["shown again"] += 1
            wills = {mask[3] for mask in made}
            model.masks = [mask for mask in model.masks if not (mask[3] in wills if versions else mask in made)]

    @rule(who=person, counter=by_counter, whom=professional, what=st.sampled_from(("everything", "deposits")))
    def block(self, who: str, counter: bool, whom: str, what: str) -> None:
        model = self.models[who]
        if self.expect(self.ask(who, counter, "block", d.BlockParams(PROFESSIONALS[whom], what)), model.opened):
            model.blocks[whom] = "everything" if model.blocks.get(whom) == "everything" else what

    @precondition(lambda self: any(model.blocks for model in self.models.values()))
    @rule(who=person, counter=by_counter, whom=professional)
    def unblock(self, who: str, counter: bool, whom: str) -> None:
        model = self.models[who]
        answer = self.ask(who, counter, "unblock", d.UnblockParams(PROFESSIONALS[whom]))
        if self.expect(answer, model.opened and whom in model.blocks):
            del model.blocks[whom]

    @rule(who=person, counter=by_counter)
    def read_journal(self, who: str, counter: bool) -> None:
        self.expect(self.ask(who, counter, "read_journal", d.JournalParams()), self.models[who].opened)

    @rule(who=person, counter=by_counter)
    def list_own_documents(self, who: str, counter: bool) -> None:
        answer, model = self.ask(who, counter, "list_documents", d.ListParams()), self.models[who]
        if self.expect(answer, model.opened):
            assert {line.document for line in listed(answer).lines} == model.current(set(model.documents))

    @rule(who=person, reader=professional)
    def list_and_read_all(self, who: str, reader: str) -> None:
        """A professional lists, then tries every document there is: he gets what the model says, by both ways."""
        model, session = self.models[who], self.sessions[reader]
        reference = f"ins:{self.house.provider.find(who).ins}"
        ask = {"person": reference, "proof": "professional"}
        answer = self.do(self.house.ask(session, "list_documents", d.ListParams(), **ask))
        granted = model.opened and any(to == reader for to, _ in model.grants)
        granted = granted and model.blocks.get(reader) != "everything"
        expected = model.seen_by(reader) if granted else set()
        COUNTS["acts"] += 1 + len(model.documents)
        if self.expect(answer, granted):
            found = listed(answer)
            assert {line.document for line in found.lines} == model.current(expected)
            assert found.total == len(found.lines)
        for document in model.documents:
            _, content = self.do(self.house.read(session, document))
            assert (content is not None) == (document in expected)

    @precondition(lambda self: any(model.opened for model in self.models.values()))
    @rule(who=person, counter=by_counter, erased=st.booleans())
    def close_space(self, who: str, counter: bool, erased: bool) -> None:
        model = self.models[who]
        if self.expect(self.ask(who, counter, "close_space", d.CloseParams()), model.opened):
            self.models[who] = Model(invited=model.invited)
            self.gone = list(model.documents)
            if not erased:  # between the closing and the erasure everything is refused already
                answer = self.ask(who, False, "list_documents", d.ListParams())
                assert isinstance(answer, d.Refused)
            self.do(self.house.link.ask(d.Maintain(0, "erase")))
            for document in self.gone:
                _, content = self.do(self.house.read(self.sessions["diallo"], document))
                assert content is None

    @invariant()
    def what_exists_is_what_was_wanted(self) -> None:
        if not self.sessions:
            return
        rows = self.do(self.watch.fetchrow(WANTED))
        opened = [model for model in self.models.values() if model.opened]
        assert rows["persons"] == rows["wills"] == len(opened)
        assert rows["documents"] == sum(len(model.documents) for model in opened)
        assert rows["invitations"] == sum(model.invited for model in self.models.values())

    def teardown(self) -> None:
        try:
            if self.sessions:
                found = self.do(chains(self.settings_of_house))
                COUNTS["entries"] += sum(len(records) for records in found.values())
                assert not any(task.done() for task in self.house.tasks), "a keeper fell"
                self.do(self.house.stop())
                self.do(self.watch.close())
        finally:
            self.background.close()
