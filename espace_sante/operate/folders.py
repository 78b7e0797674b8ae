"""The state folder: what lies where, whose it is, and with which mode. Nothing outside it is ever changed.

    data/main data/keys data/debate  PostgreSQL's own folders         nobody, 0700
    run/                 sockets, the lock and the identity card      root, 0711: each inside closed by its own mode
    secrets/             one password per database role               0400, each to the process that uses it
    keys/                the master key (trial) and what others add   0600, to the keeper
                         the three seeds of the public journal        0400, to the sequencer
    objects/             sealed documents                             web and our group
    public/              tiles and pages for everybody                sequencer, readable by our group
    debate/              what the debate's process alone may read     root and its group, 0710
    envelopes/           lists of marks of who took an envelope       the counters', 0700
    logs/                one file per process                         root
    sms/                 short messages that leave, and answers       0700, to the jobs
    witnesses/           the demonstration's, one folder each         to each of them (operate/witnesses.py)

Under a normal user everything belongs to that user and opens to nobody else.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import FILE_NAME, Settings
from espace_sante.operate.accounts import (
    NOBODY,
    Process,
    account_of,
    debate_gid,
    first_closed_parent,
    is_separated,
    keys_gid,
    shared_gid,
)

INSTANCES = ("main", "keys")
# The debate has an instance of its own, which no process of the health side reaches, and the reverse.
DEBATE = "debate"
# Short messages that leave, and what people answer: numbers in clear, for whoever carries them alone.
SMS = ("sms", "sms/out", "sms/in")
PORT = 5432  # only a part of the socket's name: nothing listens on the network
# sockaddr_un holds 108 bytes with the final zero; asyncpg and PostgreSQL add nothing after the name. Source: unix(7).
_SOCKET_PATH_BYTES = 100
_LONGEST_SOCKET = f"pg-main/.s.PGSQL.{PORT}"


@dataclass(frozen=True, slots=True)
class _Place:
    name: str
    uid: int
    gid: int
    mode: int


def _places(settings: Settings) -> list[_Place]:
    me, group = os.geteuid(), shared_gid(settings)
    if not is_separated():
        names = ("", "data", "run", "secrets", "keys", "debate", "envelopes", "objects", "public", "logs", *SMS)
        return [_Place(name, me, group, 0o700) for name in names]
    envelopes = account_of(settings, Process.ENVELOPES)
    jobs = account_of(settings, Process.JOBS).uid
    web, sequencer = account_of(settings, Process.WEB).uid, account_of(settings, Process.SEQUENCER).uid
    return [
        _Place("", 0, 0, 0o711),
        _Place("data", 0, 0, 0o711),
        _Place("run", 0, group, 0o711),
        _Place("secrets", 0, group, 0o710),
        _Place("keys", 0, group, 0o710),
        _Place("debate", 0, debate_gid(settings), 0o710),
        _Place("envelopes", envelopes.uid, envelopes.gid, 0o700),
        _Place("objects", web, group, 0o2770),
        _Place("public", sequencer, group, 0o2750),
        _Place("logs", 0, 0, 0o700),
        *(_Place(name, jobs, group, 0o700) for name in SMS),
    ]


def prepare(settings: Settings) -> None:
    """Create the state folder, or put its modes and owners right; nothing outside it changes.

    Raises OperatorRefusal when the folder holds something else, belongs to another user, or when root starts from a
    place that the other users cannot reach.
    """
    home = settings.home
    _refuse_foreign(home)
    if is_separated():
        home.parent.mkdir(parents=True, exist_ok=True)
        _refuse_unreachable(home)
    for place in _places(settings):
        folder = home / place.name
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        set_owner(folder, place.uid, place.gid, place.mode)
    _choose_socket_folder(settings)
    for name in (*INSTANCES, DEBATE):
        folder = instance_socket_folder(settings, name)
        folder.mkdir(exist_ok=True, mode=0o700)
        if is_separated():
            set_owner(folder, NOBODY, _instance_gid(settings, name), 0o2710)


def _instance_gid(settings: Settings, name: str) -> int:
    """Return the group that an instance answers: the keeper's for the keys, the debate's own, ours for the rest."""
    return {"keys": keys_gid, DEBATE: debate_gid}.get(name, shared_gid)(settings)


def set_owner(path: Path, uid: int, gid: int, mode: int) -> None:
    """Give a file or folder of the state folder its owner and mode; the owner changes only when root runs."""
    if is_separated():
        os.chown(path, uid, gid)
    path.chmod(mode)


def hand_over(settings: Settings, path: Path, process: Process, *, mode: int = 0o400) -> None:
    """Give a secret file to the one process that may read it."""
    account = account_of(settings, process)
    set_owner(path, account.uid, account.gid, mode)


def hand_over_published(settings: Settings) -> None:
    """Give the published files to the sequencer: put back by root after a restore, they would stay closed to it.

    Called while no process of ours runs; a link is neither followed nor given.
    """
    owner, folder = account_of(settings, Process.SEQUENCER), settings.home / "public"
    if not is_separated() or all(path.lstat().st_uid == owner.uid for path in folder.iterdir()):
        return
    for path in folder.rglob("*"):
        if not path.is_symlink():
            set_owner(path, owner.uid, owner.gid, 0o2750 if path.is_dir() else 0o640)


def _refuse_foreign(home: Path) -> None:
    if not home.exists():
        return
    if not home.is_dir():
        raise OperatorRefusal(f"{home} n'est pas un dossier.")
    if home.stat().st_uid != os.geteuid():
        raise OperatorRefusal(
            f"Le dossier {home} appartient à un autre utilisateur : démarrez sous cet utilisateur,"
            " ou choisissez un autre dossier avec ESPACE_SANTE_HOME."
        )
    ours = {
        "data",
        "run",
        "secrets",
        "keys",
        "debate",
        "envelopes",
        "objects",
        "public",
        "logs",
        "applications",
        FILE_NAME,
    }
    if not (home / "secrets").is_dir() and (others := {entry.name for entry in home.iterdir()} - ours):
        raise OperatorRefusal(
            f"Le dossier {home} contient déjà autre chose ({sorted(others)[0]}) : choisissez un dossier vide"
            " avec ESPACE_SANTE_HOME."
        )


def _refuse_unreachable(home: Path) -> None:
    if closed := first_closed_parent(home):
        raise OperatorRefusal(
            f"Démarré par root, chaque processus a son propre utilisateur, et {closed} leur est fermé : placez"
            f" l'état ailleurs (ESPACE_SANTE_HOME=/srv/espace-sante) ou démarrez sous un utilisateur normal."
        )


def secret(settings: Settings, role: str) -> str:
    """Return the password of a database role from its file.

    Raises OperatorRefusal when this process may not read it, or when the instance was never started.
    """
    path = secret_path(settings, role)
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        raise OperatorRefusal(f"{settings.home} n'a jamais été démarré : lancez d'abord « make run ».") from None
    except PermissionError:
        raise OperatorRefusal(f"Ce processus n'a pas le droit de lire {path}.") from None


def secret_path(settings: Settings, role: str) -> Path:
    """Return where the password of a database role lies: that of the debate's process in the folder it may cross."""
    folder = "debate" if role == "es_debate" else "secrets"
    return settings.home / folder / f"{role}.password"


def ensure_secret(settings: Settings, role: str, reader: Process | None) -> bool:
    """Draw the password of a role unless it exists; `reader` None keeps it to whoever starts the instance.

    Returns whether it was drawn now. The value is 32 random bytes in hexadecimal.
    """
    path = secret_path(settings, role)
    drawn = not path.exists()
    if drawn:
        write_once(path, secrets.token_hex(32).encode("ascii"))
    if reader is None:
        set_owner(path, os.geteuid(), os.getegid(), 0o400)
    else:
        hand_over(settings, path, reader)
    return drawn


def write_once(path: Path, content: bytes) -> None:
    """Write a new file, durably, whole or not at all, mode 0400; its name never points to a part of it."""
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o400)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def ensure_master_key(settings: Settings) -> Path:
    """Draw the trial's master key at the very first start, and give it to the keeper alone. Never replaced.

    Raises OperatorRefusal when the key database exists without it: another key would open nothing.
    """
    path = settings.home / "keys" / "master.key"
    if not path.exists():
        if (settings.home / "data" / "keys").exists():
            raise OperatorRefusal(f"La clé maîtresse manque : remettez-la dans {path}, sans elle rien ne se relit.")
        write_once(path, secrets.token_bytes(32))
    hand_over(settings, path, Process.KEEPER, mode=0o600)
    return path


def socket_folder(settings: Settings) -> Path:
    """Return the folder of the sockets: `run/`, or a short private one when the state folder's path is too long."""
    recorded = settings.home / "run" / "sockets"
    if _fits(settings.home / "run"):
        return settings.home / "run"
    try:
        return Path(recorded.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise OperatorRefusal(f"{settings.home} n'est pas démarré : lancez « make run ».") from None


def instance_socket_folder(settings: Settings, name: str) -> Path:
    """Return the folder of the socket of one of the PostgreSQL instances."""
    return socket_folder(settings) / f"pg-{name}"


def keeper_socket(settings: Settings, number: int) -> Path:
    """Return the socket of a keeper; keepers are numbered from 0."""
    return socket_folder(settings) / f"keeper-{number}.sock"


def envelopes_socket(settings: Settings) -> Path:
    """Return the socket of the counters of envelopes."""
    return socket_folder(settings) / "envelopes.sock"


def debate_socket(settings: Settings) -> Path:
    """Return the socket of the debate's process."""
    return socket_folder(settings) / "debate.sock"


def _fits(folder: Path) -> bool:
    return len(os.fsencode(folder / _LONGEST_SOCKET)) < _SOCKET_PATH_BYTES


def _choose_socket_folder(settings: Settings) -> None:
    recorded = settings.home / "run" / "sockets"
    if _fits(settings.home / "run"):
        return
    mode = 0o711 if is_separated() else 0o700
    if recorded.exists() and _is_private(Path(recorded.read_text(encoding="utf-8"))):
        return
    # A session has a private folder of its own; root's processes could not cross one.
    parent = None if is_separated() else os.environ.get("XDG_RUNTIME_DIR")
    if parent is None or not _fits(Path(parent) / "es-12345678"):
        parent = "/tmp"  # noqa: S108 - mkdtemp draws a name that did not exist, mode 0700
    folder = Path(tempfile.mkdtemp(prefix="es-", dir=parent))
    set_owner(folder, os.geteuid(), shared_gid(settings), mode)
    recorded.unlink(missing_ok=True)
    write_once(recorded, os.fsencode(folder))
    if is_separated():
        set_owner(recorded, 0, shared_gid(settings), 0o440)


def _is_private(folder: Path) -> bool:
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return False
    return folder.is_dir() and not folder.is_symlink() and found.st_uid == os.geteuid() and not found.st_mode & 0o066


def forget_short_folder(settings: Settings) -> None:
    """Remove the short private folder of sockets, if there is one; the next start draws another."""
    recorded = settings.home / "run" / "sockets"
    if not recorded.exists():
        return
    folder = Path(recorded.read_text(encoding="utf-8"))
    if _is_private(folder):
        shutil.rmtree(folder, ignore_errors=True)
    recorded.unlink()
