"""The official matrix in its JSON:API shape, written by us: taken whole, or refused in a sentence that says where."""

from __future__ import annotations

import json
from typing import Any

import pytest

from espace_sante.formats.habilitation_matrix import NotAMatrix, read_official_matrix

PROFESSIONS = {10: "Médecin", 60: "Infirmier"}
CATEGORIES = {1: "Comptes rendus", 2: "Imagerie"}


def term(kind: str, number: int, name: str) -> dict[str, Any]:
    return {"type": f"taxonomy_term--{kind}", "attributes": {"name": name, "field_code": number}}


def cell(profession: int = 10, category: int = 1, code: Any = "11488-4", shown: Any = True) -> dict[str, Any]:
    return {
        "type": "node--matrice_professionnel_document",
        "attributes": {
            "title": "une case",
            "field_code_profession": profession,
            "field_code_categorie": category,
            "field_code_loinc": code,
            "field_consultation": shown,
        },
    }


def terms() -> list[dict[str, Any]]:
    return [
        *(term("professionnel_de_sante", number, name) for number, name in PROFESSIONS.items()),
        *(term("categorie_de_document", number, name) for number, name in CATEGORIES.items()),
    ]


def page(*items: dict[str, Any], following: str = "", **more: Any) -> bytes:
    links = {"links": {"next": {"href": following}}} if following else {}
    return json.dumps({"jsonapi": {"version": "1.0"}, "data": list(items), **links, **more}).encode()


def refusal(*files: bytes) -> str:
    with pytest.raises(NotAMatrix) as refused:
        read_official_matrix([(f"f{number}.json", data) for number, data in enumerate(files)])
    return str(refused.value)


def test_cells_are_read_with_the_names_their_own_taxonomies_give() -> None:
    found = read_official_matrix(
        [("a.json", page(cell(), cell(60, 2, "18748-4", False), included=terms())), ("b.json", page(*terms()))]
    )
    assert [(one.profession, one.category, one.type_code, one.shown) for one in found.cells] == [
        (10, 1, "11488-4", True),
        (60, 2, "18748-4", False),
    ]
    assert (dict(found.professions), dict(found.categories)) == (PROFESSIONS, CATEGORIES)


def test_several_pages_make_one_matrix_and_a_missing_one_is_refused() -> None:
    first, last, names = page(cell(), following="?page=2"), page(cell(60)), page(*terms())
    assert len(read_official_matrix([("1", first), ("2", last), ("n", names)]).cells) == 2
    assert "la dernière page manque" in refusal(first, names)
    assert "des pages manquent" in refusal(last, page(cell(60, code="x")), names)


def test_other_content_of_the_site_is_left_out() -> None:
    other = {"type": "node--article", "attributes": {"consultation": "?"}}
    assert len(read_official_matrix([("a", page(other, cell(), included=terms()))]).cells) == 1


@pytest.mark.parametrize(
    ("items", "sentence"),
    [
        ([], "aucune case"),
        ([cell(shown="oui")], "« consultation » n'est ni vrai ni faux"),
        ([cell(shown=1)], "« consultation » n'est ni vrai ni faux"),
        ([cell(code="")], "le code du type de document n'en est pas un"),
        ([cell(code=11488)], "le code du type de document n'en est pas un"),
        ([cell(profession=True)], "« profession » n'est pas un nombre entier"),
        ([cell(profession=11)], "la profession 11 n'est nommée nulle part"),
        ([cell(category=9)], "la catégorie 9 n'est nommée nulle part"),
        ([cell(), cell(shown=False)], "deux réponses pour la même profession"),
        ([{"type": "node--matrice_professionnel_document"}], "un élément sans « attributes »"),
        ([{"attributes": {}}], "un élément sans « type »"),
        ([term("professionnel_de_sante", 10, "Dentiste")], "deux noms"),
        ([term("professionnel_de_sante", 70, " ")], "un terme sans nom"),
    ],
)
def test_what_is_not_sure_is_refused_and_says_where(items: list[dict[str, Any]], sentence: str) -> None:
    said = refusal(page(*items, included=terms()))
    assert sentence in said
    if items:
        assert "f0.json, " in said and "élément" in said


def test_two_fields_that_could_be_meant_are_refused() -> None:
    twice = cell()
    twice["attributes"]["autre_consultation"] = True
    assert "2 champs dont le nom contient « consultation »" in refusal(page(twice, included=terms()))
    none = cell()
    del none["attributes"]["field_code_loinc"]
    assert "0 champs dont le nom contient « loinc »" in refusal(page(none, included=terms()))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b'{"data": [\n,]}', "ligne 2 : ce n'est pas du JSON"),
        (b"\xff", "pas en UTF-8"),
        (b"[]", "ce n'est pas une réponse JSON:API"),
        (b'{"data": [], "included": 3}', "« included » n'est pas une liste"),
        (b"[" * 100_000, "niveaux"),
    ],
)
def test_a_file_that_is_none_says_so(data: bytes, sentence: str) -> None:
    assert sentence in refusal(data)
