"""From bytes to the `ClinicalDocument` element, wherever it stands; the style sheet around it is never run.

Source: HL7 CDA R2; CI-SIS "document autoprésentable" (the root is then `xsl:stylesheet`, the document nested in it).
"""

from __future__ import annotations

from lxml import etree

from espace_sante.formats import xml
from espace_sante.kernel.errors import Kind, Problem

NAMESPACE = "urn:hl7-org:v3"
NAMES = {"c": NAMESPACE}
_DOCUMENT = f"{{{NAMESPACE}}}ClinicalDocument"
_STYLE_SHEET = "{http://www.w3.org/1999/XSL/Transform}stylesheet"


def read(data: bytes, *, most_bytes: int = 50_000_000, depth: int = 100) -> etree._Element:
    """Return the `ClinicalDocument` of a CDA, unwrapped from its style sheet when it presents itself.

    Raises Problem: what `xml.parse` raises, and not-a-cda when there is no such element, or more than one.
    """
    root = xml.parse(data, most_bytes=most_bytes, depth=depth)
    if root.tag == _DOCUMENT:
        return root
    found = list(root.iter(_DOCUMENT)) if root.tag == _STYLE_SHEET else []
    if len(found) != 1:
        raise Problem(Kind.UNPROCESSABLE, "not-a-cda")
    return found[0]


def is_self_presentable(data: bytes) -> bool:
    """Say whether the bytes are those of a document nested in its own style sheet."""
    return xml.parse(data).tag == _STYLE_SHEET
