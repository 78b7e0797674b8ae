"""XML from outside, read with everything dangerous refused before it is parsed: no DOCTYPE, no entity, no network, no depth.

Nothing in a document is followed: style sheets named by a processing instruction, schema locations and XInclude stay words.
Source: security of XML processing, FIRST-HOUR "XML"; libxml2's own limits stay on (`huge_tree` off).
"""

from __future__ import annotations

import re

from lxml import etree

from espace_sante.kernel.errors import Kind, Problem

# What may stand before the root element: declaration, comments, processing instructions, white space; never a DOCTYPE.
_BEFORE_ROOT = re.compile(rb"\A(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00")
_BOM = b"\xef\xbb\xbf"


def parse(data: bytes, *, most_bytes: int = 50_000_000, depth: int = 100) -> etree._Element:
    """Return the root element of a document, comments and processing instructions left out.

    Raises Problem: xml-too-large, xml-doctype, xml-unreadable, xml-too-deep. Works in one pass over the tree, bounded by
    `most_bytes` and `depth`; asks nothing of the network or of the disk. UTF-16 is refused: nobody sends it, and it would
    hide a DOCTYPE from the check.
    """
    if len(data) > most_bytes:
        raise Problem(Kind.TOO_LARGE, "xml-too-large", {"maximum": most_bytes})
    body = data.removeprefix(_BOM)
    if body.startswith(_WIDE):
        raise Problem(Kind.UNPROCESSABLE, "xml-unreadable")
    _refuse_doctype(body)
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as fault:
        deep = "depth" in str(fault)
        raise Problem(Kind.UNPROCESSABLE, "xml-too-deep" if deep else "xml-unreadable", {"maximum": depth}) from None
    if root.getroottree().docinfo.doctype:  # a form the check above did not know: still refused
        raise Problem(Kind.UNPROCESSABLE, "xml-doctype")
    _refuse_deep(root, depth)
    return root


def _refuse_doctype(body: bytes) -> None:
    match = _BEFORE_ROOT.match(body)
    if body[match.end() if match else 0 :][:2] == b"<!":
        raise Problem(Kind.UNPROCESSABLE, "xml-doctype")


def _refuse_deep(root: etree._Element, most: int) -> None:
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > most:
            raise Problem(Kind.UNPROCESSABLE, "xml-too-deep", {"maximum": most})
