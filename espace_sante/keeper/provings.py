"""How many messages may prove a contact in a day: to one mailbox or number, and from one space.

Whoever is signed in may type any number: without this, a stranger is written to without end, and what is due to others waits.
Counted in the database by keyed terms, so that no restart begins again; purged the next day. Guarantee: G10.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from espace_sante.access.request import ActId
from espace_sante.consent.contact import parse_mail, parse_mobile
from espace_sante.keeper.demand import ContactParams
from espace_sante.keeper.gathered import NOWHERE, Gathered, Pending
from espace_sante.kernel.database import Connection, queries
from espace_sante.vault.keys import ServiceKeys, term

SQL = queries("espace_sante.keeper")
MOST = 3


def proving_terms(service: ServiceKeys, space: UUID, value: str) -> tuple[bytes, bytes]:
    """Return what one message is counted by: the space it comes from, and the mailbox or number it goes to."""
    key = service.idempotency
    return term(key, "proving-from", space.hex), term(key, "proving-to", value.casefold())


def too_often(before: Mapping[bytes, int], more: Iterable[bytes]) -> bool:
    """Say whether these messages would be more than a day's."""
    return any(before.get(one, 0) + number > MOST for one, number in Counter(more).items())


async def proved_before(
    connection: Connection, service: ServiceKeys, batch: Sequence[Pending], facts: Sequence[Gathered], today: date
) -> None:
    """Read, for each demand that gives a contact, what was counted before it: of somebody unknown too, for the same work."""
    for pending, g in zip(batch, facts, strict=True):
        if pending.ask.act != ActId.CHANGE_CONTACT or not isinstance(pending.params, ContactParams):
            continue
        values = (parse_mail(pending.params.mail), parse_mobile(pending.params.mobile))
        terms = {one for value in values if value for one in proving_terms(service, g.space or NOWHERE, value)}
        rows = await connection.fetch(SQL["provings_today"], sorted(terms), today)
        g.extra.proved = {row["proving_term"]: row["number"] for row in rows}


async def count_provings(connection: Connection, terms: Iterable[tuple[bytes, date]]) -> bool:
    """Count messages in the transaction that writes them; say whether none is one too many."""
    # In one order: two batches that count the same terms never wait for each other.
    for one, day in sorted(terms):
        if await connection.fetchval(SQL["one_more_proving"], one, day, MOST) is None:
            return False
    return True
