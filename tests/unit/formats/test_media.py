"""What bytes are, told from their first ones."""

from __future__ import annotations

import pytest

from espace_sante.formats import media


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"<?xml version='1.0'?><a/>", "xml"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><a/>", "xml"),
        (b"<ClinicalDocument xmlns='urn:hl7-org:v3'/>", "xml"),
        (b"<h:ClinicalDocument xmlns:h='urn:hl7-org:v3'/>", "xml"),
        (b"<!-- a --> <?b c?>\n<xsl:stylesheet/>", "xml"),
        ("<ClinicalDocument>é</ClinicalDocument>".encode(), "xml"),
        (b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>", "xml"),
        (b"<3 bonjour", "text"),
        (b"<ClinicalDocuments/>", "text"),
        (b"Bonjour <ClinicalDocument/>", "text"),
        (b"%PDF-1.7", "pdf"),
        (b"\x00\x01", ""),
    ],
)
def test_xml_is_told_from_text(data: bytes, kind: str) -> None:
    assert media.sniff(data) == kind


def test_a_declared_type_is_one_of_those_accepted() -> None:
    assert media.kind_of("TEXT/XML; charset=utf-8") == "xml"
    assert media.kind_of("application/xslt+xml") == "xml"
    assert media.kind_of("text/html") == ""
    assert media.agrees("text/plain", b"<?xml version='1.0'?><a/>"), "XML may be kept as words"
    assert not media.agrees("text/xml", b"Bonjour")
    assert not media.agrees("text/html", b"Bonjour")
