"""A posted text or date, checked before it is kept. Source: FHIR R4 datatypes."""

from __future__ import annotations

import re
from datetime import datetime, time

from espace_sante.actions import fields
from espace_sante.actions.depositing import PARIS
from espace_sante.formats.fhir.document_reference import invalid
from espace_sante.kernel.errors import Kind, Problem

_DAY = re.compile(r"^(?:19|20)\d\d-\d\d-\d\d$")
_INSTANT = re.compile(r"^(?:19|20)\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$")
_LONGEST = 250


def instant(text: str, field: str) -> str:
    """Return a FHIR dateTime as an instant: a day alone is its noon in Paris. A year or a month alone is refused."""
    if not text:
        raise Problem(Kind.INVALID, "field-missing", {"field": field})
    try:
        if _DAY.match(text):
            return datetime.combine(datetime.fromisoformat(text), time(12), PARIS).isoformat()
        if _INSTANT.match(text):
            return datetime.fromisoformat(text).isoformat()
    except ValueError:
        pass  # a day or an hour that does not exist: same refusal as another form
    raise Problem(Kind.INVALID, "date-invalid", {"field": field})


def text(value: str, field: str, most: int = _LONGEST) -> str:
    """Return a text without its outer blanks. Raises Problem: too long, or with characters that hide."""
    value = value.strip()
    if len(value) > most:
        raise (
            Problem(Kind.INVALID, "title-too-long", {"maximum": _LONGEST})
            if field.endswith("title")
            else invalid(field)
        )
    fields.refuse_hidden_characters(value, field)
    return value
