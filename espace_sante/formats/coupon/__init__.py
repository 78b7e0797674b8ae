"""Return coupons: what their codes say, where everything stands on them, how they are printed (`sheet`).

Printing is apart (`sheet`), since it loads what draws letters, and so is reading a scan (`reading/`), since it loads readers of
pictures. Knows boxes and words, nothing of our domain.
Source: inclusion.md CPN-01, CPN-03; docs/specs/coupon.md.
"""

from espace_sante.formats.coupon.layout import BOXES_MOST, Geometry, Place, geometry
from espace_sante.formats.coupon.token import (
    BlankCode,
    NotAToken,
    Token,
    blank_code,
    check_token,
    code_text,
    issue_token,
    read_code,
)

__all__ = [
    "BOXES_MOST",
    "BlankCode",
    "Geometry",
    "NotAToken",
    "Place",
    "Token",
    "blank_code",
    "check_token",
    "code_text",
    "geometry",
    "issue_token",
    "read_code",
]
