"""What was written stays, below the application: real roles, real SQL, on every table that only grows; an erasure takes no line away.

The tables are read from the catalogue, so that a new one is tried without being named here. Source: inclusion.md HLP-13. Guarantee: G6.
"""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest

from espace_sante.journal.entry import Head, check_chain, open_record
from espace_sante.keeper import demand as d
from espace_sante.operate.roles import OWNERS, ROLES, superuser
from tests.final_tables import Final, final_tables, not_refused, tables_of
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import chains, keyrings, open_house, rows, run, space_of

pytestmark = [pytest.mark.database]
# What the journal, its publication and the list of destroyed keys are made of.
THE_JOURNAL = {"journal.entry", "log.leaf", "log.checkpoint", "keeper.destroyed_line"}
# Where things stand, moved forward by each entry: a trigger refuses any step back (test_schema.py).
FORWARD_ONLY = {"journal.head", "log.state"}
# A row of each table that a trigger guards: row triggers say nothing of an empty table.
ROWS = {
    "journal.entry": "(space_id, seq, tag, com, sealed) VALUES (gen_random_uuid(), 0, decode(repeat('00', 32), 'hex'),"
    " decode(repeat('00', 32), 'hex'), '')",
    "log.leaf": "(idx, entry_id) VALUES (9000000, 9000000)",
    "log.checkpoint": "(size, root, note, index_leaf, index_size, index_root, index_note, at, day, dummies) VALUES (9000000,"
    " decode(repeat('00', 32), 'hex'), '', decode(repeat('00', 73), 'hex'), 9000000, decode(repeat('00', 32), 'hex'), '',"
    " now(), current_date, 0)",
    "keeper.destroyed_line": "(number, space_id, reference, link, signed) VALUES (9000000, gen_random_uuid(), repeat('a', 20),"
    " decode(repeat('00', 32), 'hex'), decode(repeat('00', 64), 'hex'))",
}
APPLICATION = {
    instance: [name for name, role in ROLES.items() if role.instance == instance] for instance in ("main", "keys")
}


async def connected(databases: Databases, role: str) -> Any:
    return await asyncpg.connect(**databases.arguments(role))


def found(databases: Databases) -> list[Final]:
    async def look() -> list[Final]:
        connection = await connected(databases, superuser("main"))
        try:
            return await final_tables(connection)
        finally:
            await connection.close()

    return run(look())


def test_every_table_of_the_journal_only_grows_whatever_the_role(databases: Databases) -> None:
    async def look() -> tuple[set[str], list[Final]]:
        connection = await connected(databases, superuser("main"))
        try:
            return await tables_of(connection, "journal", "log"), await final_tables(connection)
        finally:
            await connection.close()

    all_of_it, final = run(look())
    names = {one.name for one in final}
    assert names >= THE_JOURNAL
    assert all_of_it <= names | FORWARD_ONLY, "a table of the journal that some role may change"
    assert {one.name for one in final if one.guarded} == ROWS.keys() >= THE_JOURNAL, "each with its row above"


@pytest.mark.parametrize(
    "role", [name for name in APPLICATION["main"] if name not in (superuser("main"), OWNERS["main"])]
)
def test_each_role_of_a_process_is_refused_every_change_of_every_table_that_only_grows(
    databases: Databases, role: str
) -> None:
    tables = found(databases)

    async def tried() -> list[str]:
        connection = await connected(databases, role)
        try:
            return await not_refused(connection, tables)
        finally:
            await connection.close()

    assert run(tried()) == []


@pytest.mark.parametrize("owner", [OWNERS["main"], superuser("main")])
def test_their_owner_and_the_superuser_are_stopped_by_the_triggers(databases: Databases, owner: str) -> None:
    """On a real row of each table; nothing stands of it afterwards."""

    async def tried() -> list[str]:
        connection, done = await connected(databases, superuser("main")), []
        try:
            for table in [one for one in await final_tables(connection) if one.guarded]:
                for statement in table.by_its_owner:
                    undone = connection.transaction()
                    await undone.start()
                    try:
                        await connection.execute("SET LOCAL session_replication_role = replica")
                        await connection.execute(f"INSERT INTO {table.name} {ROWS[table.name]}")
                        await connection.execute("SET LOCAL session_replication_role = origin")
                        if owner != superuser("main"):
                            await connection.execute(f"SET LOCAL ROLE {owner}")
                        status = await connection.execute(statement)
                        if not status.endswith(" 0"):  # row security shows the owner no row: nothing was changed
                            done.append(f"{statement}: {status}")
                    except asyncpg.InsufficientPrivilegeError:
                        pass
                    finally:
                        await undone.rollback()
        finally:
            await connection.close()
        return done

    assert run(tried()) == []


def test_an_erasure_leaves_every_line_where_it_was_and_every_chain_whole(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            await house.open("karim")
            await house.deposit(await house.sign_in("tran"), f"id:{person}", b"text")
            space = await space_of(house.settings, house, her)
            keys = (await keyrings(house.settings))[0][space]
            before = await _lines(house, space)
            answer = await house.ask(her, "close_space", d.CloseParams())
            assert isinstance(answer, d.Done), answer
            for _ in range(2):
                await house.link.ask(d.Maintain(0, "erase"))
            assert space not in (await keyrings(house.settings))[0], "her key is destroyed"
            after = await _lines(house, space)
            assert after[: len(before)] == before and len(after) == len(before) + 1
            (head,) = await rows(house.settings, "postgres", "SELECT * FROM journal.head WHERE space_id = $1", space)
            # Checked with the key as it was: nobody holds it any more, the chain it closes is the same.
            year = int(open_record(keys.record_key, space, 0, after[0]["sealed"])["at"][:4])
            check_chain(
                keys.journal,
                keys.record_key,
                space,
                year,
                [(row["seq"], row["tag"], row["com"], row["sealed"]) for row in after],
                head=Head(head["n"], head["com"], head["year"], head["year_base"]),
            )
            assert await chains(house.settings), "and so are the others"

    run(play())


async def _lines(house: House, space: Any) -> list[Any]:
    return await rows(house.settings, "postgres", "SELECT * FROM journal.entry WHERE space_id = $1 ORDER BY seq", space)
