"""What others do about a space, and what she answers them: deposits, cards, requests, emergencies, cases, the support."""

from __future__ import annotations

import hashlib
import os
from datetime import timedelta
from uuid import UUID, uuid4

import msgspec
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from espace_sante.keeper import demand as d
from espace_sante.records.resource import body_context, kind_of
from espace_sante.vault.envelope import seal
from tests.people import listed
from tests.simulation.every_act import WAYS, picks, readers, rows, scopes, ways, whose
from tests.simulation.said import CATEGORIES, EMERGENCIES, PARTIES, READERS, Card, Document, Given
from tests.simulation.wills import Wills

OPERATORS = ("accueil", "astreinte")


class Others(Wills):
    """Every act left, beside the model or, where it foresees nothing, beside the rows alone."""

    @initialize(to=st.sampled_from((*PARTIES,)), administrator=st.booleans(), emergency=st.booleans())
    def start(self, to: str, administrator: bool, emergency: bool) -> None:
        """Begin where something may be taken back: documents, and somebody who reads them."""
        super().start()  # type: ignore[no-untyped-call, unused-ignore]  # hypothesis gives a rule no type
        for category, who in zip(CATEGORIES, ("diallo", "guerin"), strict=True):
            self.deposit_document(0, who, category, False, False)
        self.deposit_document(1, "guerin", CATEGORIES[0], True, False)
        self.grant_access(0, "self", to, "everything", 0, 30)
        self.grant_access(1, "counter", READERS["guerin"], "everything", 0, 30)
        if administrator:
            self.name_administrator(1, "self", READERS["diallo"])
        if emergency:
            self.set_emergency_will(0, "self", {"bedside", "regulator"}, True, "everything", 0)

    @rule(whose=whose, who=readers, category=st.sampled_from(CATEGORIES), hidden=st.booleans(), withheld=st.booleans())
    def deposit_document(self, whose: int, who: str, category: int, hidden: bool, withheld: bool) -> None:
        said, person = self.said[whose], f"id:{self.public[whose]}"
        content = os.urandom(20)
        sealed = self.town.do(self.house.sealed(self.town.session(who), person, content, category=category))
        params = msgspec.structs.replace(sealed, hidden=hidden, withheld=withheld)
        answer = self.his(who, whose, "deposit_document", params)
        if self.expect(answer, said.state == "open" and said.deposits and not said.refuses(who, "deposit")):
            assert isinstance(answer, d.Done)
            name = msgspec.msgpack.decode(answer.payload, type=d.DepositAnswer).document
            until = self.now + timedelta(days=30) if withheld else None
            said.documents[name] = Document(category, who, hidden or said.hides_new, until)

    @precondition(lambda self: any(said.documents for said in self.said))
    @rule(whose=whose, who=readers, pick=picks)
    def announce_document(self, whose: int, who: str, pick: int) -> None:
        said = self.said[whose]
        if not said.documents:
            return
        name = [*said.documents][pick % len(said.documents)]
        may = name in said.sees(who, self.now) or said.rereads(who, name)
        answer = self.his(who, whose, "announce_document", d.AnnounceParams(bytes.fromhex(name[32:])))
        if self.expect(answer, may and name in said.withheld(self.now)):
            said.documents[name].until = None

    @rule(whose=whose, who=readers, hidden=st.booleans(), again=st.integers(0, 3))
    def write_resource(self, whose: int, who: str, hidden: bool, again: int) -> None:
        """A resource is written as a document is deposited; only its author, or his structure, goes on with it."""
        said, person, kind = self.said[whose], self.public[whose], kind_of("Observation", ["exam"])
        assert kind is not None
        names = [*said.data] if again else []
        name = names[again % len(names)] if names else ""
        row = UUID(hex=name[32:]) if name else uuid4()
        key, expected = os.urandom(32), said.versions.get(name, 0)
        sealed = bytes(seal(key, b"{}", body_context(row, expected + 1)))
        place = kind.number, kind.category, kind.type_code
        params = d.WriteResourceParams(row.bytes, *place, key, sealed, person, expected, hidden=hidden)
        mine = not name or who == said.data[name].author or {who, said.data[name].author} == {"guerin", "lenoir"}
        may = said.state == "open" and said.deposits and not said.refuses(who, "deposit")
        if self.expect(self.his(who, whose, "write_resource", params), may and mine):
            name = name or person + row.hex
            before = said.data.get(name)
            hides = (before.born_hidden if before else said.hides_new) or hidden
            said.data[name], said.versions[name] = Document(kind.category, who, hides, None), expected + 1

    @rule(whose=whose, who=readers, pick=picks)
    def read_resource(self, whose: int, who: str, pick: int) -> None:
        """Each sees of her resources what he would see of documents alike, and she sees them all."""
        said, data = self.said[whose], self.said[whose].of_data()
        answer = self.his(who, whose, "read_resource", d.ReadResourceParams())
        if self.expect(answer, said.lists(who, self.now)):
            assert names_in(answer) == data.sees(who, self.now)
        if said.data:
            name = [*said.data][pick % len(said.data)]
            may = name in data.sees(who, self.now) or data.rereads(who, name)
            read = d.ReadResourceParams(bytes.fromhex(name[32:]), history=bool(pick % 2))
            self.expect(self.his(who, whose, "read_resource", read), may)
        hers = self.hers(whose, "self", "read_resource", d.ReadResourceParams())
        if self.expect(hers, said.state == "open"):
            assert names_in(hers) == set(said.data)

    @rule(whose=whose)
    def she_lists_and_takes_away(self, whose: int) -> None:
        said = self.said[whose]
        answer = self.hers(whose, "self", "list_documents", d.ListParams(status="both"))
        if self.expect(answer, said.state == "open"):
            assert {line.document for line in listed(answer).lines} == set(said.documents) - said.withheld(self.now)
        self.expect(self.hers(whose, "self", "export_journal", d.ExportParams()), said.state == "open")

    @rule(whose=whose, way=ways, years=st.sampled_from(((0, 0), (1970, 0), (0, 2150))))
    def prove_journal(self, whose: int, way: str, years: tuple[int, int]) -> None:
        """A proof changes nothing of hers; whoever asks for her is given no key and no line."""
        said, (first, last) = self.said[whose], years
        foreseen = said.state == "open" and not (first or last)
        wills = self.last["wills"] if self.last else None
        answer = self.hers(whose, way, "prove_journal", d.ProveParams(first, last, size=1))
        if self.expect(answer, foreseen) and way != "self":
            assert isinstance(answer, d.Done)
            given = msgspec.msgpack.decode(answer.payload, type=d.ProofAnswer)
            assert (given.cj, given.years, given.lines) == (b"", [], [])
        assert wills is None or (self.last and self.last["wills"] == wills)

    @rule(good=st.booleans())
    def keep_sheets(self, good: bool) -> None:
        """The numbered sheets of a counter are about nobody: nothing of anybody moves."""
        wills = self.last["wills"] if self.last else None
        params = d.SheetsParams() if good else d.SheetsParams("print", 0)
        self.expect(self.demand("petit", "keep_sheets", params, person=""), good)
        assert wills is None or (self.last and self.last["wills"] == wills)

    # ------------------------------------------------------------------------------------ cards and requests

    @rule(
        whose=whose,
        way=ways,
        kind=scopes,
        pick=picks,
        uses=st.sampled_from((0, 1, 2)),
        pin=st.sampled_from(("", "1234")),
    )
    def issue_access_card(self, whose: int, way: str, kind: str, pick: int, uses: int, pin: str) -> None:
        said, scope = self.said[whose], self.scope(whose, kind, pick)
        named = (scope.kind, sorted(scope.categories), rows(scope))
        params = d.IssueCardParams(*named, "care", uses, 12, 3, pin)
        if self.gives(whose, way, "issue_access_card", params, uses > 0):
            made = self.answer
            if way != "self":  # asked for with her: the printing station makes it
                assert isinstance(made, d.Done) and made.payload == b""
                whom = {"person": f"job:{made.entry}", **WAYS[way]}
                made = self.demand("imprimante", "issue_access_card", params, **whom)
            assert isinstance(made, d.Done), made
            card = msgspec.msgpack.decode(made.payload, type=d.CardAnswer)
            said.cards[card.number] = Card(card.code, scope, uses, 12, self.now + timedelta(days=3), pin)

    @precondition(lambda self: any(said.cards for said in self.said))
    @rule(whose=whose, who=readers, pick=picks, right=st.integers(0, 3))
    def use_access_card(self, whose: int, who: str, pick: int, right: int) -> None:
        """A card gives a permission for its hours, as often as it says; a wrong secret number gives nothing, and is counted."""
        said = self.said[whose]
        if not said.cards:
            return
        number = [*said.cards][pick % len(said.cards)]
        card = said.cards[number]
        shown = said.may_ask(who) and not said.sealed and card.usable(self.now)
        said_aloud = card.pin if right or not card.pin else "9999"
        wrong = shown and said_aloud != card.pin
        answer = self.his(
            who, whose, "use_access_card", d.UseCardParams(said_aloud), person=f"card:{card.code}", despite=wrong
        )
        if self.expect(answer, shown and not wrong):
            card.uses, card.wrong = card.uses - 1, 0
            ends = min(self.now + timedelta(hours=card.hours), card.ends)
            said.given.append(Given(READERS[who], card.scope, ends, card=number))
        elif wrong:
            card.wrong += 1

    @precondition(lambda self: any(said.cards for said in self.said))
    @rule(whose=whose, way=ways, pick=picks, every=st.booleans())
    def revoke_access_card(self, whose: int, way: str, pick: int, every: bool) -> None:
        """What was obtained with a card goes with it."""
        said = self.said[whose]
        live = [number for number, card in said.cards.items() if self.now < card.ends]
        number = "" if every else [*said.cards, "000000"][pick % (len(said.cards) + 1)]
        seen = self.journal(whose)
        kept = (
            [one.number for one in msgspec.msgpack.decode(seen.cards, type=list[d.CardView])]
            if seen and seen.cards
            else []
        )
        assert set(live) <= set(kept) <= set(said.cards)
        gone = [one for one in said.cards if not number or one == number]
        if set(gone) & (set(said.cards) - set(live)):
            return  # one that is over may have been forgotten already: what is said of it is not foreseen
        if self.takes(whose, way, "revoke_access_card", d.RevokeCardParams(number), bool(gone)):
            said.given = [one for one in said.given if one.card not in gone]
            said.cards = {one: card for one, card in said.cards.items() if one not in gone}

    @rule(whose=whose, who=readers, kind=st.sampled_from(("everything", "category", "document")), pick=picks)
    def request_access(self, whose: int, who: str, kind: str, pick: int) -> None:
        """Whoever asks is answered the same in every case, but for his own mistake."""
        said, scope = self.said[whose], self.scope(whose, kind, pick)
        params = d.RequestParams(scope.kind, sorted(scope.categories), "care", 20)
        answer = self.his(who, whose, "request_access", params)
        if self.expect(answer, scope.kind != "documents") and said.may_ask(who):
            said.asked.pop(who, None)
            said.asked[who] = (scope, 20, self.now)

    @precondition(lambda self: any(said.asked for said in self.said))
    @rule(whose=whose, way=ways, pick=picks, accept=st.booleans(), days=st.sampled_from((0, 2, 30)))
    def answer_request(self, whose: int, way: str, pick: int, accept: bool, days: int) -> None:
        """She says yes for what is asked, for less, or no; never for more."""
        said, seen = self.said[whose], self.journal(whose)
        shown = msgspec.msgpack.decode(seen.requests, type=list[d.RequestView]) if seen and seen.requests else []
        waiting = {who: asked for who, asked in said.asked.items() if self.now < asked[2] + timedelta(days=30)}
        if said.state != "closed":
            assert {one.practitioner for one in shown} == {READERS[who] for who in waiting}
        one = shown[pick % len(shown)] if shown else None
        number = one.number if one else "000000"
        if not accept:
            if self.takes(whose, way, "decline_request", d.DeclineRequestParams(number), bool(one)) and one:
                said.asked = {who: asked for who, asked in said.asked.items() if READERS[who] != one.practitioner}
            return
        params = d.AcceptRequestParams(number, days)
        if self.gives(whose, way, "accept_request", params, bool(one) and days <= 20) and one:
            who = next(word for word, number in READERS.items() if number == one.practitioner)
            scope, asked, _ = said.asked.pop(who)
            said.given.append(Given(READERS[who], scope, self.now + timedelta(days=days or asked)))

    # ------------------------------------------------------------------------------------ emergencies

    @rule(whose=whose, who=readers, kind=st.sampled_from(("own", "own", "bedside", "regulator")), beside=st.booleans())
    def break_glass(self, whose: int, who: str, kind: str, beside: bool) -> None:
        said, kind = self.said[whose], EMERGENCIES[who] if kind == "own" else kind
        params = d.BreakGlassParams(kind, beside, "life-at-risk", "Malaise")
        answer = self.his(who, whose, "break_glass", params)
        if not self.expect(answer, said.may_break(who, kind)):
            return
        starts, ends = said.broken.get((who, kind), (self.now, self.now))
        at_once = beside or kind == "regulator"
        if self.now < ends and (starts <= self.now or not at_once):
            return  # what he holds, he keeps as it is
        begins = self.now if at_once else self.now + timedelta(minutes=30)
        said.broken[who, kind] = (begins, begins + timedelta(hours=24))

    @precondition(lambda self: any(said.broken for said in self.said))
    @rule(whose=whose, who=readers, colleague=readers)
    def confirm_emergency(self, whose: int, who: str, colleague: str) -> None:
        said = self.said[whose]
        answer = self.his(who, whose, "confirm_emergency", d.ConfirmEmergencyParams(READERS[colleague]))
        starts, _ = said.broken.get((colleague, "bedside"), (self.now, self.now))
        if self.expect(answer, who != colleague and said.may_break(who, "bedside") and self.now < starts):
            said.broken[colleague, "bedside"] = (self.now, self.now + timedelta(hours=24))

    # ------------------------------------------------------------------------------------ the operator

    @rule(
        whose=whose,
        way=ways,
        hours=st.sampled_from((1, 24, 73)),
        tries=st.lists(st.sampled_from(OPERATORS), max_size=3),
    )
    def support(self, whose: int, way: str, hours: int, tries: list[str]) -> None:
        """Two accounts open together what she allowed, and look; nobody does once she ended it."""
        ticket = f"T{os.urandom(5).hex().upper()}"
        allowed = self.gives(whose, way, "allow_support", d.AllowSupportParams(ticket, hours, True), hours < 73)
        asked: list[str] = []
        for who in tries if allowed else tries[:1]:
            may = allowed and len(asked) < 2 and who not in asked
            done = self.expect(self.demand(who, "open_support", d.OpenSupportParams(), person=f"ticket:{ticket}"), may)
            asked += [who] * done
            read = self.demand(who, "read_support", d.ReadSupportParams(), person=f"ticket:{ticket}")
            self.expect(read, len(asked) == 2 and who in asked)
        if allowed:
            self.takes(whose, "phone", "end_support", d.EndSupportParams())
            self.expect(self.demand("accueil", "read_support", d.ReadSupportParams(), person=f"ticket:{ticket}"), False)

    @rule(whose=whose, one=st.sampled_from(OPERATORS), other=st.sampled_from(OPERATORS), later=st.booleans())
    def a_judge_orders(self, whose: int, one: str, other: str, later: bool) -> None:
        """Two accounts read what a judge ordered of a space that is there; one alone reads nothing, and nothing of hers moves."""
        said, person = self.said[whose], f"local:{self.house.provider.find(self.people[whose]).local}"
        days = [(self.now.date() + timedelta(days=days)).isoformat() for days in (0, 40, 50)]
        terms = d.OrderTerms("Tribunal", "1", days[0], "Loi", "Ordre", (CATEGORIES[0],), "", "", days[1])
        noted = self.demand(one, "record_order", d.RecordOrderParams(terms), person=person)
        if isinstance(noted, d.Refused):
            assert noted.code == "orders-too-many"
            return
        assert isinstance(noted, d.Done)
        order = msgspec.msgpack.decode(noted.payload, type=d.OrderNoted).order
        under = {"person": f"order:{order}"}
        confirmation = d.ConfirmOrderParams(order, terms.digest)
        two = self.expect(self.demand(other, "confirm_order", confirmation, person=person), one != other)
        if later:
            self.expect(self.demand(one, "prolong_order", d.ProlongOrderParams(days[2]), **under), two)
            self.expect(self.demand(other, "prolong_order", d.ProlongOrderParams(days[2]), **under), two)
        self.expect(self.demand(other, "list_orders", d.ListOrdersParams(), person=""), True)
        seen = self.demand(other, "list_ordered", d.ListOrderedParams(), **under)
        if not self.expect(seen, two and said.holds_documents):
            return
        assert isinstance(seen, d.Done)
        covered = msgspec.msgpack.decode(seen.payload, type=d.OrderedAnswer).lines
        of_it = {name[32:] for name, document in said.documents.items() if document.category == CATEGORIES[0]}
        assert {line.row for line in covered} == of_it, "what is hidden or withheld too, and nothing outside"
        for name, document in said.documents.items():
            read = d.ReadOrderedParams(bytes.fromhex(name[32:]))
            self.expect(self.demand(one, "read_ordered", read, **under), document.category == CATEGORIES[0])

    @rule(
        whose=whose,
        who=st.sampled_from(OPERATORS),
        pick=picks,
        text=st.sampled_from(("Réponse.", "Autre réponse.", "")),
    )
    def answer_case(self, whose: int, who: str, pick: int, text: str) -> None:
        """Whatever is answered about a case, she alone is told, and nothing she decided moves."""
        self.expect(self.demand(who, "list_cases", d.CaseListParams(), person=""), True)
        seen = self.journal(whose)
        cases = msgspec.msgpack.decode(seen.cases, type=list[d.CaseSeen]) if seen and seen.cases else []
        number = cases[pick % len(cases)].case if cases else bytes(16).hex()
        wills = self.last["wills"] if self.last else None
        for act, params in (
            ("answer_case", d.AnswerCaseParams("justified", text)),
            ("confirm_case_answer", d.ConfirmCaseParams(hashlib.sha256(text.encode()).digest())),
        ):
            self.demand(who if act == "answer_case" else OPERATORS[pick % 2], act, params, person=f"case:{number}")
        assert wills is None or (self.last and self.last["wills"] == wills)

    @rule(whose=whose, way=ways, returned=st.booleans())
    def after_her_yes(self, whose: int, way: str, returned: bool) -> None:
        """Inviting again, a letter that comes or comes back, opening or refusing once more: nothing of hers moves."""
        account = self.house.provider.find(self.people[whose])
        reference, wills = f"local:{account.local}", self.last["wills"] if self.last else None
        opened = self.said[whose].state != "closed"
        letter = (
            ("record_return", d.ReturnParams())
            if returned
            else ("record_delivery", d.DeliveryParams("counter", "2026-11-01"))
        )
        self.expect(self.demand("accueil", *letter, person=reference), returned)
        for act, params in (
            ("open_space", d.OpenParams(True, "2026-11-1", "fr", "00" * 32)),
            ("refuse_space", d.RefuseParams("2026-11-1", "fr", "00" * 32)),
        ):
            self.expect(self.hers(whose, way, act, params), False)
        self.expect(self.hers(whose, way, "reverse_refusal", d.ReverseRefusalParams()), not opened)
        assert wills is None or (self.last and self.last["wills"] == wills)


def names_in(answer: d.Answer) -> set[str]:
    """Return the public ids of the resources an answer gives."""
    assert isinstance(answer, d.Done)
    return {one.resource for one in msgspec.msgpack.decode(answer.payload, type=d.ResourcesAnswer).found}
