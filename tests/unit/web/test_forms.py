"""Fields to forms and back, for every act of the registry."""

from __future__ import annotations

import pytest

from espace_sante.actions.act import Upload, Value
from espace_sante.actions.registry import REGISTRY
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.i18n import Language, translator
from espace_sante.web import forms

FILLED: dict[str, Value] = {
    "provider": "dev",
    "account": "petit",
    "file": Upload("a.txt", "text/plain", b"a"),
    "title": "Titre",
    "category": "5",
    "created": "2026-11-02",
    "practitioner": "99900000011",
    "scope": "everything",
    "purpose": "care",
    "days": "30",
    "document": "ab",
    "local": "GUICHET-1",
    "birth_name": "N",
    "first_given": "P",
    "birth_date": "1980-01-01",
    "sex": "F",
    "deposits": "no",
    "sure": "yes",
    "entries": "0123456789abcdefghjk",
    "reason": "other",
    "block": "no",
    "hide": "no",
    "ticket": "AB20260001",
    "hours": "24",
    "journal": "no",
    "case": "0" * 32,
    "outcome": "corrected",
    "text": "Oui.",
    "regulator": "no",
    "bedside": "no",
    "hidden": "no",
    "kind": "bedside",
    "beside": "yes",
    "ground": "call",
    "proof": "registered",
    "day": "2026-11-26",
    "uses": "1",
    "street": "3 rue des Essais",
    "town": "63000 CLERMONT",
    "months": "6",
    "letter": "0" * 32,
    "authority": "Tribunal",
    "number": "2026/1",
    "dated": "2026-11-26",
    "law": "Article 56-3",
    "attended": "Dr Martin",
    "categories": "5",
    "reveal": "2027-11-26",
    "order": "0" * 32,
    "terms": "0" * 64,
    "app": "carnet-sante",
    "owner": "Carnet SAS",
    "what": "documents",
    "died_on": "2026-11-26",
    "measure": "parent",
    "power": "représente",
    "basis": "livret de famille",
    "starts": "2026-11-26",
    "certificate": "12",
    "who": "Paul Yttrium",
    "quality": "heir",
    "motive": "causes",
    "why": "Savoir",
    "demand": "0" * 32,
    "reads": "no",
    "signed": "no",
    "label": "Madame J.",
    "name": "Claire Bonnet",
    "notice": "document",
    "by_mail": "yes",
    "by_sms": "no",
    "by_letter": "no",
    "pace": "daily",
    "token": "0" * 54,
    "scan": "0" * 64,
    "box": "1",
    "arrived": "2026-11-26",
}


@pytest.mark.parametrize("act", REGISTRY.values(), ids=lambda act: act.id.value)
def test_an_answer_that_is_missing_is_asked_for_where_it_stands(act) -> None:  # type: ignore[no-untyped-def]  # an act of any kind
    names = forms.names_of(act.fields)
    for field in act.fields:
        if not field.required:
            continue
        values = {name: value for name, value in FILLED.items() if name in names and name != field.name}
        with pytest.raises(Problem) as caught:
            act.parse(values)
        assert forms.is_for_the_form(caught.value)
        assert list(forms.errors_of(caught.value, names)) == [field.name]


def test_a_date_is_typed_in_three_boxes_and_a_number_may_be_cut() -> None:
    fields = REGISTRY["deposit_document"].fields  # type: ignore[index]  # an ActId is a str
    typed = {"created-day": "2", "created-month": "1", "created-year": "2026"}
    assert forms.gathered(fields, typed)["created"] == "2026-01-02"
    assert forms.gathered(fields, {})["created"] == ""
    fields = REGISTRY["read_document"].fields  # type: ignore[index]  # an ActId is a str
    assert forms.gathered(fields, {"document": "ab cd"})["document"] == "abcd"


@pytest.mark.parametrize(
    "kind, number", [("ins", "1"), ("local", "a b"), ("code", ""), ("", "244039999910165"), ("id", "x")]
)
def test_a_number_that_is_not_one_is_refused(kind: str, number: str) -> None:
    with pytest.raises(Problem) as caught:
        forms.person_reference(kind, number)
    assert caught.value.kind is Kind.INVALID


def test_a_person_is_named_by_what_she_holds_out() -> None:
    assert forms.person_reference("ins", "2 44 03 99 999 101 65") == "ins:244039999910165"
    assert forms.person_reference("local", "guichet-0042") == "local:GUICHET-0042"
    assert forms.person_reference("code", "abcde-fghjk-m") == "code:ABCDE-FGHJK-M"
    assert forms.said_reference("ins:244039999910165") == "2 44 03 99 999 101 65"


def test_an_error_with_a_limit_is_said_in_the_language_of_the_page() -> None:
    problem = Problem(Kind.INVALID, "grant-too-long", {"maximum": 365})
    said = forms.errors_of(problem, ["days"], translator(Language.EN).gettext)["days"]
    assert "365" in said and said != forms.errors_of(problem, ["days"])["days"]
