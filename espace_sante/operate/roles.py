"""The databases and their roles: one role per process, each with its password in its own file.

Passwords reach PostgreSQL as SCRAM verifiers, so that no statement, log or error ever holds one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from espace_sante.kernel.database import Connection, connect
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import Settings
from espace_sante.operate.accounts import Process
from espace_sante.operate.folders import PORT, ensure_secret, instance_socket_folder, secret

# RFC 5802's floor and PostgreSQL's own default; the passwords have 256 bits, so more rounds would protect nothing.
_ROUNDS = 4096


@dataclass(frozen=True, slots=True)
class Role:
    """A database role: on which instance, of which database, and which process reads its password."""

    instance: str
    user: str
    database: str
    reader: Process | None  # None: only whoever starts the instance


ROLES: Mapping[str, Role] = MappingProxyType(
    {
        "postgres": Role("main", "postgres", "espace", None),
        "es_owner": Role("main", "es_owner", "espace", None),
        "es_app": Role("main", "es_app", "espace", Process.WEB),
        "es_keeper": Role("main", "es_keeper", "espace", Process.KEEPER),
        "es_jobs": Role("main", "es_jobs", "espace", Process.JOBS),
        "es_sequencer": Role("main", "es_sequencer", "espace", Process.SEQUENCER),
        "postgres_keys": Role("keys", "postgres", "espace_keys", None),
        "es_keys_owner": Role("keys", "es_keys_owner", "espace_keys", None),
        "es_keys_keeper": Role("keys", "es_keys_keeper", "espace_keys", Process.KEEPER),
        "postgres_debate": Role("debate", "postgres", "debat", None),
        "es_debate_owner": Role("debate", "es_debate_owner", "debat", None),
        "es_debate": Role("debate", "es_debate", "debat", Process.DEBATE),
    }
)
_SUPERUSERS = MappingProxyType({"main": "postgres", "keys": "postgres_keys", "debate": "postgres_debate"})
OWNERS = MappingProxyType({"main": "es_owner", "keys": "es_keys_owner", "debate": "es_debate_owner"})


def connection_arguments(settings: Settings, role: str) -> dict[str, Any]:
    """Return what `asyncpg.connect` needs to sign in as a role, its password read from its file.

    Raises OperatorRefusal when the role is unknown, or when this process may not read its password.
    """
    found = ROLES.get(role)
    if found is None:
        raise OperatorRefusal(f"Rôle de base de données inconnu : {role}.")
    return {
        "host": str(instance_socket_folder(settings, found.instance)),
        "port": PORT,
        "user": found.user,
        "database": found.database,
        "password": secret(settings, role),
    }


def superuser(instance: str) -> str:
    """Return the name, among ROLES, of the superuser of an instance."""
    return _SUPERUSERS[instance]


def scram_verifier(password: str, salt: bytes) -> str:
    """Return what PostgreSQL stores for a password. Source: RFC 5802 §3, RFC 7677, PostgreSQL's pg_authid."""
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, _ROUNDS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    text = [base64.b64encode(part).decode("ascii") for part in (salt, stored, server)]
    return f"SCRAM-SHA-256${_ROUNDS}:{text[0]}${text[1]}:{text[2]}"


async def ensure_roles(settings: Settings, instance: str) -> None:
    """Create the roles and the database of an instance where they are missing; change nothing else.

    A role whose password file was drawn now gets it; rights on the schema `public` are taken from everybody.
    """
    arguments = connection_arguments(settings, superuser(instance)) | {"database": "postgres"}
    connection = await connect(arguments)
    try:
        for name, role in ROLES.items():
            if role.instance == instance and name != superuser(instance):
                await _ensure_role(connection, settings, name)
        await _ensure_database(connection, instance)
    finally:
        await connection.close()
    # At each start: a start interrupted between the two must not leave the schema open.
    connection = await connect(connection_arguments(settings, superuser(instance)))
    try:
        await connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    finally:
        await connection.close()


async def _ensure_role(connection: Connection, settings: Settings, name: str) -> None:
    role = ROLES[name]
    drawn = ensure_secret(settings, name, role.reader)
    exists = await connection.fetchval("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", role.user)
    if exists and not drawn:
        return
    # Names come from ROLES above and a verifier holds only base64: neither can end the literal.
    verifier = scram_verifier(secret(settings, name), secrets.token_bytes(16))
    verb = "ALTER" if exists else "CREATE"
    rights = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION"
    await connection.execute(f"{verb} ROLE {role.user} {rights} PASSWORD '{verifier}'")


async def _ensure_database(connection: Connection, instance: str) -> None:
    owner = ROLES[OWNERS[instance]]
    if not await connection.fetchval("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", owner.database):
        await connection.execute(f"CREATE DATABASE {owner.database} OWNER {owner.user}")
    await connection.execute(f"REVOKE ALL ON DATABASE {owner.database} FROM PUBLIC")
    for role in ROLES.values():
        if role.instance == instance:
            await connection.execute(f"GRANT CONNECT ON DATABASE {role.database} TO {role.user}")
