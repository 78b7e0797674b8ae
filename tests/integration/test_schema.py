"""The databases as the migrations make them: the same as the snapshot, one person at a time, and nobody rewrites the past."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from espace_sante.keeper.gather import SQL
from espace_sante.kernel.database import queries
from espace_sante.operate.roles import superuser
from tests.catalogue import HEALTH, SNAPSHOT, described, expected
from tests.fixtures_database import Databases
from tests.inside import open_house, rows, run

pytestmark = [pytest.mark.database]

# Tables that do not start with a space, each with the reason.
NOT_OF_A_SPACE = {
    "identity.directory": "leads from a keyed hash to a space; holds nothing of her",
    "identity.held_power": "an account's own list of whom it may act for; names no space",
    "identity.session": "of an account, before any space is known",
    "identity.app_family": "of an account that lets an application in",
    "identity.app_token": "of an account that lets an application in",
    "identity.idempotency": "of an account's own requests",
    "identity.once": "words that serve once: a hash and a day, of an application or of a launch",
    "mailroom.invitation": "before a space exists; erased with its answer",
    'mailroom."case"': "answered by an operator who does not know whose it is",
    "counts.daily": "numbers, about nobody",
    "keeper.court_order": "a judge's order: whom it is about is sealed, and the operator who lists them does not know",
    "keeper.print_job": "what waits at a printing station, found by the number on an agent's page, and which reading it is, sealed",
    "keeper.proving_day": "by a keyed term of a space or of a contact, which leads to nobody: how many messages proved one in a day",
    "keeper.sheet": "a numbered sheet of a counter, found by a keyed term of its number: about nobody",
    "keeper.agent_day": "an agent's day: how many acts he had persons do, and none of them",
    "keeper.account": "of an account: the day it served last",
    "keeper.visit": "an agent's day with one person, purged the next day: asked for by his account and her space together",
    "keeper.sealed_line": "a line of the institution's chain, sealed with its order until the day it is copied",
    "mailroom.rest": "before a space exists; a keyed term and a month, until a letter may be written again",
    "mailroom.refusal": "she has no space and asked for it; a keyed term and a month",
    "keeper.institution": "of a keeper",
    "counts.boot": "one start of a keeper",
    "counts.tally": "numbers of one start, about nobody",
    "counts.reckoning": "numbers of a day, about nobody",
    "keeper.destroyed_line": "the order of what was destroyed: the number comes first, and the space is no more",
    "notices.watch": "up to which entry the journals were looked at: a number, about nobody",
    "jobs.task": "of the house",
    "log.leaf": "of the public journal: which entry is which leaf, by a number that says nothing of her",
    "log.checkpoint": "of the public journal",
    "log.state": "of the public journal",
}
# Statements that name a space's table without being given its space, each with the reason.
NOT_GIVEN_A_SPACE = {
    "closing_spaces": "upkeep finds the spaces their owners closed: their random ids only",
    "ended_archives": "upkeep finds the archives whose last day is past: their random ids only",
    "letters_due": "the mail room's list: random numbers, whose outbox they stand in is told to nobody",
    "space_of_letter": "the one outbox a number of that list stands in; printing it is a line of that journal",
    "page_queue": "the queue at the counter: numbers, days, and what is known of each, which names nobody",
    "purge_coupons": "upkeep drops those whose last day is past: their day only",
    "take_messages": "what is due to leave: each is opened with its own space's key, and named to nobody",
    "messages_of_batch": "what left under one number, and in the same space alone",
    "old_messages": "upkeep drops what was sent a year ago",
    "old_questions": "upkeep drops those whose last day is past: their day only",
    "fence_watch": "the number of the newest entry alone",
    "entries_since": "upkeep finds which journals have new lines: each is opened with its own space's key",
    "rows_known": "upkeep asks which stored objects still have a row: random names only",
}


def test_the_migrations_make_the_schema_of_the_snapshot(databases: Databases) -> None:
    """One database from the migrations, one described in full: `scripts/schema.py --write` after a migration."""
    assert run(described(databases.settings)) == expected(HEALTH)


def indexes(databases: Databases) -> list[asyncpg.Record]:
    statement = """
        SELECT format('%I.%I', n.nspname, c.relname) AS table, i.indisunique AS unique, i.indisprimary AS primary,
               (SELECT attname FROM pg_attribute WHERE attrelid = c.oid AND attnum = i.indkey[0]) AS first
        FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname NOT IN ('pg_catalog', 'pg_toast', 'information_schema', 'public')"""
    return [row for name in ("main", "keys") for row in run(rows(databases.settings, superuser(name), statement))]


def test_every_key_of_a_persons_table_starts_with_her_space(databases: Databases) -> None:
    found = indexes(databases)
    tables = {row["table"] for row in found if row["first"] == "space_id" and row["primary"]}
    assert {row["table"] for row in found if row["unique"]} - tables == {*NOT_OF_A_SPACE, "vault.service_blob"}
    for row in found:
        if row["table"] in tables - NOT_OF_A_SPACE.keys() and row["unique"]:
            assert row["first"] == "space_id", row["table"]


def test_no_number_runs_out_and_no_key_crosses_two_persons(databases: Databases) -> None:
    statement = """
        SELECT table_name FROM information_schema.columns WHERE table_schema NOT IN ('pg_catalog', 'information_schema')
        AND (is_identity = 'YES' OR column_default LIKE 'nextval%') AND data_type <> 'bigint'"""
    foreign = "SELECT conname FROM pg_constraint WHERE contype IN ('f', 'x')"
    for name in ("main", "keys"):
        assert run(rows(databases.settings, superuser(name), statement)) == []
        assert run(rows(databases.settings, superuser(name), foreign)) == []


def test_row_security_binds_every_table_of_a_space_the_application_could_reach(databases: Databases) -> None:
    text = SNAPSHOT.read_text(encoding="utf-8")
    bound = set(re.findall(r"main security: (\S+) row security true, forced true", text))
    of_a_space = {row["table"] for row in indexes(databases) if row["first"] == "space_id" and row["primary"]}
    assert of_a_space - bound == {"keeper.destroyed", "vault.space_blob"}
    reachable = set(re.findall(r"main grant on \S+: (\S+?) es_app ", text))
    assert reachable == {"records.document", "records"}


DENIED = {
    "es_app": [
        "INSERT INTO journal.entry (space_id, seq, tag, com, sealed) VALUES (gen_random_uuid(), 0, '', '', '')",
        "SELECT * FROM journal.entry",
        "SELECT * FROM journal.head",
        "SELECT * FROM consent.rights",
        "SELECT * FROM identity.directory",
        "SELECT * FROM identity.session",
        "SELECT * FROM mailroom.invitation",
        "SELECT * FROM mailroom.case",
        "UPDATE counts.daily SET number = 1",
        "UPDATE records.document SET category = 1",
        "DELETE FROM records.document",
        "SET ROLE es_keeper",
        "CREATE TABLE public.mine (a int)",
        "CREATE TEMPORARY TABLE mine (a int)",
    ],
    "es_keeper": [
        "UPDATE journal.entry SET sealed = ''",
        "DELETE FROM journal.entry",
        "TRUNCATE journal.entry",
        "UPDATE journal.head SET rights_version = 1",
        "UPDATE journal.head SET space_id = gen_random_uuid()",
        "DELETE FROM journal.head",
        "TRUNCATE consent.rights",
        "DELETE FROM keeper.destroyed",
        "DELETE FROM keeper.destroyed_line",
        "UPDATE keeper.destroyed_line SET number = number",
        "DELETE FROM mailroom.case",
        "SELECT * FROM log.checkpoint",
        "INSERT INTO log.leaf (idx, entry_id) VALUES (0, 1)",
        "UPDATE log.state SET cursor = 0",
        "DELETE FROM counts.daily",
        "UPDATE mailroom.case SET due_on = due_on",
        "DROP TRIGGER entry_is_final ON journal.entry",
        "ALTER TABLE journal.entry DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "SET ROLE es_owner",
    ],
    "es_jobs": ["SELECT * FROM journal.head", "SELECT * FROM records.document", "SELECT * FROM identity.person"],
    "es_sequencer": [
        "UPDATE log.leaf SET dummy = NULL",
        "DELETE FROM log.leaf",
        "TRUNCATE log.checkpoint",
        "UPDATE log.checkpoint SET root = root",
        "UPDATE log.state SET restored_through = 0",
        "DELETE FROM log.state",
        "INSERT INTO journal.entry (space_id, seq, tag, com, sealed) VALUES (gen_random_uuid(), 0, '', '', '')",
        "SELECT sealed FROM journal.entry",
        "SELECT space_id FROM journal.entry",
        "SELECT * FROM journal.head",
    ],
    "es_keys_keeper": ["UPDATE vault.space_blob SET space_id = gen_random_uuid()", "TRUNCATE vault.space_blob"],
}


@pytest.mark.parametrize(("role", "statement"), [(role, each) for role, many in DENIED.items() for each in many])
def test_a_role_is_refused_what_is_not_its_own(databases: Databases, role: str, statement: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        run(rows(databases.settings, role, statement))


def test_only_the_keeper_enters_the_key_database(databases: Databases) -> None:
    for role in ("es_app", "es_keeper", "es_jobs", "es_sequencer", "es_owner"):
        arguments = databases.arguments(role) | {
            key: databases.arguments("es_keys_keeper")[key] for key in ("host", "port", "database")
        }
        with pytest.raises((asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError)):
            run(_connect(arguments))


async def _connect(arguments: dict[str, Any]) -> None:
    await (await asyncpg.connect(**arguments)).close()


def test_the_owner_himself_changes_no_entry(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            await house.open("jeanne")
        for statement in (
            "UPDATE journal.entry SET sealed = ''",
            "DELETE FROM journal.entry",
            "TRUNCATE journal.entry",
        ):
            for role in ("postgres", "es_owner"):
                connection = await asyncpg.connect(**empty_databases.arguments(role))
                try:
                    if role == "es_owner" and not statement.startswith("TRUNCATE"):
                        assert (await connection.execute(statement)).endswith(" 0"), "row security shows it no row"
                        continue
                    with pytest.raises(asyncpg.InsufficientPrivilegeError):
                        await connection.execute(statement)
                finally:
                    await connection.close()
        for backwards in ("n = 0 + n - 1", "rights_version = 0", "state = 3", "space_id = gen_random_uuid()"):
            with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.CheckViolationError)):
                await rows(empty_databases.settings, "postgres", f"UPDATE journal.head SET {backwards} WHERE state = 1")

    run(play())


def test_the_application_sees_one_space_and_none_without_naming_it(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            doctor = await house.sign_in("diallo")
            for name in ("jeanne", "karim"):
                _, person = await house.open(name)
                for _ in range(2):
                    await house.deposit(doctor, f"id:{person}", b"text")
        stored = await rows(empty_databases.settings, "postgres", "SELECT DISTINCT space_id FROM records.document")
        app = await asyncpg.connect(**empty_databases.arguments("es_app"))
        try:
            for said in ("", str(uuid4())):
                await app.execute("SELECT set_config('app.space', $1, false)", said)
                assert await app.fetch("SELECT * FROM records.document") == []
            for row in stored:
                await app.execute("SELECT set_config('app.space', $1, false)", str(row["space_id"]))
                seen = await app.fetch("SELECT space_id FROM records.document")
                assert [r["space_id"] for r in seen] == [row["space_id"]] * 2
        finally:
            await app.close()
        assert len(stored) == 2

    run(play())


def plain(statement: str) -> str:
    return " ".join(re.sub(r"--.*", "", statement).split())


TABLE = re.compile(
    r"\b((?:journal|consent|identity|records|mailroom|counts|notices|keeper|jobs|log|vault)\.[a-z_]+)(?: (?:AS )?([a-z]))?\b"
)


@pytest.mark.parametrize("name", sorted(SQL))
def test_every_statement_about_spaces_is_given_them(name: str, databases: Databases) -> None:
    """Each table of a space in a statement of the keeper is bound to the space_id of its batch."""
    of_a_space = {row["table"] for row in indexes(databases) if row["first"] == "space_id" and row["primary"]}
    statement = plain(SQL[name])
    touched = [(table, alias) for table, alias in TABLE.findall(statement) if table in of_a_space]
    if not touched or name in NOT_GIVEN_A_SPACE or name == "destroyed":
        return
    if re.match(r"INSERT INTO (\S+) \(space_id\b", statement) and len(touched) == 1:
        return  # writes rows of the spaces it is given
    for table, alias in touched:
        prefix = rf"{alias}\." if re.search(rf"\b{alias}\.space_id", statement) and alias else r"(?:[a-z]+\.)?"
        given = rf"{prefix}space_id = (?:any\(\$\d|\$\d|[a-z]+\.space_id)"
        into = rf"INSERT INTO {re.escape(table)} \(space_id"
        assert re.search(given, statement) or re.search(into, statement), f"{name}: {table} is not bound to a space"


def test_the_statements_given_no_space_are_still_there() -> None:
    assert NOT_GIVEN_A_SPACE.keys() <= SQL.keys()


def test_no_statement_relates_two_persons() -> None:
    """No join on another column than the space's or the document's own, no aggregate, anywhere in the repository."""
    packages = ("espace_sante.keeper", "espace_sante.vault", "espace_sante.journal", "espace_sante.jobs")
    for package in packages:
        try:
            statements = queries(package)
        except FileNotFoundError:
            continue
        for name, text in statements.items():
            statement = plain(text)
            for condition in re.findall(r"JOIN .*? ON (.*?)(?= JOIN| LEFT| WHERE| ORDER| RETURNING|$)", statement):
                compared = set(re.findall(r"([a-z_]+) (?:=|<>|>=|<) [a-z]+\.([a-z_]+)", condition))
                allowed = {"space_id", "row_id", "actor_id", "key_term", "unique_term", "term"}
                for left, right in compared:
                    assert (left == right and left in allowed) or (left, right) in (
                        ("id", "entry_id"),  # a leaf and its own entry
                        ("seq", "low"),
                        ("seq", "high"),
                        ("rights_version", "cached"),
                    ), (name, left, right)
            assert not re.search(
                r"\b(count|sum|avg|min|max|array_agg|string_agg|GROUP BY|HAVING)\b\s*\(?", statement
            ), name
