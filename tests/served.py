"""A house served over HTTP on the loopback address: real databases, a keeper, and uvicorn, in one background loop."""

from __future__ import annotations

import asyncio
import base64
import http.client
import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import uvicorn
from starlette.routing import Router
from starlette.types import ASGIApp, Message

from espace_sante.actions.frame import Frame
from espace_sante.adapters.dev_provider import Account
from espace_sante.adapters.previewer import Previewer
from espace_sante.assembly import application
from espace_sante.exchange.routes import routes
from espace_sante.kernel.clock import utc_now
from espace_sante.operate.roles import superuser
from espace_sante.web.server import LastResort
from tests.fixtures_database import Background, Databases, _empty
from tests.house import House
from tests.inside import rows

JSON = "application/json"
FHIR = "application/fhir+json"


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def entry(self) -> str:
        return self.headers.get("journal-entry", "")


@dataclass
class Client:
    """Asks the served house; `token` when signed in."""

    port: int
    token: str = ""

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | dict[str, Any] | None = None,
        *,
        content_type: str = FHIR,
        **headers: str,
    ) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        if isinstance(body, dict):
            body = json.dumps(body).encode()
        if body is not None:
            sent["Content-Type"] = content_type
        try:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def act(self, act: str, values: dict[str, Any] | None = None, **headers: str) -> Reply:
        """Do one act through the generic API."""
        return self.ask("POST", f"/api/demarches/{act}", values or {}, content_type=JSON, **headers)

    def done(self, act: str, values: dict[str, Any] | None = None, **headers: str) -> Any:
        """Do one act that must succeed; return what it answered."""
        reply = self.act(act, values, **headers)
        assert reply.status == 200, (act, reply.status, reply.body)
        return reply.json


@dataclass
class ServedHouse:
    """A served house and what tests look at behind it."""

    house: House
    background: Background
    port: int
    frame: Frame
    people: int = field(default=0)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, word: str = "") -> Client:
        """Return a client signed in as an invented account, or as nobody."""
        anonymous = Client(self.port)
        if not word:
            return anonymous
        reply = anonymous.ask("POST", "/api/jeton", {"as": word}, content_type=JSON)
        assert reply.status == 200, reply.body
        return Client(self.port, reply.json["token"])

    def new_person(self, **known: str) -> Account:
        """Invent one more person, with a right key to her number; `known` replaces what is invented of her."""
        self.people += 1
        body = f"2990199999{self.people:03d}"
        number = f"{body}{97 - int(body) % 97:02d}"
        invented = {"ins": number, "birth_name": "ESSAI", "first_given": "ZOE", "birth_date": "1999-01-02", "sex": "F"}
        account = Account(
            id=f"personne-{self.people}", kind="person", name=f"Zoé Essai{self.people}", **(invented | known)
        )
        self.house.provider.accounts[account.id] = account
        return account

    def opened(self, **known: str) -> tuple[Client, str, Account]:
        """Invite a new person, who says yes; return her client, her public id and her account."""
        account = self.new_person(**known)
        self.client("accueil").done(
            "invite",
            {
                "ins": account.ins,
                "local": account.local,
                "birth_name": account.birth_name,
                "first_given": account.first_given,
                "birth_date": account.birth_date,
                "sex": account.sex,
                "person": f"ins:{account.ins}" if account.ins else f"local:{account.local}",
            },
        )
        client = self.client(account.id)
        return client, client.done("open_space", {"deposits": "yes"})["result"]["person"], account

    def counted(self) -> tuple[int, int]:
        """Return how many documents there are in rows, and how many in objects."""
        folder = self.house.settings.home / "objects"
        (row,) = self.background.run(
            rows(self.house.settings, superuser("main"), "SELECT count(*) FROM records.document")
        )
        return int(row["count"]), sum(1 for path in folder.glob("??/*") if path.is_file())


@contextmanager
def served_house(
    databases: Databases, *, whole: bool = False, now: Callable[[], datetime] = utc_now, **changes: Any
) -> Iterator[ServedHouse]:
    """Serve a house on empty databases: the interfaces for software, or the `whole` application; `changes` are settings."""
    listener = socket.create_server(("127.0.0.1", 0))
    # As uvloop has it: without, an answer in two pieces waits 40 ms on a connection that is kept.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    port = listener.getsockname()[1]
    settings = replace(databases.settings, port=port, **changes)
    background = Background()
    background.run(_empty(databases.settings))
    for left in (databases.settings.home / "objects").glob("??/*"):  # by another module's tests
        left.unlink()
    house = House(settings, now=now)
    background.run(house.start())
    frame = Frame(house.link, house.objects, settings, now, os.urandom, previews=Previewer(settings))
    interfaces = LastResort(Router(routes=routes(frame, house.provider)), str.encode)
    served = application(frame, house.provider) if whole else interfaces
    server = uvicorn.Server(
        uvicorn.Config(served, http="httptools", loop="none", lifespan="off", access_log=False, log_config=None)
    )
    serving = asyncio.run_coroutine_threadsafe(server.serve(sockets=[listener]), background.loop)
    try:
        while not server.started:
            background.run(asyncio.sleep(0.01))
        yield ServedHouse(house, background, port, frame)
    finally:
        server.should_exit = True
        serving.result(20)
        background.run(house.stop())
        background.close()
        listener.close()


async def asked(
    application: ASGIApp, method: str, path: str, headers: list[tuple[bytes, bytes]], body: bytes = b""
) -> Reply:
    """Ask an application directly, without a server before it."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    name, _, query = path.partition("?")
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "path": name,
        "raw_path": name.encode(),
        "query_string": query.encode(),
        "headers": headers,
        "root_path": "",
        "scheme": "http",
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 1),
    }
    await application(scope, receive, send)
    found = {k.decode(): v.decode() for k, v in sent[0]["headers"]}
    return Reply(sent[0]["status"], found, b"".join(message.get("body", b"") for message in sent[1:]))


def posted(content: bytes, /, **changes: Any) -> dict[str, Any]:
    """Return a DocumentReference to post, plain and right; `changes` replace or (None) remove what they name."""
    attachment = {
        "contentType": changes.pop("contentType", "text/plain"),
        "title": changes.pop("title", "Compte rendu de consultation"),
        "creation": changes.pop("creation", "2026-11-02T09:00:00+01:00"),
        "data": changes.pop("data", base64.b64encode(content).decode()),
    }
    attachment |= changes.pop("attachment", {})
    resource: dict[str, Any] = {
        "resourceType": "DocumentReference",
        "status": "current",
        "type": {"coding": [{"system": "http://loinc.org", "code": "11488-4", "display": "Consultation"}]},
        "category": [{"coding": [{"system": "urn:oid:1.2.250.1.213.1.1.4.1", "code": "10"}]}],
        "content": [{"attachment": attachment}],
    }
    resource |= changes
    return {name: value for name, value in resource.items() if value is not None}
