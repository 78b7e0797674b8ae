"""Requests that cost far more to answer than to send: nobody else may have to wait for them."""

from __future__ import annotations

import asyncio
import gzip
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from espace_sante.actions.previews import CannotShow, PreviewCode
from espace_sante.formats.fhir import reading
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.web import edge
from tests.fixtures_database import Databases
from tests.journeys.surfer import Surfer
from tests.served import ServedHouse, posted, served_house
from tests.small_cda import small_cda

pytestmark = [pytest.mark.database]


@pytest.fixture(scope="module")
def whole(databases: Databases) -> Iterator[ServedHouse]:
    with served_house(databases, whole=True, uploads_per_minute=1000) as served:
        yield served


@pytest.mark.parametrize("member", [b"[]", b"{}", b'{"":0}', b"0", b'["",[]]'])
def test_a_body_of_countless_empty_members_is_refused_before_it_is_read(
    member: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading.json, "loads", lambda *_, **__: pytest.fail("it was read"))
    body = b'{"entry":[' + b",".join([member] * (reading.MOST_MARKS + 1)) + b"]}"
    with pytest.raises(Problem) as refused:
        reading.read_object(body)
    assert (refused.value.kind, refused.value.code) == (Kind.TOO_LARGE, "json-too-complex")


@pytest.mark.parametrize("path", ["/fhir", "/fhir/DocumentReference", "/fhir/Binary"])
def test_a_transaction_of_countless_members_is_refused_by_each_door(whole: ServedHouse, path: str) -> None:
    body = b'{"resourceType":"Bundle","entry":[' + b",".join([b"[]"] * 400_000) + b"]}"
    reply = whole.client("guerin").ask("POST", path, body)
    assert reply.status == 413
    assert reply.json["issue"][0]["details"]["coding"][0]["code"] == "json-too-complex"
