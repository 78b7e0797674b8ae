"""Where a document comes from is sealed to its row; only its author or his structure may replace it, and only once."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.access.request import ActorKind, Subject
from espace_sante.keeper.origin import (
    NO_FACTS,
    Depositor,
    Facts,
    Origin,
    depositor_of,
    may_replace,
    open_origin,
    seal_origin,
)
from espace_sante.vault.envelope import SealBroken
from espace_sante.vault.keys import new_space_keys
from tests.unit.keeper.situations import (
    AGENT,
    AGENT_SESSION,
    DOCTOR,
    DOCTOR_SESSION,
    HOLDER,
    KEYS,
    PERSON_SESSION,
    PRACTITIONER,
    row_of,
)

ROW = row_of(1)
KINDS = [kind.value for kind in ActorKind]
rows = st.none() | st.integers(1, 5).map(row_of)
depositors = st.builds(Depositor, st.sampled_from(KINDS), st.sampled_from(["", "1", "2"]), st.sampled_from(["", "A"]))
facts = st.builds(Facts, st.text("ABC-0123456789", max_size=24), st.booleans(), st.integers(0, 4_000_000_000_000))
origins = st.builds(Origin, depositors, rows, rows, st.integers(0, 15), facts, facts, facts)


@given(origins)
def test_an_origin_is_read_as_it_was_sealed_in_a_length_that_tells_nothing_of_its_chain_nor_of_its_facts(
    origin: Origin,
) -> None:
    sealed = seal_origin(origin, KEYS, ROW)
    assert open_origin(sealed, KEYS, ROW) == origin
    alone = replace(origin, replaces=None, replaced_by=None, facts=NO_FACTS, before=NO_FACTS, after=NO_FACTS)
    assert len(sealed) == len(seal_origin(alone, KEYS, ROW))


def test_an_origin_opens_for_its_row_in_its_space_alone() -> None:
    sealed = seal_origin(Origin(Depositor("person")), KEYS, ROW)
    same_root = replace(KEYS, space=UUID(int=9))
    for keys, row in ((KEYS, row_of(2)), (same_root, ROW), (new_space_keys(KEYS.space, Random(9).randbytes), ROW)):
        with pytest.raises(SealBroken):
            open_origin(sealed, keys, row)


def test_a_row_from_before_there_were_origins_has_none() -> None:
    assert open_origin(None, KEYS, ROW) is None


def test_what_is_handed_over_at_a_counter_is_her_own_deposit() -> None:
    assert depositor_of(HOLDER, PERSON_SESSION) == Depositor("person", "", "")
    assert depositor_of(AGENT, AGENT_SESSION) == Depositor("person", "", "")
    assert depositor_of(PRACTITIONER, DOCTOR_SESSION) == Depositor("practitioner", DOCTOR, "Hôpital du Val")
    not_for_her = Subject(ActorKind.AGENT, "agent-7")
    assert depositor_of(not_for_her, AGENT_SESSION) == Depositor("agent", "agent-7", "Mairie du Val")


def test_who_may_replace_is_the_same_author_or_the_same_structure_over_every_pair() -> None:
    every = [Depositor(*one) for one in product(KINDS, ("", "1", "2"), ("", "A", "B"))]
    for who, first in product(every, every):
        shared = {("n", who.identifier), ("s", who.structure)} & {("n", first.identifier), ("s", first.structure)}
        known = {value for _, value in shared} - {""}
        expected = who.kind == first.kind and (who.kind == "person" or known != set())
        assert may_replace(who, Origin(first)) is expected, (who, first)
        assert may_replace(who, Origin(first, replaces=row_of(3))) is expected
        assert not may_replace(who, Origin(first, replaced_by=row_of(3), replaced_in=5))
