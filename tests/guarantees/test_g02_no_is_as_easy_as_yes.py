"""G2. No is as easy as yes, in every channel, costs nothing and closes no door.

Breaks tried, each seen below: one more field for a no; a no that a channel lacks or takes longer; a refusal of a
professional that differs between someone who closed, someone who said no and someone never asked (answer, size, number
of statements, of messages, of entries); a no after which nobody may be invited again.
"""

from __future__ import annotations

import itertools

import pytest

from espace_sante.access.request import ActId, Channel
from espace_sante.actions.registry import REGISTRY
from espace_sante.keeper import demand as d
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import act, census, open_house, run, watched

pytestmark = [pytest.mark.database]
OPEN, REFUSE = REGISTRY[ActId.OPEN_SPACE], REGISTRY[ActId.REFUSE_SPACE]


def test_a_no_asks_for_no_more_than_a_yes() -> None:
    assert len(REFUSE.fields) <= len(OPEN.fields)
    assert sum(field.required for field in REFUSE.fields) <= sum(field.required for field in OPEN.fields)


@pytest.mark.parametrize("channel", list(Channel))
def test_a_no_exists_wherever_a_yes_does_and_takes_no_longer(channel: Channel) -> None:
    assert channel in REFUSE.channels
    assert channel in OPEN.channels
    assert getattr(REFUSE.delay, channel.value) <= getattr(OPEN.delay, channel.value)
    assert REFUSE.form and REFUSE.counter and REFUSE.phone


@pytest.mark.parametrize(
    ("channel", "proof", "yes", "no"),
    [
        ("counter", "identity_seen", "immediate", "immediate"),
        ("paper", "signed_form", "immediate", "immediate"),
        ("phone", "contact", "starts", "provisional"),
    ],
)
def test_a_no_without_a_screen_takes_effect_at_once(
    empty_databases: Databases, channel: str, proof: str, yes: str, no: str
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            agent = await house.sign_in("petit")
            code = (await house.invite("jeanne")).code
            words = ("2026-11-1", "fr", "00" * 32)
            ask = {"channel": channel, "proof": proof, "on_behalf": True}
            refused = await house.ask(agent, "refuse_space", d.RefuseParams(*words), person=f"code:{code}", **ask)
            assert isinstance(refused, d.Done)
            assert refused.effect == no
            assert (await census(empty_databases.settings))["mailroom.invitation"] == 0
            code = (await house.invite("jeanne")).code  # no door was closed
            opened = await house.ask(agent, "open_space", d.OpenParams(True, *words), person=f"code:{code}", **ask)
            assert isinstance(opened, d.Done)
            assert opened.effect == yes

    run(play())


async def three_twins(house: House) -> dict[str, tuple[str, str]]:
    """One who said yes then closed and was erased, one who said no, one who was never asked; and how to name each."""
    her, person = await house.open("jeanne")
    assert isinstance(await house.ask(her, "close_space", d.CloseParams()), d.Done)
    await house.link.ask(d.Maintain(0, "erase"))
    await house.invite("karim")
    await act(house, await house.sign_in("karim"), ActId.REFUSE_SPACE, {})
    named = {"closed": "jeanne", "no": "karim", "never asked": "lucie"}
    return {twin: (f"ins:{house.provider.find(word).ins}", person) for twin, word in named.items()}


def test_three_twins_get_the_same_answers_for_the_same_work(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            doctor = await house.sign_in("diallo")
            twins = await three_twins(house)
            seen: dict[str, list[object]] = {twin: [] for twin in twins}
            acts = {
                "list": lambda who: house.ask(
                    doctor, "list_documents", d.ListParams(), person=who, proof="professional"
                ),
                "read": lambda who: house.ask(
                    doctor, "read_document", d.ReadParams(b"\7" * 16), person=who, proof="professional"
                ),
                "deposit": lambda who: house.deposit(doctor, who, b"the same letter", unique_id="urn:oid:1.2.3"),
                "address": lambda who: house.link.ask(d.Address(0, doctor, who)),
            }
            with watched() as statements:
                for (twin, (who, _)), (name, ask) in itertools.product(twins.items(), acts.items()):
                    entries = (await census(empty_databases.settings))["journal.entry"]
                    statements.taken()
                    answer = await ask(who)
                    sent = statements.taken()
                    more = (await census(empty_databases.settings))["journal.entry"] - entries
                    assert isinstance(answer, d.Done if name == "address" else d.Refused)
                    code = getattr(answer, "code", "")
                    size = len(d.ENCODER.encode([answer]))
                    seen[twin].append((name, type(answer).__name__, code, size, sent, more))
            assert seen["closed"] == seen["no"] == seen["never asked"]

    run(play())


def test_a_deposit_is_not_delivered_alike_and_for_the_same_statements_to_whoever_refuses_deposits(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            doctor = await house.sign_in("diallo")
            await house.invite("jeanne")
            her = await house.sign_in("jeanne")
            closed_to_deposits = d.OpenParams(False, "2026-11-1", "fr", "00" * 32)
            assert isinstance(await house.ask(her, "open_space", closed_to_deposits), d.Done)
            seen = []
            with watched() as statements:
                for _ in range(2):  # the second time nothing is read for the first time
                    seen = []
                    for word in ("jeanne", "lucie"):
                        statements.taken()
                        answer = await house.deposit(doctor, f"ins:{house.provider.find(word).ins}", b"letter")
                        assert isinstance(answer, d.Refused)
                        sent = [name for name in statements.taken() if name not in ("spaces_of", "blobs")]
                        seen.append((answer.code, len(d.ENCODER.encode([answer])), sent))
            assert seen[0] == seen[1]

    run(play())
