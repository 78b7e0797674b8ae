"""What she keeps apart from whoever represents her by law: no professional sees a difference, and her own list says it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from espace_sante.keeper import demand as d
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import open_house, run
from tests.people import grant, listed

pytestmark = [pytest.mark.database]
APART = "representatives"


async def deposited(house: House, person: str, who: str = "guerin", **more: Any) -> str:
    answer = await house.deposit(await house.sign_in(who), f"id:{person}", b"a report", **more)
    assert isinstance(answer, d.Done), answer
    return msgspec.msgpack.decode(answer.payload, type=d.DepositAnswer).document


async def masks(house: House, her: bytes) -> list[d.MaskView]:
    answer = await house.ask(her, "read_journal", d.JournalParams())
    assert isinstance(answer, d.Done), answer
    seen = msgspec.msgpack.decode(answer.payload, type=d.JournalAnswer).masks
    return msgspec.msgpack.decode(seen, type=list[d.MaskView]) if seen else []


def test_what_she_keeps_from_her_representatives_is_hidden_from_no_professional(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            document = await deposited(house, person)
            doctor, way = await house.sign_in("diallo"), {"person": f"id:{person}", "proof": "professional"}
            assert isinstance(await house.ask(her, "grant_access", grant()), d.Done)
            before = await house.ask(doctor, "list_documents", d.ListParams(), **way)
            hide = d.MaskParams(bytes.fromhex(document[32:]), 0, APART)
            assert isinstance(await house.ask(her, "mask", hide), d.Done)
            after = await house.ask(doctor, "list_documents", d.ListParams(), **way)
            assert isinstance(before, d.Done) and isinstance(after, d.Done) and before.payload == after.payload
            assert [(one.document, one.practitioner) for one in await masks(house, her)] == [(document, APART)]
            show = d.UnmaskParams(bytes.fromhex(document[32:]), 0, APART)
            assert isinstance(await house.ask(her, "unmask", show), d.Done)
            assert await masks(house, her) == []

    run(play())


def test_a_professional_keeps_a_document_from_them_at_her_request_and_its_next_version_too(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            document = await deposited(house, person, apart=True)
            assert [(one.document, one.practitioner) for one in await masks(house, her)] == [(document, APART)]
            following = await deposited(house, person, replaces=document)
            assert {one.document for one in await masks(house, her)} == {document, following}
            own = await house.deposit(her, "self", b"mine", apart=True, proof="login")
            assert isinstance(own, d.Done)
            assert len(await masks(house, her)) == 2, "what she deposits herself, she hides herself"
            assert len(listed(await house.ask(her, "list_documents", d.ListParams())).lines) == 2

    run(play())


def test_nobody_grants_blocks_or_withdraws_by_that_word(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, _ = await house.open("jeanne")
            for act, params in (
                ("grant_access", grant(APART)),
                ("block", d.BlockParams(APART, "everything")),
                ("withdraw_access", d.WithdrawParams(APART)),
                ("name_administrator", d.AdministratorParams(APART, 30)),
            ):
                answer = await house.ask(her, act, params)
                assert isinstance(answer, d.Refused) and answer.code == "practitioner-invalid", act

    run(play())
