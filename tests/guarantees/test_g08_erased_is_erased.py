"""G8. Erased is erased, backups included: the key is destroyed, and a restore destroys it again before serving.

Breaks tried, each seen below: rows left behind; a blob left behind; a certificate given before the destruction; a stop
between the two databases that leaves the space half erased for ever; a restore that brings the key, or the way from her
number to her space, back; keys kept in a keeper's memory (`tests/integration/test_keeper_caches.py`).
What it does not cover is said on the guarantee's page: PostgreSQL keeps the bytes of a deleted row until its own cleaning.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
import msgspec
import orjson
import pytest

from espace_sante.actions.destruction import destruction
from espace_sante.adapters.object_folder import ObjectFolder
from espace_sante.journal.entry import ChainBroken, open_record
from espace_sante.keeper import demand as d
from espace_sante.keeper.destroyed import Signed, list_of
from espace_sante.keeper.keyring import read_master_keys
from espace_sante.kernel.clock import utc_now
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.settings import Settings
from espace_sante.operate.backup import back_up
from espace_sante.operate.first_keys import arrange_keys
from espace_sante.operate.restore import Known, restore
from espace_sante.operate.roles import ROLES, connection_arguments
from espace_sante.operate.session import started_databases
from espace_sante.records.document import CATEGORIES, content_context
from espace_sante.vault.destroy import Certificate, CertificateRefused, check_destruction
from espace_sante.vault.destroyed_list import check_list
from espace_sante.vault.envelope import SealBroken
from espace_sante.vault.keys import unpack_blob
from espace_sante.vault.stream import open_stream
from tests.fixtures_database import Databases
from tests.guarantees.scan import SHORTEST, dumps, found
from tests.house import House
from tests.house import databases as new_databases
from tests.inside import census, chains, keyrings, open_house, rows, run, space_of, watched
from tests.stopping import end_keeper, stopped_at

pytestmark = [pytest.mark.database]
STEPS = ("put_intention", "blobs", "overwrite_blob", "delete_blob", "COMMIT;", "rows_of", "put_certificate")
STEPS += ("put_line", "erase_documents", "erase_terms", "close_head")


async def filled(house: House) -> tuple[bytes, str, str]:
    her, person = await house.open("jeanne")
    doctor = await house.sign_in("diallo")
    done = await house.deposit(doctor, f"id:{person}", b"a letter")
    assert isinstance(done, d.Done)
    await house.ask(her, "grant_access", d.GrantParams("99900000011", "everything", [], [], "soins", 30))
    return her, person, msgspec.msgpack.decode(done.payload, type=d.DepositAnswer).document


OF_HER = ("identity.person", "identity.directory", "records.document", "records.summary_line", "records.summary")
OF_HER += ("consent.rights", "consent.rights_history", "consent.receipt", "notices.outbox", "notices.question")


async def erased_fully(settings: Settings, journal: bytes, blob: bytes) -> None:
    left = await census(settings)
    assert {table: left[table] for table in OF_HER if left[table]} == {}
    states = await rows(settings, "postgres", "SELECT state FROM journal.head WHERE state <> 9")
    assert [r["state"] for r in states] == [3]
    assert not list((settings.home / "objects").glob("??/*"))
    keys, service = await keyrings(settings)
    stored = await rows(settings, "postgres", "SELECT space_id, certificate FROM keeper.destroyed")
    assert [r["space_id"] in keys for r in stored] == [False]
    signed = msgspec.msgpack.decode(stored[0]["certificate"], type=Signed)
    certificate = Certificate(signed.payload, signed.signature)
    check_destruction(service.verification_key, certificate, journal=journal, blob=blob)
    connection = await asyncpg.connect(**connection_arguments(settings, "postgres"))
    try:
        lines, intended, unnumbered = await list_of(connection)
    finally:
        await connection.close()
    check_list(service.verification_key, lines, intended)
    assert ([line.space for line in lines], intended, unnumbered) == ([stored[0]["space_id"]], [], [])
    with pytest.raises(CertificateRefused):
        check_destruction(service.verification_key, certificate, journal=hashlib.sha256(journal).digest())


async def facts_of(settings: Settings, house: House, her: bytes) -> tuple[bytes, bytes]:
    space = await space_of(settings, house, her)
    blob = await rows(settings, "postgres_keys", "SELECT blob FROM vault.space_blob WHERE space_id = $1", space)
    first = (await chains(settings))[space][0]
    return bytes.fromhex(first["prev"]), blob[0]["blob"]


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_an_erasure_stopped_anywhere_is_finished_by_the_next_round(
    empty_databases: Databases, step: str, moment: str
) -> None:
    for left in (empty_databases.settings.home / "objects").glob("??/*"):
        left.unlink()

    async def play() -> None:
        settings = empty_databases.settings
        async with open_house(empty_databases) as house:
            her, _, _ = await filled(house)
            journal, blob = await facts_of(settings, house, her)
            assert isinstance(await house.ask(her, "close_space", d.CloseParams()), d.Done)

            with watched(stopped_at(house, step, moment)), pytest.raises(Problem):
                await house.link.ask(d.Maintain(0, "erase"))
        signed = await rows(settings, "postgres", "SELECT certificate FROM keeper.destroyed")
        blobs = await rows(settings, "postgres_keys", "SELECT blob FROM vault.space_blob")
        if blob in [b["blob"] for b in blobs]:
            assert all(b"intended" in row["certificate"] for row in signed), "a certificate before the destruction"
        async with open_house(empty_databases) as house:
            await house.link.ask(d.Maintain(0, "erase"))
            await erased_fully(settings, journal, blob)
            again, _ = await house.open("jeanne")  # no door is closed
            assert again

    run(play())


def test_a_backup_made_before_the_closing_brings_nothing_back(state_folder: Callable[[], Path]) -> None:
    async def play() -> None:
        output, keys_output, now = state_folder(), state_folder(), utc_now()
        async with new_databases(state_folder()) as settings, open_house(settings) as house:
            _, person, document = await filled(house)
            her = await house.sign_in("jeanne")
            space = await space_of(settings, house, her)
            before = await rows(
                settings, "postgres_keys", "SELECT blob FROM vault.space_blob WHERE space_id = $1", space
            )
            hers = await secrets_of(settings, house, space, person)
        await back_up(settings, output, keys_output=keys_output, now=now)
        async with started_databases(settings), open_house(settings) as house:
            assert isinstance(await house.ask(her, "close_space", d.CloseParams()), d.Done)
            await house.link.ask(d.Maintain(0, "erase"))
            published = (await keyrings(settings))[1].verification_key
        master = (settings.home / "keys" / "master.key").read_bytes()
        await back_up(settings, output, keys_output=state_folder(), now=now + timedelta(days=1))
        newest = sorted(path for path in (output / "main").iterdir() if path.is_dir())[-1]
        for path in newest.iterdir():  # only the backups of before the closing are left, with the newest list
            path.unlink()
        newest.rmdir()
        target = replace(settings, home=state_folder())
        done = await restore(target, output, keys_source=keys_output, known=Known(service_key=published))
        assert done.destroyed_again == 1
        (target.home / "keys" / "master.key").write_bytes(master)
        arrange_keys(target)
        async with started_databases(target):
            blobs = await rows(target, "postgres_keys", "SELECT space_id FROM vault.space_blob")
            assert space not in {r["space_id"] for r in blobs}
            left = await census(target)
            assert {table: left[table] for table in OF_HER if left[table]} == {}, "the way to her space came back"
            await nothing_of_her_opens(target, space)
            assert found(hers, dumps(target)) == []
            assert found({before[0]["blob"]}, dumps(target)) == [], "her sealed blob came back"
            async with open_house(target) as house:
                doctor = await house.sign_in("diallo")
                answer, content = await house.read(doctor, document)
                assert (type(answer), content) == (d.Refused, None)
                assert isinstance(await house.deposit(doctor, f"id:{person}", b"again"), d.Refused)
                _, other = await house.open("jeanne")
                assert other != person
        # Whoever kept the old key backup and the master key until the 30th day could still: it is why it has a last day.
        assert unpack_blob(before[0]["blob"], read_master_keys(settings.home / "keys" / "master.key"), space)

    run(play())


async def secrets_of(settings: Settings, house: House, space: UUID, person: str) -> set[bytes]:
    """Her keys, her traits, her document: what a scan looks for once she is erased."""
    account = house.provider.find("jeanne")
    said = (account.ins, account.birth_date, person, "Compte rendu de consultation", account.name)
    kept = {one.encode() for one in said if len(one) >= SHORTEST}
    assert len(kept) >= 4
    held = (await keyrings(settings))[0][space]
    return kept | {held.root, held.journal, held.deposit_secret, held.record_key, held.receipt_key, held.rights_key}


async def nothing_of_her_opens(settings: Settings, space: UUID) -> None:
    """By no role, with every key that is left: her entries do not open, nor do the sealed bytes that came back."""
    keys, _ = await keyrings(settings)
    assert keys, "some keys are left: the institution's"
    sealed = await rows(settings, "postgres", "SELECT seq, sealed FROM journal.entry WHERE space_id = $1", space)
    assert sealed, "her lines stay, unreadable"
    for held in keys.values():
        for row in sealed:
            with pytest.raises(ChainBroken):
                open_record(held.record_key, space, row["seq"], row["sealed"])
    objects = ObjectFolder(settings.home / "objects")
    stored = [name for name, _ in objects.names()]
    assert stored, "a backup keeps the sealed bytes"
    for name in stored:
        for held in keys.values():
            for key in (held.root, *(held.compartment_key(category) for category in CATEGORIES)):
                with pytest.raises(SealBroken):
                    b"".join(open_stream(key, objects.chunks(name), content_context(name)))
    for role, where in ROLES.items():
        if where.instance == "main":
            for table in OF_HER:
                with suppress(asyncpg.InsufficientPrivilegeError):
                    assert await rows(settings, role, f"SELECT * FROM {table}") == [], (role, table)


def test_whoever_holds_the_last_receipt_gets_the_certificate(empty_databases: Databases) -> None:
    async def play() -> None:
        settings = empty_databases.settings
        async with open_house(empty_databases) as house:
            her, _, _ = await filled(house)
            journal, blob = await facts_of(settings, house, her)
            closed = await house.ask(her, "close_space", d.CloseParams())
            assert isinstance(closed, d.Done)
            receipt = orjson.loads(msgspec.msgpack.decode(closed.payload, type=d.ReceiptAnswer).receipt)["payload"]
            assert receipt["journal_commitment"] == journal.hex()
            with pytest.raises(Problem) as early:  # the key is not destroyed yet: nothing says that it is
                await destruction(house.link, receipt["entry"])
            assert (early.value.kind, early.value.code) == (Kind.NOT_FOUND, "destruction-unknown")
            await house.link.ask(d.Maintain(0, "erase"))
            found = await destruction(house.link, f" {receipt['entry'].upper()} ")
            given = orjson.loads(found.as_json())
            certificate = Certificate(given["certificate"].encode(), base64.b64decode(given["signature"]))
            check_destruction((await keyrings(settings))[1].verification_key, certificate, journal=journal, blob=blob)
            assert (given["line"], found.said["journal"]) == (1, receipt["journal_commitment"])
            with pytest.raises(Problem, match="destruction-unknown"):
                await destruction(house.link, "0" * 20)
            for wrong in ("", "abc", "u" * 20, receipt["entry"] + "0", "é" * 20):
                with pytest.raises(Problem, match="reference-invalid"):
                    await destruction(house.link, wrong)

    run(play())


def test_certificates_of_before_the_list_take_their_place_in_it(empty_databases: Databases) -> None:
    async def play() -> None:
        settings = empty_databases.settings
        async with open_house(empty_databases) as house:
            for word in ("jeanne", "karim"):
                her, _ = await house.open(word)
                assert isinstance(await house.ask(her, "close_space", d.CloseParams()), d.Done)
                await house.link.ask(d.Maintain(0, "erase"))
            connection = await asyncpg.connect(**connection_arguments(settings, "postgres"))
            try:
                before = await list_of(connection)
                await connection.execute("SET session_replication_role = replica")
                await connection.execute("DELETE FROM keeper.destroyed_line")
                assert len((await list_of(connection))[2]) == 2
                await house.link.ask(d.Maintain(0, "erase"))
                after = await list_of(connection)
                assert after == before
                check_list((await keyrings(settings))[1].verification_key, after[0], after[1])
            finally:
                await connection.close()

    run(play())


def test_an_opening_that_crashed_leaves_a_key_that_the_sweep_removes(empty_databases: Databases) -> None:
    async def play() -> None:
        settings, ahead = empty_databases.settings, timedelta()
        async with open_house(empty_databases) as house:
            await house.invite("jeanne")
            her = await house.sign_in("jeanne")

            async def hook(name: str, when: str) -> None:
                if (name, when) == ("put_blob", "after"):
                    end_keeper(house)
                    await asyncio.sleep(30)

            before = await census(settings)
            with watched(hook), pytest.raises(Problem):
                await house.ask(her, "open_space", d.OpenParams(True, "2026-11-1", "fr", "00" * 32))
        after = await census(settings)
        assert {t: after[t] - before[t] for t in after if after[t] != before[t]} == {"vault.space_blob": 1}

        def now() -> datetime:
            return datetime.now(UTC) + ahead

        async with open_house(empty_databases, now=now) as house:
            for days, left in ((0, 1), (1, 1), (2, 0)):
                ahead = timedelta(days=days)
                await house.link.ask(d.Maintain(0, "purge"))
                counted = await census(settings)
                if days != 1:  # the day after depends on the hour
                    assert counted["vault.space_blob"] - before["vault.space_blob"] == left
            await chains(settings)

    run(play())
