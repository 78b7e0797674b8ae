"""Accounts of agents and of helpers by trade: one that did not serve for ninety days is suspended, until another role renews it.

Only the day of the last use is kept, under a keyed term of the account: neither whose it is, nor what it did.
Source: inclusion.md HLP-09; docs/decisions/0083.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from espace_sante.access.request import ActId, ActorKind
from espace_sante.keeper.gathered import Gathered, Pending
from espace_sante.kernel.database import Connection, queries
from espace_sante.vault.keys import ServiceKeys, term

SQL = queries("espace_sante.keeper")
SUSPENDED = "account-suspended"
# Whoever serves persons by trade, on their behalf. A person, and a professional whose number is national, are not suspended.
_AT_WORK = frozenset({ActorKind.AGENT.value, ActorKind.HELPER.value})


def account_term(service: ServiceKeys, account: str) -> bytes:
    """Return what an account is known by; its key is used for nothing else."""
    return term(service.session, "account", account)


async def use(connection: Connection, service: ServiceKeys, kind: str, account: str, today: date, days: int) -> bool:
    """Write down that an account serves today; false when it is suspended, and then nothing is written."""
    if kind not in _AT_WORK:
        return True
    since = today - timedelta(days=days)
    return bool(await connection.fetchval(SQL["use_account"], account_term(service, account), today, since))


async def account_asked(
    connection: Connection, service: ServiceKeys, batch: Sequence[Pending], facts: Sequence[Gathered]
) -> None:
    """Read, for the operator's staff, whether the account they name served before."""
    for pending, g in zip(batch, facts, strict=True):
        if pending.ask.act == ActId.RENEW_ACCOUNT and pending.session.kind == ActorKind.OPERATOR:
            named = account_term(service, pending.params.account)
            g.extra.account = named if await connection.fetchval(SQL["account_known"], named) else b""
