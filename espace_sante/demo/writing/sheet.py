"""What a writer is given: who the document is about, who signs it, and what it is called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from uuid import UUID

from espace_sante.adapters.dev_provider import Account, builtin_accounts
from espace_sante.demo.writing.places import PLACES, Place
from espace_sante.demo.writing.terms import SPECIALTIES, TYPES, Code

INVENTED = "Document inventé : personne, résultats et valeurs de référence compris."
# An account that is a structure still signs by a physician.
_RESPONSIBLE = MappingProxyType({"labo": "Dr Odile Besson", "hopital": "Dr Yves Carpentier"})
# Whose address is written in no document.
_ADDRESS_KEPT = frozenset({"farah"})


@dataclass(frozen=True, slots=True)
class Someone:
    """A person as she is written in a document; the used names are those she goes by, when they differ."""

    ins: str
    birth_name: str
    first_given: str
    birth_date: str
    sex: str
    used_given: str = ""
    used_family: str = ""
    local: str = ""
    address_kept: bool = False

    @classmethod
    def of(cls, account: Account) -> Someone:
        """Return the person of an invented account."""
        given, _, family = account.name.partition(" ")
        return cls(
            account.ins,
            account.birth_name,
            account.first_given,
            account.birth_date,
            account.sex,
            given.upper(),
            family.upper(),
            account.local,
            account.id in _ADDRESS_KEPT,
        )

    @property
    def called(self) -> str:
        """Her name as a sentence says it: the one she goes by."""
        return f"{self.used_given or self.first_given} {self.used_family or self.birth_name}".title()

    @property
    def birth_place(self) -> str:
        """The code of her place of birth, which her number holds; 99999 is no commune and no country."""
        return self.ins[5:10]


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs: a professional with a national number, a profession and a place of care."""

    rpps: str
    given: str
    family: str
    title: str
    specialty: Code
    place: Place

    @classmethod
    def of(cls, account: Account) -> Signer:
        """Return the signer of a professional's account, or of a structure's."""
        name = _RESPONSIBLE.get(account.id, account.name)
        title = "DR" if name.startswith("Dr ") else ""
        given, _, family = name.removeprefix("Dr ").partition(" ")
        specialty, place = SPECIALTIES[account.profession], PLACES[account.structure]
        return cls(account.rpps, given, family.upper(), title, specialty, place)

    @property
    def national(self) -> str:
        """The national identifier of a professional: the type digit 8, then the RPPS."""
        return f"8{self.rpps}"

    @property
    def called(self) -> str:
        """The name as a sentence says it."""
        return f"{'Dr ' if self.title else ''}{self.given} {self.family.title()}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One document to write. `signer` is None for what a person writes herself; `replaces` is the version before."""

    someone: Someone
    signer: Signer | None
    title: str
    type_code: str
    created: datetime
    unique: UUID
    chain: UUID
    version: int = 1
    replaces: UUID | None = None

    @property
    def type(self) -> Code:
        """The type of document, with its words."""
        return TYPES[self.type_code]

    @property
    def began(self) -> datetime:
        """When the care it tells of began: an hour before it was written."""
        return self.created - timedelta(hours=1)

    def signed(self) -> Signer:
        """Return who signs; a document of the professionals always has one."""
        assert self.signer is not None
        return self.signer


@dataclass(frozen=True, slots=True)
class Writer:
    """What makes the bytes of a document, and the type they are."""

    media_type: str
    write: Callable[[Sheet], bytes] = field(repr=False)


@lru_cache(maxsize=1)
def cast() -> MappingProxyType[str, Account]:
    """Return the invented accounts by their ids."""
    return MappingProxyType({account.id: account for account in builtin_accounts()})
