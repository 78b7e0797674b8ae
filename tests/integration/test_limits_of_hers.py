"""What she hides, shows again, blocks and unblocks, on real databases: never more than she says, and nothing shows."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from espace_sante.keeper import demand as d
from tests.answers import code, journal_page, row, seen
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import census, open_house, run
from tests.people import DIALLO, grant

pytestmark = [pytest.mark.database]
GUERIN = "99900000029"
PHONE = {"channel": "phone", "proof": "contact", "on_behalf": True}
COUNTER = {"channel": "counter", "proof": "identity_seen", "on_behalf": True}


def still(answer: d.Answer) -> bool:
    assert isinstance(answer, d.Done), answer
    return msgspec.msgpack.decode(answer.payload, type=d.ReceiptAnswer).still


async def sent(house: House, sender: bytes, person: str, content: bytes, **changes: Any) -> str:
    answer = await house.deposit(sender, f"id:{person}", content, **changes)
    assert isinstance(answer, d.Done), answer
    return msgspec.msgpack.decode(answer.payload, type=d.DepositAnswer).document


def test_showing_again_gives_back_what_was_hidden_to_whom_it_was_hidden_and_nothing_else(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            doctor, sender = await house.sign_in("diallo"), await house.sign_in("lopez")
            one, two = [await sent(house, sender, person, b"%d" % number, category=5) for number in (1, 2)]
            await house.ask(her, "grant_access", grant())
            assert await seen(house, doctor, person) == {one, two}
            for hidden in (d.MaskParams(row(one), 0, DIALLO), d.MaskParams(b"", 5, "")):
                assert isinstance(await house.ask(her, "mask", hidden), d.Done)
            assert await seen(house, doctor, person) == set()
            shown = await house.ask(her, "unmask", d.UnmaskParams(row(one), 0, DIALLO))
            assert still(shown), "the category still hides it, and she is told"
            assert await seen(house, doctor, person) == set()
            assert not still(await house.ask(her, "unmask", d.UnmaskParams(b"", 5, "")))
            assert await seen(house, doctor, person) == {one, two}
            page = await journal_page(house, her)
            assert msgspec.msgpack.decode(page.masks, type=list[d.MaskView]) == []
            await house.ask(her, "withdraw_access", d.WithdrawParams(DIALLO))
            await house.ask(her, "mask", d.MaskParams(row(one), 0, ""))
            await house.ask(her, "unmask", d.UnmaskParams(row(one), 0, ""))
            assert await seen(house, doctor, person) == set(), "showing again is not a permission"

    run(play())


def test_what_is_hidden_from_all_is_not_shown_to_one_alone(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            doctor, other, sender = [await house.sign_in(word) for word in ("diallo", "guerin", "lopez")]
            one = await sent(house, sender, person, b"1", category=5)
            for who in (DIALLO, GUERIN):
                await house.ask(her, "grant_access", grant(who))
            await house.ask(her, "mask", d.MaskParams(row(one), 0, ""))
            asked = d.UnmaskParams(row(one), 0, DIALLO)
            assert code(await house.ask(her, "unmask", asked)) == "hidden-from-all"
            assert await seen(house, doctor, person) == await seen(house, other, person) == set()
            await house.ask(her, "mask", d.MaskParams(row(one), 0, DIALLO))
            assert still(await house.ask(her, "unmask", d.UnmaskParams(row(one), 0, ""))), "a mask of hers is left"
            assert await seen(house, doctor, person) == set(), "what she hid from him alone stays hidden from him"
            assert await seen(house, other, person) == {one}
            for again in ("", GUERIN):
                assert code(await house.ask(her, "unmask", d.UnmaskParams(row(one), 0, again))) == "not-hidden"
            assert not still(await house.ask(her, "unmask", asked))
            assert await seen(house, doctor, person) == {one}

    run(play())


def test_showing_one_version_again_shows_the_others_only_when_asked(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            doctor, sender = await house.sign_in("diallo"), await house.sign_in("lopez")
            one = await sent(house, sender, person, b"1")
            await house.ask(her, "grant_access", grant())
            await house.ask(her, "mask", d.MaskParams(row(one), 0, ""))
            two = await sent(house, sender, person, b"2", replaces=one)
            three = await sent(house, sender, person, b"3", replaces=two)
            assert await seen(house, doctor, person) == set()
            views = msgspec.msgpack.decode((await journal_page(house, her)).masks, type=list[d.MaskView])
            assert {view.document for view in views} == {one, two, three}
            assert len({view.mask for view in views}) == 1, "one will about three versions"
            assert all(view.since for view in views)
            await house.ask(her, "unmask", d.UnmaskParams(row(two), 0, ""))
            assert await seen(house, doctor, person) == {two}
            await house.ask(her, "unmask", d.UnmaskParams(row(three), 0, "", versions=True))
            assert await seen(house, doctor, person) == {one, two, three}

    run(play())


def test_a_blocked_professional_gets_nothing_whatever_is_granted_before_or_after(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            doctor, sender = await house.sign_in("diallo"), await house.sign_in("lopez")
            one = await sent(house, sender, person, b"1")
            await house.ask(her, "grant_access", grant())
            assert not still(await house.ask(her, "block", d.BlockParams(DIALLO, "everything")))
            assert still(await house.ask(her, "grant_access", grant())), "she is told that it has no effect"
            assert await seen(house, doctor, person) == set()
            assert (await house.read(doctor, one))[1] is None
            before = await census(house.settings)
            assert code(await house.deposit(doctor, f"id:{person}", b"x")) == ""
            assert (await census(house.settings))["records.document"] == before["records.document"]
            assert still(await house.ask(her, "block", d.BlockParams(DIALLO, "deposits"))), "he stays blocked"
            (view,) = msgspec.msgpack.decode((await journal_page(house, her)).blocks, type=list[d.BlockView])
            assert (view.practitioner, view.what) == (DIALLO, "everything") and view.since
            assert isinstance(await house.ask(her, "unblock", d.UnblockParams(DIALLO)), d.Done)
            assert await seen(house, doctor, person) == {one}
            assert code(await house.ask(her, "unblock", d.UnblockParams(DIALLO))) == "not-blocked"
            await house.ask(her, "block", d.BlockParams(DIALLO, "deposits"))
            assert code(await house.deposit(doctor, f"id:{person}", b"x")) == ""
            assert await seen(house, doctor, person) == {one}, "his reading was not what she refused"
            await house.ask(her, "withdraw_access", d.WithdrawParams(DIALLO))
            await house.ask(her, "unblock", d.UnblockParams(DIALLO))
            assert await seen(house, doctor, person) == set(), "unblocking gives no permission back"
            assert isinstance(await house.deposit(doctor, f"id:{person}", b"x"), d.Done)

    run(play())


def test_by_telephone_blocking_holds_at_once_and_the_rest_changes_and_tells_nothing(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            doctor, agent = await house.sign_in("diallo"), await house.sign_in("petit")
            one = await sent(house, await house.sign_in("lopez"), person, b"1")
            await house.ask(her, "grant_access", grant())
            asked: dict[str, Any] = {"person": f"ins:{house.provider.find('jeanne').ins}", **PHONE}
            show, free = d.UnmaskParams(row(one), 0, ""), d.UnblockParams(DIALLO)
            nothing_yet = [await house.ask(agent, act, p, **asked) for act, p in (("unmask", show), ("unblock", free))]
            done = await house.ask(agent, "block", d.BlockParams(DIALLO, "everything"), **asked)
            assert isinstance(done, d.Done) and done.effect == "provisional"
            assert (await census(house.settings))["notices.outbox"] == 1
            await house.ask(her, "mask", d.MaskParams(row(one), 0, ""))
            later = [await house.ask(agent, act, p, **asked) for act, p in (("unmask", show), ("unblock", free))]
            for before, after in zip(nothing_yet, later, strict=True):
                assert isinstance(before, d.Done) and isinstance(after, d.Done)
                assert (before.effect, after.effect, still(after)) == ("starts", "starts", False)
                assert len(d.ENCODER.encode([before])) == len(d.ENCODER.encode([after]))
            assert await seen(house, doctor, person) == set()
            at_counter: dict[str, Any] = asked | COUNTER
            for act, params in (("unmask", show), ("unblock", free)):
                assert isinstance(await house.ask(agent, act, params, **at_counter), d.Done)
            assert await seen(house, doctor, person) == {one}

    run(play())


@pytest.mark.parametrize("act", ["mask", "unmask", "block", "unblock"])
def test_nobody_else_hides_shows_blocks_or_unblocks_for_her(empty_databases: Databases, act: str) -> None:
    params = {
        "mask": d.MaskParams(b"", 5, ""),
        "unmask": d.UnmaskParams(b"", 5, ""),
        "block": d.BlockParams(DIALLO, "everything"),
        "unblock": d.UnblockParams(DIALLO),
    }[act]

    async def play() -> None:
        async with open_house(empty_databases) as house:
            _, person = await house.open("jeanne")
            before = await census(house.settings)
            for word, proof in (
                ("karim", "login"),
                ("diallo", "professional"),
                ("petit", "login"),
                ("accueil", "login"),
            ):
                session = await house.sign_in(word)
                assert code(await house.ask(session, act, params, person=f"id:{person}", proof=proof)) == ""
            after = await census(house.settings)
            assert after["consent.rights_history"] == before["consent.rights_history"]

    run(play())
