"""What bytes are, whatever their first ones pretend and however they are cut."""

from __future__ import annotations

import pytest

from espace_sante.formats.media import HEAD, NOT_UTF8, Look, NotText, agrees, fits, sniff

XSL = b'<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"/>'
CDA = b'<ClinicalDocument xmlns="urn:hl7-org:v3"/>'
BOM = b"\xef\xbb\xbf"


@pytest.mark.parametrize(
    "data",
    [
        b'<?xml version="1.0"?>' + CDA,
        BOM + b'\r\n <?xml version="1.0"?>' + CDA,
        CDA,
        b" \n\t" + CDA,
        b"<!-- one --><!-- two -->\n" + CDA,
        b'<?xml-stylesheet href="a.xsl"?><!-- a < b --><hl7:ClinicalDocument xmlns:hl7="urn:hl7-org:v3"/>',
        XSL,
        BOM + b"<!-- display --><?a b?>" + XSL,
        b"<xsl:transform/>",
        b'<?xml version="1.0" encoding="ISO-8859-1"?><a>\xe9</a>',
        b"<!--" + b"a" * (HEAD - 100) + b"-->" + CDA,
    ],
)
def test_an_xml_is_one_whatever_stands_before_its_root(data: bytes) -> None:
    assert sniff(data) == "xml"
    assert agrees("text/xml; charset=utf-8", data)
    assert agrees("application/xslt+xml", data)
    assert not agrees("application/pdf", data)


@pytest.mark.parametrize(
    "data",
    [
        b"<html><body>Bonjour</body></html>",
        b"<!DOCTYPE html><html></html>",
        b"<!-- <ClinicalDocument> --><p>Bonjour</p>",
        b"%PDF",
        b" %PDF-1.7",
        b"\n\x25PDF-1.7 then <?xml version='1.0'?>",
        b"GIF89a",
        b"Bonjour <ClinicalDocument/>",
        b"<!-- without end " + CDA,
        b"",
    ],
)
def test_what_only_looks_like_something_stays_text(data: bytes) -> None:
    assert sniff(data) == "text"
    for declared in ("text/xml", "application/pdf", "image/png", "text/rtf", "text/html", ""):
        assert not agrees(declared, data)


@pytest.mark.parametrize(
    "data",
    [
        "<?xml version='1.0'?><a/>".encode("utf-16"),
        "Bonjour".encode("utf-16"),
        b"<?xml version='1.0' encoding='UTF-16'?><a/>",
        b"<?xml version='1.0' encoding=\"utf-32\"?><a/>",
        b"<?xml version='1.0'?><a>\xe9</a>",
        b"<?xml version='1.0' encoding='utf-8'?><a>\xe9</a>",
        b"Bonjour \xe9",
        b"a" * HEAD + b"\xc3",
        b"a" * (HEAD - 1) + b"\xc3" + b"b" * HEAD,
    ],
)
def test_text_that_is_not_utf8_is_said_to_be(data: bytes) -> None:
    with pytest.raises(NotText):
        sniff(data)
    look = Look()
    look.feed(data)
    assert look.end() == NOT_UTF8
    assert not fits("text/plain", NOT_UTF8)


def test_a_character_cut_in_two_is_whole_again() -> None:
    look = Look()
    for piece in (b"a" * HEAD + b"\xc3", b"\xa9", b"\xe2\x82", b"\xac"):
        look.feed(piece)
    assert look.end() == "text"


@pytest.mark.parametrize("data", [b"a\0b", b"MZ\x01\x02", b"PK\x03\x04", b"\x7fELF\x01"])
def test_bytes_that_nobody_knows_are_nothing(data: bytes) -> None:
    assert sniff(data) == ""
    assert not any(fits(declared, "") for declared in ("text/plain", "application/pdf", "text/xml"))
