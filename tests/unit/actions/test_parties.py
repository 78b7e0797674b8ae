"""A party as it is filled in, and as it is said."""

from __future__ import annotations

import pytest

from espace_sante.actions.lasting import duration
from espace_sante.actions.parties import party_named
from espace_sante.actions.party_said import party_said, party_titled
from espace_sante.kernel.errors import Problem

HIM, HER = "99900000011", "99900000029"


@pytest.mark.parametrize(
    ("values", "party"),
    [
        ({"practitioner": HIM}, HIM),
        ({"structure": "99 0000 001"}, "structure:990000001"),
        ({"practitioner": "structure:990000001"}, "structure:990000001"),
        ({"team": "mes médecins", "members": f"{HIM}; {HER},"}, f"team:mes médecins:{HIM},{HER}"),
        ({"practitioner": f"team:x:{HIM}"}, f"team:x:{HIM}"),
    ],
)
def test_exactly_one_party_is_read(values: dict[str, str], party: str) -> None:
    assert party_named(values, teams=True) == party


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({}, "field-missing"),
        ({"members": HIM}, "field-missing"),
        ({"practitioner": HIM, "structure": "990000001"}, "whom-twice"),
        ({"structure": "990000001", "team": "x", "members": HIM}, "whom-twice"),
        ({"structure": "12"}, "structure-invalid"),
        ({"team": "x"}, "team-invalid"),
        ({"team": "x:y", "members": HIM}, "team-invalid"),
        ({"team": "x", "members": f"{HIM}, 12"}, "team-invalid"),
        ({"team": "x" * 81, "members": HIM}, "team-invalid"),
    ],
)
def test_what_names_nobody_surely_is_refused(values: dict[str, str], code: str) -> None:
    with pytest.raises(Problem) as refused:
        party_named(values, teams=True)
    assert refused.value.code == code


def test_a_team_is_refused_where_only_one_or_a_structure_may_be_named() -> None:
    for values in ({"team": "x", "members": HIM}, {"practitioner": f"team:x:{HIM}"}):
        with pytest.raises(Problem) as refused:
            party_named(values)
        assert refused.value.code == "team-invalid"


def test_nobody_may_be_named_where_everybody_is_meant() -> None:
    assert party_named({}, required=False) == ""


@pytest.mark.parametrize(
    ("days", "words", "found"),
    [
        ("7", "", (7, "")),
        ("", "sans date de fin", (0, "sans date de fin")),
        ("", " sans date de fin ", (0, "sans date de fin")),
    ],
)
def test_a_permission_has_an_end_or_her_words(days: str, words: str, found: tuple[int, str]) -> None:
    assert duration({"days": days, "endless": words}) == found


@pytest.mark.parametrize(
    ("days", "words", "code"),
    [
        ("", "", "field-missing"),
        ("7", "sans date de fin", "grant-two-ends"),
        ("", "sans fin", "endless-words"),
        ("", "Sans date de fin", "endless-words"),
        ("x", "", "field-invalid"),
    ],
)
def test_neither_or_both_is_refused(days: str, words: str, code: str) -> None:
    with pytest.raises(Problem) as refused:
        duration({"days": days, "endless": words})
    assert refused.value.code == code


def test_each_kind_of_party_is_said_with_its_name_and_without() -> None:
    names = {HIM: "Dr Diallo", "structure:990000001": "Les Tilleuls"}

    def name_of(party: str) -> str:
        return names.get(party, "")

    assert party_said(HIM, name_of=name_of) == f"Dr Diallo, numéro {HIM}"
    assert party_said(HER) == f"le professionnel numéro {HER}"
    assert party_said("structure:990000001", name_of=name_of) == "l’établissement Les Tilleuls, numéro 990000001"
    assert party_titled("structure:990000002") == "Établissement numéro 990000002"
    assert party_said(f"team:nous:{HER},{HIM}", name_of=name_of) == f"l’équipe « nous » (Dr Diallo, {HER})"
    assert party_titled("?") == "Professionnel numéro ?"
