"""Brings a backup back into an empty state folder, and destroys again every key destroyed since, before serving.

Guarantee: G8 (a restored backup brings no erased space back), G13.
"""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from espace_sante.kernel.database import connect
from espace_sante.kernel.plural import how_many
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import Settings
from espace_sante.operate import destroyed_file
from espace_sante.operate.accounts import Process, account_of, shared_gid
from espace_sante.operate.backup import (
    IMPORTED,
    WRITTEN,
    binaries_of,
    copy_objects,
    postgres_environment,
    run_postgres,
    saved_name,
)
from espace_sante.operate.debate import started_debate
from espace_sante.operate.destroyed_file import DestroyedList
from espace_sante.operate.folders import DEBATE, INSTANCES, set_owner, write_once
from espace_sante.operate.kept_apart import missing, named
from espace_sante.operate.manifest import Saved, check_manifest, saved_in
from espace_sante.operate.roles import connection_arguments, superuser
from espace_sante.operate.session import started_databases
from espace_sante.operate.supervisor import migrate_instance


@dataclass(frozen=True, slots=True)
class RestoreDone:
    """What a restore brought back, how many keys it destroyed again, whether the master key is in place.

    `debate`: None when the backup is older than the debate, which then begins anew.
    `imported`: files the operator had imported or written: versions of the public matrix, code tables, lists of witnesses…
    """

    main: Path
    keys: Path
    objects: int
    destroyed_again: int
    master_key: Path
    has_master_key: bool
    imported: int = 0
    debate: Path | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the service from elsewhere than the backup: its published key (32 bytes), the list that was noted."""

    service_key: bytes | None = None
    destroyed: str | None = None


NOTHING_KNOWN = Known()


async def restore(
    settings: Settings, source: Path, *, keys_source: Path | None = None, known: Known = NOTHING_KNOWN
) -> RestoreDone:
    """Restore the newest backup of `source` (and of `keys_source`) into the empty state folder of the settings.

    Every key on the newest list of destroyed keys is destroyed again before this returns; the list is believed only under the
    service's public key, which is the published one or the one that the master key opens. Raises OperatorRefusal when
    the state folder is not empty, when a file has changed since the backup, when the list is not the one that was signed, or
    when PostgreSQL refuses it: the state folder is then empty again.
    """
    data = settings.home / "data"
    if any((data / name).exists() for name in (*INSTANCES, DEBATE)):
        raise OperatorRefusal(f"{settings.home} contient déjà des données : une restauration veut un dossier vide.")
    main = _newest(source / "main", "main")
    keys = _newest((keys_source or source) / "keys", "keys")
    folders = (source / "main", (keys_source or source) / "keys")
    destroyed = destroyed_file.newest([folder / destroyed_file.NAME for folder in folders])
    try:
        async with started_databases(settings):
            for name, saved in (("main", main), ("keys", keys)):
                await _load(settings, name, saved)
            again = await _destroy_again(settings, destroyed, known)
            await _mark_restored(settings)
            imported = await asyncio.to_thread(_bring_imported, settings.home, main.folder)
            objects = await asyncio.to_thread(_bring_objects, settings, source / "objects")
        debate = _newest(source / DEBATE, DEBATE) if saved_in(source / DEBATE) else None
        if debate is not None:
            async with started_debate(settings):
                await _load(settings, DEBATE, debate)
    except BaseException:
        for name in (*INSTANCES, DEBATE):
            shutil.rmtree(data / name, ignore_errors=True)
        raise
    key = settings.home / "keys" / "master.key"
    said = debate.folder if debate is not None else None
    return RestoreDone(main.folder, keys.folder, objects, again, key, key.exists(), imported, said)


def sentences(settings: Settings, done: RestoreDone) -> list[str]:
    """Return what a restore tells the operator, in French."""
    said = [
        f"Base principale restaurée depuis {done.main}",
        f"Base des clés restaurée depuis {done.keys}",
        f"Base du débat restaurée depuis {done.debate}"
        if done.debate
        else "Aucun débat dans cette sauvegarde : il recommencera vide.",
        f"Objets : {done.objects} remis",
        f"Réglages, témoins, grilles, tables, applications, coûts : {how_many(done.imported, 'fichier remis', 'fichiers remis')}",
        f"Clés détruites à nouveau : {done.destroyed_again}",
    ]
    absent = missing(settings)
    if absent:
        said.append(
            f"Avant de démarrer, remettez dans {settings.home} : {named(settings, absent)}. Sans la clé maîtresse rien ne se relit ;"
            " sans les autres, le journal public et le débat ne peuvent plus être continués."
        )
    said.append(
        "Remettez aussi la dernière copie du dossier public/ : elle montre si cette sauvegarde est trop ancienne."
    )
    return said


def _newest(folder: Path, instance: str) -> Saved:
    found = saved_in(folder)
    if not found:
        raise OperatorRefusal(f"Aucune sauvegarde complète dans {folder}.")
    check_manifest(found[-1].folder, instance=instance)
    return found[-1]


async def _load(settings: Settings, name: str, saved: Saved) -> None:
    role = superuser(name)
    database = connection_arguments(settings, role)["database"]
    await asyncio.to_thread(
        run_postgres,
        [
            binaries_of(settings, name) / "pg_restore",
            *("--exit-on-error", "--single-transaction", "--no-password", f"--dbname={database}"),
            str(saved.folder / f"{database}.dump"),
        ],
        postgres_environment(settings, role),
        f"La restauration de la base « {name} » a échoué",
    )
    # A backup made by an older version of the code gets the migrations it lacks.
    await migrate_instance(settings, name)


async def _destroy_again(settings: Settings, found: DestroyedList, known: Known) -> int:
    # Here and not above: only a restore needs the keeper's code.
    from espace_sante.keeper.destroyed import replay, take_list

    main = await connect(connection_arguments(settings, superuser("main")))
    keys = await connect(connection_arguments(settings, superuser("keys")))
    try:
        await _refuse_shorter(main, found)
        if found.spaces or known.destroyed is not None:
            destroyed_file.prove(found, await _service_key(settings, keys, known), known.destroyed)
        await take_list(main, list(found.lines), list(found.intended))
        return await replay(main, keys)
    finally:
        await main.close()
        await keys.close()


async def _mark_restored(settings: Settings) -> None:
    """Say to the sequencer that all it finds here comes from a backup: it then asks outside before it signs anew."""
    connection = await connect(connection_arguments(settings, superuser("main")))
    try:
        await connection.execute("INSERT INTO log.state (node) VALUES (0) ON CONFLICT DO NOTHING")
        newest = await connection.fetchval("SELECT coalesce(max(id), 0) FROM journal.entry")
        await connection.execute("UPDATE log.state SET restored_through = $1", newest)
    finally:
        await connection.close()


async def _service_key(settings: Settings, keys: Any, known: Known) -> bytes:
    """Return the key that proves the list: not one that whoever writes in the backup could have put there."""
    from espace_sante.keeper.keyring import read_master_keys, service_key
    from espace_sante.vault.envelope import SealBroken

    path = settings.home / "keys" / "master.key"
    if not path.exists():
        if known.service_key is None:
            raise OperatorRefusal(
                f"Rien ne prouve la liste des clés détruites : remettez d'abord la clé maîtresse dans {path}, ou donnez"
                " la clé publique publiée par le service (--service-key)."
            )
        return known.service_key
    try:
        opened = await service_key(keys, read_master_keys(path))
    except (SealBroken, LookupError, ValueError):
        raise OperatorRefusal(f"La clé maîtresse {path} n'est pas celle de cette sauvegarde.") from None
    if known.service_key not in (None, opened):
        raise OperatorRefusal("La clé publique donnée n'est pas celle du service de cette sauvegarde.")
    return opened


async def _refuse_shorter(main: Any, found: DestroyedList) -> None:
    """Refuse a list that knows less than the database it is restored with."""
    from espace_sante.keeper.destroyed import list_of

    lines, intended, unnumbered = await list_of(main)
    known = {one.space for one in intended} | set(unnumbered)
    if tuple(lines) != found.lines[: len(lines)] or not known <= found.spaces:
        raise OperatorRefusal(
            "La liste des clés détruites en oublie que la base restaurée connaît, ou les dit autrement :"
            " restauration refusée."
        )


def _bring_imported(home: Path, folder: Path) -> int:
    """Put what was imported or written back where it stood, for every process to read; the manifest was checked already."""
    brought = 0
    for kind in IMPORTED:
        for path in sorted(folder.glob(f"{kind}.*")):
            target = home / kind / path.name.removeprefix(f"{kind}.")
            target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
            write_once(target, path.read_bytes())
            target.chmod(0o644)
            brought += 1
    for name in WRITTEN:
        if (folder / saved_name(name)).exists() and not (home / name).exists():  # what was already put there is newer
            (home / name).parent.mkdir(mode=0o711, parents=True, exist_ok=True)
            write_once(home / name, (folder / saved_name(name)).read_bytes())
            (home / name).chmod(0o644)
            brought += 1
    return brought


def _bring_objects(settings: Settings, source: Path) -> int:
    target = settings.home / "objects"
    brought = copy_objects(source, target)
    owner = account_of(settings, Process.WEB).uid
    for path in target.rglob("*"):
        set_owner(path, owner, shared_gid(settings), 0o2770 if path.is_dir() else 0o640)
    return brought
