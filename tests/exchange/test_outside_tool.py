"""A tool nobody here wrote reads the OpenAPI description, asks anything of every address, and checks each answer by it.

Four callers: nobody, a person about herself, a professional she lets read, one she does not. What is asked follows the description or
breaks it, with her own identifiers half of the time. No answer may be a 500, nor be another than what the description says:
its status, its type, its headers, its shape. `make fuzz` asks for many more. Guarantee: G10.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from espace_sante.exchange.routes import described
from espace_sante.formats.media import ACCEPTED
from espace_sante.kernel.settings import Settings
from tests.exchange.resources import observation
from tests.fixtures_database import Databases
from tests.served import Client, ServedHouse, posted, served_house

pytestmark = [pytest.mark.slow, pytest.mark.database]
EXAMPLES = int(os.environ.get("OUTSIDE_EXAMPLES", "3"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
SCHEMA = schemathesis.openapi.from_dict(json.loads(described(Settings())))
OPERATIONS = {found.ok().label: found.ok() for found in SCHEMA.get_all_operations()}
# What may be asked in one way only is asked once for each caller.
ONE_WAY = [label for label, one in OPERATIONS.items() if not [*one.iter_parameters()] and not one.body]
CALLERS = ("herself", "permitted", "other", "")
WORDS = {"herself": "", "permitted": "diallo", "other": "guerin"}
OFTEN = st.sampled_from([*CALLERS[:3] * 3, ""])  # nobody is refused everywhere, and soon


@schemathesis.serializer(*ACCEPTED)
def as_bytes(_: Any, value: Any) -> bytes:
    """Send anything as a document's bytes."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


@dataclass
class World:
    """One person with a document and an Observation, and who calls."""

    served: ServedHouse
    account: str
    person: str
    document: str
    resource: str
    clients: dict[str, Client]

    def sign_in_again(self, caller: str) -> None:
        """Give a caller another token, when what was asked ended the last one."""
        if caller:
            self.clients[caller] = self.served.client(WORDS[caller] or self.account)


@pytest.fixture(scope="module")
def house(databases: Databases) -> Iterator[ServedHouse]:
    """A house where no ceiling of uploads nor of new persons stands in the way."""
    with served_house(databases, uploads_per_minute=10_000_000, software_uploads_per_second=100_000) as running:
        yield running


@pytest.fixture(scope="module")
def worlds(house: ServedHouse) -> list[World]:
    return []


@pytest.fixture
def world(house: ServedHouse, worlds: list[World], request: pytest.FixtureRequest) -> World:
    """A person of one's own for what may change her; what reads goes on with the last one."""
    if not worlds or not request.node.callspec.params["label"].startswith(("GET", "HEAD")):
        worlds.append(inhabited(house))
    return worlds[-1]


def inhabited(house: ServedHouse) -> World:
    herself, person, account = house.opened()
    writer = house.client("guerin")
    subject = {"subject": {"reference": f"Patient/{person}"}}
    document = writer.ask("POST", "/fhir/DocumentReference", posted(b"Bonjour.\n", **subject)).json["id"]
    resource = writer.ask("POST", "/fhir/Observation", observation(person)).json["id"]
    herself.done("grant_access", {"practitioner": "99900000011", "scope": "everything", "purpose": "care", "days": 30})
    clients = {"": house.client(), "herself": herself, "permitted": house.client("diallo"), "other": writer}
    return World(house, account.id, person, document, resource, clients)


def known(case: Any, world: World) -> None:
    """Put her own identifiers in the place of those that were drawn."""
    path = case.operation.path
    if "id" in (case.path_parameters or {}):
        held = world.document if "DocumentReference" in path or "Binary" in path else world.resource
        case.path_parameters = {**case.path_parameters, "id": world.person if "Patient" in path else held}
    if "type" in (case.path_parameters or {}):
        case.path_parameters = {**case.path_parameters, "type": "Observation"}
    if "Patient" not in path and any(one.name == "patient" for one in case.operation.query):
        case.query = {**(case.query or {}), "patient": world.person}
    if not isinstance(case.body, dict):
        return
    if path.startswith("/api/demarches/"):
        case.body = {**case.body, "person": f"id:{world.person}"}
        case.body |= {name: world.document for name in ("document", "documents") if name in case.body}
        case.body |= {"practitioner": "99900000045"} if "practitioner" in case.body else {}
    elif path == "/fhir":
        right = {"resource": json.loads(observation(world.person)), "request": {"method": "POST", "url": "Observation"}}
        drawn = case.body.get("entry")
        case.body = {**case.body, "entry": [right, *(drawn if isinstance(drawn, list) else ())]}
    elif path.startswith("/fhir/{type}"):
        right = json.loads(observation(world.person))
        case.body = {**right, **case.body, **{name: right[name] for name in ("resourceType", "subject")}}
    elif path == "/fhir/DocumentReference":
        case.body = {**case.body, **posted(b"Bonjour.\n", subject={"reference": f"Patient/{world.person}"})}


def elsewhere(case: Any) -> bool:
    """Say whether what was drawn for a part of the address leads to another operation."""
    parts = {name: str(value) for name, value in (case.path_parameters or {}).items()}
    return any(not re.fullmatch(r"[A-Za-z0-9]+", value) for value in parts.values()) or parts.get("id") == "_search"


def asked(world: World, case: Any, caller: str, session: requests.Session) -> None:
    """Ask one thing as one caller, and check what comes back."""
    token = world.clients[caller].token
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    response = case.call(base_url=world.served.address, session=session, headers=headers, timeout=30)
    assert response.status_code < 500 or response.status_code == 503, response.content
    if response.status_code == 401:
        world.sign_in_again(caller)
    if elsewhere(case) and response.status_code in (404, 405):
        return
    minimal = (case.headers or {}).get("Prefer") == "return=minimal" and response.status_code < 300
    if minimal and case.operation.method in ("post", "put"):  # OpenAPI cannot say that a header asks for no content
        assert (response.content, response.headers.get("content-type")) == (b"", None)
    case.validate_response(
        response, checks=CHECKS if not minimal else [status_code_conformance, response_headers_conformance]
    )


@pytest.mark.parametrize("label", ["GET /api/moi"])
def test_the_tool_sees_an_answer_that_is_not_the_one_described(world: World, label: str) -> None:
    lying = json.loads(described(Settings()))
    lying["components"]["schemas"]["Who"]["required"].append("secret")
    del lying["paths"]["/api/moi"]["get"]["responses"]["401"]
    operation = schemathesis.openapi.from_dict(lying)["/api/moi"]["GET"]
    with requests.Session() as session:
        for caller in ("herself", ""):
            with pytest.raises(FailureGroup):
                asked(world, operation.Case(), caller, session)


@pytest.mark.parametrize("label", list(OPERATIONS))
def test_every_answer_is_one_that_the_description_says(world: World, label: str) -> None:
    operation = OPERATIONS[label]
    drawn = operation.as_strategy() | operation.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE)
    with requests.Session() as session:

        @settings(
            max_examples=1 if label in ONE_WAY else EXAMPLES,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        )
        @given(case=operation.as_strategy() if label in ONE_WAY else drawn, hers=st.booleans(), first=OFTEN)
        def ask(case: Any, hers: bool, first: str) -> None:
            if hers:
                known(case, world)
            for caller in CALLERS if label in ONE_WAY else (first,):
                asked(world, case, caller, session)

        ask()
