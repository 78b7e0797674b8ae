"""Files inside a CDA: base64 or text to bytes, and what the bytes are. The declared type is kept, never believed.

Source: HL7 V3 data types ED; RFC 4648 §4.
"""

from __future__ import annotations

import base64
import binascii
import re

from lxml import etree

from espace_sante.formats import media
from espace_sante.formats.cda.nodes import Embedded, Fault, Form
from espace_sante.formats.cda.reading import NAMESPACE

_REFERENCE = f"{{{NAMESPACE}}}reference"
_SPACES = re.compile(rb"\s+")
_GIF = (b"GIF87a", b"GIF89a")


def read_file(element: etree._Element, number: int, *, title: str = "") -> Embedded:
    """Return the file an ED element holds. Never raises: what is wrong is said by `fault`; no address is followed."""
    declared = (element.get("mediaType") or "").strip().lower()
    data, fault = _bytes_of(element)
    reference = element.find(_REFERENCE)
    address = "" if reference is None else (reference.get("value") or "").strip()
    if fault is Fault.EMPTY and address:
        fault = Fault.ELSEWHERE
    form = form_of(data) if fault is Fault.NONE else Form.UNKNOWN
    return Embedded(number, form, declared, data, title=title, fault=fault, address=address)


def form_of(data: bytes) -> Form:
    """Return what the bytes are; text in an old encoding is text too."""
    if data.startswith(_GIF):
        return Form.GIF
    try:
        return Form(media.sniff(data) or Form.UNKNOWN)
    except media.NotText:
        return Form.TEXT


def text_of(data: bytes) -> str:
    """Return the words of a text file: UTF-8, else what old French systems write. Never raises."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _bytes_of(element: etree._Element) -> tuple[bytes, Fault]:
    # The bytes stand directly in the element: a thumbnail or a reference beside them is not part of them.
    words = "".join([element.text or "", *(child.tail or "" for child in element)])
    if not words.strip():
        return b"", Fault.EMPTY
    if (element.get("representation") or "").upper() != "B64":
        return words.encode(), Fault.NONE
    try:
        data = base64.b64decode(_SPACES.sub(b"", words.encode("ascii")), validate=True)
    except (binascii.Error, UnicodeEncodeError, ValueError):
        return b"", Fault.BROKEN
    return (data, Fault.NONE) if data else (b"", Fault.EMPTY)
