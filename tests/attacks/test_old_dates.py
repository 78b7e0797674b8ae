"""Dates at the edges of the calendar: one document must not keep a person from seeing all the others."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from espace_sante.formats.cda.timestamps import instant_of
from tests.fixtures_database import Databases
from tests.journeys.surfer import Surfer
from tests.served import ServedHouse, posted, served_house
from tests.small_cda import small_cda

pytestmark = [pytest.mark.database]
OLDEST = ("00010101000000+1400", "0001010100+0000", "00010101", "15821015120000-1200")


@pytest.fixture(scope="module")
def whole(databases: Databases) -> Iterator[ServedHouse]:
    with served_house(databases, whole=True, uploads_per_minute=1000) as served:
        yield served


@pytest.mark.parametrize("stamp", OLDEST)
def test_a_document_dated_before_any_calendar_does_not_close_her_list(whole: ServedHouse, stamp: str) -> None:
    _, person, account = whole.opened()
    sender = whole.client("guerin")
    cda = small_cda(
        account.ins, created=f'<effectiveTime value="{stamp}"/>', id=f'<id root="1.2.3.4.{whole.people}"/>', replaces=""
    )
    for content, media_type, creation in ((cda, "text/xml", ""), (b"words\n", "text/plain", "1900-01-01T00:00:00Z")):
        resource = posted(
            content,
            contentType=media_type,
            creation=creation or "2026-11-02T09:00:00+01:00",
            subject={"reference": f"Patient/{person}"},
        )
        assert sender.ask("POST", "/fhir/DocumentReference", resource).status == 201
    surfer = Surfer(whole.port)
    assert surfer.sign_in(account.id).status == 200
    seen = surfer.get("/moi/documents")
    assert seen.status == 200, seen.words
    links = [link for link in seen.links if link.startswith("/moi/documents/") and len(link) > 60]
    assert len(links) == 2
    for link in links:
        assert surfer.get(link).status == 200


@pytest.mark.parametrize("stamp", OLDEST[:3])
def test_an_instant_before_any_document_is_no_instant(stamp: str) -> None:
    assert instant_of(stamp) == ""
