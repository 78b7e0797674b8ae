"""G10. An agent prints for a person what he does not see: a number for him, the paper at a station, once and for a quarter of an hour."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from espace_sante.access.request import ActId, Channel
from espace_sante.actions.act import Nature, Outcome, Value
from espace_sante.actions.issue_access_card import IssuedCard
from espace_sante.actions.line_said import line_of
from espace_sante.actions.list_documents import DocumentList
from espace_sante.actions.print_jobs import take_job, waiting_jobs
from espace_sante.actions.read_document import ClearDocument
from espace_sante.actions.read_journal import JournalPage
from espace_sante.actions.registry import PERSON_ACTS
from espace_sante.keeper import demand as d
from espace_sante.keeper.printing import LIFE, PRINTED
from espace_sante.kernel.errors import Problem
from tests.channels.lives import Life, begun
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import Clock, chains, clock, frame_of, open_house, rows, run

__all__ = ["clock"]
pytestmark = [pytest.mark.database]
MARK = b"MARQUEUR-A-NE-PAS-VOIR\n"


async def treated(house: House) -> Life:
    """A person in whose space there is one document that nobody at the counter is to see."""
    life = await begun(house, ())
    await life.herself(ActId.OPEN_SPACE, {"deposits": "yes"})
    answer = await house.deposit(await house.sign_in("guerin"), f"id:{life.public}", MARK, title="TITRE-CACHE")
    assert isinstance(answer, d.Done)
    life.document = msgspec.msgpack.decode(answer.payload, type=d.DepositAnswer).document
    return life


def in_a_house(test: Callable[[House], Awaitable[None]], databases: Databases, clock: Clock) -> None:
    async def lived() -> None:
        async with open_house(databases, now=clock) as house:
            await test(house)

    run(lived())


async def take(house: House, reference: str, account: str = "imprimante") -> Outcome:
    _, outcome = await take_job(frame_of(house), await house.sign_in(account), reference)
    return outcome


def test_every_reading_of_a_person_is_printed_but_the_proof_that_goes_by_letter() -> None:
    readings = {act.id for act in PERSON_ACTS if act.nature is Nature.READING}
    assert readings - PRINTED == {ActId.PROVE_JOURNAL}


@pytest.mark.parametrize("channel", [Channel.COUNTER, Channel.PAPER])
def test_the_keeper_gives_an_agent_nothing_of_what_is_read(
    databases: Databases, clock: Clock, channel: Channel
) -> None:
    async def story(house: House) -> None:
        life = await treated(house)
        agent, asked = await house.sign_in("petit"), _asked(life)
        proof = "identity_seen" if channel is Channel.COUNTER else "signed_form"
        for act, params in asked.items():
            way = {"person": life.reference, "channel": channel.value, "proof": proof, "on_behalf": True}
            answer = await house.ask(agent, act, params, **way)  # type: ignore[arg-type]  # by name
            assert isinstance(answer, d.Done) and answer.payload == b"", (act, answer)
        assert asked.keys() == PRINTED

    in_a_house(story, databases, clock)


def _asked(life: Life) -> Mapping[ActId, Any]:
    return {
        ActId.LIST_DOCUMENTS: d.ListParams(),
        ActId.READ_DOCUMENT: d.ReadParams(bytes.fromhex(life.document[32:])),
        ActId.READ_RESOURCE: d.ReadResourceParams(b"", 0, 0),
        ActId.READ_JOURNAL: d.JournalParams(),
        ActId.EXPORT_JOURNAL: d.ExportParams(),
    }


def test_the_station_of_the_same_counter_takes_it_once_and_her_journal_names_both(
    databases: Databases, clock: Clock
) -> None:
    async def story(house: House) -> None:
        life = await treated(house)
        asked = await life.by(ActId.READ_DOCUMENT, {"document": life.document}, Channel.COUNTER)
        jobs = await waiting_jobs(frame_of(house), await house.sign_in("imprimante"))
        assert [job.reference for job in jobs if job.reference == asked.entry] == [asked.entry]
        found = (await take(house, asked.entry)).result
        assert isinstance(found, ClearDocument) and b"".join(found.content(frame_of(house))) == MARK
        with pytest.raises(Problem, match="print-unknown"):
            await take(house, asked.entry)
        assert life.space is not None
        lines = (await chains(house.settings))[life.space]
        read = [line for line in lines if line["act"] == "read_document" and line["decision"]["result"] == "permit"]
        assert [(line["actor"]["name"], "print" in line["objects"]) for line in read] == [
            ("Mme Petit", True),
            ("Imprimante du guichet", False),
        ]
        assert all(line["actor"]["behalf"] and line["channel"] == "counter" for line in read)

    in_a_house(story, databases, clock)


def test_a_number_is_worth_nothing_after_a_quarter_of_an_hour_nor_to_anybody_else(
    databases: Databases, clock: Clock
) -> None:
    async def story(house: House) -> None:
        life = await treated(house)
        values: Mapping[str, Value] = {"document": life.document}
        asked = await life.by(ActId.READ_DOCUMENT, values, Channel.COUNTER)
        params = d.ReadParams(bytes.fromhex(life.document[32:]))
        for who in ("petit", "vasseur", "imprimante-val", "diallo", "accueil", life.name):
            session = await house.sign_in(who)
            for proof in ("identity_seen", "login", "professional"):
                way = {"person": f"job:{asked.entry}", "channel": "counter", "proof": proof, "on_behalf": True}
                answer = await house.ask(session, "read_document", params, **way)  # type: ignore[arg-type]  # by name
                assert not isinstance(answer, d.Done) or answer.payload == b"", (who, proof)
            if who != "imprimante-val":
                with pytest.raises(Problem):
                    await waiting_jobs(frame_of(house), session)
        elsewhere = await waiting_jobs(frame_of(house), await house.sign_in("imprimante-val"))
        assert asked.entry not in {job.reference for job in elsewhere}
        clock.ahead += LIFE + timedelta(seconds=1)
        with pytest.raises(Problem, match="print-unknown"):
            await take(house, asked.entry)
        again = await life.by(ActId.READ_DOCUMENT, values, Channel.COUNTER)
        assert isinstance((await take(house, again.entry)).result, ClearDocument), "asked again, it is printed"

    in_a_house(story, databases, clock)


def test_a_station_is_known_by_the_number_of_its_structure_and_never_by_a_name(
    databases: Databases, clock: Clock
) -> None:
    async def story(house: House) -> None:
        life = await treated(house)
        values = {"document": life.document}
        station = house.provider.find("imprimante")

        async def numbered(number: str, *names: str) -> None:
            for name in names:
                one = house.provider.find(name)
                house.provider.accounts[name] = msgspec.structs.replace(one, structure_id=number)

        asked = await life.by(ActId.READ_DOCUMENT, values, Channel.COUNTER)
        for other in ("75071218400012", "", "n’importe quoi"):
            await numbered(other, "imprimante")
            taken = await house.ask(
                await house.sign_in("imprimante"),
                "read_document",
                d.ReadParams(bytes.fromhex(life.document[32:])),
                person=f"job:{asked.entry}",
                channel="counter",
                proof="identity_seen",
                on_behalf=True,
            )
            assert isinstance(taken, d.Refused) and taken.code == "print-unknown", other
        with pytest.raises(Problem, match="print-nowhere"):
            await waiting_jobs(frame_of(house), await house.sign_in("imprimante"))
        renamed = msgspec.structs.replace(station, structure="Un autre nom")
        house.provider.accounts["imprimante"] = renamed
        assert isinstance((await take(house, asked.entry)).result, ClearDocument), "the number is what counts"
        await numbered("", "petit", "imprimante")
        with pytest.raises(Problem, match="print-nowhere"):
            await life.by(ActId.READ_DOCUMENT, values, Channel.COUNTER)

    in_a_house(story, databases, clock)


def test_a_station_does_nothing_else_and_reads_nothing_else(databases: Databases, clock: Clock) -> None:
    async def story(house: House) -> None:
        life = await treated(house)
        asked = await life.by(ActId.LIST_DOCUMENTS, {}, Channel.COUNTER)
        station = await house.sign_in("imprimante")
        way: dict[str, Any] = {"channel": "counter", "proof": "identity_seen", "on_behalf": True}
        row = bytes.fromhex(life.document[32:])
        for person in (life.reference, f"id:{life.public}", f"job:{asked.entry}", "job:", "self"):
            refused = await house.ask(station, "read_document", d.ReadParams(row), person=person, **way)
            assert isinstance(refused, d.Refused), person
        traits = d.Traits("AUTRE", "ZOE", "1999-01-02", "F")
        invited = await house.ask(
            station, "invite", d.InviteParams("local:AUTRE-1", traits), person="local:AUTRE-1", **way
        )
        assert isinstance(invited, d.Refused)
        withdrawn = await house.ask(
            station, "withdraw_access", d.WithdrawParams("99900000011"), person=life.reference, **way
        )
        assert isinstance(withdrawn, d.Refused)
        wider = await house.ask(
            station, "list_documents", d.ListParams(status="both"), person=f"job:{asked.entry}", **way
        )
        assert isinstance(wider, d.Refused), "what was asked for with her, and nothing more"
        found = (await take(house, asked.entry)).result
        assert isinstance(found, DocumentList) and [line.meta.title for line in found.lines] == ["TITRE-CACHE"]

    in_a_house(story, databases, clock)


def test_a_long_journal_is_taken_whole_and_a_withdrawal_meanwhile_is_seen(databases: Databases, clock: Clock) -> None:
    async def story(house: House) -> None:
        life = await treated(house)
        for _ in range(520):
            await house.ask(life.session, "list_documents", d.ListParams())
        asked = await life.by(ActId.EXPORT_JOURNAL, {}, Channel.COUNTER)
        taken = (await take(house, asked.entry)).result
        assert len(taken.lines) > 520
        shown = await life.by(ActId.READ_JOURNAL, {}, Channel.COUNTER)
        closed = await life.herself(ActId.CLOSE_SPACE, {"sure": "yes"})
        assert closed.receipt
        with pytest.raises(Problem):
            await take(house, shown.entry)

    in_a_house(story, databases, clock)


CARD = {"scope": "everything", "purpose": "care", "uses": "2", "days": "7", "pin": "4711"}


@pytest.mark.parametrize("channel", [Channel.COUNTER, Channel.PAPER])
def test_a_card_is_made_by_the_station_and_no_agent_is_given_its_code(
    databases: Databases, clock: Clock, channel: Channel
) -> None:
    async def story(house: House) -> None:
        life = await treated(house)
        asked = await life.by(ActId.ISSUE_ACCESS_CARD, CARD, channel)
        assert (asked.result, asked.receipt) == (None, b"")
        await life.look()
        assert not life.card, "nothing is made before the station prints it"
        card = (await take(house, asked.entry)).result
        assert isinstance(card, IssuedCard) and card.pin
        await life.look()
        assert life.card == card.number
        for who in ("imprimante", "petit"):
            with pytest.raises(Problem, match="print-unknown"):
                await take(house, asked.entry, who)
        way: dict[str, Any] = {"person": f"card:{card.code}", "proof": "professional"}
        shown = await house.ask(await house.sign_in("diallo"), "use_access_card", d.UseCardParams("4711"), **way)
        assert isinstance(shown, d.Done), shown
        assert life.space is not None
        lines = [one for one in (await chains(house.settings))[life.space] if one["act"] == "issue_access_card"]
        assert [(one["actor"]["name"], one["objects"]) for one in lines] == [
            ("Mme Petit", ["print"]),
            ("Imprimante du guichet", [f"card:{card.number}"]),
        ]
        said = line_of(lines[0], "", "", str, lambda _: "").sentence
        assert "a demandé pour vous une carte" in said
        waiting = await rows(
            house.settings, "postgres", "SELECT 1 FROM keeper.print_job WHERE space_id = $1", life.space
        )
        assert waiting == [], "nothing of what she said is left, her secret number neither"

    in_a_house(story, databases, clock)


def test_a_card_nobody_prints_is_never_made_and_counts_once_of_the_agent(databases: Databases, clock: Clock) -> None:
    async def story(house: House) -> None:
        life = await treated(house)
        counted = "SELECT coalesce(sum(number), 0) AS n FROM keeper.agent_day"
        before = (await rows(house.settings, "postgres", counted))[0]["n"]
        asked = await life.by(ActId.ISSUE_ACCESS_CARD, CARD, Channel.COUNTER)
        printed = await life.by(ActId.ISSUE_ACCESS_CARD, CARD, Channel.COUNTER)
        assert isinstance((await take(house, printed.entry)).result, IssuedCard)
        assert (await rows(house.settings, "postgres", counted))[0]["n"] == before + 2, "twice asked, once printed"
        clock.ahead += LIFE + timedelta(seconds=1)
        with pytest.raises(Problem, match="print-unknown"):
            await take(house, asked.entry)
        withdrawn = await life.by(ActId.ISSUE_ACCESS_CARD, CARD, Channel.COUNTER)
        assert (await life.herself(ActId.CLOSE_SPACE, {"sure": "yes"})).receipt
        with pytest.raises(Problem):
            await take(house, withdrawn.entry)

    in_a_house(story, databases, clock)


def test_nothing_of_what_is_printed_stands_in_what_waits(databases: Databases, clock: Clock) -> None:
    async def story(house: House) -> None:
        life = await treated(house)
        await life.by(ActId.LIST_DOCUMENTS, {}, Channel.COUNTER)
        waiting = await rows(house.settings, "postgres", "SELECT sealed, length(sealed) AS n FROM keeper.print_job")
        assert waiting and all(row["n"] < 1_000 and b"TITRE" not in row["sealed"] for row in waiting)
        clock.ahead += timedelta(days=2)
        await house.link.ask(d.Maintain(0, "purge"))
        assert await rows(house.settings, "postgres", "SELECT 1 FROM keeper.print_job") == []

    in_a_house(story, databases, clock)


def test_her_journal_page_says_both_in_plain_words(databases: Databases, clock: Clock) -> None:
    async def story(house: House) -> None:
        life = await treated(house)
        asked = await life.by(ActId.READ_JOURNAL, {}, Channel.COUNTER)
        page = (await take(house, asked.entry)).result
        assert isinstance(page, JournalPage)
        assert {record["actor"]["name"] for record in page.records} >= {"Mme Petit", "Dr Paul Guérin"}

    in_a_house(story, databases, clock)
