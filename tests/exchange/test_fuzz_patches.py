"""Any patch is done or refused, never a failure; what it made is R4, and every part of it can be read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from espace_sante.formats.fhir.r4 import validate
from tests.exchange.resources import observation
from tests.exchange.test_fuzz import RUN, paths, sound, values
from tests.exchange.test_resources import written
from tests.served import Client, ServedHouse

pytestmark = [pytest.mark.slow, pytest.mark.database]
SAID = json.loads(observation("0" * 32, ',"id":"x","meta":{"versionId":"1"}'))
PLACES = ["".join(f"/{name}" for name in path) for path in paths(SAID)]
pointers = st.sampled_from(PLACES) | st.tuples(
    st.sampled_from(PLACES), st.sampled_from(("/-", "/0", "/note", "/x"))
).map("".join)
operations = st.lists(
    st.fixed_dictionaries({"op": st.sampled_from(("add", "replace", "test")), "path": pointers, "value": values})
    | st.fixed_dictionaries({"op": st.just("remove"), "path": pointers})
    | st.fixed_dictionaries({"op": st.sampled_from(("move", "copy")), "path": pointers, "from": pointers}),
    max_size=3,
)


@pytest.fixture(scope="module")
def hers(served: ServedHouse) -> tuple[Client, Client, str, dict[str, str]]:
    """Her, a writer she lets read, what he wrote, and its present version."""
    herself, person, _ = served.opened()
    herself.done("let_authors_read")
    return herself, served.client("guerin"), f"/fhir/Observation/{written(served, person)}", {"If_Match": 'W/"1"'}


@RUN
@given(patch=operations | st.just([{"op": "add", "path": "/note", "value": [{"text": "a"}]}]))
def test_a_patch_of_anything_is_done_or_refused(
    hers: tuple[Client, Client, str, dict[str, str]], patch: list[dict[str, Any]]
) -> None:
    herself, author, address, present = hers
    body = json.dumps(patch).encode()
    reply = author.ask("PATCH", address, body, content_type="application/json-patch+json", **present)
    assert sound(reply.status, reply.body), (reply.status, reply.body, body)
    if reply.status != 200:
        assert herself.ask("HEAD", address).headers["etag"] == present["If_Match"]
        return
    present["If_Match"] = reply.headers["etag"]
    assert [one for one in validate(reply.json) if one.severity == "error"] == []
    for part in ("_summary=true", "_summary=text", "_summary=data", "_elements=note"):
        read = herself.ask("GET", f"{address}?{part}")
        assert read.status == 200 and read.json.keys() <= {*reply.json, "meta"}
