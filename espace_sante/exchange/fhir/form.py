"""What any FHIR request may say of the form of its answer, whatever it asks: `_format`, `_pretty`, HEAD.

Read once here and taken away, so that no address has to know them: a reading with these alone is no search. So is
`_totalMethod=count`, no word of FHIR, which the client fhirpy says whenever it counts: it narrows nothing, and every total here is exact.
Source: FHIR R4 http 3.1.0.1.11 (`_format`, over Accept; an unescaped "+" of `fhir+json` arrives as a space), 3.1.0.1.12
(`_pretty`); RFC 9110 section 9.3.2 (HEAD).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from urllib.parse import unquote_to_bytes

import msgspec

from espace_sante.exchange.edge import Answer, Call, read_parameters
from espace_sante.kernel.errors import Kind, Problem

NAMES = ("_format", "_pretty")
_EXACT = b"_totalMethod=count"
JSON_WORDS = ("json", "application/fhir+json", "application/json", "text/json")
_FHIR_JSON = "application/fhir+json"
_NAMES = frozenset(name.encode() for name in NAMES)
Dispatch = Callable[[Call], Awaitable[Answer]]


def formed(dispatch: Dispatch) -> Dispatch:
    """Return a dispatcher that also knows `_format`, `_pretty`, and HEAD wherever it knows GET.

    Raises Problem: not-acceptable for another format than JSON (of a Binary: than JSON and its own type), field-invalid for one
    of these said twice or that says nothing known. Only space between members is added by `_pretty`: no digit changes.
    """

    async def answered(call: Call) -> Answer:
        if call.method == "HEAD" and call.path[0] != "Binary":  # which opens nothing to answer one
            call = replace(call, method="GET")
        if not call.query:
            return await dispatch(call)
        call, pretty = _read(call)
        answer = await dispatch(call)
        if pretty and answer.body and answer.rest is None and answer.media_type == _FHIR_JSON.encode():
            return replace(answer, body=msgspec.json.format(answer.body, indent=2))
        return answer

    return answered


def _read(call: Call) -> tuple[Call, bool]:
    """Return the request without what it says of the form, and whether it wants to be read by eye."""
    parts = [part for part in call.query.split(b"&") if part != _EXACT]
    call = replace(call, query=b"&".join(parts))
    about = [part for part in parts if unquote_to_bytes(part.partition(b"=")[0]) in _NAMES]
    if not about:
        return call, False
    said = read_parameters(b"&".join(about))
    found = dict(said)
    if len(found) != len(said):
        raise _invalid(next(name for name in NAMES if sum(one == name for one, _ in said) > 1))
    pretty = found.get("_pretty") or "false"
    if pretty not in ("true", "false"):
        raise _invalid("_pretty")
    kept = replace(call, query=b"&".join(part for part in parts if part not in about))
    return _accepting(kept, found.get("_format", "")), pretty == "true"


def _accepting(call: Call, format_: str) -> Call:
    """Return the request with the format it names in the place of what its Accept header says."""
    named = format_.partition(";")[0].strip().replace(" ", "+").lower()
    if not named:
        return call
    if named in JSON_WORDS:
        named = _FHIR_JSON
    elif call.path[0] != "Binary" or not named.isascii():
        raise Problem(Kind.INVALID, "not-acceptable")
    headers = [(name, value) for name, value in call.headers if name != b"accept"]
    return replace(call, headers=[*headers, (b"accept", named.encode())])


def _invalid(field: str) -> Problem:
    return Problem(Kind.INVALID, "field-invalid", {"field": field})
