"""The line of what a judge had read: on which decision, when, who attended, and both references; in her journal and on paper."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from espace_sante.access.kinds import GROUPS, Group, Kind, kind_of_record
from espace_sante.actions.line_said import line_of
from espace_sante.keeper.acts.posting import _for_paper

ENTRY = "qva6yp4geeq4pyka92b9"


def record(act: str = "read_ordered", **changes: Any) -> dict[str, Any]:
    told = {
        "act": act,
        "at": "2026-11-26T16:00:00.000Z",
        "by": "Accueil",
        "lines": 3,
        "authority": "Tribunal de Dijon",
        "number": "2026/1234",
        "dated": "2026-11-20",
        "law": "article 56-3",
        "attended": "Dr Martin",
        "categories": [5],
        "first": "",
        "last": "",
        "reveal": "2027-11-26",
        "accounts": ["ana", "bea"],
    }
    said: dict[str, Any] = {
        "seq": 7,
        "at": "2027-11-26T00:10:00.000Z",
        "actor": {"kind": "system", "id": "keeper", "name": "", "structure": "", "behalf": False},
        "act": "reveal_order",
        "objects": ["document:" + "0" * 32],
        "basis": {"order": "1" * 32, "entry": ENTRY},
        "decision": {"result": "permit", "rule": "order"},
        "channel": "system",
        "told": told,
        "opened": {"record": "{}", "salt": "00"},
    }
    return said | changes


def shown(said: dict[str, Any]) -> str:
    line = line_of(said, "hers", "", lambda words: words, lambda number: "")
    assert line.others and line.permitted
    return f"{line.sentence} {line.why}"


@pytest.mark.parametrize(
    ("act", "words"),
    [
        ("confirm_order", "a obligé l’organisme à remettre"),
        ("prolong_order", "de vous le dire plus tard"),
        ("list_ordered", "La liste de documents"),
        ("read_ordered", "Un document de votre espace a été remis"),
        ("of_a_later_version", "Une décision de justice a été suivie"),
    ],
)
def test_a_line_says_on_which_decision_and_under_which_references(act: str, words: str) -> None:
    said = shown(record(act))
    known = ("Tribunal de Dijon", "2026/1234", "20/11/2026", "article 56-3", "Dr Martin", "ana, bea", ENTRY)
    for part in (words, "26/11/2026 17:00", *known):
        assert part in said, part
    assert "Deux comptes de l’organisme l’ont vérifiée" in said


def test_on_paper_the_line_says_the_same_and_names_no_document() -> None:
    paper = orjson.loads(_for_paper(record()))
    assert paper["objects"] == []
    assert "opened" not in paper
    assert shown(paper) == shown(record())
    assert orjson.loads(_for_paper({k: v for k, v in record().items() if k != "told"}))["basis"] == {}


def test_a_reading_that_was_sealed_is_a_persons_and_a_list_a_list() -> None:
    assert kind_of_record(record("read_ordered")) is Kind.ORDERED
    assert GROUPS[Kind.ORDERED] is Group.PERSONS
    assert kind_of_record(record("list_ordered")) is Kind.LISTED
    for act in ("confirm_order", "prolong_order", "of_a_later_version"):
        assert kind_of_record(record(act)) is Kind.SERVICE
