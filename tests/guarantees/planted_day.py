"""Every act there is, once at least and done, with a planted word wherever somebody may write one."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol, TypeVar
from uuid import UUID, uuid4

import msgspec

from espace_sante.adapters.dev_provider import Account
from espace_sante.keeper import demand as d
from espace_sante.records.document import content_context
from espace_sante.records.resource import PATIENT_ROW, body_context, kind_of
from espace_sante.vault.envelope import seal
from espace_sante.vault.stream import seal_stream
from tests.house import House

T = TypeVar("T")
# Where no rule of six weeks is published, the day of a delivery is refused: it is asked all the same.
REFUSED = frozenset({"record_delivery"})
WORDS = ("2026-11-1", "fr", "00" * 32)
CHOICES = (
    *("refuse_deposits", "accept_deposits", "let_authors_read", "stop_authors_reading"),
    *("hide_new_documents", "show_new_documents", "seal_space", "unseal_space"),
)


class Words(Protocol):
    """Draws words that mean nothing and remembers them."""

    def word(self) -> str: ...
    def digits(self, length: int = 11) -> str: ...
    def keep(self, text: str) -> str: ...


@dataclass
class Day:
    """One person's whole life in a house, and everybody she meets."""

    house: House
    marks: Words
    asked: Counter[str] = field(default_factory=Counter)
    names: dict[str, str] = field(default_factory=dict)

    async def do(self, who: bytes, act: str, params: msgspec.Struct, answer: type[T] | None = None, **ask: Any) -> Any:
        """Ask, and see it done; return what was answered when its form is given."""
        done = await self.house.ask(who, act, params, key=self.marks.word().encode(), **ask)
        self.asked[act] += 1
        if act in REFUSED:
            return None
        assert isinstance(done, d.Done), (act, done)
        return msgspec.msgpack.decode(done.payload, type=answer) if answer is not None else None

    async def live(self, her: Account, sessions: dict[str, bytes], numbers: dict[str, str]) -> str:
        """Do everything; `sessions`: hers, two operators', an agent's, two physicians'; `numbers`: those of the physicians."""
        self.who, self.numbers = sessions, numbers
        self.reference = f"ins:{her.ins}" if her.ins else f"local:{her.local}"
        word = self.marks.word
        self.traits = d.Traits(her.birth_name, her.first_given, her.birth_date, her.sex, word(), word())
        person = await self.opens()
        documents = await self.receives(person)
        await self.shares(person, documents)
        await self.hides(documents)
        await self.is_asked(person)
        await self.meets_an_emergency(person)
        await self.complains(documents)
        await self.gets_help()
        await self.is_helped(person)
        await self.lets_an_application_in()
        await self.meets_nobody_invented()
        await self.is_told()
        await self.writes_and_is_written_to()
        await self.is_looked_at_for_a_judge()
        await self.is_represented()
        await self.answers_by_the_post()
        await self.is_taken_for_dead()
        await self.leaves()
        return person

    async def invited(self) -> str:
        invitation = await self.do(
            self.who["operator"],
            "invite",
            d.InviteParams(self.reference, self.traits),
            d.InviteAnswer,
            person=self.reference,
        )
        return self.marks.keep(invitation.code)

    async def opens(self) -> str:
        her, operator = self.who["her"], self.who["operator"]
        await self.invited()
        await self.do(operator, "record_delivery", d.DeliveryParams("counter", "2026-11-01"), person=self.reference)
        await self.do(operator, "record_return", d.ReturnParams(), person=self.reference)
        await self.invited()
        await self.do(her, "refuse_space", d.RefuseParams(*WORDS, remember=True))
        await self.do(her, "reverse_refusal", d.ReverseRefusalParams())
        await self.invited()
        opened = await self.do(her, "open_space", d.OpenParams(True, *WORDS), d.OpenAnswer)
        return self.marks.keep(opened.person)

    async def receives(self, person: str) -> list[str]:
        found = []
        for withheld in (False, False, True):
            word, content = self.marks.word, self.marks.word().encode()
            sent = {"title": word(), "unique_id": f"urn:x:{word()}", "author_name": word(), "structure": word()}
            sealed = await self.house.sealed(self.who["physician"], f"id:{person}", content, **sent)
            params = msgspec.structs.replace(sealed, withheld=withheld, visit=word())
            ask = {"person": f"id:{person}", "proof": "professional"}
            done = await self.do(self.who["physician"], "deposit_document", params, d.DepositAnswer, **ask)
            found.append(done.document)
        row = bytes.fromhex(found[2][32:])
        ask = {"person": f"id:{person}", "proof": "professional"}
        await self.do(self.who["her"], "let_authors_read", d.ChoiceParams())
        await self.do(self.who["physician"], "announce_document", d.AnnounceParams(row), **ask)
        for one in found:
            await self.do(
                self.who["her"], "read_document", d.ReadParams(bytes.fromhex(one[32:])), person=f"id:{person}"
            )
        await self.do(self.who["her"], "list_documents", d.ListParams())
        await self.receives_data(person)
        return found

    async def receives_data(self, person: str) -> None:
        """A resource of hers is written, changed, read by her, and deleted; then another stays."""
        ask = {"person": f"id:{person}", "proof": "professional"}
        kind, physician = kind_of("Observation", ["laboratory"]), self.who["physician"]
        assert kind is not None

        def written(row: UUID, version: int) -> d.WriteResourceParams:
            body, key = self.marks.word().encode(), os.urandom(32)
            sealed = bytes(seal(key, body, body_context(row, version)))
            where = kind.number, kind.category, kind.type_code
            return d.WriteResourceParams(row.bytes, *where, key, sealed, person, version - 1)

        for row, versions in ((uuid4(), (1, 2)), (uuid4(), (1,))):
            for version in versions:
                await self.do(physician, "write_resource", written(row, version), **ask)
            read = d.ReadResourceParams(row.bytes, history=True)
            found = await self.do(self.who["her"], "read_resource", read, d.ResourcesAnswer, person=f"id:{person}")
            assert len(found.found) == len(versions)
            if len(versions) == 2:
                gone = d.WriteResourceParams(row.bytes, kind.number, deleted=True)
                await self.do(physician, "write_resource", gone, **ask)
        await self.do(self.who["her"], "read_resource", d.ReadResourceParams())

    async def meets_nobody_invented(self) -> None:
        """A software on trial opens the space of somebody invented, who is kept as secret as anybody."""
        software, word, key = await self.house.sign_in("essai"), self.marks.word, os.urandom(32)
        sealed = bytes(seal(key, word().encode(), body_context(PATIENT_ROW, 1)))
        asked = d.OpenSandboxParams(uuid4().bytes, d.Traits(word(), word(), "1980-01-02", "F"), key, sealed)
        await self.do(software, "open_sandbox", asked, person="", proof="none")

    async def shares(self, person: str, documents: list[str]) -> None:
        her, word, rows = self.who["her"], self.marks.word, [bytes.fromhex(one[32:]) for one in documents]
        made = await self.do(her, "keep_episode", d.KeepEpisodeParams("", word(), rows[:2]), d.EpisodeAnswer)
        await self.do(her, "grant_access", d.GrantParams(self.numbers["colleague"], "everything", [], [], word(), 30))
        await self.do(her, "name_administrator", d.AdministratorParams(self.numbers["physician"], 30, ""))
        seen = await self.do(her, "read_journal", d.JournalParams(), d.JournalAnswer)
        grants = msgspec.msgpack.decode(seen.grants, type=list[d.GrantView])
        await self.do(her, "limit_grant", d.LimitParams(bytes.fromhex(grants[0].grant), 2, "", [], []))
        await self.do(her, "end_episode", d.EndEpisodeParams(made.number))
        read = d.ReadParams(rows[0])
        await self.do(self.who["colleague"], "read_document", read, person=f"id:{person}", proof="professional")
        card = d.IssueCardParams("everything", [], [], word(), 2, 12, 3, self.marks.digits(4))
        issued = await self.do(her, "issue_access_card", card, d.CardAnswer)
        code, ask = self.marks.keep(issued.code), {"proof": "professional"}
        await self.do(self.who["colleague"], "use_access_card", d.UseCardParams(card.pin), person=f"card:{code}", **ask)
        await self.do(her, "revoke_access_card", d.RevokeCardParams(issued.number))
        for number in self.numbers.values():
            await self.do(her, "withdraw_access", d.WithdrawParams(number))

    async def hides(self, documents: list[str]) -> None:
        her, row = self.who["her"], bytes.fromhex(documents[0][32:])
        number = self.marks.digits()
        await self.do(her, "mask", d.MaskParams(row, 0, number))
        await self.do(her, "unmask", d.UnmaskParams(row, 0, number))
        await self.do(her, "block", d.BlockParams(number, "everything"))
        await self.do(her, "unblock", d.UnblockParams(number))
        for act in CHOICES:
            await self.do(her, act, d.ChoiceParams())
        await self.do(her, "accept_deposits", d.ChoiceParams())
        for act in ("allow_secondary_use", "end_secondary_use"):
            await self.do(her, act, d.ChoiceParams("research"))

    async def is_asked(self, person: str) -> None:
        her, ask = self.who["her"], {"person": f"id:{person}", "proof": "professional"}
        for act in ("accept_request", "decline_request"):
            params = d.RequestParams("everything", [], self.marks.word(), 20)
            await self.do(self.who["colleague"], "request_access", params, **ask)
            seen = await self.do(her, "read_journal", d.JournalParams(), d.JournalAnswer)
            (one,) = msgspec.msgpack.decode(seen.requests, type=list[d.RequestView])
            answer = (
                d.AcceptRequestParams(one.number) if act == "accept_request" else d.DeclineRequestParams(one.number)
            )
            await self.do(her, act, answer)
            await self.do(her, "withdraw_access", d.WithdrawParams(self.numbers["colleague"]))

    async def meets_an_emergency(self, person: str) -> None:
        her, ask = self.who["her"], {"person": f"id:{person}", "proof": "professional"}
        await self.do(her, "set_emergency_will", d.EmergencyParams(True, True, False, "everything", [], []))
        params = d.BreakGlassParams("bedside", False, "life-at-risk", self.marks.word())
        await self.do(self.who["colleague"], "break_glass", params, **ask)
        confirmed = d.ConfirmEmergencyParams(self.numbers["colleague"])
        await self.do(self.who["physician"], "confirm_emergency", confirmed, **ask)
        await self.do(self.who["colleague"], "list_documents", d.ListParams(), **ask)
        await self.do(her, "refuse_emergency", d.NoEmergencyParams())

    async def complains(self, documents: list[str]) -> None:
        her, word = self.who["her"], self.marks.word
        seen = await self.do(her, "read_journal", d.JournalParams(), d.JournalAnswer)
        records = [msgspec.json.decode(one) for one in seen.records]
        another = next(one for one in records if one["actor"]["kind"] == "practitioner")
        await self.do(her, "contest_access", d.ContestParams([str(another["seq"])], "unknown", word(), False))
        mistake = d.MistakeParams(bytes.fromhex(documents[0][32:]), "date", word(), False)
        await self.do(her, "report_mistake", mistake)
        await self.do(self.who["operator"], "list_cases", d.CaseListParams(), person="")
        await self.house.sign_in("petit")  # an account that never served is none
        await self.do(self.who["operator"], "renew_account", d.RenewAccountParams("dev|petit"), person="")
        seen = await self.do(her, "read_journal", d.JournalParams(), d.JournalAnswer)
        for one in msgspec.msgpack.decode(seen.cases, type=list[d.CaseSeen]):
            text, ask = word(), {"person": f"case:{one.case}"}
            outcome = "corrected" if one.kind == "mistake" else "justified"
            await self.do(self.who["operator"], "answer_case", d.AnswerCaseParams(outcome, text), **ask)
            if one.kind != "mistake":
                confirmed = d.ConfirmCaseParams(hashlib.sha256(text.encode()).digest())
                await self.do(self.who["second"], "confirm_case_answer", confirmed, **ask)

    async def gets_help(self) -> None:
        ticket = self.marks.keep("T" + self.marks.digits(10))
        await self.do(self.who["her"], "allow_support", d.AllowSupportParams(ticket, 24, True))
        for who in ("operator", "second"):
            await self.do(self.who[who], "open_support", d.OpenSupportParams(), person=f"ticket:{ticket}")
        await self.do(self.who["second"], "read_support", d.ReadSupportParams(), person=f"ticket:{ticket}")
        await self.do(self.who["her"], "end_support", d.EndSupportParams())

    async def is_helped(self, person: str) -> None:
        """A mandate an agent recorded, checked by another, accepted, used, ended; and her trusted person."""
        her, helper, word = self.who["her"], self.who["helper"], self.marks.word
        paper: dict[str, Any] = {
            "person": f"id:{person}",
            "channel": "paper",
            "proof": "signed_form",
            "on_behalf": True,
        }
        asked = d.NameHelperParams(self.names["helper"], ["block"], 365, reads=True)
        made = await self.do(self.who["agent"], "name_helper", asked, d.NamedAnswer, **paper)
        self.marks.keep(made.code)
        await self.do(self.who["checker"], "check_mandate", d.CheckMandateParams(made.number), **paper)
        code, label = {"person": f"mandate:{made.code}"}, d.AcceptMandateParams(word())
        accepted = await self.do(helper, "accept_mandate", label, d.AcceptedAnswer, **code)
        whom = {"person": f"for:{self.marks.keep(accepted.reference)}"}
        await self.do(helper, "read_mandate", d.ReadMandateParams(), **whom)
        await self.do(helper, "list_documents", d.ListParams(), **whom)
        await self.do(her, "end_mandate", d.EndMandateParams(made.number))
        again = await self.do(her, "name_helper", asked, d.NamedAnswer)
        await self.do(helper, "accept_mandate", label, person=f"mandate:{again.code}")
        await self.do(her, "name_trusted_person", d.TrustedParams(f"{word()} {word()}", word(), True))
        await self.do(her, "end_trusted_person", d.EndTrustedParams())
        await self.do(her, "name_trusted_person", d.TrustedParams(f"{word()} {word()}", word()))

    async def lets_an_application_in(self) -> None:
        scopes = "offline_access patient/*.rs"
        asked = d.AuthoriseAppParams("carnet", self.marks.word(), self.marks.word(), scopes, offline=True, days=3)
        await self.do(self.who["her"], "authorise_app", asked)
        await self.do(self.who["her"], "end_app", d.EndAppParams())

    async def is_looked_at_for_a_judge(self) -> None:
        word, operators = self.marks.word, (self.who["operator"], self.who["second"])
        today = self.house.now().date()
        later = [(today + timedelta(days=days)).isoformat() for days in (30, 60)]
        said = d.OrderTerms(word(), word(), today.isoformat(), word(), word(), (5,), "", "", later[0])
        about = {"person": self.reference}
        noted = await self.do(operators[0], "record_order", d.RecordOrderParams(said), d.OrderNoted, **about)
        await self.do(operators[1], "confirm_order", d.ConfirmOrderParams(noted.order, said.digest), **about)
        for operator in operators:
            await self.do(operator, "prolong_order", d.ProlongOrderParams(later[1]), person=f"order:{noted.order}")
        await self.do(operators[0], "list_orders", d.ListOrdersParams(), person="")
        under = {"person": f"order:{noted.order}"}
        seen = await self.do(operators[0], "list_ordered", d.ListOrderedParams(), d.OrderedAnswer, **under)
        row = bytes.fromhex(seen.lines[0].row)
        await self.do(operators[1], "read_ordered", d.ReadOrderedParams(row), **under)

    async def is_represented(self) -> None:
        """Two powers that two agents noted: one a decision ends, one she contests."""
        today = self.house.now().date()
        ask: dict[str, Any] = {"person": self.reference}
        ends = {"starts": today.isoformat(), "ends": (today + timedelta(days=400)).isoformat()}
        for act in ("end_representation", "contest_representation"):
            who = f"{self.marks.word()} {self.marks.word()}"
            said = d.RepresentationParams(who, "guardianship", "représente", self.marks.word(), **ends)
            noted = await self.do(self.who["agent"], "record_representation", said, d.RepresentationNoted, **ask)
            code = await self.do(self.who["checker"], "confirm_representation", said, d.RepresentationNoted, **ask)
            self.marks.keep(code.code)
            if act == "end_representation":
                over = d.EndRepresentationParams(noted.number, self.marks.word())
                await self.do(self.who["agent"], act, over, **ask)
            else:
                await self.do(self.who["her"], act, d.ContestRepresentationParams())

    async def answers_by_the_post(self) -> None:
        """What she asked by telephone is sent to be signed, and comes back."""
        agent, today = self.who["agent"], self.house.now().date().isoformat()
        phone: dict[str, Any] = {"person": self.reference, "channel": "phone", "proof": "contact", "on_behalf": True}
        asked = d.GrantParams(self.numbers["colleague"], "everything", [], [], self.marks.word(), 30)
        started = await self.do(agent, "grant_access", asked, d.ReceiptAnswer, **phone)
        token = msgspec.json.decode(started.receipt)["payload"]["coupon"]
        paper: dict[str, Any] = {"channel": "paper", "proof": "signed_form", "on_behalf": True}
        for decided in (True, False):  # a page that is done, another that nobody can read
            sheet = self.scanned(today, form="ES-06", why=("gives",))
            kept = await self.do(agent, "handle_page", sheet, d.PageMoved, person=f"coupon:{token}", channel="web")
            await self.do(agent, "handle_page", d.HandlePageParams("list"), d.PagesAnswer, person="", channel="web")
            about = f"page:{kept.page}"
            look = await self.do(
                agent, "handle_page", d.HandlePageParams("look"), d.PageOpened, person=about, channel="web"
            )
            assert look.boxes or not decided
            if decided:
                await self.do(agent, "receive_coupon", d.CouponParams(0), person=about, **paper)
            else:
                await self.do(agent, "handle_page", d.HandlePageParams("again"), person=about, channel="web")

        await self.do(agent, "keep_sheets", d.SheetsParams("print", 2), d.SheetsAnswer, person="")

    def scanned(self, today: str, **said: Any) -> d.HandlePageParams:
        """Seal the picture of a page as it is received, with a word of hers on it."""
        row, key, picture = uuid4(), os.urandom(32), self.marks.word().encode()
        self.house.objects.put(row, seal_stream(key, [picture], content_context(row)))
        sha256 = hashlib.sha256(picture).digest()
        return d.HandlePageParams("keep", sha256, today, today, row.bytes, key, **said)

    async def is_taken_for_dead(self) -> None:
        """Two accounts note a death, then what an heir asks; she comes, and says that she is alive."""
        word, staff = self.marks.word, (self.who["operator"], self.who["second"])
        about: dict[str, Any] = {"person": self.reference}
        await self.do(self.who["her"], "refuse_after_death", d.ChoiceParams())
        await self.do(self.who["her"], "allow_after_death", d.ChoiceParams())
        day = (self.house.now().date() - timedelta(days=1)).isoformat()
        noted = d.RecordDeathParams(day, word())
        asked = d.AfterDeathParams(word(), "heir", word(), "causes", word(), (5,))
        for one in staff:
            await self.do(one, "record_death", noted, **about)
        for one in staff:
            demand = await self.do(one, "demand_after_death", asked, d.AfterDeathNoted, **about)
        covered = d.ListAfterDeathParams(demand.demand)
        seen = await self.do(staff[0], "list_after_death", covered, d.OrderedAnswer, **about)
        row = bytes.fromhex(seen.lines[0].row)
        await self.do(staff[1], "read_after_death", d.ReadAfterDeathParams(demand.demand, row), **about)
        await self.do(self.who["her"], "contest_death", d.ContestDeathParams())

    async def is_told(self) -> None:
        """Give a mailbox and prove it, choose, say that a first access was expected, and be written to there no more."""
        her = self.who["her"]
        await self.do(her, "change_contact", d.ContactParams(mail=f"{self.marks.word()}@exemple.example"))
        taken = await self.house.link.ask(d.TakeNotices(0, 500, 3600))
        assert isinstance(taken, d.Done)
        sent = msgspec.msgpack.decode(taken.payload, type=d.TakenNotices).messages
        word = next(one.word for one in sent if one.word)
        await self.do(her, "confirm_contact", d.ConfirmContactParams(word))
        await self.do(her, "choose_notices", d.ChooseNoticesParams("document", ("mail",), "daily"))
        for _ in range(2):  # up to where, then what
            assert isinstance(await self.house.link.ask(d.Maintain(0, "watch")), d.Done)
        seen = await self.do(her, "read_journal", d.JournalParams(count=1, sent=True), d.JournalAnswer)
        firsts = msgspec.msgpack.decode(seen.post, type=d.PostView).firsts
        await self.do(her, "expect_access", d.ExpectParams(firsts[0].entry))
        await self.do(her, "remove_contact", d.RemoveContactParams("both"))

    async def writes_and_is_written_to(self) -> None:
        her, word = self.who["her"], self.marks.word
        address = d.AddressParams((f"1 rue {word()}", f"63000 {word()}"))
        await self.do(her, "give_address", address)
        await self.do(her, "ask_reminders", d.RemindersParams(6))
        waiting = await self.do(self.who["operator"], "list_letters", d.LettersParams(), d.LettersAnswer, person="")
        letter = {"person": f"letter:{waiting.waiting[0]}"}
        printed = await self.do(self.who["operator"], "print_letter", d.PrintLetterParams(), d.PrintedAnswer, **letter)
        await self.do(self.who["operator"], "post_letter", d.PostLetterParams(), **letter)
        came_back = {"person": f"posted:{printed.letter[:12]}"}
        await self.do(self.who["operator"], "return_letter", d.ReturnLetterParams(), **came_back)
        await self.do(her, "stop_reminders", d.RemindersParams(0))
        await self.do(her, "choose_letters", d.ChooseLettersParams(large=True, braille=True))
        await self.do(her, "remove_address", d.AddressParams(()))
        await self.do(her, "give_address", address)

    async def leaves(self) -> None:
        """Close and keep, open again, close and keep, erase; another space stays, of somebody else."""
        her = self.who["her"]
        await self.do(her, "export_journal", d.ExportParams())
        await self.do(her, "prove_journal", d.ProveParams(size=1))
        await self.do(her, "close_space", d.CloseParams(2))
        await self.do(her, "reopen_space", d.ReopenParams(True))
        await self.do(her, "close_space", d.CloseParams(2))
        await self.do(her, "erase_content", d.EraseParams())
