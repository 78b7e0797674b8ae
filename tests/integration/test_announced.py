"""What a professional is to tell her first, on real databases: for her it is not there, until it is told or the time is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from espace_sante.actions.depositing import HIDDEN, WITHHELD, refuse_both
from espace_sante.adapters import dev_provider
from espace_sante.keeper import demand as d
from espace_sante.kernel.errors import Problem
from espace_sante.operate.roles import superuser
from tests.fixtures_database import Databases
from tests.house import House, document_meta
from tests.inside import census, open_house, rows, run
from tests.people import grant, listed

pytestmark = [pytest.mark.database]
COUNTER: dict[str, Any] = {"channel": "counter", "proof": "identity_seen", "on_behalf": True}
DAY = timedelta(days=1)


class Clock:
    """The time it is in the house and at the provider of identities; a test moves it."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 26, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def time(self) -> float:
        return self.at.timestamp()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(dev_provider, "time", found)
    return found


async def sent(house: House, sender: bytes, person: str, content: bytes, **changes: Any) -> str:
    """Deposit a document that its sender asks to announce first; return its public id."""
    asked = {name: changes.pop(name) for name in ("hidden", "withheld") if name in changes}
    params = await house.sealed(sender, f"id:{person}", content, **changes)
    params = msgspec.structs.replace(params, **({"withheld": True} | asked))
    answer = await house.ask(sender, "deposit_document", params, person=f"id:{person}", proof="professional")
    assert isinstance(answer, d.Done), answer
    return msgspec.msgpack.decode(answer.payload, type=d.DepositAnswer).document


async def hers(house: House, her: bytes, **how: Any) -> list[str]:
    """What she sees in her list, whose total says no more than its lines."""
    ask = house.printed if how.get("on_behalf") else house.ask
    found = listed(await ask(her, "list_documents", d.ListParams(status="both"), **how))
    assert found.total == len(found.lines)
    return [line.document for line in found.lines]


async def announced(house: House, session: bytes, document: str) -> d.Answer:
    row = bytes.fromhex(document[32:])
    return await house.ask(
        session, "announce_document", d.AnnounceParams(row), person=f"id:{document[:32]}", proof="professional"
    )


async def journal(house: House, her: bytes) -> list[tuple[dict[str, Any], str]]:
    """Her journal, most recent first: each record, and the document it is about as far as she may know."""
    answer = await house.ask(her, "read_journal", d.JournalParams())
    assert isinstance(answer, d.Done)
    page = msgspec.msgpack.decode(answer.payload, type=d.JournalAnswer)
    return list(zip(map(msgspec.json.decode, page.records), page.documents, strict=True))


def test_what_is_to_be_announced_is_for_her_not_there_until_it_is(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            doctor, sender, agent = [await house.sign_in(word) for word in ("diallo", "lopez", "petit")]
            plain = await sent(house, sender, person, b"plain", withheld=False)
            before = (await hers(house, her), (await house.read(her, "0" * 64, proof="login"))[0])
            held = await sent(house, sender, person, b"bad news", title="Titre du document")
            assert await hers(house, her) == before[0] == [plain]
            at_the_counter = {**COUNTER, "person": f"ins:{house.provider.find('jeanne').ins}"}
            assert await hers(house, agent, **at_the_counter) == [plain]
            refused, nothing = await house.read(her, held, proof="login")
            assert isinstance(refused, d.Refused) and nothing is None
            assert isinstance(before[1], d.Refused)
            assert refused.code == before[1].code == "", "refused as a document that is not there"
            await house.ask(her, "grant_access", grant())
            answer, content = await house.read(doctor, held)
            assert content == b"bad news" and isinstance(answer, d.Done)
            assert msgspec.msgpack.decode(answer.payload, type=d.ReadAnswer).withheld, "who reads it is warned"
            assert isinstance(await announced(house, doctor, held), d.Done)
            assert await hers(house, her) == [held, plain] or await hers(house, her) == [plain, held]
            answer, content = await house.read(her, held, proof="login")
            assert content == b"bad news" and isinstance(answer, d.Done)
            assert not msgspec.msgpack.decode(answer.payload, type=d.ReadAnswer).withheld

    run(play())


def test_a_month_later_she_reads_it_whether_she_was_told_or_not(empty_databases: Databases, clock: Clock) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            _, person = await house.open("jeanne")
            held = await sent(house, await house.sign_in("lopez"), person, b"1")
            clock.at += 30 * DAY - timedelta(seconds=1)
            assert await hers(house, await house.sign_in("jeanne")) == []
            clock.at += timedelta(seconds=1)
            her = await house.sign_in("jeanne")
            assert await hers(house, her) == [held]
            assert (await house.read(her, held, proof="login"))[1] == b"1"

    run(play())


def test_only_who_may_read_it_says_it_was_told(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            author, other = await house.sign_in("lopez"), await house.sign_in("diallo")
            held = await sent(house, author, person, b"1")
            unknown = await announced(house, other, person + "0" * 32)
            for session in (other, author):  # authors read again only what she lets them
                refused = await announced(house, session, held)
                assert isinstance(refused, d.Refused) and isinstance(unknown, d.Refused)
                assert refused.code == unknown.code == ""
            assert isinstance(await announced(house, her, held), d.Refused)
            assert await hers(house, her) == []
            assert isinstance(await house.ask(her, "let_authors_read", d.ChoiceParams()), d.Done)
            assert isinstance(await announced(house, author, held), d.Done)
            assert await hers(house, her) == [held]

    run(play())


def test_what_waits_for_nobody_is_not_announced(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            doctor, sender = await house.sign_in("diallo"), await house.sign_in("lopez")
            plain = await sent(house, sender, person, b"1", withheld=False)
            await house.ask(her, "grant_access", grant())
            refused = await announced(house, doctor, plain)
            assert isinstance(refused, d.Refused) and refused.code == "not-withheld"

    run(play())


def test_her_journal_says_that_a_deposit_took_place_and_nothing_of_what_it_is(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            sender = await house.sign_in("lopez")
            plain = await sent(house, sender, person, b"0", title="Compte rendu", category=7, withheld=False)
            held = await sent(house, sender, person, b"1", title="Compte rendu", category=7, replaces=plain)
            (entry, document), (other, shown) = [
                one for one in await journal(house, her) if one[0]["act"] == "deposit_document"
            ]
            assert (document, shown) == ("", plain)
            same = {"actor", "act", "basis", "decision", "rules", "channel", "client", "build"}
            assert {name: entry[name] for name in same} == {name: other[name] for name in same}
            assert entry["actor"]["name"], "who deposited is said: no entry is hidden"
            assert [(one[:16], len(one)) for one in entry["objects"]] == [
                (one[:16], len(one)) for one in other["objects"]
            ]
            for known in (held[32:], plain[32:], "Compte rendu", "category"):
                assert known not in str(entry), "neither which, nor what it takes the place of"

    run(play())


def test_who_reads_it_meanwhile_stands_in_her_journal_which_says_of_what_only_once_she_was_told(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            doctor, stranger = await house.sign_in("diallo"), await house.sign_in("guerin")
            held = await sent(house, await house.sign_in("lopez"), person, b"1")
            await house.ask(her, "grant_access", grant())
            assert (await house.read(doctor, held))[1] == b"1"
            assert (await house.read(stranger, held))[1] is None
            by_others = [one for one in await journal(house, her) if one[0]["actor"]["kind"] == "practitioner"]
            assert [one["act"] for one, _ in by_others] == ["read_document", "read_document", "deposit_document"]
            assert [document for _, document in by_others] == ["", "", ""]
            assert held[32:] not in str(by_others)
            assert isinstance(await announced(house, doctor, held), d.Done)
            after = [one for one in await journal(house, her) if one[0]["actor"]["kind"] == "practitioner"]
            assert [document for _, document in after] == [held] * 4, "from then on every line says of what it was"
            assert [one for one, _ in after[1:]] == [one for one, _ in by_others], "and not a byte of one has changed"

    run(play())


def test_her_own_line_about_it_is_that_of_a_document_that_is_not_there(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            held = await sent(house, await house.sign_in("lopez"), person, b"1")
            await house.read(her, held, proof="login")
            await house.read(her, person + "0" * 32, proof="login")
            tried = [one for one, _ in await journal(house, her) if one["act"] == "read_document"]
            said = [{name: one[name] for name in ("objects", "basis", "decision")} for one in tried]
            assert said[0] == said[1] and len(said) == 2

    run(play())


def test_neither_a_chain_nor_the_same_identifier_tells_her_of_it(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            sender = await house.sign_in("lopez")
            first = await sent(house, sender, person, b"1", withheld=False)
            await sent(house, sender, person, b"2", replaces=first, unique_id="urn:oid:1.2.3")
            (line,) = listed(await house.ask(her, "list_documents", d.ListParams())).lines
            assert (line.document, line.replaced_by) == (first, ""), "for her it is still the last version"
            answer, _ = await house.read(her, first, proof="login")
            assert isinstance(answer, d.Done)
            assert msgspec.msgpack.decode(answer.payload, type=d.ReadAnswer).replaced_by == ""
            mine = await house.deposit(her, "self", b"mine", unique_id="urn:oid:1.2.3", proof="login")
            assert isinstance(mine, d.Done), "her own deposit is not refused because of one she may not see"
            assert not msgspec.msgpack.decode(mine.payload, type=d.DepositAnswer).existing

    run(play())


def test_two_reminders_are_due_two_weeks_later_sealed_and_only_for_what_is_to_be_announced(
    empty_databases: Databases, clock: Clock
) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            _, person = await house.open("jeanne")
            sender = await house.sign_in("lopez")
            await sent(house, sender, person, b"plain", withheld=False)
            assert (await census(empty_databases.settings))["notices.outbox"] == 0
            held = await sent(house, sender, person, b"1")
            asked = "SELECT due_on, sealed FROM notices.outbox"
            found = await rows(empty_databases.settings, superuser("main"), asked)
            assert [row["due_on"] for row in found] == [clock.at.date() + 14 * DAY] * 2
            for row in found:
                assert bytes.fromhex(held[32:]) not in row["sealed"] and b"announce" not in row["sealed"]

    run(play())


def test_what_she_deposits_herself_is_never_withheld_from_her(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, _ = await house.open("jeanne")
            params = await house.sealed(her, "self", b"mine")
            params = msgspec.structs.replace(params, withheld=True, hidden=True)
            answer = await house.ask(her, "deposit_document", params)
            assert isinstance(answer, d.Done)
            assert len(await hers(house, her)) == 1

    run(play())


def test_a_document_is_not_both_hidden_from_professionals_and_to_be_announced() -> None:
    for codes in ((), ("N",), (HIDDEN,), (WITHHELD, "N")):
        refuse_both(document_meta(b"1", meta={"confidentiality": codes}))
    with pytest.raises(Problem) as refused:
        refuse_both(document_meta(b"1", meta={"confidentiality": (HIDDEN, "N", WITHHELD)}))
    assert refused.value.code == "both-hidden"


async def will_shown(house: House, her: bytes) -> dict[str, bytes]:
    """Return all that her journal's page shows of her will, as it is sent."""
    answer = await house.ask(her, "read_journal", d.JournalParams())
    assert isinstance(answer, d.Done)
    page = msgspec.msgpack.decode(answer.payload, type=d.JournalAnswer)
    names = ("grants", "blocks", "masks", "emergency", "cards", "choices", "episodes", "post")
    return {name: getattr(page, name) for name in names}


def test_what_she_is_shown_of_her_will_does_not_name_it(empty_databases: Databases) -> None:
    """Whatever names a document names the one that takes its place from the first day; she is shown that once she is told."""

    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            sender = await house.sign_in("lopez")
            plain = await sent(house, sender, person, b"0", title="Compte rendu", category=7, withheld=False)
            row = bytes.fromhex(plain[32:])
            named = {"scope": "documents", "documents": [row]}
            for act, params in (
                ("grant_access", msgspec.structs.replace(grant(), categories=[], **named)),
                ("mask", d.MaskParams(row, 0, "99900000029")),
                ("set_emergency_will", d.EmergencyParams(True, True, False, "documents", [], [row])),
                ("issue_access_card", d.IssueCardParams("documents", [], [row], "care", 1, 12, 3)),
                ("keep_episode", d.KeepEpisodeParams("", "Genou", [row])),
            ):
                assert isinstance(answer := await house.ask(her, act, params), d.Done), (act, answer)
            before = await will_shown(house, her)
            held = await sent(house, sender, person, b"1", title="Compte rendu", category=7, replaces=plain)
            assert await will_shown(house, her) == before
            number = msgspec.msgpack.decode(before["episodes"], type=list[d.EpisodeView])[0].number
            again = await house.ask(her, "keep_episode", d.KeepEpisodeParams(number, "Genou droit", []))
            assert isinstance(again, d.Done)
            receipt = msgspec.json.decode(msgspec.msgpack.decode(again.payload, type=d.EpisodeAnswer).receipt)
            assert receipt["payload"]["documents"] == 1, "nor how many there are"
            shown = await house.ask(her, "unmask", d.UnmaskParams(row, 0, "99900000029", versions=True))
            assert isinstance(shown, d.Done)
            for record, _ in await journal(house, her):
                assert held[32:] not in str(record)
            assert isinstance(await announced(house, await house.sign_in("diallo"), held), d.Done)
            after = await will_shown(house, her)
            for name in ("grants", "emergency", "cards", "episodes"):
                assert bytes.fromhex(held[32:]).hex().encode() in after[name], name
            assert msgspec.msgpack.decode(after["masks"]) == [], "both were shown again"

    run(play())
