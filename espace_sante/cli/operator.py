"""The commands of whoever runs the machine: start, check, migrate, save, restore. None reads a person's content."""

from __future__ import annotations

import asyncio
import base64
import os
from argparse import Namespace
from dataclasses import fields
from enum import Enum
from pathlib import Path

from espace_sante.actions.registry import PERSON_ACTS
from espace_sante.channels.paper import blank_form
from espace_sante.cli import show
from espace_sante.keeper.keyring import Keyring, read_master_keys
from espace_sante.keeper.receipts import key_id
from espace_sante.kernel.clock import utc_now
from espace_sante.kernel.database import Connection, connect
from espace_sante.kernel.on_disk import make_folder, writing
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import Settings
from espace_sante.operate import backup as saving
from espace_sante.operate import restore as restoring
from espace_sante.operate.debate import open_debate
from espace_sante.operate.destroyed_file import parse_key
from espace_sante.operate.doctor import diagnose, exit_code, report
from espace_sante.operate.folders import DEBATE, INSTANCES
from espace_sante.operate.kept_apart import kept_apart
from espace_sante.operate.roles import connection_arguments
from espace_sante.operate.session import open_databases
from espace_sante.operate.supervisor import migrate_instance


def doctor(settings: Settings, chosen: Namespace) -> int:
    """Say what holds on this machine; exit 1 when something forbids serving."""
    findings = diagnose(settings, utc_now())
    show.say(report(findings, as_json=chosen.json))
    return exit_code(findings)


def migrate(settings: Settings, chosen: Namespace) -> int:
    """Apply the migrations that each database lacks."""

    async def applied() -> dict[str, list[str]]:
        async with open_databases(settings):
            found = {name: await migrate_instance(settings, name) for name in INSTANCES}
        if (settings.home / "data" / DEBATE).exists():  # an instance of an older version has none before its next start
            async with open_debate(settings):
                found[DEBATE] = await migrate_instance(settings, DEBATE)
        return found

    done = asyncio.run(applied())
    if chosen.json:
        show.as_json({"applied": done})
        return 0
    for name, names in done.items():
        show.say(f"Base « {name} » : {', '.join(names) if names else 'à jour'}.")
    return 0


def settings(settings: Settings, chosen: Namespace) -> int:
    """Print every setting in force; none is a secret."""
    values = {each.name: getattr(settings, each.name) for each in fields(Settings)}
    plain = {name: value.value if isinstance(value, Enum) else value for name, value in values.items()}
    if chosen.json:
        show.as_json({name: str(value) if isinstance(value, Path) else value for name, value in plain.items()})
        return 0
    words = {True: "oui", False: "non"}
    show.table(
        ("réglage", "valeur", "unité"),
        [
            (
                each.name,
                words[plain[each.name]] if isinstance(plain[each.name], bool) else str(plain[each.name]),
                str(each.metadata["unit"]),
            )
            for each in fields(Settings)
        ],
    )
    return 0


def backup(settings: Settings, chosen: Namespace) -> int:
    """Save every database and the objects."""
    done = asyncio.run(saving.back_up(settings, chosen.output, keys_output=chosen.keys_output, now=utc_now()))
    if chosen.json:
        removed = [str(folder) for folder in done.removed]
        show.as_json(
            {
                "main": str(done.main),
                "keys": str(done.keys),
                "debate": str(done.debate or ""),
                "objects": done.new_objects,
                "removed": removed,
            }
        )
        return 0
    for sentence in saving.sentences(settings, done):
        show.say(sentence)
    return 0


def restore(settings: Settings, chosen: Namespace) -> int:
    """Bring the newest backup back into an empty state folder."""
    key = parse_key(chosen.service_key) if chosen.service_key else None
    known = restoring.Known(key, chosen.destroyed or None)
    done = asyncio.run(restoring.restore(settings, chosen.source, keys_source=chosen.keys_source, known=known))
    if chosen.json:
        show.as_json(
            {
                "main": str(done.main),
                "keys": str(done.keys),
                "debate": str(done.debate or ""),
                "objects": done.objects,
                "destroyed_again": done.destroyed_again,
                "master_key": done.has_master_key,
            }
        )
        return 0
    for sentence in restoring.sentences(settings, done):
        show.say(sentence)
    return 0


def keys(settings: Settings, chosen: Namespace) -> int:
    """Print the service's public verification key, and its short name as receipts carry it; never a secret.

    `--to-keep` prints instead the files to keep a copy of, one path inside the state folder per line.
    """
    if chosen.to_keep:
        names = [str(path.relative_to(settings.home)) for path in kept_apart(settings)]
        if chosen.json:
            show.as_json({"to_keep": names})
        for name in [] if chosen.json else names:
            show.say(name)
        return 0
    master = settings.home / "keys" / "master.key"
    if not master.exists():
        raise OperatorRefusal(f"La clé maîtresse n'est pas dans {master} : démarrez d'abord « make run ».")

    async def public() -> tuple[str, bytes]:
        async with open_databases(settings):
            arguments = connection_arguments(settings, "es_keys_keeper")
            connection = await connect(arguments)

            async def opened() -> Connection:
                return connection

            try:
                service = await Keyring(opened, read_master_keys(master)).service()
            finally:
                await connection.close()
            return key_id(service), service.verification_key

    kid, verification = asyncio.run(public())
    said = {
        "kid": kid,
        "algorithm": "Ed25519",
        "verification_key": base64.b64encode(verification).decode(),
        "master_key": str(master),
    }
    if chosen.json:
        show.as_json(said)
        return 0
    show.say(f"Clé de signature des reçus : {kid} (Ed25519)")
    show.say(f"Clé publique de vérification, à publier : {said['verification_key']}")
    show.say(f"Clé maîtresse : {master} (à garder ailleurs aussi : sans elle rien ne se relit)")
    return 0


def forms(_: Settings, chosen: Namespace) -> int:
    """Write the blank paper form of every act of a person into a folder."""
    folder: Path = chosen.output
    make_folder(folder)
    written = []
    for act in PERSON_ACTS:
        path = folder / f"{act.form}.pdf"
        with writing(path, "Les formulaires ne sont pas tous écrits."):
            path.write_bytes(blank_form(act, large=chosen.large))
        written.append({"form": act.form, "act": act.id.value, "name": act.name, "file": os.fspath(path)})
    if chosen.json:
        show.as_json({"forms": written})
        return 0
    for each in written:
        show.say(f"{each['file']} : {each['name']}")
    return 0
