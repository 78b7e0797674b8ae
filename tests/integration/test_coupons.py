"""Coupons that come back: each serves once, does what its box asks, and nothing more than from any channel. Guarantee: G4, G10."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from espace_sante.access.request import ActId
from espace_sante.actions.party_said import nobody_named
from espace_sante.formats.coupon import issue_token
from espace_sante.formats.coupon.token import ONCE_BYTES, Token
from espace_sante.keeper import demand as d
from espace_sante.keeper.coupon_body import CouponBody, coupon_key, coupon_term, instance_mark, typed_key
from espace_sante.vault.envelope import seal
from espace_sante.web.operator.letter_words import Writer
from tests.answers import code
from tests.fixtures_database import Databases
from tests.house import ENCODE, House
from tests.inside import Clock, chains, clock, keyrings, open_house, rows, run, space_of
from tests.people import DIALLO, grant

__all__ = ["clock"]
pytestmark = [pytest.mark.database]
PHONE: dict[str, Any] = {"channel": "phone", "proof": "contact", "on_behalf": True}
PAPER: dict[str, Any] = {"channel": "paper", "proof": "signed_form", "on_behalf": True}
YES, NO = 0, 1


def page(number: int = 1) -> bytes:
    return hashlib.sha256(f"page {number}".encode()).digest()


@dataclass(frozen=True)
class Came:
    """A page that came back: what is on it, and whether a person reads it rather than a machine."""

    box: int
    params: d.CouponParams
    seen: bool


def came(house: House, box: int = YES, *, seen: bool = True, scan: int = 1, days: int = 2) -> Came:
    today = house.now().date()
    posted = (today - timedelta(days=days)).isoformat()
    return Came(box, d.CouponParams(box, page(scan), today.isoformat(), posted, os.urandom(16), os.urandom(32)), seen)


async def started(house: House, account: str = "jeanne") -> str:
    """Have an agent note a permission by telephone; return the token of the form she is sent."""
    agent = await house.sign_in("petit")
    reference = f"ins:{house.provider.find(account).ins}"
    answer = await house.ask(agent, "grant_access", grant(), person=reference, **PHONE)
    assert isinstance(answer, d.Done)
    assert answer.effect == "starts"
    receipt = msgspec.msgpack.decode(answer.payload, type=d.ReceiptAnswer).receipt
    token: str = json.loads(receipt)["payload"]["coupon"]
    return token


async def receive(house: House, token: str, one: Came, *, agent: str = "petit", **changes: Any) -> d.Answer:
    """Have a machine read a page; or put it in the queue, and have an agent look at it and say what she read."""
    session, params = await house.sign_in(agent), one.params
    key = params.scan_sha256
    if not one.seen:
        return await house.ask(session, "receive_coupon", params, person=f"coupon:{token}", key=key, **PAPER | changes)
    kept = await handle(house, session, "keep", f"coupon:{token}", key=hashlib.sha256(key).digest(), **sheet(params))
    if not isinstance(kept, d.Done):
        return kept
    person = f"page:{msgspec.msgpack.decode(kept.payload, type=d.PageMoved).page}"
    await handle(house, session, "look", person)
    key = hashlib.sha256(b"decided" + key).digest()
    return await house.ask(
        session, "receive_coupon", d.CouponParams(one.box), person=person, key=key, **PAPER | changes
    )


def sheet(params: d.CouponParams, *why: str) -> dict[str, Any]:
    names = ("scan_sha256", "arrived", "postmark", "row", "key")
    said = {name: getattr(params, name) for name in names}
    return {"why": why or ("gives",), "sheet_key": said.pop("key"), **said}


async def handle(
    house: House, session: bytes, step: str, person: str = "", *, key: bytes | None = None, **said: Any
) -> d.Answer:
    """Do one step about the pages that wait."""
    secret = said.pop("sheet_key", b"")
    params = d.HandlePageParams(step, key=secret, **said)
    stands = ENCODE(d.HandlePageParams(step, scan_sha256=params.scan_sha256))
    chosen = key or b""
    return await house.link.ask(
        d.Ask(
            0,
            "handle_page",
            session,
            person,
            "web",
            "login",
            ENCODE(params),
            False,
            chosen,
            hashlib.sha256(stands).digest(),
            "tests",
        )
    )


async def may_read(house: House, person: str) -> bool:
    session = await house.sign_in("diallo")
    answer = await house.ask(session, "list_documents", d.ListParams(), person=f"id:{person}", proof="professional")
    return isinstance(answer, d.Done)


def test_a_form_signed_at_home_gives_what_was_asked_by_telephone_once_a_person_has_read_it(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            _, person = await house.open("jeanne")
            token = await started(house)
            assert not await may_read(house, person)
            by_machine = await receive(house, token, came(house, seen=False))
            assert code(by_machine) == "coupon-to-be-read", "to give is for a person to read"
            assert not await may_read(house, person)
            done = await receive(house, token, came(house, scan=2))
            assert isinstance(done, d.Done), done
            assert done.effect == "immediate"
            assert await may_read(house, person)
            (line,) = [one for one in await lines(house) if one["act"] == "grant_access" and one["channel"] == "paper"]
            assert f"scan:{page(2).hex()}" in line["objects"]
            assert f"since:{house.now().date() - timedelta(days=2)}" in line["objects"], "the postmark counts"
            assert "read:person" in line["objects"]
            assert line["actor"]["behalf"]

    run(play())


def test_a_coupon_serves_once_and_the_same_page_sent_again_is_answered_as_the_first_time(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            token = await started(house)
            first = await receive(house, token, came(house))
            again = await receive(house, token, came(house))
            assert isinstance(first, d.Done)
            assert isinstance(again, d.Done)
            assert first.payload == again.payload, "a stop in the middle makes nothing twice"
            await house.ask(her, "withdraw_access", d.WithdrawParams(DIALLO))
            copied = await receive(house, token, came(house, scan=2))
            assert code(copied) == "coupon-used"
            assert not await may_read(house, person)

    run(play())


def test_a_page_a_person_did_is_not_done_nor_kept_again_when_a_machine_reads_it_again(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            await house.open("jeanne")
            token = await started(house)
            first = await receive(house, token, came(house))
            again = await receive(house, token, came(house, seen=False, days=1))
            assert code(again) == "coupon-to-be-read"
            read_again = await receive(house, token, came(house))
            assert isinstance(first, d.Done)
            assert isinstance(read_again, d.Done)
            assert first.payload == read_again.payload, "the same sheet is the same page, and it was done"
            assert len(await rows(house.settings, "es_keeper", "SELECT 1 FROM mailroom.page")) == 1

    run(play())


@pytest.mark.parametrize("taken_back", ["withdraw_access", "block"])
def test_what_she_took_back_is_not_given_again_by_a_coupon_sent_before(
    empty_databases: Databases, taken_back: str
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            await house.ask(her, "grant_access", grant())
            token = await started(house)
            params = (
                d.WithdrawParams(DIALLO) if taken_back == "withdraw_access" else d.BlockParams(DIALLO, "everything")
            )
            assert isinstance(await house.ask(her, taken_back, params), d.Done)
            assert code(await receive(house, token, came(house, days=0))) == "coupon-used"
            assert not await may_read(house, person)
            later = await started(house)
            if taken_back == "withdraw_access":
                assert isinstance(await receive(house, later, came(house, scan=2, days=0)), d.Done), (
                    "sent since: it serves"
                )

    run(play())


def test_a_form_typed_by_hand_and_then_scanned_gives_once(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            await house.open("karim")
            token, other = await started(house), await started(house, "karim")
            session, reference = await house.sign_in("petit"), f"ins:{house.provider.find('jeanne').ins}"
            typed = await house.ask(session, "grant_access", grant(), person=reference, key=bytes(32), **PAPER)
            assert isinstance(typed, d.Done)
            assert code(await receive(house, token, came(house), agent="vasseur")) == "coupon-used"
            await house.ask(her, "withdraw_access", d.WithdrawParams(DIALLO))
            assert code(await receive(house, token, came(house, scan=2))) == "coupon-used"
            assert not await may_read(house, person)
            assert isinstance(await receive(house, other, came(house, scan=3)), d.Done), "of somebody else: it serves"

    run(play())


def test_a_form_scanned_and_then_typed_by_hand_under_its_number_gives_once_whoever_types_it(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            token = await started(house)
            key = typed_key(bytes.fromhex(token)[4 : 4 + ONCE_BYTES])
            assert isinstance(await receive(house, token, came(house)), d.Done)
            await house.ask(her, "withdraw_access", d.WithdrawParams(DIALLO))
            reference = f"ins:{house.provider.find('jeanne').ins}"
            for agent in ("petit", "vasseur"):
                session = await house.sign_in(agent)
                typed = await house.ask(session, "grant_access", grant(), person=reference, key=key, **PAPER)
                assert code(typed) == "coupon-used"
            assert not await may_read(house, person)
            blank = await house.ask(session, "grant_access", grant(), person=reference, key=bytes(32), **PAPER)
            assert isinstance(blank, d.Done), "another sheet is another demand"

    run(play())


def test_taking_back_what_one_has_leaves_the_coupon_for_another(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            token = await started(house)
            another = house.provider.find("guerin").rpps
            await house.ask(her, "grant_access", msgspec.structs.replace(grant(), practitioner=another))
            assert isinstance(await house.ask(her, "withdraw_access", d.WithdrawParams(another)), d.Done)
            assert isinstance(await receive(house, token, came(house)), d.Done)
            assert await may_read(house, person)

    run(play())


def test_a_no_on_a_coupon_changes_nothing_and_a_machine_may_read_it(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            _, person = await house.open("jeanne")
            token = await started(house)
            answer = await receive(house, token, came(house, NO, seen=False))
            assert isinstance(answer, d.Done), answer
            assert not await may_read(house, person)
            assert code(await receive(house, token, came(house, YES, scan=2))) == "coupon-used"

    run(play())


def test_a_restrictive_coupon_is_done_without_a_person(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            await house.ask(her, "grant_access", grant())
            assert await may_read(house, person)
            token = await printed(house, ActId.WITHDRAW_ACCESS, d.WithdrawParams(DIALLO))
            answer = await receive(house, token, came(house, seen=False))
            assert isinstance(answer, d.Done), answer
            assert not await may_read(house, person)
            (line,) = [one for one in await lines(house) if one["act"] == "withdraw_access"]
            assert "read:machine" in line["objects"]

    run(play())


@pytest.mark.parametrize("wrong", ["forged", "altered", "other instance", "over", "unknown", "short"])
def test_a_token_that_was_not_issued_here_or_is_over_does_nothing(
    empty_databases: Databases, wrong: str, clock: Clock
) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            _, person = await house.open("jeanne")
            token = await started(house)
            _, service = await keyrings(house.settings)
            today = house.now().date()
            good = Token("ES-06", 1, 2, bytes(8), today + timedelta(days=9), instance_mark(service))
            match wrong:
                case "forged":
                    token = issue_token(good, bytes(32)).hex()
                case "altered":
                    token = token[:10] + ("0" if token[10] != "0" else "1") + token[11:]
                case "other instance":
                    token = issue_token(replace(good, instance=b"xyz"), coupon_key(service)).hex()
                case "over":
                    clock.ahead = timedelta(days=90 + 20 + 1)
                    await house.renew("petit")
                case "unknown":
                    token = issue_token(good, coupon_key(service)).hex()
                case "short":
                    token = token[:-2]
            answer = await receive(house, token, came(house))
            assert isinstance(answer, d.Refused), answer
            assert answer.code == "coupon-unknown"
            assert not await may_read(house, person)

    run(play())


def test_a_coupon_leads_nobody_but_an_agent_who_opens_the_post_to_a_space(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            _, person = await house.open("jeanne")
            token = await started(house)
            for agent, changes in (
                ("petit", {"channel": "phone", "proof": "contact"}),
                ("petit", {"channel": "counter", "proof": "identity_seen"}),
                ("petit", {"channel": "api", "proof": "login", "on_behalf": False}),
                ("diallo", {"channel": "api", "proof": "professional", "on_behalf": False}),
                ("jeanne", {"channel": "web", "proof": "login", "on_behalf": False}),
                ("accueil", {"channel": "web", "proof": "login", "on_behalf": False}),
            ):
                answer = await receive(house, token, came(house), agent=agent, **changes)
                assert isinstance(answer, d.Refused), (agent, changes, answer)
            session = await house.sign_in("petit")
            for act, params in (("list_documents", d.ListParams()), ("close_space", d.CloseParams())):
                answer = await house.ask(session, act, params, person=f"coupon:{token}", **PAPER)
                assert isinstance(answer, d.Refused), "a coupon leads to its own act and to no other"
            assert not await may_read(house, person)

    run(play())


@pytest.mark.parametrize("box", [-1, 2, 9])
def test_a_box_that_is_not_on_the_coupon_does_nothing(empty_databases: Databases, box: int) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            await house.open("jeanne")
            token = await started(house)
            assert code(await receive(house, token, came(house, box))) == "coupon-unknown"

    run(play())


def test_days_of_the_post_that_cannot_be_are_refused_and_the_coupon_still_serves(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            await house.open("jeanne")
            token = await started(house)
            for changes in ({"days": -1}, {"days": 0}):
                params = came(house, **changes)
                if changes["days"] == 0:
                    tomorrow = (house.now().date() + timedelta(days=1)).isoformat()
                    params = replace(params, params=msgspec.structs.replace(params.params, arrived=tomorrow))
                assert code(await receive(house, token, params)) == "coupon-days"
            assert isinstance(await receive(house, token, came(house, scan=3)), d.Done)

    run(play())


def test_a_forged_coupon_is_undone_within_thirty_days_and_a_case_looks_for_where_it_came_from(
    empty_databases: Databases, clock: Clock
) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            her, person = await house.open("jeanne")
            another = house.provider.find("guerin").rpps
            token = await started(house)
            assert isinstance(await receive(house, token, came(house)), d.Done)
            assert await may_read(house, person)
            # Since then she let somebody else read: that is hers, and stays.
            await house.ask(her, "grant_access", msgspec.structs.replace(grant(), practitioner=another))
            own = next(
                one["seq"] for one in await lines(house) if one["channel"] == "api" and one["act"] == "grant_access"
            )
            forged = next(one["seq"] for one in await lines(house) if "read:person" in one["objects"])
            for number, days in ((own, 0), (forged, 51)):
                clock.ahead = timedelta(days=days)
                her = await house.sign_in("jeanne")
                asked = d.ContestParams([str(number)], "unknown", undo=True)
                assert code(await house.ask(her, "contest_access", asked)) in ("undo-unknown", "entries-own")
            clock.ahead = timedelta(days=20)
            her = await house.sign_in("jeanne")
            assert await may_read(house, person)
            opened = await house.ask(her, "contest_access", d.ContestParams([str(forged)], "unknown", undo=True))
            assert isinstance(opened, d.Done), opened
            assert not await may_read(house, person)
            said = await house.ask(her, "read_journal", d.JournalParams(count=1))
            assert isinstance(said, d.Done)
            journal = msgspec.msgpack.decode(said.payload, type=d.JournalAnswer)
            (left,) = msgspec.msgpack.decode(journal.grants, type=list[d.GrantView])
            assert left.practitioner == another
            (case,) = msgspec.msgpack.decode(journal.cases, type=list[d.CaseSeen])
            assert case.kind == "contest"

    run(play())


def test_the_letter_of_a_coupon_is_its_receipt_and_says_how_it_is_undone(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            await house.open("jeanne")
            for box, scan in ((NO, 1), (YES, 2)):
                assert isinstance(await receive(house, await started(house), came(house, box, scan=scan)), d.Done)
            staff = await house.sign_in("accueil")
            due = await house.ask(staff, "list_letters", d.LettersParams(), person="")
            assert isinstance(due, d.Done)
            waiting = msgspec.msgpack.decode(due.payload, type=d.LettersAnswer).waiting
            printed = await house.ask(staff, "print_letter", d.PrintLetterParams(), person=f"letter:{waiting[0]}")
            assert isinstance(printed, d.Done), printed
            answer = msgspec.msgpack.decode(printed.payload, type=d.PrintedAnswer)
            (sheet,) = Writer(house.settings, nobody_named).sheets(answer)
            words = " ".join(text for _, texts in sheet.parts for text in texts)
            assert words.count("une feuille de papier à votre nom, postée le") == 2
            assert words.count("Ceci est votre reçu") == 2
            assert words.count("défaites") == 1, "a no gave nothing"

    run(play())


def test_an_erased_space_keeps_no_coupon(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, _ = await house.open("jeanne")
            token = await started(house)
            await house.ask(her, "close_space", d.CloseParams())
            answer = await receive(house, token, came(house))
            assert isinstance(answer, d.Refused)
            await house.link.ask(d.Maintain(0, "erase"))
            assert await rows(house.settings, "es_keeper", "SELECT 1 FROM mailroom.coupon") == []

    run(play())


async def printed(house: House, act: ActId, params: msgspec.Struct, account: str = "jeanne", *, days: int = 30) -> str:
    """Write a coupon as a letter of ours would carry it; return its token."""
    spaces, service = await keyrings(house.settings)
    space = await space_of(house.settings, house, await house.sign_in(account))
    keys = spaces[space]
    once, ends = b"a letter", house.now().date() + timedelta(days=days)
    found_by = coupon_term(service, once)
    body = CouponBody(((act.value, ENCODE(params)), ("", b"")))
    sealed = bytes(seal(keys.rights_key, ENCODE(body), b"coupon|" + space.bytes + found_by))
    for statement in (
        "INSERT INTO mailroom.coupon (space_id, term, expires_on, sealed) VALUES ($1, $2, $3, $4) RETURNING 1",
        "INSERT INTO identity.directory (space_id, term, ends_on) SELECT $1, $2, $3 WHERE $4::bytea IS NOT NULL RETURNING 1",
    ):
        assert await rows(house.settings, "es_keeper", statement, space, found_by, ends, sealed)
    return issue_token(Token("ES-07", 1, 2, once, ends, instance_mark(service)), coupon_key(service)).hex()


async def lines(house: House) -> list[dict[str, Any]]:
    return [one for records in (await chains(house.settings)).values() for one in records]
