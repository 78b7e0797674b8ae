"""What bytes really are, told from their first ones: the declared type is never believed.

Source: the magic numbers of each format's own specification (ISO 32000 7.5.2, PNG 5.2, ITU T.81 B.1.1.3, TIFF 6.0 section 2,
RTF 1.9.1); text and XML by decoding.
"""

from __future__ import annotations

import re
from types import MappingProxyType

# What each declared type may be; a type that is not here is not accepted.
ACCEPTED = MappingProxyType(
    {
        "application/pdf": "pdf",
        "image/png": "png",
        "image/jpeg": "jpeg",
        "image/tiff": "tiff",
        "text/plain": "text",
        "application/rtf": "rtf",
        "text/rtf": "rtf",
        "text/xml": "xml",
        "application/xml": "xml",
        "application/xslt+xml": "xml",
    }
)
_MAGIC = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"{\\rtf", "rtf"),
)
_BOM = b"\xef\xbb\xbf"
# A declaration, or the root of a CDA or of the style sheet around it, whatever its prefix, after comments.
_XML = re.compile(rb"<\?xml|(?:<!--.*?-->\s*|<\?.*?\?>\s*)*+<(?:[\w.-]+:)?(?:ClinicalDocument|stylesheet)\b", re.DOTALL)
_CONTROLS = re.compile(rb"[\x00-\x08]")


class NotText(ValueError):
    """Bytes said to be text that are not UTF-8."""


def kind_of(declared: str) -> str:
    """Return what a declared media type says the bytes are, parameters such as charset ignored; "" when not accepted."""
    return ACCEPTED.get(declared.partition(";")[0].strip().lower(), "")


def sniff(data: bytes) -> str:
    """Return what the bytes are: pdf, png, jpeg, tiff, rtf, xml, text, or "" for anything else.

    Raises NotText when they look like text or XML but are not valid UTF-8 (an XML that declares ISO-8859-1 is XML).
    """
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    body = data.removeprefix(_BOM).lstrip()
    if _XML.match(body, 0, 4096):
        head = body[:200].lower()
        if b"encoding" in head and b"utf-8" not in head:
            return "xml"
        _decode(data)
        return "xml"
    if _CONTROLS.search(data, 0, 4096):
        return ""
    _decode(data)
    return "text"


def agrees(declared: str, data: bytes) -> bool:
    """Say whether the bytes are what the declared media type says (parameters such as charset are ignored)."""
    wanted = kind_of(declared)
    found = sniff(data)
    return bool(wanted) and (found == wanted or (wanted == "text" and found == "xml"))


def _decode(data: bytes) -> None:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        raise NotText from None
