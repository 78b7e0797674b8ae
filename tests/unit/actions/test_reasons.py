"""Why: each rule has a reason of its own in each language, and a permission is told with its date and to whom it was given."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

import espace_sante.keeper
from espace_sante.access.explain import SENTENCES
from espace_sante.access.kinds import Kind
from espace_sante.access.outcomes import RULES
from espace_sante.actions.line_said import line_of
from espace_sante.actions.line_said.kinds import GROUP_WORDS, WORDS, counted_said, counts_said
from espace_sante.actions.line_said.reasons import MISTAKES, is_explained, reason_of
from espace_sante.kernel.i18n import Language, translator

# Rules of the institution's own chain, which is nobody's journal: a keeper that starts, the count of a day, a policy.
INSTITUTION = {"policy"}
SINCE = "2026-11-03T23:30:00.000Z"


def record(rule: str, result: str = "permit", /, **changes: Any) -> dict[str, Any]:
    said: dict[str, Any] = {
        "seq": 3,
        "at": "2026-11-05T09:00:00.000Z",
        "actor": {"kind": "practitioner", "id": "", "name": "Dr Awa Diallo", "structure": "", "behalf": False},
        "act": "read_document",
        "objects": [],
        "basis": {},
        "decision": {"result": result, "rule": rule},
        "channel": "web",
    }
    return said | changes


def rules_of_the_keeper() -> set[str]:
    """Return every rule that the keeper writes by itself, read in its source."""
    found = set()
    for path in Path(espace_sante.keeper.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="Refuse" | "Permit"), args=[ast.Constant(value=str(rule)), *_]):
                    found.add(rule)
    return found


@pytest.mark.parametrize("language", list(Language))
def test_every_rule_has_a_reason_of_its_own_in_every_language(language: Language) -> None:
    say = translator(language).gettext
    own = rules_of_the_keeper() - INSTITUTION
    assert {"repeat", "invalid", "ceiling", "unknown"} <= own
    said = {rule: reason_of(record(rule, "refuse"), say) for rule in {*RULES, *own, *MISTAKES}}
    assert all(is_explained(rule) for rule in said)
    assert all(len(words) > 15 and words[0].isupper() and words.endswith(".") for words in said.values()), said
    assert len(set(said.values())) == len(said), "none is the reason of another rule"
    assert reason_of(record("of-another-version"), say) not in said.values()
    if language is Language.EN:
        french = {rule: reason_of(record(rule, "refuse")) for rule in said}
        same = {rule for rule in said if said[rule] == french[rule]}
        assert not same


def test_no_rule_is_explained_twice() -> None:
    assert not set(MISTAKES) & set(SENTENCES)
    assert not is_explained("of-another-version")


@pytest.mark.parametrize(
    ("basis", "words"),
    [
        ({"to": "practitioner"}, "Vous l’avez autorisé à lire, depuis le 04/11/2026."),
        ({"to": "structure"}, "Vous avez autorisé son établissement à lire, depuis le 04/11/2026."),
        ({"to": "team"}, "Vous avez autorisé une équipe dont il est membre, depuis le 04/11/2026."),
        (
            {"to": "practitioner", "card": "00"},
            "Vous lui aviez confié une carte ou un code : il l’a présenté le 04/11/2026.",
        ),
    ],
)
def test_a_permission_is_told_with_its_day_in_paris_and_to_whom(basis: dict[str, str], words: str) -> None:
    for act in ("read_document", "list_documents"):
        assert reason_of(record("grant", act=act, basis={"grant": "00", "since": SINCE, **basis})) == words


def test_an_emergency_is_told_with_the_day_it_was_declared() -> None:
    said = reason_of(record("emergency", basis={"glass": "00", "since": SINCE}))
    assert said == "C’était une urgence, déclarée le 04/11/2026. Vous aviez dit d’avance que cela pouvait être lu."


def test_a_line_from_before_says_that_there_was_a_permission_and_no_more() -> None:
    for basis in ({}, {"grant": "00"}):
        assert reason_of(record("grant", basis=basis)) == SENTENCES["grant"]
    without = record("grant")
    del without["basis"]
    assert reason_of(without) == SENTENCES["grant"]


def test_a_list_that_an_emergency_fills_in_part_is_told_as_one() -> None:
    both = record("grant", act="list_documents", objects=["list", "glass:00"], basis={"since": SINCE, "to": "team"})
    assert reason_of(both) == SENTENCES["emergency"]
    assert "équipe" in reason_of(both | {"act": "read_document"})


def test_a_call_says_how_far_it_went() -> None:
    assert "provisoire" in reason_of(record("agent-phone-provisional", effect="provisional"))
    assert "Rien n’a changé" in reason_of(record("agent-phone-starts", effect="starts"))


@pytest.mark.parametrize("language", list(Language))
def test_every_sort_is_told_in_words_of_its_own(language: Language) -> None:
    say = translator(language).gettext
    for words in ([say(one) for one in WORDS.values()], [say(one) for one in GROUP_WORDS.values()]):
        assert all(words) and len(set(words)) == len(words)
    assert set(WORDS) == set(Kind)


def test_where_we_cannot_know_it_says_so() -> None:
    software = [
        line_of(record("grant", act=act, channel="api"), "", "", str, str)
        for act in ("read_document", "list_documents")
    ]
    assert all("nous ne savons pas si quelqu’un" in one.sort.lower() for one in software)
    page = line_of(record("grant"), "", "", str, str)
    assert "Une personne, à l’écran" in page.sort
    assert [one.group.value for one in (*software, page)] == ["software", "software", "persons"]


def test_how_many_of_each_is_said_without_those_there_are_none_of() -> None:
    assert counts_said({"refused": 2, "persons": 1}) == "Lectures par des personnes : 1, Essais refusés : 2"
    assert counted_said({"lists": 3}, 12) == ["Depuis la ligne 12, votre journal compte : Listes : 3."]
    assert counted_said({}, 12) == []
