"""What letters say: in at most two pages, to whom they go, what can be done about it, and nothing that is hers alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import orjson
import pytest

from espace_sante.formats.mail import mail_pdf
from espace_sante.keeper.acts.posting import ITEMS_MOST
from espace_sante.keeper.demand import AppView, CardView, EmergencyView, GrantView, Letter, LetterItem, PrintedAnswer
from espace_sante.kernel.settings import Settings
from espace_sante.web.operator.letter_bundle import bundle, made, slip_line
from espace_sante.web.operator.letter_words import Writer
from tests.pdf_text import pages, text

AT = "2026-11-25T20:15:30.123Z"
WHERE = "Groupement hospitalier public du Val d’Essai | Service du courrier | 1 avenue du Général-de-Gaulle | 63000 CLERMONT FERRAND"
SETTINGS = replace(Settings(home=Path("/nowhere")), contact_phone="04 00 00 00 00", contact_post=WHERE)
WRITER = Writer(SETTINGS, lambda number: "")
LONG = (
    "Chez Monsieur et Madame Grandperrin",
    "128 bis boulevard de la République",
    "Lieu-dit Les Hauts",
    "63000 Clermont-Ferrand",
)
PLACE = "Centre hospitalier universitaire de Clermont-Ferrand"
ENCODE = msgspec.msgpack.Encoder().encode
NO_EMERGENCY = EmergencyView(False, False, False, "", [], [], "")


def item(act: str = "break_glass", number: int = 12, **changes: Any) -> LetterItem:
    record = {
        "seq": number,
        "at": AT,
        "actor": {
            "kind": "practitioner",
            "name": "Dr Marie-Christine de La Tour-Grandperrin",
            "structure": PLACE,
        },
        "act": act,
        "objects": ["emergency", "kind:bedside", "beside:no", "ground:cannot-say"],
        "decision": {"result": "permit", "rule": "emergency-opened"},
        "channel": "web",
    }
    said: dict[str, Any] = {"record": orjson.dumps(record), "entry": "a" * 20, "number": number} | changes
    return LetterItem(act, AT, **said)


def letter(*items: LetterItem, **changes: Any) -> Letter:
    said: dict[str, Any] = {
        "to": "person",
        "name": "MARIE-CLEMENTINE DE GRANDPERRIN",
        "birth_date": "1944-03-12",
        "address": LONG,
    }
    return Letter(**(said | changes), items=items)


def printed(*letters: Letter, again: bool = False) -> PrintedAnswer:
    return PrintedAnswer("0123456789abcdef" * 2, letters, again)


def drawn(*letters: Letter, writer: Writer = WRITER, again: bool = False) -> bytes:
    return mail_pdf("Bordereau", [], writer.sheets(printed(*letters, again=again)))


def grants(count: int) -> bytes:
    one = GrantView(
        "structure:990000001", "categories", [1, 2, 3, 4, 5, 6], [], "soins", AT, "2027-11-25T20:15:30.123Z", "ab" * 16
    )
    return ENCODE([one] * count)


def test_the_fullest_letter_takes_two_pages() -> None:
    for act, categories in (("break_glass", (1, 4, 5, 10)), ("hide_new_documents", ()), ("use_access_card", ())):
        full = letter(*(item(act, 1000 + n, categories=categories) for n in range(ITEMS_MOST)))
        assert pages(drawn(full)) == 2, act
    answered = letter(item("confirm_case_answer", outcome="not-justified", words="mot " * 500))
    assert pages(drawn(answered)) <= 2
    (sheet,) = WRITER.sheets(printed(answered))
    assert sheet.coupon is None and "l'accès n'avait pas de raison valable" in str(sheet.parts)


def test_the_letter_of_what_is_open_takes_two_pages_and_says_when_there_is_more() -> None:
    card = CardView("1234", "everything", [], [], "soins", 3, 24, AT, "2027-11-25T20:15:30.123Z", True, False, [])
    emergency = EmergencyView(True, True, True, "categories", [1, 2, 3, 4, 5, 6], [], AT)
    app = AppView("123456", "carnet", "Carnet", "Carnet SAS", "patient/*.rs", True, AT, AT)
    apps = ENCODE([app] * 20)
    full = letter(months=6, grants=grants(30), emergency=ENCODE(emergency), cards=ENCODE([card] * 20), apps=apps)
    pdf = drawn(full)
    assert pages(pdf) <= 2
    assert "Et 44 autres autorisations" in text(pdf)
    one = drawn(
        letter(months=6, grants=ENCODE([]), emergency=ENCODE(NO_EMERGENCY), cards=ENCODE([]), apps=ENCODE([app]))
    )
    assert "L’application « Carnet »" in text(one) and "n’est ouvert à personne" not in text(one)
    nobody = drawn(letter(months=12, grants=ENCODE([]), emergency=ENCODE(NO_EMERGENCY), cards=ENCODE([])))
    assert "n’est ouvert à personne" in text(nobody)
    assert "tous les ans" in text(nobody)


def test_an_emergency_says_who_when_what_kind_and_how_to_contest_without_a_screen() -> None:
    said = text(drawn(letter(item(categories=(5,)))))
    for words in (
        "Grandperrin",
        "25 novembre 2026",
        "loin de vous",
        "Ligne 12",
        "04 00 00 00 00",
        "Je ne m’attendais pas à cela",
    ):
        assert words in said, words
    assert "numéro de sécurité sociale" in said, "the coupon asks who she is: nothing is printed of it"


def test_a_letter_without_an_address_is_handed_over_and_says_so_on_its_face_and_on_the_slip() -> None:
    reminded = LetterItem("announce_document", AT, document="ab" * 32)
    author = letter(reminded, to="author", number="99900000037", name="")
    one = printed(
        letter(item(), address=()),
        letter(item()),
        author,
    )
    assert [slip_line(WRITER, each) for each in made(WRITER, [one])] == [
        "à remettre au guichet",
        "à poster",
        "à un professionnel, par l’annuaire interne",
    ]
    sheets = WRITER.sheets(one)
    assert sheets[0].to[-1] == "À REMETTRE AU GUICHET"
    assert sheets[2].coupon is None
    assert "GRANDPERRIN" not in str(sheets[2]), "an author is told no name"


def test_what_is_to_be_told_by_somebody_says_nothing_of_what_it_is_and_has_no_coupon() -> None:
    (sheet,) = WRITER.sheets(printed(letter(LetterItem("announce_document", AT))))
    assert sheet.coupon is None
    assert "document" not in str(sheet.parts).lower()
    assert "de vive voix" in str(sheet.parts)


@pytest.mark.parametrize("act", ["mask", "unmask"])
def test_what_she_hides_is_not_named_to_whoever_prints_or_opens_her_letter(act: str) -> None:
    (sheet,) = WRITER.sheets(printed(letter(item(act))))
    assert "a changé ce que vous cachez" in str(sheet.parts)
    assert "catégorie" not in str(sheet.parts)


def test_a_letter_printed_again_says_so_and_keeps_its_number() -> None:
    first, again = (WRITER.number(printed(letter(item()), again=one)) for one in (False, True))
    assert again == f"{first}, réimprimée"


def test_without_a_way_to_reach_the_operator_only_the_counter_is_said() -> None:
    bare = Writer(Settings(home=Path("/nowhere")), lambda number: "")
    said = text(drawn(letter(item()), writer=bare))
    assert "Par téléphone" not in said and "Par courrier" not in said and "Au guichet" in said


def test_the_file_is_the_same_for_the_same_letters() -> None:
    one = printed(letter(item()))
    at = datetime(2026, 11, 26, tzinfo=UTC)
    twice = [bundle(WRITER, [one], at) for _ in range(2)]
    assert twice[0] == twice[1]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in twice[0].pdf
