"""Reads scanned coupons in processes of one file each, that can do nothing else. Fulfils `actions.scans.ScanReader`.

What such a process answers is believed for its own file only, and only in its shape: a file that took it over can say no more
than its sender could have ticked. Whether the token is true is for the keeper to say. Decisions 0018, 0064.
"""

from __future__ import annotations

import msgspec

from espace_sante.actions.previews import CannotShow, Page, PreviewCode
from espace_sante.actions.scans import ScannedPage
from espace_sante.adapters.previewer import Previewer
from espace_sante.formats.coupon.reasons import Doubt
from espace_sante.formats.coupon.token import TOKEN_BYTES
from espace_sante.kernel.settings import Settings

# About 240 dpi for a page of A4: what is kept as proof, and read.
_WIDTH = 1_984
_MOST_PAGES = 50
# One thread: the process may start no other.
_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1"}


class _Said(msgspec.Struct, forbid_unknown_fields=True):
    """What the process says of a page."""

    doubts: tuple[Doubt, ...]
    sealed: str
    form: str
    choice: int | None
    marked: tuple[int, ...] = ()


_READ = msgspec.json.Decoder(_Said).decode


class CouponScans:
    """Reads scanned files, as many at once as documents are drawn."""

    def __init__(self, settings: Settings) -> None:
        self._drawing = Previewer(settings, module="espace_sante.scanning", environment=_ENVIRONMENT)

    async def read(self, data: bytes, media_type: str) -> tuple[ScannedPage, ...] | CannotShow:
        """Return what each page of a file says, or why it cannot be read; a file of too many pages is refused whole."""
        answer = await self._drawing.pages(data, media_type, count=_MOST_PAGES, width=_WIDTH)
        if isinstance(answer, CannotShow):
            return answer
        if answer.total > _MOST_PAGES:
            return CannotShow(PreviewCode.TOO_LARGE)
        try:
            return tuple(_page(page) for page in answer.pages)
        except (msgspec.MsgspecError, ValueError):
            return CannotShow(PreviewCode.DAMAGED)


def _page(page: Page) -> ScannedPage:
    said = _READ(page.text.encode())
    sealed = bytes.fromhex(said.sealed)
    if len(sealed) not in (0, TOKEN_BYTES) or len(said.form) > 6:
        raise ValueError("not what a coupon says")
    # A choice and a doubt do not go together, whoever says so.
    choice = said.choice if not said.doubts and sealed else None
    doubts = tuple(one.value for one in said.doubts)
    # Several boxes are told only when that is all there is to doubt of.
    marked = said.marked if said.doubts == (Doubt.SEVERAL_MARKS,) and sealed else ()
    return ScannedPage(page.number, page.png, page.width, page.height, doubts, sealed, said.form, choice, marked)
