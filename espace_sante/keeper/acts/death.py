"""The acts that follow a death: it is noted twice, everything stops; what an heir asks is noted twice, then read, a line each time.

A note alone changes nothing of hers but tells her. She says that it is not so by any way, and it is forgotten.
Guarantee: G3, G5, G10. Source: docs/decisions/0061.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import msgspec

from espace_sante.access.request import ActId, Decision, Effect, Permit, Refuse, Thing
from espace_sante.consent.death import AfterDeath, Asked, Death, DemandStanding, Ground, Quality
from espace_sante.consent.rights import Rights, SpaceState
from espace_sante.identity.ages import day_in_paris
from espace_sante.keeper.acts.asked import decided, decision_on
from espace_sante.keeper.acts.notices import notice
from espace_sante.keeper.acts.support import ticket_of
from espace_sante.keeper.acts.will import rewrite, with_apps_ended, with_card_terms, with_mandate_terms
from espace_sante.keeper.compartment import ListLine, open_key, read_lines, shown_order
from espace_sante.keeper.demand import (
    AfterDeathNoted,
    AfterDeathParams,
    ListAfterDeathParams,
    NotedAnswer,
    OrderedAnswer,
    OrderedLine,
    ReadAfterDeathParams,
    ReadAnswer,
    RecordDeathParams,
)
from espace_sante.keeper.rights_body import Will
from espace_sante.keeper.situation import Change, Plan, Situation
from espace_sante.kernel.ids import DemandId
from espace_sante.records.document import CATEGORIES

PAGE, WORDS_MOST, CERTIFICATE_MOST = 200, 200, 40
_KEPT = (SpaceState.OPEN, SpaceState.ARCHIVED)
_ENCODE = msgspec.msgpack.Encoder().encode
_NOTED = _ENCODE(NotedAnswer())


def record_death(s: Situation) -> Plan:
    """Note a death; the same noted by another account stops everything of hers. Said alike whether she has a space or not."""
    params: RecordDeathParams = s.params
    decision = decision_on(s, ActId.RECORD_DEATH)
    if isinstance(decision, Refuse):
        return Plan(decision)
    died, certificate = _day(params.died_on), " ".join(params.certificate.split())
    if died is None or died > day_in_paris(s.now) or not 1 <= len(certificate) <= CERTIFICATE_MOST:
        return Plan(Refuse("invalid"), code="death-invalid")
    will = s.will
    if will is None or s.state not in _KEPT or will.rights.sandbox or will.rights.is_dead:
        return Plan(decision, objects=("death",), write=lambda _: (Change(), _NOTED))
    mine = s.session.identifier
    note = Death(died, certificate, s.now, mine, told=(mine,))
    before = will.rights.death
    after = will.rights.with_death(before.noted_again(note) if before is not None else note)
    tells = (
        before is None or after.is_dead or mine not in before.told
    )  # one letter for each account, however often it notes
    return _stopping(s, decision, will, after, tells=tells)


def contest_death(s: Situation) -> Plan:
    """Forget a death that was noted by mistake, and print again what it kept back; what she gave stays withdrawn until she gives it.

    Said by an agent for her, what two accounts noted stays until another agent says the same: one alone never opens it.
    """
    found = decided(s, ActId.CONTEST_DEATH)
    if isinstance(found, Refuse):
        return Plan(found)
    permit, will = found
    if permit.effect is not Effect.STARTS and will.rights.death is None:
        return Plan(Refuse("nothing-to-undo"), code="death-unknown")
    death = will.rights.death
    if permit.effect is not Effect.STARTS and death is not None and s.subject.on_behalf:
        waits = death.contested(s.session.identifier, day_in_paris(s.now))
        if waits is not None:
            noted, again = replace(will.rights, death=waits), death.contested_by == waits.contested_by
            return rewrite(s, permit, will, noted, ("death",), {"confirmed": False}, letter=not again, still=True)
    due = tuple((one, s.now.date()) for one in death.put_off) if death is not None else ()
    after = will.rights.without_death()
    return rewrite(
        s, permit, will, after, ("death",), {}, letter=True, also=lambda change, _: replace(change, put_off=due)
    )


def demand_after_death(s: Situation) -> Plan:
    """Note what somebody asks; the same noted by another account lets these two read what answers it."""
    params: AfterDeathParams = s.params
    decision = decision_on(s, ActId.DEMAND_AFTER_DEATH)
    will = s.will
    if isinstance(decision, Refuse) or will is None or will.rights.death is None:
        return _refused(decision)
    asked = _asked(params)
    if isinstance(asked, str):
        return Plan(Refuse("invalid"), code=asked)
    death, fresh = will.rights.death, DemandId(UUID(bytes=s.random(16), version=4))
    kept = death.demanded(asked, s.session.identifier, day_in_paris(s.now), fresh)
    if kept is None:
        return Plan(Refuse("ceiling"), code="demands-too-many")
    answer = _ENCODE(AfterDeathNoted(kept.demand_id.hex, kept.confirmed_on is not None))
    return _kept(s, decision, will, death, kept, (), answer=answer)


def list_after_death(s: Situation) -> Plan:
    """Release the list of what a demand covers, after the entry that says so."""
    params: ListAfterDeathParams = s.params
    demand, decision = _reading(s, ActId.LIST_AFTER_DEATH, params.demand)
    if isinstance(decision, Refuse) or demand is None or s.will is None or s.will.rights.death is None:
        return _refused(decision)

    def release() -> bytes:
        covered = sorted(_covered(s, demand.asked), key=shown_order)
        page = covered[max(params.offset, 0) :][:PAGE]
        return _ENCODE(
            OrderedAnswer(len(covered), tuple(OrderedLine(one.row.hex(), one.category, one.meta) for one in page))
        )

    counted = replace(demand, lines=demand.lines + 1)
    return _kept(s, decision, s.will, s.will.rights.death, counted, ("list",), release=release)


def read_after_death(s: Situation) -> Plan:
    """Release the key of one document a demand covers, after the entry that names it."""
    params: ReadAfterDeathParams = s.params
    row = s.row
    covered = row is not None and any(
        one.row == row.row_id.bytes for one in _covered(s, _demand_asked(s, params.demand))
    )
    demand, decision = _reading(s, ActId.READ_AFTER_DEATH, params.demand, outside=not covered)
    if isinstance(decision, Refuse) or demand is None or s.will is None or s.will.rights.death is None:
        return _refused(decision)
    if row is None:
        return Plan(Refuse("unknown"))

    def release() -> bytes:
        key, _ = open_key(s.keys, row)
        return _ENCODE(ReadAnswer(key, row.sealed, row.version, row.category))

    named = (f"document:{row.row_id.hex}",)
    counted = replace(demand, lines=demand.lines + 1)
    return _kept(s, decision, s.will, s.will.rights.death, counted, named, release=release)


def standing_of(s: Situation, number: str, *, outside: bool = False) -> Thing:
    """Return where this account stands with a demand, in the decision's words."""
    death = s.will.rights.death if s.will is not None else None
    today = day_in_paris(s.now)
    demand = death.demand(number) if death is not None and not death.is_contested(today) else None
    standing = demand.standing(s.session.identifier, today) if demand is not None else None
    if standing is DemandStanding.CONFIRMED and outside:
        standing = DemandStanding.OUTSIDE
    return Thing(after_death=standing)


def _reading(s: Situation, act: ActId, number: str, *, outside: bool = False) -> tuple[AfterDeath | None, Decision]:
    death = s.will.rights.death if s.will is not None else None
    decision = decision_on(s, act, standing_of(s, number, outside=outside))
    return (death.demand(number) if death is not None else None), decision


def _demand_asked(s: Situation, number: str) -> Asked | None:
    death = s.will.rights.death if s.will is not None else None
    demand = death.demand(number) if death is not None else None
    return demand.asked if demand is not None else None


def _covered(s: Situation, asked: Asked | None) -> list[ListLine]:
    """Return the documents that answer a demand; none without one. What she kept from whoever acted for her stays hers.

    Source: CADA, conseil 20124321 (cada.data.gouv.fr/20124321, read 2026-11-27): a child's opposition (CSP L1111-5) outlives it.
    """
    if asked is None or s.will is None:
        return []
    rights, every = s.will.rights, read_lines(s.keys, s.extra.summaries, s.extra.lines)
    return [
        one
        for one in every
        if asked.covers(one.category, datetime.fromtimestamp(one.date / 1000, UTC).date())
        and not rights.keeps_apart(one.category, UUID(bytes=one.row))
    ]


def _stopping(s: Situation, permit: Permit, will: Will, after: Rights, *, tells: bool) -> Plan:
    """Plan the note, told by letter at once if it `tells` something new.

    Once sure, what leads to her through cards, tickets and applications ends.
    """
    before = will.rights
    following = replace(will, rights=after.in_force(s.now), version=will.version + 1)
    waiting = tuple(one.notice for one in (before.reminder, before.quarterly) if one is not None)

    def write(reference: str) -> tuple[Change, bytes]:
        told = notice(s, reference, letter=True) if tells else None
        change = Change(will=following, notice=told, urgent=tells)
        if after.is_dead:
            tickets = (ticket_of(s, before.support),) if before.support is not None else ()
            change = replace(change, drop_notices=waiting, drop_tickets=tickets)
        found_by = with_mandate_terms(with_card_terms(s, change, before), before)
        return with_apps_ended(found_by, before), _NOTED

    return Plan(permit, objects=("death",), write=write)


def _kept(
    s: Situation,
    permit: Permit,
    will: Will,
    death: Death,
    demand: AfterDeath,
    objects: tuple[str, ...],
    *,
    answer: bytes = b"",
    release: Callable[[], bytes] | None = None,
) -> Plan:
    """Plan an act under a demand: what becomes of it is written with its entry, or neither is."""
    following = replace(will, rights=replace(will.rights, death=death.with_demand(demand)), version=will.version + 1)
    said = demand.asked
    named = (f"demand:{demand.demand_id.hex}", f"ground:{said.ground.value}", f"quality:{said.quality.value}")
    return Plan(permit, objects=(*named, *objects), write=lambda _: (Change(will=following), answer), release=release)


def _refused(decision: Decision) -> Plan:
    """Say what the staff has to answer an heir: no death is noted, or she had said no; of a demand that is not his, nothing."""
    refusal = decision if isinstance(decision, Refuse) else Refuse("unknown")
    return Plan(refusal, code=refusal.rule if refusal.rule in ("not-deceased", "after-death-refused") else "")


def _asked(params: AfterDeathParams) -> Asked | str:
    """Return what is asked, or the code of what is wrong in it: what is not said is refused, never everything."""
    words = [" ".join(one.split()) for one in (params.who, params.proof, params.why)]
    if any(not 1 <= len(one) <= WORDS_MOST for one in words):
        return "demand-words"
    if params.quality not in set(Quality) or params.ground not in set(Ground):
        return "demand-ground"
    first, last = _day(params.first), _day(params.last)
    wrong = (params.first and first is None) or (params.last and last is None) or (first and last and last < first)
    if wrong or not params.categories or not set(params.categories) <= CATEGORIES.keys():
        return "order-scope"
    ground, quality = Ground(params.ground), Quality(params.quality)
    return Asked(words[0], quality, words[1], ground, words[2], frozenset(params.categories), first, last)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
