"""Incidents where somebody held an account, a password or a machine that was not his: what he would get here, counted.

One act more than those below is one line more in `ACTS`; the figures stand in docs/incidents.md.
"""

from __future__ import annotations

import os
from typing import Any, get_args

import msgspec
import pytest

from espace_sante.access.request import Channel, Proof
from espace_sante.keeper import demand as d
from espace_sante.keeper.acts.opening import new_code
from espace_sante.keeper.tries import BY_ACCOUNT
from espace_sante.vault.envelope import SealBroken
from espace_sante.vault.keys import unpack_blob
from tests.fixtures_database import Databases
from tests.guarantees.test_g07_operator_cannot_read_at_rest import dumps, files, found
from tests.house import House
from tests.incidents.asked import ACTS, journal_of, sent
from tests.inside import Clock, clock, open_house, rows, run
from tests.people import DIALLO, grant, invite_more, listed

pytestmark = [pytest.mark.database]
__all__ = ["clock"]
SPACES, GRANTED = 30, 3


def test_whoever_guesses_codes_or_telephones_opens_no_space_and_is_stopped_after_twenty_codes_an_hour(
    empty_databases: Databases, clock: Clock
) -> None:
    """38C3, Germany, 2024: identity tokens were issued on a telephone call, and a check value could be derived."""

    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            code = (await house.invite("jeanne")).code
            thief = await house.sign_in("petit")
            at_counter = {"channel": "counter", "proof": "identity_seen", "on_behalf": True}
            words = d.OpenParams(True, "2026-11-1", "fr", "00" * 32)
            guesses = [new_code(os.urandom(10)) for _ in range(BY_ACCOUNT)]
            assert BY_ACCOUNT == 20
            for guess in guesses:
                answer = await house.ask(thief, "open_space", words, person=f"code:{guess}", **at_counter)
                assert isinstance(answer, d.Refused)
            stopped = await house.ask(thief, "open_space", words, person=f"code:{code}", **at_counter)
            assert isinstance(stopped, d.Failed) and stopped.code == "too-many", "even the right one waits an hour"
            her, person = await house.open("karim")
            await sent(house, person, b"hers")
            by_phone: dict[str, Any] = {"channel": "phone", "proof": "contact", "on_behalf": True}
            reference = f"ins:{house.provider.find('karim').ins}"
            for act in ("list_documents", "read_journal", "grant_access"):
                answer = await house.ask(thief, act, ACTS[act], person=reference, **by_phone)
                assert isinstance(answer, d.Done) and answer.effect == "starts"
                assert b"hers" not in answer.payload and len(answer.payload) < 1000
            page = await journal_of(house, her)
            assert msgspec.msgpack.decode(page.grants, type=list[d.GrantView]) == [], "a voice gives nothing away"
            forged = house.provider.assertion(house.provider.find("karim"))[:-8] + "AAAAAAAA"
            assert isinstance(await house.link.ask(d.SignIn(0, forged)), d.Refused)

    run(play())


def test_a_stolen_professional_account_opens_the_spaces_already_granted_to_it_and_no_other(
    empty_databases: Databases,
) -> None:
    """Viamedis and Almerys, France, 2024: 33 million people through hijacked professional accounts."""

    async def play() -> None:
        async with open_house(empty_databases) as house:
            words = invite_more(house, SPACES)
            opened = [await house.open(word) for word in words]
            documents = [
                await sent(house, person, b"a letter of %s" % word.encode())
                for (_, person), word in zip(opened, words, strict=True)
            ]
            for session, _ in opened[:GRANTED]:
                assert isinstance(await house.ask(session, "grant_access", grant()), d.Done)
            thief, got = await house.sign_in("diallo"), 0
            for number, ((_, person), document) in enumerate(zip(opened, documents, strict=True)):
                answers = [
                    await house.ask(
                        thief, "list_documents", d.ListParams(), person=f"id:{person}", proof="professional"
                    ),
                    (await house.read(thief, document))[0],
                ]
                assert {isinstance(answer, d.Done) for answer in answers} == {number < GRANTED}
                got += sum(isinstance(answer, d.Done) for answer in answers) // 2
            assert got == GRANTED, "3 spaces of 30"
            for session, _ in opened:  # each of them sees both attempts in her own journal
                acts = [record["act"] for record in await records(house, session) if record["actor"]["id"] == DIALLO]
                assert sorted(acts) == ["list_documents", "read_document"]
            for session, _ in opened[:GRANTED]:
                await house.ask(session, "withdraw_access", d.WithdrawParams(DIALLO))
            assert [(await house.read(thief, document))[1] for document in documents] == [None] * SPACES

    run(play())


async def records(house: House, session: bytes) -> list[dict[str, Any]]:
    return [msgspec.json.decode(record) for record in (await journal_of(house, session)).records]


def test_whoever_takes_the_databases_and_the_folders_has_ciphertext(empty_databases: Databases) -> None:
    """Vastaamo, Finland, 2018-2020: an open database in clear, and too few logs to say what was taken."""
    planted = {b"ZQXKVASTAAMOTITRE", b"ZQXKVASTAAMOTEXTE", b"ZQXKVASTAAMOMOTIF"}
    scanned = 0

    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            planted.add(house.provider.find("jeanne").ins.encode())
            document = await sent(house, person, b"ZQXKVASTAAMOTEXTE", title="ZQXKVASTAAMOTITRE")
            asked = d.GrantParams(DIALLO, "everything", [], [], "ZQXKVASTAAMOMOTIF", 3)
            assert isinstance(await house.ask(her, "grant_access", asked), d.Done)
            doctor = await house.sign_in("diallo")
            assert (await house.read(doctor, document))[1] == b"ZQXKVASTAAMOTEXTE", (
                "it is there, and opens with the keys"
            )
            assert any(r["act"] == "read_document" for r in await records(house, her)), "no reading without its entry"

    run(play())
    settings = empty_databases.settings
    for place, content in [*dumps(settings), *files(settings.home / "objects"), *files(settings.home / "logs")]:
        scanned += len(content)
        assert found(planted, iter([(place, content)])) == []
    assert scanned > 20_000


def test_there_is_no_question_about_many_people_and_a_known_person_has_keys_like_all(
    empty_databases: Databases,
) -> None:
    """SingHealth, Singapore, 2018: 1.5 million people, and the Prime Minister sought by name, from one workstation."""
    persons = [
        [field.name for field in msgspec.structs.fields(kind) if "person" in field.name] for kind in get_args(d.Demand)
    ]
    assert [one for one in persons if one] == [["person"]] * 3, "a message names one person at most"
    assert {field.type for field in msgspec.structs.fields(d.Ask) if field.name == "person"} == {str}

    async def play() -> None:
        async with open_house(empty_databases) as house:
            opened = [await house.open(word) for word in invite_more(house, 20)]
            for session, _ in opened:
                assert isinstance(await house.ask(session, "grant_access", grant()), d.Done)
            station = await house.sign_in("diallo")
            one, other = opened[0][1], opened[1][1]
            for many in (
                "",
                "*",
                "id:",
                "id:*",
                "id:%",
                "ins:*",
                "local:*",
                "local:%",
                f"id:{one},{other}",
                f"id:{one}|{other}",
            ):
                answer = await house.ask(station, "list_documents", d.ListParams(), person=many, proof="professional")
                assert isinstance(answer, d.Refused), many
            before = await entries(empty_databases)
            for _, person in opened:
                answer = await house.ask(
                    station, "list_documents", d.ListParams(), person=f"id:{person}", proof="professional"
                )
                assert listed(answer).total == 0
            assert await entries(empty_databases) - before == 20, "one demand and one entry for each person"
            blobs = await rows(
                empty_databases.settings,
                "postgres_keys",
                "SELECT master_version, length(blob) AS size FROM vault.space_blob",
            )
            assert len({(row["master_version"], row["size"]) for row in blobs}) == 1, (
                "no key is kept apart, none looks otherwise"
            )

    run(play())


async def entries(databases: Databases) -> int:
    return int((await rows(databases.settings, "postgres", "SELECT count(*) AS n FROM journal.entry"))[0]["n"])


def test_the_password_of_the_operator_opens_no_document_by_any_act_channel_or_proof(empty_databases: Databases) -> None:
    """Medibank, Australia, 2022: 9.7 million people by a contractor's administrator password, without a second factor."""

    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            document = await sent(house, person, b"hers")
            operator, tried = await house.sign_in("accueil"), 0
            for act, params in {**ACTS, "read_document": d.ReadParams(bytes.fromhex(document[32:]))}.items():
                for channel in Channel:
                    for proof in Proof:
                        for behalf in (False, True):
                            answer = await house.ask(
                                operator,
                                act,
                                params,
                                person=f"id:{person}",
                                channel=channel,
                                proof=proof,
                                on_behalf=behalf,
                            )
                            assert isinstance(answer, d.Refused), (act, channel, proof)
                            tried += 1
            assert tried == len(ACTS) * len(Channel) * len(Proof) * 2
            assert len((await journal_of(house, her)).records) > 0
            (blob,) = await rows(
                empty_databases.settings,
                "postgres_keys",
                "SELECT space_id, blob FROM vault.space_blob WHERE space_id IN (SELECT space_id FROM vault.space_blob) LIMIT 1",
            )
            with pytest.raises(SealBroken):  # the databases without the master key
                unpack_blob(blob["blob"], {1: os.urandom(32)}, blob["space_id"])

    run(play())
