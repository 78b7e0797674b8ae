"""CDA documents written for these tests: nobody's, and short enough to be read."""

from __future__ import annotations

from lxml import etree

from espace_sante.formats.cda import reading

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
HEAD = (
    '<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    '<title>Compte rendu</title><languageCode code="fr-FR"/>'
)


def document(sections: str) -> etree._Element:
    """Return a document with these sections."""
    return reading.read(
        f"{HEAD}<component><structuredBody>{sections}</structuredBody></component></ClinicalDocument>".encode()
    )


def section(text: str, *, title: str = "Section", entries: str = "", inner: str = "") -> str:
    """Return a section with this narrative."""
    return f"<component><section><title>{title}</title><text>{text}</text>{entries}{inner}</section></component>"


def narrative(text: str, *, entries: str = "") -> etree._Element:
    """Return a document of one section."""
    return document(section(text, entries=entries))


def unstructured(text: str) -> etree._Element:
    """Return a document whose body is one file."""
    return reading.read(f"{HEAD}<component><nonXMLBody>{text}</nonXMLBody></component></ClinicalDocument>".encode())


def media(identifier: str, data: str, kind: str = "image/png") -> str:
    """Return an entry that holds a file."""
    return (
        f'<entry><observationMedia classCode="OBS" moodCode="EVN" ID="{identifier}">'
        f'<value mediaType="{kind}" representation="B64">{data}</value></observationMedia></entry>'
    )
