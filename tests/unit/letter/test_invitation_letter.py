"""The letter that asks whether she wants a space: one page to answer with a pen, and nothing through the window but her address."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from espace_sante.actions.answers import notice_here
from espace_sante.consent.evidence import NoticeLanguage
from espace_sante.formats.mail import Sheet, mail_pdf
from espace_sante.kernel.i18n import Language, translator
from espace_sante.kernel.settings import OpeningPolicy
from espace_sante.web.operator.invitation_letter import Invited, invitation_sheet
from tests.letters_drawn import ADDRESS, SETTINGS
from tests.pdf_places import contrast, drawn_in, pages_of

CODES = ("ABCDE-12345", "ABCDE-12346")
EVERY = [(language, policy, large) for language in Language for policy in OpeningPolicy for large in (False, True)]


def sheet(
    language: Language = Language.FR,
    policy: OpeningPolicy = OpeningPolicy.CONSENT,
    *,
    large: bool = False,
    code: str = CODES[0],
    address: tuple[str, ...] = ADDRESS,
) -> Sheet:
    settings = replace(SETTINGS, opening_policy=policy)
    invited = Invited("MARIE-CLEMENTINE DE GRANDPERRIN", address, code, date(2027, 2, 25), large)
    notice = notice_here(settings, NoticeLanguage(language.value))
    return invitation_sheet(settings, translator(language).gettext, language, notice, invited)


def bare(words: str) -> str:
    """The same words without spaces and hyphens, where a line may be cut."""
    return "".join(words.replace("-", "").split())


@pytest.mark.parametrize(("language", "policy", "large"), EVERY)
def test_the_answer_stands_on_the_first_page_and_the_notice_follows(
    language: Language, policy: OpeningPolicy, large: bool
) -> None:
    one = sheet(language, policy, large=large)
    assert one.coupon is not None
    pdf = mail_pdf("Essai", [], [one])
    pages = pages_of(pdf)
    words = [bare("".join(piece.text for piece in page)) for page in pages]
    answers = 0 if not large else 1  # large print takes the back of the same sheet of paper
    for box in one.coupon.boxes:
        assert bare(box) in "".join(words[: answers + 1])
    assert bare(one.after[-1][0])[:40] in "".join(words[answers + 1 :]), "the whole notice, on pages of its own"
    seen = [piece for piece in pages[0] if piece.touches(90, 34, 200, 90)]
    assert bare("".join(piece.text for piece in seen)) == bare("".join(one.to))
    assert all(p.left >= 110 and p.right <= 190 and p.top >= 55 and p.bottom <= 79 for p in seen)
    assert drawn_in(pdf, 0, 90, 34, 200, 90) == len(seen)
    for page in pages:
        assert all(contrast(piece.colour) >= 7 for piece in page)
    assert all(piece.points >= (17.9 if large else 11.9) for page in pages[1:] for piece in page)


def test_yes_no_and_later_are_of_one_size_and_neither_is_always_first() -> None:
    first, second = (sheet(code=code).coupon for code in CODES)
    assert first is not None and second is not None
    assert sorted(first.boxes) == sorted(second.boxes) and len(first.boxes) == 3
    assert first.boxes[0] == second.boxes[1] and first.boxes[1] == second.boxes[0]
    assert first.boxes[2] == second.boxes[2] and first.boxes[2].startswith("Plus tard")
    sizes = {
        round(piece.points, 1)
        for piece in pages_of(mail_pdf("Essai", [], [sheet()]))[0]
        if any(len(piece.text) > 8 and piece.text.strip() in box for box in first.boxes)
    }
    assert len(sizes) == 1


def test_what_silence_does_is_said_in_the_first_lines() -> None:
    assert "Sans réponse, rien n’est ouvert." in sheet().first and "25 février 2027" in sheet().first
    assert "sans votre oui" in sheet(policy=OpeningPolicy.SIX_WEEK_PRESUMPTION).first


def test_the_code_read_by_a_machine_names_nobody_and_without_an_address_it_is_handed_over() -> None:
    coupon = sheet().coupon
    assert coupon is not None and coupon.code.startswith("ES|ES-01|1|")
    assert sheet(address=()).to[-1] == "À REMETTRE EN MAIN PROPRE"
