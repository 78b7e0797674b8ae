"""A card on paper: its code for people and for a machine, what it shows, how to stop it, and nothing of hers."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pypdfium2
import pytest

from espace_sante.actions.issue_access_card import IssuedCard
from espace_sante.actions.printed_card import printed_card

NOW = datetime(2026, 11, 26, tzinfo=UTC)
CARD = IssuedCard(
    "123456", "ABCD-EFGH-JKMN-PQRS-T", "categories", [5, 6], 0, 2, 12, "2026-12-01T10:00:00.000Z", pin=True
)


def words(card: IssuedCard) -> str:
    document = pypdfium2.PdfDocument(printed_card(card, at=NOW))
    assert len(document) == 1
    return " ".join(document[0].get_textpage().get_text_range().split())


def test_a_card_says_its_code_its_number_what_it_shows_until_when_and_how_to_stop_it() -> None:
    said = words(CARD)
    for part in (
        "ABCD-EFGH-JKMN-PQRS-T",
        "123456",
        "À garder sur vous",
        "2 fois",
        "12 h",
        "01/12/2026 11:00",
        "arrêter",
    ):
        assert part in said


@pytest.mark.parametrize("pin", [True, False])
def test_a_card_says_whether_a_secret_number_is_asked_for_and_never_which(pin: bool) -> None:
    assert ("code secret" in words(msgspec.structs.replace(CARD, pin=pin))) is pin


def test_the_same_card_is_printed_in_the_same_bytes() -> None:
    assert printed_card(CARD, at=NOW) == printed_card(CARD, at=NOW)
