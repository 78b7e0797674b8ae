"""What a health document says and what its view shows, counted apart: XPath on the source, lxml.html on the view.

Written from the standard and from the page, never from the code between them, so that a rule forgotten there shows here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import lxml.html
from lxml import etree

V3 = {"c": "urn:hl7-org:v3"}
# Elements around which words are apart, on each side.
APART = frozenset({
    "text", "table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "list", "item", "paragraph", "br", "footnote",
    "footnoteRef", "renderMultiMedia", "col", "colgroup",
})  # fmt: skip
APART_HTML = frozenset({
    "div", "p", "table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "ul", "ol", "li", "br", "figure",
    "figcaption", "del", "ins",
})  # fmt: skip
# Coded data of a section: its entries, and what it says of itself.
CODED = "c:entry | c:author | c:informant | c:subject | c:confidentialityCode"
_HIDDEN = re.compile("[\u0080-\u0084\u0086-\u009f\u202a-\u202e\u2061-\u2069]")


def in_source(document: etree._Element) -> dict[str, Any]:
    """Return the counts of a `ClinicalDocument`."""
    texts = document.xpath("//c:structuredBody//c:section/c:text", namespaces=V3)
    coded = document.xpath(
        f"//c:structuredBody//c:section/*[self::{CODED.replace(' | ', ' or self::')}]", namespaces=V3
    )

    def of_texts(path: str) -> int:
        return sum(int(text.xpath(f"count({path})", namespaces=V3)) for text in texts)

    def of_coded(path: str) -> list[Any]:
        return [found for one in coded for found in one.xpath(path, namespaces=V3)]

    numbers = of_coded("descendant-or-self::*[@value][local-name()!='reference'][local-name()!='telecom']")
    return {
        "sections": int(document.xpath("count(//c:structuredBody//c:section)", namespaces=V3)),
        "cells": of_texts(".//c:td | .//c:th"),
        "rows": of_texts(".//c:tr"),
        "tables": of_texts(".//c:table"),
        "items": of_texts(".//c:item"),
        "paragraphs": of_texts(".//c:paragraph"),
        "notes": of_texts(".//c:footnote"),
        "files": len(
            of_coded(".//c:observationMedia/c:value | .//c:value[@mediaType][not(parent::c:observationMedia)]")
        )
        + int(document.xpath("count(//c:nonXMLBody/c:text)", namespaces=V3)),
        "words": Counter(word for text in texts for word in _words(_pieces(text, _apart_source))),
        "titles": Counter(
            " ".join("".join(title.itertext()).split())
            for title in document.xpath("//c:structuredBody//c:section/c:title", namespaces=V3)
            if "".join(title.itertext()).strip()
        ),
        "codes": Counter(
            one.get("code").strip() for one in of_coded("descendant-or-self::*[normalize-space(@code)][not(@value)]")
        ),
        "numbers": Counter(filter(None, map(_number, numbers))),
        "moments": Counter(filter(None, map(_stamp, numbers))),
        "flags": len(of_coded(".//c:interpretationCode")),
        "ranges": len(of_coded(".//c:referenceRange")),
        "labels": {_plain(one) for one in of_coded("descendant-or-self::*/@displayName") if one.strip()},
        "contacts": {one for one in of_coded(".//c:telecom/@value | .//c:id/@extension") if one.strip()},
        "missing": len(of_coded("descendant-or-self::*[@nullFlavor][not(local-name()='id')]")),
        "loose": {text for one in of_coded(".//*") if (text := _loose(one))},
    }


def in_view(html: str) -> dict[str, Any]:
    """Return the counts of a view, the words we added left out."""
    root = lxml.html.fromstring(f"<main>{html}</main>")
    narratives = root.xpath("//*[contains-token(@class,'es-cda-narrative')]".replace(
        "contains-token(@class,'es-cda-narrative')", "contains(concat(' ',@class,' '),' es-cda-narrative ')"
    ))  # fmt: skip
    coded = root.xpath("//details[@class='es-cda-entries']")

    def of_narratives(path: str) -> int:
        return sum(len(one.xpath(path)) for one in narratives)

    def of_coded(path: str) -> list[Any]:
        return [found for one in coded for found in one.xpath(path)]

    return {
        "sections": len(root.xpath("//section")),
        "cells": of_narratives(".//td | .//th"),
        "rows": of_narratives(".//tr"),
        "tables": of_narratives(".//table"),
        "items": of_narratives(".//li[not(parent::ul[@class='es-cda-notes'])]"),
        "paragraphs": of_narratives(".//*[@class='es-cda-paragraph']"),
        "notes": of_narratives(".//ul[@class='es-cda-notes']/li"),
        "files": len(root.xpath("//figure")),
        "words": Counter(word for one in narratives for word in _words(_pieces(one, _apart_html))),
        "titles": Counter(
            " ".join(title.text_content().split())
            for title in root.xpath("//*[contains(@class,'es-cda-title')][not(contains(@class,'es-cda-added'))]")
        ),
        "codes": Counter(str(one) for one in of_coded(".//data[contains(@class,'es-cda-')]/@value")),
        "numbers": Counter(str(one) for one in of_coded(".//data[not(@class)]/@value")),
        "moments": Counter(re.sub(r"\D", "", _without_offset(str(one))) for one in of_coded(".//time/@datetime")),
        "flags": len(of_coded(".//*[contains(@class,'es-cda-flag')]")),
        "ranges": len(of_coded(".//*[@class='es-cda-range']")),
        "missing": len(of_coded(".//*[@class='es-cda-missing']")),
        "text": _plain(" ".join(one.text_content() for one in [*coded, *narratives])),
    }


def _words(pieces: Iterator[str]) -> list[str]:
    return _HIDDEN.sub("", "".join(pieces)).split()


def _pieces(element: Any, apart: Any) -> Iterator[str]:
    """Give the words under an element, with white space wherever a person would see them apart."""
    kind = apart(element)
    if kind == "hidden":
        return
    if kind != "out":
        yield " " if kind == "apart" else ""
        yield element.text or ""
        for child in element:
            if isinstance(child.tag, str):
                yield from _pieces(child, apart)
            yield child.tail or ""
    yield " " if kind else ""


def _apart_source(element: Any) -> str:
    name = etree.QName(element).localname
    if name == "linkHtml":  # an outside address is told after its words
        return "after" if (element.get("href") or "#").strip()[:1] not in {"", "#"} else ""
    known = name in APART or name in {"content", "sub", "sup"}
    return "apart" if name in APART or not known or element.get("revised") else ""


def _apart_html(element: Any) -> str:
    classes = (element.get("class") or "").split()
    if {"es-cda-added", "es-cda-plain", "es-cda-shown"} & set(classes):
        return "hidden" if "es-cda-hidden-character" in classes else "out"
    return "apart" if element.tag in APART_HTML else ""


def _plain(text: str) -> str:
    return re.sub(r"\s", "", text).casefold()


def _number(element: Any) -> str:
    value = element.get("value").strip()
    if _stamp(element) or not value:
        return ""
    unit = element.get("unit") or element.get("currency") or element.get("displayName") or element.get("code") or ""
    return f"{value} {unit.strip()}".strip()


def _stamp(element: Any) -> str:
    """Return the digits of a time stamp, nothing when the element holds another kind of value."""
    kind = element.get("{http://www.w3.org/2001/XMLSchema-instance}type", "").split(":")[-1]
    names = {etree.QName(one).localname for one in (element, *element.iterancestors())} & {
        "effectiveTime", "time", "birthTime", "expirationTime",
    }  # fmt: skip
    around = [one.get("{http://www.w3.org/2001/XMLSchema-instance}type", "") for one in element.iterancestors()][:1]
    timed = kind.endswith("TS") or bool(names) or any(one.endswith("TS") for one in around)
    if not timed or element.get("unit") or etree.QName(element).localname in {"width", "period"}:
        return ""
    return re.sub(r"[+-]\d{4}$", "", element.get("value").strip()).replace(".", "")


def _without_offset(stamp: str) -> str:
    return re.sub(r"(T.*?)[+-]\d\d:\d\d$", r"\1", stamp)


def _loose(element: Any) -> str:
    """Return the words an element holds itself, outside the narrative and outside any file."""
    if etree.QName(element).localname in {"value"} and (element.get("mediaType") or element.get("representation")):
        return ""
    return _plain(" ".join([element.text or "", *(child.tail or "" for child in element)]))
