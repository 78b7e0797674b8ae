"""A line of the journal as a sentence: none is hidden, none names a code."""

from __future__ import annotations

from typing import Any

import pytest

from espace_sante.access.apps import OPEN_TO_APPS
from espace_sante.access.outcomes import RULES
from espace_sante.access.request import ActId
from espace_sante.actions.line_said import line_of, of_apps
from espace_sante.actions.line_said.sentence import ACTS


def record(
    act: str, *, result: str = "permit", rule: str = "holder", kind: str = "person", **changes: Any
) -> dict[str, Any]:
    said: dict[str, Any] = {
        "seq": 3,
        "at": "2026-11-03T09:00:00.000Z",
        "actor": {"kind": kind, "id": "", "name": "Dr Awa Diallo", "structure": "Maison", "behalf": False},
        "act": act,
        "objects": [],
        "decision": {"result": result, "rule": rule},
        "channel": "web",
    }
    return said | changes


def told(said: dict[str, Any]) -> str:
    line = line_of(said, "ref", "aa", lambda words: words, lambda number: "")
    return f"{line.sentence} {line.why} {line.channel}"


# Entries of the institution's chain: they stand in nobody's journal.
INSTITUTION = {
    "invite",
    "record_delivery",
    "record_return",
    "list_cases",
    "list_letters",
    "keep_sheets",
    "renew_account",
}
# What a judge had read: copied into hers under another word, `reveal_order` (tests/unit/actions/test_told_line.py).
INSTITUTION |= {"record_order", "confirm_order", "prolong_order", "list_orders", "list_ordered", "read_ordered"}


@pytest.mark.parametrize("act", sorted({act.value for act in ActId} - INSTITUTION))
def test_every_act_of_a_space_has_its_four_sentences(act: str) -> None:
    assert act in ACTS
    for result in ("permit", "refuse"):
        for kind in ("person", "practitioner"):
            words = told(record(act, result=result, kind=kind))
            assert "%(" not in words and act not in words


@pytest.mark.parametrize(
    "rule", [*RULES, "repeat", "invalid", "unknown", "conflict", "identity", "no-invitation", "nothing-to-undo"]
)
def test_every_rule_is_explained(rule: str) -> None:
    assert "pas d’explication" not in told(record("read_document", rule=rule))


def test_an_act_that_is_not_known_here_is_still_a_line() -> None:
    assert "a fait une démarche" in told(record("something_new", kind="practitioner"))


def test_a_line_leads_to_its_document_and_names_whom_it_concerns() -> None:
    line = line_of(record("read_document", objects=["document:bb"]), "r", "aabb", str, lambda number: "")
    assert line.document == "aabb"
    assert line_of(record("deposit_document"), "r", "aabb", str, lambda number: "").document == "aabb"
    by_another = line_of(record("deposit_document", kind="practitioner"), "r", "aabb", str, lambda number: "")
    assert by_another.document == "", "the line of a deposit by another is the same whether she may read it or not"
    words = told(record("grant_access", objects=["practitioner:99900000011"]))
    assert "le professionnel numéro 99900000011" in words
    assert "« Comptes rendus »" in told(record("mask", objects=["category:5"]))


APP = {"id": "carnet", "name": "Carnet"}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"act": "read_document"}, "L’application « Carnet », pour vous, a lu un document."),
        (
            {"act": "read_document", "kind": "practitioner"},
            "L’application « Carnet », pour Dr Awa Diallo (Maison), a lu un document.",
        ),
        (
            {"act": "grant_access", "result": "refuse", "rule": "app-scope"},
            "L’application « Carnet », pour vous, a voulu faire une démarche qu’aucune application ne fait.",
        ),
        ({"act": "authorise_app"}, "Vous avez permis l’application « Carnet »."),
        (
            {"act": "authorise_app", "kind": "practitioner", "rule": "grant"},
            "Dr Awa Diallo (Maison) a ouvert l’application « Carnet » depuis votre page.",
        ),
        ({"act": "end_app"}, "Vous avez arrêté l’application « Carnet »."),
    ],
)
def test_a_line_names_the_application_beside_whoever_it_acts_for(changes: dict[str, Any], sentence: str) -> None:
    assert told(record(**changes, app=APP)).startswith(sentence)


def test_what_an_agent_noted_for_her_is_not_said_to_be_his() -> None:
    said = record("authorise_app", kind="agent", rule="agent-counter", app=APP)
    said["actor"]["behalf"] = True
    assert "a noté que vous permettez l’application « Carnet »" in told(said)


@pytest.mark.parametrize("act", sorted(act.value for act in OPEN_TO_APPS))
def test_what_an_application_may_do_has_its_own_sentence(act: str) -> None:
    assert act in of_apps.WORDS
