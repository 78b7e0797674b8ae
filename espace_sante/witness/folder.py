"""The folder of a witness: its key, the logs it follows, the last checkpoint it cosigned of each.

    witness.json              its name, its role, where a mirror copies from          0644
    key                       its Ed25519 seed, 32 bytes                              0400
    lock                      held by the one process that serves
    logs/<origin's hash>/key  the key of a log it follows
                        /cosigned   the last checkpoint cosigned, with our line; "never" before the first
                        /alarme.json  what was found wrong with this log
    tile/ index/ padding/     a mirror only: the copied leaves and their tiles, the keys of past days' padding

A file that is lost or damaged is never taken for a fresh start: a witness that forgot could cosign a second history.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from espace_sante.journal.notes import Kind, NoteKey, NoteRefused, open_checkpoint
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.witness.durable import sync_folder, write_whole
from espace_sante.witness.rules import Known, signed_checkpoint

KIND = "espace-temoin"
_NEVER = b"never\n"
_SEED = 32


class Role(StrEnum):
    """What a cosignature of this witness says: docs/specs/proof.md §1."""

    LIGHT = "light"
    MIRROR = "mirror"


@dataclass(frozen=True, slots=True)
class Log:
    """A log that is followed: its key, whose name is its origin, and its folder."""

    key: NoteKey
    folder: Path


@dataclass(frozen=True, slots=True)
class WitnessFolder:
    """One witness, as its folder says."""

    path: Path
    name: str
    role: Role
    source: str  # where a mirror copies from; empty for a light witness

    @classmethod
    def make(cls, path: Path, name: str, role: Role, *, seed: bytes, source: str = "") -> WitnessFolder:
        """Write the folder of a new witness. Raises OperatorRefusal when there is something already, or for a name."""
        try:
            NoteKey(name, Kind.COSIGNATURE, bytes(32))
        except NoteRefused:
            raise OperatorRefusal(f"« {name} » ne peut pas être un nom de témoin : ni espace, ni signe plus.") from None
        if not name.isascii() or not name.isprintable() or len(name) > 255:
            raise OperatorRefusal("Le nom d'un témoin a au plus 255 lettres sans accent, chiffres, points, barres.")
        path.mkdir(parents=True, exist_ok=True, mode=0o755)
        if (path / "key").exists() or (path / "witness.json").exists():
            raise OperatorRefusal(f"{path} contient déjà un témoin : une seule clé par témoin, pour toujours.")
        (path / "logs").mkdir(exist_ok=True)
        write_whole(path / "key", seed, mode=0o400)
        said = {"kind": KIND, "v": 1, "name": name, "role": role.value, "from": source}
        write_whole(path / "witness.json", json.dumps(said, ensure_ascii=False).encode() + b"\n")
        return cls(path, name, role, source)

    @classmethod
    def open(cls, path: Path, role: Role) -> WitnessFolder:
        """Return the witness of a folder. Raises OperatorRefusal when there is none, or one of the other role."""
        try:
            said = json.loads((path / "witness.json").read_bytes())
            found = cls(path, said["name"], Role(said["role"]), said["from"])
            if said["kind"] != KIND or said["v"] != 1 or not isinstance(found.name, str):
                raise ValueError
        except FileNotFoundError:
            raise OperatorRefusal(f"{path} ne contient aucun témoin : commencez par « init ».") from None
        except (OSError, ValueError, KeyError, TypeError):
            raise OperatorRefusal(f"{path / 'witness.json'} ne se lit pas.") from None
        if found.role is not role:
            raise OperatorRefusal(
                f"{path} est le dossier d'un {'miroir' if found.role is Role.MIRROR else 'témoin'} :"
                " une clé ne sert qu'à une sorte de promesse."
            )
        return found

    def private_key(self) -> Ed25519PrivateKey:
        """Return the key that signs. Raises OperatorRefusal when it cannot be read."""
        path = self.path / "key"
        try:
            seed = path.read_bytes()
        except OSError:
            raise OperatorRefusal(f"La clé {path} ne peut pas être lue.") from None
        if len(seed) != _SEED:
            raise OperatorRefusal(f"La clé {path} est abîmée.")
        return Ed25519PrivateKey.from_private_bytes(seed)

    @property
    def key(self) -> NoteKey:
        """The key that others know this witness by."""
        return NoteKey(self.name, Kind.COSIGNATURE, self.private_key().public_key().public_bytes_raw())

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep the folder to this process, however it ends. Raises OperatorRefusal when another one serves it."""
        descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise OperatorRefusal(
                    f"Un témoin tourne déjà sur {self.path} : deux ensemble pourraient signer deux histoires."
                ) from None
            yield
        finally:
            os.close(descriptor)

    def follow(self, key: NoteKey) -> bool:
        """Follow a log from now on; return whether it was not followed before.

        Raises OperatorRefusal for another key of a log that is followed, and for a key that signs no log.
        """
        if key.kind is not Kind.ED25519:
            raise OperatorRefusal(f"La clé de « {key.name} » n'est pas celle d'un journal.")
        known = self.log(key.name)
        if known is not None:
            if known.key != key:
                raise OperatorRefusal(f"« {key.name} » est déjà suivi avec une autre clé : un journal n'en change pas.")
            return False
        place = self._place(key.name)
        draft = place.with_name(f".{place.name}.{os.getpid()}.new")
        shutil.rmtree(draft, ignore_errors=True)  # left by one that was stopped
        draft.mkdir()
        write_whole(draft / "key", f"{key}\n".encode())
        write_whole(draft / "cosigned", _NEVER)
        draft.rename(place)
        sync_folder(place.parent)
        return True

    def log(self, origin: str) -> Log | None:
        """Return the log of this origin, or None when it is not followed. Raises OperatorRefusal for a damaged key."""
        place = self._place(origin)
        try:
            key = NoteKey.parse((place / "key").read_text(encoding="utf-8").removesuffix("\n"))
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError, NoteRefused):
            raise OperatorRefusal(f"La clé de journal {place / 'key'} est abîmée.") from None
        return Log(key, place) if key.name == origin else None

    def logs(self) -> list[Log]:
        """Return the logs that are followed, by origin. Raises OperatorRefusal for a damaged one."""
        found = []
        for place in self.path.glob("logs/[0-9a-f]*"):
            try:
                key = NoteKey.parse((place / "key").read_text(encoding="utf-8").removesuffix("\n"))
            except (OSError, UnicodeDecodeError, NoteRefused):
                raise OperatorRefusal(f"La clé de journal {place / 'key'} est abîmée ou manque.") from None
            found.append(Log(key, place))
        return sorted(found, key=lambda log: log.key.name)

    def known(self, log: Log) -> Known | None:
        """Return what was cosigned last of a log, None before the first time. Raises OperatorRefusal for a lost file."""
        path = log.folder / "cosigned"
        try:
            content = path.read_bytes()
            if content == _NEVER:
                return None
            signed = open_checkpoint(content, log.key, [self.key]).cosigned
            checkpoint, note = signed_checkpoint(content, log.key)
            at_seconds = signed[0].at_seconds
            assert at_seconds is not None
        except (OSError, NoteRefused, IndexError):
            raise OperatorRefusal(
                f"{path} manque ou est abîmé : ce témoin ne sait plus ce qu'il a signé et ne signe donc plus ce journal."
            ) from None
        return Known(checkpoint, note, at_seconds)

    def remember(self, log: Log, cosigned: bytes) -> None:
        """Keep a note with our line as the last one cosigned; on disk when this returns."""
        write_whole(log.folder / "cosigned", cosigned)

    def _place(self, origin: str) -> Path:
        return self.path / "logs" / hashlib.sha256(origin.encode()).hexdigest()[:32]
