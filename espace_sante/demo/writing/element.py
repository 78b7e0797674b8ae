"""Elements of a CDA document, built as a tree so that no word can become markup."""

from __future__ import annotations

from datetime import datetime

from lxml import etree

from espace_sante.demo.writing.terms import Code

CDA = "urn:hl7-org:v3"
XSI = "http://www.w3.org/2001/XMLSchema-instance"


def add(parent: etree._Element, name: str, words: str = "", **attributes: str) -> etree._Element:
    """Add an element of the CDA namespace, with its text and attributes; `type` is an xsi:type. Returns it."""
    kind = attributes.pop("type", "")
    made = etree.SubElement(parent, f"{{{CDA}}}{name}")
    if kind:
        made.set(f"{{{XSI}}}type", kind)
    for key, value in attributes.items():
        made.set(key, value)
    made.text = words or None
    return made


def path(parent: etree._Element, names: str, **attributes: str) -> etree._Element:
    """Add elements inside each other (`a/b/c`); the attributes go to the last. Returns it."""
    *before, last = names.split("/")
    for name in before:
        parent = add(parent, name)
    return add(parent, last, **attributes)


def coded(parent: etree._Element, name: str, code: Code) -> etree._Element:
    """Add a coded element. Returns it."""
    return add(parent, name, code=code.code, codeSystem=code.system, displayName=code.display)


def templates(parent: etree._Element, *roots: str) -> None:
    """Say which models an element follows."""
    for root in roots:
        add(parent, "templateId", root=root)


def stamp(at: datetime) -> str:
    """Return an instant as HL7 writes it, with its offset."""
    return at.strftime("%Y%m%d%H%M%S%z")
