"""A judge's order as the operator's staff has it: noted, confirmed, read under; and what is written of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec

from espace_sante.keeper import demand as d
from espace_sante.records.document import content_context, metadata_context
from espace_sante.vault.envelope import open_sealed
from espace_sante.vault.stream import open_stream
from tests.house import House
from tests.inside import rows

REPORTS = 5  # the category of the documents that tests deposit
AUTHORITY = "Tribunal-Yttrium de Dijon"


def terms(today: date, *, days: int = 90, **said: Any) -> d.OrderTerms:
    """An order dated today, about reports, told after so many days."""
    reveal = (today + timedelta(days=days)).isoformat()
    told = {
        "authority": AUTHORITY,
        "number": "2026/1234",
        "dated": today.isoformat(),
        "law": "Code de procédure pénale, article 56-3",
        "attended": "Dr Martin, conseil de l'ordre",
        "categories": (REPORTS,),
        "first": "",
        "last": "",
        "reveal": reveal,
    }
    return d.OrderTerms(**told | said)


def noted(answer: d.Answer) -> d.OrderNoted:
    """Return what was noted."""
    assert isinstance(answer, d.Done), answer
    return msgspec.msgpack.decode(answer.payload, type=d.OrderNoted)


async def reference_of(house: House, account: str) -> str:
    """Return how the order names an invented person."""
    who = house.provider.find(account)
    return f"ins:{who.ins}" if who.ins else f"local:{who.local}"


async def record(house: House, operator: bytes, account: str, said: d.OrderTerms) -> d.Answer:
    """Note an order about a person."""
    named = await reference_of(house, account)
    return await house.ask(operator, "record_order", d.RecordOrderParams(said), person=named)


async def confirm(house: House, operator: bytes, account: str, order: str, said: d.OrderTerms) -> d.Answer:
    """Confirm it, about the person named."""
    params = d.ConfirmOrderParams(order, said.digest)
    return await house.ask(operator, "confirm_order", params, person=await reference_of(house, account))


async def ordered(house: House, account: str, *, days: int = 90, **said: Any) -> str:
    """Note and confirm an order by the two accounts of the operator; return its number."""
    wanted = terms(house.now().date(), days=days, **said)
    order = noted(await record(house, await house.sign_in("accueil"), account, wanted)).order
    answer = await confirm(house, await house.sign_in("astreinte"), account, order, wanted)
    assert noted(answer).confirmed
    return order


async def listed(house: House, operator: bytes, order: str) -> d.Answer:
    """See what an order covers."""
    return await house.ask(operator, "list_ordered", d.ListOrderedParams(), person=f"order:{order}")


def covered(answer: d.Answer) -> d.OrderedAnswer:
    """Return what an order covers."""
    assert isinstance(answer, d.Done), answer
    return msgspec.msgpack.decode(answer.payload, type=d.OrderedAnswer)


async def taken(house: House, operator: bytes, order: str, row: str) -> tuple[d.Answer, bytes]:
    """Read one document under an order; return the answer and the clear bytes."""
    params = d.ReadOrderedParams(bytes.fromhex(row))
    answer = await house.ask(operator, "read_ordered", params, person=f"order:{order}")
    if not isinstance(answer, d.Done):
        return answer, b""
    found = msgspec.msgpack.decode(answer.payload, type=d.ReadAnswer)
    name = UUID(hex=row)
    open_sealed(found.key, found.sealed, metadata_context(name))
    return answer, b"".join(open_stream(found.key, house.objects.chunks(name), content_context(name)))


async def prolong(house: House, operator: bytes, order: str, day: date) -> d.Answer:
    """Ask, or confirm, that she be told later."""
    return await house.ask(operator, "prolong_order", d.ProlongOrderParams(day.isoformat()), person=f"order:{order}")


async def reveal(house: House) -> dict[str, int]:
    """Do the round that tells what is due."""
    answer = await house.link.ask(d.Maintain(0, "reveal"))
    assert isinstance(answer, d.Done), answer
    return msgspec.msgpack.decode(answer.payload, type=d.MaintainAnswer).done


async def gauge(house: House) -> tuple[int, int, int, int, int]:
    """Return the public gauge: sealed, overdue, told, of nobody left, put off."""
    answer = await house.link.ask(d.Counts(0))
    assert isinstance(answer, d.Done), answer
    found = msgspec.msgpack.decode(answer.payload, type=d.CountsAnswer).gauge
    assert found is not None
    return found.sealed, found.overdue, found.revealed, found.without_space, found.prolonged


async def states(house: House) -> list[int]:
    """Return the states of the orders' rows."""
    return [row["state"] for row in await rows(house.settings, "postgres", "SELECT state FROM keeper.court_order")]
