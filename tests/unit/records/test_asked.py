"""What an application asks is told item by item, and what she leaves out is left out of what it gets."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from espace_sante.identity.scopes import Scope, Scopes, parse_scopes, scopes_of
from espace_sante.records.asked import (
    DOCUMENT_TYPES,
    SYSTEMS,
    given,
    is_sayable,
    items_of,
    sayable,
    supported_scopes,
)
from espace_sante.records.resource import kinds

TYPES = ("*", *DOCUMENT_TYPES, *sorted({kind.type for kind in kinds()}))
LETTERS = ("r", "s", "rs", "cruds", "cu", "c", "d")


def narrowed(name: str, when: str) -> frozenset[tuple[str, str]]:
    return frozenset({("category", f"{SYSTEMS[name]}|{when}")} if when else ())


@st.composite
def scope(draw: st.DrawFn) -> Scope:
    name = draw(st.sampled_from(TYPES))
    whens = [kind.when for kind in kinds() if kind.type == name and kind.when]
    when = draw(st.sampled_from(["", *whens]))
    return Scope("patient", name, draw(st.sampled_from(LETTERS)), narrowed(name, when))


sets = st.lists(scope(), max_size=4).map(scopes_of)


def atoms(scopes: Scopes) -> set[tuple[str, str, str]]:
    """Return the smallest things scopes give: a type, a category, one letter."""
    lines = [*((kind.type, kind.when) for kind in kinds()), *((name, "") for name in DOCUMENT_TYPES)]
    return {
        (name, when, letter)
        for one in scopes.items
        for name, when in lines
        if one.type in ("*", name) and one.where in (frozenset(), narrowed(name, when))
        for letter in one.letters
    }


@drawn(sets, st.randoms(use_true_random=False))
def test_what_is_given_is_what_was_asked_less_what_she_left_out(asked: Scopes, random: Random) -> None:
    chosen = {item.key for item in items_of(asked) if random.random() < 0.5}
    left = given(asked, chosen)
    for name, when, letter in atoms(asked):
        key = (
            f"{'DocumentReference' if name in DOCUMENT_TYPES else name}.{when}.{'lire' if letter in 'rs' else 'ecrire'}"
        )
        assert ((name, when, letter) in atoms(left)) is (key in chosen), (name, when, letter)
    assert atoms(left) <= atoms(asked)
    assert parse_scopes(left.text) == left, "what is given is read back as the same"


@drawn(sets)
def test_all_gives_what_was_asked_and_nothing_gives_nothing(asked: Scopes) -> None:
    assert given(asked, {item.key for item in items_of(asked)}) == asked == sayable(asked)
    assert given(asked, set()).items == ()


def test_a_person_sees_words_of_the_table_never_a_type_of_fhir() -> None:
    labels = [item.label for item in items_of(parse_scopes("patient/Observation.rs"))]
    assert labels == [kind.label for kind in kinds() if kind.type == "Observation"]
    assert items_of(parse_scopes("patient/*.rs"))[0].label == "Documents"


def test_a_narrowed_scope_names_its_category_as_smart_does() -> None:
    left = given(parse_scopes("patient/Observation.rs"), {"Observation.laboratory.lire"})
    assert left.text == f"patient/Observation.rs?category={SYSTEMS['Observation']}|laboratory"


def test_a_category_may_be_named_without_its_system() -> None:
    asked = parse_scopes("patient/Observation.rs?category=laboratory")
    assert [item.key for item in items_of(asked)] == ["Observation.laboratory.lire"]
    assert given(asked, {"Observation.laboratory.lire"}) == asked


def test_every_category_of_the_table_has_its_system() -> None:
    assert {kind.type for kind in kinds() if kind.when} == set(SYSTEMS)


def test_what_is_offered_can_be_said() -> None:
    assert all(is_sayable(one) for one in supported_scopes())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "openid",
        "fhirUser",
        "patient/Observation",
        "patient/Observation.",
        "patient/Observation.sr",
        "patient/Appointment.rs",
        "patient/observation.rs",
        "patient/Observation.rs?",
        "patient/Observation.rs?code=1",
        "patient/Observation.rs?category=",
        "patient/Observation.rs?category=other",
        "patient/Observation.rs?category=urn:autre|laboratory",
        "patient/Observation.rs?category=laboratory&code=1",
        "patient/Observation.rs?category=laboratory&category=exam",
        "patient/Immunization.rs?category=laboratory",
        "patient/*.rs?category=laboratory",
        "patient/Observation.rs patient/Condition.rs",
    ],
)
def test_any_other_word_is_left_out(text: str) -> None:
    assert not is_sayable(text)
    if " " not in text:
        assert sayable(parse_scopes(text)).items == ()
