"""What people write, and who they are: what nobody sees is taken out, what names somebody is held, one person is one mark."""

from __future__ import annotations

from datetime import date

import orjson
import pytest

from espace_sante.debate.decidim import NotAnExport, imported
from espace_sante.debate.texts import is_sound, reason_to_hold, tidy
from espace_sante.debate.words import Reason
from espace_sante.envelopes.marks import Shown, mark_of

DAY = date(2026, 3, 2)
UNSEEN = "\u034f\ufe0f\u115f\u3164\U000e0100"


@pytest.mark.parametrize("one", UNSEEN)
def test_an_unseen_character_does_not_let_a_telephone_or_an_address_through(one: str) -> None:
    for text in (f"Appelez-moi au 06{one}12345678", f"Écrivez à jean@{one}exemple.fr"):
        assert reason_to_hold(tidy(text)) is Reason.PERSONAL_DATA


@pytest.mark.parametrize("text", ["\u3164" * 3, "\u2800" * 5, "\u115f\u1160\u034f"])
def test_a_text_of_nothing_to_see_is_no_text(text: str) -> None:
    assert not is_sound(tidy(text))


@pytest.mark.parametrize("one", UNSEEN)
def test_the_same_text_with_an_unseen_character_is_the_same_text(one: str) -> None:
    assert tidy(f"Non au{one} projet.") == tidy("Non au projet.")


@pytest.mark.parametrize(
    "text", ["Fermez ce centre !", "שָׁלוֹם", "می‌خواهم", "हिन्दी", "Nguyễn Thị Ánh", "Œuvre d’Anne-Zoé", "C’est bien 😀"]
)
def test_words_of_every_writing_stay(text: str) -> None:
    assert tidy(text) in (text, text.replace("\u200c", ""))


@pytest.mark.parametrize(
    "text",
    [
        "Mon numéro : 1 85 05 2A 006 084 36",
        "Mon numéro : 185052B00608436",
        "Le +33 (0)6 12 34 56 78",
        "Le 0033612345678",
        "Le 06/12/34/56/78",
        "jean＠exemple.fr",
    ],
)
def test_a_number_written_as_people_write_it_is_held(text: str) -> None:
    assert reason_to_hold(tidy(text)) is Reason.PERSONAL_DATA


@pytest.mark.parametrize("text", ["Le 01/02/2026 à 10 h, 12 000 000 €", "La loi 2002-303 du 4 mars 2002"])
def test_an_ordinary_number_is_not_held(text: str) -> None:
    assert reason_to_hold(tidy(text)) is None


@pytest.mark.parametrize(
    "typed",
    [
        ("LECOEUR", "LAETITIA", "VANDOEUVRE LES NANCY"),
        ("Lecœur", "Lætitia", "Vandœuvre-lès-Nancy"),
        ("LECŒUR", "LÆTITIA", "VANDŒUVRE-LÈS-NANCY"),
    ],
)
def test_a_name_with_joined_letters_is_the_same_person_at_every_counter(typed: tuple[str, str, str]) -> None:
    name, given, place = typed
    one = mark_of(bytes(32), Shown("Lecœur", "Laetitia", DAY, "Vandœuvre-lès-Nancy"))
    assert mark_of(bytes(32), Shown(name, given, DAY, place)) == one


@pytest.mark.parametrize(
    "data",
    [
        b"url;title;title/fr;body\nhttps://a.fr/1;x;y;z\n",
        orjson.dumps([{"title": "Un titre", "body": "<![x[a]]>Bonjour", "url": "https://a.fr/1"}]),
    ],
)
def test_an_odd_file_of_proposals_is_read_or_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(NotAnExport):
        imported(data, "couts", DAY, bytes)
