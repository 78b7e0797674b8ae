"""Mandates in tests: named, checked, accepted, used; what each answer said."""

from __future__ import annotations

from typing import Any

import msgspec

from espace_sante.keeper import demand as d
from tests.house import House

COUNTER: dict[str, Any] = {"channel": "counter", "proof": "identity_seen", "on_behalf": True}
PAPER: dict[str, Any] = {"channel": "paper", "proof": "signed_form", "on_behalf": True}
PHONE: dict[str, Any] = {"channel": "phone", "proof": "contact", "on_behalf": True}
HELPER = "bonnet"
NAME = "Claire Bonnet"


def naming(
    *acts: str, name: str = NAME, days: int = 31, reads: bool = False, hidden: bool = False
) -> d.NameHelperParams:
    """What she says when she names a helper."""
    return d.NameHelperParams(name, list(acts), days, reads, hidden)


async def named(house: House, session: bytes, asked: d.NameHelperParams, **way: Any) -> d.NamedAnswer:
    """Name a helper; return the code and the number."""
    answer = await house.ask(session, "name_helper", asked, **way)
    assert isinstance(answer, d.Done), answer
    return msgspec.msgpack.decode(answer.payload, type=d.NamedAnswer)


async def accept(house: House, helper: bytes, code: str, label: str = "Madame J.") -> d.Answer:
    """Accept with a code."""
    return await house.ask(helper, "accept_mandate", d.AcceptMandateParams(label), person=f"mandate:{code}")


def reference_of(answer: d.Answer) -> str:
    """Return how the keeper is told of whom the helper acts for."""
    assert isinstance(answer, d.Done), answer
    return f"for:{msgspec.msgpack.decode(answer.payload, type=d.AcceptedAnswer).reference}"


async def mandated(house: House, her: bytes, asked: d.NameHelperParams, who: str = HELPER) -> tuple[bytes, str]:
    """Let her name a helper and him accept; return his session and the reference he acts by."""
    made = await named(house, her, asked)
    helper = await house.sign_in(who)
    return helper, reference_of(await accept(house, helper, made.code))


async def held(house: House, session: bytes) -> list[d.HeldPower]:
    """Return for whom an account may act."""
    answer = await house.link.ask(d.HeldPowers(0, session))
    assert isinstance(answer, d.Done), answer
    return msgspec.msgpack.decode(answer.payload, type=d.HeldAnswer).powers


async def looked(house: House, helper: bytes, whom: str) -> d.MandateAnswer:
    """Return what a helper sees of his mandate."""
    answer = await house.ask(helper, "read_mandate", d.ReadMandateParams(), person=whom)
    assert isinstance(answer, d.Done), answer
    return msgspec.msgpack.decode(answer.payload, type=d.MandateAnswer)


async def mandates(house: House, her: bytes) -> list[d.MandateView]:
    """Return her mandates as she sees them."""
    answer = await house.ask(her, "read_journal", d.JournalParams())
    assert isinstance(answer, d.Done), answer
    page = msgspec.msgpack.decode(answer.payload, type=d.JournalAnswer)
    return msgspec.msgpack.decode(page.mandates, type=list[d.MandateView])


def told(answer: d.Answer) -> tuple[str, bytes]:
    """Return all that somebody refused learns, but the number of his demand and of its entry."""
    assert isinstance(answer, d.Refused), answer
    return answer.code, d.ENCODER.encode(msgspec.structs.replace(answer, number=0, entry=""))
