"""Permissions to structures and teams, shorter ones, administrators, blocks of each kind, and what somebody else sees."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from espace_sante.consent.limits import BlockKind
from espace_sante.keeper import demand as d
from tests.answers import code, row, seen
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import Clock, census, chains, clock, open_house, run
from tests.people import DIALLO, grant, listed

__all__ = ["clock"]
pytestmark = [pytest.mark.database]
GUERIN = "99900000029"
TILLEULS, VAL = "structure:999000001", "structure:999000002"
PHONE = {"channel": "phone", "proof": "contact", "on_behalf": True}
COUNTER = {"channel": "counter", "proof": "identity_seen", "on_behalf": True}


def receipt(answer: d.Answer) -> d.ReceiptAnswer:
    assert isinstance(answer, d.Done), answer
    return msgspec.msgpack.decode(answer.payload, type=d.ReceiptAnswer)


async def sent(house: House, person: str, content: bytes, **changes: Any) -> str:
    sender = await house.sign_in(changes.pop("sender", "lopez"))
    answer = await house.deposit(sender, f"id:{person}", content, **changes)
    assert isinstance(answer, d.Done), answer
    return msgspec.msgpack.decode(answer.payload, type=d.DepositAnswer).document


async def grants(house: House, her: bytes) -> list[d.GrantView]:
    answer = await house.ask(her, "read_journal", d.JournalParams())
    assert isinstance(answer, d.Done)
    page = msgspec.msgpack.decode(answer.payload, type=d.JournalAnswer)
    return msgspec.msgpack.decode(page.grants, type=list[d.GrantView])


def test_a_structure_reads_by_whoever_signs_in_for_it_and_nobody_else(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            one = await sent(house, person, b"1")
            doctor, other = await house.sign_in("diallo"), await house.sign_in("guerin")
            receipt(await house.ask(her, "grant_access", grant(TILLEULS)))
            assert await seen(house, doctor, person) == {one}
            assert await seen(house, other, person) == set()
            (view,) = await grants(house, her)
            assert view.practitioner == TILLEULS
            await house.ask(her, "withdraw_access", d.WithdrawParams(TILLEULS))
            assert await seen(house, doctor, person) == set() and await grants(house, her) == []

    run(play())


def test_a_team_is_the_numbers_she_was_told_and_no_more(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            one = await sent(house, person, b"1")
            doctor, other, third = [await house.sign_in(word) for word in ("diallo", "guerin", "lopez")]
            receipt(await house.ask(her, "grant_access", grant(f"team:mes médecins:{GUERIN},{DIALLO}")))
            assert await seen(house, doctor, person) == await seen(house, other, person) == {one}
            assert await seen(house, third, person) == set()
            (view,) = await grants(house, her)
            assert view.practitioner == f"team:mes médecins:{DIALLO},{GUERIN}"
            await house.ask(her, "withdraw_access", d.WithdrawParams(f"team:x:{DIALLO}"))
            assert await seen(house, doctor, person) == {one}, "another team was meant"
            await house.ask(her, "withdraw_access", d.WithdrawParams(view.practitioner))
            assert await seen(house, doctor, person) == await seen(house, other, person) == set()

    run(play())


def test_a_permission_begins_on_the_day_she_says(empty_databases: Databases, clock: Clock) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            her, person = await house.open("jeanne")
            one = await sent(house, person, b"1")
            today = clock().date()
            for wrong in ("hier", (today - timedelta(days=2)).isoformat(), (today + timedelta(days=999)).isoformat()):
                asked = msgspec.structs.replace(grant(), starts=wrong)
                assert code(await house.ask(her, "grant_access", asked)) == "grant-start-invalid"
            later = msgspec.structs.replace(grant(days=7), starts=(today + timedelta(days=3)).isoformat())
            receipt(await house.ask(her, "grant_access", later))
            assert await seen(house, await house.sign_in("diallo"), person) == set(), "not yet"
            clock.ahead = timedelta(days=4)
            assert await seen(house, await house.sign_in("diallo"), person) == {one}
            clock.ahead = timedelta(days=11)
            assert await seen(house, await house.sign_in("diallo"), person) == set(), "seven days from its first one"

    run(play())


def test_no_permission_is_without_end_but_by_her_very_words(empty_databases: Databases, clock: Clock) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            her, person = await house.open("jeanne")
            one = await sent(house, person, b"1")
            for days, words, refused in (
                (0, "", "grant-too-long"),
                (0, "toujours", "endless-words"),
                (0, "Sans date de fin", "endless-words"),
                (7, "sans date de fin", "grant-two-ends"),
            ):
                asked = msgspec.structs.replace(grant(days=days), endless=words)
                assert code(await house.ask(her, "grant_access", asked)) == refused
            assert await grants(house, her) == []
            receipt(
                await house.ask(her, "grant_access", msgspec.structs.replace(grant(days=0), endless="sans date de fin"))
            )
            (view,) = await grants(house, her)
            assert view.ends.startswith("9999-")
            clock.ahead = timedelta(days=3650)
            assert await seen(house, await house.sign_in("diallo"), person) == {one}

    run(play())


def test_a_permission_made_smaller_never_grows(empty_databases: Databases, clock: Clock) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            her, person = await house.open("jeanne")
            report, picture = await sent(house, person, b"1", category=5), await sent(house, person, b"2", category=3)
            await house.ask(her, "grant_access", grant(days=10))
            (view,) = await grants(house, her)
            number = bytes.fromhex(view.grant)
            assert receipt(await house.ask(her, "limit_grant", d.LimitParams(number, days=300))).still, "not longer"
            assert (await grants(house, her))[0].ends == view.ends
            assert code(await house.ask(her, "limit_grant", d.LimitParams(number))) == "limit-invalid"
            assert code(await house.ask(her, "limit_grant", d.LimitParams(bytes(16), days=1))) == "grant-unknown"
            less = d.LimitParams(number, scope="categories", categories=[5])
            assert not receipt(await house.ask(her, "limit_grant", less)).still
            assert await seen(house, await house.sign_in("diallo"), person) == {report}
            for wider in (
                d.LimitParams(number, scope="categories", categories=[5, 3]),
                d.LimitParams(number, scope="everything"),
            ):
                assert receipt(await house.ask(her, "limit_grant", wider)).still
                assert await seen(house, await house.sign_in("diallo"), person) == {report}
            receipt(await house.ask(her, "limit_grant", d.LimitParams(number, days=1)))
            clock.ahead = timedelta(days=2)
            assert await seen(house, await house.sign_in("diallo"), person) == set()
            clock.ahead = timedelta()
            named = d.LimitParams(number, scope="documents", documents=[row(picture)])
            receipt(await house.ask(her, "limit_grant", named))
            assert await grants(house, her) == [], "nothing is left of it: it is taken back"

    run(play())


def test_by_telephone_a_permission_is_made_smaller_at_once_and_the_voice_learns_nothing(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            await sent(house, person, b"1", category=5)
            await house.ask(her, "grant_access", grant())
            (view,) = await grants(house, her)
            agent = await house.sign_in("petit")
            asked: dict[str, Any] = {"person": f"ins:{house.provider.find('jeanne').ins}", **PHONE}
            number = bytes.fromhex(view.grant)
            same = await house.ask(agent, "limit_grant", d.LimitParams(number, days=300), **asked)
            less = await house.ask(
                agent, "limit_grant", d.LimitParams(number, scope="categories", categories=[3]), **asked
            )
            for answer in (same, less):
                assert isinstance(answer, d.Done) and answer.effect == "provisional"
                assert not receipt(answer).still
            assert await seen(house, await house.sign_in("diallo"), person) == set()
            before = await census(house.settings)
            for act, params in (
                ("grant_access", grant()),
                ("name_administrator", d.AdministratorParams(DIALLO, 7)),
            ):
                started = await house.ask(agent, act, params, **asked)
                assert isinstance(started, d.Done) and started.effect == "starts"
            after = await census(house.settings)
            assert after["consent.rights_history"] == before["consent.rights_history"]

    run(play())


def test_an_administrator_reads_what_she_hides_from_all_and_not_what_she_hides_from_him(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            one, two = await sent(house, person, b"1"), await sent(house, person, b"2")
            doctor = await house.sign_in("diallo")
            await house.ask(her, "mask", d.MaskParams(row(one), 0, ""))
            await house.ask(her, "mask", d.MaskParams(row(two), 0, DIALLO))
            await house.ask(her, "grant_access", grant())
            assert await seen(house, doctor, person) == set()
            for party in (TILLEULS, f"team:x:{DIALLO}", "1"):
                asked = d.AdministratorParams(party, 7)
                assert code(await house.ask(her, "name_administrator", asked)) == "practitioner-invalid"
            receipt(await house.ask(her, "name_administrator", d.AdministratorParams(DIALLO, 7)))
            assert await seen(house, doctor, person) == {one}
            assert [view.sees_hidden for view in await grants(house, her)] == [False, True]
            await house.ask(her, "withdraw_access", d.WithdrawParams(DIALLO))
            assert await seen(house, doctor, person) == set()

    run(play())


@pytest.mark.parametrize("kind", list(BlockKind))
def test_each_block_refuses_what_it_says_to_a_professional_and_to_a_structure(
    empty_databases: Databases, kind: BlockKind
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            one = await sent(house, person, b"1")
            doctor = await house.sign_in("diallo")
            await house.ask(her, "grant_access", grant())
            reads, deposits = kind is BlockKind.DEPOSITS, kind in (BlockKind.READING, BlockKind.READING_BUT_EMERGENCY)
            for whom in (DIALLO, TILLEULS):
                receipt(await house.ask(her, "block", d.BlockParams(whom, kind.value)))
                assert await seen(house, doctor, person) == ({one} if reads else set())
                answer = await house.deposit(doctor, f"id:{person}", b"x" + whom.encode())
                assert isinstance(answer, d.Done) is deposits
                await house.ask(her, "unblock", d.UnblockParams(whom))
                if deposits:
                    await house.ask(her, "mask", d.MaskParams(row(_document(answer)), 0, ""))
                assert await seen(house, doctor, person) == {one}

    run(play())


def _document(answer: d.Answer) -> str:
    assert isinstance(answer, d.Done)
    return msgspec.msgpack.decode(answer.payload, type=d.DepositAnswer).document


def test_what_she_hides_from_a_structure_is_hidden_from_whoever_signs_in_for_it(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            one, two = await sent(house, person, b"1"), await sent(house, person, b"2")
            doctor, other = await house.sign_in("diallo"), await house.sign_in("guerin")
            for who in (DIALLO, GUERIN):
                await house.ask(her, "grant_access", grant(who))
            await house.ask(her, "mask", d.MaskParams(row(one), 0, TILLEULS))
            assert await seen(house, doctor, person) == {two}
            assert await seen(house, other, person) == {one, two}
            await house.ask(her, "unmask", d.UnmaskParams(row(one), 0, TILLEULS))
            assert await seen(house, doctor, person) == {one, two}

    run(play())


async def view_of(house: House, her: bytes, word: str, **way: Any) -> d.ListAnswer:
    """What she is told that one of the professionals would be shown."""
    account = house.provider.find(word)
    him = d.SeenBy(account.rpps, account.structure_id, account.profession_code)
    ask = house.printed if way.get("on_behalf") else house.ask
    return listed(await ask(her, "list_documents", d.ListParams(status="both", as_seen_by=him), **way))


WHOM = (DIALLO, GUERIN, TILLEULS, VAL)
STEPS = 60


def drawn(draw: random.Random, documents: list[str]) -> tuple[str, msgspec.Struct]:
    """One act of hers, whatever she did before."""
    whom, category, one = draw.choice(WHOM), draw.choice([3, 4, 5, 11]), row(draw.choice(documents))
    hidden = draw.choice([(one, 0), (b"", category)])
    return draw.choice(
        [
            ("grant_access", grant(draw.choice([*WHOM, f"team:x:{DIALLO},{GUERIN}"]))),
            ("grant_access", d.GrantParams(whom, "categories", [category], [], "care", 7)),
            ("grant_access", d.GrantParams(whom, "documents", [], [one], "care", 7)),
            ("name_administrator", d.AdministratorParams(draw.choice([DIALLO, GUERIN]), 7)),
            ("withdraw_access", d.WithdrawParams(whom)),
            ("mask", d.MaskParams(*hidden, draw.choice([*WHOM, ""]))),
            ("unmask", d.UnmaskParams(*hidden, draw.choice([*WHOM, ""]))),
            ("block", d.BlockParams(whom, draw.choice(list(BlockKind)).value)),
            ("unblock", d.UnblockParams(whom)),
            ("unblock", d.UnblockParams(whom)),
        ]
    )


@pytest.mark.parametrize("seed", range(3))
def test_what_she_sees_of_his_view_is_what_he_gets(empty_databases: Databases, seed: int) -> None:
    """Whatever she granted, hid, blocked: both lists have the same lines, in the same order, with the same words."""
    draw = random.Random(seed)

    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            way: dict[str, Any] = {"person": f"id:{person}", "proof": "professional"}
            documents = [await sent(house, person, b"%d" % n, category=c) for n, c in enumerate((3, 4, 5, 5, 11))]
            readers = {word: await house.sign_in(word) for word in ("diallo", "guerin", "lopez")}
            shown, refused, done = 0, 0, []
            for _ in range(STEPS):
                done.append(drawn(draw, documents))
                await house.ask(her, *done[-1])  # some take back what is not there: refused, and nothing changes
                for word, session in readers.items():
                    his = await house.ask(session, "list_documents", d.ListParams(status="both"), **way)
                    hers = await view_of(house, her, word)
                    if isinstance(his, d.Done):
                        got = listed(his)
                        assert (hers.why, hers.total, hers.lines) == ("", got.total, got.lines), (word, done)
                        shown += hers.total
                    else:
                        assert hers.why and hers.lines == [], (word, done)
                        refused += 1
            assert shown > STEPS and refused > STEPS, "both are met many times"

    run(play())


def test_why_he_sees_nothing_is_told_to_her_alone(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            await sent(house, person, b"1")
            assert (await view_of(house, her, "diallo")).why == "no-grant"
            await house.ask(her, "grant_access", grant())
            him = d.SeenBy(DIALLO, "999000001", "")
            answer = await house.ask(her, "list_documents", d.ListParams(as_seen_by=him))
            assert listed(answer).why == "matrix", "without a profession the matrix shows nothing"
            await house.ask(her, "block", d.BlockParams(DIALLO, "everything"))
            assert (await view_of(house, her, "diallo")).why == "blocked"
            refused = d.ListParams(as_seen_by=d.SeenBy("12", "", ""))
            assert code(await house.ask(her, "list_documents", refused)) == "practitioner-invalid"
            doctor = await house.sign_in("diallo")
            for session, proof in ((doctor, "professional"), (await house.sign_in("karim"), "login")):
                asked = d.ListParams(as_seen_by=d.SeenBy(GUERIN, "", "G15_10"))
                answer = await house.ask(session, "list_documents", asked, person=f"id:{person}", proof=proof)
                assert code(answer) == ""
            agent = await house.sign_in("petit")
            way: dict[str, Any] = {"person": f"ins:{house.provider.find('jeanne').ins}"}
            assert (await view_of(house, agent, "diallo", **way, **COUNTER)).why == "blocked"
            started = await house.ask(
                agent, "list_documents", d.ListParams(as_seen_by=d.SeenBy(DIALLO)), **way, **PHONE
            )
            assert isinstance(started, d.Done) and started.payload == b""
            journals = await chains(house.settings)
            records = [one for records in journals.values() for one in records if one["act"] == "list_documents"]
            assert any(f"practitioner:{DIALLO}" in one["objects"] for one in records)

    run(play())


def test_a_professional_asking_for_another_s_view_is_answered_as_for_nobody(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            await house.ask(her, "grant_access", grant())
            doctor = await house.sign_in("diallo")
            asked = d.ListParams(as_seen_by=d.SeenBy(GUERIN, "", "G15_10"))
            way: dict[str, Any] = {"person": f"id:{person}", "proof": "professional"}
            assert code(await house.ask(doctor, "list_documents", asked, **way)) == ""

    run(play())


def test_now_is_a_first_day_too(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            one = await sent(house, person, b"1")
            asked = msgspec.structs.replace(grant(), starts=datetime.now(ZoneInfo("Europe/Paris")).date().isoformat())
            receipt(await house.ask(her, "grant_access", asked))
            assert await seen(house, await house.sign_in("diallo"), person) == {one}

    run(play())
