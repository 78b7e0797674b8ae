"""Saves every database, the objects and what the operator imported or wrote, and never the master key nor the journal's seeds.

    FOLDER/main/<instant>/   the main database, and the versions of the public matrix and code tables imported until then
    FOLDER/main/destroyed.json  every key destroyed so far, signed; a copy stands beside the keys
    FOLDER/debate/<instant>/ the debate's database
    FOLDER/keys/<instant>/   the key database, 30 days at most  FOLDER/objects/             sealed documents

The main database is dumped first: a space opened meanwhile has its key in the second dump, never the reverse.
Guarantee: G7, G8.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from espace_sante.adapters.witness_http import FILE_NAME as WITNESSES
from espace_sante.kernel.database import connect
from espace_sante.kernel.on_disk import make_folder, writing
from espace_sante.kernel.plural import how_many
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import FILE_NAME, Settings
from espace_sante.operate import destroyed_file
from espace_sante.operate.binaries import Binaries, data_major, find_binaries
from espace_sante.operate.debate import open_debate
from espace_sante.operate.folders import DEBATE, write_once
from espace_sante.operate.kept_apart import kept_apart, named
from espace_sante.operate.manifest import older_than, stamp, write_manifest
from espace_sante.operate.roles import connection_arguments, superuser
from espace_sante.operate.session import open_databases

# What an operator imported: a permission shows nothing when the version of the matrix it was given under is lost, and an
# application that is not in the register does not exist. The ledger of the costs is nowhere else.
IMPORTED = ("matrices", "tables", "applications", "ledger")
# And what the operator wrote: settings, and whom the journal and the debate ask to cosign. Without the list, a restored journal
# would be signed again without anybody outside being asked.
WRITTEN = (FILE_NAME, WITNESSES, f"{DEBATE}/{WITNESSES}")
LAST = "last-backup.json"
# Sessions end within the day and are sealed under a key that outlives them: an old backup must not hold any. Nor a token of an
# application: one that served since would serve again. After a restore, each asks again (docs/decisions/0052).
_TOKENS = ("identity.session", "identity.app_family", "identity.app_token")
_LEFT_OUT = {"main": tuple(f"--exclude-table-data={table}" for table in _TOKENS)}


@dataclass(frozen=True, slots=True)
class BackupDone:
    """What a backup wrote: a dated folder for each database, how many new objects, which old key backups it destroyed.

    `destroyed`: how the list of destroyed keys is recognised, to be noted elsewhere. `debate`: None where there is none yet.
    """

    main: Path
    keys: Path
    new_objects: int
    removed: tuple[Path, ...]
    destroyed: str = "0"
    debate: Path | None = None


async def back_up(settings: Settings, output: Path, *, keys_output: Path | None = None, now: datetime) -> BackupDone:
    """Save the instance into `output`, the keys into `keys_output` when given; running or stopped, no matter.

    Key backups older than the setting `key_backup_days` are deleted. The master key is never copied. Raises
    OperatorRefusal when a folder lies in the state folder, or when a dump fails (nothing then counts as a backup).
    """
    output, keys_output = output.absolute(), (keys_output or output).absolute()
    for folder in (output, keys_output):
        _refuse_inside(settings, folder)
    for folder in (output, keys_output):
        make_folder(folder)
    main, keys = output / "main" / stamp(now), keys_output / "keys" / stamp(now)
    async with open_databases(settings):
        await _dump(settings, "main", main, now)
        destroyed = await _save_destroyed(settings, output / "main", keys.parent)
        await _dump(settings, "keys", keys, now)
    debate = output / DEBATE / stamp(now) if (settings.home / "data" / DEBATE).exists() else None
    if debate is not None:  # an instance of an older version has none yet
        async with open_debate(settings):
            await _dump(settings, DEBATE, debate, now)
    new = await asyncio.to_thread(copy_objects, settings.home / "objects", output / "objects")
    removed = older_than(keys_output / "keys", settings.key_backup_days, now)
    for old in removed:
        shutil.rmtree(old.folder)
    write_once(
        settings.home / "run" / LAST,
        json.dumps({"at": now.isoformat(timespec="seconds"), "output": str(output)}).encode(),
    )
    return BackupDone(main, keys, new, tuple(old.folder for old in removed), destroyed, debate)


def sentences(settings: Settings, done: BackupDone) -> list[str]:
    """Return what a backup tells the operator, in French."""
    said = [
        f"Base principale : {done.main}",
        f"Base des clés : {done.keys} (à garder à part, 30 jours au plus)",
        f"Base du débat : {done.debate or 'aucune encore'}",
        f"Objets : {how_many(done.new_objects, 'nouveau', 'nouveaux')}",
        f"Liste des clés détruites : {done.destroyed} (à noter ailleurs : une restauration la vérifie avec --destroyed)",
        f"Ne sont jamais dans la sauvegarde, et sans eux rien ne se relit ni ne continue : {named(settings, kept_apart(settings))}.",
        f"Gardez-en une copie ailleurs, dans un lieu fermé ; ils sont dans {settings.home}.",
    ]
    return said + [f"Ancienne sauvegarde des clés détruite : {folder}" for folder in done.removed]


def postgres_environment(settings: Settings, role: str) -> dict[str, str]:
    """Return the environment with which PostgreSQL's own commands sign in as a role."""
    arguments = connection_arguments(settings, role)
    return {
        "LANG": "C.UTF-8",
        "PATH": "/usr/bin:/bin",
        "HOME": str(settings.home),
        "PGHOST": arguments["host"],
        "PGPORT": str(arguments["port"]),
        "PGUSER": arguments["user"],
        "PGDATABASE": arguments["database"],
        "PGPASSWORD": arguments["password"],
        "PGCONNECT_TIMEOUT": "10",
    }


def binaries_of(settings: Settings, instance: str) -> Binaries:
    """Return the programs that match the data of an instance."""
    return find_binaries(settings.postgres_bin, data_major=data_major(settings.home / "data" / instance))


def run_postgres(command: list[str], environ: dict[str, str], failure: str) -> None:
    """Run one of PostgreSQL's commands; raises OperatorRefusal with its last line when it fails."""
    done = subprocess.run(command, env=environ, cwd="/", capture_output=True, text=True, check=False)  # noqa: S603 - a program found by find_binaries
    if done.returncode != 0:
        raise OperatorRefusal(f"{failure} : {(done.stderr.strip().splitlines() or ['sans message'])[-1]}")


def copy_objects(source: Path, target: Path) -> int:
    """Copy the objects that the target does not hold yet; a name always holds the same bytes. Returns how many."""
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    copied = 0
    for path in sorted(source.rglob("*")) if source.is_dir() else []:
        wanted = target / path.relative_to(source)
        unfinished = path.suffix == ".partial"  # still being received: no row names it yet
        if unfinished or not path.is_file() or path.is_symlink() or wanted.exists():
            continue
        wanted.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = wanted.with_name(f".{wanted.name}.new")
        try:
            with path.open("rb") as reader, draft.open("wb") as writer:
                shutil.copyfileobj(reader, writer, 1 << 20)
                writer.flush()
                os.fsync(writer.fileno())
        except FileNotFoundError:  # erased while we looked
            draft.unlink(missing_ok=True)
            continue
        draft.rename(wanted)
        copied += 1
    return copied


def _refuse_inside(settings: Settings, folder: Path) -> None:
    if folder.resolve().is_relative_to(settings.home.resolve()):
        raise OperatorRefusal(
            f"Une sauvegarde ne se garde pas dans le dossier d'état : choisissez un autre dossier que {folder}."
        )


async def _dump(settings: Settings, instance: str, folder: Path, now: datetime) -> None:
    if folder.exists():
        raise OperatorRefusal(f"{folder} existe déjà : attendez une seconde et recommencez.")
    with writing(folder, "Cette sauvegarde ne compte pas."):
        folder.mkdir(parents=True, mode=0o700)
    binaries = binaries_of(settings, instance)
    role = superuser(instance)
    dump = folder / f"{connection_arguments(settings, role)['database']}.dump"
    await asyncio.to_thread(
        run_postgres,
        [binaries / "pg_dump", "--format=custom", "--no-password", f"--file={dump}", *_LEFT_OUT.get(instance, ())],
        postgres_environment(settings, role),
        f"La sauvegarde de la base « {instance} » a échoué",
    )
    dump.chmod(0o600)
    if instance == "main":  # after the dump: whatever it rests on is there by now
        await asyncio.to_thread(_save_imported, settings.home, folder)
    await asyncio.to_thread(write_manifest, folder, instance=instance, at=now, postgresql=binaries.major)


def _save_imported(home: Path, folder: Path) -> None:
    """Copy beside the dump what was imported or written, each file named by where it stands: the manifest hashes it too."""
    for kind in IMPORTED:
        for path in sorted((home / kind).glob("[!.]*")):
            if path.is_file() and not path.is_symlink():
                write_once(folder / f"{kind}.{path.name}", path.read_bytes())
    for name in WRITTEN:
        invented = name == WITNESSES and (home / "witnesses").is_dir()  # the demonstration's: they live in its folder
        if (home / name).is_file() and not invented:
            write_once(folder / saved_name(name), (home / name).read_bytes())


def saved_name(name: str) -> str:
    """Return the name, in a backup's folder, of a file that the operator wrote."""
    return f"written.{name.replace('/', '.')}"


async def _save_destroyed(settings: Settings, *folders: Path) -> str:
    """Write the list of destroyed keys beside the dumps, so that a restored older one still meets the newest."""
    # Here and not above: a backup needs the keeper's words, and never its keys.
    from espace_sante.keeper.destroyed import list_of

    connection = await connect(connection_arguments(settings, superuser("main")))
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            lines, intended, unnumbered = await list_of(connection)
    finally:
        await connection.close()
    if unnumbered:
        raise OperatorRefusal(
            "Des clés détruites par une version d'avant n'ont pas encore leur place dans la liste signée :"
            " démarrez l'instance une minute, puis recommencez."
        )
    found = destroyed_file.DestroyedList(tuple(lines), tuple(intended))
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
        write_once(folder / destroyed_file.NAME, destroyed_file.written(found))
    return found.mark
