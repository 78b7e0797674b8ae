"""G10. Ten years of a person who has no screen: no e-mail, no telephone, no device, no card, no address, no social security number.

She does everything at a counter, or on paper that she brings there. She opens, is treated, lets a doctor read with a card, blocks another,
reads her documents and her journal on paper, takes everything away, and closes. Source: inclusion.md PAR-05, PAR-16, PAR-17.
"""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from espace_sante.access.request import ActId, Channel
from espace_sante.actions.act import Outcome, Upload
from espace_sante.actions.export_journal import TakenAway
from espace_sante.actions.issue_access_card import IssuedCard
from espace_sante.actions.list_documents import DocumentList
from espace_sante.actions.read_document import ClearDocument
from espace_sante.actions.read_journal import JournalPage
from espace_sante.adapters.dev_provider import Account
from espace_sante.keeper import demand as d
from espace_sante.keeper.printing import MADE_THERE, PRINTED
from espace_sante.keeper.rights_body import open_will
from espace_sante.kernel.errors import Problem
from tests.channels.lives import DIALLO, Life
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import Clock, chains, clock, frame_of, keyrings, open_house, rows, run
from tests.needs import ROOT

__all__ = ["clock"]
pytestmark = [pytest.mark.database, pytest.mark.slow]
YEAR = timedelta(days=365)
GUERIN, OSMAN = "99900000029", "99900000037"
ROUNDS = ("erase",)
HER = Account(
    id="sans-ecran",
    kind="person",
    name="Personne sans écran",
    local="SANS-ECRAN-1",
    birth_name="SANSECRAN",
    first_given="ROSE",
    birth_date="1939-05-04",
    sex="F",
)


@dataclass
class Counter:
    """The counter she goes to: an agent, her number, nothing else of hers."""

    house: House

    async def does(self, name: ActId, channel: Channel = Channel.COUNTER, **values: str | Upload) -> Outcome:
        life = Life(self.house, HER.id)
        done = await life.by(name, values, channel)
        return await life.printed(done) if name in PRINTED | MADE_THERE else done


async def pass_by(house: House, clock: Clock, time: timedelta) -> None:
    """Let time pass: meanwhile the counter serves others, so that its accounts are not suspended."""
    end = clock.ahead + time
    while clock.ahead < end:
        clock.ahead = min(clock.ahead + timedelta(days=80), end)
        for account in ("petit", "imprimante"):
            await house.sign_in(account)


async def doctor_sees(house: House, who: str, person: str) -> set[str] | None:
    """Return the documents a doctor is shown, None when he is told what is told of an unknown person."""
    session = await house.sign_in(who)
    answer = await house.ask(session, "list_documents", d.ListParams(), person=person, proof="professional")
    if isinstance(answer, d.Refused):
        return None
    assert isinstance(answer, d.Done), answer
    return {line.document for line in msgspec.msgpack.decode(answer.payload, type=d.ListAnswer).lines}


def test_ten_years_of_a_person_without_a_screen(databases: Databases, clock: Clock) -> None:
    async def ten_years() -> None:
        async with open_house(databases, now=clock) as house:
            house.provider.accounts[HER.id] = HER
            counter, reference = Counter(house), f"local:{HER.local}"

            # Year 0: she comes with a letter, says yes, and says nothing of the rest.
            await house.invite(HER.id)
            opened = await counter.does(ActId.OPEN_SPACE, deposits="yes")
            assert opened.receipt, "a receipt to take home"
            person = str(opened.result)
            assert await doctor_sees(house, "diallo", reference) is None, "nobody reads before she says so"

            # Year 1: she is treated, three times.
            await pass_by(house, clock, YEAR)
            documents = []
            for number in range(3):
                answer = await house.deposit(await house.sign_in("guerin"), f"id:{person}", b"Examen %d.\n" % number)
                assert isinstance(answer, d.Done), answer
                documents.append(msgspec.msgpack.decode(answer.payload, type=d.DepositAnswer).document)
            listed = (await counter.does(ActId.LIST_DOCUMENTS)).result
            assert isinstance(listed, DocumentList) and {line.document for line in listed.lines} == set(documents)

            # Year 2: a card, handed to a doctor in his office; it ends by itself.
            await pass_by(house, clock, YEAR)
            card = (
                await counter.does(ActId.ISSUE_ACCESS_CARD, scope="everything", purpose="care", uses="1", days="7")
            ).result
            assert isinstance(card, IssuedCard)
            used = await house.ask(
                await house.sign_in("diallo"),
                "use_access_card",
                d.UseCardParams(),
                person=f"card:{card.code}",
                proof="professional",
            )
            assert isinstance(used, d.Done), used
            assert await doctor_sees(house, "diallo", reference) == set(documents)
            clock.ahead += timedelta(days=2)
            assert await doctor_sees(house, "diallo", reference) is None, "the card's reading is over"

            # Year 3: she lets her doctor read for a year, on paper; another is blocked at the counter.
            await pass_by(house, clock, YEAR)
            await counter.does(
                ActId.GRANT_ACCESS, Channel.PAPER, practitioner=GUERIN, scope="everything", purpose="care", days="365"
            )
            await counter.does(ActId.BLOCK, practitioner=DIALLO, what="everything")
            assert await doctor_sees(house, "guerin", reference) == set(documents)

            # Year 4: nobody renewed anything: what she gave is over, what she refused stands.
            await pass_by(house, clock, YEAR + timedelta(days=1))
            assert await doctor_sees(house, "guerin", reference) is None

            # Year 5: she reads one document and her journal, on paper; she finds each who came, and contests one.
            await pass_by(house, clock, YEAR)
            document = (await counter.does(ActId.READ_DOCUMENT, document=documents[1])).result
            assert isinstance(document, ClearDocument)
            assert b"".join(document.content(frame_of(house))) == b"Examen 1.\n"
            page = (await counter.does(ActId.READ_JOURNAL)).result
            assert isinstance(page, JournalPage)
            said = list(page.records)
            names = {one["actor"]["name"] for one in said}
            assert {"Dr Awa Diallo", "Dr Paul Guérin", "Mme Petit"} <= names, names
            assert not any(one["actor"]["kind"] == "person" for one in said), "nobody acted as her"
            theirs = next(
                r for r, one in zip(page.references, said, strict=True) if one["actor"]["name"] == "Dr Awa Diallo"
            )
            contested = await counter.does(ActId.CONTEST_ACCESS, entries=theirs, reason="unknown", block="no")
            assert contested.receipt

            # Year 6: she brings a letter of hers; year 7: she hides it, and changes her mind by paper.
            await pass_by(house, clock, YEAR)
            await counter.does(
                ActId.DEPOSIT_DOCUMENT,
                file=Upload("l.txt", "text/plain", b"Ma lettre.\n"),
                title="Ma lettre",
                category="5",
                created=clock().date().isoformat(),
            )
            await pass_by(house, clock, YEAR)
            await counter.does(ActId.MASK, category="5")
            await counter.does(ActId.UNMASK, Channel.PAPER, category="5")

            # Year 8: she is away, and an agent without her does nothing.
            await pass_by(house, clock, YEAR)
            agent = await house.sign_in("petit")
            alone = await house.ask(
                agent, "list_documents", d.ListParams(), person=reference, channel="counter", proof="identity_seen"
            )
            assert isinstance(alone, d.Refused)

            # Year 9: she takes everything away: her journal with its receipts, and each document.
            await pass_by(house, clock, YEAR)
            taken = (await counter.does(ActId.EXPORT_JOURNAL)).result
            assert isinstance(taken, TakenAway) and len(taken.lines) > 20 and len(taken.receipts) >= 8
            listed = (await counter.does(ActId.LIST_DOCUMENTS)).result
            assert isinstance(listed, DocumentList) and len(listed.lines) == 4
            for line in listed.lines:
                clear = (await counter.does(ActId.READ_DOCUMENT, document=line.document)).result
                assert isinstance(clear, ClearDocument) and b"".join(clear.content(frame_of(house)))

            # Year 10: she closes; nothing is left that could be read.
            await pass_by(house, clock, YEAR)
            closed = await counter.does(ActId.CLOSE_SPACE, sure="yes")
            assert closed.receipt
            await _refused(counter.does(ActId.LIST_DOCUMENTS))
            for who in ("guerin", "diallo", "osman"):
                assert await doctor_sees(house, who, reference) is None
            for kind in ROUNDS:
                await house.link.ask(d.Maintain(0, kind))
            kept = "SELECT count(*) AS n FROM records.document WHERE row_id = any($1::uuid[])"
            left = await rows(house.settings, "postgres", kept, [UUID(hex=one[32:]) for one in documents])
            assert left[0]["n"] == 0, "her documents are gone"
            assert not any(
                HER.local in str(record) for records in (await chains(house.settings)).values() for record in records
            )

    run(ten_years())


async def _refused(asked: Awaitable[Outcome]) -> None:
    with pytest.raises(Problem):
        await asked


def test_no_table_asks_for_an_address_a_telephone_a_device_or_a_card() -> None:
    columns = [line for line in (ROOT / "migrations" / "schema.txt").read_text().splitlines() if " column: " in line]
    assert len(columns) > 100
    asked = [
        line for line in columns if any(word in line for word in ("mail", "phone", "telephone", "device", "mobile"))
    ]
    assert [line for line in asked if "mailroom." not in line] == []


def test_ten_years_of_silence_give_nobody_anything_and_only_end_what_was_given(
    databases: Databases, clock: Clock
) -> None:
    async def silence() -> None:
        async with open_house(databases, now=clock) as house:
            her = msgspec.structs.replace(HER, id="silencieuse", local="SILENCE-1")
            house.provider.accounts[her.id] = her
            life = Life(house, her.id)
            await life.begins()
            await life.herself(ActId.OPEN_SPACE, {"deposits": "yes"})
            await life.treated()
            given = {"practitioner": DIALLO, "scope": "everything", "purpose": "care", "days": "365"}
            await life.herself(ActId.GRANT_ACCESS, given)
            await life.herself(ActId.BLOCK, {"practitioner": OSMAN, "what": "everything"})
            await life.herself(
                ActId.ISSUE_ACCESS_CARD, {"scope": "everything", "purpose": "care", "uses": "9", "days": "365"}
            )
            await life.herself(ActId.MASK, {"category": "3"})
            before = await _will(life)
            seen = {
                who: await doctor_sees(house, who, life.reference) or set() for who in ("diallo", "guerin", "osman")
            }
            assert seen["diallo"]
            for _ in range(10):
                await pass_by(house, clock, YEAR)
                for kind in ROUNDS:
                    await house.link.ask(d.Maintain(0, kind))
                for who, was in seen.items():
                    now = await doctor_sees(house, who, life.reference) or set()
                    assert now <= was, "silence shows nobody anything more"
                    seen[who] = now
            assert seen == {"diallo": set(), "guerin": set(), "osman": set()}
            after = await _will(life)
            assert set(after.grants) <= set(before.grants) and set(after.cards) <= set(before.cards)
            kept = (
                "accepts_deposits",
                "masks",
                "blocks",
                "chest",
                "purposes",
                "emergency",
                "presumed",
                "apps",
                "address",
            )
            assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]
            in_force = after.in_force(clock())
            assert in_force.grants == () and in_force.cards == () and in_force.blocks == before.blocks

    run(silence())


async def _will(life: Life) -> Any:
    keys, _ = await keyrings(life.house.settings)
    assert life.space is not None
    query = "SELECT version, sealed FROM consent.rights WHERE space_id = $1"
    row = (await rows(life.house.settings, "postgres", query, life.space))[0]
    return open_will(row["sealed"], row["version"], keys[life.space]).rights
