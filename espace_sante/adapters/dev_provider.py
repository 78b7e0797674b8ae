"""The development identity provider: invented people only, on the loopback address only, marked on every page.

It signs assertions with a key of its own, as a real provider would; the keeper verifies them like any other. It refuses
to exist when the public address is not loopback or the instance is in production.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import msgspec
from joserfc import jwt
from joserfc.jwk import OKPKey

from espace_sante.identity.ins import parse_ins
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.kernel.settings import Settings

ISSUER = "dev"


class Account(msgspec.Struct, frozen=True, omit_defaults=True):
    """One invented account; `id` is the provider's own.

    `kind`: person, practitioner, agent, operator, helper or sandbox (a software on trial).
    """

    id: str
    kind: str
    name: str
    ins: str = ""
    local: str = ""
    birth_name: str = ""
    first_given: str = ""
    birth_date: str = ""
    sex: str = ""
    rpps: str = ""
    profession: str = ""
    structure: str = ""
    profession_code: str = ""
    structure_id: str = ""
    sector: str = ""
    stated: str = ""
    answers_to: str = ""
    why: str = ""


_ACCOUNTS = msgspec.json.Decoder(list[Account])


def builtin_accounts() -> list[Account]:
    """Return the invented people shipped with the house."""
    folder = files("espace_sante.adapters")
    return [
        account
        for name in (
            "dev_people.json",
            "dev_practitioners.json",
            "dev_agents.json",
            "dev_helpers.json",
            "dev_software.json",
        )
        for account in _ACCOUNTS.decode(folder.joinpath(name).read_bytes())
    ]


@dataclass(frozen=True, slots=True)
class DevProvider:
    """Signs assertions about invented people."""

    key: OKPKey
    accounts: dict[str, Account]

    @classmethod
    def of(cls, settings: Settings) -> DevProvider:
        """Return the provider of a trial instance; raises Problem(FORBIDDEN) when it may not exist here."""
        if not settings.development_provider:
            raise Problem(Kind.FORBIDDEN, "development-provider-off")
        key = OKPKey.import_key(msgspec.json.decode(_private(settings.home).read_bytes()))
        return cls(key, {account.id: account for account in builtin_accounts()})

    def find(self, word: str) -> Account:
        """Return the account an id, an INS or a professional's number leads to; raises Problem(NOT_FOUND)."""
        ins = parse_ins(word)
        for account in self.accounts.values():
            if word == account.id or (ins and account.ins == ins) or (account.rpps and account.rpps == word):
                return account
        raise Problem(Kind.NOT_FOUND, "account-unknown")

    def assertion(self, account: Account) -> str:
        """Return a signed assertion for an account, good for five minutes."""
        now = int(time.time())
        claims: dict[str, str | int] = {
            "iss": ISSUER,
            "sub": account.id,
            "aud": "espace-sante-keeper",
            "iat": now,
            "exp": now + 300,
            **{k: v for k, v in msgspec.to_builtins(account).items() if k not in ("id", "why")},
        }
        return jwt.encode({"alg": "Ed25519", "kid": ISSUER}, claims, self.key, algorithms=["Ed25519"])


def ensure_provider_keys(home: Path) -> tuple[Path, Path]:
    """Make the provider's key pair at the first start; return the private file and the public one."""
    private, public = _private(home), home / "keys" / "providers" / "dev.jwk"
    public.parent.mkdir(mode=0o750, exist_ok=True)
    if not private.exists():
        key = OKPKey.generate_key("Ed25519", {"kid": ISSUER})
        _write(private, msgspec.json.encode(key.as_dict(private=True)), 0o400)
        public.unlink(missing_ok=True)
        _write(public, msgspec.json.encode(key.as_dict(private=False)), 0o444)
    return private, public


def _private(home: Path) -> Path:
    return home / "keys" / "dev-provider.key"


def _write(path: Path, data: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
