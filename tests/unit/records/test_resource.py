"""Where each FHIR resource goes: as the document that would say the same, and nowhere when it does not say."""

from __future__ import annotations

from uuid import UUID

import pytest

from espace_sante.formats.code_tables import code_tables
from espace_sante.records.document import CATEGORIES, category_of
from espace_sante.records.resource import (
    SUPPORTING,
    ResourceKind,
    body_context,
    is_a_kind,
    kind_of,
    kinds,
    label_of,
    names,
    numbers,
    resource_key_context,
    subject_element,
)


@pytest.mark.parametrize("kind", [k for k in kinds() if k.subject], ids=lambda kind: f"{kind.type}-{kind.when}")
def test_a_resource_goes_where_the_document_that_says_the_same_goes(kind: ResourceKind) -> None:
    target = code_tables().class_of_type(kind.type_code)
    assert kind.category == category_of(kind.type_code, target or "")
    assert kind.category in CATEGORIES and kind.label and kind.reason and kind.subject in ("subject", "patient")
    assert is_a_kind(kind.number, kind.category, kind.type_code)
    assert kind_of(kind.type, [kind.when, "something-else"]) == kind
    assert label_of(kind.type, kind.category)


@pytest.mark.parametrize("kind", [k for k in kinds() if not k.subject], ids=lambda kind: kind.type)
def test_what_names_nobody_supports_what_names_it(kind: ResourceKind) -> None:
    assert kind.number in SUPPORTING and not kind.when and kind.label and kind.reason
    assert kind_of(kind.type, []) == kind and is_a_kind(kind.number, kind.category, kind.type_code)


def test_each_type_has_one_number_and_one_element_and_no_line_stands_twice() -> None:
    assert {number: name for name, number in numbers().items()} == dict(names())
    assert len({kind.type for kind in kinds()}) == len(names())
    assert len({(kind.type, kind.when) for kind in kinds()}) == len(kinds())
    for name in numbers():
        mine = [kind for kind in kinds() if kind.type == name]
        assert {kind.subject for kind in mine} == {subject_element(name)}
        assert len(mine) == 1 or all(kind.when for kind in mine), "either one line, or each says which category"


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("Observation", []),
        ("Observation", ["unheard-of"]),
        ("Observation", ["laboratory", "imaging"]),
        ("Appointment", []),
        ("observation", ["laboratory"]),
    ],
)
def test_what_does_not_say_where_it_goes_goes_nowhere(name: str, codes: list[str]) -> None:
    assert kind_of(name, codes) is None


def test_a_line_is_believed_whole_or_not_at_all() -> None:
    assert not is_a_kind(3, 5, "11502-2") and not is_a_kind(1, 4, "11502-2") and not is_a_kind(3, 4, "")


def test_a_type_that_is_not_kept_has_no_subject_and_its_own_name() -> None:
    with pytest.raises(KeyError):
        subject_element("Appointment")
    assert label_of("Appointment") == "Appointment"


def test_a_context_is_of_one_row_version_type_and_category() -> None:
    one, other = UUID(int=1), UUID(int=2)
    bodies = {body_context(row, version) for row in (one, other) for version in (1, 2)}
    keys = {
        resource_key_context(space, row, version, kind)
        for space in (one, other)
        for row in (one, other)
        for version in (1, 2)
        for kind in ((1, 2), (2, 1), (3, 1))
    }
    assert (len(bodies), len(keys)) == (4, 24)
