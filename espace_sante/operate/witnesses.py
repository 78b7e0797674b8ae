"""The invented witnesses and the mirror of the demonstration: what associations would run elsewhere, here beside the house.

    witnesses/<name>/           a witness's own folder (witness/folder.py), and `port`, chosen once
    witnesses/journal-keys.json what each of them was told of the log
    witnesses.json              whom the sequencer asks, and how many are enough
    politique.json              whom a verifier believes (docs/specs/proof.md §4), made from the list; of any house

A house whose operator has a list of real witnesses needs no invented ones: nothing of his list is ever replaced.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
from pathlib import Path

from espace_sante.adapters.witness_http import FILE_NAME
from espace_sante.journal.notes import NoteKey, NoteRefused
from espace_sante.journal.witness_list import (
    INVENTED_LIGHT,
    INVENTED_MIRROR,
    NOBODY,
    Listed,
    WitnessList,
    policy_of,
    read_witnesses,
    written,
)
from espace_sante.kernel.listening import LISTEN_FD
from espace_sante.kernel.on_disk import why
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import Settings
from espace_sante.operate.accounts import Process, account_of
from espace_sante.operate.folders import set_owner
from espace_sante.operate.plan import Child, Command, environment_of
from espace_sante.witness.durable import write_whole
from espace_sante.witness.folder import Role, WitnessFolder

POLICY = "politique.json"
_LOG_KEYS = "journal-keys.json"
_INVENTED = (
    *((f"temoin-{number}", Role.LIGHT, name) for number, name in enumerate(INVENTED_LIGHT, 1)),
    ("miroir", Role.MIRROR, INVENTED_MIRROR),
)
_LIGHT_NEED, _MIRROR_NEED, _MAX_AGE_SECONDS = 2, 1, 86_400
_MIRROR_LOOK_SECONDS = "5"


def arrange_witnesses(settings: Settings) -> None:
    """Make the invented witnesses that are missing, and the list of them unless there is one. Raises OperatorRefusal."""
    place = settings.home / "witnesses"
    place.mkdir(exist_ok=True)
    set_owner(place, os.geteuid(), os.getegid(), 0o711)
    for name, role, public_name in _INVENTED:
        if not (place / name / "port").exists():
            _make(settings, place / name, role, public_name)
    if not (settings.home / FILE_NAME).exists():
        _write_list(settings)


def witness_children(settings: Settings, command: Command) -> list[Child]:
    """Return the witnesses to keep alive beside the house, each on its own port; none when there are none."""
    return [_child(settings, folder, command) for folder in _folders(settings)]


def introduce_log(settings: Settings) -> bool:
    """Write the verifiers' policy, and tell the invented witnesses which log to follow; say whether the log has keys yet.

    Without a list of witnesses the policy names nobody. A file that says the same already stays as it is. Raises OperatorRefusal
    for keys or a list that cannot be used, and for a file that cannot be written.
    """
    try:
        content = (settings.home / "public" / _LOG_KEYS).read_bytes()
        said = json.loads(content)
        log, index = NoteKey.parse(said["log"]), NoteKey.parse(said["index"])
    except FileNotFoundError:
        return False
    except (OSError, ValueError, KeyError, TypeError, NoteRefused):
        raise OperatorRefusal(f"Les clés du journal ({_LOG_KEYS}) ne se lisent pas.") from None
    _keep(settings.home / POLICY, policy_of(_listed(settings), log, index))
    if (settings.home / "witnesses").is_dir():
        _keep(settings.home / "witnesses" / _LOG_KEYS, content)
    return True


def _listed(settings: Settings) -> WitnessList:
    try:
        return read_witnesses((settings.home / FILE_NAME).read_bytes())
    except FileNotFoundError:
        return NOBODY
    except OSError:
        raise OperatorRefusal(f"La liste des témoins {settings.home / FILE_NAME} ne peut pas être lue.") from None


def _make(settings: Settings, folder: Path, role: Role, name: str) -> None:
    if not (folder / "witness.json").exists():
        source = f"http://127.0.0.1:{settings.port}/journal" if role is Role.MIRROR else ""
        WitnessFolder.make(folder, name, role, seed=secrets.token_bytes(32), source=source)
    account = account_of(settings, _process(role))
    for path in (folder, folder / "logs"):
        set_owner(path, account.uid, account.gid, 0o700)
    for path in (folder / "key", folder / "witness.json"):
        set_owner(path, account.uid, account.gid, path.stat().st_mode & 0o777)
    listener = _listen(0)
    port = listener.getsockname()[1]
    listener.close()
    _write(folder / "port", b"%d\n" % port)


def _write_list(settings: Settings) -> None:
    known = {role: [] for role in Role}  # type: dict[Role, list[Listed]]
    for name, role, _ in _INVENTED:
        folder = settings.home / "witnesses" / name
        url = f"http://127.0.0.1:{_port(folder)}"
        known[role].append(Listed(WitnessFolder.open(folder, role).key, url))
    made = WitnessList(tuple(known[Role.LIGHT]), _LIGHT_NEED, tuple(known[Role.MIRROR]), _MIRROR_NEED, _MAX_AGE_SECONDS)
    _write(settings.home / FILE_NAME, written(made))


def _child(settings: Settings, folder: Path, command: Command) -> Child:
    role = next(role for name, role, _ in _INVENTED if name == folder.name)
    process = _process(role)
    listener = _bound(settings, folder)
    words = ["run", "--folder", str(folder), "--port", str(listener.getsockname()[1])]
    words += ["--log-keys", str(folder.parent / _LOG_KEYS)]
    if role is Role.MIRROR:
        words += ["--from", f"http://127.0.0.1:{settings.port}/journal", "--every", _MIRROR_LOOK_SECONDS]
    environ = environment_of(settings) | {LISTEN_FD: str(listener.fileno())}
    name = f"{process.value}-{folder.name}"
    return Child(name, process, (*command(process), *words), account_of(settings, process), environ, listener)


def _bound(settings: Settings, folder: Path) -> socket.socket:
    """Listen on the port of a witness, or on another one when something else took it meanwhile; the list then follows."""
    before = _port(folder)
    try:
        return _listen(before)
    except OSError:
        listener = _listen(0)
    after = listener.getsockname()[1]
    _write(folder / "port", b"%d\n" % after)
    path = settings.home / FILE_NAME
    content = path.read_bytes()
    _write(path, content.replace(b'"http://127.0.0.1:%d"' % before, b'"http://127.0.0.1:%d"' % after))
    return listener


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    listener.setblocking(False)
    return listener


def _folders(settings: Settings) -> list[Path]:
    place = settings.home / "witnesses"
    return [place / name for name, _, _ in _INVENTED if (place / name / "port").exists()]


def _port(folder: Path) -> int:
    try:
        return int((folder / "port").read_text(encoding="ascii"))
    except (OSError, ValueError):
        raise OperatorRefusal(f"{folder / 'port'} ne se lit pas : effacez {folder.parent} pour recommencer.") from None


def _keep(path: Path, content: bytes) -> None:
    try:
        if not path.is_file() or path.read_bytes() != content:
            _write(path, content)
    except OSError as fault:
        raise OperatorRefusal(f"{path} ne peut pas être écrit ({why(fault)}).") from None


def _write(path: Path, content: bytes) -> None:
    write_whole(path, content)
    set_owner(path, os.geteuid(), os.getegid(), 0o644)


def _process(role: Role) -> Process:
    return Process.MIRROR if role is Role.MIRROR else Process.WITNESS
