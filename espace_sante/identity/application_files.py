"""The register of applications: one file for each, in `applications/` of the state folder, written by the operator alone.

Read again only when the folder changed. A file that cannot be read registers nothing: absent means refused.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import msgspec

from espace_sante.identity.application import CLIENT_ID, Application, ApplicationRefused, parse_application

FOLDER = "applications"
_log = logging.getLogger("espace_sante.identity")


class Applications:
    """The registered applications of an instance, as its folder says now."""

    def __init__(self, home: Path) -> None:
        self._folder = home / FOLDER
        self._stamp: tuple[tuple[str, int, int, int], ...] | None = None
        self._held: Mapping[str, Application] = {}

    def all(self) -> Mapping[str, Application]:
        """Return every registration, those that ended included, by client id."""
        stamp = tuple((path.name, *_moved(path)) for path in sorted(self._folder.glob("[!.]*.json")))
        if stamp != self._stamp:
            self._held = {app.client_id: app for app in _read(self._folder)}
            self._stamp = stamp
        return self._held

    def find(self, client_id: str, today: date) -> Application | None:
        """Return an application registered today, None for any other word."""
        app = self.all().get(client_id)
        return app if app is not None and app.holds(today) else None

    def of_origin(self, origin: str, today: date) -> bool:
        """Say whether some public application registered today has pages at an origin."""
        return any(origin in app.origins for app in self.all().values() if app.holds(today))


def keep(home: Path, app: Application, *, replace: bool = False) -> Path:
    """Write a registration whole, or not at all; raises FileExistsError when it is there and is not to be replaced."""
    folder = home / FOLDER
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    path, draft = folder / f"{app.client_id}.json", folder / f".{app.client_id}.part"
    draft.unlink(missing_ok=True)
    with draft.open("xb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(app), indent=1) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    draft.chmod(0o644)  # nothing secret: public keys, and what people are shown; every process reads it
    try:
        if replace:
            draft.rename(path)
        else:
            path.hardlink_to(draft)
    finally:
        draft.unlink(missing_ok=True)
    return path


def _read(folder: Path) -> list[Application]:
    found = []
    for path in sorted(folder.glob("[!.]*.json")):
        try:
            app = parse_application(path.read_bytes())
        except (ApplicationRefused, OSError) as fault:
            _log.error("a registration cannot be read, and registers nothing: %s", type(fault).__name__)
            continue
        if app.client_id == path.stem and CLIENT_ID.fullmatch(path.stem):
            found.append(app)
    return found


def _moved(path: Path) -> tuple[int, int, int]:
    try:
        stat = path.stat()
    except FileNotFoundError:
        return 0, 0, 0
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
