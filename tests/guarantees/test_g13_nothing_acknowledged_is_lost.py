"""G13. Nothing acknowledged is lost: bytes are durable before their row, an effect and its answer are one transaction.

Kills at random under load: `tests/faults/test_kills.py` (5 cycles; 50 by `make faults`, docs/campaigns.md). Here, without
chance: what a caller does who got no answer. Breaks tried, each seen: an answer before the commit; a row before its
bytes; a repeated request that does the thing twice, or forgets it; a key that answers for another body; a full disk.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from espace_sante.access.request import ActId
from espace_sante.actions.depositing import Deposit
from espace_sante.actions.receiving import cut
from espace_sante.actions.staging import stage
from espace_sante.adapters.object_folder import Writing
from espace_sante.kernel.errors import Kind, Problem
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import act, census, deposit, frame_of, open_house, run, watched
from tests.stopping import end_keeper

pytestmark = [pytest.mark.database]
STEPS = [
    (name, moment)
    for name in ("BEGIN;", "move_and_enter", "put_documents", "COMMIT;")
    for moment in ("before", "after")
]


def sent(content: bytes = b"a letter") -> Deposit:
    return Deposit(
        content, "text/plain", "Lettre", 5, datetime(2026, 11, 2, tzinfo=UTC).isoformat(), unique_id="urn:oid:1.2"
    )


@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step[1]} {step[0]}")
def test_a_deposit_without_an_answer_is_asked_again_and_stands_once(
    empty_databases: Databases, step: tuple[str, str]
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            _, person = await house.open("jeanne")
            doctor = await house.sign_in("diallo")

            async def hook(name: str, moment: str) -> None:
                if (name, moment) == step:
                    end_keeper(house)
                    await asyncio.sleep(30)

            with watched(hook), pytest.raises(Problem) as lost:
                await deposit(house, doctor, f"id:{person}", sent(), key="one key")
            assert lost.value.kind is Kind.BUSY
        async with open_house(empty_databases) as house:
            doctor, her = await house.sign_in("diallo"), await house.sign_in("jeanne")
            done = await deposit(house, doctor, f"id:{person}", sent(), key="one key")
            again = await deposit(house, doctor, f"id:{person}", sent(), key="one key")
            assert done.result == again.result
            assert done.receipt == again.receipt, "the first answer is given again"
            assert (await census(house.settings))["records.document"] == 1
            assert (await house.read(her, done.result, proof="login"))[1] == b"a letter"
            with pytest.raises(Problem) as other:
                await deposit(house, doctor, f"id:{person}", sent(b"other bytes"), key="one key")
            assert (other.value.kind, other.value.code) == (Kind.CONFLICT, "idempotency-conflict")

    run(play())


@pytest.mark.parametrize("moment", ["before", "after"])
def test_bytes_sent_ahead_are_deposited_once_although_the_answer_was_lost(
    empty_databases: Databases, moment: str
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            _, person = await house.open("jeanne")
            doctor = await house.sign_in("diallo")
            staged = await stage(frame_of(house), cut(b"a letter"), "practitioner|1")

            async def hook(name: str, seen: str) -> None:
                if (name, seen) == ("COMMIT;", moment):
                    end_keeper(house)
                    await asyncio.sleep(30)

            with watched(hook), pytest.raises(Problem) as lost:
                await deposit(house, doctor, f"id:{person}", replace(sent(), content=staged), key="one key")
            assert lost.value.kind is Kind.BUSY
        async with open_house(empty_databases) as house:
            doctor, her = await house.sign_in("diallo"), await house.sign_in("jeanne")
            done, again = [
                await deposit(house, doctor, f"id:{person}", replace(sent(), content=staged), key="one key")
                for _ in range(2)
            ]
            assert (done.result, done.receipt) == (again.result, again.receipt)
            assert (await census(house.settings))["records.document"] == 1
            assert (await house.read(her, done.result, proof="login"))[1] == b"a letter"
            with pytest.raises(FileNotFoundError):
                house.objects.size(staged.row)

    run(play())


def test_a_key_is_of_one_account_and_one_act(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            (her, _), (his, _) = await house.open("jeanne"), await house.open("karim")
            values = {"practitioner": "99900000011", "scope": "everything", "purpose": "care", "days": "30"}
            for session in (her, his):
                assert (await act(house, session, ActId.GRANT_ACCESS, values, key="k")).receipt
            with pytest.raises(Problem) as other:
                await act(house, her, ActId.WITHDRAW_ACCESS, {"practitioner": "99900000011"}, key="k")
            assert other.value.code == "idempotency-conflict"

    run(play())


def test_a_disk_that_is_full_acknowledges_nothing(empty_databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            _, person = await house.open("jeanne")
            doctor = await house.sign_in("diallo")
            before = await census(house.settings)

            def full(_: Any, __: bytes) -> None:
                raise OSError(28, "No space left on device")

            with monkeypatch.context() as patch:
                patch.setattr(Writing, "write", full)
                with pytest.raises(Problem) as problem:
                    await deposit(house, doctor, f"id:{person}", sent())
            assert problem.value.code == "storage-full"
            assert await census(house.settings) == before
            assert (await deposit(house, doctor, f"id:{person}", sent())).result

    run(play())


def test_bytes_are_synced_with_their_folder_before_anything_is_asked(
    empty_databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    synced: list[str] = []
    fsync = os.fsync

    def noting(descriptor: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        fsync(descriptor)

    async def play(house: House) -> list[str]:
        _, person = await house.open("jeanne")
        doctor = await house.sign_in("diallo")
        synced.clear()
        seen: list[str] = []

        async def hook(name: str, moment: str) -> None:
            if (name, moment) == ("put_documents", "before"):
                seen.extend(synced)

        with watched(hook):
            await deposit(house, doctor, f"id:{person}", sent())
        return seen

    async def whole() -> list[str]:
        async with open_house(empty_databases) as house:
            return await play(house)

    monkeypatch.setattr(os, "fsync", noting)
    objects = str(empty_databases.settings.home / "objects")
    before_the_row = [path for path in run(whole()) if path.startswith(objects)]
    written = next(path for path in before_the_row if path.endswith(".partial"))
    assert str(Path(written).parent) in before_the_row[before_the_row.index(written) :], "the file, then its folder"
