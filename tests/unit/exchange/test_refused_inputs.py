"""The page of refused inputs is the table of the code, line by line, and each line has its test."""

from __future__ import annotations

import re

import orjson
import pytest

from espace_sante.actions.refusals import KINDS, SENTENCES, sentence
from espace_sante.exchange.acts_api import problem_answer as api_answer
from espace_sante.exchange.edge import STATUS, status_of
from espace_sante.exchange.fhir.server import problem_answer as fhir_answer
from espace_sante.formats.fhir.outcome import ISSUE_TYPES
from espace_sante.kernel.errors import Kind, Problem
from tests.needs import ROOT

LINE = re.compile(r"^\| `([a-z0-9-]+)` \| (\d{3}) \| (.+) \| `(tests/[a-z_/0-9]+\.py)::(test_\w+)` \|$")


def page() -> dict[str, tuple[int, str, str, str]]:
    lines = (ROOT / "docs" / "entrees-refusees.md").read_text(encoding="utf-8").splitlines()
    found = [match.groups() for line in lines if (match := LINE.match(line))]
    assert len(found) == sum(line.startswith("| `") for line in lines), "a line has another form"
    assert len({code for code, *_ in found}) == len(found), "a code stands twice"
    return {code: (int(status), words, file, test) for code, status, words, file, test in found}


def test_the_page_of_refused_inputs_is_the_table_of_the_code() -> None:
    assert {code: (status, words) for code, (status, words, _, _) in page().items()} == {
        code: (status_of(Problem(kind, code)), SENTENCES[code]) for code, kind in KINDS.items()
    }


def test_each_refusal_names_a_test_that_exists() -> None:
    for code, (_, _, file, test) in page().items():
        assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), code


def test_every_kind_has_a_status_and_an_issue_type() -> None:
    assert set(STATUS) == set(ISSUE_TYPES) == set(Kind)
    assert KINDS.keys() == SENTENCES.keys()


@pytest.mark.parametrize("code", KINDS)
def test_every_refusal_has_a_status_and_a_sentence(code: str) -> None:
    problem = Problem(KINDS[code], code, {"maximum": 3, "field": "titre", "seconds": 5, "reference": "r"}, entry="e")
    said = sentence(problem)
    assert said.endswith(".")
    assert "{" not in said
    assert "…" not in said
    fhir, api = fhir_answer(problem), api_answer(problem)
    assert fhir.status == api.status == status_of(problem) >= 400
    assert orjson.loads(fhir.body)["issue"][0]["details"]["text"] == said
    assert orjson.loads(api.body) == {"code": code, "sentence": said, "entry": "e"}
    assert (b"journal-entry", b"e") in fhir.headers


def test_an_outcome_depends_on_its_code_alone() -> None:
    one, other = (Problem(Kind.NOT_FOUND, "nothing-to-show", entry=entry) for entry in ("a", "b"))
    assert fhir_answer(one).body == fhir_answer(other).body
