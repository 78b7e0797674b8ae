"""A form filled in by hand and the form printed for her, with its coupon, are one act: entered, both leave the same state (LET-10).

Each is drawn, its codes are read from the picture of the page, and what they say leads to the act; then it is entered as an agent
does: typed from the blank one, read from the page that came back for the other.
"""

from __future__ import annotations

import os
from collections import Counter
from typing import Any

import pytest

from espace_sante.access.request import ActId, Channel, Effect
from espace_sante.access.rules import RESTRICTIVE
from espace_sante.actions.act import Value
from espace_sante.actions.registry import REGISTRY
from espace_sante.channels.paper import act_of_form, blank_form
from espace_sante.channels.signing import form_to_sign
from espace_sante.formats.coupon.token import BlankCode, ReadCode, read_code
from espace_sante.keeper import demand as d
from espace_sante.keeper.coupon_body import FORMS
from tests.channels.each_act import FIXTURES
from tests.channels.lives import Life, begun, counted, state_of
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import open_house, run
from tests.integration.test_coupons import came, receive
from tests.unit.letter.test_coupon import seen

pytestmark = [pytest.mark.database]
# A coupon is printed for what only starts by telephone: what takes back is done in the call, and waits for no signature.
WITH_BOTH = sorted(set(FORMS) - set(RESTRICTIVE))
# Of the sheet itself, not of what it asks: the coupon and what it is found by, the page that came back, the letters.
_OF_THE_SHEET = ("mailroom.coupon", "mailroom.page", "identity.directory", "notices.outbox")


def codes(pdf: bytes) -> list[ReadCode | BlankCode]:
    """Return what the codes of a form's last page say, read from its picture."""
    read = [read_code(text) for text in seen(pdf)[0]]
    found = [one for one in read if one is not None]
    assert found and len(found) == len(read)
    return found


def test_acts_that_have_both_forms_are_looked_at() -> None:
    assert len(WITH_BOTH) >= 8
    assert all(REGISTRY[act].form == form for act, form in FORMS.items())


@pytest.mark.parametrize("act", WITH_BOTH)
def test_the_codes_of_the_blank_form_lead_to_its_act_and_bear_no_number(act: ActId) -> None:
    for one in codes(blank_form(REGISTRY[act])):
        assert isinstance(one, BlankCode)
        assert act_of_form(one.form).id is act


def test_entered_the_blank_form_and_the_form_with_its_coupon_leave_the_same_state(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            for act in WITH_BOTH:
                by_hand, with_coupon = await _by_hand(house, act), await _with_coupon(house, act)
                assert by_hand == with_coupon, act
                assert by_hand["version"] > 1, f"{act} changed something"

    run(play())


async def _by_hand(house: House, act: ActId) -> dict[str, Any]:
    life, values, before = await _begun(house, act)
    done = await life.by(act, values, Channel.PAPER, key=f"coupon:{os.urandom(8).hex()}")
    assert done.effect is Effect.IMMEDIATE
    return await _left(life, before)


async def _with_coupon(house: House, act: ActId) -> dict[str, Any]:
    life, values, before = await _begun(house, act)
    started = await life.by(act, values, Channel.PHONE)
    assert started.effect is Effect.STARTS
    typed = {name: value for name, value in values.items() if isinstance(value, str)}
    form = form_to_sign(REGISTRY[act].form, typed | {"receipt": started.receipt.decode()})
    first, other = codes(form)
    assert isinstance(first, ReadCode) and isinstance(other, ReadCode) and first.token == other.token
    assert act_of_form(first.token.form).id is act
    done = await receive(house, first.sealed.hex(), came(house, scan=int.from_bytes(os.urandom(4))))
    assert isinstance(done, d.Done) and done.effect == Effect.IMMEDIATE, done
    return await _left(life, before)


async def _begun(house: House, act: ActId) -> tuple[Life, dict[str, Value], Counter[str]]:
    life = await begun(house, FIXTURES[act].before)
    return life, dict(FIXTURES[act].values(life)), await counted(house)


async def _left(life: Life, before: Counter[str]) -> dict[str, Any]:
    after = await counted(life.house)
    changed = {table: after[table] - before[table] for table in before | after if table not in _OF_THE_SHEET}
    return await state_of(life) | {"rows": {table: more for table, more in changed.items() if more}}
