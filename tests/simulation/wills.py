"""The acts by which a person says what she wants, each beside what the model becomes."""

from __future__ import annotations

from datetime import timedelta

import msgspec
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from espace_sante.keeper import demand as d
from tests.simulation.every_act import EveryAct, parties, picks, rows, scopes, ways, whose
from tests.simulation.said import CATEGORIES, READERS, REFUSED, TEAM, Given, Said, Scope

CHOICES = {
    ("accept_deposits", "refuse_deposits"): "deposits",
    ("let_authors_read", "stop_authors_reading"): "authors",
    ("show_new_documents", "hide_new_documents"): "hides_new",
    ("unseal_space", "seal_space"): "sealed",
}
somebody = st.sampled_from(("", *READERS.values(), "structure:999000002"))


class Wills(EveryAct):
    """Permissions, masks, blocks, answers given apart, emergencies, closing."""

    @rule(whose=whose, way=ways, to=parties, kind=scopes, pick=picks, days=st.sampled_from((1, 30, 366)))
    def grant_access(self, whose: int, way: str, to: str, kind: str, pick: int, days: int) -> None:
        scope = self.scope(whose, kind, pick)
        params = d.GrantParams(to, scope.kind, sorted(scope.categories), rows(scope), "care", days)
        if self.gives(whose, way, "grant_access", params, days <= 365):
            self.said[whose].given.append(Given(to, scope, self.now + timedelta(days=days)))

    @rule(whose=whose, way=ways, to=parties)
    def name_administrator(self, whose: int, way: str, to: str) -> None:
        params = d.AdministratorParams(to, 30)
        if self.gives(whose, way, "name_administrator", params, to in READERS.values()):
            given = Given(to, Scope("everything"), self.now + timedelta(days=30), sees_hidden=True)
            self.said[whose].given.append(given)

    @precondition(lambda self: any(said.given for said in self.said))
    @rule(
        whose=whose,
        way=ways,
        which=picks,
        kind=st.sampled_from(("",)) | scopes,
        pick=picks,
        days=st.sampled_from((0, 1, 90)),
    )
    def limit_grant(self, whose: int, way: str, which: int, kind: str, pick: int, days: int) -> None:
        """Her journal shows the permissions in force, and no other; one of them becomes shorter or narrower."""
        said, seen = self.said[whose], self.journal(whose)
        shown = msgspec.msgpack.decode(seen.grants, type=list[d.GrantView]) if seen and seen.grants else []
        held = [one for one in said.given if self.now < one.ends]
        assert [(one.practitioner, one.scope, one.sees_hidden) for one in shown] == [
            (one.to, one.scope.kind, one.sees_hidden) for one in held
        ]
        asked = self.scope(whose, kind, pick) if kind else None
        one = held[which % len(held)] if held else None
        number = bytes.fromhex(shown[which % len(held)].grant) if held else bytes(16)
        named = (asked.kind, sorted(asked.categories), rows(asked)) if asked else ("", [], [])
        wider = one and asked and (one.scope.kind, asked.kind) == ("documents", "categories")
        foreseen = bool(one and (days or asked) and not wider)
        if self.takes(whose, way, "limit_grant", d.LimitParams(number, days, *named), foreseen) and one:
            one.ends = min(one.ends, self.now + timedelta(days=days)) if days else one.ends
            one.scope = said.narrowed(one.scope, asked) if asked else one.scope
            said.given = [given for given in said.given if not given.scope.is_empty]

    @rule(whose=whose, way=ways, to=parties)
    def withdraw_access(self, whose: int, way: str, to: str) -> None:
        said = self.said[whose]
        if self.takes(whose, way, "withdraw_access", d.WithdrawParams(to)):
            said.given = [one for one in said.given if one.to != to]
            said.asked = {who: asked for who, asked in said.asked.items() if READERS[who] != to}

    @rule(whose=whose, way=ways, to=somebody | st.just(TEAM), pick=picks)
    def mask(self, whose: int, way: str, to: str, pick: int) -> None:
        document, category = self.thing(whose, pick)
        params = d.MaskParams(bytes.fromhex(document[32:]), category, to)
        if self.takes(whose, way, "mask", params, to != TEAM):
            self.hidden(whose, to, document, category)

    def thing(self, whose: int, pick: int) -> tuple[str, int]:
        """Return a document, or a category."""
        documents = [*self.said[whose].documents]
        return (documents[pick], 0) if pick < len(documents) else ("", CATEGORIES[pick % 2])

    def hidden(self, whose: int, to: str, document: str, category: int) -> None:
        self.said[whose].masks.append((to, document, category))
        if document and not to:
            self.said[whose].documents[document].shown = False

    @rule(whose=whose, way=ways, to=somebody, pick=picks, made=st.booleans())
    def unmask(self, whose: int, way: str, to: str, pick: int, made: bool) -> None:
        said, (document, category) = self.said[whose], self.thing(whose, pick)
        if made and said.masks:
            to, document, category = said.masks[pick % len(said.masks)]
        born = bool(document and not to and said.documents[document].born_hidden and not said.documents[document].shown)
        foreseen = born or (to, document, category) in said.masks
        params = d.UnmaskParams(bytes.fromhex(document[32:]), category, to)
        if self.gives(whose, way, "unmask", params, foreseen):
            said.masks = [mask for mask in said.masks if mask != (to, document, category)]
            if born:
                said.documents[document].shown = True

    @rule(whose=whose, way=ways, to=parties, what=st.sampled_from(sorted(REFUSED)))
    def block(self, whose: int, way: str, to: str, what: str) -> None:
        if self.takes(whose, way, "block", d.BlockParams(to, what), to != TEAM):
            self.said[whose].blocks |= {(to, refused) for refused in REFUSED[what]}

    @precondition(lambda self: any(said.blocks for said in self.said))
    @rule(whose=whose, way=ways, to=parties)
    def unblock(self, whose: int, way: str, to: str) -> None:
        said = self.said[whose]
        if self.gives(whose, way, "unblock", d.UnblockParams(to), any(of == to for of, _ in said.blocks)):
            said.blocks = {(of, refused) for of, refused in said.blocks if of != to}

    @rule(whose=whose, way=ways, pair=st.sampled_from(sorted(CHOICES)), yes=st.booleans(), alone=st.integers(0, 5))
    def answer_apart(self, whose: int, way: str, pair: tuple[str, str], yes: bool, alone: int) -> None:
        """One answer changes alone; about no use, or it is refused."""
        act, params = pair[0 if yes else 1], d.ChoiceParams("" if alone else "research")
        done = (self.gives if yes else self.takes)(whose, way, act, params, bool(alone))
        if done:
            name = CHOICES[pair]
            setattr(self.said[whose], name, yes if name in ("deposits", "authors") else not yes)

    @rule(whose=whose, way=ways, yes=st.booleans(), purpose=st.sampled_from(("research", "teaching", "unknown")))
    def further_use(self, whose: int, way: str, yes: bool, purpose: str) -> None:
        act, ask = ("allow_secondary_use", self.gives) if yes else ("end_secondary_use", self.takes)
        ask(whose, way, act, d.ChoiceParams(purpose), purpose != "unknown")

    @rule(
        whose=whose,
        way=ways,
        kinds=st.sets(st.sampled_from(("bedside", "regulator"))),
        hidden=st.booleans(),
        kind=scopes,
        pick=picks,
    )
    def set_emergency_will(self, whose: int, way: str, kinds: set[str], hidden: bool, kind: str, pick: int) -> None:
        said, scope = self.said[whose], self.scope(whose, kind, pick)
        named = (scope.kind, sorted(scope.categories), rows(scope))
        params = d.EmergencyParams("regulator" in kinds, "bedside" in kinds, hidden, *named)
        if self.gives(whose, way, "set_emergency_will", params):
            said.emergencies, said.in_emergency, said.hidden_too = kinds, scope, hidden
            said.broken = {key: when for key, when in said.broken.items() if key[1] in kinds}

    @rule(whose=whose, way=ways)
    def refuse_emergency(self, whose: int, way: str) -> None:
        if self.takes(whose, way, "refuse_emergency", d.NoEmergencyParams()):
            self.said[whose].emergencies, self.said[whose].broken = set(), {}

    @precondition(lambda self: any(said.documents for said in self.said))
    @rule(whose=whose, way=ways, pick=picks, hide=st.booleans())
    def report_mistake(self, whose: int, way: str, pick: int, hide: bool) -> None:
        document, category = self.thing(whose, pick)
        params = d.MistakeParams(bytes.fromhex(document[32:]), "date", "", hide)
        if self.takes(whose, way, "report_mistake", params, bool(document)) and hide:
            self.hidden(whose, "", document, category)

    @rule(whose=whose, way=ways, pick=picks, block=st.booleans())
    def contest_access(self, whose: int, way: str, pick: int, block: bool) -> None:
        """She contests what another did in her journal, never what she did; whoever it was is blocked when she says so."""
        seen = self.journal(whose)
        records = [msgspec.json.decode(one) for one in seen.records] if seen else []
        record = records[pick % len(records)] if records else {"seq": 10**6, "actor": {"kind": "nobody", "id": ""}}
        number = record["actor"]["id"] if record["actor"]["kind"] == "practitioner" else ""
        another = record["actor"]["kind"] in ("practitioner", "agent", "operator")
        params = d.ContestParams([str(record["seq"])], "unknown", "", block)
        if self.takes(whose, way, "contest_access", params, another and (bool(number) or not block)) and block:
            self.said[whose].blocks |= {(number, refused) for refused in REFUSED["everything"]}

    @rule(whose=whose, way=ways, years=st.sampled_from((0, 2, 2, 11)), rarely=st.integers(0, 2))
    def close_space(self, whose: int, way: str, years: int, rarely: int) -> None:
        if rarely or not self.said[whose].documents:
            return  # what is closed says little more
        said = self.said[whose]
        if not self.takes(whose, way, "close_space", d.CloseParams(years), years < 11):
            return
        said.takes_all_back()
        if way == "phone":
            return
        if years:
            said.state = "kept"
        else:
            self.erased(whose)

    def erased(self, whose: int) -> None:
        """From the closing on, and after the erasure too, whatever is asked is refused."""
        self.said[whose] = Said(state="closed")
        for _ in ("closing", "closed"):
            self.views[whose] = None
            assert self.look_around(whose) == dict.fromkeys(READERS)
            self.expect(self.hers(whose, "self", "list_documents", d.ListParams()), False)
            self.town.do(self.house.link.ask(d.Maintain(0, "erase")))
            self.last = None

    @precondition(lambda self: any(said.state == "kept" for said in self.said))
    @rule(whose=whose, way=ways, deposits=st.booleans(), erase=st.booleans())
    def leave_the_archive(self, whose: int, way: str, deposits: bool, erase: bool) -> None:
        """Opened again it is as on its first day; erased it is no more."""
        said = self.said[whose]
        act, params = ("erase_content", d.EraseParams()) if erase else ("reopen_space", d.ReopenParams(deposits))
        answer = self.hers(whose, way, act, params)
        if self.expect(answer, said.state == "kept") and way != "phone":
            if erase:
                self.erased(whose)
            else:
                said.state, said.deposits = "open", deposits
                self.views[whose] = None
                assert self.look_around(whose) == dict.fromkeys(READERS), "nobody reads what is opened again"
