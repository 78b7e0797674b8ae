"""What a document points to, found once before reading it: identified elements, notes in order, embedded files.

Source: HL7 CDA R2 §4.3.5 (`ID`, `footnote`, `renderMultiMedia`); an ID given twice means its first bearer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from espace_sante.formats.cda import media
from espace_sante.formats.cda.nodes import Cut, Embedded, Flow, NoteMark
from espace_sante.formats.cda.reading import NAMESPACE

# Elements a person may be shown, rows, cells and files together; beyond it the page says that it stops.
MOST_ELEMENTS = 250_000
# Words of the narrative repeated beside what was coded from them; the narrative itself always has them whole.
_MOST_ECHOED = 300
_ANCHORED = frozenset({"content", "paragraph", "item", "td", "th", "footnote", "caption", "text", "list", "table"})
_FILES = frozenset({"observationMedia", "regionOfInterest", "value"})
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


class Inventory:
    """The identified elements, notes and files of one body, and what of them was already shown while reading it."""

    def __init__(self, body: etree._Element) -> None:
        self.left = MOST_ELEMENTS
        self.cut = False
        self.names: dict[str, etree._Element] = {}
        self.notes: dict[etree._Element, int] = {}
        self.targets: set[str] = set()
        self._files: dict[etree._Element, Embedded] = {}
        self._under: dict[etree._Element, list[Embedded]] = {}
        self._shown: set[int] = set()
        self._called: set[int] = set()
        self._echoes: dict[str, str] = {}
        for element in body.iter(etree.Element):
            self._note(element)

    def _note(self, element: etree._Element) -> None:
        name = element.get("ID")
        if name is not None:
            self.names.setdefault(name, element)
        match local(element):
            case "footnote":
                self.notes[element] = len(self.notes) + 1
            case "linkHtml" if (element.get("href") or "").startswith("#"):
                self.targets.add(element.get("href", "")[1:])
            case "value" if is_file(element):
                self._files[element] = media.read_file(element, len(self._files) + 1)

    def spend(self) -> bool:
        """Count one element; say whether it may still be shown."""
        self.left -= 1
        return self.left >= 0

    def stop(self) -> Flow:
        """Return the sign that the rest is left out, once for the whole document."""
        first, self.cut = not self.cut, True
        return (Cut(),) if first else ()

    def anchor(self, element: etree._Element) -> str:
        """Return the name of an element when a link of the document leads to it, else nothing."""
        name = element.get("ID")
        known = name is not None and name in self.targets and self.names.get(name) is element
        return name if known and name and local(element) in _ANCHORED else ""

    def leads_to(self, name: str) -> bool:
        """Say whether a link to this name leads somewhere."""
        found = self.names.get(name)
        return found is not None and self.anchor(found) == name

    def note_of(self, reference: str) -> int:
        """Return the number of the note a reference names, 0 when there is none."""
        found = self.names.get(reference)
        return 0 if found is None else self.notes.get(found, 0)

    def call(self, number: int) -> NoteMark:
        """Return a call to a note."""
        first = number not in self._called
        self._called.add(number)
        return NoteMark(number, first)

    def file(self, value: etree._Element) -> Embedded | None:
        """Return the file an element of a coded value holds."""
        return self._files.get(value)

    def files_under(self, element: etree._Element) -> list[Embedded]:
        """Return the files of a statement; looked for once in each, however often it is named."""
        if element not in self._under:
            values = element.iter(tag("value"))
            self._under[element] = [file for value in values if (file := self._files.get(value)) is not None]
        return self._under[element]

    def show(self, file: Embedded) -> bool:
        """Say whether the file is still to be shown, and hold it as shown."""
        new = file.number not in self._shown
        self._shown.add(file.number)
        return new

    def echo(self, reference: str) -> str:
        """Return the words a reference of a coded value names, short; nothing when it leads nowhere."""
        name = reference.strip().removeprefix("#")
        if name not in self._echoes:
            found = self.names.get(name)
            said = found is not None and local(found) not in _FILES  # its words are the bytes of a file
            self._echoes[name] = _short(found) if found is not None and said else ""
        return self._echoes[name]


def tag(name: str) -> str:
    """Return the full name of an element of the standard."""
    return f"{{{NAMESPACE}}}{name}"


def local(element: etree._Element) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def is_narrative(element: etree._Element, name: str) -> bool:
    """Say whether an element is this one of the narrative, in the namespace of the standard."""
    return element.tag == f"{{{NAMESPACE}}}{name}"


def children(element: etree._Element) -> Iterator[etree._Element]:
    """Give the child elements, what is not an element left out."""
    return element.iterchildren(etree.Element)


def language_of(element: etree._Element) -> str:
    """Return the language an element says it is in, nothing when it says none or nonsense."""
    said = element.get("language") or element.get(_XML_LANGUAGE) or ""
    return said if _LANGUAGE.fullmatch(said) else ""


def is_file(value: etree._Element) -> bool:
    """Say whether a coded value holds a file: it says a media type, or its base64."""
    return bool(value.get("mediaType") or value.get("representation"))


def _short(element: etree._Element) -> str:
    words, length = [], 0
    for piece in element.itertext():
        words.append(piece)
        length += len(piece.strip())
        if length > _MOST_ECHOED:
            break
    text = " ".join(" ".join(words).split())
    return text if len(text) <= _MOST_ECHOED else f"{text[:_MOST_ECHOED].rstrip()}…"
