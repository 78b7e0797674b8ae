"""Noting in her will what each day with agents gave, and having a letter come to her days later when a second agent had to come.

The letter is a line of her outbox, written once, in the transaction that journals the refusal: it survives whatever stops. It holds
nothing but the day. What was given, and where letters went before that day, are read when it is printed.
Guarantee: G2, G10. Source: inclusion.md HLP-16; docs/decisions/0083.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from espace_sante.consent.rights import Rights
from espace_sante.consent.undoing import NOTHING_BEFORE, without_given, without_given_on_light_proof
from espace_sante.consent.visits import Visit, put_visit, visit_of
from espace_sante.keeper.gathered import Gathered
from espace_sante.keeper.notice_body import PRESSED, Notice, seal_notice
from espace_sante.keeper.receipts import instant
from espace_sante.keeper.rights_body import Will, open_will
from espace_sante.keeper.situation import Change, Plan
from espace_sante.kernel.database import Connection, queries
from espace_sante.vault.keys import SpaceKeys

SQL = queries("espace_sante.keeper")


@dataclass(frozen=True, slots=True)
class Later:
    """After how many days the letter is due, and where its number is drawn from."""

    days: int
    random: Callable[[int], bytes]


def in_visit(plan: Plan, g: Gathered, now: datetime) -> Plan:
    """Return a plan whose will also says that it was done on this day, by an agent."""
    write = plan.write
    if write is None:
        return plan

    def noted(reference: str) -> tuple[Change, bytes]:
        change, payload = write(reference)
        if change.new_space is not None:
            will = _noted(change.new_space.will, None, now.date(), reference)
            return replace(change, new_space=replace(change.new_space, will=will)), payload
        if change.will is None:
            return change, payload
        return replace(change, will=_noted(change.will, g.will, now.date(), reference)), payload

    return replace(plan, write=noted)


def told_later(g: Gathered, now: datetime, later: Later) -> Callable[[str], Change] | None:
    """Return what a refusal writes all the same: that a letter is due in some days; None when one is, or when she has no space."""
    will, today = g.will, now.date()
    if will is None or g.space is None:
        return None
    visit = visit_of(will.rights.visits, today) or Visit(today, will.version, will.version)
    if visit.told:
        return None
    keys, following = g.held.space, _with(will, replace(visit, told=True), will.version + 1)

    def written(_: str) -> Change:
        notice_id = UUID(bytes=later.random(16), version=4)
        sealed = seal_notice(Notice(1, PRESSED, at=instant(now)), keys, notice_id)
        return Change(will=following, later=((notice_id, today + timedelta(days=later.days), sealed),))

    return written


def day_of(said: Notice) -> date:
    """Return the day such a letter is about."""
    return datetime.fromisoformat(said.at).date()


def since(visits: tuple[Visit, ...], day: date) -> tuple[Visit, ...]:
    """Return the days with agents from one of them on."""
    return tuple(one for one in visits if one.day >= day)


def versions_around(*visits: Visit | None) -> set[int]:
    """Return the versions of her will before and after these days."""
    return {number for one in visits if one is not None for number in (one.before, one.after) if number}


async def wills_of(connection: Connection, keys: SpaceKeys, space: UUID, versions: set[int]) -> dict[int, Will]:
    """Return what she wanted at these versions, for those that are kept."""
    rows = await connection.fetch(SQL["wills_of"], space, sorted(versions)) if versions else []
    return {row["version"]: open_will(row["sealed"], row["version"], keys) for row in rows}


def rights_around(will: Will, visit: Visit, kept: Mapping[int, Will]) -> tuple[Rights, Rights]:
    """Return her will before and after a day; raises LookupError when one of them is not kept."""

    def at(number: int) -> Rights:
        if number == 0:
            return NOTHING_BEFORE
        return will.rights if number == will.version else kept[number].rights

    return at(visit.before), at(visit.after)


def without_visit(will: Will, visit: Visit, kept: Mapping[int, Will], *, light: bool) -> Rights:
    """Return her rights without what that day gave, nor the day itself.

    On light proof, a day that moved where she is written to stays: the letter that tells her of it is not kept back by who calls.
    """
    before, after = rights_around(will, visit, kept)
    if not light:
        rights = without_given(will.rights, before, after)
        return replace(rights, visits=tuple(one for one in rights.visits if one.day != visit.day))
    rights = without_given_on_light_proof(will.rights, before, after)
    moved = before.address != after.address or before.letters.counter != after.letters.counter
    return replace(rights, visits=tuple(one for one in rights.visits if moved or one.day != visit.day))


def _noted(will: Will, before: Will | None, today: date, reference: str) -> Will:
    version = before.version if before is not None else 0
    visit = visit_of(will.rights.visits, today) or Visit(today, version, will.version)
    moved = visit.moved or (before is not None and _goes(before.rights) != _goes(will.rights))
    noted = replace(visit.with_line(reference, will.version), moved=moved)
    return _with(will, noted, will.version)


def _goes(rights: Rights) -> tuple[tuple[str, ...], bool]:
    return rights.address, rights.letters.counter


def _with(will: Will, visit: Visit, version: int) -> Will:
    rights = replace(will.rights, visits=put_visit(will.rights.visits, visit))
    return replace(will, rights=rights, version=version)
