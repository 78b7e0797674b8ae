"""Inviting again, and what a telephone call may not do: each began as a fault."""

from __future__ import annotations

import msgspec
import pytest

from espace_sante.keeper import demand as d
from tests.fixtures_database import Databases
from tests.inside import open_house, run

pytestmark = [pytest.mark.database]
WORDS = d.RefuseParams("2026-11-1", "fr", "00" * 32)


def test_inviting_again_replaces_the_letter(empty_databases: Databases) -> None:
    async def play() -> tuple[d.Answer, d.Answer]:
        async with open_house(empty_databases) as house:
            codes = [(await house.invite("jeanne")).code for _ in range(2)]
            agent = await house.sign_in("petit")
            ways = {"channel": "counter", "proof": "identity_seen", "on_behalf": True}
            old = await house.ask(agent, "refuse_space", WORDS, person=f"code:{codes[0]}", **ways)  # type: ignore[arg-type]  # mixed
            return old, await house.ask(agent, "refuse_space", WORDS, person=f"code:{codes[1]}", **ways)  # type: ignore[arg-type]  # mixed

    old, new = run(play())
    assert isinstance(old, d.Refused) and old.code == "invitation-unknown"
    assert isinstance(new, d.Done)


def test_inviting_never_tells_who_has_a_space(empty_databases: Databases) -> None:
    async def play() -> d.InviteAnswer:
        async with open_house(empty_databases) as house:
            await house.open("karim")
            return await house.invite("karim")

    assert run(play()).code


def test_a_deposit_by_telephone_is_only_announced(empty_databases: Databases) -> None:
    async def play() -> tuple[d.Answer, d.Answer]:
        async with open_house(empty_databases) as house:
            session, _ = await house.open("lucie")
            agent, ins = await house.sign_in("petit"), house.provider.find("lucie").ins
            told = await house.deposit(
                agent, f"ins:{ins}", b"annonce", proof="contact", channel="phone", on_behalf=True
            )
            return told, await house.ask(session, "list_documents", d.ListParams())

    told, listed = run(play())
    assert isinstance(told, d.Done) and told.effect == "starts"
    assert isinstance(listed, d.Done)
    assert msgspec.msgpack.decode(listed.payload, type=d.ListAnswer).total == 0
