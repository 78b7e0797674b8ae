"""A database described from its own catalogue, in lines that compare: columns, keys, indexes, policies, triggers, rights."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg

from espace_sante.kernel.settings import Settings
from espace_sante.operate.roles import connection_arguments, superuser
from tests.needs import ROOT

SNAPSHOT = ROOT / "migrations" / "schema.txt"
_OURS = "n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'public')"
_TABLE = "format('%I.%I', n.nspname, c.relname)"
_FROM = "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"

_LINES = {
    "column": f"""SELECT {_TABLE} || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
            || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
            || CASE a.attidentity WHEN '' THEN '' ELSE ' identity ' || a.attidentity::text END
            || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') AS line
        {_FROM} JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum WHERE c.relkind = 'r' AND {_OURS}""",
    "constraint": f"""SELECT {_TABLE} || ' ' || k.conname || ' ' || pg_get_constraintdef(k.oid) AS line
        {_FROM} JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype <> 'n' WHERE {_OURS}""",
    "index": f"""SELECT pg_get_indexdef(i.indexrelid) AS line
        {_FROM} JOIN pg_index i ON i.indrelid = c.oid WHERE c.relkind = 'r' AND {_OURS}""",
    "security": f"""SELECT {_TABLE} || ' row security ' || c.relrowsecurity || ', forced ' || c.relforcerowsecurity AS line
        {_FROM} WHERE c.relkind = 'r' AND {_OURS}""",
    "policy": """SELECT format('%I.%I', schemaname, tablename) || ' ' || policyname || ' ' || cmd || ' to '
            || array_to_string(roles, ',') || ' using ' || coalesce(qual, '-') || ' check ' || coalesce(with_check, '-') AS line
        FROM pg_policies""",
    "trigger": f"""SELECT pg_get_triggerdef(t.oid) AS line {_FROM} JOIN pg_trigger t ON t.tgrelid = c.oid
        AND NOT t.tgisinternal WHERE {_OURS}""",
    "function": f"""SELECT format('%I.%I', n.nspname, p.proname) || ' definer ' || p.prosecdef || ' ' || md5(p.prosrc) AS line
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE {_OURS}""",
    "grant on table": f"""SELECT {_TABLE} || ' ' || g.grantee::regrole::text || ' '
            || string_agg(g.privilege_type, ',' ORDER BY g.privilege_type) AS line
        {_FROM} CROSS JOIN LATERAL aclexplode(c.relacl) g
        WHERE c.relkind = 'r' AND {_OURS} AND g.grantee <> c.relowner GROUP BY {_TABLE}, g.grantee""",
    "grant on column": f"""SELECT {_TABLE} || '.' || a.attname || ' ' || g.grantee::regrole::text || ' ' || g.privilege_type AS line
        {_FROM} JOIN pg_attribute a ON a.attrelid = c.oid CROSS JOIN LATERAL aclexplode(a.attacl) g
        WHERE {_OURS} AND g.grantee <> c.relowner""",
    "grant on schema": f"""SELECT n.nspname || ' ' || g.grantee::regrole::text || ' ' || g.privilege_type AS line
        FROM pg_namespace n CROSS JOIN LATERAL aclexplode(n.nspacl) g WHERE {_OURS} AND g.grantee <> n.nspowner""",
    "role": """SELECT rolname || ' superuser ' || rolsuper || ' createrole ' || rolcreaterole || ' createdb ' || rolcreatedb
            || ' bypassrls ' || rolbypassrls AS line
        FROM pg_roles WHERE rolname LIKE 'es\\_%'""",
}


HEAD = "# Made by scripts/schema.py --write from databases built by the migrations; compared by tests."
HEALTH, DEBATE = ("main", "keys"), ("debate",)


def expected(instances: Sequence[str]) -> list[str]:
    """Return the lines of the snapshot about some databases."""
    lines = SNAPSHOT.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.partition(" ")[0] in instances]


async def described(settings: Settings, instances: Sequence[str] = HEALTH) -> list[str]:
    """Return the description of databases that run, line by line."""
    lines = []
    for instance in instances:
        connection = await asyncpg.connect(**connection_arguments(settings, superuser(instance)))
        try:
            for kind, statement in _LINES.items():
                for row in sorted(r["line"] for r in await connection.fetch(statement)):
                    lines.append(f"{instance} {kind}: {row}")
        finally:
            await connection.close()
    return lines
