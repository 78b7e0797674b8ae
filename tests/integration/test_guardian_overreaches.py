"""A guardian who goes too far: what he tries is refused, or seen and taken back by her, and nothing outlives his power."""

from __future__ import annotations

import msgspec
import pytest

from espace_sante.keeper import demand as d
from tests.fixtures_database import Databases
from tests.inside import Clock, clock, open_house, run
from tests.integration.test_representation import CHILD, DAY, ONE, code, deposited, representing
from tests.people import DIALLO, grant, listed

pytestmark = [pytest.mark.database]
__all__ = ["clock"]


def test_he_closes_gives_and_changes_nothing_and_she_takes_back_what_he_did(
    empty_databases: Databases, clock: Clock
) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            her, person = await house.open(CHILD)
            document = await deposited(house, person)
            ends = (house.now().date() + 40 * DAY).isoformat()
            session, whom = await representing(house, ONE, measure="guardianship", basis="jugement", ends=ends)
            for act, params in (
                ("close_space", d.CloseParams()),
                ("remove_address", d.AddressParams(())),
                ("authorise_app", None),
                ("allow_secondary_use", d.ChoiceParams("research")),
                ("export_journal", d.ExportParams()),
            ):
                if params is not None:
                    assert code(await house.ask(session, act, params, person=whom)) == "power-beyond", act
            given = await house.ask(session, "grant_access", grant(), person=whom)
            assert isinstance(given, d.Done) and given.effect == "starts", "nobody reads because he alone said so"
            doctor = {"person": f"id:{person}", "proof": "professional"}
            reader = await house.sign_in("diallo")
            assert code(await house.ask(reader, "list_documents", d.ListParams(), **doctor)) == ""
            hide = d.MaskParams(bytes.fromhex(document[32:]), 0, "")
            assert isinstance(await house.ask(session, "mask", hide, person=whom), d.Done)
            assert len(listed(await house.ask(her, "list_documents", d.ListParams())).lines) == 1, (
                "hidden from others, not her"
            )
            journal = await house.ask(her, "read_journal", d.JournalParams())
            assert isinstance(journal, d.Done)
            records = msgspec.msgpack.decode(journal.payload, type=d.JournalAnswer).records
            assert any(b'"act":"mask"' in one and b'"kind":"representative"' in one for one in records), (
                "under his own name"
            )
            show = d.UnmaskParams(hide.document, 0, "")
            assert isinstance(await house.ask(her, "unmask", show), d.Done)
            clock.ahead += 41 * DAY
            session = await house.sign_in(ONE)
            for act, late in (("list_documents", d.ListParams()), ("block", d.BlockParams(DIALLO, "everything"))):
                assert code(await house.ask(session, act, late, person=whom)) in ("", "power-over"), act

    run(play())
