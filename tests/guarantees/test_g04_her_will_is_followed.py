"""G4, on real databases: in an emergency what she said is followed, and nothing else; every access is told to her at once."""

from __future__ import annotations

import itertools
import json
import logging
import os
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from espace_sante.keeper import demand as d
from espace_sante.keeper.case_body import open_case
from espace_sante.keeper.sessions import token_hash
from espace_sante.vault.envelope import open_sealed
from tests.answers import row
from tests.fixtures_database import Databases
from tests.guarantees.test_g07_operator_cannot_read_at_rest import dumps, files, found
from tests.house import House
from tests.inside import Clock, census, chains, clock, keyrings, open_house, rows, run, space_of, watched
from tests.people import DIALLO, listed

__all__ = ["clock"]
pytestmark = [pytest.mark.database]
GUERIN, LOPEZ = "99900000029", "99900000045"
NEVER = d.NoEmergencyParams()
ALL = d.EmergencyParams(True, True, True, "everything")
BESIDE = d.BreakGlassParams("bedside", True, "life-at-risk", "Malaise dans la rue.")
AWAY = d.BreakGlassParams("bedside", False, "cannot-say", "Attendue aux urgences.")
CALL = d.BreakGlassParams("regulator", False, "call", "Appel de sa fille.")
PHONE = {"channel": "phone", "proof": "contact", "on_behalf": True}


def will(**changes: Any) -> d.EmergencyParams:
    """Yes to a professional beside her, over everything but what she hides; some answers changed."""
    return msgspec.structs.replace(d.EmergencyParams(False, True, False, "everything"), **changes)


def broken(answer: d.Answer) -> d.GlassAnswer:
    assert isinstance(answer, d.Done), answer
    return msgspec.msgpack.decode(answer.payload, type=d.GlassAnswer)


def refused(answer: d.Answer) -> str:
    assert isinstance(answer, d.Refused), answer
    return answer.code


async def sent(house: House, person: str, content: bytes, **changes: Any) -> str:
    answer = await house.deposit(await house.sign_in("tran"), f"id:{person}", content, **changes)
    assert isinstance(answer, d.Done), answer
    return msgspec.msgpack.decode(answer.payload, type=d.DepositAnswer).document


async def ask(house: House, who: bytes, person: str, params: msgspec.Struct) -> d.Answer:
    act = "break_glass" if isinstance(params, d.BreakGlassParams) else "confirm_emergency"
    return await house.ask(who, act, params, person=f"id:{person}", proof="professional")


async def seen(house: House, reader: bytes, person: str) -> set[str]:
    """What a professional is shown, by its list and by its number, which must be the same."""
    asked = d.ListParams(status="both")
    answer = await house.ask(reader, "list_documents", asked, person=f"id:{person}", proof="professional")
    found = {line.document for line in listed(answer).lines} if isinstance(answer, d.Done) else set()
    for document in found:
        assert (await house.read(reader, document))[1] is not None
    return found


async def said(house: House, her: bytes, params: msgspec.Struct) -> None:
    act = "refuse_emergency" if isinstance(params, d.NoEmergencyParams) else "set_emergency_will"
    assert isinstance(await house.ask(her, act, params), d.Done)


async def journal(house: House, her: bytes) -> list[dict[str, Any]]:
    answer = await house.ask(her, "read_journal", d.JournalParams())
    assert isinstance(answer, d.Done)
    return [json.loads(one) for one in msgspec.msgpack.decode(answer.payload, type=d.JournalAnswer).records]


async def shown(house: House, her: bytes) -> d.EmergencyView:
    """What she is shown of her own answers."""
    answer = await house.ask(her, "read_journal", d.JournalParams(count=1))
    assert isinstance(answer, d.Done)
    page = msgspec.msgpack.decode(answer.payload, type=d.JournalAnswer)
    return msgspec.msgpack.decode(page.emergency, type=d.EmergencyView)


def test_until_she_answers_nobody_reads_in_an_emergency(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            doctor = await house.sign_in("diallo")
            one = await sent(house, person, b"1")
            before = await census(house.settings)
            for params in (BESIDE, AWAY, CALL):
                assert refused(await ask(house, doctor, person, params)) == ""
            assert await seen(house, doctor, person) == set()
            assert (await house.read(doctor, one))[1] is None
            after = await census(house.settings)
            assert after["consent.rights_history"] == before["consent.rights_history"]
            assert after["notices.outbox"] == before["notices.outbox"] == 0
            tried = [r for r in await journal(house, her) if r["act"] == "break_glass"]
            assert [r["decision"]["rule"] for r in tried] == ["emergency-refused"] * 3, "and she sees that he tried"

    run(play())


def test_a_professional_beside_her_reads_at_once_what_she_said_and_she_is_told_at_once(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            doctor = await house.sign_in("diallo")
            one, two = [await sent(house, person, b"%d" % n, category=c) for n, c in ((1, 5), (2, 10))]
            await said(house, her, will())
            assert await seen(house, doctor, person) == set(), "her will alone opens nothing"
            opened = broken(await ask(house, doctor, person, BESIDE))
            assert not opened.waits
            starts, ends = (datetime.fromisoformat(one) for one in (opened.starts, opened.ends))
            assert ends - starts == timedelta(hours=house.settings.emergency_hours)
            assert await seen(house, doctor, person) == {one, two}
            entries = await journal(house, her)
            glass = next(r for r in entries if r["act"] == "break_glass")
            assert glass["decision"]["rule"] == "emergency-opened"
            assert {"kind:bedside", "beside:yes", "ground:life-at-risk", "reason:Malaise dans la rue."} <= set(
                glass["objects"]
            )
            number = next(o for o in glass["objects"] if o.startswith("glass:")).removeprefix("glass:")
            readings = [r for r in entries if r["act"] in ("read_document", "list_documents") and r["basis"]]
            assert len(readings) == 3
            basis = {"glass": number, "since": opened.starts}
            assert all(r["basis"] == basis for r in readings), "each reading says that it was an emergency"
            payload = json.loads(opened.receipt)["payload"]
            assert (payload["act"], payload["ground"], payload["emergency"]) == (
                "break_glass",
                "life-at-risk",
                "bedside",
            )
            assert "Malaise" not in opened.receipt.decode()
            keys, _ = await keyrings(house.settings)
            space = await space_of(house.settings, house, her)
            (told,) = await rows(house.settings, "postgres", "SELECT notice_id, sealed FROM notices.outbox")
            context = b"notice|" + space.bytes + told["notice_id"].bytes
            notice = json.loads(open_sealed(keys[space].receipt_key, told["sealed"], context))
            assert (notice["act"], notice["letter"]) == ("break_glass", True), "a letter is due, at once"
            assert "reason" not in notice
            await chains(house.settings)

    run(play())


def test_the_regulator_of_the_call_reads_only_if_she_said_yes_to_him(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            one = await sent(house, person, b"1")
            model = house.provider.find("diallo")
            changed = {"id": "samu", "rpps": "99900000193", "profession_code": "SAMU"}
            house.provider.accounts["samu"] = msgspec.structs.replace(model, **changed)
            doctor, samu = await house.sign_in("diallo"), await house.sign_in("samu")
            await said(house, her, will())
            assert refused(await ask(house, samu, person, CALL)) == "", "yes beside her is no yes to a call"
            await said(house, her, will(regulator=True, bedside=False))
            assert refused(await ask(house, doctor, person, CALL)) == "", "whoever regulates no call"
            assert refused(await ask(house, doctor, person, BESIDE)) == ""
            assert not broken(await ask(house, samu, person, CALL)).waits, "a call does not wait"
            assert await seen(house, samu, person) == {one}
            assert refused(await ask(house, samu, person, BESIDE)) == ""

    run(play())


def test_seulement_cela_shows_that_and_nothing_else_and_hidden_only_when_she_said_so(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            doctor = await house.sign_in("diallo")
            one, two, three = [await sent(house, person, b"%d" % n, category=c) for n, c in ((1, 5), (2, 5), (3, 10))]
            await said(house, her, will(scope="documents", documents=[row(one)]))
            broken(await ask(house, doctor, person, BESIDE))
            assert await seen(house, doctor, person) == {one}
            await said(house, her, will(scope="categories", categories=[10]))
            assert await seen(house, doctor, person) == {three}, "another answer holds at once"
            await said(house, her, will())
            await house.ask(her, "mask", d.MaskParams(row(two), 0, ""))
            assert await seen(house, doctor, person) == {one, three}, "hidden from all is not shown unless she says so"
            await said(house, her, will(hidden=True))
            assert await seen(house, doctor, person) == {one, two, three}
            await house.ask(her, "mask", d.MaskParams(row(three), 0, DIALLO))
            assert await seen(house, doctor, person) == {one, two}, "hidden from him by name is never shown to him"
            assert (await house.read(doctor, three))[1] is None

    run(play())


def test_every_access_opens_one_case_to_review_and_is_counted_without_saying_whose(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            doctor = await house.sign_in("diallo")
            assert refused(await ask(house, doctor, person, BESIDE)) == ""
            assert (await census(house.settings))["mailroom.case"] == 0, "nothing was opened"
            await said(house, her, will())
            answer = await ask(house, doctor, person, BESIDE)
            assert isinstance(answer, d.Done)
            broken(await ask(house, doctor, person, AWAY))  # he holds one: no other, no other case
            (kept,) = await rows(house.settings, "postgres", "SELECT * FROM mailroom.case")
            _, service = await keyrings(house.settings)
            case = open_case(service, kept["case_id"], kept["sealed"])
            assert (case.kind, case.practitioner.number, case.reason) == ("emergency", DIALLO, "life-at-risk")
            assert case.entries == (answer.entry,)
            assert date.fromisoformat(case.due) - date.fromisoformat(case.opened) == timedelta(
                days=house.settings.review_days
            )
            assert kept["due_on"].isoformat() == case.due
            assert "Malaise" not in str(case) and person not in str(case), "neither her number nor his own words"
            opened = "SELECT kind, number FROM counts.daily WHERE kind LIKE 'emergency-%'"
            (counted,) = await rows(house.settings, "postgres", opened)
            assert tuple(counted) == ("emergency-opened", 1)

    run(play())


def test_the_words_of_a_declaration_lie_nowhere_but_in_her_sealed_journal(
    empty_databases: Databases, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    word = "Zorbalin" + os.urandom(8).hex()

    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            doctor = await house.sign_in("diallo")
            params = msgspec.structs.replace(AWAY, reason=f"Malaise {word}")
            assert refused(await ask(house, doctor, person, params)) == ""
            await said(house, her, will())
            broken(await ask(house, doctor, person, params))
            everywhere = [*(one for chain in (await chains(house.settings)).values() for one in chain)]
            assert [r["decision"]["result"] for r in everywhere if word in json.dumps(r)] == ["permit"]
            places = itertools.chain(dumps(house.settings), files(house.settings.home))
            assert found({word.encode()}, places) == []
            assert word not in caplog.text

    run(play())


STOPS = {
    "she says never": ("refuse_emergency", NEVER),
    "she says no to who is beside her": ("set_emergency_will", d.EmergencyParams(True, False, True, "everything")),
    "she narrows to a category he has nothing in": (
        "set_emergency_will",
        will(hidden=True, scope="categories", categories=[1]),
    ),
    "she blocks him from everything": ("block", d.BlockParams(DIALLO, "everything")),
    "she blocks him from reading": ("block", d.BlockParams(DIALLO, "reading")),
    "she blocks his structure": ("block", d.BlockParams("structure:999000001", "everything")),
    "she hides from him by name": ("mask", d.MaskParams(b"", 5, DIALLO)),
    "she closes": ("close_space", d.CloseParams()),
}


@pytest.mark.parametrize("stop", STOPS)
def test_an_access_in_force_stops_at_once_when(empty_databases: Databases, stop: str) -> None:
    act, params = STOPS[stop]

    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            doctor = await house.sign_in("diallo")
            one = await sent(house, person, b"1", category=5)
            await said(house, her, ALL)
            broken(await ask(house, doctor, person, BESIDE))
            assert await seen(house, doctor, person) == {one}
            assert isinstance(await house.ask(her, act, params), d.Done)
            assert await seen(house, doctor, person) == set()
            assert (await house.read(doctor, one))[1] is None

    run(play())


@pytest.mark.parametrize("what", ["deposits", "everything-but-emergency", "reading-but-emergency"])
def test_a_block_that_leaves_the_emergency_leaves_it(empty_databases: Databases, what: str) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            doctor = await house.sign_in("diallo")
            one = await sent(house, person, b"1")
            await said(house, her, will())
            assert isinstance(await house.ask(her, "block", d.BlockParams(DIALLO, what)), d.Done)
            assert await seen(house, doctor, person) == set()
            broken(await ask(house, doctor, person, BESIDE))
            assert await seen(house, doctor, person) == {one}

    run(play())


def test_what_never_ended_does_not_come_back_with_a_later_yes(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            doctor = await house.sign_in("diallo")
            await sent(house, person, b"1")
            for stop in (NEVER, will(regulator=True, bedside=False)):
                await said(house, her, will())
                broken(await ask(house, doctor, person, BESIDE))
                assert await seen(house, doctor, person)
                await said(house, her, stop)
                await said(house, her, will())
                assert await seen(house, doctor, person) == set()

    run(play())


def test_by_telephone_never_holds_at_once_and_a_yes_only_starts(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            doctor, agent = await house.sign_in("diallo"), await house.sign_in("petit")
            one = await sent(house, person, b"1")
            asked: dict[str, Any] = {"person": f"ins:{house.provider.find('jeanne').ins}", **PHONE}
            started = await house.ask(agent, "set_emergency_will", will(), **asked)
            assert isinstance(started, d.Done) and started.effect == "starts"
            assert refused(await ask(house, doctor, person, BESIDE)) == ""
            await said(house, her, will())
            broken(await ask(house, doctor, person, BESIDE))
            assert await seen(house, doctor, person) == {one}
            never = await house.ask(agent, "refuse_emergency", NEVER, **asked)
            assert isinstance(never, d.Done) and never.effect == "provisional"
            assert await seen(house, doctor, person) == set()

    run(play())


def test_away_from_her_it_waits_and_begins_alone_after_the_delay(empty_databases: Databases, clock: Clock) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            her, person = await house.open("jeanne")
            one = await sent(house, person, b"1")
            await said(house, her, will())
            doctor = await house.sign_in("diallo")
            opened = broken(await ask(house, doctor, person, AWAY))
            assert opened.waits
            assert await seen(house, doctor, person) == set(), "nothing is shown while it waits"
            again = broken(await ask(house, doctor, person, AWAY))
            assert (again.starts, again.ends) == (opened.starts, opened.ends), "asking again neither hastens nor delays"
            assert (await census(house.settings))["notices.outbox"] == 2
            clock.ahead += timedelta(minutes=house.settings.emergency_delay_minutes - 1)
            assert await seen(house, await house.sign_in("diallo"), person) == set()
            clock.ahead += timedelta(minutes=2)
            doctor = await house.sign_in("diallo")
            assert await seen(house, doctor, person) == {one}
            assert await seen(house, await house.sign_in("guerin"), person) == set(), "it is his alone"
            clock.ahead += timedelta(hours=house.settings.emergency_hours)
            assert await seen(house, await house.sign_in("diallo"), person) == set(), "it is over by itself"

    run(play())


def test_a_colleague_of_another_account_may_confirm_and_nobody_else(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            one = await sent(house, person, b"1")
            # The same account, under another number.
            other = msgspec.structs.replace(house.provider.find("diallo"), rpps="99900000201")
            doctor, second, nurse = [await house.sign_in(word) for word in ("diallo", "guerin", "lopez")]
            signed = await house.link.ask(d.SignIn(0, house.provider.assertion(other)))
            assert isinstance(signed, d.Done)
            lent = token_hash(msgspec.msgpack.decode(signed.payload, type=d.SessionAnswer).token)
            confirmed = d.ConfirmEmergencyParams(DIALLO)
            assert refused(await ask(house, second, person, confirmed)) == "", "nothing to confirm"
            await said(house, her, will())
            assert refused(await ask(house, second, person, confirmed)) == "", "nothing to confirm yet"
            broken(await ask(house, doctor, person, AWAY))
            assert refused(await ask(house, doctor, person, confirmed)) == "second-is-first"
            assert refused(await ask(house, doctor, person, d.ConfirmEmergencyParams("x"))) == "practitioner-invalid"
            assert refused(await ask(house, nurse, person, confirmed)) == "", "a profession that breaks no glass"
            assert refused(await ask(house, lent, person, confirmed)) == "", "the same account under another number"
            assert await seen(house, doctor, person) == set()
            assert not broken(await ask(house, second, person, confirmed)).waits
            assert await seen(house, doctor, person) == {one}
            assert await seen(house, second, person) == set(), "whoever confirms reads nothing"
            assert refused(await ask(house, second, person, confirmed)) == "", "it begins once"
            rules = [r["decision"]["rule"] for r in await journal(house, her) if r["act"] == "confirm_emergency"]
            assert rules == [
                *("no-emergency", "emergency-opened", "no-emergency", "matrix", "invalid", "invalid", "no-emergency"),
                "emergency-refused",
            ]

    run(play())


def test_a_blocked_colleague_confirms_nothing(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            await sent(house, person, b"1")
            doctor, second = await house.sign_in("diallo"), await house.sign_in("guerin")
            await said(house, her, will())
            broken(await ask(house, doctor, person, AWAY))
            await house.ask(her, "block", d.BlockParams(GUERIN, "everything"))
            assert refused(await ask(house, second, person, d.ConfirmEmergencyParams(DIALLO))) == ""
            assert await seen(house, doctor, person) == set()

    run(play())


def test_arriving_beside_her_ends_the_wait_and_asking_again_lengthens_nothing(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            one = await sent(house, person, b"1")
            doctor = await house.sign_in("diallo")
            await said(house, her, will())
            broken(await ask(house, doctor, person, AWAY))
            opened = broken(await ask(house, doctor, person, BESIDE))
            assert not opened.waits
            assert await seen(house, doctor, person) == {one}
            for params in (AWAY, BESIDE):
                again = broken(await ask(house, doctor, person, params))
                assert (again.starts, again.ends) == (opened.starts, opened.ends)

    run(play())


def test_a_profession_that_is_not_eligible_breaks_no_glass(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            await sent(house, person, b"1")
            await said(house, her, ALL)
            for word in ("lopez", "benali", "roux"):
                who = await house.sign_in(word)
                for params in (BESIDE, CALL):
                    assert refused(await ask(house, who, person, params)) == ""
                assert await seen(house, who, person) == set()
            for word, proof in (("karim", "login"), ("petit", "login"), ("accueil", "login")):
                who = await house.sign_in(word)
                answer = await house.ask(who, "break_glass", BESIDE, person=f"id:{person}", proof=proof)
                assert refused(answer) == ""

    run(play())


@pytest.mark.parametrize(
    "params",
    [
        msgspec.structs.replace(BESIDE, kind="other"),
        msgspec.structs.replace(BESIDE, ground="curiosity"),
        msgspec.structs.replace(BESIDE, reason="  "),
        msgspec.structs.replace(BESIDE, reason="x" * 501),
    ],
    ids=["kind", "ground", "no reason", "long reason"],
)
def test_an_emergency_without_its_ground_and_reason_is_refused_alike_for_anybody(
    empty_databases: Databases, params: d.BreakGlassParams
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            await said(house, her, ALL)
            doctor = await house.sign_in("diallo")
            for whom in (person, "0" * 32):
                assert refused(await ask(house, doctor, whom, params)) == "demand-invalid"

    run(play())


def test_refused_or_unknown_the_answer_and_the_work_are_the_same(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            _, asked = await house.open("karim")
            _, willing = await house.open("adrien")
            await said(house, her, NEVER)
            doctor = await house.sign_in("lopez")  # not eligible for whoever said yes
            adrien = await house.sign_in("adrien")
            await said(house, adrien, ALL)
            whose = {"never": person, "never asked": asked, "said yes, to others": willing, "unknown": "0" * 32}
            told = {}
            for _ in range(2):  # the second time everything is remembered that ever will be
                for name, one in whose.items():
                    for params in (BESIDE, AWAY, CALL, d.ConfirmEmergencyParams(DIALLO)):
                        with watched() as statements:
                            answer = await ask(house, doctor, one, params)
                        assert isinstance(answer, d.Refused)
                        told[name, type(params), params] = (answer.code, len(answer.entry), statements.taken())
            for params in (BESIDE, AWAY, CALL, d.ConfirmEmergencyParams(DIALLO)):
                answers = [told[name, type(params), params] for name in whose]
                assert all(one == answers[0] for one in answers), answers

    run(play())


def test_a_list_that_a_permission_opens_says_when_an_emergency_shows_some_of_it(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            doctor = await house.sign_in("diallo")
            one, two = [await sent(house, person, b"%d" % n, category=c) for n, c in ((1, 5), (2, 10))]
            await house.ask(her, "grant_access", d.GrantParams(DIALLO, "categories", [5], [], "care", 30))
            await said(house, her, will())
            assert await seen(house, doctor, person) == {one}
            opened = broken(await ask(house, doctor, person, BESIDE))
            answer = await house.ask(
                doctor, "list_documents", d.ListParams(), person=f"id:{person}", proof="professional"
            )
            assert {line.document for line in listed(answer).lines} == {one, two}
            assert listed(answer).emergency == opened.ends
            (line,) = [r for r in await journal(house, her) if r["act"] == "list_documents"][:1]
            assert any(o.startswith("glass:") for o in line["objects"])
            found = []
            for document in (one, two):
                read, _ = await house.read(doctor, document)
                assert isinstance(read, d.Done)
                found.append(msgspec.msgpack.decode(read.payload, type=d.ReadAnswer))
            assert [x.emergency for x in found] == ["", opened.ends], "what she granted is no emergency"

    run(play())


def test_her_answers_are_shown_to_her_and_wrong_ones_change_nothing(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            one = await sent(house, person, b"1")
            wrong = [
                (will(scope=""), "emergency-empty"),
                (will(scope="all"), "emergency-empty"),
                (will(scope="categories"), "emergency-empty"),
                (will(scope="documents"), "emergency-empty"),
                (will(scope="categories", categories=[99]), "category-unknown"),
                (will(scope="documents", documents=[bytes(16)]), "document-unknown"),
                (will(scope="documents", documents=[b"short"]), "document-unknown"),
            ]
            for params, code in wrong:
                assert refused(await house.ask(her, "set_emergency_will", params)) == code
            asked = will(hidden=True, scope="documents", documents=[row(one)])
            await said(house, her, asked)
            view = await shown(house, her)
            assert (view.regulator, view.bedside, view.hidden, view.scope) == (False, True, True, "documents")
            assert view.documents == [one]
            assert abs(datetime.fromisoformat(view.since) - datetime.now(UTC)) < timedelta(minutes=5)
            await said(house, her, d.EmergencyParams(False, False, True, "everything"))
            view = await shown(house, her)
            assert (view.hidden, view.scope) == (False, ""), "two no are never, whatever else was filled in"

    run(play())


@pytest.mark.parametrize("params", [NEVER, ALL], ids=["never", "yes"])
def test_nobody_else_says_it_for_her(empty_databases: Databases, params: msgspec.Struct) -> None:
    act = "refuse_emergency" if params is NEVER else "set_emergency_will"

    async def play() -> None:
        async with open_house(empty_databases) as house:
            _, person = await house.open("jeanne")
            before = await census(house.settings)
            ways = (("karim", "login"), ("diallo", "professional"), ("petit", "login"), ("accueil", "login"))
            for word, proof in ways:
                answer = await house.ask(await house.sign_in(word), act, params, person=f"id:{person}", proof=proof)
                assert refused(answer) == ""
            assert (await census(house.settings))["consent.rights_history"] == before["consent.rights_history"]

    run(play())
