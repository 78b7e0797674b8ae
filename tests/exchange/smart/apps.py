"""Invented applications, registered in a served house, and what each of them does by itself."""

from __future__ import annotations

import base64
import hashlib
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from espace_sante.formats.oauth.assertion import TYPE
from espace_sante.identity.application import AppKind, Application
from espace_sante.identity.application_files import FOLDER, keep
from tests.fixtures_database import Databases
from tests.journeys.surfer import Seen, Surfer
from tests.served import Client, Reply, ServedHouse, served_house

DAY = date(2026, 1, 1)
FORM = "application/x-www-form-urlencoded"
RETURN = "https://carnet.exemple/retour"
EC = ECKey.generate_key("P-384", {"kid": "ec"})
RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
SCOPES = ("launch", "launch/patient", "offline_access", "patient/*.rs")


def application(client_id: str, kind: AppKind, **changes: Any) -> Application:
    """Return an invented application; `changes` replace what is usual."""
    usual: dict[str, Any] = {
        "client_id": client_id,
        "name": f"Carnet {client_id}",
        "owner": "Coopérative inventée",
        "owner_address": "1 rue des Essais, 00000 Ville",
        "kind": kind,
        "scopes": SCOPES,
        "redirect_uris": (RETURN, "https://carnet.exemple/autre"),
        "launch_uri": "https://carnet.exemple/ouvrir?sorte=1",
        "registered": DAY,
    }
    if kind is not AppKind.PUBLIC:
        usual["jwks"] = (dict(EC.as_dict(private=False)), dict(RSA.as_dict(private=False)))
    if kind is AppKind.BACKEND:
        usual |= {
            "redirect_uris": (),
            "launch_uri": "",
            "structure": "999000005",
            "scopes": ("system/Observation.cud",),
        }
    return Application(**usual | changes)


REGISTERED = (
    application("carnet", AppKind.PUBLIC),
    application("voisin", AppKind.PUBLIC, redirect_uris=("https://voisin.exemple/retour",), launch_uri=""),
    application("etroit", AppKind.PUBLIC, scopes=("launch/patient", "patient/Immunization.rs")),
    application("cabinet", AppKind.CONFIDENTIAL),
    application("laboratoire", AppKind.BACKEND),
    application("fini", AppKind.PUBLIC, ended=date(2026, 1, 2)),
)


@dataclass
class Pkce:
    """A verifier, and the challenge made from it."""

    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    @property
    def challenge(self) -> str:
        return base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()


@dataclass
class Apps:
    """A served house with applications."""

    served: ServedHouse

    @property
    def base(self) -> str:
        return f"{self.served.address}/fhir"

    @property
    def token_address(self) -> str:
        return f"{self.served.address}/jeton-oauth"

    def request(self, pkce: Pkce, **changes: str) -> dict[str, str]:
        """Return a whole request of authorisation; a change to "" removes a parameter."""
        usual = {
            "response_type": "code",
            "client_id": "carnet",
            "redirect_uri": RETURN,
            "scope": "launch/patient patient/Observation.rs",
            "state": "etat-1",
            "aud": self.base,
            "code_challenge": pkce.challenge,
            "code_challenge_method": "S256",
        }
        return {name: value for name, value in (usual | changes).items() if value}

    def authorize(self, surfer: Surfer, parameters: dict[str, str] | list[tuple[str, str]], **more: Any) -> Seen:
        return surfer.get(f"/autorisation?{urlencode(parameters)}", follow=False, **more)

    def post(self, path: str, values: dict[str, str], **headers: str) -> Reply:
        body = urlencode(values).encode()
        return Client(self.served.port).ask("POST", path, body, content_type=FORM, **headers)

    def token(self, **values: str) -> Reply:
        return self.post("/jeton-oauth", values)

    def assertion(self, client_id: str, key: Any = EC, header: dict[str, Any] | None = None, **claims: Any) -> str:
        """Return what an application signs; `claims` replace what is right, None removes."""
        now = int(self.served.frame.now().timestamp())
        right = {"iss": client_id, "sub": client_id, "aud": self.token_address, "exp": now + 240}
        said = {n: v for n, v in (right | {"jti": secrets.token_hex(8)} | claims).items() if v is not None}
        algorithm = "RS384" if isinstance(key, RSAKey) else "ES384"
        return jwt.encode({"alg": algorithm, "kid": key.kid} | (header or {}), said, key, algorithms=[algorithm])

    def proof(self, client_id: str, **more: Any) -> dict[str, str]:
        return {"client_assertion_type": TYPE, "client_assertion": self.assertion(client_id, **more)}

    def person(self) -> tuple[Surfer, Client, str]:
        """Open a space; return its owner at a browser, with her own software, and her public id."""
        client, person, account = self.served.opened()
        surfer = Surfer(self.served.port)
        surfer.sign_in(account.id)
        return surfer, client, person

    def say_yes(
        self, surfer: Surfer, pkce: Pkce, *, items: list[str] | None = None, days: str = "30", **changes: str
    ) -> dict[str, str]:
        """Answer yes to all that is asked (or to some items); return what the application gets."""
        seen = self.authorize(surfer, self.request(pkce, **changes) | {"tout": "oui"})
        form = seen.form("/autorisation/reponse")
        values = {**form.values, "answer": "yes"} | ({"items": items} if items is not None else {})
        if "days" in form.asked:
            values["days"] = days
        return sent_back(surfer.post(form.action, values, follow=False))

    def redeemed(self, code: str, pkce: Pkce, /, **changes: str) -> Reply:
        """Exchange a code, as the public application; changes replace or (\"\") remove."""
        usual = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": RETURN,
            "client_id": "carnet",
            "code_verifier": pkce.verifier,
        }
        return self.token(**{name: value for name, value in (usual | changes).items() if value})

    def bearer(self, token: str) -> Client:
        """Return an application that calls with a token."""
        return Client(self.served.port, token)


def sent_back(seen: Seen) -> dict[str, str]:
    """Return what an application got by a redirection, its parameters once each."""
    assert seen.status == 303, (seen.status, seen.words)
    return {name: value for name, (value,) in parse_qs(urlsplit(seen.header("location")).query).items()}


@contextmanager
def served_apps(databases: Databases, **changes: Any) -> Iterator[Apps]:
    """Serve a whole house whose register holds the invented applications."""
    shutil.rmtree(databases.settings.home / FOLDER, ignore_errors=True)
    for app in REGISTERED:
        keep(databases.settings.home, app)
    try:
        with served_house(databases, whole=True, uploads_per_minute=10_000, **changes) as served:
            yield Apps(served)
    finally:
        shutil.rmtree(databases.settings.home / FOLDER, ignore_errors=True)
