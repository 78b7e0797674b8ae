"""What an application may see, in plain French."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.actions.app_said import apps_said, scopes_said
from espace_sante.actions.authorise_app import SCOPES, parse
from espace_sante.actions.read_journal import JournalPage
from espace_sante.actions.will_said import limits_said
from espace_sante.identity.scopes import parse_scopes
from espace_sante.keeper.demand import AppView
from espace_sante.kernel.errors import Problem
from espace_sante.records.resource import numbers

ASKED = {"app": "Carnet-Sante", "owner": "Carnet SAS", "what": "documents", "days": "30"}


@pytest.mark.parametrize(
    ("scopes", "said"),
    [
        ("patient/*.rs", ("tous vos documents", "toutes vos données de soins")),
        ("patient/DocumentReference.rs patient/Binary.r", ("tous vos documents",)),
        ("patient/AllergyIntolerance.rs", ("Allergie",)),
        ("patient/Observation.rs?category=laboratory", ("Résultat d'analyse",)),
        ("patient/Observation.rs?category=http://x.test|laboratory", ("Résultat d'analyse",)),
        ("patient/Observation.rs?code=1", tuple(f"{one}, en partie seulement" for one in (
            *("Résultat d'analyse", "Résultat d'imagerie", "Mesure", "Constatation"),
            *("Mode de vie", "Réponse à un questionnaire"),
        ))),
        ("patient/DocumentReference.rs?type=1", ("tous vos documents, en partie seulement",)),
        ("patient/Goal.cr", ("Objectif de soins", "Objectif de soins : en ajouter et en changer")),
        ("openid launch/patient", ()),
    ],
)  # fmt: skip
def test_scopes_are_said_in_the_words_of_the_table(scopes: str, said: tuple[str, ...]) -> None:
    assert scopes_said(parse_scopes(scopes)) == said


@given(st.sampled_from(sorted(numbers())), st.sampled_from(("r", "s", "c", "cruds")))
def test_no_scope_about_resources_is_left_unsaid(name: str, letters: str) -> None:
    assert scopes_said(parse_scopes(f"patient/{name}.{letters}"))


def test_what_is_offered_where_no_application_asks_only_reads() -> None:
    for text in SCOPES.values():
        found = parse_scopes(text)
        assert {scope.letters for scope in found.items} == {"rs"}
        assert found.contexts == {"patient"}
    assert parse(ASKED).app == "carnet-sante"
    assert parse(ASKED).offline


@pytest.mark.parametrize("missing", sorted(ASKED))
def test_every_answer_of_the_form_is_due(missing: str) -> None:
    with pytest.raises(Problem):
        parse({**ASKED, missing: ""})


def test_each_application_is_said_with_whose_it_is_what_it_sees_and_until_when() -> None:
    ends = "2026-12-26T10:00:00.000Z"
    view = AppView("123456", "carnet", "Carnet", "Carnet SAS", "patient/Goal.rs", True, ends, ends)
    page = JournalPage(0, (), (), (), (), apps=(view,))
    (said,) = apps_said(page)
    assert said == (
        "L’application « Carnet » (Carnet SAS), numéro 123456, peut voir : Objectif de soins. Jusqu’au 26/12/2026."
    )
    assert said in limits_said(page)
