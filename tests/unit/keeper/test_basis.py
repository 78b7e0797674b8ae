"""On which authority: which permission, to whom it was given and since when, in the line itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from espace_sante.access.outcomes import EMERGENCY, GRANT, HOLDER
from espace_sante.access.request import Permit
from espace_sante.consent.emergency import BrokenGlass, GlassKind
from espace_sante.consent.recipient import Recipient, RecipientKind, at
from espace_sante.keeper.basis import basis_of
from espace_sante.kernel.ids import CardId, GlassId, Rpps
from tests.unit.keeper.situations import DOCTOR, NOW, grant, will

GIVEN = grant(11)
SINCE = "2026-10-26T20:15:30.123Z"


def test_nothing_is_said_where_nothing_was_used() -> None:
    assert basis_of(HOLDER, will().rights) == {}


def test_a_permission_is_said_with_its_kind_and_its_day_and_never_with_who_is_in_a_team() -> None:
    permit = Permit(GRANT, grant=GIVEN.grant_id)
    others = (grant(10), grant(12))
    parties = {
        "practitioner": GIVEN.to,
        "structure": at("990000001", "Hôpital"),
        "team": Recipient(RecipientKind.TEAM, members=frozenset({Rpps(DOCTOR)}), name="Nuit"),
    }
    for kind, party in parties.items():
        rights = will(grants=(others[0], replace(GIVEN, to=party), others[1])).rights
        assert basis_of(permit, rights) == {"grant": UUID(int=11).hex, "to": kind, "since": SINCE}


def test_a_card_is_named() -> None:
    rights = will(grants=(replace(GIVEN, card=CardId(UUID(int=7))),)).rights
    assert basis_of(Permit(GRANT, grant=GIVEN.grant_id), rights)["card"] == UUID(int=7).hex


def test_an_emergency_is_said_with_its_beginning() -> None:
    glass = BrokenGlass(GlassId(UUID(int=11)), Rpps(DOCTOR), GlassKind.BEDSIDE, NOW, NOW + timedelta(hours=1))
    rights = replace(will(grants=(GIVEN,)).rights, glasses=(replace(glass, glass_id=GlassId(UUID(int=5))), glass))
    found = basis_of(Permit(EMERGENCY, grant=UUID(int=11)), rights)
    assert found == {"glass": UUID(int=11).hex, "since": "2026-11-25T20:15:30.123Z"}


def test_what_her_will_does_not_hold_is_named_alone() -> None:
    for rights in (None, will().rights):
        assert basis_of(Permit(GRANT, grant=UUID(int=3)), rights) == {"grant": UUID(int=3).hex}
        assert basis_of(Permit(EMERGENCY, grant=UUID(int=3)), rights) == {"glass": UUID(int=3).hex}
