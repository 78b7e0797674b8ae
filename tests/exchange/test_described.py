"""What the OpenAPI description says is what the house answers."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from espace_sante.exchange.routes import described
from espace_sante.kernel.settings import Settings
from tests.served import FHIR, JSON, ServedHouse

pytestmark = [pytest.mark.slow, pytest.mark.database]
DESCRIPTION: dict[str, Any] = json.loads(described(Settings()))
METHODS = frozenset({"get", "head", "post", "put", "patch", "delete"})


def filled(path: str) -> str:
    """Return an address where each part has a value of its kind."""
    parts = {"type": "Observation", "id": "0" * 64, "version": "1"}
    return re.sub(r"\{(\w+)\}", lambda found: parts[found[1]], path)


def test_the_house_answers_where_it_says_and_refuses_other_methods_there(served: ServedHouse) -> None:
    client = served.client("guerin")
    assert client.ask("GET", "/api/openapi.json").json["paths"].keys() == DESCRIPTION["paths"].keys()
    for path, methods in DESCRIPTION["paths"].items():
        known = METHODS & methods.keys()
        for method in sorted(METHODS - {"head"}):
            kind = FHIR if path.startswith("/fhir") else JSON
            reply = client.ask(
                method.upper(), filled(path), None if method in ("get", "delete") else b"{}", content_type=kind
            )
            assert reply.status < 500
            if method in known:
                assert str(reply.status) in methods[method]["responses"], (method, path, reply.status, reply.body)
                assert reply.status != 404 or b"page-unknown" not in reply.body
                if path == "/api/jeton" and method == "delete":
                    client = served.client("guerin")
            else:
                assert reply.status == 405, (method, path, reply.status)
                assert {one.lower() for one in reply.headers["allow"].split(", ")} == known


def test_what_is_not_described_is_not_there(served: ServedHouse) -> None:
    client = served.client("guerin")
    for path in (
        "/fhir/x",
        "/fhir/DocumentReference/a/b",
        "/fhir/Observation/a/b",
        "/api/x",
        "/api/demarches/mask/x",
        "/api/",
    ):
        assert client.ask("GET", path).status == 404, path
