"""The mail room's scans: each page that comes back is read, sealed, done or kept for a person; nothing twice, nothing lost.

A file stays where it is until every page of it stands sealed in the instance, and is then deleted: whoever stops this command at any
moment starts it again, and a page already done or kept gives its first answer. Source: inclusion.md CPN-02, CPN-05, CPN-06, CPN-08;
docs/specs/coupon.md.
"""

from __future__ import annotations

import asyncio
import base64
import os
import time
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from espace_sante.actions.previews import CannotShow, PreviewCode
from espace_sante.actions.scans import ScannedPage, ScanReader
from espace_sante.adapters.coupon_scans import CouponScans
from espace_sante.cli import show
from espace_sante.cli.client import ActRefused, Client
from espace_sante.cli.doing import account_token
from espace_sante.kernel.clock import utc_now
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import Settings

UNREADABLE = "illisible"
MEDIA = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
}
# A scanner writes a file piece by piece: one that changed less than this ago (seconds) is read the next time.
_STILL = 2.0
_EVERY = 2.0
_OURS = 0o600
# A scan of many pages at 300 dpi in colour fits; what is larger is not read into memory.
FILE_MOST = 100_000_000
# What says nothing of the page: this command's account, or an instance that cannot answer now. Any other refusal is the page's.
_TOO_MANY = 429
_NOT_NOW = frozenset({401, _TOO_MANY})
# So many pages a minute and no more are taken from one account: the others wait a little (seconds).
_TRIES, _PAUSE = 14, 5.0
# What a refusal says of a page, for whoever reads it afterwards; any other one is "refused".
_WHY = {"coupon-to-be-read": "gives", "coupon-used": "used", "coupon-unknown": "unknown"}
_REFUSED = "refused"


@dataclass(slots=True)
class Counted:
    """What became of the pages of one round; `coming`: the files that were still being written."""

    done: int = 0
    to_read: int = 0
    unreadable: int = 0
    coming: int = 0


def read_scans(settings: Settings, chosen: Namespace) -> int:
    """Read a folder of scans, once or for ever."""
    folder: Path | None = chosen.file
    if folder is None or not folder.is_dir():
        raise OperatorRefusal("Dites dans quel dossier le scanner écrit : mailroom read DOSSIER.")
    room = MailRoom(folder, Client.of(settings), CouponScans(settings), chosen.as_account, chosen.postmark)
    count = room.round()
    while chosen.watch:
        _say(chosen, asdict(count))
        time.sleep(_EVERY)
        count = room.round()
    return _say(chosen, asdict(count))


class MailRoom:
    """One folder of scans."""

    def __init__(self, folder: Path, client: Client, reader: ScanReader, account: str, postmark: str) -> None:
        self._folder = folder
        self._client = client
        self._reader = reader
        self._token = account_token(client, account, "petit")
        self._postmark = postmark

    def round(self) -> Counted:
        """Read every file that waits, the oldest first."""
        count = Counted()
        waiting = [one for one in self._folder.iterdir() if one.is_file() and not one.is_symlink()]
        for path in sorted(waiting, key=lambda one: (one.stat().st_mtime, one.name)):
            if time.time() - path.stat().st_mtime >= _STILL:
                self._file(path, count)
            else:
                count.coming += 1
        return count

    def _file(self, path: Path, count: Counted) -> None:
        media_type = MEDIA.get(path.suffix.lower())
        pages = self._read(path, media_type) if media_type else None
        if pages is None or isinstance(pages, CannotShow):
            why = "Ce n’est pas un scan (PDF, PNG, JPEG ou TIFF)." if pages is None else _unreadable(pages)
            moved = self._move(path, UNREADABLE)
            _write(moved.with_name(f"{moved.name}.txt"), f"{why}\n".encode())
            count.unreadable += 1
            return
        arrived = date.fromtimestamp(path.stat().st_mtime).isoformat()
        for page in pages:
            self._page(page, arrived, count)
        path.unlink()  # each of its pages stands sealed: nothing of it is left in clear here

    def _read(self, path: Path, media_type: str) -> tuple[ScannedPage, ...] | CannotShow:
        with path.open("rb") as file:
            data = file.read(FILE_MOST + 1)
        if len(data) > FILE_MOST:
            return CannotShow(PreviewCode.TOO_LARGE)
        return asyncio.run(self._reader.read(data, media_type))

    def _page(self, page: ScannedPage, arrived: str, count: Counted) -> None:
        """Do what one page says, or have it wait for a person, whatever it was refused for: one page never stops those behind it."""
        why = page.doubts
        ticked = page.marked if page.choice is None else (page.choice,)
        if ticked:
            try:
                self._act("receive_coupon", page, arrived, {"box": ",".join(str(one + 1) for one in ticked)})
            except ActRefused as refused:
                if refused.status in _NOT_NOW or not 400 <= refused.status < 500:
                    raise
                why = (_WHY.get(refused.code, _REFUSED),)
            else:
                count.done += 1
                return
        self._act("handle_page", page, arrived, {"step": "keep", "why": ",".join(why), "form": page.form})
        count.to_read += 1

    def _act(self, act: str, page: ScannedPage, arrived: str, said: Mapping[str, str]) -> None:
        """Send one page, its picture and all: it is sealed before anything is said of it."""
        scan = {"media_type": "image/png", "data": base64.b64encode(page.png).decode()}
        values: dict[str, Any] = {**said, "scan": scan, "arrived": min(arrived, utc_now().date().isoformat())}
        if page.sealed:
            values["token"] = page.sealed.hex()
        if self._postmark:
            values["postmark"] = self._postmark
        for tried in range(_TRIES):
            try:
                self._client.act(act, values, token=self._token)
                return
            except ActRefused as refused:
                if refused.status != _TOO_MANY or tried == _TRIES - 1:
                    raise
            time.sleep(_PAUSE)

    def _move(self, path: Path, where: str) -> Path:
        place = self._folder / where
        place.mkdir(mode=0o700, exist_ok=True)
        target, number = place / path.name, 1
        while target.exists():  # two scanners may give the same name
            number += 1
            target = place / f"{path.stem}-{number}{path.suffix}"
        path.chmod(_OURS)
        return path.rename(target)


def _write(path: Path, data: bytes) -> None:
    """Write a file that nobody but this account may read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, _OURS)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, _OURS)
        file.write(data)


def _unreadable(found: CannotShow) -> str:
    return f"Ce fichier ne se lit pas ({found.code.value}). Scannez la feuille de nouveau."


def _say(chosen: Namespace, count: dict[str, int]) -> int:
    if chosen.json:
        show.as_json(count)
    else:
        words = f"Faits : {count['done']}. À lire par une personne : {count['to_read']}. Illisibles : {count['unreadable']}."
        if count["coming"]:
            words += f" En cours d'écriture, lus la prochaine fois : {count['coming']}."
        show.say(words)
    return 0
