"""What is said of a page that came back: which box, when it came; and of the pages that wait for a person.

Part of the frozen contract with the keeper. Source: docs/specs/demand.md.
"""

from __future__ import annotations

import msgspec


class CouponParams(msgspec.Struct, frozen=True, omit_defaults=True):
    """One box of one coupon, from 0.

    Of a page that just came, read by a machine: `scan_sha256` of its picture, `row` and `key` of the object it stands sealed in, the days
    it came on (AAAA-MM-JJ; `postmark` "" when nobody can read it); `marked`: the boxes that are ticked when they are several, whatever
    `box` is: the one that gives nothing is then done (inclusion.md PAR-08). Of a page that waited ("page:…" names it): the box alone.
    """

    box: int
    scan_sha256: bytes = b""
    arrived: str = ""
    postmark: str = ""
    row: bytes = b""
    key: bytes = b""
    marked: tuple[int, ...] = ()


class HandlePageParams(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an agent does about the pages a person must read, by `step`.

    "keep": this page waits (`why`: codes of a closed list; the rest as in CouponParams). "list": say which wait. Of the one named
    by "page:…": "look" at it, "again": nobody can read it, she is asked again; "typed": it was entered by hand.
    """

    step: str
    scan_sha256: bytes = b""
    arrived: str = ""
    postmark: str = ""
    row: bytes = b""
    key: bytes = b""
    form: str = ""
    why: tuple[str, ...] = ()


class PageLine(msgspec.Struct, frozen=True):
    """One page that waits. `known`: its codes lead to somebody; `looked`: the names of who looked at it."""

    page: str
    arrived: str
    why: tuple[str, ...]
    form: str
    known: bool
    looked: tuple[str, ...]


class PagesAnswer(msgspec.Struct, frozen=True):
    """What waits, the oldest first; there are `more` than are listed."""

    pages: tuple[PageLine, ...]
    more: bool = False


class PageOpened(msgspec.Struct, frozen=True):
    """One page opened for the agent who looks: the key of its object, and what each box asks: an act and whom it names, ("", "") a no."""

    line: PageLine
    key: bytes
    boxes: tuple[tuple[str, str], ...]


class PageMoved(msgspec.Struct, frozen=True):
    """It is noted. `told`: a letter asks her again; `page`: the number of the one that was kept."""

    told: bool = False
    page: str = ""


class SheetSeen(msgspec.Struct, frozen=True):
    """The page a line of her journal was made from: its number, the key of its object, the SHA-256 of its picture."""

    page: str
    key: bytes
    sha256: bytes
