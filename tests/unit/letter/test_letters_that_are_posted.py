"""Each letter that is posted, of each kind and in each form: its window, its sizes, its first line, what goes with it."""

from __future__ import annotations

import ctypes
import itertools
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
import zxingcpp

from espace_sante.formats.mail import mail_pdf
from espace_sante.formats.plain_text import BRAILLE_COLUMNS, braille_text, paragraphs_of
from espace_sante.formats.voice import SYNTHETIC
from espace_sante.keeper.demand import PrintedAnswer
from tests.letters_drawn import CARD, FORMS, KINDS, WRITER, drawn, drawn_by, every
from tests.needs import program
from tests.pdf_places import Piece, contrast, drawn_in, pages_of

WINDOW = (110.0, 55.0, 190.0, 79.0)  # Source: inclusion.md LET-02
NOTHING_ELSE = (90.0, 34.0, 200.0, 90.0)
# Words that would tell through a window that it is about health, or about what.
MEDICAL = re.compile(
    r"sant[ée]|m[ée]dic|h[oô]pital|hospital|clini|docteur|\bdr\b|urgence|document|dossier|soin|malad|espace|guichet",
    re.IGNORECASE,
)
EVERY = tuple(every())


@cache
def printed(kind: str, form: str) -> bytes:
    """Return one letter as it leaves; it is drawn once for all that is looked for in it."""
    return mail_pdf("Essai", [], [drawn(kind, form).sheet])


@cache
def pages_drawn(kind: str, form: str) -> list[list[Piece]]:
    return pages_of(printed(kind, form))


@pytest.mark.parametrize(("kind", "form"), EVERY)
def test_through_the_window_nothing_is_seen_but_a_name_and_an_address(kind: str, form: str) -> None:
    sheet = drawn(kind, form).sheet
    pdf, pages = printed(kind, form), pages_drawn(kind, form)
    seen = [piece for piece in pages[0] if piece.touches(*NOTHING_ELSE)]
    words = " ".join(piece.text for piece in seen)
    assert "".join(words.split()) == "".join(" ".join(sheet.to).split())
    for piece in seen:
        assert WINDOW[0] <= piece.left and piece.right <= WINDOW[2], piece
        assert WINDOW[1] <= piece.top and piece.bottom <= WINDOW[3], piece
    assert drawn_in(pdf, 0, *NOTHING_ELSE) == len(seen), "no picture and no line either"
    if kind != "to an author":  # handed over inside, without an envelope
        assert not MEDICAL.search(words)


@pytest.mark.parametrize(("kind", "form"), EVERY)
def test_each_letter_is_large_and_dark_enough_to_be_read(kind: str, form: str) -> None:
    least = 18.0 if FORMS[form].large else 12.0
    body = 18.0 if FORMS[form].large else 14.0
    for number, page in enumerate(pages_drawn(kind, form)):
        for piece in page:
            assert contrast(piece.colour) >= 7, piece
            head = number == 0 and piece.bottom < 90  # the window, and beside it who writes: said again below
            assert piece.points >= (9.4 if head else least - 0.01), piece
    whole = [piece for page in pages_drawn(kind, form) for piece in page]
    assert sum(piece.points >= body - 0.01 for piece in whole) > len(whole) / 3


@pytest.mark.parametrize(("kind", "form"), EVERY)
def test_the_first_lines_say_what_by_whom_what_to_do_and_until_when(kind: str, form: str) -> None:
    first = drawn(kind, form).sheet.first
    assert re.match(r"(Décidé|Fait|Fait ou lu|Demandé) par |Un professionnel |Un juge ", first)
    assert "Pas d’accord" in first
    assert re.search(r"quand vous voulez|aucune date|demandez vite|Un mois après", first)
    page = " ".join(piece.text for piece in pages_drawn(kind, form)[0])
    assert "".join(first.split())[:40] in "".join(page.split()), "on the first page"


@pytest.mark.parametrize("form", FORMS)
def test_the_letter_of_a_first_access_asks_whether_it_was_expected_and_how_to_block_and_contest_without_a_screen(
    form: str,
) -> None:
    sheet = drawn("a first access", form).sheet
    assert "lu dans votre espace" in sheet.first and "première fois" in sheet.first and "pour vous" not in sheet.first
    assert "Tour-Grandperrin" in sheet.first
    asked = sheet.intro[-1].replace("\N{NO-BREAK SPACE}", " ")
    assert re.match(r"(Vous vous y attendiez|C’est normal) \? Ne faites rien\.", asked)
    assert sheet.coupon is not None and "pas à cela" in sheet.coupon.title
    assert sheet.coupon.boxes[-1].startswith("Bloquez aussi") and sheet.coupon.boxes[0].startswith("Ligne 9")
    said = " ".join(text for _, part in sheet.parts for text in part)
    assert "« bloquez »" in said.replace("\N{NO-BREAK SPACE}", " ") and "dernière case du coupon" in said
    assert "guichet" in said and "04 00 00 00 00" in said
    paper = "".join(piece.text for page in pages_drawn("a first access", form) for piece in page).replace(" ", "")
    assert "Bloquezaussi" in paper.replace("\N{NO-BREAK SPACE}", "")


@pytest.mark.parametrize("form", FORMS)
def test_the_letter_of_a_card_has_its_code_for_eyes_and_for_a_machine_and_the_card_names_nobody(form: str) -> None:
    sheet = drawn("an access card", form).sheet
    assert sheet.card is not None and (sheet.card.code, sheet.card.content) == (CARD.code, f"card:{CARD.code}")
    pieces = [piece for page in pages_drawn("an access card", form) for piece in page]
    assert CARD.code in "".join(piece.text for piece in pieces)
    assert sheet.coupon is None and "arrêtez la carte 483920" in str(sheet.parts)
    card = " ".join((sheet.card.title, *sheet.card.lines))
    assert "483920" in card and "code secret" in card
    assert not re.search("GRANDPERRIN|1944|république", card, re.IGNORECASE), "lost, it says nothing of her"
    assert CARD.code not in " ".join((*sheet.to, *sheet.sender, sheet.number, sheet.title, sheet.first, *sheet.intro))


def test_the_picture_of_a_posted_card_is_read_by_a_machine_as_what_the_keeper_finds_it_by() -> None:
    document = pypdfium2.PdfDocument(printed("an access card", "normal"))
    pages = [np.asarray(page.render(scale=3, grayscale=True).to_pil()) for page in document]
    assert [code.text for page in pages for code in zxingcpp.read_barcodes(page)] == [f"card:{CARD.code}"]


def test_the_code_of_a_card_is_spelled_to_whoever_listens_and_grouped_for_braille() -> None:
    sheet = drawn("an access card", "audio").sheet
    assert any("7 K Q 2, 9 X H M, 4 T R W, 0 Z P D, V" in said for said in paragraphs_of(sheet, spelled=True))
    assert CARD.code in braille_text(sheet).decode(), "on one line"


def test_a_card_printed_again_says_that_only_this_code_serves() -> None:
    one = PrintedAnswer("0123456789abcdef" * 2, (KINDS["an access card"],), again=True)
    (sheet,) = WRITER.sheets(one)
    assert "Seul le code de celle-ci sert" in " ".join(sheet.intro)
    assert "deux fois" not in " ".join(drawn("an access card", "normal").sheet.intro)


@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_is_tagged_titled_in_french_and_in_order(kind: str) -> None:
    pdf = printed(kind, "normal")
    document = pdfium.FPDF_LoadMemDocument64(pdf, len(pdf), None)
    try:
        assert pdfium.FPDFCatalog_IsTagged(document)
        tags, words = _structure(document)
    finally:
        pdfium.FPDF_CloseDocument(document)
    headings = [tag for tag in tags if re.fullmatch(r"H\d", tag)]
    assert headings and headings[0] == "H1"
    assert all(int(b[1]) - int(a[1]) <= 1 for a, b in itertools.pairwise(headings))
    assert tags.count("Figure") == len([one for one in words if one]), "each picture says what it is"
    assert b"/Lang(fr)" in pdf and b"<pdfuaid:part>1</pdfuaid:part>" in pdf and b"/MarkInfo" in pdf


def _structure(document: object) -> tuple[list[str], list[str]]:
    """Return the tags of every page in reading order, and the words beside each figure."""
    tags: list[str] = []
    words: list[str] = []

    def walk(element: object) -> None:
        tag = _text(pdfium.FPDF_StructElement_GetType, element)
        tags.append(tag)
        if tag == "Figure":
            words.append(_text(pdfium.FPDF_StructElement_GetAltText, element))
        for number in range(pdfium.FPDF_StructElement_CountChildren(element)):
            child = pdfium.FPDF_StructElement_GetChildAtIndex(element, number)
            if child:
                walk(child)

    for number in range(pdfium.FPDF_GetPageCount(document)):
        page = pdfium.FPDF_LoadPage(document, number)
        tree = pdfium.FPDF_StructTree_GetForPage(page)
        for place in range(pdfium.FPDF_StructTree_CountChildren(tree)):
            walk(pdfium.FPDF_StructTree_GetChildAtIndex(tree, place))
        pdfium.FPDF_StructTree_Close(tree)
        pdfium.FPDF_ClosePage(page)
    return tags, words


def _text(get: Callable[[object, object, int], int], element: object) -> str:
    size = get(element, None, 0)
    buffer = ctypes.create_string_buffer(max(size, 2))
    get(element, buffer, size)
    return buffer.raw[: max(size - 2, 0)].decode("utf-16-le")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "to an author"])
def test_each_letter_exists_in_large_print_in_plain_french_for_braille_and_to_be_heard(kind: str) -> None:
    normal, simple = drawn(kind, "normal").sheet, drawn(kind, "simple").sheet
    assert drawn(kind, "large").sheet.points == 18 and normal.points == 14
    assert (simple.title, simple.first, simple.parts) != (normal.title, normal.first, normal.parts)
    (name, text) = next(iter(drawn(kind, "braille").files.items()))
    assert name.startswith("braille/0123456789AB-1.txt")
    lines = text.decode().split("\n")
    assert max(len(line) for line in lines) <= BRAILLE_COLUMNS
    assert normal.title.replace("’", "'") in " ".join(text.decode().split())
    assert not re.search("[’«»•…\u202f\xa0]", text.decode()), "signs that every braille table knows"


@program("espeak-ng", "espeak-ng")
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "to an author"])
def test_what_is_heard_says_first_that_nobody_is_speaking(kind: str) -> None:
    ((name, sound),) = drawn(kind, "audio").files.items()
    assert name.endswith(".wav") and SYNTHETIC.encode() in sound[:400]
    assert int.from_bytes(sound[4:8], "little") == len(sound) - 8, "a whole file"


def test_without_a_program_that_speaks_the_letter_and_the_slip_say_so() -> None:
    one = drawn_by(replace(WRITER, speaks=False), "one emergency", "audio")
    assert one.files == {}
    assert "on vous lit cette lettre" in " ".join(one.sheet.intro)


def test_the_letter_that_says_that_letters_wait_says_nothing_else() -> None:
    sheet = drawn("letters wait", "normal").sheet
    said = " ".join((*sheet.intro, *(line for _, lines in sheet.parts for line in lines)))
    assert "1944" not in said and "GRANDPERRIN" not in said and sheet.coupon is None


@pytest.mark.parametrize("kind", ["receipt of a form sent by post", "receipt of a call"])
def test_what_was_done_by_post_or_by_a_call_comes_with_its_receipt(kind: str) -> None:
    lines = " ".join(line for _, lines in drawn(kind, "normal").sheet.parts for line in lines)
    for words in ("25 novembre 2026", "L’effet est immédiat", "aaaaa aaaaa aaaaa aaaaa", "formulaire ES-"):
        assert words in lines, words
    at_the_counter = drawn("done by an agent at the counter", "normal").sheet.parts
    assert "reçu" not in str(at_the_counter), "printed there already"


def test_braille_text_is_short_lines_and_nothing_else() -> None:
    text = braille_text(drawn("what is open", "braille").sheet).decode()
    assert text.endswith("\n") and "\t" not in text and "\f" not in text and "\r" not in text
