"""Our CDA documents have the shape of published French ones, when these lie beside the project."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import combinations

from lxml import etree

from espace_sante.demo.documents import PAPERS, Someone
from espace_sante.demo.writing.sheet import cast
from espace_sante.formats.cda.reading import read
from tests import needs

SAMPLES = needs.SHARED / "data/interop-fr/cda"
# Allowed by the narrative block of CDA R2; the published examples happen not to use them.
NOT_IN_THEM = {
    *(("paragraph", "footnote"), ("footnote", "@ID"), ("list", "@listType"), ("renderMultiMedia", "caption")),
}
WORDS = {"text", "paragraph", "list", "item", "table", "thead", "tbody", "tr", "td", "th", "content", "caption", "addr"}


@cache
def ours() -> tuple[etree._Element, ...]:
    papers = [paper for paper in PAPERS if paper.media_type in ("text/xml", "application/xslt+xml")]
    return tuple(read(paper.make(Someone.of(cast()[paper.person]))) for paper in papers)


@cache
def theirs() -> tuple[etree._Element, ...]:
    return tuple(read(path.read_bytes()) for path in sorted(SAMPLES.glob("*.xml")))


def name(element: etree._Element) -> str:
    return etree.QName(element).localname


def held(documents: tuple[etree._Element, ...]) -> Iterator[tuple[str, str]]:
    """Which element holds which, and which attributes."""
    for document in documents:
        for element in document.iter():
            yield from ((name(element), name(child)) for child in element)
            yield from ((name(element), f"@{etree.QName(str(key)).localname}") for key in element.attrib)


def before(documents: tuple[etree._Element, ...]) -> set[tuple[str, str, str]]:
    """In which element which child comes before which; not in words for people, which come in any order."""
    return {
        (name(element), first, second)
        for document in documents
        for element in document.iter()
        if name(element) not in WORDS
        for first, second in combinations([name(child) for child in element], 2)
        if first != second
    }


@needs.shared("data/interop-fr/cda")
def test_nothing_stands_where_no_published_document_has_it() -> None:
    assert set(held(ours())) - set(held(theirs())) == NOT_IN_THEM


@needs.shared("data/interop-fr/cda")
def test_nothing_stands_before_what_always_comes_first_in_published_documents() -> None:
    published = before(theirs())
    wrong = {
        (parent, first, second)
        for parent, first, second in before(ours()) - published
        if (parent, second, first) in published
    }
    assert wrong == set()
