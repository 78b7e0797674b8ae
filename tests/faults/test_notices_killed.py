"""The process that sends notices is killed while it sends, and started again: each leaves once, but one that was being said."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from espace_sante.keeper import demand as d
from espace_sante.kernel.settings import Settings
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import open_house, rows, run
from tests.integration.test_letters import COUNTER
from tests.integration.test_notices_sent import given, helped
from tests.mailbox import SENDER, Mailbox, mailbox
from tests.needs import ROOT

pytestmark = [pytest.mark.database, pytest.mark.slow]
# A campaign sends 1000 (docs/campaigns.md).
HOW_MANY = int(os.environ.get("NOTICES", "50"))
PROGRAM = """
import asyncio, os
from espace_sante.assembly import send_notices
from espace_sante.kernel.settings import load_settings
asyncio.run(send_notices(load_settings(os.environ)))
"""


async def started(settings: Settings, box: Mailbox) -> asyncio.subprocess.Process:
    environ = os.environ | {
        "ESPACE_SANTE_HOME": str(settings.home),
        "ESPACE_SANTE_MAIL_HOST": "127.0.0.1",
        "ESPACE_SANTE_MAIL_PORT": str(box.port),
        "ESPACE_SANTE_MAIL_SECURITY": "none",
        "ESPACE_SANTE_MAIL_SENDER": SENDER,
        "ESPACE_SANTE_NOTICES_PER_MINUTE": "6000",
        "ESPACE_SANTE_NOTICE_LEASE_SECONDS": "1",
        "PYTHONPATH": str(ROOT),
    }
    null = asyncio.subprocess.DEVNULL
    return await asyncio.create_subprocess_exec(sys.executable, "-c", PROGRAM, env=environ, stdout=null, stderr=null)


async def written(house: House, how_many: int) -> None:
    """Notices of one person, each to be a message of its own: no two wait for the same morning."""
    _, person = await house.open("jeanne")
    await given(house, person, mail="jeanne@exemple.example")
    for _ in range(how_many):
        await helped(house, person, way=COUNTER)
    # As if each were of another person: alone in its message.
    await rows(house.settings, "es_keeper", "UPDATE notices.message SET batch = message_id")


async def left(house: House) -> int:
    found = await rows(house.settings, "es_keeper", "SELECT count(*) AS n FROM notices.message WHERE state < 2")
    return int(found[0]["n"])


def test_killed_at_random_instants_every_notice_leaves_once_or_under_the_same_number(
    empty_databases: Databases, randomness: Random, tmp_path: Path
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house, mailbox() as box:
            await written(house, HOW_MANY)
            kills = 0
            while await left(house):
                process = await started(house.settings, box)
                before, wanted = len(box.arrived), randomness.randint(1, max(HOW_MANY // 4, 2))
                for _ in range(6000):
                    if len(box.arrived) >= before + wanted or not await left(house) or process.returncode is not None:
                        break
                    await asyncio.sleep(0.01)
                process.send_signal(signal.SIGKILL)
                await process.wait()
                kills += 1
                assert kills < 200, "it never ends"
            numbers = Counter(box.numbers)
            assert len(numbers) == HOW_MANY, "none is lost"
            # What the server took and nobody wrote down leaves again, under the same number: at most one by death.
            assert sum(numbers.values()) - len(numbers) <= kills
            assert kills > 1
            states = await rows(house.settings, "es_keeper", "SELECT DISTINCT state FROM notices.message")
            assert [row["state"] for row in states] == [2]

    run(play())


def test_killed_between_the_server_s_answer_and_ours_one_leaves_twice_under_one_number_and_no_other(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house, mailbox() as box:
            await written(house, 5)
            answer = await house.link.ask(d.TakeNotices(0, 5, 1))
            assert isinstance(answer, d.Done)
            from tests.integration.test_notices_sent import posts, told

            taken = told(answer, d.TakenNotices).messages
            post = posts(house, box)["mail"]
            for nth, one in enumerate(taken[:3]):
                assert await post.send(one.message, one.to, "x", "x", house.now()) == "sent"
                if nth < 2:
                    await house.link.ask(d.NoticesGone(0, one.message, "sent"))
            await post.close()  # dead here: two are said, the third is not, two were never sent
            process = await started(house.settings, box)
            while await left(house):
                await asyncio.sleep(0.05)
            process.send_signal(signal.SIGKILL)
            await process.wait()
            numbers = Counter(box.numbers)
            assert sorted(numbers.values()) == [1, 1, 1, 1, 2]
            assert numbers[f"<{taken[2].message}@{SENDER.partition('@')[2]}>"] == 2

    run(play())
