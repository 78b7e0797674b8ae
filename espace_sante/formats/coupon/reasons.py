"""Why a scanned page is for a person to read: one closed list. Source: inclusion.md CPN-05."""

from __future__ import annotations

from enum import StrEnum


class Doubt(StrEnum):
    """Why a page is not clear. Each one sends it to a person."""

    NO_CODE = "no-code"
    BLANK = "blank-form"
    ONE_CODE = "one-code"
    SEVERAL = "several-coupons"
    BENT = "bent"
    NO_MARK = "no-mark"
    SEVERAL_MARKS = "several-marks"
    UNCLEAR = "unclear-mark"
    WRITTEN = "written"
    UNSIGNED = "unsigned"
