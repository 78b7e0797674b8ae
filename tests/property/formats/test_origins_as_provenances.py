"""Every origin a version may have is a Provenance that our reading of FHIR R4 accepts, and its id leads back to that version alone."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from espace_sante.actions.read_resource import ClearResource
from espace_sante.exchange.fhir.provenance import number_of, provenance, version_of
from espace_sante.formats.fhir.r4 import validate
from espace_sante.keeper.demand import Writer
from espace_sante.records.resource import numbers

WORDS = st.text(st.characters(exclude_categories=["C"]), max_size=20).filter(lambda one: one == one.strip())
WRITERS = st.builds(
    Writer,
    st.sampled_from(["person", "practitioner", "a-kind-to-come"]),
    st.sampled_from(["", "99900000029"]),
    WORDS,
    st.sampled_from(["", "750000018", "12345678901234"]),
)
AT = datetime(2026, 11, 26, 9, 30, 0, 123_000, tzinfo=UTC)
VERSIONS = st.builds(
    ClearResource,
    st.binary(min_size=32, max_size=32).map(bytes.hex),
    st.sampled_from(sorted(numbers())),
    st.integers(1, 15),
    st.integers(1, 2**32 - 1),
    st.just(AT),
    st.booleans(),
    st.just(b""),
    WRITERS,
)


@given(VERSIONS, st.sampled_from(["", "2026-11-26T12:00:00.000Z"]))
def test_every_origin_is_a_provenance(one: ClearResource, until: str) -> None:
    found = provenance(one, until)
    assert validate(json.dumps(found).encode(), kind="Provenance") == ()
    wanted = version_of(number_of(one))
    assert (wanted.resource, wanted.type, wanted.version) == (one.resource, one.type, one.version)
    (agent,) = found["agent"]
    hers = one.writer.kind == "person"
    assert (agent["who"].get("reference") == f"Patient/{one.resource[:32]}") == hers
    assert ("onBehalfOf" in agent) == (not hers and bool(one.writer.structure or one.writer.structure_id))
    assert ("meta" in found) == bool(until)


@given(st.text(max_size=60) | st.binary(max_size=45).map(bytes.hex))
def test_what_is_no_id_leads_to_nobody(text: str) -> None:
    wanted = version_of(text)
    if wanted.type:
        one = ClearResource(wanted.resource, wanted.type, 1, wanted.version, AT, False, b"")
        assert number_of(one) == text
    else:
        assert wanted.resource == "0"
