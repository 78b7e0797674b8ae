"""Whole CDA documents: with sections, around a PDF, or nested in the style sheet that presents them.

They follow the header rules of the CI-SIS and the shape of its models; its schematrons have not judged them.
"""

from __future__ import annotations

import base64

from lxml import etree

from espace_sante.demo.writing.blocks import Section, section
from espace_sante.demo.writing.element import CDA, add, path
from espace_sante.demo.writing.header import document
from espace_sante.demo.writing.narrative import Narrative
from espace_sante.demo.writing.sheet import INVENTED, Sheet, Writer
from espace_sante.demo.writing.terms import Code, loinc

# Models of the CI-SIS by type of document, with the IHE one where the French one rests on it.
_MODELS = {
    "11502-2": ("1.3.6.1.4.1.19376.1.3.3", "1.2.250.1.213.1.1.1.55"),
    "18748-4": ("1.2.250.1.213.1.1.1.45",),
    "11369-6": ("1.2.250.1.213.1.1.1.37",),
    "87273-9": ("1.2.250.1.213.1.1.1.46",),
    "60591-5": ("1.2.250.1.213.1.1.1.13",),
    "11490-0": ("1.2.250.1.213.1.1.1.29",),
    "57833-6": ("1.2.250.1.213.1.1.1.39",),
}
# A document that follows no model of sections: IHE PCC, "Medical Documents".
_ANY_SECTIONS = ("1.3.6.1.4.1.19376.1.5.3.1.1.1",)
_AROUND_A_FILE = ("1.3.6.1.4.1.19376.1.2.20",)
_ACT = loinc("11488-4", "Consultation")
_XSL = "http://www.w3.org/1999/XSL/Transform"
_NEST = "urn:espace-sante:contenu"


def structured(*sections: Section, act: Code = _ACT) -> Writer:
    """Return what writes a CDA with these sections, the last of which says that all is invented."""

    def write(sheet: Sheet) -> bytes:
        return _bytes(_structured(sheet, sections, act))

    return Writer("text/xml", write)


def around(pdf: Writer, act: Code = _ACT) -> Writer:
    """Return what writes a CDA around a PDF."""

    def write(sheet: Sheet) -> bytes:
        root = document(sheet, _AROUND_A_FILE, act)
        data = base64.b64encode(pdf.write(sheet)).decode()
        held = path(root, "component/nonXMLBody")
        add(held, "text", data, mediaType=pdf.media_type, representation="B64")
        return _bytes(root)

    return Writer("text/xml", write)


def self_presentable(*sections: Section, act: Code = _ACT) -> Writer:
    """Return what writes a CDA nested in its own style sheet."""

    def write(sheet: Sheet) -> bytes:
        sheet_root = etree.fromstring(_STYLE_SHEET)
        sheet_root.insert(0, etree.Element(f"{{{_NEST}}}contenu"))
        sheet_root[0].append(_structured(sheet, sections, act))
        instruction = etree.ProcessingInstruction("xml-stylesheet", 'type="text/xsl" href="#"')
        sheet_root.addprevious(instruction)
        return _bytes(sheet_root)

    return Writer("application/xslt+xml", write)


def _structured(sheet: Sheet, sections: tuple[Section, ...], act: Code) -> etree._Element:
    root = document(sheet, _MODELS.get(sheet.type_code, _ANY_SECTIONS), act)
    body, narrative = path(root, "component/structuredBody"), Narrative(sheet.created)
    for each in (*sections, section("À propos de ce document", ("48767-8", "Commentaire"), INVENTED)):
        narrative.write(body, each)
    return root


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8")


# Enough to show it in a program that runs style sheets; ours never does.
_STYLE_SHEET = f"""
<xsl:stylesheet version="1.0" xmlns:xsl="{_XSL}" xmlns:c="{CDA}" xmlns:n="{_NEST}" exclude-result-prefixes="c n">
<xsl:output method="html" encoding="UTF-8"/>
<xsl:template match="/"><xsl:apply-templates select="*/n:contenu/c:ClinicalDocument"/></xsl:template>
<xsl:template match="c:ClinicalDocument">
<html lang="fr"><head><title><xsl:value-of select="c:title"/></title></head>
<body><h1><xsl:value-of select="c:title"/></h1><xsl:apply-templates select=".//c:section"/></body></html>
</xsl:template>
<xsl:template match="c:section">
<h2><xsl:value-of select="c:title"/></h2><p><xsl:value-of select="c:text"/></p>
</xsl:template>
</xsl:stylesheet>
""".strip().encode()
