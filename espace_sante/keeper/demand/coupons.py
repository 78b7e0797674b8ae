"""What is said of a page that came back: which box, by whom it was read, when it came."""

from __future__ import annotations

import msgspec


class CouponParams(msgspec.Struct, frozen=True, omit_defaults=True):
    """One box of one coupon, from 0. `seen`: a person read the page; without it a machine did.

    `scan_sha256`: of the picture of the page. `arrived` and `postmark` are days (AAAA-MM-JJ); the second one "" when nobody can
    read it.
    """

    box: int
    scan_sha256: bytes
    arrived: str
    postmark: str = ""
    seen: bool = False
