"""The mail room's scans: each page that comes back is read, done, or put aside for a person; nothing twice, nothing lost.

A file stays where it is until every page of it is done or put aside: whoever stops this command at any moment starts it again, and
a page already done gives its first answer. Source: inclusion.md CPN-02, CPN-05, CPN-06; docs/specs/coupon.md.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import time
from argparse import Namespace
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from espace_sante.actions.previews import CannotShow, PreviewCode
from espace_sante.actions.scans import ScannedPage, ScanReader
from espace_sante.adapters.coupon_scans import CouponScans
from espace_sante.cli import show
from espace_sante.cli.client import ActRefused, Client
from espace_sante.cli.doing import account_token
from espace_sante.formats.coupon.reasons import Doubt
from espace_sante.kernel.clock import utc_now
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import Settings

TO_READ, DONE, UNREADABLE = "a-lire", "fait", "illisible"
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
_NOT_NOW = frozenset({401, 429})
_WHY = {
    Doubt.NO_CODE: "Aucun code de coupon sur cette page.",
    Doubt.BLANK: "Un formulaire vierge : une personne le lit toujours.",
    Doubt.ONE_CODE: "Un des deux codes manque ou ne se lit pas.",
    Doubt.SEVERAL: "Plusieurs coupons sur la même page.",
    Doubt.BENT: "La feuille est trop pliée pour savoir où sont les cases.",
    Doubt.NO_MARK: "Aucune case n’est cochée clairement.",
    Doubt.SEVERAL_MARKS: "Plusieurs cases sont cochées.",
    Doubt.UNCLEAR: "Une case est raturée, barrée ou marquée trop faiblement.",
    Doubt.WRITTEN: "Quelque chose est écrit à la main.",
    Doubt.UNSIGNED: "Il n’y a pas de signature.",
}


@dataclass(frozen=True, slots=True)
class Aside:
    """A page put aside for a person: what is known of it, and why."""

    scan: str
    token: str
    form: str
    arrived: str
    why: tuple[str, ...]


@dataclass(slots=True)
class Counted:
    """What became of the pages of one round."""

    done: int = 0
    to_read: int = 0
    unreadable: int = 0


def read_scans(settings: Settings, chosen: Namespace) -> int:
    """Read a folder of scans, once or for ever; or do what a person read on one page put aside."""
    folder: Path | None = chosen.file
    if folder is None or not folder.is_dir():
        raise OperatorRefusal("Dites dans quel dossier le scanner écrit : mailroom read DOSSIER.")
    room = MailRoom(folder, Client.of(settings), CouponScans(settings), chosen.as_account, chosen.postmark)
    if chosen.seen:
        return _say(chosen, asdict(room.seen(chosen.seen, chosen.box)))
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
        return count

    def seen(self, scan: str, box: int) -> Counted:
        """Do what a person read on a page put aside: the box she names, from 1."""
        place = self._folder / TO_READ
        found = [one for one in place.glob("*.json") if one.stem == scan]
        if not found or box < 1:
            raise OperatorRefusal("Aucune page mise de côté ne porte ce nom, ou la case n’est pas dite (--box).")
        aside = Aside(**json.loads(found[0].read_text(encoding="utf-8")))
        if not aside.token:
            raise OperatorRefusal("Cette page n’a pas de coupon lisible : entrez-la au guichet, page « courrier ».")
        self._act(aside.token, box, aside.scan, aside.arrived, seen=True)
        picture = place / f"{scan}.png"
        if picture.exists():  # not moved by a run that was stopped here
            self._move(picture, DONE)
        found[0].unlink()  # the coupon's number is kept nowhere once it has served
        return Counted(done=1)

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
        self._move(path, DONE)

    def _read(self, path: Path, media_type: str) -> tuple[ScannedPage, ...] | CannotShow:
        with path.open("rb") as file:
            data = file.read(FILE_MOST + 1)
        if len(data) > FILE_MOST:
            return CannotShow(PreviewCode.TOO_LARGE)
        return asyncio.run(self._reader.read(data, media_type))

    def _page(self, page: ScannedPage, arrived: str, count: Counted) -> None:
        """Do what one page says, or put it aside, whatever it was refused for: one page never stops those behind it."""
        scan = hashlib.sha256(page.png).hexdigest()
        why = tuple(_WHY[Doubt(one)] for one in page.doubts)
        if page.choice is not None:
            try:
                self._act(page.sealed.hex(), page.choice + 1, scan, arrived, seen=False)
            except ActRefused as refused:
                if refused.status in _NOT_NOW or not 400 <= refused.status < 500:
                    raise
                why = (refused.sentence,)
            else:
                count.done += 1
                return
        self._put_aside(page.png, Aside(scan, page.sealed.hex(), page.form, arrived, why))
        count.to_read += 1

    def _act(self, token: str, box: int, scan: str, arrived: str, *, seen: bool) -> None:
        values = {"token": token, "box": str(box), "scan": scan, "arrived": min(arrived, utc_now().date().isoformat())}
        if self._postmark:
            values["postmark"] = self._postmark
        if seen:
            values["seen"] = "yes"
        self._client.act("receive_coupon", values, token=self._token)

    def _put_aside(self, png: bytes, aside: Aside) -> None:
        place = self._folder / TO_READ
        place.mkdir(mode=0o700, exist_ok=True)
        _write(place / f"{aside.scan[:16]}.png", png)
        # The words last: a page without them was not put aside whole, and its file is still there to be read again.
        words = json.dumps(asdict(aside), ensure_ascii=False, indent=1)
        _write(place / f"{aside.scan[:16]}.json", f"{words}\n".encode())

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
        show.say(
            f"Faits : {count['done']}. À lire par une personne : {count['to_read']}. Illisibles : {count['unreadable']}."
        )
    return 0
