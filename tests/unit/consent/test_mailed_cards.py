"""A card that goes by letter: it serves once that is posted, and never goes where an agent had her letters moved meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from espace_sante.consent.cards import AccessCard, Mailing
from espace_sante.consent.grant import Scope, ScopeKind
from espace_sante.consent.letters import LetterForm
from espace_sante.consent.mailed_cards import (
    cards_come_back,
    cards_in,
    goes_there_still,
    place_of_card,
    waiting_card,
)
from espace_sante.consent.rights import Rights
from espace_sante.consent.visits import Visit
from espace_sante.kernel.ids import CardId

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
DAY = timedelta(days=1)
NOTICE, LETTER, OTHER = (UUID(int=n << 80) for n in (1, 2, 3))
HOME, ELSEWHERE = ("1 rue du Puits", "63220 ARLANC"), ("2 rue du Bois", "63220 ARLANC")
ASKED = AccessCard(
    CardId(UUID(int=1)),
    "123456",
    b"",
    b"",
    Scope(ScopeKind.EVERYTHING),
    "care",
    2,
    12,
    NOW,
    NOW + 30 * DAY,
    mailing=Mailing(NOTICE),
)
PRINTED = ASKED.printed(b"term", LETTER, HOME)
SENT = PRINTED.sent(NOW + DAY)
HERS = Rights(True, cards=(ASKED,), address=HOME)


def test_a_card_serves_from_the_posting_of_its_letter_and_not_before() -> None:
    assert [one.usable(NOW + 2 * DAY) for one in (ASKED, PRINTED, SENT)] == [False, False, True]
    assert not SENT.usable(ASKED.ends), "its end is the one she said"


def test_printed_again_or_due_again_it_keeps_nothing_of_the_code_before() -> None:
    again = PRINTED.printed(b"other", LETTER, ELSEWHERE)
    assert (again.term, again.mailing == PRINTED.mailing) == (b"other", False)
    assert PRINTED.waiting_again() == ASKED


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({}, HOME),
        ({"address": ELSEWHERE}, ELSEWHERE),  # she moved herself since
        ({"address": ()}, ()),
        ({"letters": LetterForm(counter=True)}, ()),
        ({"visits": (Visit(NOW.date(), 1, 2),)}, HOME),
        ({"visits": (Visit(NOW.date(), 1, 2, moved=True),)}, ()),
        ({"visits": (Visit((NOW + 3 * DAY).date(), 1, 2, moved=True),)}, ()),
        ({"visits": (Visit((NOW - DAY).date(), 1, 2, moved=True),)}, HOME),
    ],
)
def test_it_goes_where_she_is_written_to_and_never_where_an_agent_moved_that_since_the_day_she_asked(
    changes: dict[str, object], place: tuple[str, ...]
) -> None:
    assert place_of_card(replace(HERS, **changes), ASKED) == place  # type: ignore[arg-type]  # by name


def test_what_is_printed_for_an_address_she_left_is_not_started() -> None:
    rights = replace(HERS, cards=(PRINTED,))
    assert goes_there_still(rights, PRINTED)
    assert not goes_there_still(replace(rights, address=ELSEWHERE), PRINTED)
    assert not goes_there_still(replace(rights, address=()), PRINTED)
    assert HOME[0].encode() not in repr(PRINTED).encode(), "her address is kept once"


def test_a_line_of_her_outbox_leads_to_its_card_until_it_is_on_its_way_stopped_or_over() -> None:
    assert waiting_card(HERS, NOTICE, NOW) == ASKED
    assert waiting_card(replace(HERS, cards=(PRINTED,)), NOTICE, NOW) == PRINTED, "printed, and perhaps again"
    assert waiting_card(HERS, OTHER, NOW) is None
    assert waiting_card(HERS.without_card(ASKED.card_id), NOTICE, NOW) is None
    assert waiting_card(replace(HERS, cards=(SENT,)), NOTICE, NOW) is None
    assert waiting_card(HERS, NOTICE, ASKED.ends) is None


def test_a_letter_leads_to_its_cards_alone_to_be_started_or_stopped() -> None:
    handed = replace(ASKED, card_id=CardId(UUID(int=2)), mailing=None)
    rights = replace(HERS, cards=(handed, PRINTED))
    assert cards_in(rights, LETTER) == (PRINTED,) and cards_in(rights, OTHER) == ()
    assert cards_in(replace(rights, cards=(handed, SENT)), LETTER) == (), "started once"
    for card in (PRINTED, SENT):
        assert cards_come_back(replace(rights, cards=(handed, card)), LETTER.hex[:12]) == (card,)
    assert cards_come_back(rights, OTHER.hex[:12]) == cards_come_back(HERS, LETTER.hex[:12]) == ()
