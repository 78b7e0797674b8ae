"""The body of a CDA, from the parsed document to plain values.

Source: HL7 CDA R2 §4.3.1 (body), §4.3.2 (`nonXMLBody`), §4.3.4 (sections).
"""

from __future__ import annotations

from lxml import etree

from espace_sante.formats.cda import media
from espace_sante.formats.cda.entries import read_entry
from espace_sante.formats.cda.inventory import Inventory, children, language_of, local, tag
from espace_sante.formats.cda.narrative import read_flow
from espace_sante.formats.cda.nodes import Body, Embedded, Entry, Note, Section
from espace_sante.formats.cda.values import read_coded

# What a section says of itself, beside its text: shown with its coded statements.
_ABOUT = frozenset({"author", "informant", "subject", "confidentialityCode"})


def read_body(document: etree._Element) -> Body:
    """Return what the body of a `ClinicalDocument` says, all of it. Never raises, follows nothing, keeps no element."""
    language = _language(document)
    structured = document.find(f"{tag('component')}/{tag('structuredBody')}")
    if structured is not None:
        inventory = Inventory(structured)
        sections = tuple(_read_section(one, inventory) for one in _sections_of(structured))
        return Body(sections, language=language, cut=inventory.cut)
    text = document.find(f"{tag('component')}/{tag('nonXMLBody')}/{tag('text')}")
    return Body(language=language, file=None if text is None else media.read_file(text, 1, title=title_of(document)))


def title_of(element: etree._Element) -> str:
    """Return the title of a document or a section, its white space as one; empty when it has none."""
    title = element.find(tag("title"))
    return "" if title is None else " ".join("".join(title.itertext()).split())


def _language(element: etree._Element) -> str:
    code = element.find(tag("languageCode"))
    if code is None:
        return language_of(element)
    probe = etree.Element("language", language=(code.get("code") or "").strip())
    return language_of(probe)


def _sections_of(element: etree._Element) -> list[etree._Element]:
    return [
        section
        for component in element.iterchildren(tag("component"))
        for section in component.iterchildren(tag("section"))
    ]


def _read_section(section: etree._Element, inventory: Inventory) -> Section:
    text, code = section.find(tag("text")), section.find(tag("code"))
    inventory.spend()
    flow = () if text is None else read_flow(text, inventory)
    notes = () if text is None else _notes(text, inventory)
    files = _files_left(section, inventory)
    entries = _entries(section, inventory)
    return Section(
        title=title_of(section),
        code=None if code is None else read_coded(code, inventory),
        flow=flow,
        notes=notes,
        files=files,
        entries=entries,
        sections=tuple(_read_section(one, inventory) for one in _sections_of(section)),
        language=_language(section),
        has_text=text is not None,
    )


def _notes(text: etree._Element, inventory: Inventory) -> tuple[Note, ...]:
    return tuple(Note(inventory.notes[note], read_flow(note, inventory)) for note in text.iter(tag("footnote")))


def _files_left(section: etree._Element, inventory: Inventory) -> tuple[Embedded, ...]:
    """Return the files of the section's own entries that its narrative did not show."""
    found = [file for entry in section.iterchildren(tag("entry")) for file in inventory.files_under(entry)]
    return tuple(file for file in found if inventory.show(file))


def _entries(section: etree._Element, inventory: Inventory) -> tuple[Entry, ...]:
    read = [
        read_entry(child, inventory) for child in children(section) if local(child) == "entry" or local(child) in _ABOUT
    ]
    return tuple(entry for entry in read if entry is not None)
