"""Whatever happens to authorisations in whatever order, a token gives something exactly when a model of a dozen lines says so.

Two keepers, real databases. Looked for below: a token that lives on after a replay, an end, a revocation; a family that takes another
with it; one keeper that remembers what the other ended. Guarantee: G3.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from espace_sante.keeper import demand as d
from espace_sante.keeper.sessions import token_hash
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import open_house, run
from tests.integration.test_apps import asked, authorised, exchanged, introspected, lists, refreshed, tokens

pytestmark = [pytest.mark.database]
OPS = st.lists(
    st.tuples(
        st.sampled_from(("authorise", "exchange", "refresh", "replay", "end", "end all", "revoke", "revoke access")),
        st.integers(0, 9),
    ),
    min_size=1,
    max_size=14,
)


@dataclass
class Family:
    """What the model knows of one authorisation: its number, its code, its tokens, the one that still turns."""

    number: str
    code: str
    alive: bool = True
    turns: str = ""
    served: list[str] = field(default_factory=list)
    access: list[str] = field(default_factory=list)
    given_up: set[str] = field(default_factory=set)


async def one_step(house: House, her: bytes, families: list[Family], op: str, pick: int) -> None:
    """Do one thing to the house and to the model; what is answered is what the model says."""
    if op == "authorise" or not families:
        said = await authorised(house, her, asked(days=3))
        families.append(Family(said.number, said.code))
        return
    one = families[pick % len(families)]
    match op:
        case "exchange":
            turned(one, await exchanged(house, one.code), not one.access)
        case "refresh" if one.turns:
            turned(one, await refreshed(house, one.turns), True)
        case "replay" if one.served:
            turned(one, await refreshed(house, one.served[pick % len(one.served)]), False)
        case "end":
            answer = await house.ask(her, "end_app", d.EndAppParams(one.number))
            assert isinstance(answer, d.Done) or not one.number
            one.alive, one.number = False, ""
            families.remove(one)
        case "end all":
            await house.ask(her, "end_app", d.EndAppParams())
            families.clear()
        case "revoke" if one.turns:
            await house.link.ask(d.RevokeApp(0, token_hash(one.turns), "carnet"))
            one.alive = False
        case "revoke access" if one.access:
            gone = one.access[pick % len(one.access)]
            await house.link.ask(d.RevokeApp(0, token_hash(gone), "carnet"))
            one.given_up.add(gone)


def turned(one: Family, answer: d.Answer, first: bool) -> None:
    """Compare what was given for a code or a refresh token; what comes a second time ends the family."""
    if not (one.alive and first):
        assert isinstance(answer, d.Refused), answer
        one.alive = False
        return
    given = tokens(answer)
    one.served += [one.turns] if one.turns else []
    one.turns = given.refresh_token
    one.access.append(given.access_token)


async def compared(house: House, families: list[Family], every: set[str]) -> None:
    """Ask with every access token ever given, of both keepers."""
    living = {token for one in families if one.alive for token in one.access if token not in one.given_up}
    for token in sorted(every):
        for _keeper in range(2):
            assert isinstance(await lists(house, token), d.Done) is (token in living)
        assert (await introspected(house, token)).active is (token in living)


def test_a_token_gives_something_exactly_when_the_model_says(empty_databases: Databases) -> None:
    async def play(sequences: list[list[tuple[str, int]]]) -> None:
        async with open_house(empty_databases, keepers=2) as house:
            her, _ = await house.open("jeanne")
            for sequence in sequences:
                families: list[Family] = []
                every: set[str] = set()
                for op, pick in sequence:
                    await one_step(house, her, families, op, pick)
                    every |= {token for one in families for token in one.access}
                    await compared(house, families, every)
                await house.ask(her, "end_app", d.EndAppParams())
                await compared(house, [], every)

    drawn: list[list[tuple[str, int]]] = []

    @settings(max_examples=25, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(OPS)
    def collect(ops: list[tuple[str, int]]) -> None:
        drawn.append(ops)

    collect()
    run(play(drawn))
