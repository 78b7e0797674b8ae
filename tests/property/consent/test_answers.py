"""Answers given apart: a use that was not asked gives nothing, and taking an answer back never gives more."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from types import MappingProxyType
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.access.matrix import Matrices, Matrix, Row
from espace_sante.access.request import ActId, ActorKind, Channel, Context, Permit, Proof, Subject, Thing
from espace_sante.access.rules import decide
from espace_sante.consent.choices import Choice, answered, gives, present
from espace_sante.consent.emergency import EmergencyWill
from espace_sante.consent.evidence import Answers, Deposits, Emergency, Opening, further_questions
from espace_sante.consent.grant import Grant, Scope, ScopeKind
from espace_sante.consent.purposes import Purpose, PurposesUnreadable, allows, purposes, read_purposes
from espace_sante.consent.recipient import named
from espace_sante.consent.rights import Rights, SpaceState
from espace_sante.keeper.rights_body import Will, open_will, seal_will
from espace_sante.kernel.ids import DocumentId, GrantId, PersonId, Rpps
from espace_sante.vault.keys import new_space_keys

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
KEYS = new_space_keys(UUID(int=5), Random(5).randbytes)
HIM = Rpps("99900000011")
CODES = st.sampled_from(list(purposes()))
WILLS = st.builds(
    Rights,
    st.booleans(),
    grants=st.just(())
    | st.builds(
        lambda number: (
            Grant(
                GrantId(number),
                named(HIM),
                Scope(ScopeKind.EVERYTHING),
                "care",
                NOW - timedelta(days=1),
                NOW + timedelta(days=1),
            ),
        ),
        st.uuids(),
    ),
    authors_read=st.booleans(),
    chest=st.booleans(),
    hides_new=st.booleans(),
    presumed=st.booleans(),
    emergency=st.builds(EmergencyWill, st.booleans(), st.booleans()),
    purposes=st.frozensets(CODES),
)
MATRICES = Matrices(Matrix("", MappingProxyType({"10": Row(frozenset({5}))})))
THINGS = st.builds(Thing, st.just(5), st.uuids().map(DocumentId), author=st.booleans(), born_hidden=st.booleans())
READINGS = st.sampled_from([ActId.READ_DOCUMENT, ActId.LIST_DOCUMENTS, ActId.DEPOSIT_DOCUMENT])


def permitted(rights: Rights, act: ActId, thing: Thing) -> bool:
    asked = Thing() if act is not ActId.READ_DOCUMENT else thing
    subject = Subject(ActorKind.PRACTITIONER, HIM, profession="10")
    context = Context(SpaceState.OPEN, rights, Channel.WEB, Proof.PROFESSIONAL, MATRICES)
    return isinstance(decide(subject, act, asked, context, NOW), Permit)


@given(WILLS, st.sampled_from(list(Choice)), CODES, READINGS, THINGS)
def test_taking_an_answer_back_never_gives_more(
    rights: Rights, choice: Choice, code: str, act: ActId, thing: Thing
) -> None:
    less = answered(rights, choice, False, NOW, code if choice is Choice.PURPOSE else "")
    assert not permitted(less, act, thing) or permitted(rights, act, thing)
    assert all(not allows(less, use, purposes()) or allows(rights, use, purposes()) for use in purposes())


@given(WILLS, st.sampled_from(list(Choice)), CODES, st.booleans())
def test_an_answer_changes_itself_and_no_other(rights: Rights, choice: Choice, code: str, yes: bool) -> None:
    about = code if choice is Choice.PURPOSE else ""
    after = answered(rights, choice, yes, NOW, about)
    assert gives(after, choice, about) is yes
    before = {(one.choice, one.purpose): one.gives for one in present(rights, tuple(purposes()))}
    now = {(one.choice, one.purpose): one.gives for one in present(after, tuple(purposes()))}
    assert now == {**before, (choice, about): yes}
    assert replace(after, said=()) == replace(answered(after, choice, yes, NOW, about), said=())


@given(
    st.dictionaries(CODES, st.sampled_from(["yes", "no"])),
    st.sampled_from(list(Emergency)),
    st.text("abcdefgh_", min_size=2, max_size=12).filter(lambda code: code not in purposes()),
)
def test_a_use_added_later_gives_nothing_until_she_is_asked(
    further: dict[str, str], urgent: Emergency, code: str
) -> None:
    rights = Answers(Opening.YES, Deposits.YES, {**further, "emergency": urgent}).first_rights(NOW)
    added = Purpose(code, True, NOW.date(), "loi", True, "question ?", "mots")
    tomorrow = {**purposes(), code: added}
    assert not allows(rights, code, tomorrow)
    assert {use for use in tomorrow if allows(rights, use, tomorrow)} == {
        use for use, answer in further.items() if answer == "yes"
    }
    asked = answered(rights, Choice.PURPOSE, True, NOW, code)
    assert allows(asked, code, tomorrow)
    assert not allows(asked, code, purposes()), "what the public table does not know is refused"


@given(WILLS, CODES)
def test_nobody_and_a_sealed_or_presumed_space_allow_no_use(rights: Rights, code: str) -> None:
    assert not allows(None, code, purposes())
    for closed in (replace(rights, chest=True), replace(rights, presumed=True)):
        assert not allows(closed, code, purposes())


def test_the_notice_asks_about_each_use_of_the_public_table_and_none_is_processed() -> None:
    assert [name for name, _ in further_questions()] == ["emergency", *purposes()]
    assert not any(use.processed for use in purposes().values())
    assert [use.secondary for use in purposes().values()] == [False, *[True] * 6]
    assert all("2025/327 art. 53" in use.law for use in purposes().values() if use.secondary)


GOOD = "code,sorte,depuis,loi,traité,question,mots\nresearch,secondaire,2026-11-26,loi,non,Oui ?,chercher\n"


@pytest.mark.parametrize(
    "broken",
    [
        GOOD.replace("code,", "", 1),
        GOOD.replace("secondaire", "autre"),
        GOOD.replace("2026-11-26", "demain"),
        GOOD.replace(",loi,", ",,"),
        GOOD.replace(",non,", ",peut-être,"),
        GOOD.replace("research", "Research"),
        GOOD.replace(",chercher", ""),
        GOOD.replace("chercher", "chercher,encore"),
        GOOD + GOOD.partition("\n")[2],
    ],
)
def test_a_table_of_uses_that_is_not_wholly_understood_is_not_used(broken: str) -> None:
    assert list(read_purposes(GOOD)) == ["research"]
    with pytest.raises(PurposesUnreadable):
        read_purposes(broken)


@given(WILLS, st.lists(st.tuples(st.sampled_from(list(Choice)), CODES, st.booleans()), max_size=4))
def test_the_day_of_each_answer_is_kept_sealed_and_read_back(
    rights: Rights, changes: list[tuple[Choice, str, bool]]
) -> None:
    for choice, code, yes in changes:
        rights = answered(rights, choice, yes, NOW, code if choice is Choice.PURPOSE else "")
    will = Will(PersonId(UUID(int=7)), rights, 3)
    assert open_will(seal_will(will, KEYS), 3, KEYS) == will
