"""As many invented people as a campaign needs, with numbers given at a counter; nobody of the directory of real numbers."""

from __future__ import annotations

import itertools

import msgspec

from espace_sante.adapters.dev_provider import Account, DevProvider
from espace_sante.adapters.keeper_link import KeeperLink
from espace_sante.adapters.object_folder import ObjectFolder
from espace_sante.keeper import demand as d
from espace_sante.kernel.settings import Settings
from espace_sante.operate.folders import keeper_socket
from tests.house import House

DIALLO = "99900000011"


def invented(number: int) -> Account:
    """Return an invented person."""
    return Account(
        id=f"essai-{number}",
        kind="person",
        name=f"Personne {number}",
        local=f"ESSAI-{number:04d}",
        birth_name=f"PERSONNE{number}",
        first_given="CAMILLE",
        birth_date="1980-01-01",
        sex="F",
    )


def invite_more(house: House, count: int) -> list[str]:
    """Add invented people to the provider of a house; return their account words."""
    accounts = [invented(number) for number in range(count)]
    house.provider.accounts.update({account.id: account for account in accounts})
    return [account.id for account in accounts]


_MORE = itertools.count(100_000)


def one_more(house: House) -> str:
    """Add one invented person whom no other call of this run gives; return her account word."""
    account = invented(next(_MORE))
    house.provider.accounts[account.id] = account
    return account.id


def reach(settings: Settings) -> House:
    """Return a house whose keepers run elsewhere, started by a supervisor."""
    house = House(settings, keepers=settings.keepers)
    house.link = KeeperLink([keeper_socket(settings, number) for number in range(settings.keepers)])
    house.objects = ObjectFolder(settings.home / "objects")
    house.provider = DevProvider.of(settings)
    return house


def grant(who: str = DIALLO, days: int = 30) -> d.GrantParams:
    """Everything, to one professional, for his care."""
    return d.GrantParams(who, "everything", [], [], "soins", days)


def listed(answer: d.Answer) -> d.ListAnswer:
    """Return the list an answer carries."""
    assert isinstance(answer, d.Done), answer
    return msgspec.msgpack.decode(answer.payload, type=d.ListAnswer)
