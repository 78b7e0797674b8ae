"""A line of the journal as a sentence: none is hidden, none names a code."""

from __future__ import annotations

from typing import Any

import pytest

from espace_sante.access.outcomes import RULES
from espace_sante.access.request import ActId
from espace_sante.actions.line_said import line_of
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
INSTITUTION = {"invite", "record_delivery", "record_return", "list_cases", "list_letters"}
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
