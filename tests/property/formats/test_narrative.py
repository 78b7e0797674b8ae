"""Whatever tree a narrative is, its view says all of its words, in HTML that holds only what is allowed."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from hypothesis import given
from hypothesis import strategies as st

from espace_sante.formats.cda import reading
from espace_sante.formats.cda.body import read_body
from espace_sante.formats.cda.html import render
from tests.oracles.cda_view import in_source, in_view
from tests.oracles.safe_html import faults

# Letters, digits and signs people write, with those that HTML or bidirectional text could be fooled by.
TEXT = st.text(st.sampled_from("abcdéàç 0123456789.,;:<>&\"'/µ°\n\t\u00a0\u200b\u202eאب"), max_size=12)
STYLES = st.sampled_from(
    ["", "Bold", "Italics", "BoldItalics", "Underline Bold", "Emphasis", "xStyle; color:red", "Lrule"]
)
NAMES = st.sampled_from(["i1", "i2", "es-cda-section-1", "x y", '"'])


def tag(name: str, inner: str, **attributes: str) -> str:
    said = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items() if value)
    return f"<{name}{said}>{inner}</{name}>"


WORDS = TEXT.map(escape)
BREAK = st.just("<br/>")
CALL = NAMES.map(lambda name: tag("footnoteRef", "", IDREF=name))
FIGURE = NAMES.map(lambda name: tag("renderMultiMedia", "", referencedObject=name))


def inline(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds(lambda body, style, name, revised: tag("content", body, styleCode=style, ID=name, revised=revised),
                  inner, STYLES, NAMES, st.sampled_from(["", "delete", "insert"])),
        st.builds(lambda name, body: tag(name, body), st.sampled_from(["sub", "sup"]), inner),
        st.builds(lambda body, href: tag("linkHtml", body, href=href), inner,
                  st.sampled_from(["#i1", "https://exemple.invalid/", "javascript:alert(1)", "", "#nulle part"])),
        st.builds(lambda body, name: tag("footnote", body, ID=name), inner, NAMES),
        st.lists(inner, max_size=3).map("".join),
    )  # fmt: skip


INLINE = st.recursive(st.one_of(WORDS, BREAK, CALL), inline, max_leaves=6)
CAPTION = st.one_of(st.just(""), WORDS.map(lambda words: tag("caption", words)))


def row(cells: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    span = st.sampled_from(["", "1", "2", "7", "1000000000", "-1", "x"])
    cell = st.builds(lambda name, body, colspan, rowspan: tag(name, body, colspan=colspan, rowspan=rowspan),
                     st.sampled_from(["td", "th"]), cells, span, span)  # fmt: skip
    return st.lists(cell, max_size=4).map(lambda found: tag("tr", "".join(found)))


def block(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    rows = st.lists(row(inner), max_size=3).map("".join)
    return st.one_of(
        st.builds(lambda caption, body: tag("paragraph", caption + body), CAPTION, INLINE),
        st.builds(
            lambda caption, items, kind: tag("list", caption + "".join(tag("item", item) for item in items), listType=kind),
            CAPTION, st.lists(inner, max_size=3), st.sampled_from(["", "ordered", "unordered"]),
        ),
        st.builds(
            lambda caption, head, body, foot: tag("table", caption + tag("thead", head) + tag("tfoot", foot) + tag("tbody", body)),
            CAPTION, rows, rows, rows,
        ),
        st.lists(inner, max_size=3).map("".join),
    )  # fmt: skip


FLOW = st.recursive(st.one_of(INLINE, FIGURE), block, max_leaves=8)
UNKNOWN = st.builds(
    lambda name, body: tag(name, body),
    st.sampled_from(["script", "div", "b", "svg", "inconnu", "tr", "td", "item"]),
    FLOW,
)


def document(flow: str) -> str:
    return (
        '<ClinicalDocument xmlns="urn:hl7-org:v3"><component><structuredBody><component><section><title>S</title>'
        f"<text>{flow}</text></section></component></structuredBody></component></ClinicalDocument>"
    )


@given(FLOW)
def test_no_word_cell_row_or_note_of_a_narrative_is_lost(flow: str) -> None:
    source = reading.read(document(flow).encode())
    said, shown = in_source(source), in_view(html := render(read_body(source)))
    for what in ("words", "cells", "rows", "tables", "items", "notes", "sections"):
        assert shown[what] == said[what], what
    assert faults(html) == []


@given(st.lists(st.one_of(FLOW, UNKNOWN), max_size=4).map("".join))
def test_a_narrative_against_the_standard_keeps_its_words_too(flow: str) -> None:
    source = reading.read(document(flow).encode())
    html = render(read_body(source))
    assert in_view(html)["words"] == in_source(source)["words"]
    assert faults(html) == []
