"""Accounts that come back after a long time: the operator's staff renews those that were suspended meanwhile."""

from __future__ import annotations

from espace_sante.keeper import demand as d
from tests.answers import code
from tests.house import House


async def renewed(house: House, *accounts: str) -> None:
    """Let accounts serve again; one that never served has nothing to renew."""
    operator = await house.sign_in("accueil")
    for account in accounts:
        answer = await house.ask(operator, "renew_account", d.RenewAccountParams(f"dev|{account}"), person="")
        assert isinstance(answer, d.Done) or code(answer) == "account-none", answer


async def back_at_work(house: House, account: str) -> bytes:
    """Sign in an account that may have been suspended meanwhile; return its session."""
    await renewed(house, account)
    return await house.sign_in(account)
