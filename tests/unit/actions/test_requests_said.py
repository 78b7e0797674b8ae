"""Her requests, their answers and the help she allows, on the paper printed beside her journal."""

from __future__ import annotations

from datetime import UTC, datetime

from espace_sante.access.request import Effect
from espace_sante.actions.act import Outcome
from espace_sante.actions.read_journal import JournalPage
from espace_sante.actions.requests_said import requests_said
from espace_sante.channels.desk import printed
from espace_sante.keeper.demand import CaseSaid, CaseSeen, SupportView
from tests.pdf_text import text


def case(kind: str, *answers: CaseSaid, late: bool = False) -> CaseSeen:
    return CaseSeen(
        "a" * 32, kind, "", "", "", (), "other", "2026-11-01", "2026-12-01", bool(answers), late, tuple(answers)
    )


PAGE = JournalPage(
    0,
    (),
    (),
    (),
    (),
    cases=(
        case("contest"),
        case("contest", late=True),
        case("mistake", CaseSaid("corrected", "C'est fait.\nMerci.", "2026-11-09T10:00:00.000Z")),
        case("emergency", CaseSaid("justified", "Vous étiez inconsciente.", "2026-11-10T10:00:00.000Z")),
    ),
    support=(SupportView("AB20260001", "2026-11-30T10:00:00.000Z", False, False),),
)


def test_each_request_says_when_its_answer_is_due_or_what_was_answered() -> None:
    assert requests_said(PAGE) == [
        "Vous contestez un accès depuis le 01/11/2026.",
        "La réponse est due le 01/12/2026 au plus tard.",
        "Vous contestez un accès depuis le 01/11/2026.",
        "La réponse était due le 01/12/2026 : elle est en retard.",
        "Vous avez signalé une erreur le 01/11/2026.",
        "Réponse du 09/11/2026, le document est corrigé : C'est fait. Merci.",
        "Un accès en urgence est revu depuis le 01/11/2026.",
        "Réponse du 10/11/2026, l'accès avait une raison valable : Vous étiez inconsciente.",
        "Vous permettez l’aide du support pour le ticket AB20260001, jusqu’au 30/11/2026.",
    ]


class Hour:
    """A frame reduced to its clock."""

    @staticmethod
    def now() -> datetime:
        return datetime(2026, 11, 26, tzinfo=UTC)


def test_they_are_on_the_paper_of_the_counter() -> None:
    paper = printed(Hour(), Outcome("0" * 20, Effect.IMMEDIATE, "", result=PAGE))  # type: ignore[arg-type]  # no visit, only what the page reads of one
    words = " ".join(text(paper.data).split())
    assert "elle est en retard" in words
    assert "AB20260001" in words
