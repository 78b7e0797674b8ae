"""Applications in a real house: a code serves once, a token a few minutes, and what ends the authorisation ends them all at once.

Looked for below: a code used twice, by another, from elsewhere; a refresh token that comes back; a token that outlives her word; an
application that does what its scopes do not say, or learns what is hidden by being refused. Guarantee: G3, G11.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from espace_sante.keeper import demand as d
from espace_sante.keeper.sessions import token_hash
from tests.answers import journal_page
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import Clock, clock, open_house, rows, run
from tests.integration.test_resources import found, written
from tests.people import grant, listed

pytestmark = [pytest.mark.database]
__all__ = ["clock"]
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
ADDRESS = "https://carnet.test/retour"
EVERYTHING = "patient/*.cruds"


def asked(scopes: str = EVERYTHING, days: int = 0, app: str = "carnet", **more: Any) -> d.AuthoriseAppParams:
    """An application that asks, and will come back with the code."""
    given = {"offline": days > 0, "days": days, "redirect_uri": ADDRESS, "code_challenge": CHALLENGE} | more
    return d.AuthoriseAppParams(app, "Carnet", "Carnet SAS", scopes, **given)


async def authorised(house: House, who: bytes, params: d.AuthoriseAppParams, **way: Any) -> d.AppAnswer:
    answer = await house.ask(who, "authorise_app", params, **way)
    assert isinstance(answer, d.Done), answer
    return msgspec.msgpack.decode(answer.payload, type=d.AppAnswer)


async def exchanged(
    house: House, said: str, client: str = "carnet", address: str = ADDRESS, verifier: str = VERIFIER
) -> d.Answer:
    return await house.link.ask(d.ExchangeCode(0, token_hash(said), client, address, verifier))


async def refreshed(house: House, token: str, scopes: str = "", client: str = "carnet") -> d.Answer:
    return await house.link.ask(d.RefreshApp(0, token_hash(token), client, scopes))


def tokens(answer: d.Answer) -> d.AppTokens:
    assert isinstance(answer, d.Done), answer
    return msgspec.msgpack.decode(answer.payload, type=d.AppTokens)


async def let_in(house: House, who: bytes, scopes: str = EVERYTHING, days: int = 0, **way: Any) -> d.AppTokens:
    """Authorise, and exchange the code."""
    said = await authorised(house, who, asked(scopes, days), **way)
    return tokens(await exchanged(house, said.code))


async def introspected(house: House, token: str, client: str = "carnet") -> d.IntrospectAnswer:
    answer = await house.link.ask(d.Introspect(0, token_hash(token), client))
    assert isinstance(answer, d.Done), answer
    return msgspec.msgpack.decode(answer.payload, type=d.IntrospectAnswer)


def code(answer: d.Answer) -> str:
    """Return the code of a refusal, or of a session that is not there any more."""
    assert isinstance(answer, d.Refused | d.Failed), answer
    return answer.code


async def lists(house: House, token: str) -> d.Answer:
    return await house.ask(token_hash(token), "list_documents", d.ListParams())


def test_an_application_is_let_in_by_her_and_acts_for_her_a_few_minutes(
    empty_databases: Databases, clock: Clock
) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            her, person = await house.open("jeanne")
            await house.deposit(await house.sign_in("lopez"), f"id:{person}", b"text")
            said = await authorised(house, her, asked())
            assert len(said.code) >= 43, "256 random bits"
            given = tokens(await exchanged(house, said.code))
            assert (given.patient, given.user, given.scopes) == (person, f"Patient/{person}", EVERYTHING)
            assert given.expires_in <= 300
            assert given.refresh_token == "", "nothing lasts that she did not say"
            assert listed(await lists(house, given.access_token)).total == 1
            assert (await introspected(house, given.access_token)).active
            assert not (await introspected(house, given.access_token, "autre")).active
            kept = await rows(house.settings, "postgres", "SELECT token_hash, sealed FROM identity.app_token")
            kept += await rows(house.settings, "postgres", "SELECT token_hash, sealed FROM identity.session")
            for row in kept:
                assert said.code.encode() not in row["token_hash"] + row["sealed"]
                assert given.access_token.encode() not in row["token_hash"] + row["sealed"]
            clock.ahead += timedelta(minutes=5, seconds=1)
            assert code(await lists(house, given.access_token)) == "unauthenticated"
            assert not (await introspected(house, given.access_token)).active

    run(play())


def test_a_code_serves_once_for_whom_it_was_made_and_within_a_minute(empty_databases: Databases, clock: Clock) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            her, _ = await house.open("jeanne")
            said = await authorised(house, her, asked())
            wrong = [
                await exchanged(house, said.code, verifier="w" * 43),
                await exchanged(house, said.code, verifier=""),
                await exchanged(house, said.code, client="autre"),
                await exchanged(house, said.code, address=ADDRESS + "/"),
                await exchanged(house, said.code[:-1]),
            ]
            assert [code(one) for one in wrong] == ["code-refused"] * 5
            given = tokens(await exchanged(house, said.code))
            assert isinstance(await lists(house, given.access_token), d.Done)
            assert code(await exchanged(house, said.code, client="autre")) == "code-refused"
            assert isinstance(await lists(house, given.access_token), d.Done), "another application ends nothing"
            assert code(await exchanged(house, said.code)) == "code-refused"
            assert code(await lists(house, given.access_token)) == "unauthenticated", (
                "presented twice, it ends what it gave"
            )
            late = await authorised(house, her, asked())
            clock.ahead += timedelta(seconds=61)
            assert code(await exchanged(house, late.code)) == "code-refused"

    run(play())


def test_of_two_keepers_that_are_given_one_code_at_once_one_at_most_gives_tokens(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases, keepers=2) as house:
            her, _ = await house.open("jeanne")
            for _round in range(5):
                said = await authorised(house, her, asked())
                answers = await asyncio.gather(*(exchanged(house, said.code) for _ in range(6)))
                assert sum(isinstance(one, d.Done) for one in answers) <= 1
                for one in answers:
                    if isinstance(one, d.Done):
                        assert code(await lists(house, tokens(one).access_token)) == "unauthenticated"

    run(play())


def test_a_refresh_token_turns_and_one_that_comes_back_ends_everything(
    empty_databases: Databases, clock: Clock
) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            her, _ = await house.open("jeanne")
            first = await let_in(house, her, "offline_access patient/*.rs", 30)
            clock.ahead += timedelta(days=3)
            second = tokens(await refreshed(house, first.refresh_token, "patient/DocumentReference.rs patient/Goal.c"))
            assert second.scopes == "patient/DocumentReference.rs", "fewer, never more"
            assert second.refresh_token not in ("", first.refresh_token)
            third = tokens(await refreshed(house, second.refresh_token))
            assert third.scopes == first.scopes
            assert code(await refreshed(house, third.refresh_token, "patient/Goal.c")) == "scopes-refused"
            assert code(await refreshed(house, third.refresh_token, client="autre")) == "token-refused"
            assert isinstance(await lists(house, third.access_token), d.Done)
            assert code(await refreshed(house, first.refresh_token)) == "token-refused"
            assert code(await lists(house, third.access_token)) == "unauthenticated"
            assert code(await refreshed(house, third.refresh_token)) == "token-refused"
            assert await rows(house.settings, "postgres", "SELECT 1 FROM identity.app_token") == []

    run(play())


def test_a_refresh_token_is_over_on_the_day_she_said_and_its_rows_are_swept(
    empty_databases: Databases, clock: Clock
) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            her, _ = await house.open("jeanne")
            given = await let_in(house, her, "patient/*.rs", 7)
            clock.ahead += timedelta(days=6, hours=23)
            given = tokens(await refreshed(house, given.refresh_token))
            clock.ahead += timedelta(hours=1, seconds=1)
            assert code(await refreshed(house, given.refresh_token)) == "token-refused"
            clock.ahead += timedelta(days=2)
            await house.link.ask(d.Maintain(0, "purge"))
            assert await rows(house.settings, "postgres", "SELECT 1 FROM identity.app_family") == []

    run(play())


@pytest.mark.parametrize("ending", ["end_app", "its number", "close", "archive", "revoke", "restart"])
def test_what_ends_an_authorisation_ends_its_tokens_at_the_very_next_demand(
    empty_databases: Databases, ending: str
) -> None:
    async def play() -> None:
        async with open_house(empty_databases, keepers=2) as house:
            her, _ = await house.open("jeanne")
            given = await let_in(house, her, "patient/*.rs", 30)
            for _ in range(3):  # whatever a keeper remembers of it is warm
                assert isinstance(await lists(house, given.access_token), d.Done)
            if ending in ("end_app", "its number"):
                page = await journal_page(house, her)
                (view,) = msgspec.msgpack.decode(page.apps, type=list[d.AppView])
                said = "carnet" if ending == "end_app" else view.number
                assert isinstance(await house.ask(her, "end_app", d.EndAppParams(said)), d.Done)
                assert code(await house.ask(her, "end_app", d.EndAppParams(said))) == "app-not-authorised"
            elif ending == "revoke":
                done = await house.link.ask(d.RevokeApp(0, token_hash(given.refresh_token), "autre"))
                assert isinstance(done, d.Done)
                assert isinstance(await lists(house, given.access_token), d.Done), "another application ends nothing"
                await house.link.ask(d.RevokeApp(0, token_hash(given.refresh_token), "carnet"))
            elif ending == "restart":
                await house.stop()
                await house.start()
                assert isinstance(await lists(house, given.access_token), d.Done), "tokens outlive a keeper"
                await house.ask(her, "end_app", d.EndAppParams())
            else:
                await house.ask(her, "close_space", d.CloseParams(10 if ending == "archive" else 0))
            for _ in range(4):  # whichever keeper answers
                assert code(await lists(house, given.access_token)) == "unauthenticated"
            assert code(await refreshed(house, given.refresh_token)) == "token-refused"
            assert not (await introspected(house, given.access_token)).active

    run(play())


def test_an_access_token_given_up_ends_alone(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, _ = await house.open("jeanne")
            given = await let_in(house, her, "patient/*.rs", 30)
            await house.link.ask(d.RevokeApp(0, token_hash(given.access_token), "carnet"))
            assert code(await lists(house, given.access_token)) == "unauthenticated"
            again = tokens(await refreshed(house, given.refresh_token))
            assert isinstance(await lists(house, again.access_token), d.Done)

    run(play())


def test_scopes_narrow_documents_and_what_they_refuse_tells_nothing(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            kept = await house.deposit(await house.sign_in("lopez"), f"id:{person}", b"text")
            assert isinstance(kept, d.Done)
            document = UUID(hex=msgspec.msgpack.decode(kept.payload, type=d.DepositAnswer).document[32:])
            only_list = await let_in(house, her, "patient/DocumentReference.s")
            only_read = await let_in(house, her, "patient/Binary.r")
            nothing = await let_in(house, her, "patient/Condition.rs")
            others = await let_in(house, her, "patient/DocumentReference.rs?type=http://loinc.org|00000-0")
            reads = d.ReadParams(document.bytes)
            unknown = d.ReadParams(uuid4().bytes)
            assert listed(await lists(house, only_list.access_token)).total == 1
            assert code(await lists(house, nothing.access_token)) == "app-scope"
            assert listed(await lists(house, others.access_token)).total == 0
            for token, answers in (
                (only_list, ("app-scope", "app-scope")),
                (nothing, ("app-scope", "app-scope")),
                (others, ("", "")),
            ):
                said = [
                    await house.ask(token_hash(token.access_token), "read_document", one) for one in (reads, unknown)
                ]
                assert tuple(code(one) for one in said) == answers, "alike whether it is there or not"
            assert isinstance(await house.ask(token_hash(only_read.access_token), "read_document", reads), d.Done)
            writer = token_hash((await let_in(house, her, "patient/DocumentReference.c")).access_token)
            assert isinstance(await house.deposit(writer, f"id:{person}", b"hers", proof="login"), d.Done)
            refused = await house.deposit(token_hash(only_list.access_token), f"id:{person}", b"more", proof="login")
            assert code(refused) == "app-scope"

    run(play())


def test_scopes_narrow_resources_by_type_and_category(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            doctor = await house.sign_in("lopez")
            analysis = await written(house, doctor, person)
            measure = await written(house, doctor, person, code="vital-signs")
            every = token_hash((await let_in(house, her, "patient/Observation.rs")).access_token)
            by_code = "patient/Observation.rs?category=laboratory"
            some = token_hash((await let_in(house, her, by_code)).access_token)
            none = token_hash((await let_in(house, her, "patient/DocumentReference.rs")).access_token)

            async def ask(token: bytes, row: bytes = b"", **more: Any) -> d.Answer:
                return await house.ask(token, "read_resource", d.ReadResourceParams(row, **more))

            assert found(await ask(every)).total == 2
            assert found(await ask(some)).total == 1
            assert found(await ask(some, analysis.bytes, type=3)).total == 1
            assert code(await ask(some, measure.bytes, type=3)) == code(await ask(some, uuid4().bytes, type=3)) == ""
            assert (
                code(await ask(none, analysis.bytes, type=3))
                == code(await ask(none, uuid4().bytes, type=3))
                == "app-scope"
            )
            assert code(await ask(every, types=(2,))) == "app-scope"
            assert found(await ask(none)).total == 0, "a list of anything: nothing of what it may not see"

    run(play())


def test_an_application_never_makes_a_choice_for_her(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, _ = await house.open("jeanne")
            token = token_hash((await let_in(house, her, f"{EVERYTHING} user/*.cruds")).access_token)
            for act, params in (
                ("grant_access", grant()),
                ("authorise_app", asked()),
                ("end_app", d.EndAppParams()),
                ("close_space", d.CloseParams()),
                ("read_journal", d.JournalParams()),
                ("mask", d.MaskParams(b"", 4, "")),
            ):
                assert code(await house.ask(token, act, params)) == "app-scope", act
            seen = d.ListParams(as_seen_by=d.SeenBy("99900000011", "", ""))
            assert code(await house.ask(token, "list_documents", seen)) == ""

    run(play())


def test_the_token_of_an_application_opens_no_page(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, _ = await house.open("jeanne")
            token = token_hash((await let_in(house, her)).access_token)
            for channel in ("web", "counter", "paper", "phone"):
                answer = await house.ask(token, "list_documents", d.ListParams(), channel=channel)
                assert code(answer) == "unauthenticated"

    run(play())


def test_an_application_reads_nobody_else(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, _ = await house.open("jeanne")
            _, another = await house.open("karim")
            token = token_hash((await let_in(house, her, f"{EVERYTHING} user/*.cruds")).access_token)
            for person in (f"id:{another}", f"id:{uuid4().hex}"):
                assert code(await house.ask(token, "list_documents", d.ListParams(), person=person)) == ""

    run(play())


def test_a_professional_opens_one_about_a_person_he_may_read_until_he_signs_out(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            other, another = await house.open("karim")
            him = await house.sign_in("diallo")
            way: dict[str, Any] = {"person": f"id:{person}", "proof": "professional"}
            assert code(await house.ask(him, "authorise_app", asked(), **way)) == ""
            for session in (her, other):
                await house.ask(session, "grant_access", grant())
            assert code(await house.ask(him, "authorise_app", asked(days=5), **way)) == "app-invalid", (
                "nothing he gives lasts"
            )
            given = await let_in(house, him, "launch patient/DocumentReference.rs", **way)
            token = token_hash(given.access_token)
            assert (given.patient, given.refresh_token) == (person, "")
            assert given.user.startswith("Practitioner/")
            assert listed(await house.ask(token, "list_documents", d.ListParams(), **way)).total == 0
            elsewhere = way | {"person": f"id:{another}"}
            assert code(await house.ask(token, "list_documents", d.ListParams(), **elsewhere)) == "app-scope"
            page = await journal_page(house, her)
            mine = [record for record in map(json.loads, page.records) if record.get("app")]
            assert {one["app"]["id"] for one in mine} == {"carnet"}
            assert {one["act"] for one in mine} == {"authorise_app", "list_documents"}
            assert msgspec.msgpack.decode(page.apps, type=list[d.AppView]) == [], "it is not hers"
            await house.ask(her, "withdraw_access", d.WithdrawParams("99900000011"))
            assert code(await house.ask(token, "list_documents", d.ListParams(), **way)) == "", "his own right first"
            await house.ask(her, "grant_access", grant())
            await house.link.ask(d.SignOut(0, him))
            assert code(await house.ask(token, "list_documents", d.ListParams(), **way)) == "unauthenticated"

    run(play())


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"app": "Carnet"}, "app-invalid"),
        ({"code_challenge": ""}, "app-invalid"),
        ({"code_challenge": "x" * 42}, "app-invalid"),
        ({"redirect_uri": ""}, "app-invalid"),
        ({"days": 3, "offline": False}, "app-invalid"),
        ({"offline": True}, "app-invalid"),
        ({"scopes": "system/*.cruds"}, "scopes-refused"),
        ({"scopes": "openid launch/patient"}, "scopes-refused"),
        ({"days": 40_000, "offline": True}, "app-too-long"),
    ],
)
def test_what_is_asked_wrongly_is_refused_and_nothing_is_kept(
    empty_databases: Databases, changed: dict[str, Any], said: str
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, _ = await house.open("jeanne")
            params = msgspec.structs.replace(asked(), **changed)
            assert code(await house.ask(her, "authorise_app", params)) == said
            assert await rows(house.settings, "postgres", "SELECT 1 FROM identity.app_family") == []

    run(play())


def test_an_agent_notes_it_for_her_and_no_code_is_made(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            agent = await house.sign_in("petit")
            way: dict[str, Any] = {
                "person": f"id:{person}",
                "channel": "counter",
                "proof": "identity_seen",
                "on_behalf": True,
            }
            said = await authorised(house, agent, asked(days=30), **way)
            assert said.code == ""
            page = await journal_page(house, her)
            (view,) = msgspec.msgpack.decode(page.apps, type=list[d.AppView])
            assert view.waiting
            await let_in(house, her, EVERYTHING, 30)
            page = await journal_page(house, her)
            (view,) = msgspec.msgpack.decode(page.apps, type=list[d.AppView])
            assert not view.waiting, "opened by her, it takes the place of what waited"

    run(play())


def test_a_software_alone_adds_where_its_structure_may_and_reads_nothing(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            structure = "990000001"
            for scopes, number in (("patient/*.cruds", structure), ("system/*.rs", structure), ("system/*.c", "x")):
                refused = await house.link.ask(d.OpenBackend(0, "labo", "Labo", number, scopes))
                assert code(refused) == "scopes-refused"
            answer = await house.link.ask(d.OpenBackend(0, "labo", "Labo", structure, "system/*.cruds"))
            given = tokens(answer)
            assert (given.scopes, given.refresh_token, given.user) == ("system/*.cud", "", "")
            token = token_hash(given.access_token)
            row = await written(house, token, person)
            assert isinstance(await house.deposit(token, f"id:{person}", b"text"), d.Done)
            way: dict[str, Any] = {"person": f"id:{person}", "proof": "professional"}
            everyone = d.GrantParams(f"structure:{structure}", "everything", [], [], "soins", 30)
            assert isinstance(await house.ask(her, "grant_access", everyone), d.Done)
            for act, params in (
                ("read_resource", d.ReadResourceParams(row.bytes, 3)),
                ("read_resource", d.ReadResourceParams()),
                ("list_documents", d.ListParams()),
                ("break_glass", d.BreakGlassParams("bedside", True, "coma", "")),
            ):
                assert code(await house.ask(token, act, params, **way)) == "app-scope", act
            assert isinstance(await house.ask(her, "refuse_deposits", d.ChoiceParams()), d.Done)
            assert code(await house.deposit(token, f"id:{person}", b"more")) == ""

    run(play())


def test_there_are_twenty_applications_at_most(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, _ = await house.open("jeanne")
            for _round in range(20):
                await authorised(house, her, asked(days=3))
            assert code(await house.ask(her, "authorise_app", asked(days=3))) == "apps-too-many"
            assert isinstance(await house.ask(her, "end_app", d.EndAppParams()), d.Done)
            assert await rows(house.settings, "postgres", "SELECT 1 FROM identity.app_family") == []
            await authorised(house, her, asked(days=3))

    run(play())


def test_an_application_that_only_adds_does_not_learn_what_is_there_by_sending_it_again(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            named = {"unique_id": "urn:oid:1.2.3", "proof": "login"}
            assert isinstance(
                await house.deposit(await house.sign_in("lopez"), f"id:{person}", b"text", unique_id="urn:oid:1.2.3"),
                d.Done,
            )
            adds = token_hash((await let_in(house, her, "patient/DocumentReference.c")).access_token)
            both = token_hash((await let_in(house, her, "patient/DocumentReference.cs")).access_token)
            assert code(await house.deposit(both, f"id:{person}", b"other", **named)) == "unique-id-conflict"
            assert isinstance(await house.deposit(adds, f"id:{person}", b"other", **named), d.Done)
            assert listed(await house.ask(her, "list_documents", d.ListParams())).total == 2

    run(play())
