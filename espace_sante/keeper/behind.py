"""What is read of a space behind a permission only: her list, her journal, her receipts, her cases, the coupons that wait.

How long these take tells how much there is of each. Whoever is refused therefore waits for none of them: the decision is made
before they are looked for, and the work is then the same as for a person unknown. Guarantee: G3, G11.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from asyncpg import Record

from espace_sante.access.request import ActId
from espace_sante.consent.visits import visit_with
from espace_sante.identity.person import PersonTraits
from espace_sante.journal.entry import commitment_start, open_record, reference
from espace_sante.keeper.acts.contesting import ENTRIES_MOST, NOT_MY_CHOICE, is_number, version_made
from espace_sante.keeper.acts.leaving import EXPORTED_AT_ONCE
from espace_sante.keeper.coupons_over import coupons_over, ends
from espace_sante.keeper.demand import ContestParams, JournalParams, ReadMandateParams
from espace_sante.keeper.gather import SQL
from espace_sante.keeper.gather_deposits import person_of
from espace_sante.keeper.gather_post import documents_told
from espace_sante.keeper.gather_proof import proof_facts
from espace_sante.keeper.gathered import Gathered, Pending
from espace_sante.keeper.page_body import page_named
from espace_sante.keeper.visits import versions_around, wills_of
from espace_sante.kernel.database import Connection
from espace_sante.records.resource import SUPPORTING

# How many lines of a journal are looked at for one page of it.
LOOKED_AT = 500
_OF_THE_JOURNAL = (ActId.READ_JOURNAL, ActId.EXPORT_JOURNAL, ActId.READ_SUPPORT, ActId.READ_MANDATE)
# What ends a space names, in its receipt, the journal whose keys will be destroyed: its first entry says which.
_ENDING = (ActId.CLOSE_SPACE, ActId.ERASE_CONTENT)
# What shows her will, or part of it, leaves out what somebody is still to tell her of.
_TELLING = (ActId.READ_JOURNAL, ActId.KEEP_EPISODE, ActId.UNMASK)
_NOTING = (ActId.RECORD_REPRESENTATION, ActId.CONFIRM_REPRESENTATION)
_KNOWING_HER = (ActId.READ_MANDATE, *_NOTING)
_OF_HER_CASES = (ActId.READ_JOURNAL, ActId.CONTEST_ACCESS, ActId.REPORT_MISTAKE)
AFTER_DEATH = (ActId.LIST_AFTER_DEATH, ActId.READ_AFTER_DEATH)
_OTHERS = (
    *AFTER_DEATH,
    *_NOTING,
    ActId.EXPECT_ACCESS,
    ActId.PROVE_JOURNAL,
    ActId.LIST_DOCUMENTS,
    *_OF_HER_CASES,
    *_TELLING,
)
_BEHIND = frozenset({*_OF_THE_JOURNAL, *_ENDING, *_OTHERS})


def reads_behind(pending: Pending) -> bool:
    """Say whether a demand reads something behind a permission on the whole space.

    Of the resources, their list does; and a supporting one, whose place depends on the others: by the type asked for, there or not.
    """
    act = pending.ask.act
    if act == ActId.WRITE_RESOURCE:  # on a condition: what it was searched among, for whoever may read it
        return pending.params.unless is not None
    if act != ActId.READ_RESOURCE:
        return act in _BEHIND or _names_an_episode(pending) or bool(ends(pending))
    return not pending.params.row or pending.params.type in SUPPORTING


def _names_an_episode(pending: Pending) -> bool:
    """Say whether an act is about an episode by its number: who acts for her names only one whose documents he sees."""
    return pending.ask.act in (ActId.GRANT_ACCESS, ActId.MASK) and bool(pending.params.episode)


def _types(pending: Pending) -> list[int]:
    """Return the types to read, none for all: what a supporting one leans on is of any type."""
    if pending.ask.act == ActId.WRITE_RESOURCE:
        return [] if pending.params.type in SUPPORTING else [pending.params.type]
    types = [] if pending.params.row else list(pending.params.types)
    return [] if SUPPORTING.intersection(types) else types


async def read_behind(
    connection: Connection, batch: Sequence[Pending], facts: Sequence[Gathered], permitted: Sequence[bool]
) -> None:
    """Add to the facts of the demands that are permitted what their act reads; nothing is read for the others."""
    asked = [(p, g) for p, g, yes in zip(batch, facts, permitted, strict=True) if yes and g.space is not None]
    await _lists(connection, [g for p, g in asked if _lists_her_documents(p)])
    await coupons_over(connection, asked)
    for pending, g in asked:
        act = pending.ask.act
        if act in _OF_THE_JOURNAL:
            await _page(connection, pending, g)
        if act in _KNOWING_HER:
            g.extra.person = await _person(connection, g)
        if act in (ActId.READ_RESOURCE, ActId.WRITE_RESOURCE):
            g.extra.resources = list(await connection.fetch(SQL["resources_of"], g.space, _types(pending)))
        if act == ActId.PROVE_JOURNAL:
            lines = not g.subject.on_behalf
            g.extra.proof = await proof_facts(connection, g.held, g.head, pending.params, lines=lines)
        if act in _ENDING:
            g.extra.entries = list(await connection.fetch(SQL["entries"], [g.space], [0], [1]))
        if act == ActId.CONTEST_ACCESS:
            rows = await connection.fetch(SQL["entries_named"], g.space, *named_entries(pending.params))
            g.extra.entries = list(rows)
            assert g.space is not None
            g.extra.wills = await wills_of(connection, g.held.space, g.space, _versions_named(pending.params, g))
        if (act in _TELLING or _names_an_episode(pending)) and g.will is not None:
            g.extra.told = await documents_told(connection, g.will, g.held.space.space)
        if act in _OF_HER_CASES and g.will is not None and g.will.rights.cases:
            g.extra.cases = list(await connection.fetch(SQL["cases"], list(g.will.rights.cases)))
        if act == ActId.EXPECT_ACCESS or (act == ActId.READ_JOURNAL and pending.params.sent):
            g.extra.seen = await connection.fetchrow(SQL["seen_of"], g.space)
        if act == ActId.READ_JOURNAL and pending.params.sheet > 0:
            g.extra.page = await _sheet(connection, g, pending.params.sheet)
        if act == ActId.READ_JOURNAL and pending.params.sent:
            g.extra.sent = list(await connection.fetch(SQL["messages_sent"], g.space))
        g.extra.behind = True
    await _receipts(connection, [g for p, g in asked if p.ask.act == ActId.EXPORT_JOURNAL and p.params.before <= 0])


def named_entries(params: ContestParams) -> tuple[list[bytes], list[int]]:
    """Return what the entries named are found by, references and numbers; as many as may be contested at once."""
    starts = [commitment_start(named) for named in params.entries[:ENTRIES_MOST]]
    numbers = [int(named) for named in params.entries[:ENTRIES_MOST] if is_number(named)]
    return [start for start in starts if start is not None], numbers


def _lists_her_documents(pending: Pending) -> bool:
    """Say whether an act looks through her whole list: to show it, or to find the documents of one visit."""
    act = pending.ask.act
    if act == ActId.READ_RESOURCE:
        return bool(pending.params.documents)
    return act in (ActId.LIST_DOCUMENTS, *AFTER_DEATH) or (act == ActId.KEEP_EPISODE and bool(pending.params.visit_of))


async def _lists(connection: Connection, listed: Sequence[Gathered]) -> None:
    wanted = list({g.space for g in listed})
    if not wanted:
        return
    # Lines first: one that is folded in between is then seen twice and counted once, never missed.
    lines = _by_space(await connection.fetch(SQL["lines"], wanted))
    summaries = _by_space(await connection.fetch(SQL["summaries"], wanted))
    for g in listed:
        g.extra.summaries, g.extra.lines = summaries.get(g.space, []), lines.get(g.space, [])


async def _page(connection: Connection, pending: Pending, g: Gathered) -> None:
    params, n = pending.params, g.head.n
    before = getattr(params, "before", 0)
    high = min(before, n) if before > 0 else n
    count = getattr(params, "count", EXPORTED_AT_ONCE)
    if isinstance(params, ReadMandateParams) or (isinstance(params, JournalParams) and (params.kind or params.counted)):
        count = LOOKED_AT
    low = max(0, high - min(max(count, 1), LOOKED_AT))
    g.extra.entries = list(await connection.fetch(SQL["entries"], [g.space], [low], [high]))


def _versions_named(params: ContestParams, g: Gathered) -> set[int]:
    """Return the versions of her will around what she would undo: pages of the post, or a day with agents."""
    keys, wanted = g.held.space, set[int]()
    for row in g.extra.entries if params.undo else ():
        version = version_made(open_record(keys.record_key, row["space_id"], row["seq"], row["sealed"]))
        wanted |= {version - 1, version} if version else set()
    if params.reason == NOT_MY_CHOICE and g.will is not None:
        lines = frozenset(reference(row["com"]) for row in g.extra.entries)
        wanted |= versions_around(visit_with(g.will.rights.visits, lines))
    return wanted


async def _sheet(connection: Connection, g: Gathered, number: int) -> Record | None:
    """Return the page that a line of her journal was made from, None for a line that was made from none."""
    for row in await connection.fetch(SQL["entries"], [g.space], [number], [number + 1]):
        record = open_record(g.held.space.record_key, row["space_id"], row["seq"], row["sealed"])
        for one in record["objects"]:
            page = page_named(one)
            if page is not None:
                return await connection.fetchrow(SQL["page_of"], g.space, page)
    return None


async def _person(connection: Connection, g: Gathered) -> PersonTraits | None:
    """Return who her space is of."""
    rows = await connection.fetch(SQL["persons"], [g.space])
    return person_of(g.held.space, rows[0]["sealed"]) if rows else None


async def _receipts(connection: Connection, first: Sequence[Gathered]) -> None:
    wanted = list({g.space for g in first})
    found = _by_space(await connection.fetch(SQL["receipts_of"], wanted)) if wanted else {}
    for g in first:
        g.extra.receipts = found.get(g.space, [])


def _by_space(rows: Iterable[Any]) -> dict[UUID | None, list[Any]]:
    found: dict[UUID | None, list[Any]] = {}
    for row in rows:
        found.setdefault(row["space_id"], []).append(row)
    return found
