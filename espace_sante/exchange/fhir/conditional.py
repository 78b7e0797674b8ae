"""What is answered to who asks for a resource only if it changed, or without its body. The reading was decided and written before.

Source: FHIR R4 http (conditional read); RFC 9110 sections 9.3.2, 13.1.2, 13.1.3, 13.2.2; docs/decisions/0055.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from espace_sante.exchange.edge import Answer, Call

_TAG = re.compile(r'(?:W/)?"([^"]*)"')
_OURS = re.compile(r'(?:W/)?"([1-9][0-9]{0,8})"')


def answered(call: Call, version: int, updated: datetime, whole: Answer) -> Answer:
    """Return the answer to one reading of a version: whole, without its body (HEAD), or 304 when the caller has it already.

    Its headers are those of the whole answer, the reference of the entry included.
    """
    if _has_it(call, version, updated):
        return Answer(304, whole.media_type, b"", whole.headers)
    if call.method == "HEAD":
        return replace(whole, body=b"", length=len(whole.body))
    return whole


def version_of(tag: str) -> int | None:
    """Return the version that one tag of ours names, W/"2" or "2"; None for what is none: several, other digits, anything besides."""
    match = _OURS.fullmatch(tag)
    return int(match[1]) if match else None


def _has_it(call: Call, version: int, updated: datetime) -> bool:
    """Say whether what the caller says it has is this version; a tag decides alone, and what cannot be read says nothing."""
    tags = call.header(b"if-none-match").strip()
    if tags:
        return tags == "*" or str(version) in _TAG.findall(tags)
    since = _instant(call.header(b"if-modified-since"))
    return since is not None and updated.replace(microsecond=0) <= since


def _instant(said: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(said) if said else None
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found is not None and found.tzinfo is None else found
