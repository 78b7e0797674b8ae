"""An emergency as a sentence: from where, why, in his own words; and what she said of it, on paper."""

from __future__ import annotations

from typing import Any

import pytest

from espace_sante.actions.line_said import JournalLine, line_of
from espace_sante.actions.read_journal import JournalPage
from espace_sante.actions.will_said import limits_said
from espace_sante.keeper.demand import EmergencyView

SINCE = "2026-11-26T01:00:00.000Z"


def line(act: str, rule: str, objects: list[str]) -> JournalLine:
    record: dict[str, Any] = {
        "seq": 3,
        "at": SINCE,
        "actor": {"kind": "practitioner", "id": "", "name": "Dr Awa Diallo", "structure": "Maison", "behalf": False},
        "act": act,
        "objects": objects,
        "decision": {"result": "permit", "rule": rule},
        "channel": "web",
    }
    return line_of(record, "ref", "aa", str, lambda number: "Dr Guérin")


@pytest.mark.parametrize(
    ("objects", "where"),
    [
        (["kind:bedside", "beside:yes"], "auprès de vous"),
        (["kind:bedside", "beside:no"], "loin de vous"),
        (["kind:regulator", "beside:no"], "pour un appel au centre d’urgence"),
    ],
)
def test_a_declaration_says_from_where_why_and_in_which_words(objects: list[str], where: str) -> None:
    said = line("break_glass", "emergency-opened", [*objects, "ground:life-at-risk", "reason:Malaise : chute"]).sentence
    assert said == (
        f"Dr Awa Diallo (Maison) a déclaré une urgence, {where}."
        " Son motif : sa vie est en danger immédiat (« Malaise : chute »)."
    )


def test_a_list_that_an_emergency_fills_in_part_says_so() -> None:
    alone, both = [line("list_documents", "grant", objects) for objects in (["list"], ["list", "glass:00"])]
    assert "urgence" not in alone.why
    assert both.why.startswith("C’était une urgence")
    assert line("read_document", "emergency", ["document:bb"]).why.startswith("C’était une urgence")


def test_a_confirmation_names_the_colleague() -> None:
    said = line("confirm_emergency", "emergency-opened", ["practitioner:99900000029"]).sentence
    assert said == "Dr Awa Diallo (Maison) a confirmé l’urgence déclarée par Dr Guérin."


@pytest.mark.parametrize(
    ("view", "sentences"),
    [
        (EmergencyView(False, False, False, "", [], [], ""), []),
        (EmergencyView(False, False, False, "", [], [], SINCE), ["En urgence, personne ne lit vos documents."]),
        (
            EmergencyView(True, True, True, "everything", [], [], SINCE),
            [
                "En urgence, le médecin qui répond à l’appel peut lire tous vos documents.",
                "En urgence, un professionnel auprès de vous peut lire tous vos documents.",
                "Ce que vous cachez à tous peut alors être lu aussi.",
            ],
        ),
        (
            EmergencyView(False, True, False, "categories", [5], [], SINCE),
            ["En urgence, un professionnel auprès de vous peut lire ces catégories : Comptes rendus."],
        ),
        (
            EmergencyView(True, False, False, "documents", [], ["ab"], SINCE),
            ["En urgence, le médecin qui répond à l’appel peut lire les documents que vous avez choisis."],
        ),
    ],
)
def test_what_she_said_is_printed_beside_her_journal(view: EmergencyView, sentences: list[str]) -> None:
    assert limits_said(JournalPage(0, (), (), (), (), emergency=view)) == sentences
