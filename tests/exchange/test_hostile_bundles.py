"""Named hostile Bundles of resources: each has its clear refusal, at its place; nothing is kept, and the house still answers. G3, G13."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from espace_sante.exchange.fhir.batch import BATCH_MOST
from tests.exchange.resources import resource
from tests.exchange.sent import DOCTOR, PLACE, VISIT, bundle, entry, visit
from tests.exchange.test_hostile_bodies import kept, refused
from tests.exchange.test_same_answer import EVERYTHING
from tests.served import Client, Reply, ServedHouse

pytestmark = [pytest.mark.slow, pytest.mark.database]
KINDS = ("transaction", "batch")


@pytest.fixture(scope="module")
def person(served: ServedHouse) -> str:
    return served.opened()[1]


@pytest.fixture
def guerin(served: ServedHouse) -> Iterator[Client]:
    """A professional who writes; whatever the test sends, nothing more is kept."""
    before = kept(served)
    yield served.client("guerin")
    assert kept(served) == before


def placed(reply: Reply, status: int, code: str, place: str) -> None:
    refused(reply, status, code)
    assert reply.json["issue"][0]["expression"] == [place], reply.body


def outcomes(reply: Reply) -> list[tuple[str, str]]:
    """The status and the refusal of each entry of a batch-response, "" for none."""
    assert (reply.status, reply.json["type"]) == (200, "batch-response"), reply.body[:300]
    found = [one["response"] for one in reply.json["entry"]]
    return [
        (one["status"][:3], one["outcome"]["issue"][0]["details"]["coding"][0]["code"] if "outcome" in one else "")
        for one in found
    ]


def batch(client: Client, *entries: dict[str, Any]) -> list[tuple[str, str]]:
    return outcomes(client.ask("POST", "/fhir", bundle(*entries, kind="batch")))


def asking(url: str, method: str = "GET", **more: str) -> dict[str, Any]:
    return {"request": {"method": method, "url": url, **more}}


# ---------------------------------------------------------------- whose it is


def test_two_persons_in_one_transaction_are_refused(served: ServedHouse, guerin: Client, person: str) -> None:
    _, other, _ = served.opened()
    hers, others = (entry(resource("Observation", one)) for one in (person, other))
    placed(
        guerin.ask("POST", "/fhir", bundle(hers, others)),
        *(400, "patient-twice", "Bundle.entry[1].resource"),
    )
    theirs = f"Observation/{other}{'0' * 32}"
    for asked in (
        asking(theirs, "DELETE"),
        entry(resource("Observation", person), method="PUT", url=theirs, ifMatch='W/"1"'),
    ):
        reply = guerin.ask("POST", "/fhir", bundle(hers, asked))
        assert reply.status == 400, reply.body
    naming = entry(resource("Encounter", person, partOf={"reference": f"Encounter/{other}{'0' * 32}"}))
    placed(
        guerin.ask("POST", "/fhir", bundle(hers, naming)),
        *(422, "reference-foreign", "Bundle.entry[1].resource.partOf.reference"),
    )


@pytest.mark.parametrize(
    "reference",
    [
        "http://ailleurs.example/fhir/Observation/1",
        "https://ailleurs.example/Patient/{person}",
        "urn:uuid:99999999-0000-4000-8000-000000000000",
        "Observation/{person}/../{other}",
        "Observation/%2e%2e/{other}",
        "",
        "\u202e",
        "\u0000",
    ],
)
def test_a_foreign_reference_is_refused_at_its_place(guerin: Client, person: str, reference: str) -> None:
    said = reference.format(person=person, other="1" * 64)
    one = entry(resource("Observation", person, hasMember=[{"reference": said}]))
    reply = guerin.ask("POST", "/fhir", bundle(entry(resource("Observation", person)), one))
    assert reply.status in (400, 422) and b"Bundle.entry[1].resource" in reply.body, reply.body
    assert batch(guerin, one)[0][0] in ("400", "422")


# ---------------------------------------------------------------- bytes that two readers would not read alike


def test_5001_entries_are_too_many(guerin: Client, person: str) -> None:
    read = asking(f"Patient/{person}/$everything")
    written = entry(resource("Observation", person))
    for kind, one, code in (
        ("transaction", written, "transaction-too-long"),
        ("transaction", read, "submission-too-long"),  # nothing in it says that it is no submission of documents
        ("batch", written, "transaction-too-long"),
        ("batch", read, "transaction-too-long"),
    ):
        placed(guerin.ask("POST", "/fhir", bundle(*[one] * 5_001, kind=kind)), 413, code, "Bundle.entry[5000]")
    many = guerin.ask("POST", "/fhir", bundle(*[read] * 1_000, kind="batch"))
    placed(many, 413, "transaction-too-long", f"Bundle.entry[{BATCH_MOST}]")


PLACES: dict[str, Callable[[bytes, bytes], bytes]] = {
    "Bundle": lambda body, member: b"{" + member + b"," + body[1:],
    "entry": lambda body, member: body.replace(b'"entry": [{', b'"entry": [{' + member + b",", 1),
    "request": lambda body, member: body.replace(b'"request": {', b'"request": {' + member + b",", 1),
    "resource": lambda body, member: body.replace(b'"resource": {', b'"resource": {' + member + b",", 1),
}
TWICE = {
    "Bundle": (
        b'"type":"batch"',
        b'"type":"transaction"',
        b'"resourceType":"Bundle"',
        b'"entry":[]',
        rb'"\u0074ype":"batch"',
    ),
    "entry": (b'"resource":{"resourceType":"Observation"}', b'"request":{}', rb'"\u0072equest":{}'),
    "request": (b'"method":"DELETE"', b'"url":"Observation"', rb'"\u0075rl":"Observation"'),
    "resource": (b'"resourceType":"Observation"', b'"status":"final"', rb'"\u0073tatus":"amended"'),
}
DEEP = (b"[" * 10_000 + b"]" * 10_000, b'{"x":' * 10_000 + b"1" + b"}" * 10_000, b"[" * 700 + b"]" * 700)
NUMBERS = (b"1e999999", b"-1E400", b"1e-999999", b"9" * 400, b"9" * 5_000)


def judged(client: Client, body: bytes, place: str, code: str) -> None:
    """A fault of the Bundle is one of all of it; that of a resource in a batch is one of its entry."""
    reply = client.ask("POST", "/fhir", body)
    if place == "resource" and b'"type": "batch"' in body and reply.status == 200:
        assert outcomes(reply) == [("400", code)]
    else:
        refused(reply, 400, code)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", list(PLACES))
def test_a_key_twice_a_number_too_large_or_10000_levels_are_refused_wherever_they_stand(
    guerin: Client, person: str, place: str, kind: str
) -> None:
    right = json.dumps(bundle(entry(resource("Observation", person)), kind=kind)).encode()
    into = PLACES[place]
    for member in TWICE[place]:
        assert into(right, member) != right
        judged(guerin, into(right, member), place, "body-not-json")
    for value in DEEP:
        judged(guerin, into(right, b'"x":' + value), place, "body-not-json")
    for number in NUMBERS:
        judged(guerin, into(right, b'"x":' + number), place, "number-out-of-range")


@pytest.mark.parametrize("value", [*DEEP, *NUMBERS, b'{"a":1,"a":2}', b'"\\ud800"', b"[[5]]"], ids=range(11))
def test_what_a_condition_looks_at_is_judged_before_it_is_looked_at(guerin: Client, person: str, value: bytes) -> None:
    naming = resource("Observation", person, hasMember=[{"reference": "Observation?identifier=urn:example|1"}])
    right = json.dumps(bundle(entry(resource("Observation", person)), entry(naming))).encode()
    for name in (b"x", b"identifier", b"code"):
        sent = right.replace(b'"resource": {', b'"resource": {"' + name + b'":' + value + b",", 1)
        reply = guerin.ask("POST", "/fhir", sent)
        assert reply.status in (400, 422), reply.body[:300]
        assert reply.json["issue"][0]["details"]["coding"][0]["code"] != "internal"


# ---------------------------------------------------------------- addresses


def test_an_address_that_is_the_number_of_another_entry_is_refused(served: ServedHouse, person: str) -> None:
    author = served.client("guerin")
    location = author.ask("POST", "/fhir", bundle(entry(resource("Observation", person)))).json["entry"][0]["response"][
        "location"
    ]
    address = location.partition("/_history/")[0]
    stands = "/".join(address.split("/")[-2:])
    before = kept(served)
    changed = {**resource("Observation", person), "id": stands.partition("/")[2]}
    for said in (stands, address):
        other = entry(resource("Observation", person), said)
        for asked in (entry(changed, method="PUT", url=stands, ifMatch='W/"1"'), asking(stands, "DELETE")):
            for place, pair in enumerate(((other, asked), (asked, other))):
                reply = author.ask("POST", "/fhir", bundle(*pair))
                placed(reply, 400, "transaction-entry-twice", f"Bundle.entry[{place}].fullUrl")
    assert kept(served) == before
    own = entry(changed, address, method="PUT", url=stands, ifMatch='W/"1"')
    assert author.ask("POST", "/fhir", bundle(own)).status == 200, "its own address is its own"


URLS = (
    *("", "/", "//ailleurs.example/fhir/Observation", "http://ailleurs.example/fhir/Observation", "file:///etc/passwd"),
    *("https:Observation", "Observation/%2e%2e/Patient", "%2e%2e/Observation", "../Observation", "./Observation", "."),
    *("Observation/../Encounter", "Observation\r\nX: y", "Observation\u0000", "Observation/\u202e", "Observation#x"),
    *(
        "Observation%3Fpatient",
        "observation",
        "Bundle",
        "metadata/x",
        "\ud83d\ude00",
        "?",
        "Observation;x",
        "Observation\\x",
    ),
)


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
def test_an_address_that_is_none_of_this_house_is_refused(guerin: Client, person: str, url: str, method: str) -> None:
    one = entry(resource("Observation", person), method=method, url=url, ifMatch='W/"1"')
    ((status, code),) = batch(guerin, one)
    assert status in ("400", "404", "405", "412") and code not in ("", "internal"), (status, code)
    reply = guerin.ask("POST", "/fhir", bundle(entry(resource("Observation", person)), one))
    assert reply.status in (400, 404) and b"Bundle.entry[1]" in reply.body, reply.body


@pytest.mark.parametrize(
    "method", ["OPTIONS", "TRACE", "CONNECT", "get", "GET ", "", "GET\r\nX: y", "\u0000", "SEARCH"]
)
def test_a_method_that_is_none_is_refused_at_its_place(guerin: Client, person: str, method: str) -> None:
    for kind in KINDS:
        one = entry(resource("Observation", person), method=method)
        reply = guerin.ask("POST", "/fhir", bundle(entry(resource("Observation", person)), one, kind=kind))
        placed(reply, 400, "resource-invalid", "Bundle.entry[1].request.method")


TAGS = (
    *(
        'W/"1"\r\nX-Injected: y',
        "1\n",
        "\u0000",
        'W/"\u00b2"',
        "\u00b2",
        "\u0661",
        '"\u0661"',
        "*",
        'W/"1", W/"2"',
        "\u202e1",
    ),
    *('W/"0"', 'W/"01"', 'W/"-1"', 'W/"1e3"', 'W/"' + "9" * 5_000 + '"', '""1""', "W/W/1", "é", "9" * 10_000, "1"),
)


@pytest.mark.parametrize("tag", TAGS, ids=range(len(TAGS)))
def test_a_version_that_is_none_is_refused(served: ServedHouse, guerin: Client, person: str, tag: str) -> None:
    unknown = f"Observation/{person}{'0' * 32}"
    changed = {**resource("Observation", person), "id": unknown.partition("/")[2]}
    for asked in (
        entry(changed, method="PUT", url=unknown, ifMatch=tag),
        asking(unknown, "DELETE", ifMatch=tag),
    ):
        reply = guerin.ask("POST", "/fhir", bundle(entry(resource("Observation", person)), asked))
        placed(reply, 400, "field-invalid", "Bundle.entry[1].request.ifMatch")
        assert "x-injected" not in {name.lower() for name in reply.headers}
        ((status, code),) = batch(guerin, asked)
        assert (status, code) == ("400", "field-invalid")


# ---------------------------------------------------------------- as much as can be


def test_20_mb_of_one_string_are_refused_wherever_they_stand(guerin: Client, person: str) -> None:
    long = "x" * 19_900_000
    observed = resource("Observation", person)
    for kind in KINDS:
        for one in (
            entry({**observed, "language": long}),
            entry({**observed, "note": [{"text": long}]}),
            entry(observed, url=f"Observation/{long}"),
            entry(observed, url=f"Observation?_id={long}", method="GET"),
            entry(observed, url=long),
            entry(observed, ifMatch=long),
            entry(observed, ifNoneExist=f"identifier={long}"),
            entry({**observed, "hasMember": [{"reference": long}]}),
        ):
            reply = guerin.ask("POST", "/fhir", bundle(one, kind=kind))
            found = outcomes(reply)[0] if reply.status == 200 else (str(reply.status), "")
            assert found[0] in ("400", "404", "413", "414", "422"), (kind, found)
            assert len(reply.body) < 10_000
        refused(
            guerin.ask("POST", "/fhir", bundle(entry({**observed, "language": long + long[:200_000]}), kind=kind)),
            413,
            "body-too-large",
        )


def test_a_batch_in_a_batch_is_no_request(guerin: Client, person: str) -> None:
    inside = bundle(entry(resource("Observation", person)), kind="batch")
    for url in ("", "/", "Bundle", "Bundle/$validate/x", "?", " "):
        for _ in range(3):
            inside = bundle({"resource": inside, "request": {"method": "POST", "url": url}}, kind="batch")
        ((status, code),) = outcomes(guerin.ask("POST", "/fhir", inside))
        assert status in ("400", "404") and code in ("resource-invalid", "page-unknown", "resource-type-refused")


def test_a_loop_of_references_is_kept_and_read_to_its_end(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    herself.done("grant_access", EVERYTHING)
    looped = visit(person)
    looped["entry"][0]["resource"]["partOf"] = {"reference": DOCTOR.replace("4", "5", 1)}
    other = {"resourceType": "Organization", "name": "Groupe", "partOf": {"reference": PLACE}}
    looped["entry"].append(entry(other, DOCTOR.replace("4", "5", 1)))
    looped["entry"][1]["resource"]["partOf"] = {"reference": VISIT}
    reply = served.client("guerin").ask("POST", "/fhir", looped)
    assert reply.status == 200, reply.body
    reader = served.client("diallo")
    found = reader.ask("GET", f"/fhir/Patient/{person}/$everything").json
    assert len(found["entry"]) == 5
    included = reader.ask(
        "GET",
        f"/fhir/Encounter?patient={person}&_include:iterate=Encounter:part-of&_include:iterate=Organization:partof",
    )
    assert included.status in (200, 400)


def test_a_batch_reads_heads_and_forms_as_if_each_had_come_alone(served: ServedHouse) -> None:
    herself, person, _ = served.opened()
    herself.done("grant_access", EVERYTHING)
    made = served.client("guerin").ask("POST", "/fhir", bundle(entry(resource("Observation", person))))
    address = "/".join(made.json["entry"][0]["response"]["location"].split("/")[-4:-2])
    asked = [asking(address, "HEAD"), asking(f"{address}?_format=json"), asking(f"{address}?_format=xml")]
    reply = served.client("diallo").ask("POST", "/fhir", bundle(*asked, kind="batch"))
    assert outcomes(reply) == [("200", ""), ("200", ""), ("406", "not-acceptable")]
    head, read, _ = reply.json["entry"]
    assert "resource" not in head and head["response"]["etag"] == read["response"]["etag"] == 'W/"1"'
    assert (
        read["resource"]["id"] in address
        and read["response"]["lastModified"] == read["resource"]["meta"]["lastUpdated"]
    )


def test_the_house_still_answers(served: ServedHouse, person: str) -> None:
    one = entry(resource("Observation", person))
    assert served.client("guerin").ask("POST", "/fhir", bundle(one)).status == 200
    assert batch(served.client("guerin"), one) == [("201", "")]
