"""What she blocks and hides, on the paper printed beside her journal."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from espace_sante.access.request import Effect
from espace_sante.actions.act import Outcome
from espace_sante.actions.read_journal import JournalPage
from espace_sante.actions.will_said import limits_said, representatives_said
from espace_sante.channels.desk import printed
from espace_sante.keeper.demand import BlockView, MaskView, RepresentationView
from tests.pdf_text import text

HIM = "99900000011"
PAGE = JournalPage(
    0,
    (),
    (),
    (),
    (),
    (BlockView(HIM, "everything", ""), BlockView("99900000029", "deposits", "")),
    (MaskView("a", "", 5, "", ""), MaskView("b", "0123456789abcdef" * 4, 0, HIM, "")),
)


def test_each_block_and_each_mask_has_its_sentence() -> None:
    said = limits_said(PAGE, name_of=lambda number: "Dr Diallo" if number == HIM else "")
    number = " ".join(["01234567", "89abcdef"] * 4)
    assert said == [
        f"Vous bloquez Dr Diallo, numéro {HIM}, pour tout.",
        "Vous bloquez le professionnel numéro 99900000029, pour ses dépôts.",
        "Vous cachez la catégorie « Comptes rendus » à tous les professionnels.",
        f"Vous cachez le document numéro {number} à Dr Diallo, numéro {HIM}.",
    ]


class Hour:
    """A frame reduced to its clock."""

    def now(self) -> datetime:
        return datetime(2026, 11, 25, 12, tzinfo=UTC)


def test_the_printed_journal_says_what_she_blocks_and_hides() -> None:
    outcome = Outcome("", Effect.IMMEDIATE, "", result=PAGE)
    said = text(printed(Hour(), outcome).data)  # type: ignore[arg-type]  # only its clock is asked
    for sentence in limits_said(PAGE):
        assert sentence.split(" numéro ")[0] in said


def test_who_acts_by_law_is_said_with_the_number_it_is_contested_by() -> None:
    days = ("2026-01-02", "2031-01-02")
    one = RepresentationView("123456", "Ana Roy", "guardianship", "représente", "jugement", *days, "stands")
    page = JournalPage(0, (), (), (), (), representations=(one, msgspec.structs.replace(one, phase="suspended")))
    assert representatives_said(page) == [
        "Ana Roy peut agir pour vous par la loi (tutelle), jusqu’au 02/01/2031. Pour contester : pouvoir numéro 123456.",
        "Ana Roy n’agit plus pour vous : vous avez contesté le pouvoir numéro 123456.",
    ]
