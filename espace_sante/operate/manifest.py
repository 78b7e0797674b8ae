"""What a saved folder says of itself: what it holds, when, from which PostgreSQL, and the hash of each file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.operate.folders import write_once

_FORMAT = "%Y%m%dT%H%M%SZ"
NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class Saved:
    """One dated backup of one of the two databases."""

    folder: Path
    at: datetime


def stamp(at: datetime) -> str:
    """Return the name of the folder of a backup: its instant in UTC, to the second."""
    return at.astimezone(UTC).strftime(_FORMAT)


def saved_in(folder: Path) -> list[Saved]:
    """Return the complete backups of a folder, oldest first: those with a manifest, which is written last."""
    return [saved for saved in _dated(folder) if (saved.folder / NAME).is_file()]


def older_than(folder: Path, days: int, now: datetime) -> list[Saved]:
    """Return the backups of a folder, complete or not, taken more than so many days ago."""
    return [saved for saved in _dated(folder) if now - saved.at > timedelta(days=days)]


def _dated(folder: Path) -> Iterator[Saved]:
    for entry in sorted(folder.iterdir()) if folder.is_dir() else []:
        try:
            yield Saved(entry, datetime.strptime(entry.name, _FORMAT).replace(tzinfo=UTC))
        except ValueError:  # not one of ours: a folder named otherwise is never touched
            continue


def write_manifest(folder: Path, *, instance: str, at: datetime, postgresql: int) -> None:
    """Hash every file of a folder and write its manifest: from then on the backup is complete."""
    content = {
        "instance": instance,
        "at": at.astimezone(UTC).isoformat(timespec="seconds"),
        "postgresql": postgresql,
        "sha256": {path.name: digest(path) for path in sorted(folder.iterdir())},
    }
    write_once(folder / NAME, json.dumps(content, indent=1).encode() + b"\n")


def check_manifest(folder: Path, *, instance: str) -> None:
    """Compare every file with its manifest.

    Raises OperatorRefusal when one is missing, has changed, or is of the other database.
    """
    try:
        content = json.loads((folder / NAME).read_text(encoding="utf-8"))
        named, hashes = content["instance"], dict(content["sha256"])
    except (OSError, ValueError, KeyError):
        raise OperatorRefusal(
            f"La sauvegarde {folder} n'a pas de manifeste lisible : elle n'est pas complète."
        ) from None
    if named != instance:
        raise OperatorRefusal(f"La sauvegarde {folder} est celle de la base « {named} », pas « {instance} ».")
    for name, expected in hashes.items():
        path = folder / Path(name).name
        if not path.is_file() or digest(path) != expected:
            raise OperatorRefusal(f"Le fichier {path} manque ou a changé depuis la sauvegarde.")


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
