"""Each answer changed alone, in every channel, on real databases: taking back never gives more, and nobody else is told."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from espace_sante.access.rules import RESTRICTIVE
from espace_sante.actions.act import Nature
from espace_sante.actions.choices import ACTS, PAIRS
from espace_sante.consent.choices import Choice
from espace_sante.keeper import demand as d
from espace_sante.keeper.acts import choosing
from tests.answers import seen
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import census, open_house, run, watched
from tests.people import grant

pytestmark = [pytest.mark.database]
PHONE: dict[str, Any] = {"channel": "phone", "proof": "contact", "on_behalf": True}
COUNTER: dict[str, Any] = {"channel": "counter", "proof": "identity_seen", "on_behalf": True}


def asked(choice: Choice) -> d.ChoiceParams:
    return d.ChoiceParams("research" if choice is Choice.PURPOSE else "")


async def choices(house: House, her: bytes) -> dict[tuple[str, str], bool]:
    answer = await house.ask(her, "read_journal", d.JournalParams(count=1))
    assert isinstance(answer, d.Done)
    page = msgspec.msgpack.decode(answer.payload, type=d.JournalAnswer)
    views = msgspec.msgpack.decode(page.choices, type=list[d.ChoiceView])
    return {(view.choice, view.purpose): view.gives for view in views}


async def sent(house: House, sender: bytes, person: str, content: bytes, **changes: Any) -> d.Answer:
    return await house.deposit(sender, f"id:{person}", content, **changes)


def document_of(answer: d.Answer) -> str:
    assert isinstance(answer, d.Done), answer
    return msgspec.msgpack.decode(answer.payload, type=d.DepositAnswer).document


def test_the_two_sides_of_each_answer_are_said_to_be_what_they_are() -> None:
    assert set(PAIRS) == set(choosing.PAIRS) == set(Choice)
    for choice, pair in PAIRS.items():
        assert (pair.gives.act, pair.takes_back.act) == choosing.PAIRS[choice]
    for found in ACTS:
        assert (found.id in RESTRICTIVE) == (found.nature is Nature.RESTRICTIVE)
        other = next(one for one in ACTS if one.fields == found.fields and one.id is not found.id)
        assert len(found.fields) == len(other.fields)


@pytest.mark.parametrize("choice", list(Choice))
def test_an_answer_is_changed_alone_and_back_and_its_day_is_kept(empty_databases: Databases, choice: Choice) -> None:
    gives, takes_back = choosing.PAIRS[choice]

    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, _ = await house.open("jeanne")
            first = await choices(house, her)
            key = (choice.value, asked(choice).purpose)
            for act, yes in ((takes_back, False), (gives, True), (takes_back, False)):
                assert isinstance(await house.ask(her, act.value, asked(choice)), d.Done)
                assert await choices(house, her) == {**first, key: yes}, "nothing else changed"

    run(play())


@pytest.mark.parametrize("choice", list(Choice))
def test_by_telephone_taking_back_holds_at_once_and_giving_only_starts(
    empty_databases: Databases, choice: Choice
) -> None:
    gives, takes_back = choosing.PAIRS[choice]

    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, _ = await house.open("jeanne")
            agent = await house.sign_in("petit")
            whose: dict[str, Any] = {"person": f"ins:{house.provider.find('jeanne').ins}"}
            key = (choice.value, asked(choice).purpose)
            await house.ask(her, takes_back.value, asked(choice))
            started = await house.ask(agent, gives.value, asked(choice), **PHONE, **whose)
            assert isinstance(started, d.Done) and started.effect == "starts"
            assert not (await choices(house, her))[key]
            at_once = await house.ask(agent, gives.value, asked(choice), **COUNTER, **whose)
            assert isinstance(at_once, d.Done) and at_once.effect == "immediate"
            assert (await choices(house, her))[key]
            back = await house.ask(agent, takes_back.value, asked(choice), **PHONE, **whose)
            assert isinstance(back, d.Done) and back.effect == "provisional"
            assert not (await choices(house, her))[key]

    run(play())


@pytest.mark.parametrize("act", ACTS, ids=lambda found: found.id.value)
def test_nobody_else_changes_an_answer_of_hers(empty_databases: Databases, act: Any) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            before = await choices(house, her)
            params = d.ChoiceParams("research" if act.fields else "")
            ways: tuple[tuple[str, dict[str, Any]], ...] = (
                ("diallo", {"person": f"id:{person}", "proof": "professional"}),
                ("karim", {"person": f"id:{person}"}),
                ("petit", {"person": f"id:{person}", "proof": "identity_seen", "channel": "counter"}),
                ("accueil", {"person": f"id:{person}"}),
            )
            for word, how in ways:
                answer = await house.ask(await house.sign_in(word), act.id.value, params, **how)
                assert isinstance(answer, d.Refused) and answer.code == ""
            assert await choices(house, her) == before

    run(play())


def test_a_depositor_is_answered_alike_whether_she_hides_new_documents_or_not(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            doctor, sender = await house.sign_in("diallo"), await house.sign_in("lopez")
            seen_by = {}
            with watched() as statements:
                for word, act in (("jeanne", "show_new_documents"), ("karim", "hide_new_documents")):
                    her, person = await house.open(word)
                    await house.ask(her, "grant_access", grant())
                    assert isinstance(await house.ask(her, act, d.ChoiceParams()), d.Done)
                    document_of(await sent(house, sender, person, b"0"))  # what is read for the first time
                    before = await census(empty_databases.settings)
                    statements.taken()
                    answer = await sent(house, sender, person, b"1", unique_id="urn:oid:1.2.3")
                    again = await sent(house, sender, person, b"1", unique_id="urn:oid:1.2.3")
                    more = await census(empty_databases.settings) - before
                    sizes = [len(d.ENCODER.encode([one])) for one in (answer, again)]
                    seen_by[word] = (sizes, statements.taken(), sorted(more.items()), type(again).__name__)
                    shown = await seen(house, doctor, person)
                    assert (document_of(answer) in shown) == (act == "show_new_documents")
            assert seen_by["jeanne"] == seen_by["karim"]

    run(play())


def test_what_was_born_hidden_stays_so_until_she_shows_it(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            doctor, sender = await house.sign_in("diallo"), await house.sign_in("lopez")
            await house.ask(her, "grant_access", grant())
            await house.ask(her, "hide_new_documents", d.ChoiceParams())
            hidden = document_of(await sent(house, sender, person, b"1"))
            await house.ask(her, "show_new_documents", d.ChoiceParams())
            later = document_of(await sent(house, sender, person, b"2"))
            assert await seen(house, doctor, person) == {later}
            show = d.UnmaskParams(bytes.fromhex(hidden[32:]), 0, "")
            assert isinstance(await house.ask(her, "unmask", show), d.Done)
            assert await seen(house, doctor, person) == {hidden, later}

    run(play())


def test_in_the_chest_nobody_reads_but_her_and_each_author_what_he_deposited(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            doctor, author = await house.sign_in("diallo"), await house.sign_in("lopez")
            await house.ask(her, "grant_access", grant())
            await house.ask(her, "let_authors_read", d.ChoiceParams())
            document = document_of(await sent(house, author, person, b"1"))
            assert await seen(house, doctor, person) == {document}
            await house.ask(her, "seal_space", d.ChoiceParams())
            nobody = await house.read(doctor, person + "0" * 32)
            for word in ("diallo", "guerin", "moreau" if "moreau" in house.provider.accounts else "diallo"):
                session = await house.sign_in(word)
                refused, content = await house.read(session, document)
                assert content is None and isinstance(refused, d.Refused) and isinstance(nobody[0], d.Refused)
                assert refused.code == nobody[0].code == ""
                assert await seen(house, session, person) == set()
            assert (await house.read(author, document))[1] == b"1"
            assert await seen(house, author, person) == set(), "the author reads his own, and lists nothing"
            assert (await house.read(her, document, proof="login"))[1] == b"1"
            await house.ask(her, "stop_authors_reading", d.ChoiceParams())
            assert (await house.read(author, document))[1] is None
            await house.ask(her, "unseal_space", d.ChoiceParams())
            assert await seen(house, doctor, person) == {document}, "her permissions hold again, and no more"
            assert await seen(house, await house.sign_in("guerin"), person) == set()

    run(play())


def test_an_author_reads_his_own_deposit_again_only_while_she_lets_him(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            author, other = await house.sign_in("lopez"), await house.sign_in("guerin")
            mine, theirs = [document_of(await sent(house, one, person, b"1")) for one in (author, other)]
            assert (await house.read(author, mine))[1] is None, "the words of her opening did not speak of it"
            await house.ask(her, "let_authors_read", d.ChoiceParams())
            assert (await house.read(author, mine))[1] == b"1"
            assert (await house.read(author, theirs))[1] is None
            await house.ask(her, "stop_authors_reading", d.ChoiceParams())
            assert (await house.read(author, mine))[1] is None

    run(play())


def test_refusing_deposits_leaves_all_else_and_answers_as_for_one_who_has_no_space(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            doctor, sender = await house.sign_in("diallo"), await house.sign_in("lopez")
            await house.ask(her, "grant_access", grant())
            document = document_of(await sent(house, sender, person, b"1"))
            await house.ask(her, "refuse_deposits", d.ChoiceParams())
            refused = await sent(house, sender, person, b"2")
            nobody = await sent(house, sender, "0" * 32, b"2")
            assert isinstance(refused, d.Refused) and isinstance(nobody, d.Refused)
            assert refused.code == nobody.code
            assert await seen(house, doctor, person) == {document}
            await house.ask(her, "accept_deposits", d.ChoiceParams())
            assert isinstance(await sent(house, sender, person, b"2"), d.Done)

    run(play())


def test_opening_keeps_each_answer_and_refuses_those_that_were_not_asked(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            await house.invite("jeanne")
            her = await house.sign_in("jeanne")
            old = d.OpenParams(True, "2026-11-1", "fr", "00" * 32, {"measures": "yes"})
            refused = await house.ask(her, "open_space", old)
            assert isinstance(refused, d.Refused) and refused.code == "demand-invalid"
            said = {"emergency": "bedside", "measures": "yes", "research": "no"}
            opened = await house.ask(her, "open_space", d.OpenParams(True, "2026-11-2", "fr", "00" * 32, said))
            assert isinstance(opened, d.Done)
            receipt = msgspec.msgpack.decode(opened.payload, type=d.OpenAnswer).receipt
            answers = msgspec.json.decode(receipt)["payload"]["answers"]
            assert answers["emergency"] == "bedside"
            assert (answers["research"], answers["policy"]) == ("no", "none")
            found = await choices(house, her)
            assert {code for (kind, code), yes in found.items() if kind == "purpose" and yes} == {"measures"}
            assert found["authors", ""] and found["deposits", ""]

    run(play())
