"""Who holds a state folder, and the identity card of the instance that runs on it."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import Settings
from espace_sante.operate.folders import set_owner


@contextmanager
def hold_lock(settings: Settings) -> Iterator[None]:
    """Keep a state folder to this process; the kernel releases it however the process ends.

    Raises OperatorRefusal when another process holds it.
    """
    descriptor = os.open(settings.home / "run" / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OperatorRefusal(
                f"Une instance tourne déjà sur {settings.home} : arrêtez-la, ou donnez un autre dossier"
                " avec ESPACE_SANTE_HOME."
            ) from None
        yield
    finally:
        os.close(descriptor)


def running_instance(settings: Settings) -> dict[str, Any] | None:
    """Return the card (`url`, `pids`, `started_at`) of the instance running on this state folder, or None.

    A card left by an instance that was killed is not believed: the lock tells.
    """
    try:
        card: dict[str, Any] = json.loads(_path(settings).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return card if is_held(settings) else None


def is_held(settings: Settings) -> bool:
    """Say whether a process holds the state folder."""
    try:
        descriptor = os.open(settings.home / "run" / "lock", os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def write_card(settings: Settings, pids: Mapping[str, int], started_at: datetime) -> None:
    """Write run/instance.json: the address and the processes, for commands typed elsewhere."""
    card = {
        "url": f"http://127.0.0.1:{settings.port}",
        "pids": dict(pids),
        "started_at": started_at.isoformat(timespec="seconds"),
    }
    draft = _path(settings).with_name(".instance.json.new")
    draft.write_text(json.dumps(card) + "\n", encoding="utf-8")
    set_owner(draft, os.geteuid(), os.getegid(), 0o600)
    draft.rename(_path(settings))


def remove_card(settings: Settings) -> None:
    """Remove run/instance.json, ours or one left by an instance that was killed."""
    _path(settings).unlink(missing_ok=True)


def _path(settings: Settings) -> Path:
    return settings.home / "run" / "instance.json"
