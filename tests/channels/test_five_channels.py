"""G10. Each act of a person, done through each of the five channels on equal lives, leaves the same state.

Equal but for the channel, who did it for her, the proof and the times: inclusion.md PAR-04. An act without a line in
`each_act.py` fails: none is left out. What only starts by telephone changes nothing, and is finished by its signed form.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from espace_sante.access.request import ActId, Channel
from espace_sante.access.rules import effect_of
from espace_sante.actions.act import Nature
from espace_sante.actions.registry import PERSON_ACTS, REGISTRY
from tests.channels.each_act import FIXTURES
from tests.channels.lives import HERSELF, begun, counted, done_by, state_of
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import chains, open_house, run

NOTICES, SIGN_IN, COUPONS = "notices.outbox", "identity.directory", "mailroom.coupon"
NOTED = ("consent.receipt", "consent.rights_history")
pytestmark = [pytest.mark.database, pytest.mark.slow]


def test_no_act_of_a_person_is_left_out() -> None:
    assert sorted(FIXTURES) == sorted(act.id for act in PERSON_ACTS)


@pytest.mark.parametrize("name", sorted(FIXTURES))
def test_an_act_leaves_the_same_state_by_each_of_the_five_channels(databases: Databases, name: ActId) -> None:
    fixture, told = FIXTURES[name], dict[Channel, int]()

    async def by(house: House, channel: Channel) -> dict[str, Any]:
        life = await begun(house, fixture.before)
        values, before = fixture.values(life), await counted(house)
        outcome, started = await done_by(life, name, values, channel)
        after = await counted(house)
        assert outcome.effect.value in ("immediate", "provisional")
        unfinished = name is ActId.CLOSE_SPACE and channel is Channel.PHONE
        assert started is (effect_of(name, channel).value == "starts" or unfinished)
        # That somebody acted for her is told to her, by a letter that is no part of the state: as many here, or one more.
        told[channel] = after[NOTICES] - before[NOTICES] - (unfinished and 1)
        # A sign-in of hers is one more word that leads to her space: it comes with her proof, when she opens it herself.
        after[SIGN_IN] -= name is ActId.OPEN_SPACE and channel in HERSELF
        # What only starts by telephone is sent to her to be signed: the coupon of that form, and the word that leads from it.
        after[SIGN_IN] -= after[COUPONS] - before[COUPONS]
        return await state_of(life) | {"rows": _difference(before, after)}

    async def by_each() -> dict[Channel, dict[str, Any]]:
        async with open_house(databases) as house:
            found = {channel: await by(house, channel) for channel in Channel}
            await _never_as_her(house.settings, name)
            return found

    states = run(by_each())
    first = states[Channel.WEB]
    if name is ActId.CLOSE_SPACE:  # closed by telephone, then erased by the signed form: two wills, and one state
        for moved in ("version", "rows"):
            states[Channel.PHONE][moved] = first[moved]
    if name is ActId.CONTEST_DEATH:  # said for her by an agent, another confirms it (0061): one note more, of the proof
        for channel in set(Channel) - set(HERSELF):
            rows = states[channel]["rows"]
            states[channel]["rows"] = {table: more - (table in NOTED) for table, more in rows.items()}
            states[channel]["version"] -= 1
            told[channel] -= 1
    for channel, state in states.items():
        assert state["rows"] == first["rows"], f"{name} by {channel}"
        assert state == first, f"{name} by {channel} is not what it is on her screen"
    assert all(told[Channel.WEB] <= told[channel] <= told[Channel.WEB] + 1 for channel in Channel), told
    if REGISTRY[name].nature is not Nature.READING:
        assert first["rows"] or first.get("version", 0) > 1, "it changes something"


def _difference(before: Counter[str], after: Counter[str]) -> dict[str, int]:
    changed = {table: after[table] - before[table] for table in before | after if table not in (NOTICES, COUPONS)}
    return {table: more for table, more in changed.items() if more}


async def _never_as_her(settings: Any, name: ActId) -> None:
    """Check that whoever acts for her never appears as her. Source: PAR-13."""
    done = [r for records in (await chains(settings)).values() for r in records if r["act"] == name]
    by_others = [r for r in done if r["channel"] in ("counter", "paper", "phone")]
    assert by_others, "the act left its line"
    assert {r["actor"]["kind"] for r in by_others} == {"agent"}
    assert all(r["actor"]["behalf"] and r["actor"]["name"] and r["actor"]["structure"] for r in by_others)
