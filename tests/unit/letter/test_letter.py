"""Letters, receipts and paper forms as tagged PDF."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime

import pytest

from espace_sante.formats.letter import (
    LARGE_POINTS,
    FormField,
    FormFieldKind,
    NotAReceipt,
    form_pdf,
    plain_letter,
    receipt_pdf,
)
from espace_sante.journal.entry import reference
from espace_sante.kernel.canonical import canonical
from espace_sante.kernel.readable import in_fives
from tests.pdf_text import pages, runs, text

# What would be an instruction in typst source, and must only ever be words.
HOSTILE = (
    '#eval("1 + 41")',
    '#read("/etc/hostname")',
    '#import "base.typ": *',
    "$ x^2 $",
    "*gras* _italique_ `code`",
    "= Titre",
    "]#{panic()}[",
    '"), #sys.inputs',
    "\\u{1F600} \\",
    "@reference <label>",
    "// commentaire /* et suite",
)
PAYLOAD = {
    "v": 1,
    "act": "withdraw_access",
    "at": "2026-11-23T22:30:00.000Z",
    "channel": "counter",
    "effect": "immediate",
    "entry": "sdfg7stzdpp9qefnm5f9",
}


def receipt(**changes: object) -> bytes:
    payload = {**PAYLOAD, **changes}
    signature = {"alg": "Ed25519", "kid": "c4abad7b6e0a1cc2", "value": base64.b64encode(bytes(64)).decode()}
    return canonical({"payload": {k: v for k, v in payload.items() if v is not None}, "signature": signature})


def test_the_same_letter_is_the_same_bytes() -> None:
    def once() -> bytes:
        return plain_letter("Titre", ["Un paragraphe."], (("A",), [("1",)]), at=datetime(2026, 5, 1, tzinfo=UTC))

    assert once() == once()


def test_a_letter_says_its_words_in_order() -> None:
    pdf = plain_letter("Votre journal", ["Voici.", "Merci."], (("Quand", "Quoi"), [("hier", "lu")]), lines=("Paris",))
    assert re.search("Paris.*Votre journal.*Voici.*Merci.*Quand.*Quoi.*hier.*lu", text(pdf))


def test_a_letter_is_tagged_for_screen_readers() -> None:
    pdf = plain_letter("Titre", ["Mots."])
    assert b"/Lang(fr)" in pdf
    assert b"/MarkInfo<</Marked true" in pdf
    assert b"/StructTreeRoot" in pdf
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf and b"<pdfaid:conformance>A</pdfaid:conformance>" in pdf
    assert b"/DisplayDocTitle true" in pdf
    assert b"/Lang(en)" in plain_letter("Title", ["Words."], language="en")


@pytest.mark.parametrize("words", HOSTILE)
def test_no_value_is_ever_an_instruction(words: str) -> None:
    pdf = plain_letter("Titre", [words], (("A",), [(words,)]), lines=(words,))
    said = text(pdf).replace("’", "'").replace("“", '"').replace("”", '"')
    assert said.count(" ".join(words.split())) == 3
    assert " 42 " not in said


@pytest.mark.parametrize("words", HOSTILE)
def test_no_value_of_a_form_is_ever_an_instruction(words: str) -> None:
    pdf = form_pdf("ES-99", words, words, [FormField(words, help=words, value=words)], identity={"names": words})
    assert text(pdf).count(" ".join(words.split())) >= 5


@pytest.mark.parametrize("words", ["محمد", "漢字", "🙂", "a\x00b\x07", "\u202eenvers", "\U000e0041"])
def test_characters_no_font_draws_never_prevent_a_letter(words: str) -> None:
    assert plain_letter(words, [words]).startswith(b"%PDF-1.7")


def test_a_table_with_a_missing_cell_is_refused() -> None:
    with pytest.raises(ValueError, match="as many cells"):
        plain_letter("Titre", [], (("A", "B"), [("1",)]))


def test_a_long_list_goes_over_several_pages() -> None:
    pdf = plain_letter("Liste", [], (("N", "Titre"), [(str(n), f"Document {n}") for n in range(500)]))
    assert pages(pdf) > 5
    assert "Document 499" in text(pdf)


def test_a_receipt_says_what_when_how_its_number_and_how_to_undo() -> None:
    said = text(
        receipt_pdf(receipt(), names={"withdraw_access": "Retirer"}, undo={"withdraw_access": "Formulaire ES-06."})
    )
    assert "Retirer" in said
    assert "23 novembre 2026 à 23:30 (heure de Paris)" in said
    assert "au guichet" in said
    assert "immédiat" in said
    assert "sdfg7stzdpp9qefnm5f9" in said
    assert "Formulaire ES-06." in said
    assert "c4abad7b6e0a1cc2" in said
    assert "Demandez au guichet ou par téléphone" in said


def test_a_receipt_prints_the_signed_bytes_whole() -> None:
    printed = text(receipt_pdf(receipt())).replace(" ", "")
    assert receipt().decode() in printed


def test_the_receipt_of_a_refusal_says_that_nothing_is_kept() -> None:
    assert "Nous ne gardons rien" in text(receipt_pdf(receipt(act="refuse_space", entry=None, salt="00" * 32)))


def test_the_receipt_of_an_opening_prints_the_code_of_the_journal() -> None:
    """As the example of docs/specs/entry.md has it: what a proof is compared with."""
    code = "1cf91c154c9951fdfd0bdb783708e5298ff300e61a9b16aac6b9e33de21dc9b2"
    assert "Le code de votre journal" not in text(receipt_pdf(receipt()))
    said = text(receipt_pdf(receipt(act="open_space", journal_commitment=code)))
    assert f"{in_fives(reference(bytes.fromhex(code)))} Gardez ce code" in said
    for wrong in ("1cf9", "x" * 64, code + "00"):
        with pytest.raises(NotAReceipt):
            receipt_pdf(receipt(journal_commitment=wrong))


def test_a_receipt_too_long_for_a_code_is_printed_without_one() -> None:
    long = receipt(note="x" * 3000)
    assert b"/Figure" not in receipt_pdf(long)
    assert b"/Figure" in receipt_pdf(receipt())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\xff",
        b'{"payload": {}, "signature": {}}',
        b'{"payload": 1, "signature": 2}',
        receipt(at="hier"),
        receipt(at=None),
        receipt().replace(b"AAAA", b"????"),
    ],
)
def test_what_is_not_a_receipt_is_not_printed_as_one(data: bytes) -> None:
    with pytest.raises(NotAReceipt):
        receipt_pdf(data)


FIELDS = (
    FormField("Déposer ?", FormFieldKind.BOXES, choices=(("yes", "oui"), ("no", "non"))),
    FormField("Numéro", FormFieldKind.COMB, count=11, value="99900000011"),
    FormField("Catégories", FormFieldKind.LIST, choices=(("1", "Imagerie"), ("2", "Biologie")), value="2"),
    FormField("Quand", FormFieldKind.DATE, value="2026-03-12"),
    FormField("Document", FormFieldKind.ENCLOSED),
    FormField("Titre", value="Bilan"),
)


def test_a_form_shows_each_kind_of_field_and_where_to_sign_and_send() -> None:
    said = text(form_pdf("ES-01", "Ouvrir", "Je demande.", FIELDS, address=("Guichet", "1 place du Marché")))
    for words in ("Ouvrir", "ES-01", "Je demande.", "oui", "non", "Imagerie", "Bilan", "Signez", "1 place du Marché"):
        assert words in said
    assert "9 9 9 0 0 0 0 0 0 1 1" in said
    assert "1 2 0 3 2 0 2 6" in said


def test_only_what_was_chosen_is_crossed() -> None:
    blank = [FormField("Q", FormFieldKind.BOXES, choices=(("yes", "oui"), ("no", "non")))]
    assert " X " not in text(form_pdf("ES-01", "T", "S", blank))
    chosen = [FormField("Q", FormFieldKind.BOXES, value="no", choices=(("yes", "oui"), ("no", "non")))]
    assert re.search("oui X non", text(form_pdf("ES-01", "T", "S", chosen)))


def test_a_form_for_large_print_uses_eighteen_points_and_no_form_less_than_ten() -> None:
    large = [size for words, size in runs(form_pdf("ES-01", "T", "Une phrase.", FIELDS, points=LARGE_POINTS))]
    assert max(large) >= 18
    assert min(size for words, size in runs(form_pdf("ES-01", "T", "S", FIELDS)) if words.strip()) >= 10


def test_the_codes_of_a_form_name_nobody() -> None:
    blank = form_pdf("ES-01", "T", "S", (), identity={"names": "JEANNE", "number": "244039999910165"})
    assert blank.count(b"/Alt(Code du formulaire ES-01, version 1)") >= 2
    other = form_pdf("ES-01", "T", "S", (), identity={"names": "KARIM", "number": "179099999910247"})
    assert _drawn(blank) == _drawn(other)


def _drawn(pdf: bytes) -> list[bytes]:
    """The alternative texts of the images: the only words attached to a code."""
    return re.findall(rb"/Alt\(([^)]*)\)", pdf)
