"""Who acts for somebody by law, on a real house: two agents and a paper, then the law's tables, her own word above all of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from espace_sante.consent.mandates import WAITING
from espace_sante.keeper import demand as d
from espace_sante.keeper.acts.representation import REPRESENTATIONS_MOST
from tests.fixtures_database import Databases
from tests.helping import PHONE, accept, held, looked, reference_of
from tests.house import House
from tests.inside import Clock, clock, open_house, run
from tests.orders import REPORTS
from tests.orders import reference_of as person_of
from tests.people import DIALLO, grant, listed

pytestmark = [pytest.mark.database]
__all__ = ["clock"]
DAY = timedelta(days=1)
CHILD, ONE, OTHER = "jeanne", "karim", "irina"
APART = "representatives"


def born(house: House, account: str, day: date) -> None:
    """Make an invented person of another age, before she has a space."""
    known = house.provider.find(account)
    house.provider.accounts[account] = msgspec.structs.replace(known, birth_date=day.isoformat())


def paper(house: House, who: str, **said: Any) -> d.RepresentationParams:
    """What the family record says of a parent."""
    known = house.provider.find(who)
    told: dict[str, Any] = {"measure": "parent", "power": "représente", "basis": "livret de famille"}
    told |= {"name": f"{known.first_given} {known.birth_name}", "starts": "2020-01-01"}
    return d.RepresentationParams(**told | said)


async def note(house: House, agent: str, act: str, params: d.RepresentationParams, account: str = CHILD) -> d.Answer:
    """Note or confirm a power about somebody."""
    return await house.ask(await house.sign_in(agent), act, params, person=await person_of(house, account))


async def representing(house: House, who: str, account: str = CHILD, **said: Any) -> tuple[bytes, str]:
    """Have a power noted, confirmed and accepted; return the session of its holder and how he names her."""
    params = paper(house, who, **said)
    assert isinstance(await note(house, "petit", "record_representation", params, account), d.Done)
    answer = await note(house, "vasseur", "confirm_representation", params, account)
    assert isinstance(answer, d.Done), answer
    code = msgspec.msgpack.decode(answer.payload, type=d.RepresentationNoted).code
    session = await house.sign_in(who)
    return session, reference_of(await accept(house, session, code, "Mon enfant"))


def code(answer: d.Answer) -> str:
    assert isinstance(answer, d.Refused), answer
    return answer.code


async def deposited(house: House, person: str, **more: Any) -> str:
    answer = await house.deposit(await house.sign_in("guerin"), f"id:{person}", b"a report", **more)
    assert isinstance(answer, d.Done), answer
    return msgspec.msgpack.decode(answer.payload, type=d.DepositAnswer).document


async def child(house: House, years: int = 10) -> tuple[bytes, str]:
    today = house.now().date()
    born(house, CHILD, today.replace(year=today.year - years, day=1))
    return await house.open(CHILD)


async def phases(house: House, her: bytes) -> dict[str, str]:
    answer = await house.ask(her, "read_journal", d.JournalParams())
    assert isinstance(answer, d.Done), answer
    seen = msgspec.msgpack.decode(answer.payload, type=d.JournalAnswer).representations
    return {one.name: one.phase for one in msgspec.msgpack.decode(seen, type=list[d.RepresentationView])}


def test_a_parent_acts_once_two_agents_noted_the_same_paper_and_she_is_told(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await child(house)
            await deposited(house, person)
            params = paper(house, ONE)
            assert isinstance(await note(house, "petit", "record_representation", params), d.Done)
            assert code(await note(house, "petit", "confirm_representation", params)) == "second-account"
            other = msgspec.structs.replace(params, sole=True)
            assert code(await note(house, "vasseur", "confirm_representation", other)) == "representation-unknown"
            assert code(await note(house, "accueil", "record_representation", params)) == "", (
                "the staff records nothing"
            )
            assert set((await phases(house, her)).values()) == {"to-confirm"}
            answer = await note(house, "vasseur", "confirm_representation", params)
            assert isinstance(answer, d.Done)
            noted = msgspec.msgpack.decode(answer.payload, type=d.RepresentationNoted)
            assert code(await accept(house, await house.sign_in(OTHER), noted.code)) == "", "another name"
            session = await house.sign_in(ONE)
            whom = reference_of(await accept(house, session, noted.code))
            assert len(listed(await house.ask(session, "list_documents", d.ListParams(), person=whom)).lines) == 1
            assert set((await phases(house, her)).values()) == {"stands"}
            seen = await looked(house, session, whom)
            assert seen.reads and "grant_access" in seen.acts and seen.measure == "parent"
            stranger = await house.sign_in(OTHER)
            assert code(await house.ask(stranger, "list_documents", d.ListParams(), person=whom)) == ""

    run(play())


def test_his_power_ends_the_day_the_child_is_of_age(empty_databases: Databases, clock: Clock) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            today = house.now().date()
            born(house, CHILD, today.replace(year=today.year - 18) + 3 * DAY)
            _, person = await house.open(CHILD)
            await deposited(house, person)
            session, whom = await representing(house, ONE)
            assert isinstance(await house.ask(session, "list_documents", d.ListParams(), person=whom), d.Done)
            clock.ahead += 4 * DAY
            session = await house.sign_in(ONE)
            assert code(await house.ask(session, "list_documents", d.ListParams(), person=whom)) in ("", "power-over")
            assert code(await note(house, "petit", "record_representation", paper(house, ONE))) == "representation-over"

    run(play())


def test_what_she_contests_stops_at_once_by_any_way_and_only_two_agents_begin_anew(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await child(house)
            await deposited(house, person)
            session, whom = await representing(house, ONE)
            agent, way = await house.sign_in("petit"), PHONE
            stop = d.ContestRepresentationParams()
            named = await person_of(house, CHILD)
            answer = await house.ask(agent, "contest_representation", stop, person=named, **way)
            assert isinstance(answer, d.Done) and answer.effect == "provisional"
            assert code(await house.ask(session, "list_documents", d.ListParams(), person=whom)) == ""
            assert set((await phases(house, her)).values()) == {"suspended"}
            assert code(await house.ask(her, "contest_representation", stop)) == "representation-unknown"
            session, again = await representing(house, ONE)
            assert again != whom and isinstance(
                await house.ask(session, "list_documents", d.ListParams(), person=again), d.Done
            )

    run(play())


def test_an_important_act_waits_for_the_other_parent_s_own_word_and_nothing_happens_by_silence(
    empty_databases: Databases, clock: Clock
) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            her, _ = await child(house)
            one, for_one = await representing(house, ONE)
            other, for_other = await representing(house, OTHER)
            unseal = d.ChoiceParams()
            usual = await house.ask(one, "grant_access", grant(), person=for_one)
            assert isinstance(usual, d.Done) and usual.effect == "immediate"
            first = await house.ask(one, "accept_deposits", unseal, person=for_one)
            assert isinstance(first, d.Done) and first.effect == "starts"
            again = await house.ask(one, "accept_deposits", unseal, person=for_one)
            assert isinstance(again, d.Done) and again.effect == "starts", "the same parent is never two"
            clock.ahead += 31 * DAY
            other = await house.sign_in(OTHER)
            late = await house.ask(other, "accept_deposits", unseal, person=for_other)
            assert isinstance(late, d.Done) and late.effect == "starts", "what was asked is forgotten"
            one = await house.sign_in(ONE)
            done = await house.ask(one, "accept_deposits", unseal, person=for_one)
            assert isinstance(done, d.Done) and done.effect == "immediate"
            seen = await looked(house, other, for_other)
            assert any(b'"grant_access"' in record for record in seen.records), "each parent sees what the other did"
            del her

    run(play())


def test_what_a_child_keeps_apart_is_absent_for_its_parents_byte_for_byte(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await child(house, 14)
            await deposited(house, person)
            session, whom = await representing(house, ONE)
            before = await house.ask(session, "list_documents", d.ListParams(), person=whom)
            secret = await deposited(house, person, apart=True)
            after = await house.ask(session, "list_documents", d.ListParams(), person=whom)
            assert isinstance(before, d.Done) and isinstance(after, d.Done) and before.payload == after.payload
            read = d.ReadParams(bytes.fromhex(secret[32:]))
            none = d.ReadParams(bytes.fromhex("7" * 32))
            refused = await house.ask(session, "read_document", read, person=whom)
            unknown = await house.ask(session, "read_document", none, person=whom)
            assert code(refused) == code(unknown) == ""
            show = d.UnmaskParams(read.row, 0, APART)
            assert code(await house.ask(session, "unmask", show, person=whom)) == "power-beyond"
            hide = d.MaskParams(read.row, 0, APART)
            assert code(await house.ask(session, "mask", hide, person=whom)) == "practitioner-invalid"
            assert len(listed(await house.ask(her, "list_documents", d.ListParams())).lines) == 2, (
                "she keeps her own access"
            )
            seen = await looked(house, session, whom)
            assert not any(secret[32:].encode() in record for record in seen.records)

    run(play())


def test_who_was_given_certain_acts_alone_does_those_a_decision_names_and_no_other(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open(CHILD)
            await deposited(house, person)
            ends = (house.now().date() + 700 * DAY).isoformat()
            named = ("read_document", "withdraw_access")
            params = paper(house, ONE, measure="family_simple", basis="jugement 26/123", ends=ends, acts=named)
            assert isinstance(await note(house, "petit", "record_representation", params), d.Done)
            other = msgspec.structs.replace(params, acts=("withdraw_access",))
            assert code(await note(house, "vasseur", "confirm_representation", other)) == "representation-unknown"
            answer = await note(house, "vasseur", "confirm_representation", params)
            assert isinstance(answer, d.Done)
            noted = msgspec.msgpack.decode(answer.payload, type=d.RepresentationNoted)
            session = await house.sign_in(ONE)
            whom = reference_of(await accept(house, session, noted.code))
            seen = await looked(house, session, whom)
            assert seen.reads and "withdraw_access" in seen.acts and "mask" not in seen.acts
            assert isinstance(await house.ask(her, "grant_access", grant()), d.Done)
            taken = await house.ask(session, "withdraw_access", d.WithdrawParams(DIALLO), person=whom)
            assert isinstance(taken, d.Done) and taken.effect == "immediate"
            hide = d.MaskParams(b"", REPORTS, "")
            assert code(await house.ask(session, "mask", hide, person=whom)) == "power-beyond"

    run(play())


def test_a_guardian_does_alone_what_takes_back_and_gives_nothing_without_her(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open(CHILD)
            await deposited(house, person)
            ends = (house.now().date() + 700 * DAY).isoformat()
            measure = {"measure": "guardianship", "basis": "jugement 26/123", "ends": ends}
            session, whom = await representing(house, ONE, **measure)
            given = await house.ask(session, "grant_access", grant(), person=whom)
            assert isinstance(given, d.Done) and given.effect == "starts"
            mine = await house.ask(her, "grant_access", grant())
            assert isinstance(mine, d.Done) and mine.effect == "immediate"
            taken = await house.ask(session, "withdraw_access", d.WithdrawParams(DIALLO), person=whom)
            assert isinstance(taken, d.Done) and taken.effect == "immediate"
            for act, params in (
                ("close_space", d.CloseParams()),
                ("give_address", d.AddressParams(("1 rue X", "63000 Y"))),
                ("name_helper", d.NameHelperParams("Paul Essai", ["mask"])),
                ("contest_representation", d.ContestRepresentationParams()),
                ("refuse_after_death", d.ChoiceParams()),
            ):
                assert code(await house.ask(session, act, params, person=whom)) == "power-beyond", act
            assist = {"measure": "curatorship", "basis": "jugement", "ends": ends}
            assert (
                code(await note(house, "petit", "record_representation", paper(house, OTHER, **assist)))
                == "representation-power"
            )
            curator, for_her = await representing(house, OTHER, **assist, power="assiste")
            assert code(await house.ask(curator, "list_documents", d.ListParams(), person=for_her)) == "power-beyond"

    run(play())


def test_a_paper_that_says_it_is_over_ends_it_and_what_is_not_said_is_refused(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            await child(house)
            session, whom = await representing(house, ONE)
            number = (await looked(house, session, whom)).number
            agent, named = await house.sign_in("vasseur"), await person_of(house, CHILD)
            blank = d.EndRepresentationParams(number, " ")
            assert code(await house.ask(agent, "end_representation", blank, person=named)) == "representation-basis"
            over = d.EndRepresentationParams(number, "jugement du 3 mars")
            assert isinstance(await house.ask(agent, "end_representation", over, person=named), d.Done)
            assert code(await house.ask(session, "read_mandate", d.ReadMandateParams(), person=whom)) == ""
            assert await held(house, session) == []
            assert code(await house.ask(agent, "end_representation", over, person=named)) == "representation-unknown"
            wrong: tuple[tuple[dict[str, Any], str], ...] = (
                ({"measure": "cousin"}, "representation-invalid"),
                ({"basis": ""}, "representation-basis"),
                ({"name": "Paul"}, "helper-name"),
                ({"measure": "guardianship"}, "representation-end"),
                ({"measure": "guardianship", "ends": "2050-01-01"}, "representation-too-long"),
                ({"measure": "guardianship", "ends": "2030-01-01", "sole": True}, "representation-sole"),
                ({"measure": "family_simple", "ends": "2030-01-01"}, "representation-acts"),
                ({"ends": "2021-01-01"}, "representation-over"),
            )
            for said, why in wrong:
                assert code(await note(house, "petit", "record_representation", paper(house, ONE, **said))) == why, said
            both = paper(house, ONE)
            assert isinstance(await note(house, "petit", "record_representation", both), d.Done)
            assert code(await note(house, "petit", "record_representation", both)) == "representation-twice"
            alone = paper(house, OTHER, sole=True)
            assert code(await note(house, "petit", "record_representation", alone)) == "representation-parents"

    run(play())


def test_so_many_powers_are_noted_and_no_more(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            await house.open(CHILD)
            agent, named = await house.sign_in("petit"), await person_of(house, CHILD)
            for number in range(REPRESENTATIONS_MOST + 1):
                ends = (house.now().date() + (number + 2) * DAY).isoformat()
                params = paper(house, ONE, measure="guardianship", ends=ends)
                answer = await house.ask(agent, "record_representation", params, person=named)
                assert isinstance(answer, d.Done) is (number < REPRESENTATIONS_MOST), answer
            assert code(answer) == "representations-too-many"

    run(play())


def test_an_archive_opened_again_has_no_representative_left_and_two_agents_may_note_him_anew(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, _ = await child(house, 15)
            parent, whom = await representing(house, ONE)
            assert isinstance(await house.ask(her, "close_space", d.CloseParams(3)), d.Done)
            assert isinstance(await house.ask(her, "reopen_space", d.ReopenParams(True)), d.Done)
            assert await phases(house, her) == {}, "nobody stands for her who may do nothing"
            assert isinstance(await house.ask(parent, "list_documents", d.ListParams(), person=whom), d.Refused)
            again, there = await representing(house, ONE)
            assert isinstance(await house.ask(again, "list_documents", d.ListParams(), person=there), d.Done)

    run(play())


def test_a_power_whose_code_nobody_used_in_time_is_noted_anew_and_leaves_no_second_one(
    empty_databases: Databases, clock: Clock
) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            await child(house)
            same = paper(house, ONE)
            assert isinstance(await note(house, "petit", "record_representation", same), d.Done)
            assert isinstance(await note(house, "vasseur", "confirm_representation", same), d.Done)
            assert code(await note(house, "petit", "record_representation", same)) == "representation-twice", "it waits"
            clock.ahead += WAITING + DAY
            session, whom = await representing(house, ONE)
            assert isinstance(await house.ask(session, "list_documents", d.ListParams(), person=whom), d.Done)
            assert code(await note(house, "petit", "record_representation", same)) == "representation-twice", (
                "he holds it"
            )
            assert await phases(house, await house.sign_in(CHILD)) == {same.name: "stands"}

    run(play())
