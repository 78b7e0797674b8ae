"""What a person reads of a health document: every form of the narrative, in safe HTML of ours."""

from __future__ import annotations

import pytest

from espace_sante.formats.cda.body import read_body
from espace_sante.formats.cda.html import render
from espace_sante.formats.cda.page import standalone
from tests.unit.formats_cda.documents import PNG, document, media, narrative, section, unstructured


def view(text: str, *, entries: str = "") -> str:
    """Return the narrative part of the view of one section."""
    html = render(read_body(narrative(text, entries=entries)))
    return html.partition('<div class="es-cda-narrative"')[2].partition(">")[2].partition("<details")[0]


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("Bonjour &amp; merci", '<p class="es-cda-paragraph">Bonjour &amp; merci</p>'),
        ("<paragraph>Un</paragraph><paragraph>Deux</paragraph>", '<p class="es-cda-paragraph">Un</p>'),
        ('<content styleCode="Bold Underline">x</content>', "<strong><u>x</u></strong>"),
        ('<content styleCode="BoldItalics">x</content>', "<strong><em>x</em></strong>"),
        ("H<sub>2</sub>O, m<sup>2</sup>", "H<sub>2</sub>O, m<sup>2</sup>"),
        ('<content revised="delete">5 mg</content>', "<del>5 mg <span"),
        ('<content revised="insert">10 mg</content>', "<ins>10 mg <span"),
        ("un<br/>deux", "un<br>deux"),
        ('<list listType="ordered" styleCode="LittleRoman"><item>a</item></list>', '<ol class="es-cda-list" type="i">'),
        (
            "<list><caption>C</caption><item>a<list><item>b</item></list></item></list>",
            '<li>a<ul class="es-cda-list"><li>b</li></ul></li>',
        ),
        ('<content language="en">Hello</content>', '<span lang="en">Hello</span>'),
        ("<inconnu>gardé</inconnu>", '<p class="es-cda-paragraph">gardé</p>'),
    ],
)
def test_each_form_of_the_narrative_is_shown(source: str, shown: str) -> None:
    assert shown in view(source)


def test_a_table_keeps_its_caption_headers_spans_and_alignment() -> None:
    html = view(
        "<table><caption>Bilan</caption><thead><tr><th colspan='2'>Examen</th><th>Valeur</th></tr></thead>"
        "<tbody><tr><th rowspan='2'>Sang</th><td>TSH</td><td align='right'>1,95</td></tr>"
        "<tr><td>FT4</td><td>7,67</td></tr></tbody></table>"
    )
    assert "<caption>Bilan</caption>" in html
    assert '<th scope="colgroup" colspan="2">Examen</th><th scope="col">Valeur</th>' in html
    assert '<th scope="row" rowspan="2">Sang</th>' in html
    assert '<td class="es-cda-right">1,95</td>' in html
    assert 'role="region"' in html and 'tabindex="0"' in html


def test_a_note_stands_at_the_end_of_its_section_and_leads_back_to_its_call() -> None:
    html = view('Dose<footnote ID="n1">À jeun</footnote> puis <footnoteRef IDREF="n1"/>')
    assert html.count("À jeun") == 1
    assert html.count('href="#es-cda-note-1"') == 2 and html.count('id="es-cda-call-1"') == 1
    assert 'id="es-cda-note-1"' in html and 'href="#es-cda-call-1"' in html


def test_an_outside_link_is_words_and_an_address_never_something_to_press() -> None:
    html = view('<linkHtml href="https://exemple.invalid/a?b=1&amp;c=2">Notice</linkHtml>')
    assert "Notice" in html and "https://exemple.invalid/a?b=1&amp;c=2" in html and "<a " not in html


def test_a_link_to_a_place_of_the_document_leads_there() -> None:
    html = view('<linkHtml href="#suite">voir</linkHtml> <content ID="suite">la suite</content>')
    assert '<a href="#es-cda-place-1">voir</a>' in html and '<span id="es-cda-place-1"></span>la suite' in html


def test_a_picture_is_shown_once_and_named_afterwards() -> None:
    text = '<renderMultiMedia referencedObject="i1"><caption>Genou</caption></renderMultiMedia><renderMultiMedia referencedObject="i1"/>'
    html = view(text, entries=media("i1", PNG))
    assert html.count("data:image/png;base64,") == 1 and "Genou" in html
    assert html.count('href="#es-cda-file-1"') == 1


def test_a_file_the_narrative_forgets_is_shown_all_the_same() -> None:
    html = render(read_body(narrative("Voir image", entries=media("i1", PNG))))
    assert html.count("data:image/png;base64,") == 1


def test_titles_go_down_one_level_at_a_time_from_the_one_asked() -> None:
    html = render(read_body(document(section("a", inner=section("b", inner=section("c"))))), heading=3)
    assert [html.index(f"<h{level} ") for level in (3, 4, 5)] == sorted(
        html.index(f"<h{level} ") for level in (3, 4, 5)
    )
    assert "<h2" not in html and "<h6" not in html


def test_an_unstructured_text_is_shown_and_another_file_says_why_it_is_not() -> None:
    assert "Première ligne\nSeconde" in render(
        read_body(unstructured('<text mediaType="text/plain">Première ligne\nSeconde</text>'))
    )
    pdf = '<text mediaType="application/pdf" representation="B64">JVBERi0xLjQK</text>'
    assert "fichier PDF" in render(read_body(unstructured(pdf)))
    assert "<b>pages</b>" in render(read_body(unstructured(pdf)), show=lambda file: "<b>pages</b>")


def test_a_page_that_stands_alone_allows_no_script_and_asks_nothing() -> None:
    html = standalone(narrative("Bonjour"))
    assert "default-src 'none'" in html and "<script" not in html and "http://" not in html and "https://" not in html
