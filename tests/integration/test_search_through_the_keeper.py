"""What a search finds through the keeper, narrowed by terms, is what another search finds among all that this reader may see. G11.

Rows are resources of whole records, sealed and written as a web process does; questions are drawn from what stands in them, one
criterion or two. The other search is written apart (tests/oracles/fhir_search.py) and looks at every row. EXAMPLES= asks more.
"""

from __future__ import annotations

import os
import random
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import orjson
import pytest

from espace_sante.access.request import Channel, Proof
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.read_resource import ResourcePage, Wanted, perform
from espace_sante.exchange.fhir.finding import find, resource_of
from espace_sante.formats.fhir.resource import kept
from espace_sante.formats.fhir.search import parse, query_terms, terms
from espace_sante.formats.fhir.search.terms import NARROWING
from espace_sante.keeper import demand as d
from espace_sante.records.resource import body_context, kind_of, numbers
from espace_sante.records.resource_terms import packed
from espace_sante.vault.envelope import seal
from tests.conftest import SEED
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import frame_of, open_house, run
from tests.oracles import fhir_search as oracle
from tests.people import grant
from tests.unit.formats_search import examples
from tests.unit.formats_search.questions import question

pytestmark = [pytest.mark.database, pytest.mark.slow, examples.PATIENTS]
QUESTIONS = int(os.environ.get("EXAMPLES", "150"))
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
ROWS = 250
Resource = dict[str, Any]


def codes_of(resource: Resource) -> list[str]:
    said = resource.get("category", [])
    concepts = [one for one in said if isinstance(one, dict)] if isinstance(said, list) else []
    return [coding["code"] for one in concepts for coding in one.get("coding", []) if "code" in coding]


async def write(house: House, who: bytes, person: str, resource: Resource) -> bool:
    """Write one resource as a web process does; say whether its type and category are kept here."""
    kind = kind_of(resource["resourceType"], codes_of(resource))
    if kind is None:
        return False
    row, key = uuid4(), os.urandom(32)
    sealed = bytes(seal(key, kept(orjson.dumps(resource)), body_context(row, 1)))
    carried = packed((one.parameter, one.value) for one in terms(resource))
    place = kind.number, kind.category, kind.type_code
    params = d.WriteResourceParams(row.bytes, *place, key, sealed, person, terms=carried)
    answer = await house.ask(who, "write_resource", params, person=f"id:{person}", proof="professional")
    assert isinstance(answer, d.Done), answer
    return True


def chosen(random_: random.Random) -> list[Resource]:
    """Return some of several people's resources, of the types kept here."""
    every = [one for record in examples.patients() for one in record if one["resourceType"] in numbers()]
    some = random_.sample(every, ROWS * 2)
    return [oracle.without_left(one) for one in some]


async def seen(frame: Frame, request: Request) -> list[Resource]:
    """Return all that a reader may see, as it is searched."""
    page = (await perform(frame, request, Wanted(after=bytes(16), count=10_000))).result
    assert isinstance(page, ResourcePage) and not page.more
    return [dict(resource_of(one)) for one in page.found]


def asked(random_: random.Random, resources: list[Resource]) -> tuple[str, list[tuple[str, str]]]:
    """Return a type and one criterion, or two; the first is often one that terms narrow."""
    kind, name, value = question(random_, resources)
    while random_.random() < 0.7 and name not in NARROWING:
        kind, name, value = question(random_, resources)
    pairs = [(name, value)]
    if random_.random() < 0.3:
        pairs.append(question(random_, [one for one in resources if one["resourceType"] == kind])[1:])
    return kind, pairs


def test_a_search_through_the_keeper_finds_what_another_finds_among_all_that_is_visible(
    empty_databases: Databases,
) -> None:
    print(f"seed {SEED}")
    random_ = random.Random(SEED)

    async def play() -> None:
        async with open_house(empty_databases) as house:
            sender, reader = await house.sign_in("guerin"), await house.sign_in("diallo")
            her, person = await house.open("jeanne")
            written = sum([await write(house, sender, person, one) for one in chosen(random_)])
            assert isinstance(await house.ask(her, "grant_access", grant()), d.Done)
            for category in (1, 2):
                assert isinstance(await house.ask(her, "mask", d.MaskParams(b"", category, "")), d.Done)
            frame = frame_of(house)
            requests = [
                Request(her, Channel.API, Proof.LOGIN),
                Request(reader, Channel.API, Proof.PROFESSIONAL, f"id:{person}"),
            ]
            rows = [await seen(frame, one) for one in requests]
            assert len(rows[0]) == written > len(rows[1]) > 30
            found, narrowed = 0, 0
            for _ in range(QUESTIONS):
                which = random_.randrange(2)
                # Questions are drawn from all there is: what is hidden is asked for too.
                kind, pairs = asked(random_, rows[0])
                query = parse(kind, pairs, strict=True, now=NOW)
                told = {one["id"] for one in (await find(frame, requests[which], query)).matched}
                expected = {
                    one["id"]
                    for one in rows[which]
                    if one["resourceType"] == kind and all(oracle.holds(one, *pair, NOW) for pair in pairs)
                }
                assert told == expected, (kind, pairs)
                found += bool(told)
                narrowed += bool(query_terms(query))
            print(f"{written} rows, {QUESTIONS} questions, {found} found something, {narrowed} narrowed by terms")
            assert found > QUESTIONS // 5 and narrowed > QUESTIONS // 20

    run(play())
