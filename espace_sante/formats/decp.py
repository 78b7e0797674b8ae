"""Reads the essential data of public procurement, in the French regulatory format, version 2.0.3 (JSON).

Every field the schema makes compulsory must stand there, with the values it allows; a date must exist besides. What we do not
publish is checked and forgotten. Knows nothing of our ledger.
Source: schema_decp_v2.0.3.json, github.com/139bercy/format-commande-publique, commit 79fed6c (public domain), read 2026-11-27.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from espace_sante.formats.decp_shape import Concession, Contract, File, Party

VERSION = "2.0.3"
MOST_BYTES = 20_000_000
_MARK = b"\xef\xbb\xbf"  # some tools begin a file with it


class NotProcurementData(Exception):
    """Say, in French, where a file is not what the schema wants."""


@dataclass(frozen=True, slots=True)
class Amendment:
    """What changed after the first publication: None for what did not."""

    number: int
    notified_on: date
    cents: int | None
    months: int | None


@dataclass(frozen=True, slots=True)
class PublicContract:
    """One contract or concession: who buys (SIRET), what, from whom, for how much (without tax) and how long."""

    buyer: str
    number: str
    nature: str
    what: str
    procedure: str
    suppliers: tuple[str, ...]
    notified_on: date
    months: int
    cents: int
    amendments: tuple[Amendment, ...]


def read_procurement(data: bytes) -> tuple[PublicContract, ...]:
    """Return every contract of a file. Raises NotProcurementData for the first thing that is not as the schema says."""
    if len(data) > MOST_BYTES:
        raise NotProcurementData(f"le fichier est trop lourd : {MOST_BYTES} octets au plus")
    try:
        said = msgspec.json.decode(data.removeprefix(_MARK), type=File)
    except msgspec.ValidationError as fault:
        raise NotProcurementData(_in_french(str(fault))) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise NotProcurementData("le fichier n'est pas du JSON") from None
    lists = said.marches
    if lists.marche is None and lists.contrat_concession is None:
        raise NotProcurementData("« marches » ne contient ni « marche » ni « contrat-concession »")
    every: list[Contract | Concession] = [*(lists.marche or ()), *(lists.contrat_concession or ())]
    return tuple(_read(one) for one in every)


def _in_french(fault: str) -> str:
    """Say where, as the path in the file; the reader's own English words stay out."""
    _, _, path = fault.partition(" - at `")
    missing = fault.partition("missing required field `")[2].partition("`")[0]
    unknown = fault.partition("unknown field `")[2].partition("`")[0]
    where = path.rstrip("`").removeprefix("$").lstrip(".") or "le fichier"
    if missing:
        return f"il manque « {missing} » à « {where} » (schéma DECP {VERSION})"
    if unknown:
        return f"« {unknown} » n'existe pas dans « {where} » (schéma DECP {VERSION})"
    return f"« {where} » n'a pas une valeur permise par le schéma DECP {VERSION}"


def _read(one: Contract | Concession) -> PublicContract:
    if isinstance(one, Contract):
        return PublicContract(
            one.acheteur.id,
            one.id,
            one.nature,
            one.objet,
            one.procedure,
            tuple(_named(held.titulaire) for held in one.titulaires),
            one.dateNotification,
            one.dureeMois,
            _cents(one.montant),
            tuple(
                Amendment(
                    held.modification.id,
                    held.modification.dateNotificationModification,
                    _cents_or_none(held.modification.montant),
                    _or_none(held.modification.dureeMois),
                )
                for held in one.modifications or ()
            ),
        )
    return PublicContract(
        one.autoriteConcedante.id,
        one.id,
        one.nature,
        one.objet,
        one.procedure,
        tuple(_named(held.concessionnaire) for held in one.concessionnaires),
        one.dateSignature,
        one.dureeMois,
        _cents(one.valeurGlobale),
        tuple(
            Amendment(
                held.modification.id,
                held.modification.dateSignatureModification,
                _cents_or_none(held.modification.valeurGlobale),
                _or_none(held.modification.dureeMois),
            )
            for held in one.modifications or ()
        ),
    )


def _named(party: Party) -> str:
    return f"{party.typeIdentifiant} {party.id}"


def _cents(amount: float) -> int:
    return int((Decimal(repr(amount)) * 100).to_integral_value())


def _cents_or_none(amount: float | msgspec.UnsetType) -> int | None:
    return None if amount is msgspec.UNSET else _cents(amount)


def _or_none(value: Any) -> int | None:
    return None if value is msgspec.UNSET else int(value)
