"""The sheets of the debate: two codes to keep, one page to post, nothing that tells one envelope from another."""

from __future__ import annotations

import pypdfium2

from espace_sante.debate.token import draw
from espace_sante.debate.words import CHOICES, SORTS
from espace_sante.formats.debate_sheet import ballot_pdf, blank_pdf, sheets_pdf

ADDRESS = ["Débat public", "1 rue des Essais", "63000 Clermont"]
PAIRS = [(draw(bytes([n]) * 10), draw(bytes([n + 100]) * 10)) for n in range(3)]


def pages(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


def test_each_envelope_has_its_two_codes_once_and_a_page_to_post_with_the_first_alone():
    found = pages(sheets_pdf("Qui paie ?", PAIRS, list(SORTS.values()), ADDRESS, until="1 mai 2026"))
    assert len(found) == 6
    for place, (write, vote) in enumerate(PAIRS):
        keep, post = found[2 * place : 2 * place + 2]
        assert write in keep and vote in keep and "1 mai 2026" in keep
        assert write in post and vote not in post and "ES-110" in post and "63000 Clermont" in post


def test_but_for_their_codes_all_the_sheets_of_a_batch_are_alike():
    found = pages(sheets_pdf("Qui paie ?", PAIRS, list(SORTS.values()), ADDRESS, until="1 mai 2026"))
    for place, pair in enumerate(PAIRS):
        for code in pair:
            found = [text.replace(code, "CODE") for text in found]
        assert found[2 * place] == found[0].replace(PAIRS[0][0], "CODE").replace(PAIRS[0][1], "CODE")
    assert found[1] == found[3] == found[5]


def test_a_blank_form_and_a_ballot_have_room_for_a_code_and_for_no_name():
    blank = pages(blank_pdf(list(SORTS.values()), ADDRESS))
    proposals = [("abc123", "Publier chaque dépense."), ("def456", "Une lettre par an.")]
    ballot = pages(ballot_pdf("Qui paie ?", proposals, list(CHOICES.values()), ADDRESS, until="1 mai 2026"))
    assert len(blank) == len(ballot) == 1
    assert all(words in blank[0] for words in SORTS.values())
    assert all(text in ballot[0] for _, text in proposals) and ballot[0].count("Ni l’un ni l’autre") == 2
    for text in (*blank, *ballot):
        assert "Nom de naissance" not in text and "Votre signature" not in text and "sécurité sociale" not in text
