"""HSE, Ireland, 2021: every system of a country's health service switched off at once, for weeks."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from espace_sante.actions.registry import PERSON_ACTS
from espace_sante.channels.paper import blank_form
from espace_sante.kernel.clock import utc_now
from espace_sante.operate.backup import back_up
from espace_sante.operate.restore import restore
from espace_sante.operate.session import started_databases
from tests.fixtures_database import settings_of
from tests.house import House
from tests.incidents.asked import journal_of, sent
from tests.inside import open_house
from tests.people import grant

pytestmark = [pytest.mark.database]


def test_paper_goes_on_without_any_machine_and_a_restore_elsewhere_gives_back_every_document(
    prepared_folder: Callable[[], Path], state_folder: Callable[[], Path]
) -> None:
    for act in PERSON_ACTS:  # printed beforehand: no keeper, no database
        assert blank_form(act).startswith(b"%PDF-")
    burnt, output, elsewhere = settings_of(prepared_folder()), state_folder(), settings_of(state_folder())
    kept: list[str] = []

    async def lived(house: House) -> None:
        her, person = await house.open("jeanne")
        kept.extend([await sent(house, person, b"letter %d" % number) for number in range(5)])
        await house.ask(her, "grant_access", grant())

    async def before() -> None:
        async with started_databases(burnt), open_house(burnt) as house:
            await lived(house)
        await back_up(burnt, output, now=utc_now())

    async def after() -> None:
        async with started_databases(elsewhere), open_house(elsewhere) as house:
            her, doctor = await house.sign_in("jeanne"), await house.sign_in("diallo")
            read = [(await house.read(doctor, document))[1] for document in kept]
            assert read == [b"letter %d" % number for number in range(5)]
            assert (await journal_of(house, her)).n > 5

    asyncio.run(before())
    keys = state_folder() / "keys"  # what is kept elsewhere: the master key, and here the trial provider's
    shutil.copytree(burnt.home / "keys", keys)
    shutil.rmtree(burnt.home)
    asyncio.run(restore(elsewhere, output))
    shutil.copytree(keys, elsewhere.home / "keys", dirs_exist_ok=True)
    asyncio.run(after())
