"""G5 and G11. Until its day, a reading ordered by a judge changes nothing of what she is answered, nor of the work behind it.

Two persons alike, one read under an order and one not, asked the same: bodies and headers byte for byte, her own names apart; and the
statements of the keeper. Her rows are the same before and after: her head, her will, her list, her outbox, her documents' keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from espace_sante.adapters import dev_provider
from espace_sante.consent.rights import SpaceState
from tests.fixtures_database import Databases
from tests.inside import rows, watched
from tests.orders import covered, listed, ordered, taken
from tests.served import Client, Reply, ServedHouse, posted, served_house
from tests.told import entered, overheard, told

pytestmark = [pytest.mark.database, pytest.mark.slow]
AT = datetime.now(UTC).replace(microsecond=0)
TABLES = (
    *("journal.head", "consent.rights", "consent.rights_history", "records.document", "records.summary_line"),
    *("records.summary", "notices.outbox", "identity.directory", "consent.receipt"),
)
ASKED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("read_journal", {}),
    ("list_documents", {}),
    ("export_journal", {}),
)
PAGES = ("/fhir/DocumentReference?patient={person}", "/fhir/DocumentReference?patient={person}&status=superseded")


class Still:
    """Stands in for the module `time` of the development provider."""

    def time(self) -> float:
        return AT.timestamp()


@pytest.fixture(scope="module")
def served(databases: Databases) -> Iterator[ServedHouse]:
    patch = pytest.MonkeyPatch()
    patch.setattr(dev_provider, "time", Still())
    try:
        with served_house(databases, whole=True, now=lambda: AT, uploads_per_minute=10_000) as running:
            yield running
    finally:
        patch.undo()


def lived(served: ServedHouse) -> tuple[Client, str, str]:
    """Open a space with one report; return her client, her public id, her account."""
    her, person, account = served.opened()
    sent = served.client("guerin").ask(
        "POST",
        "/fhir/DocumentReference",
        posted(b"the report", subject={"reference": f"Patient/{person}"}),
    )
    assert sent.status == 201, sent.body
    return her, person, account.id


def asked(served: ServedHouse, her: Client, person: str) -> list[tuple[Any, ...]]:
    """Ask everything; return each answer with what is hers alone left out, and the work behind it."""
    found: list[tuple[Any, ...]] = []
    for watching in (False, True):  # once before, so that nothing is read for the first time
        with watched() as statements, overheard() as messages:
            for act, values in ASKED:
                reply = her.act(act, values)
                assert reply.status == 200, reply.body
                entries = entered(served)[0]
                found.append((act, plain(reply, person), statements.rows(), messages.taken()) if watching else ())
                assert entered(served)[0] == entries, "nothing is written behind her answer"
            for page in PAGES:
                reply = her.ask("GET", page.format(person=person))
                found.append((page, plain(reply, person), statements.rows(), messages.taken()) if watching else ())
    return [one for one in found if one]


def plain(reply: Reply, person: str) -> tuple[int, dict[str, str], str]:
    """Leave out what is drawn at random: identifiers, references, hashes, seals, the names of invented people."""
    status, headers, body = told(reply, {person: "person"})
    return status, {name: drawn(value) for name, value in headers.items()}, drawn(body.decode())


def drawn(text: str) -> str:
    text = re.sub(r"[0-9a-f]{64}|[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f-]{27}", "id", text)
    text = re.sub(r"\b[0-9a-hjkmnp-tv-z]{20}\b", "reference", text)
    text = re.sub(r"[A-Za-z0-9+/_-]{40,}=*", "sealed", text)
    return re.sub(r"Essai\d+|\b\d{13,15}\b", "who", text)


async def of_hers(served: ServedHouse) -> list[Any]:
    """Return every row of every table that starts with a space, sorted; the two spaces are all there is here."""
    found = []
    for table in TABLES:
        order = "SELECT t::text FROM " + table + " t ORDER BY 1"
        found.append([row["t"] for row in await rows(served.house.settings, "postgres", order)])
    return found


def test_until_its_day_she_is_answered_the_same_byte_for_byte_and_her_rows_do_not_move(served: ServedHouse) -> None:
    her, person, account = lived(served)
    twin, other, _ = lived(served)
    house, background = served.house, served.background
    before = background.run(of_hers(served))
    order = background.run(ordered(house, account))
    operator = background.run(house.sign_in("accueil"))
    row = covered(background.run(listed(house, operator, order))).lines[0].row
    _, clear = background.run(taken(house, operator, order, row))
    assert clear == b"the report"
    after = background.run(of_hers(served))
    assert before[1:] == after[1:], "her will, her list, her outbox, her keys"
    assert len(before[0]) == len(after[0])
    moved = [one for one in after[0] if one not in before[0]]
    assert moved and all(one.endswith(f",{SpaceState.INSTITUTION.value})") for one in moved), (
        "only heads of the institution's chains move"
    )
    seen = asked(served, her, person)
    assert all(work for _, _, work, _ in seen), "the work is seen"
    assert seen == asked(served, twin, other)
