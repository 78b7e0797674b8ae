"""What a piece of HTML must never hold, read again by two parsers that know nothing of the code that wrote it."""

from __future__ import annotations

import base64
import re
from html.parser import HTMLParser
from itertools import pairwise

import lxml.html
from lxml import etree

ELEMENTS = frozenset({
    "div", "section", "p", "span", "h1", "h2", "h3", "h4", "h5", "h6", "strong", "em", "u", "sub", "sup", "del", "ins", "br",
    "a", "ul", "ol", "li", "dl", "dt", "dd", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "figure",
    "figcaption", "img", "details", "summary", "time", "data",
})  # fmt: skip
ATTRIBUTES = frozenset({
    "class", "id", "lang", "role", "aria-label", "aria-labelledby", "aria-hidden", "tabindex", "href", "type", "scope",
    "colspan", "rowspan", "src", "alt", "open", "datetime", "value", "data-label",
})  # fmt: skip
MAGIC = {"png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff", "gif": b"GIF8"}
_DATA = re.compile(r"data:image/(png|jpeg|gif);base64,([A-Za-z0-9+/]+=*)")


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.faults += _of_element(tag, {key: value or "" for key, value in attrs})

    def handle_decl(self, decl: str) -> None:
        self.faults.append(f"declaration {decl}")

    def handle_pi(self, data: str) -> None:
        self.faults.append(f"instruction {data}")

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"comment {data}")


def faults(html: str) -> list[str]:
    """Return what should not be there: elements, attributes, addresses, identifiers given twice or leading nowhere."""
    first = _Tags()
    first.feed(html)
    first.close()
    root = lxml.html.fragment_fromstring(html, create_parent="main")
    elements = [one for one in root.iter() if one is not root]
    found = list(first.faults)
    found += [f"not an element: {one!r}" for one in elements if not isinstance(one.tag, str)]
    named = [one for one in elements if isinstance(one.tag, str)]
    found += [fault for one in named for fault in _of_element(one.tag, dict(one.attrib))]
    ids = [one.get("id") for one in named if one.get("id")]
    found += [f"identifier given {ids.count(one)} times: {one}" for one in set(ids) if ids.count(one) > 1]
    found += [f"not our identifier: {one}" for one in ids if not one.startswith("es-cda-")]
    targets = [one.get("href")[1:] for one in named if one.get("href")]
    found += [f"leads nowhere: {one}" for one in targets if one not in ids]
    found += _levels(named)
    return found


def _of_element(tag: str, attributes: dict[str, str]) -> list[str]:
    found = [] if tag in ELEMENTS else [f"element {tag}"]
    found += [f"attribute {name} of {tag}" for name in attributes if name not in ATTRIBUTES]
    if "href" in attributes and not re.fullmatch(r"#es-cda-[a-z0-9-]+", attributes["href"]):
        found.append(f"address {attributes['href'][:80]}")
    if "src" in attributes:
        match = _DATA.fullmatch(attributes["src"])
        if match is None or not base64.b64decode(match[2]).startswith(MAGIC[match[1]]):
            found.append(f"picture {attributes['src'][:80]}")
    return found


def _levels(elements: list[etree._Element]) -> list[str]:
    levels = [int(one.tag[1]) for one in elements if re.fullmatch("h[1-6]", str(one.tag))]
    return [f"title of level {later} after {earlier}" for earlier, later in pairwise(levels) if later > earlier + 1]
