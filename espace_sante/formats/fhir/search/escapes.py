r"""The separators of a value, and how they are escaped: `\,` `\$` `\|` `\\`. Source: FHIR R4 search 3.1.1.4.1.1."""

from __future__ import annotations

import re

_WELL_FORMED = re.compile(r"(?:[^\\]|\\[\\,$|])*+", re.DOTALL)
_CUTS = {sign: re.compile(rf"\\.|{re.escape(sign)}", re.DOTALL) for sign in ",$|"}
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def is_well_formed(text: str) -> bool:
    """Say whether every backslash escapes a separator or a backslash."""
    return _WELL_FORMED.fullmatch(text) is not None


def split(text: str, sign: str) -> list[str]:
    """Return the parts between the separators that are not escaped; what is escaped stays so."""
    parts, start = [], 0
    for cut in _CUTS[sign].finditer(text):
        if cut[0] == sign:
            parts.append(text[start : cut.start()])
            start = cut.end()
    return [*parts, text[start:]]


def unescape(text: str) -> str:
    """Return a part as it was meant."""
    return _ESCAPED.sub(r"\1", text)
