"""Named hostile bodies: each has its clear refusal, nothing is kept, and the house still answers."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator

import pytest

from espace_sante.operate.roles import superuser
from tests.exchange.bundles import bundle, document
from tests.exchange.resources import observation
from tests.inside import rows
from tests.served import JSON, Client, Reply, ServedHouse, posted

pytestmark = [pytest.mark.slow, pytest.mark.database]


@pytest.fixture(scope="module")
def person(served: ServedHouse) -> str:
    return served.opened()[1]


def kept(served: ServedHouse) -> tuple[int, ...]:
    """Return how many documents, objects and versions of resources there are."""
    count = "SELECT count(*) FROM records.resource"
    (row,) = served.background.run(rows(served.house.settings, superuser("main"), count))
    return (*served.counted(), int(row["count"]))


@pytest.fixture
def guerin(served: ServedHouse) -> Iterator[Client]:
    """A professional who writes; whatever the test sends, nothing more is kept."""
    before = kept(served)
    yield served.client("guerin")
    assert kept(served) == before


def refused(reply: Reply, status: int, code: str) -> None:
    assert reply.status == status, (reply.status, reply.body[:300])
    assert reply.json["issue"][0]["details"]["coding"][0]["code"] == code
    assert "…" not in reply.json["issue"][0]["details"]["text"]


ADDRESSES = ("/fhir", "/fhir/DocumentReference", "/fhir/Observation", "/fhir/Binary", "/fhir/$validate")


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_compressed_body_is_refused_before_it_is_unpacked(guerin: Client, person: str, address: str) -> None:
    """A bomb of some hundred bytes and an honest body alike: nothing is unpacked, so nothing small becomes large."""
    for body in (gzip.compress(b"0" * 50_000_000), gzip.compress(observation(person))):
        for said in ("gzip", "x-gzip", "identity, gzip", "GZIP"):
            refused(guerin.ask("POST", address, body, Content_Encoding=said), 415, "encoding-unsupported")
    refused(guerin.ask("POST", address, zlib.compress(b"{}"), Content_Encoding="deflate"), 415, "encoding-unsupported")
    untold = guerin.ask("POST", address, gzip.compress(observation(person)))
    refused(untold, 422, "text-not-utf8")
    assert guerin.ask("POST", "/fhir/$validate", observation(person), Content_Encoding="identity").status == 200


def doors(person: str) -> dict[str, bytes]:
    """Return a right body for each address that takes JSON: what is done to one of them is the only fault in it."""
    subject = {"subject": {"reference": f"Patient/{person}"}}
    return {
        "/fhir/Observation": observation(person),
        "/fhir/DocumentReference": json.dumps(posted(b"Bonjour.\n", **subject)).encode(),
        "/fhir": json.dumps(bundle(*document(b"Bonjour.\n", **subject))).encode(),
        "/fhir/Binary": b'{"resourceType":"Binary","contentType":"text/plain","data":"Qm9uam91ci4K"}',
        "/fhir/$validate": observation(person),
    }


def with_member(body: bytes, member: bytes) -> bytes:
    """Return a body with one more member at its head."""
    return b"{" + member + b"," + body[1:]


def test_each_door_takes_the_right_body(served: ServedHouse, person: str) -> None:
    client = served.client("guerin")
    for address, body in doors(person).items():
        assert client.ask("POST", address, body).status in (200, 201), address


NOT_READ = {
    "a byte order mark": lambda body: b"\xef\xbb\xbf" + body,
    "a key twice": lambda body: with_member(body, b'"resourceType":"Patient"'),
    "a key twice, spelled otherwise": lambda body: with_member(body, rb'"\u0072esourceType":"Patient"'),
    "a lone surrogate": lambda body: with_member(body, rb'"x":"\ud800"'),
    "a lone surrogate in a key": lambda body: with_member(body, rb'"\udfff":1'),
    "surrogates in the wrong order": lambda body: with_member(body, rb'"x":"\udc00\ud800"'),
    "NaN": lambda body: with_member(body, b'"x":NaN'),
    "Infinity": lambda body: with_member(body, b'"x":-Infinity'),
    "a number with a zero before it": lambda body: with_member(body, b'"x":007'),
    "a number of 5,000 digits and no end": lambda body: with_member(body, b'"x":' + b"9" * 5_000)[:-1],
    "41 levels": lambda body: with_member(body, b'"x":' + b"[" * 40 + b"]" * 40),
    "100,000 levels": lambda body: with_member(body, b'"x":' + b"[" * 100_000 + b"]" * 100_000),
    "60,000 objects inside one another": lambda body: with_member(
        body, b'"x":' + b'{"x":' * 60_000 + b"1" + b"}" * 60_000
    ),
    "the end missing": lambda body: body[:-1],
    "half": lambda body: body[: len(body) // 2],
    "two objects": lambda body: body + body,
    "a list": lambda body: b"[" + body + b"]",
    "a null byte behind": lambda body: body + b"\0",
    "a comment": lambda body: body + b"// ok",
    "nothing": lambda body: b"",
}


@pytest.mark.parametrize("what", list(NOT_READ))
def test_what_two_readers_would_not_read_alike_is_refused(guerin: Client, person: str, what: str) -> None:
    for address, body in doors(person).items():
        code = "number-out-of-range" if "5,000 digits" in what else "body-not-json"
        refused(guerin.ask("POST", address, NOT_READ[what](body)), 400, code)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "latin-1"])
def test_another_encoding_is_refused(guerin: Client, person: str, encoding: str) -> None:
    for address, body in doors(person).items():
        text = with_member(body, '"x":"é"'.encode()).decode().encode(encoding)
        reply = guerin.ask("POST", address, text)
        assert reply.json["issue"][0]["details"]["coding"][0]["code"] in ("text-not-utf8", "body-not-json")
        assert reply.status in (400, 422)


HUGE = [
    "1e999999",
    "-1e999999",
    "1E400",
    "1e-999999",
    "-0.1e-400",
    "9" * 400,
    "-" + "9" * 4_000,
    "9" * 5_000,
    "1" + "0" * 309,
]
HELD = ["1e308", "-1.7976931348623157E308", "5e-324", "1.0E-245", "9" * 308, "0e999999", "-0.00", "0." + "1" * 400]


@pytest.mark.parametrize("number", HUGE, ids=lambda text: f"{text[:8]}({len(text)})")
def test_a_number_that_some_read_as_infinity_is_refused(guerin: Client, person: str, number: str) -> None:
    """A double holds it neither as itself nor as near it: one reader takes it for infinity or zero, another for a number."""
    for address, body in doors(person).items():
        refused(guerin.ask("POST", address, with_member(body, b'"x":' + number.encode())), 400, "number-out-of-range")
    asked = guerin.ask("POST", "/api/demarches/list_documents", f'{{"count":{number}}}'.encode(), content_type=JSON)
    assert (asked.status, asked.json["code"]) == (400, "number-out-of-range")


@pytest.mark.parametrize("number", HELD, ids=lambda text: f"{text[:8]}({len(text)})")
def test_a_number_that_is_only_long_is_kept_digit_for_digit(served: ServedHouse, person: str, number: str) -> None:
    made = served.client("guerin").ask(
        "POST", "/fhir/Observation", observation(person).replace(b"5.20", number.encode())
    )
    assert made.status == 201, made.body
    assert f'"value":{number},'.encode() in made.body


def test_a_size_that_is_a_number_of_400_digits_is_no_size(guerin: Client, person: str) -> None:
    body = doors(person)["/fhir/DocumentReference"]
    wrong = {
        "9" * 400: (400, "number-out-of-range"),
        "9" * 300: (422, "size-differs"),
        "1.5": (400, "resource-invalid"),
    }
    for size, (status, code) in wrong.items():
        sent = body.replace(b'"title"', f'"size":{size},"title"'.encode())
        refused(guerin.ask("POST", "/fhir/DocumentReference", sent), status, code)


def test_two_persons_in_one_transaction_are_refused(served: ServedHouse, guerin: Client, person: str) -> None:
    _, other, _ = served.opened()
    hers, others = ({"subject": {"reference": f"Patient/{one}"}} for one in (person, other))
    both = bundle(*document(b"Un.\n", **hers), *document(b"Deux.\n", **others))
    reply = guerin.ask("POST", "/fhir", both)
    refused(reply, 400, "patient-twice")
    assert reply.json["issue"][0]["expression"] == ["Bundle.entry[3].resource.subject"]
    refused(guerin.ask("POST", "/fhir", bundle(*document(b"Un.\n", **hers), submission=others)), 400, "patient-twice")


FOREIGN = (
    "Patient/{other}",
    "Observation/{other}{row}",
    "Encounter/{other}{row}",
    "DocumentReference/{other}{row}/_history/1",
    "http://ailleurs.example/fhir/Observation/1",
    "https://ailleurs.example/Patient/{person}",
    "urn:uuid:0c1a2b3c-0000-4000-8000-000000000000",
    "Observation/{person}/../{other}{row}",
    "Observation?identifier=1",
    "Practitioner/1",
    "",
    "\u202e",
)


@pytest.mark.parametrize("reference", FOREIGN)
def test_a_reference_out_of_her_space_is_refused(
    served: ServedHouse, guerin: Client, person: str, reference: str
) -> None:
    _, other, _ = served.opened()
    said = reference.format(person=person, other=other, row="0" * 32)
    deep = json.dumps({"x": [{"y": {"reference": said}}]})[1:-1]
    status, code = (400, "patient-twice") if reference == "Patient/{other}" else (422, "reference-foreign")
    refused(guerin.ask("POST", "/fhir/Observation", with_member(observation(person), deep.encode())), status, code)


def test_5001_entries_are_too_many_whatever_they_are(served: ServedHouse, guerin: Client, person: str) -> None:
    subject = {"subject": {"reference": f"Patient/{person}"}}
    right = bundle(*document(b"Un.\n", **subject))
    most = served.frame.settings.bundle_entries
    assert most == 5_000
    for one in (
        {},
        {"resource": {"resourceType": "List"}},
        {"fullUrl": "urn:x", "request": {"method": "DELETE", "url": "Patient/1"}},
    ):
        many = {**right, "entry": [*right["entry"], *[one] * (5_001 - len(right["entry"]))]}
        reply = guerin.ask("POST", "/fhir", many)
        refused(reply, 413, "submission-too-long")
        assert reply.json["issue"][0]["expression"] == ["Bundle.entry[5000]"]


def test_a_body_of_nothing_but_signs_is_refused_before_it_is_read(guerin: Client, person: str) -> None:
    for address, body in doors(person).items():
        if address != "/fhir/Observation":  # smaller than as many signs
            refused(
                guerin.ask("POST", address, with_member(body, b'"x":[' + b"0," * 200_001 + b"0]")),
                413,
                "json-too-complex",
            )


def test_the_house_still_answers(served: ServedHouse, person: str) -> None:
    assert served.client("guerin").ask("POST", "/fhir/Observation", observation(person)).status == 201


def test_a_bundle_of_bytes_that_are_no_text_is_refused(guerin: Client) -> None:
    bodies = (
        b'{"resourceType":"\x80Bundle","type":"batch","entry":[]}',
        b'{"resourceType":"Bundle","type":"batch\xff","entry":[]}',
        b'{"resourceType":"Bundle","type":"batch","entry":[{"fullUrl":"\x80","resource":{"resourceType":"List"}}]}',
        b'{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"resourceType":"\x80"}}]}',
    )
    for body in bodies:
        refused(guerin.ask("POST", "/fhir", body), 422, "text-not-utf8")
