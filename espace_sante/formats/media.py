"""What bytes really are, told from their first ones: the declared type is never believed.

Source: the magic numbers of each format's own specification (ISO 32000 7.5.2, PNG 5.2, ITU T.81 B.1.1.3, TIFF 6.0 section 2,
RTF 1.9.1); text and XML by decoding.
"""

from __future__ import annotations

import codecs
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
NOT_UTF8 = "not-utf8"
HEAD = 64 * 1024  # what tells a kind is within these first bytes, or is not believed
_BOM = b"\xef\xbb\xbf"
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_CONTROLS = re.compile(rb"[\x00-\x08]")
_BEFORE_ROOT = re.compile(rb"\A(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_ROOT = re.compile(rb"<(?:[\w.-]+:)?([\w.-]+)")
_ENCODING = re.compile(rb"""\A<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)""")
# What an XML may be without the declaration that says it is one: a clinical document, or one that carries its own display.
_ROOTS = frozenset({b"ClinicalDocument", b"stylesheet", b"transform"})


class NotText(ValueError):
    """Bytes said to be text that are not UTF-8."""


def kind_of(declared: str) -> str:
    """Return what a declared media type says the bytes are, parameters such as charset ignored; "" when not accepted."""
    return ACCEPTED.get(declared.partition(";")[0].strip().lower(), "")


class Look:
    """Tells what bytes are while they come, whatever their size; it holds `HEAD` bytes and one piece at most."""

    def __init__(self) -> None:
        self._head = bytearray()
        self._kind = ""
        self._decided = False
        self._decoder: codecs.IncrementalDecoder | None = None

    def feed(self, piece: bytes) -> None:
        """Look at one more piece."""
        if self._decided:
            self._check(piece, final=False)
            return
        self._head += piece
        if len(self._head) >= HEAD:
            self._decide()

    def end(self) -> str:
        """Return what the bytes were: pdf, png, jpeg, tiff, rtf, xml, text, NOT_UTF8, or "" for anything else.

        NOT_UTF8 when they look like text or XML and are not valid UTF-8 (an XML that declares ISO-8859-1 is XML).
        """
        if not self._decided:
            self._decide()
        self._check(b"", final=True)
        return self._kind

    def _decide(self) -> None:
        head = bytes(self._head)
        self._decided, self._head = True, bytearray()
        self._kind, unicode = _kind_of(head)
        if unicode:
            self._decoder = codecs.getincrementaldecoder("utf-8")()
            self._check(head, final=False)

    def _check(self, piece: bytes, *, final: bool) -> None:
        if self._decoder is None:
            return
        try:
            self._decoder.decode(piece, final)
        except UnicodeDecodeError:
            self._kind, self._decoder = NOT_UTF8, None


def sniff(data: bytes) -> str:
    """Return what the bytes are, "" when nothing known; raises NotText for text that is not UTF-8."""
    look = Look()
    look.feed(data)
    found = look.end()
    if found == NOT_UTF8:
        raise NotText
    return found


def agrees(declared: str, data: bytes) -> bool:
    """Say whether bytes are what the declared media type says; raises NotText."""
    return fits(declared, sniff(data))


def fits(declared: str, found: str) -> bool:
    """Say whether bytes found to be of a kind are what the declared media type says (its parameters are ignored)."""
    wanted = kind_of(declared)
    return bool(wanted) and (found == wanted or (wanted == "text" and found == "xml"))


def _kind_of(head: bytes) -> tuple[str, bool]:
    """Return the kind that the first bytes tell, and whether all of them must then be UTF-8."""
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind, False
    if head.startswith(_WIDE):  # UTF-16: nobody sends it, and it hides what it holds from whoever looks for it
        return NOT_UTF8, False
    body = head.removeprefix(_BOM).lstrip()
    if _is_xml(body):
        named = _ENCODING.match(body)
        encoding = named.group(1).lower() if named else b"utf-8"
        if encoding.startswith((b"utf-16", b"utf-32", b"ucs", b"iso-10646")):
            return NOT_UTF8, False
        return "xml", encoding in (b"utf-8", b"utf8", b"us-ascii", b"ascii")
    if _CONTROLS.search(head, 0, 4096):
        return "", False
    return "text", True


def _is_xml(body: bytes) -> bool:
    if body.startswith(b"<?xml"):
        return True
    before = _BEFORE_ROOT.match(body)
    root = _ROOT.match(body, before.end() if before else 0)
    return root is not None and root.group(1) in _ROOTS
