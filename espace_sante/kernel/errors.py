"""The one error model: what went wrong, as a closed kind and a stable code.

Rendered at the edges only (page, OperationOutcome, letter, terminal line); it never carries a name,
a title or a health datum, so that a log line or an answer made from it cannot leak one.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Kind(StrEnum):
    """The closed list of what can go wrong, each with one HTTP status and one exit code."""

    INVALID = "invalid"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    GONE = "gone"
    TOO_LARGE = "too_large"
    UNSUPPORTED_MEDIA = "unsupported_media"
    UNPROCESSABLE = "unprocessable"
    TOO_MANY = "too_many"
    UNAUTHENTICATED = "unauthenticated"
    BUSY = "busy"
    OUTSIDE_FAILURE = "outside_failure"
    INTERNAL = "internal"


class Problem(Exception):
    """Say that a request cannot be carried out, in a form every channel can render.

    `code` is stable and public (listed in docs/entrees-refusees.md); `fields` holds only limits, field names
    and numbers. `entry` is the opaque journal reference when the refusal was journaled.
    """

    def __init__(
        self,
        kind: Kind,
        code: str,
        fields: Mapping[str, str | int] | None = None,
        *,
        entry: str = "",
    ) -> None:
        super().__init__(code)
        self.kind = kind
        self.code = code
        self.fields: Mapping[str, str | int] = MappingProxyType(dict(fields or {}))
        self.entry = entry
