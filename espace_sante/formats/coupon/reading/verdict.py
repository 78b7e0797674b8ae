"""What a page says, as one value: which coupon, what each box holds, and every reason for a person to look.

Source: inclusion.md CPN-05.
"""

from __future__ import annotations

from dataclasses import dataclass

from espace_sante.formats.coupon.reading.boxes import Box, BoxState
from espace_sante.formats.coupon.reasons import Doubt


@dataclass(frozen=True, slots=True)
class Reading:
    """One page as it was read. `sealed` is the token of its codes, believed by nobody before the keeper checks it.

    `choice` is the number of the one marked box, None when there is a doubt of any kind.
    """

    doubts: tuple[Doubt, ...]
    sealed: bytes = b""
    form: str = ""
    boxes: tuple[Box, ...] = ()
    signed: bool = False
    written: bool = False

    @property
    def choice(self) -> int | None:
        """Return the one box that is clearly marked, all the others being clearly empty, on a signed page without a doubt."""
        if self.doubts:
            return None
        marked = [number for number, box in enumerate(self.boxes) if box.state is BoxState.MARKED]
        return marked[0] if len(marked) == 1 else None

    @property
    def marked(self) -> tuple[int, ...]:
        """Return the boxes that are clearly marked, when that there are several is the only doubt; none otherwise."""
        if self.doubts != (Doubt.SEVERAL_MARKS,):
            return ()
        return tuple(number for number, box in enumerate(self.boxes) if box.state is BoxState.MARKED)


def doubts_of(boxes: tuple[Box, ...], *, signed: bool, written: bool) -> tuple[Doubt, ...]:
    """Return every reason to doubt of what was drawn on one coupon; nothing is left to be guessed by whoever acts on it."""
    marked = sum(box.state is BoxState.MARKED for box in boxes)
    found = []
    if any(box.state is BoxState.UNCLEAR for box in boxes):
        found.append(Doubt.UNCLEAR)
    if marked > 1:
        found.append(Doubt.SEVERAL_MARKS)
    if marked == 0:
        found.append(Doubt.NO_MARK)
    if written:
        found.append(Doubt.WRITTEN)
    if not signed:
        found.append(Doubt.UNSIGNED)
    return tuple(found)
