"""The row a resource is kept in: those written before there was a dictionary are read as they were, beside the new ones."""

from __future__ import annotations

from uuid import UUID

import pytest

from espace_sante.actions import write_resource
from espace_sante.operate.roles import superuser
from espace_sante.vault.dictionaries import RESOURCES
from espace_sante.vault.envelope import ZSTD
from tests.exchange.resources import observation
from tests.exchange.test_resources import written
from tests.inside import rows
from tests.served import ServedHouse

pytestmark = [pytest.mark.slow, pytest.mark.database]
_SQL = "SELECT version, sealed FROM records.resource WHERE row_id = $1 ORDER BY version"


def test_a_row_from_before_the_dictionary_opens_and_the_next_version_is_smaller(
    served: ServedHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    herself, person, _ = served.opened()
    monkeypatch.setattr(write_resource, "RESOURCES", ZSTD)  # what a release from before this one does
    identifier = written(served, person)
    monkeypatch.undo()
    address, author = f"/fhir/Observation/{identifier}", served.client("guerin")
    first = herself.ask("GET", address)
    assert first.status == 200 and b'"value":5.20' in first.body
    again = observation(person, f',"id":"{identifier}"')
    assert author.ask("PUT", address, again, If_Match='W/"1"').status == 200
    assert herself.ask("GET", f"{address}/_history/1").body == first.body
    second = herself.ask("GET", address).json
    assert {name: value for name, value in second.items() if name != "meta"} == {
        name: value for name, value in first.json.items() if name != "meta"
    }
    row = UUID(hex=identifier[32:])
    found = served.background.run(rows(served.house.settings, superuser("main"), _SQL, row))
    assert [bytes(one["sealed"][:2]) for one in found] == [bytes((1, ZSTD)), bytes((1, RESOURCES))]
    assert len(found[0]["sealed"]) > 1.4 * len(found[1]["sealed"])
