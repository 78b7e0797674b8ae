"""What was answered the first time to an idempotency key: found by keyed terms, sealed under the space it was about."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from espace_sante.keeper.finding import actor_term, key_term
from espace_sante.keeper.gathered import Pending
from espace_sante.keeper.keyring import Keyring
from espace_sante.keeper.situation import Extra
from espace_sante.kernel.database import Connection, queries
from espace_sante.vault.envelope import SealBroken, open_sealed
from espace_sante.vault.keys import ServiceKeys, SpaceKeys

SQL = queries("espace_sante.keeper")


async def first_answers(
    connection: Connection,
    keyring: Keyring,
    service: ServiceKeys,
    batch: Sequence[Pending],
    spaces: Sequence[UUID | None],
    extras: list[Extra],
) -> None:
    """Add to the facts of each demand that carries a key what was answered to it the first time; one statement, or none."""
    keyed = [i for i, p in enumerate(batch) if p.ask.idempotency]
    if not keyed:
        return
    actors = [actor_term(service, batch[i].session) for i in keyed]
    keys = [key_term(service, batch[i].ask.idempotency) for i in keyed]
    rows = await connection.fetch(SQL["first_answers"], actors, keys)
    found = {(r["actor_id"], r["key_term"]): r for r in rows}
    held = await keyring.of([s for i in keyed if (s := spaces[i]) is not None]) if rows else {}
    for i, actor, key in zip(keyed, actors, keys, strict=True):
        row = found.get((actor, key))
        if row is None:
            continue
        space = spaces[i]
        own = held[space].space if space in held else None
        extras[i].first_answer = (row["body_term"], open_answer(row["sealed"], service, own, actor, key))


def answer_key(service: ServiceKeys, keys: SpaceKeys | None) -> bytes:
    """Return what seals a first answer: the space's own key, so that it is erased with it; the service's without one."""
    return keys.receipt_key if keys is not None else service.session


def open_answer(sealed: bytes, service: ServiceKeys, keys: SpaceKeys | None, actor: bytes, key: bytes) -> bytes | None:
    """Return a first answer, given before or since the space opened; None when it was sealed for another space."""
    for one in {answer_key(service, keys), service.session}:
        try:
            return bytes(open_sealed(one, sealed, b"answer|" + actor + key))
        except SealBroken:
            continue
    return None
