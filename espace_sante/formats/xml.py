"""XML from outside, read with everything dangerous refused before it is parsed: no DOCTYPE, no entity, no network, no depth.

Nothing in a document is followed: style sheets named by a processing instruction, schema locations and XInclude stay words.
Source: security of XML processing (OWASP XXE); libxml2's limits of parsing; docs/entrees-refusees.md.
"""

from __future__ import annotations

import re
from threading import Thread

from lxml import etree

from espace_sante.kernel.errors import Kind, Problem

# Encodings where `<` is the byte 3C and nothing else is: what is checked on bytes is then what the parser reads. UTF-16,
# UTF-7 or EBCDIC would hide a DOCTYPE from the check; nobody sends them.
_ENCODINGS = frozenset({"utf-8", "us-ascii", "ascii", "iso-8859-1", "iso-8859-15", "windows-1252"})
_DECLARED = re.compile(rb"\A<\?xml\s[^>]*?\sencoding\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
# What may stand before the root element: declaration, comments, processing instructions, white space; never a DOCTYPE.
_BEFORE_ROOT = re.compile(rb"\A(?:\s+|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
_BOM = b"\xef\xbb\xbf"
# A tree takes about 250 bytes for each tag or attribute: this bounds it to some 300 MB whatever the bytes are. The longest
# real document known to us has 7,000 of each.
MOST_MARKS = 1_000_000
# Above this libxml2 refuses a text node; a larger document (a scan in base64) is then read without its limits, for which
# a DOCTYPE must not stand anywhere in it, not even as words.
_LIBXML2_TEXT = 10_000_000


def parse(data: bytes, *, most_bytes: int = 50_000_000, depth: int = 100) -> etree._Element:
    """Return the root element of a document, comments and processing instructions left out.

    Raises Problem: xml-too-large, xml-too-complex, xml-doctype, xml-unreadable, xml-too-deep. Work and memory are bounded
    by `most_bytes`, `depth` and MOST_MARKS; nothing is asked of the network or of the disk.
    """
    if len(data) > most_bytes:
        raise Problem(Kind.TOO_LARGE, "xml-too-large", {"maximum": most_bytes})
    body = data.removeprefix(_BOM)
    if b"\x00" in body or not body.lstrip().startswith(b"<"):
        raise _unreadable()
    if max(body.count(b"<"), body.count(b"=")) > MOST_MARKS:
        raise Problem(Kind.TOO_LARGE, "xml-too-complex", {"maximum": MOST_MARKS})
    huge = len(body) > _LIBXML2_TEXT
    _refuse_doctype(body, anywhere=huge)
    root = _in_a_thread_of_its_own(body, _encoding(body), huge, depth)
    if root.getroottree().docinfo.doctype:  # a form the check above did not know: still refused
        raise Problem(Kind.UNPROCESSABLE, "xml-doctype")
    if bool(root.xpath("boolean(" + "/*" * (depth + 1) + ")")):
        raise _too_deep(depth)
    return root


def _unreadable() -> Problem:
    return Problem(Kind.UNPROCESSABLE, "xml-unreadable")


def _too_deep(depth: int) -> Problem:
    return Problem(Kind.UNPROCESSABLE, "xml-too-deep", {"maximum": depth})


def _encoding(body: bytes) -> str:
    """Return the encoding declared, UTF-8 when none is; the parser is held to it. Raises Problem for any other."""
    found = _DECLARED.match(body)
    declared = (found[1] or found[2] or b"").decode("ascii", "replace").lower() if found else "utf-8"
    if declared not in _ENCODINGS:
        raise _unreadable()
    return declared


def _refuse_doctype(body: bytes, *, anywhere: bool) -> None:
    match = _BEFORE_ROOT.match(body)
    if body[match.end() if match else 0 :][:2] == b"<!" or (anywhere and b"<!DOCTYPE" in body):
        raise Problem(Kind.UNPROCESSABLE, "xml-doctype")


def _in_a_thread_of_its_own(body: bytes, encoding: str, huge: bool, depth: int) -> etree._Element:
    """Parse in a thread that ends: lxml keeps every name ever read for as long as the thread that read it lives, so that
    documents full of invented names would fill the memory of a process. Measured: 8 MB kept for each such document.
    """
    found: list[etree._Element | Problem] = []
    thread = Thread(target=lambda: found.append(_parsed(body, encoding, huge, depth)), name="xml")
    thread.start()
    thread.join()
    if not found:  # no memory left, or a fault that is not the document's: never taken for a document
        raise _unreadable()
    if isinstance(found[0], Problem):
        raise found[0]
    return found[0]


def _parsed(body: bytes, encoding: str, huge: bool, depth: int) -> etree._Element | Problem:
    parser = etree.XMLParser(
        encoding=encoding,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        dtd_validation=False,
        huge_tree=huge,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    try:
        return etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError, MemoryError) as fault:
        return _too_deep(depth) if "depth" in str(fault) else _unreadable()
