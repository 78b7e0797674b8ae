from __future__ import annotations

import pytest

from espace_sante.formats.codes import URI, split_unique_identifier, unique_identifier

UUID = "23956005-06b8-46a0-a145-5a42e89f6944"


@pytest.mark.parametrize(
    ("system", "value", "found"),
    [
        (URI, f"urn:uuid:{UUID.upper()}", f"urn:uuid:{UUID}"),
        ("", UUID.upper(), f"urn:uuid:{UUID}"),
        (URI, "urn:oid:1.2.3", "urn:oid:1.2.3"),
        (URI, "URN:OID:1.2.3", "urn:oid:1.2.3"),
        ("", "1.2.3^Abc", "urn:oid:1.2.3^Abc"),
        ("urn:oid:1.2.3", "Abc", "urn:oid:1.2.3^Abc"),
        (URI, "https://exemple.fr/1", "https://exemple.fr/1"),
        (URI, "", None),
        (URI, "abc", None),
        ("", "abc", None),
        ("sans-forme", "1", None),
        ("urn:oid:1.2^3", "1", None),
    ],
)
def test_a_unique_identifier_has_one_form(system: str, value: str, found: str | None) -> None:
    assert unique_identifier(system, value) == found
    if found:
        assert unique_identifier(*split_unique_identifier(found)) == found
