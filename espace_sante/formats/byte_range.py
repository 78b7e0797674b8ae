"""The Range header of HTTP: which bytes of a document are wanted. Source: RFC 9110 section 14.

One range is served; several are answered by the whole document, as section 14.2 allows: nobody needs them here, and
thousands of small ones are an attack.
"""

from __future__ import annotations

import re

_ONE = re.compile(r"\Abytes=(\d{0,18})-(\d{0,18})\Z", re.IGNORECASE | re.ASCII)


class Unsatisfiable(ValueError):
    """A range that holds none of the document's bytes."""


def wanted(header: str, size: int, tag: str = "", condition: str = "") -> tuple[int, int] | None:
    """Return where the wanted bytes start and stop (excluded), None for the whole document.

    `tag` is the document's strong validator, `condition` the If-Range header: a range of other bytes than these is the
    whole document. A header that is not one range of bytes is ignored; raises Unsatisfiable when it is, and holds nothing.
    """
    found = _ONE.match(header)
    if found is None or (condition and condition.strip() != tag):
        return None
    first, last = found.groups()
    if not first and not last:
        return None
    if not first:
        start, stop = max(0, size - int(last)), size
    else:
        start, stop = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < int(first):
            return None
    if start >= stop:
        raise Unsatisfiable
    return start, stop
