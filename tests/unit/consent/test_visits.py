"""Ending what one visit gave: nothing that it gave stays, nothing she did before or since is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from espace_sante.consent.contact import Contact, Point
from espace_sante.consent.emergency import EmergencyWill
from espace_sante.consent.grant import Grant, Scope, ScopeKind
from espace_sante.consent.letters import LetterForm
from espace_sante.consent.limits import Block, BlockKind, Mask
from espace_sante.consent.mandates import Mandate
from espace_sante.consent.recipient import named
from espace_sante.consent.rights import Rights
from espace_sante.consent.support import Support
from espace_sante.consent.undoing import NOTHING_BEFORE, without_given, without_given_on_light_proof
from espace_sante.consent.visits import KEPT, LINES_MOST, VISITS_MOST, Visit, put_visit, visit_of, visit_with
from espace_sante.keeper.acts.pressed import Place, place_before
from espace_sante.keeper.rights_body import Will
from espace_sante.kernel.ids import DocumentId, GrantId, MandateId, MaskId, PersonId, Rpps

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
DAY = date(2026, 11, 20)
LATER = NOW + timedelta(days=90)
ALL = Scope(ScopeKind.EVERYTHING)
DIALLO, GUERIN = named(Rpps("99900000011")), named(Rpps("99900000029"))


def grant(number: int) -> Grant:
    return Grant(GrantId(UUID(int=number)), DIALLO, ALL, "care", NOW, LATER)


def mandate(number: int) -> Mandate:
    return Mandate(MandateId(UUID(int=number)), "Léa Roy", frozenset({"mask"}), False, False, 31, NOW, LATER)


def mask(number: int) -> Mask:
    return Mask(MaskId(UUID(int=number)), DocumentId(UUID(int=number)), None, None, NOW)


BLOCK = Block(GUERIN, BlockKind.READING, NOW)
HOME, ELSEWHERE = ("1 rue du Puits", "63220 Arlanc"), ("9 rue Ailleurs", "75001 Paris")
BEFORE = Rights(
    False,
    grants=(grant(1),),
    masks=(mask(1), mask(2)),
    blocks=(BLOCK,),
    chest=True,
    hides_new=True,
    mandates=(mandate(1),),
    address=HOME,
    contact=Contact(Point("her@exemple.example", NOW, NOW), None),
    heirs_refused=True,
)
AT_THE_COUNTER = LetterForm(counter=True)
# What somebody beside her had an agent do.
AFTER = replace(
    BEFORE,
    accepts_deposits=True,
    authors_read=True,
    grants=(grant(1), grant(2)),
    masks=(mask(2),),
    blocks=(),
    chest=False,
    hides_new=False,
    shown=frozenset({DocumentId(UUID(int=7))}),
    mandates=(mandate(1), mandate(2)),
    address=ELSEWHERE,
    contact=Contact(Point("other@exemple.example", NOW, NOW), Point("+33612345678", NOW, NOW)),
    purposes=frozenset({"research"}),
    emergency=EmergencyWill(True, True, True, ALL, NOW),
    support=Support("AB2026", NOW, LATER),
    heirs_refused=False,
    letters=LetterForm(counter=True),
)


def test_all_that_a_visit_gave_ends_and_her_will_is_what_it_was() -> None:
    undone = without_given(AFTER, BEFORE, AFTER)
    assert replace(undone, masks=(), emergency=BEFORE.emergency) == replace(BEFORE, masks=())
    assert {one.mask_id for one in undone.masks} == {one.mask_id for one in BEFORE.masks}, "hidden again"
    assert not (undone.emergency.regulator or undone.emergency.bedside or undone.emergency.hidden)
    assert undone.emergency.scope.is_empty


def test_on_light_proof_all_that_a_visit_gave_ends_and_nothing_leads_back_to_who_was_written_to_before() -> None:
    """Whoever calls in her name would have her letters again: she went to a counter to move them."""
    fled = replace(AFTER, letters=LetterForm())
    undone = without_given_on_light_proof(fled, BEFORE, fled)
    assert (undone.grants, undone.mandates, undone.support) == (BEFORE.grants, BEFORE.mandates, None)
    assert undone.address == ELSEWHERE and undone.letters.counter, "her letters wait for her at the counter"
    assert undone.contact == Contact(None, None), "nor is a mailbox that somebody else may read given back"
    no_more = replace(BEFORE, contact=Contact(None, None), address=())
    assert without_given_on_light_proof(no_more, BEFORE, no_more).contact == Contact(None, None)
    at_the_counter = replace(BEFORE, letters=AT_THE_COUNTER)
    assert without_given_on_light_proof(at_the_counter, BEFORE, at_the_counter).letters.counter
    assert without_given_on_light_proof(BEFORE, at_the_counter, BEFORE).letters.counter
    moved_since = replace(fled, address=("2 rue Neuve",), contact=BEFORE.contact)
    left = without_given_on_light_proof(moved_since, BEFORE, fled)
    assert (left.address, left.contact, left.letters.counter) == (("2 rue Neuve",), BEFORE.contact, False)


def test_what_she_did_since_stays() -> None:
    now = replace(
        AFTER,
        grants=(*AFTER.grants, grant(3)),
        mandates=(*AFTER.mandates, mandate(3)),
        address=("2 rue Neuve", "63000 Clermont"),
        contact=replace(AFTER.contact, mail=Point("new@exemple.example", NOW, NOW)),
        emergency=EmergencyWill(False, True, False, ALL, LATER),
    )
    undone = without_given(now, BEFORE, AFTER)
    assert undone.grants == (grant(1), grant(3)) and undone.mandates == (mandate(1), mandate(3))
    assert (undone.address, undone.emergency) == (now.address, now.emergency)
    assert undone.contact == Contact(now.contact.mail, None), "her own mailbox stays, the number of that day goes"


def test_of_a_space_opened_in_the_visit_nothing_is_left_open() -> None:
    undone = without_given(AFTER, NOTHING_BEFORE, AFTER)
    assert not (undone.grants or undone.mandates or undone.accepts_deposits or undone.address)


def _part(name: str, value: object) -> st.SearchStrategy[tuple[str, object]]:
    return st.sampled_from([(name, getattr(BEFORE, name)), (name, value)])


_changes = st.tuples(
    *(_part(name, getattr(AFTER, name)) for name in ("accepts_deposits", "authors_read", "grants", "masks", "blocks")),
    *(_part(name, getattr(AFTER, name)) for name in ("chest", "hides_new", "shown", "mandates", "purposes", "support")),
).map(dict)


@settings(max_examples=60, deadline=None)
@given(visit=_changes, since=_changes)
def test_ending_a_visit_never_gives_more_than_there_is_nor_what_that_visit_gave(
    visit: dict[str, object], since: dict[str, object]
) -> None:
    after, now = replace(BEFORE, **visit), replace(BEFORE, **since)  # type: ignore[arg-type]  # fields by name
    undone = without_given(now, BEFORE, after)
    assert set(undone.grants) <= set(now.grants) and set(undone.mandates) <= set(now.mandates)
    assert set(undone.masks) >= set(now.masks) and set(undone.blocks) >= set(now.blocks)
    assert undone.shown <= now.shown and undone.purposes <= now.purposes
    assert undone.chest >= now.chest and undone.hides_new >= now.hides_new
    assert undone.accepts_deposits <= now.accepts_deposits and undone.authors_read <= now.authors_read
    for given_then in (set(after.grants) - set(BEFORE.grants), set(after.mandates) - set(BEFORE.mandates)):
        assert not given_then & {*undone.grants, *undone.mandates}
    assert without_given(undone, BEFORE, after) == undone, "said twice, it changes nothing more"


PLACE_UNKNOWN = replace(BEFORE, address=())


@pytest.mark.parametrize(
    ("days", "now", "goes"),
    [
        ([BEFORE, BEFORE], BEFORE, HOME),
        ([BEFORE, AFTER], replace(AFTER, letters=LetterForm()), HOME),  # never where that day said
        ([BEFORE, PLACE_UNKNOWN], PLACE_UNKNOWN, HOME),  # nor is she silenced
        ([PLACE_UNKNOWN, replace(BEFORE, address=ELSEWHERE)], replace(BEFORE, address=ELSEWHERE), None),
        ([BEFORE, BEFORE], replace(BEFORE, letters=AT_THE_COUNTER), ()),  # she has them kept at the counter, herself
        ([BEFORE, AFTER], AFTER, HOME),  # that day alone had them kept there
        ([BEFORE, BEFORE, AFTER], AFTER, HOME),  # nor does an agent move it on another day
        ([BEFORE, BEFORE, replace(BEFORE, letters=AT_THE_COUNTER)], replace(BEFORE, letters=AT_THE_COUNTER), HOME),
        ([BEFORE, BEFORE, AFTER], replace(AFTER, address=("2 rue Neuve",), letters=LetterForm()), ("2 rue Neuve",)),
    ],
)
def test_the_letter_goes_where_she_was_written_to_before_that_day_whatever_agents_did_since(
    days: list[Rights], now: Rights, goes: Place
) -> None:
    kept = {n: Will(PersonId(UUID(int=1)), rights, n) for n, rights in enumerate(days, 1)}
    visits = tuple(Visit(DAY + timedelta(days=n), n, n + 1) for n in range(1, len(days)))
    will = Will(PersonId(UUID(int=1)), replace(now, visits=visits), len(days) + 1)
    assert place_before(will, visits[0], kept) == goes


def test_a_visit_is_found_by_its_day_and_by_its_lines_and_forgotten_in_time() -> None:
    visit = Visit(DAY, 3, 3).with_line("abcde", 4).with_line("fghjk", 5)
    assert (visit.before, visit.after, visit.lines) == (3, 5, ("abcde", "fghjk"))
    visits = put_visit((Visit(DAY - timedelta(days=1), 1, 2, ("zzzzz",)),), visit)
    assert visit_of(visits, DAY) == visit == visit_with(visits, frozenset({"fghjk", "other"}))
    assert visit_with(visits, frozenset({"other"})) is None
    assert put_visit(visits, replace(visit, told=True))[-1].told, "one for each day"
    assert put_visit(visits, Visit(DAY + KEPT, 5, 6)) == (Visit(DAY + KEPT, 5, 6),)
    for ahead in range(1, VISITS_MOST + 5):
        visits = put_visit(visits, Visit(DAY + timedelta(days=ahead), 1, 1))
    assert len(visits) == VISITS_MOST
    for n in range(LINES_MOST + 5):
        visit = visit.with_line(f"l{n}", 6 + n)
    assert len(visit.lines) == LINES_MOST and visit.after == LINES_MOST + 10


def test_how_much_is_kept_of_visits_is_what_is_published() -> None:
    """Twenty-four days of visits (docs/decisions/0083), thirty things of each; no letter is due before one is asked."""
    assert (VISITS_MOST, LINES_MOST) == (24, 30)
    assert not Visit(date(2026, 11, 20), 1, 2).told
