"""Every will that her pages can show is Consents that our reading of FHIR R4 accepts, one id for each choice."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from espace_sante.actions.read_journal import JournalPage
from espace_sante.consent.choices import Choice
from espace_sante.consent.limits import BlockKind
from espace_sante.exchange.fhir.consent import consents
from espace_sante.formats.fhir.r4 import validate
from espace_sante.keeper.demand import BlockView, ChoiceView, EmergencyView, GrantView, MaskView

PERSON, ROW = "0123456789abcdef" * 2, "fedcba9876543210" * 2
PARTIES = ["99900000011", "structure:750000018", "team:Les soins à domicile:99900000011,99900000029"]
AT = "2026-11-23T22:50:01.234Z"
REST = st.text("0123456789abcdef", min_size=31, max_size=31)
# Drawn by the keeper, and never one for two choices: here, of two sorts.
NUMBERS, MASK_NUMBERS = REST.map(lambda one: f"1{one}"), REST.map(lambda one: f"2{one}")
CATEGORIES = st.lists(st.integers(1, 15), max_size=3, unique=True)
SCOPES = st.sampled_from(["everything", "categories", "documents"])
GRANTS = st.builds(
    GrantView,
    st.sampled_from(PARTIES),
    SCOPES,
    CATEGORIES,
    st.lists(st.just(ROW), max_size=1),
    st.sampled_from(["care", "follow_up", "second_opinion"]),
    st.just(AT),
    st.just("2027-11-23T22:50:01.234Z"),
    NUMBERS,
    st.booleans(),
    st.just(""),
    st.sampled_from(["", "Ma grossesse"]),
)
BLOCKS = st.builds(BlockView, st.sampled_from(PARTIES[:2]), st.sampled_from([*BlockKind]), st.sampled_from(["", AT]))
MASKS = st.one_of(
    st.builds(MaskView, MASK_NUMBERS, st.just(PERSON + ROW), st.just(0), st.sampled_from(["", *PARTIES]), st.just(AT)),
    st.builds(MaskView, MASK_NUMBERS, st.just(""), st.integers(1, 15), st.sampled_from(["", *PARTIES]), st.just("")),
)
ANSWERS = st.builds(
    lambda gives, since: [
        ChoiceView(one.value, "research" if one is Choice.PURPOSE else "", gives, since) for one in Choice
    ],
    st.booleans(),
    st.sampled_from(["", AT]),
)
EMERGENCIES = st.builds(
    EmergencyView,
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["", "everything", "categories", "documents"]),
    CATEGORIES,
    st.lists(st.just(PERSON + ROW), max_size=1),
    st.sampled_from(["", AT]),
)


@given(
    st.lists(GRANTS, max_size=3, unique_by=lambda one: one.grant),
    st.lists(BLOCKS, max_size=2, unique_by=lambda one: one.practitioner),
    st.lists(MASKS, max_size=3),
    ANSWERS,
    EMERGENCIES,
)
def test_every_choice_is_a_consent(
    grants: list[GrantView],
    blocks: list[BlockView],
    masks: list[MaskView],
    answers: list[ChoiceView],
    emergency: EmergencyView,
) -> None:
    page = JournalPage(
        0, (), (), (), tuple(grants), tuple(blocks), tuple(masks), emergency=emergency, choices=tuple(answers)
    )
    found = consents(PERSON, page)
    for one in found:
        assert validate(json.dumps(one).encode(), kind="Consent") == ()
    assert len({one["id"] for one in found}) == len(found)
    assert len(found) == len(grants) + len(blocks) + len({one.mask for one in masks}) + len(answers) + 1
    assert consents(PERSON, page) == found, "the same at each answer"
    permits = [one for one in found if one["provision"]["type"] == "permit"]
    lets_emergency = bool(emergency.scope) and (emergency.regulator or emergency.bedside)
    assert len(permits) == len(grants) + sum(one.gives for one in answers) + lets_emergency
    for one, grant in zip(found, grants, strict=False):
        provision = one["provision"]
        assert ("class" in provision) == (grant.scope == "categories" and bool(grant.categories))
        assert ("data" in provision) == (grant.scope == "documents" and bool(grant.documents))
