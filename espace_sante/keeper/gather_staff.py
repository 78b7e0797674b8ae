"""Reading what the operator's staff and the mail room ask for: the queue or one case, the list of letters or one outbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from espace_sante.access.request import ActId, ActorKind
from espace_sante.keeper.acts.posting import LISTED_MOST, letter_named
from espace_sante.keeper.case_body import OPEN
from espace_sante.keeper.demand import CaseListParams
from espace_sante.keeper.finding import case_number
from espace_sante.keeper.gather_deposits import person_of
from espace_sante.keeper.gather_post import (
    documents_told,
    letter_facts,
    lines_of_visits,
    outbox_of,
    periods_named,
    receipt_line,
    visits_told,
)
from espace_sante.keeper.gather_proof import lines_of_periods
from espace_sante.keeper.gathered import NOWHERE, Gathered, Pending
from espace_sante.keeper.late_cases import count_late
from espace_sante.keeper.visits import since, versions_around, wills_of
from espace_sante.kernel.database import Connection, queries

SQL = queries("espace_sante.keeper")
OF_THE_POST = (ActId.PRINT_LETTER, ActId.POST_LETTER)
# Whose lists these are: for anybody else nothing of them is read, he is refused.
_MAIL_ROOM = (ActorKind.OPERATOR, ActorKind.AGENT)


async def cases_asked(
    connection: Connection, batch: Sequence[Pending], gathered: Sequence[Gathered], today: date
) -> None:
    """Read the one case the operator names, for him, or his queue. One that is late is counted as late before it is answered."""
    for pending, g in zip(batch, gathered, strict=True):
        act = pending.ask.act
        if act == ActId.LIST_CASES and pending.session.kind == ActorKind.OPERATOR:
            g.extra.cases = list(await connection.fetch(SQL["case_queue"], *queue_page(pending.params)))
            continue
        if act not in (ActId.ANSWER_CASE, ActId.CONFIRM_CASE_ANSWER) or g.will is None:
            continue
        named = case_number(pending.ask.person.removeprefix("case:"))
        hers = [case for case in g.will.rights.cases if case == named]
        if hers:
            g.extra.cases = list(await connection.fetch(SQL["cases"], hers))
            if any(row["due_on"] < today and row["state"] == OPEN for row in g.extra.cases):
                await count_late(connection.fetch, today)


async def post_asked(
    connection: Connection, batch: Sequence[Pending], gathered: Sequence[Gathered], today: date
) -> None:
    """Read the mail room's list, or the outbox of the one person a number of it leads to."""
    for pending, g in zip(batch, gathered, strict=True):
        act = pending.ask.act
        if act == ActId.LIST_LETTERS and pending.session.kind in _MAIL_ROOM:
            g.extra.outbox = list(await connection.fetch(SQL["letters_due"], today, LISTED_MOST + 1))
        if act not in OF_THE_POST or g.space is None:
            continue
        g.extra.outbox = await outbox_of(connection, g.space, today)
        if act == ActId.PRINT_LETTER:
            named, again = letter_named(pending.ask.person), pending.params.again
            keys, n = g.held.space, g.head.n
            facts = await letter_facts(connection, keys, g.extra.outbox, named, n, again=again)
            g.extra.entries, g.extra.named, g.extra.cases = facts
            entries = g.extra.entries
            g.extra.leaf = await receipt_line(connection, keys, g.extra.outbox, named, entries, again=again)
            periods = periods_named(keys, g.extra.outbox, named, again=again)
            g.extra.years = await lines_of_periods(connection, g.held, g.head, periods)
            if g.will is not None:
                visits = visits_told(keys, g.extra.outbox, named, g.will.rights.visits, again=again)
                wanted = {one for told in visits for one in since(g.will.rights.visits, told.day)}
                g.extra.wills = await wills_of(connection, keys, g.space, versions_around(*wanted))
                g.extra.entries += await lines_of_visits(connection, g.space, visits)
                g.extra.told = await documents_told(connection, g.will, g.space)
            for row in await connection.fetch(SQL["persons"], [g.space]):
                g.extra.person = person_of(keys, row["sealed"])


def queue_page(params: CaseListParams) -> tuple[date, UUID, int]:
    """Return where a page of the queue begins and how long it is; from the start when that is not said well."""
    try:
        day = date.fromisoformat(params.after_due)
    except ValueError:
        day = date.min
    return day, case_number(params.after) or NOWHERE, min(max(params.count, 1), 200)
