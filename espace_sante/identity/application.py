"""Who an application is: its name, who answers for it, where it may be sent back, what it may ask. Told by the operator.

An application that is not registered, or whose registration ended, does not exist here. What it may ask is a ceiling; what it
reads is what each person gave. Source: SMART App Launch 2.2, "Registering a SMART App with an EHR".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

import msgspec

from espace_sante.formats.oauth.addresses import is_app_address, origin_of
from espace_sante.formats.oauth.keys import Key, KeyRefused, read_keys
from espace_sante.identity.structure import parse_structure

CLIENT_ID = re.compile(r"[a-z0-9][a-z0-9.-]{2,63}")
LONGEST = 200
MOST_ADDRESSES = 10
MOST_SCOPES = 50


class AppKind(StrEnum):
    """How it proves who it is: not at all (an application on a device), by a key, or by a key without anybody present."""

    PUBLIC = "public"
    CONFIDENTIAL = "confidential"
    BACKEND = "backend"


class ApplicationRefused(Exception):
    """A registration that does not hold; the message says why, in French."""


class Application(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One registered application. `registered` is the day it was; `ended`, the day from which it is refused.

    `structure`: the structure a backend service acts for (FINESS or SIRET). `scopes`: the most it may ask.
    """

    client_id: str
    name: str
    owner: str
    owner_address: str
    kind: AppKind
    scopes: tuple[str, ...]
    redirect_uris: tuple[str, ...] = ()
    launch_uri: str = ""
    jwks: tuple[dict[str, Any], ...] = ()
    structure: str = ""
    registered: date | None = None
    ended: date | None = None

    @property
    def origins(self) -> frozenset[str]:
        """Return the origins of the pages that may call: those of a public application's own addresses."""
        return frozenset(origin_of(one) for one in self.redirect_uris) if self.kind is AppKind.PUBLIC else frozenset()

    @property
    def keys(self) -> Mapping[str, tuple[str, Key]]:
        """Return the algorithm and the public key of each `kid`."""
        return read_keys(self.jwks)

    def holds(self, today: date) -> bool:
        """Say whether it is registered on a day."""
        return self.registered is not None and self.registered <= today and (self.ended is None or today < self.ended)


_DECODE = msgspec.json.Decoder(Application).decode


def parse_application(text: bytes) -> Application:
    """Return the application of a registration in JSON; raises ApplicationRefused for anything that does not hold whole."""
    try:
        app = _DECODE(text)
    except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
        raise ApplicationRefused(f"la fiche ne se lit pas : {fault}") from None
    if CLIENT_ID.fullmatch(app.client_id) is None:
        raise ApplicationRefused("client_id : de 3 à 64 lettres minuscules, chiffres, points ou tirets")
    for field in ("name", "owner", "owner_address"):
        words = str(getattr(app, field))
        if not words.strip() or len(words) > LONGEST or not words.isprintable():
            raise ApplicationRefused(f"{field} : de 1 à {LONGEST} caractères lisibles")
    _check_scopes(app)
    _check_addresses(app)
    _check_proof(app)
    return app


def _check_scopes(app: Application) -> None:
    if not app.scopes or len(app.scopes) > MOST_SCOPES or len(set(app.scopes)) != len(app.scopes):
        raise ApplicationRefused(f"scopes : de 1 à {MOST_SCOPES}, chacun une fois")


def _check_addresses(app: Application) -> None:
    if app.kind is AppKind.BACKEND:
        if app.redirect_uris or app.launch_uri:
            raise ApplicationRefused("un service sans écran n'a ni redirect_uris ni launch_uri")
        return
    every = (*app.redirect_uris, *((app.launch_uri,) if app.launch_uri else ()))
    if not 0 < len(app.redirect_uris) <= MOST_ADDRESSES or len(set(app.redirect_uris)) != len(app.redirect_uris):
        raise ApplicationRefused(f"redirect_uris : de 1 à {MOST_ADDRESSES} adresses, chacune une fois")
    for one in every:
        if not is_app_address(one):
            raise ApplicationRefused(
                f"« {one} » : une adresse est en https (ou http sur la machine même), en entier,"
                " sans #, sans utilisateur, sans étoile"
            )


def _check_proof(app: Application) -> None:
    try:
        keys = read_keys(app.jwks)
    except KeyRefused as refused:
        raise ApplicationRefused(f"jwks : {refused}") from None
    if (app.kind is AppKind.PUBLIC) is bool(keys):
        raise ApplicationRefused("une application publique n'a pas de clé ; toute autre en a au moins une (jwks)")
    if (app.kind is AppKind.BACKEND) is not bool(app.structure):
        raise ApplicationRefused("un service sans écran, et lui seul, agit pour un établissement (structure)")
    if app.structure and parse_structure(app.structure) != app.structure:
        raise ApplicationRefused("structure : neuf caractères (FINESS) ou quatorze chiffres (SIRET)")
