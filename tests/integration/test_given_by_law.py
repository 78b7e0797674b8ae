"""What a child keeps apart from whoever acts for it by law: whoever he lets read does not see it either, himself included."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from espace_sante.keeper import demand as d
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import open_house, run
from tests.integration.test_representation import ONE, child, deposited, representing
from tests.people import grant, listed

pytestmark = [pytest.mark.database]


async def seen(house: House, doctor: bytes, person: str) -> int:
    """Return how many documents the doctor is shown, once each line may be read or is counted nowhere."""
    way: dict[str, Any] = {"person": f"id:{person}", "proof": "professional"}
    found = listed(await house.ask(doctor, "list_documents", d.ListParams(), **way))
    assert found.total == len(found.lines), "not counted either"
    return len(found.lines)


async def read(house: House, doctor: bytes, person: str, document: str) -> d.Answer:
    asked = d.ReadParams(bytes.fromhex(document[-32:]))
    return await house.ask(doctor, "read_document", asked, person=f"id:{person}", proof="professional")


async def given(house: House, parent: bytes, whom: str, doctor: bytes, person: str, by: str) -> None:
    """Let the doctor read, as a parent may: by a permission, by a yes to what he asked, by a code handed over."""
    if by == "permission":
        assert isinstance(await house.ask(parent, "grant_access", grant(), person=whom), d.Done)
    elif by == "request":
        wish = d.RequestParams("everything", [], "care", 30)
        way: dict[str, Any] = {"person": f"id:{person}", "proof": "professional"}
        assert isinstance(await house.ask(doctor, "request_access", wish, **way), d.Done)
        journal = await house.ask(await house.sign_in("jeanne"), "read_journal", d.JournalParams())
        assert isinstance(journal, d.Done)
        kept = msgspec.msgpack.decode(journal.payload, type=d.JournalAnswer).requests
        number = msgspec.msgpack.decode(kept, type=list[d.RequestView])[0].number
        yes = await house.ask(parent, "accept_request", d.AcceptRequestParams(number), person=whom)
        assert isinstance(yes, d.Done) and yes.effect == "immediate"
    else:
        card = d.IssueCardParams("everything", [], [], "care", 1, 12, 0)
        made = await house.ask(parent, "issue_access_card", card, person=whom)
        assert isinstance(made, d.Done), made
        code = msgspec.msgpack.decode(made.payload, type=d.CardAnswer).code
        used = await house.ask(
            doctor, "use_access_card", d.UseCardParams(), person=f"card:{code}", proof="professional"
        )
        assert isinstance(used, d.Done), used


@pytest.mark.parametrize("by", ["permission", "request", "card"])
def test_what_a_child_keeps_apart_goes_to_nobody_its_parent_lets_read(by: str, empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await child(house, 15)
            plain, apart = await deposited(house, person), await deposited(house, person, apart=True)
            parent, whom = await representing(house, ONE)
            doctor = await house.sign_in("diallo")
            await given(house, parent, whom, doctor, person, by)
            assert await seen(house, doctor, person) == 1
            assert isinstance(await read(house, doctor, person, plain), d.Done)
            assert isinstance(await read(house, doctor, person, apart), d.Refused)
            later = d.MaskParams(bytes.fromhex(plain[32:]), 0, "representatives")
            assert isinstance(await house.ask(her, "mask", later), d.Done)
            assert await seen(house, doctor, person) == 0, "what it keeps apart later too"
            assert isinstance(await house.ask(her, "grant_access", grant()), d.Done)
            assert await seen(house, doctor, person) == 2, "its own word shows it"
            assert isinstance(await read(house, doctor, person, apart), d.Done)

    run(play())


def test_a_card_made_by_a_parent_names_no_document_that_the_child_keeps_apart(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            _, person = await child(house, 15)
            plain, apart = await deposited(house, person), await deposited(house, person, apart=True)
            parent, whom = await representing(house, ONE)

            async def made(*rows: bytes) -> d.Answer:
                asked = d.IssueCardParams("documents", [], list(rows), "care", 1, 12, 1)
                return await house.ask(parent, "issue_access_card", asked, person=whom)

            nobody = await made(bytes(16))
            for rows in ((bytes.fromhex(apart[32:]),), (bytes.fromhex(plain[32:]), bytes.fromhex(apart[32:]))):
                refused = await made(*rows)
                assert isinstance(refused, d.Refused) and isinstance(nobody, d.Refused)
                assert refused.code == nobody.code == "document-unknown", "as what is not there"
            assert isinstance(await made(bytes.fromhex(plain[32:])), d.Done)

    run(play())
