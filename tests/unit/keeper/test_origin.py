"""Where a document comes from is sealed to its row; only its author or his structure may replace it, and only once."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from random import Random
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.access.request import ActorKind, Subject
from espace_sante.keeper.origin import (
    Depositor,
    Facts,
    Origin,
    VisitTerms,
    depositor_of,
    may_replace,
    open_origin,
    seal_origin,
    unique_terms,
    visit_terms,
)
from espace_sante.vault.envelope import SealBroken, seal
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
depositors = st.builds(
    Depositor,
    st.sampled_from(KINDS),
    st.sampled_from(["", "1", "2"]),
    st.sampled_from(["", "A"]),
    st.sampled_from(["", "999000001", "99900000100017"]),
)
facts = st.builds(Facts, st.sampled_from(("", "11502-2", "EXPPAT_3")), st.booleans(), st.integers(0, 1 << 42))
origins = st.builds(Origin, depositors, rows, rows, st.integers(0, 15), facts, facts, facts)


@given(origins)
def test_an_origin_is_read_as_it_was_sealed_in_a_length_that_tells_nothing_of_its_chain_nor_of_what_she_hides(
    origin: Origin,
) -> None:
    sealed = seal_origin(origin, KEYS, ROW)
    assert open_origin(sealed, KEYS, ROW) == origin
    alone = Origin(origin.depositor, replaced_in=origin.replaced_in)  # neither a chain nor a fact
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


# An origin as the version before numbers of structures wrote it: nine elements, and no tenth. Not to be made again.
_BEFORE = bytes.fromhex(
    "99ac70726163746974696f6e6572ab3939393030303030303239af48c3b4706974616c2064752056616cc410000000300000"
    "00000000000000000002c410000000300000000000000000000000030594b831313438382d34202020202020202020202020"
    "202020202002cf000002a3185c5000c4107676767676767676767676767676767694b8202020202020202020202020202020"
    "20202020202020202001cf0000010000000000c4100000000000000000000000000000000094b831313438382d3420202020"
    "2020202020202020202020202002cf000002a3185c5000c41076767676767676767676767676767676"
)


def test_an_origin_from_before_numbers_of_structures_is_read_and_has_none() -> None:
    assert len(msgspec.msgpack.decode(_BEFORE)) == 9
    sealed = bytes(seal(KEYS.origin_key, _BEFORE, b"origin|" + KEYS.space.bytes + ROW.bytes, compress=False))
    known = Facts("11488-4", born_hidden=True, release=1_800_000_000_000, visit=b"v" * 16)
    who = Depositor("practitioner", DOCTOR, "Hôpital du Val")
    assert open_origin(sealed, KEYS, ROW) == Origin(who, row_of(2), row_of(3), 5, known, Facts(), known)


def test_a_number_of_structure_given_at_sign_in_is_kept() -> None:
    numbered = replace(DOCTOR_SESSION, structure_id="999000002")
    assert depositor_of(PRACTITIONER, numbered).structure_id == "999000002"
    assert depositor_of(AGENT, replace(AGENT_SESSION, structure_id="999000002")).structure_id == ""


def test_who_may_replace_is_the_same_author_or_the_same_structure_over_every_pair() -> None:
    """A structure is its number; its name when it has none, and a name is never a structure that has a number."""
    structures = {("", ""): None, ("A", ""): "named A", ("B", ""): "named B"}
    structures |= {(name, number): f"number {number}" for name in ("", "A", "B") for number in ("1", "2")}
    every = [Depositor(*one, *place) for one in product(KINDS, ("", "1", "2")) for place in structures]
    for who, first in product(every, every):
        same_account = "" != who.identifier == first.identifier
        place = structures[who.structure, who.structure_id]
        same_place = place is not None and place == structures[first.structure, first.structure_id]
        expected = who.kind == first.kind and (who.kind == "person" or same_account or same_place)
        assert may_replace(who, Origin(first)) is expected, (who, first)
        assert may_replace(who, Origin(first, replaces=row_of(3))) is expected
        assert not may_replace(who, Origin(first, replaced_by=row_of(3), replaced_in=5))


senders = st.tuples(st.sampled_from(("practitioner", "agent")), *[st.sampled_from(("", "1", "12", "A", "1|1"))] * 3)


@given(senders, senders, st.sampled_from(("1", "1|1", "x")), st.sampled_from(("1", "1|1", "x")))
def test_two_structures_keep_nothing_apart_under_one_term_and_their_visits_are_two(
    one: tuple[str, str, str, str], other: tuple[str, str, str, str], first: str, second: str
) -> None:
    """The same term only for one text of one structure: by number, else by name, else by account."""
    found, visits, meant = [], [], []
    for (kind, account, name, number), text in ((one, first), (other, second)):
        session = replace(DOCTOR_SESSION, kind=kind, identifier=account, structure=name, structure_id=number)
        terms, who = unique_terms(KEYS, session, text), Depositor(kind, account, name, number)
        assert terms.taken == unique_terms(KEYS, PERSON_SESSION, text).taken
        assert len({terms.taken, terms.apart, terms.before}) == (3 if number else 2)
        found.append(terms)
        visits.append(visit_terms(KEYS, who, text))
        meant.append((kind, bool(number), number or name or account, text))
        assert terms.before == unique_terms(KEYS, replace(session, structure_id=""), text).apart
        assert visits[-1].before == visit_terms(KEYS, replace(who, structure_id=""), text).own
    assert (found[0].apart == found[1].apart) is (meant[0] == meant[1])
    assert (visits[0].own == visits[1].own) is (meant[0] == meant[1])
    assert (found[0].taken == found[1].taken) is (first == second)


def test_a_document_without_a_visit_is_of_none() -> None:
    assert visit_terms(KEYS, Depositor("practitioner", DOCTOR, "A", "999000002"), "") == VisitTerms(b"", b"")
