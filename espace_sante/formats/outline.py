"""On which page each main title of one of our own PDFs stands, read from its outline: for files this program has just made.

Enough of the format for them, and no more: a file of anybody else's is never read here. Source: ISO 32000-2 sections 7.7, 12.3.
"""

from __future__ import annotations

import re

_OBJECT = re.compile(rb"\n(\d+) 0 obj\n(.*?)\nendobj", re.S)
_KIDS = re.compile(rb"/Type/Pages/Count (\d+)/Kids\[(.*?)\]", re.S)
_ITEM = re.compile(rb"/Parent (\d+) 0 R.*?/Dest (\d+) 0 R", re.S)
_ROOT = re.compile(rb"\n(\d+) 0 obj\n<</Type/Outlines/")
_PAGE = re.compile(rb"(\d+) 0 R/XYZ")


class NotOurs(ValueError):
    """A file that is not as this program writes its own."""


def title_pages(pdf: bytes) -> tuple[list[int], int]:
    """Return the page, from 0, of each title of the first level, in order, then how many pages there are. Raises NotOurs."""
    root, kids = _ROOT.search(pdf), _KIDS.search(pdf)
    if root is None or kids is None:
        raise NotOurs
    pages = {number: place for place, number in enumerate(re.findall(rb"(\d+) 0 R", kids[2]))}
    if len(pages) != int(kids[1]):
        raise NotOurs
    objects = dict(_OBJECT.findall(pdf))
    found = []
    for body in objects.values():
        item = _ITEM.match(body, 2) if body.startswith(b"<</Parent") else None
        if item is None or item[1] != root[1]:
            continue
        page = _PAGE.search(objects.get(item[2], b""))
        if page is None or page[1] not in pages:
            raise NotOurs
        found.append(pages[page[1]])
    return sorted(found), len(pages)
