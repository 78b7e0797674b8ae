"""A small application of its own, on another host than the house: found by discovery, launched, answered, and reading."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import Request, urlopen

from espace_sante.identity.application import AppKind
from espace_sante.identity.application_files import keep
from tests.exchange.smart.apps import Apps, Pkce, application

CLIENT = "navigateur"
SCOPE = "patient/Observation.rs"


@dataclass
class SmallApp:
    """What it knows of the house: nothing but the address it is told; `given`: what it got in the end."""

    port: int
    pkce: Pkce = field(default_factory=Pkce)
    house: str = ""
    given: dict[str, Any] = field(default_factory=dict)
    found: dict[str, Any] = field(default_factory=dict)
    wanted: str = ""
    has_pages: bool = False

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"  # another site than 127.0.0.1: cookies tell them apart

    def start(self, house: str, **more: str) -> str:
        """Return where it sends somebody."""
        self.house = house
        with urlopen(f"{house}/.well-known/smart-configuration") as answer:
            self.found = json.load(answer)
        asked = {
            "response_type": "code",
            "client_id": CLIENT,
            "redirect_uri": f"{self.address}/retour",
            "state": "mon-etat",
            "aud": house,
            "code_challenge": self.pkce.challenge,
            "code_challenge_method": "S256",
        }
        return f"{self.found['authorization_endpoint']}?{urlencode(asked | more)}"

    def come_back(self, parameters: dict[str, list[str]]) -> str:
        """Take what came back with the browser; return what its page says."""
        if parameters.get("state") != ["mon-etat"] or parameters.get("iss") != [self.found["issuer"]]:
            return "ce retour n'est pas pour moi"
        if "code" not in parameters:
            return f"non : {parameters['error'][0]}"
        values = {
            "grant_type": "authorization_code",
            "code": parameters["code"][0],
            "redirect_uri": f"{self.address}/retour",
            "client_id": CLIENT,
            "code_verifier": self.pkce.verifier,
        }
        with urlopen(self.found["token_endpoint"], urlencode(values).encode()) as answer:
            self.given = json.load(answer)
        asked = Request(
            f"{self.house}/Observation/{self.wanted}", headers={"Authorization": f"Bearer {self.given['access_token']}"}
        )
        with urlopen(asked) as answer:
            return f"lu : {json.load(answer)['resourceType']}"


@contextmanager
def small_app(apps: Apps) -> Iterator[SmallApp]:
    """Serve it on a port of its own, registered in the house."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            where = urlsplit(self.path)
            parameters = parse_qs(where.query)
            if where.path == "/ouvrir":
                to = app.start(parameters["iss"][0], scope=f"launch {SCOPE}", launch=parameters["launch"][0])
                if app.has_pages:  # as an application of scripts does: the next request comes from its own page
                    self._answer(200, f'<a href="{to.replace("&", "&amp;")}">Continuer</a>')
                else:
                    self._answer(302, "", to)
            elif where.path == "/entrer":
                self._answer(
                    200,
                    f'<a href="{app.start(apps.base, scope=f"launch/patient {SCOPE}").replace("&", "&amp;")}">Entrer</a>',
                )
            elif where.path == "/retour":
                self._answer(200, f"<h1>{app.come_back(parameters)}</h1>")
            else:
                self._answer(404, "")

        def _answer(self, status: int, body: str, to: str = "") -> None:
            data = f"<!doctype html><meta charset=utf-8><title>App</title>{body}".encode()
            self.send_response(status)
            if to:
                self.send_header("Location", to)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    app = SmallApp(server.server_address[1])
    keep(
        apps.served.frame.settings.home,
        application(
            CLIENT,
            AppKind.PUBLIC,
            redirect_uris=(f"{app.address}/retour",),
            launch_uri=f"{app.address}/ouvrir",
        ),
        replace=True,
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield app
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
