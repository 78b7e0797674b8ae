"""An application is let through to less than its user, whatever its scopes say, and never does an act of choice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from espace_sante.access.apps import OPEN_TO_APPS
from espace_sante.access.request import (
    ActId,
    ActorKind,
    AppUse,
    Channel,
    Context,
    Permit,
    Proof,
    Refuse,
    Subject,
    Thing,
)
from espace_sante.access.rules import decide, visible
from espace_sante.consent.apps import AppGrant
from espace_sante.consent.rights import Rights, SpaceState
from espace_sante.identity.scopes import LETTERS, Scope, Scopes, scopes_of
from espace_sante.kernel.ids import AppGrantId
from espace_sante.records.resource import kinds

NOW, DAY = datetime(2026, 11, 26, 12, 0, tzinfo=UTC), timedelta(days=1)
GRANT = AppGrantId(UUID(int=7))
DOCUMENT = UUID(int=9)
HERSELF = Subject(ActorKind.PERSON, "", holder=True)
TYPES = ("*", "DocumentReference", "Binary", "Observation", "DiagnosticReport", "Condition")
_LETTERS = st.sets(st.sampled_from(LETTERS), min_size=1).map(lambda found: "".join(c for c in LETTERS if c in found))
_WHERE = st.sampled_from(
    [frozenset(), frozenset({("category", "laboratory")}), frozenset({("type", "11502-2")}), frozenset({("code", "1")})]
)
SCOPES = st.lists(
    st.builds(Scope, st.sampled_from(("patient", "user")), st.sampled_from(TYPES), _LETTERS, _WHERE), max_size=4
).map(scopes_of)
KIND = st.sampled_from(kinds())
THINGS = KIND.flatmap(
    lambda kind: st.builds(
        Thing,
        st.sampled_from((None, kind.category)),
        st.sampled_from((None, DOCUMENT)),
        st.sampled_from(("", kind.type_code)),
        types=st.sampled_from(((), (kind.type,), ("",), (kind.type, "Condition"))),
        letter=st.sampled_from(("", *LETTERS, "rs")),
    )
)
ENDS = st.sampled_from([NOW, NOW + DAY, NOW - DAY])


def _context(scopes: Scopes, ends: datetime) -> Context:
    app = AppGrant(GRANT, "carnet", "Carnet", "Carnet SAS", scopes, True, NOW - 2 * DAY, ends)
    return Context(SpaceState.OPEN, Rights(True, apps=(app,)), Channel.API, Proof.LOGIN)


@given(SCOPES, st.sampled_from(list(ActId)), THINGS, ENDS)
def test_what_an_application_may_its_user_may_and_its_scopes_say(
    scopes: Scopes, act: ActId, thing: Thing, ends: datetime
) -> None:
    context = _context(scopes, ends)
    decision = decide(replace(HERSELF, app=AppUse(scopes, GRANT)), act, thing, context, NOW)
    if isinstance(decision, Refuse):
        return
    assert decision == decide(HERSELF, act, thing, context, NOW)
    assert act in OPEN_TO_APPS
    assert ends > NOW
    assert scopes.items
    assert isinstance(decide(replace(HERSELF, app=AppUse(Scopes(), GRANT)), act, thing, context, NOW), Refuse)


@given(SCOPES, st.sampled_from(sorted(set(ActId) - OPEN_TO_APPS)), THINGS)
def test_an_act_that_is_not_open_to_applications_is_refused_to_each(scopes: Scopes, act: ActId, thing: Thing) -> None:
    wide = replace(HERSELF, app=AppUse(scopes_of([*scopes.items, Scope("patient", "*", LETTERS)]), GRANT))
    assert decide(wide, act, thing, _context(scopes, NOW + DAY), NOW) == Refuse("app-scope")


@given(SCOPES, THINGS, ENDS)
def test_a_line_is_shown_to_an_application_only_when_its_scopes_say_so_of_that_line(
    scopes: Scopes, thing: Thing, ends: datetime
) -> None:
    context = _context(scopes, ends)
    subject = replace(HERSELF, app=AppUse(scopes, GRANT))
    line = (thing.category, thing.document, thing.type_code)
    assert not visible(subject, context, NOW)(*line), "a list that does not say of what it is shows nothing"
    for name in ("DocumentReference", "Observation"):
        shown = visible(subject, context, NOW, name)(*line)
        assert not shown or (scopes.may(name, "s") and ends > NOW)
        assert not shown or visible(HERSELF, context, NOW)(*line)


@given(SCOPES, THINGS, st.sampled_from(list(ActId)))
def test_a_software_alone_only_adds(scopes: Scopes, thing: Thing, act: ActId) -> None:
    who = Subject(ActorKind.PRACTITIONER, "software:labo", structure="990000001", app=AppUse(scopes, alone=True))
    context = replace(_context(scopes, NOW + DAY), proof=Proof.PROFESSIONAL)
    if isinstance(decide(who, act, thing, context, NOW), Permit):
        assert act in (ActId.DEPOSIT_DOCUMENT, ActId.WRITE_RESOURCE)
