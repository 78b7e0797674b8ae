"""The few ways a header is read: one element, its text, an identifier, a code. Nothing is followed, nothing is guessed.

An absent element, an empty one and one with a `nullFlavor` all give an empty value.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from lxml import etree

from espace_sante.formats.cda.header_values import Code, Identifier
from espace_sante.formats.cda.reading import NAMES

Element = etree._Element
# What one text of a header may hold: far above any name or title, far below what would weigh in a list.
_LONGEST = 2_000
# How many authors, acts or identifiers are read: a document that names more is no document, and must cost no more.
MOST_ELEMENTS = 200


def first(element: Element | None, path: str) -> Element | None:
    """Return the first element at a path such as `c:author/c:time`, None when there is none."""
    return None if element is None else element.find(path, NAMES)


def every(element: Element | None, path: str) -> list[Element]:
    """Return the elements at a path, in the document's order: all of them, up to a number no real document reaches."""
    return [] if element is None else list(islice(element.iterfind(path, NAMES), MOST_ELEMENTS))


def attribute(element: Element | None, name: str) -> str:
    """Return an attribute without the blanks around it, "" when it is absent."""
    return "" if element is None else (element.get(name) or "").strip()[:_LONGEST]


def text(element: Element | None) -> str:
    """Return all the words within an element, blanks made one space."""
    return "" if element is None else " ".join("".join(_words(element)).split())


def _words(element: Element) -> Iterator[str]:
    left = _LONGEST
    for part in element.itertext():
        yield str(part)[:left]
        left -= len(part)
        if left <= 0:
            return


def identifier(element: Element | None) -> Identifier:
    """Return an instance identifier; empty without a root."""
    root = attribute(element, "root")
    return Identifier(root, attribute(element, "extension")) if root else Identifier()


def identifiers(element: Element | None, path: str) -> tuple[Identifier, ...]:
    """Return the identifiers at a path that have a root."""
    return tuple(found for one in every(element, path) if (found := identifier(one)))


def code(element: Element | None) -> Code:
    """Return a code, its system and its words; without a code, its words alone."""
    words = attribute(element, "displayName")
    return Code(attribute(element, "code"), attribute(element, "codeSystem"), words)


def codes(element: Element | None, path: str) -> tuple[Code, ...]:
    """Return the codes at a path that have one."""
    return tuple(found for one in every(element, path) if (found := code(one)))
