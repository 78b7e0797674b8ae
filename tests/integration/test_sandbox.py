"""Invented spaces in a real house: a wall with two faces, marked at birth, and nothing of it where the trial provider may not be. G1, G3.

Looked for below: a software on trial that reaches a real person; anybody else who reaches an invented one; a mark that moves; a
space born marked for a real person, or unmarked for an invented one; an invented person who counts, or is written to.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from espace_sante.access.request import ActId
from espace_sante.actions.line_said.sentence import line_of
from espace_sante.consent.rights import Rights
from espace_sante.keeper import demand as d
from espace_sante.keeper.finding import person_terms, sandbox_term
from espace_sante.keeper.release import _refuse_moved_mark
from espace_sante.keeper.rights_body import Will, open_will
from espace_sante.keeper.situation import Change, Limits
from espace_sante.kernel.ids import PersonId
from espace_sante.records.resource import PATIENT, PATIENT_ROW, body_context, kind_of, numbers
from espace_sante.vault.envelope import open_sealed, seal
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import chains, keyrings, open_house, rows, run, space_of

pytestmark = [pytest.mark.database]
WILLS = "SELECT space_id, version, sealed FROM consent.rights"
BODY = b'{"resourceType":"Patient","gender":"female"}'


def opening(person: UUID | None = None, body: bytes = BODY) -> d.OpenSandboxParams:
    """Seal an invented Patient as a web process does."""
    key = os.urandom(32)
    sealed = bytes(seal(key, body, body_context(PATIENT_ROW, 1)))
    return d.OpenSandboxParams((person or uuid4()).bytes, d.Traits("Essai", "Ada", "1980-01-02", "F"), key, sealed)


async def invent(house: House, software: bytes, **ask: Any) -> str:
    answer = await house.ask(software, "open_sandbox", opening(), person="", proof="none", **ask)
    assert isinstance(answer, d.Done), answer
    return msgspec.msgpack.decode(answer.payload, type=d.OpenAnswer).person


def observation(person: str) -> Any:
    row, key, kind = uuid4(), os.urandom(32), kind_of("Observation", ["laboratory"])
    assert kind is not None
    sealed = bytes(seal(key, b"{}", body_context(row, 1)))
    return d.WriteResourceParams(row.bytes, kind.number, kind.category, kind.type_code, key, sealed, person)


async def there(house: House, who: bytes, person: str, proof: str) -> list[d.Answer]:
    """Ask for everything a software asks for in somebody's space."""
    asked: list[tuple[str, Any]] = [
        ("write_resource", observation(person)),
        ("read_resource", d.ReadResourceParams()),
        ("read_resource", d.ReadResourceParams(PATIENT_ROW.bytes, PATIENT.number)),
        ("list_documents", d.ListParams()),
    ]
    return [await house.ask(who, act, params, person=f"id:{person}", proof=proof) for act, params in asked]


def test_a_software_on_trial_reaches_invented_persons_and_nobody_real(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            software = await house.sign_in("essai")
            her, real = await house.open("jeanne")
            invented = await invent(house, software)
            done = await there(house, software, invented, "none")
            assert all(isinstance(one, d.Done) for one in done), done
            for nobody in (real, uuid4().hex):
                refused = await there(house, software, nobody, "none")
                assert [(type(one), one.code) for one in refused if isinstance(one, d.Refused)] == [(d.Refused, "")] * 4
            for reference in ("self", "ins:" + house.provider.find("jeanne").ins, f"id:{real}"):
                answer = await house.ask(
                    software, "read_resource", d.ReadResourceParams(), person=reference, proof="none"
                )
                assert isinstance(answer, d.Refused) and answer.code == ""
            # Nor does it do anything else there, or by another proof than the one it has.
            close = await house.ask(software, "close_space", d.CloseParams(), person=f"id:{invented}", proof="none")
            assert isinstance(close, d.Refused)
            for proof in ("login", "professional", "identity_seen"):
                assert all(isinstance(one, d.Refused) for one in await there(house, software, invented, proof))
            hers = await space_of(house.settings, house, her)
            for space, lines in (await chains(house.settings)).items():
                kinds = {one["actor"]["kind"] for one in lines}
                assert space != hers or kinds == {"person"}, "no line of hers, not even a refusal: it never found her"

    run(play())


def test_nobody_but_a_software_on_trial_finds_an_invented_person(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            invented = await invent(house, await house.sign_in("essai"))
            doctor, agent, staff = [await house.sign_in(one) for one in ("diallo", "petit", "accueil")]
            for who, proof in ((doctor, "professional"), (staff, "login")):
                refused = await there(house, who, invented, proof)
                assert all(isinstance(one, d.Refused) and one.code == "" for one in refused), refused
            params = d.CloseParams()
            way = {"channel": "counter", "proof": "identity_seen", "on_behalf": True}
            answer = await house.ask(agent, "close_space", params, person=f"id:{invented}", **way)
            assert isinstance(answer, d.Refused)
            # Nobody but it opens one.
            for who, proof in ((doctor, "professional"), (agent, "login"), (staff, "login")):
                answer = await house.ask(who, "open_sandbox", opening(), person="", proof=proof)
                assert isinstance(answer, d.Refused)
            assert len(await rows(house.settings, "postgres", WILLS)) == 1

    run(play())


def test_a_space_is_marked_when_it_is_born_and_says_that_all_of_it_is_invented(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            software = await house.sign_in("essai")
            params, key = opening(), os.urandom(16)
            first = await house.ask(software, "open_sandbox", params, person="", proof="none", key=key)
            again = await house.ask(software, "open_sandbox", params, person="", proof="none", key=key)
            assert isinstance(first, d.Done) and isinstance(again, d.Done)
            assert first.payload == again.payload, "asked twice, opened once"
            said = msgspec.msgpack.decode(first.payload, type=d.OpenAnswer)
            assert said.person == params.person.hex()
            payload = msgspec.json.decode(said.receipt)["payload"]
            assert payload["answers"] == {"open": "yes", "invented": "yes"} and payload["proof"] == "none"
            keys, _ = await keyrings(house.settings)
            (kept,) = await rows(house.settings, "postgres", WILLS)
            will = open_will(kept["sealed"], kept["version"], keys[kept["space_id"]])
            assert will.rights == Rights(False, sandbox=True)
            (*_, (first_line, *others)) = [
                lines for space, lines in (await chains(house.settings)).items() if space == kept["space_id"]
            ]
            assert others == [] and first_line["objects"] == ["space", "sandbox"]
            line = line_of(first_line, "", "", str, lambda _: "")
            assert line.sentence == (
                "Logiciel d'essai a ouvert cet espace d’essai : la personne est inventée, son oui aussi."
            )
            assert (line.channel, line.permitted, line.others) == ("par un logiciel", True, True)
            assert "inventée" in line.why
            patient = await house.ask(
                software,
                "read_resource",
                d.ReadResourceParams(PATIENT_ROW.bytes, PATIENT.number),
                person=f"id:{said.person}",
                proof="none",
            )
            assert isinstance(patient, d.Done)
            (one,) = msgspec.msgpack.decode(patient.payload, type=d.ResourcesAnswer).found
            assert open_sealed(one.key, one.sealed, body_context(PATIENT_ROW, 1)) == BODY
            assert await rows(house.settings, "postgres", "SELECT 1 FROM notices.outbox") == []
            assert await rows(house.settings, "postgres", "SELECT 1 FROM counts.daily") == []

    run(play())


def test_no_change_ever_moves_the_mark() -> None:
    pending: Any = type("P", (), {"session": type("S", (), {"kind": "sandbox"})})
    person: Any = type("P", (), {"session": type("S", (), {"kind": "person"})})
    real, invented = (Will(PersonId(UUID(int=1)), Rights(True, sandbox=mark), 1) for mark in (False, True))
    for before, after, fine in (
        (real, real, True),
        (invented, invented, True),
        (real, invented, False),
        (invented, real, False),
    ):
        gathered: Any = type("G", (), {"will": before})
        if fine:
            _refuse_moved_mark(person, gathered, Change(will=after))
        else:
            with pytest.raises(ValueError, match="moved"):
                _refuse_moved_mark(person, gathered, Change(will=after))
    nobody: Any = type("G", (), {"will": None})
    for who, will, fine in (
        (pending, invented, True),
        (person, real, True),
        (pending, real, False),
        (person, invented, False),
    ):
        new: Any = type("N", (), {"will": will})
        if fine:
            _refuse_moved_mark(who, nobody, Change(new_space=new))
        else:
            with pytest.raises(ValueError, match="mark of another"):
                _refuse_moved_mark(who, nobody, Change(new_space=new))


def test_a_patient_is_no_resource_that_anybody_may_write() -> None:
    assert PATIENT.type not in numbers()
    assert kind_of(PATIENT.type, []) is None


def test_no_reference_leads_a_software_on_trial_to_a_real_person_nor_the_reverse(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            _, service = await keyrings(house.settings)
            session: Any = type("S", (), {"kind": "sandbox", "account": "dev|essai", "ins": "", "local": ""})
            doctor: Any = type("S", (), {"kind": "practitioner", "account": "dev|x", "ins": "", "local": ""})
            person = uuid4().hex
            assert person_terms(service, f"id:{person}", session) == [sandbox_term(service, person)]
            assert person_terms(service, f"id:{person}", session) != person_terms(service, f"id:{person}", doctor)
            for other in (
                "self",
                "ins:190010000000140",
                "local:ABC",
                "case:" + person,
                "ticket:AB20260001",
                "id:",
                "code:X",
            ):
                assert person_terms(service, other, session) == []

    run(play())


def test_where_the_trial_provider_may_not_be_its_sessions_and_its_spaces_are_not_there(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            software = await house.sign_in("essai")
            her, _ = await house.open("jeanne")
            invented = await invent(house, software)
            provider = house.provider
        # The same folder, taken into production: its files, its sessions and its invented spaces are still on the disk.
        production = replace(empty_databases.settings, development_provider=False)
        later = House(production)
        later.provider = provider
        try:
            with pytest.raises(Exception, match="development-provider-off"):
                await later.start()  # the provider itself refuses to be; the keepers run
            for token in (software, her):
                answer = await later.link.ask(d.WhoIs(0, token))
                assert isinstance(answer, d.Failed) and answer.code == "unauthenticated"
            for word in ("essai", "jeanne"):
                answer = await later.link.ask(d.SignIn(0, provider.assertion(provider.find(word))))
                assert isinstance(answer, d.Refused) and answer.code == "assertion-refused"
            answers = await there(later, software, invented, "none")
            assert all(isinstance(one, d.Failed) and one.code == "unauthenticated" for one in answers)
        finally:
            await later.stop()

    run(play())


def test_a_plan_opens_nothing_without_the_trial_provider() -> None:
    assert not Limits(1, 1, 1, 1, 1).development
    assert ActId.OPEN_SANDBOX in set(ActId)
