"""Every reader of FHIR bytes from outside, as one function of bytes: it reads, or refuses with a Problem, and nothing else.

Used by properties (hypothesis) in the suite, and by scripts/fuzz_parsers.py (atheris) by hand.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from espace_sante.exchange.edge import Answer, Call, read_parameters
from espace_sante.exchange.fhir import resources, validating
from espace_sante.exchange.fhir.form import formed
from espace_sante.exchange.fhir.person import Numbers
from espace_sante.exchange.fhir.search import read as read_search
from espace_sante.formats import codes
from espace_sante.formats.byte_range import Unsatisfiable, wanted
from espace_sante.formats.fhir import document_reference, provide_bundle
from espace_sante.formats.fhir.binary import read_binary
from espace_sante.formats.fhir.patch import read_change
from espace_sante.formats.fhir.r4 import MOST_ISSUES, references, validate
from espace_sante.formats.fhir.reading import read_object
from espace_sante.formats.fhir.resource import given, read_resource, said_of
from espace_sante.formats.fhir.rewriting import references_of, rewritten
from espace_sante.formats.fhir.search import parameters_of
from espace_sante.formats.fhir.search import parse as parse_search
from espace_sante.formats.fhir.sent_bundle import read_bundle
from espace_sante.formats.fhir.subset import part_of, subset_asked
from espace_sante.kernel.errors import Problem
from espace_sante.records.resource import numbers, subject_element
from tests.exchange.bundles import bundle, document, superseding
from tests.exchange.resources import observation
from tests.served import posted

PERSON = "0123456789abcdef" * 2
BASE = "https://essai.example/fhir"
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
_SUBJECTS = {name: subject_element(name) for name in numbers()}
_NUMBERS = Numbers(BASE, codes.INS_REAL)
_OBSERVATION = frozenset(parameters_of("Observation"))


def _resource(data: bytes) -> None:
    """What is kept of a resource is read again, and is the same once more; what is said of it is text."""
    found = read_resource(data, _SUBJECTS)
    back = given(found.body, "x", 1, "2026-11-26T10:00:00.000+00:00")
    assert read_resource(back, _SUBJECTS).body == found.body
    assert all(isinstance(one, str) for one in said_of(found.body))


def _validated(data: bytes) -> None:
    issues = validate(data)
    assert len(issues) <= MOST_ISSUES
    validating.answered(data, "", ())


def _pointed(data: bytes) -> None:
    for _ in references(read_object(data)):
        pass


def _asked(data: bytes) -> None:
    """Parameters of an address, then the two searches that read them."""
    pairs = read_parameters(data)
    for read in (
        lambda: read_search(pairs, _NUMBERS, 500),
        lambda: parse_search("Observation", pairs, strict=True, now=NOW, base=BASE),
        lambda: parse_search("Observation", pairs, strict=False, now=NOW, base=BASE),
    ):
        with contextlib.suppress(Problem):
            read()


def _form(data: bytes) -> None:
    """What is said of the form of an answer is taken away from the address, and nothing else is."""
    rest: list[bytes] = []

    async def dispatch(call: Call) -> Answer:
        rest.append(call.query)
        return Answer(200, b"application/fhir+json", b"{}")

    asyncio.run(formed(dispatch)(Call("GET", ("Observation", "x"), data, [], _never)))
    before, after = data.split(b"&"), rest[0].split(b"&")
    assert rest[0] == b"" or all(part in before for part in after)


def _headers(data: bytes) -> None:
    text = data.replace(b"\r", b"").replace(b"\n", b"")
    for name, read in ((b"if-match", resources._expected), (b"prefer", resources._preference)):
        with contextlib.suppress(Problem):
            read(Call("PUT", ("Observation", "x"), b"", [(name, text)], _never))
    try:
        found = wanted(text.decode("latin-1"), 1_000, '"x"', text.decode("latin-1"))
    except Unsatisfiable:
        return
    assert found is None or 0 <= found[0] < found[1] <= 1_000


def _sent(data: bytes) -> None:
    """A Bundle of any resources, each rewritten as what it sends will be."""
    for one in read_bundle(data, 5_000).entries:
        list(references_of(one.body))
        rewritten(one.body, {"urn:uuid:1": "Observation/x"}, one.full_url)


def _changed(media_type: str) -> Callable[[bytes], object]:
    return lambda data: read_change(media_type, data)(observation(PERSON), 1_000_000)


def _parted(data: bytes) -> None:
    part_of(observation(PERSON), subset_asked(read_parameters(data), ("Observation",)))


async def _never() -> Any:
    raise AssertionError("nothing more is read")


READERS: Mapping[str, Callable[[bytes], object]] = MappingProxyType(
    {
        "reading": read_object,
        "resource": _resource,
        "provide_bundle": lambda data: provide_bundle.parse(read_object(data), 5_000),
        "document_reference": lambda data: document_reference.parse(read_object(data)),
        "binary": lambda data: read_binary(read_object(data)),
        "r4": _validated,
        "r4 references": _pointed,
        "query": _asked,
        "form": _form,
        "headers": _headers,
        "sent_bundle": _sent,
        "json patch": _changed("application/json-patch+json"),
        "path patch": _changed("application/fhir+json"),
        "subset": _parted,
    }
)
_SUBJECT = {"subject": {"reference": f"Patient/{PERSON}"}}
_BODIES = (
    observation(PERSON),
    json.dumps(posted(b"Bonjour.\n", **_SUBJECT)).encode(),
    json.dumps(bundle(*document(b"Bonjour.\n", **_SUBJECT), superseding(f"DocumentReference/{PERSON * 2}"))).encode(),
    b'{"resourceType":"Binary","contentType":"text/plain","data":"Qm9uam91ci4K"}',
    b'{"resourceType":"Patient","birthDate":"1999-01-02","_birthDate":{"id":"a"},"contained":[{"resourceType":"Person","id":"p"}]}',
)
_QUERIES = (
    b"patient.identifier=urn:oid:1.2.250.1.213.1.4.8%7C299019999900197&status=current&_count=10&page=cDEw",
    b"code=http://loinc.org%7C14771-0,x&date=ge2026-01-01&date=lt2026-13&value-quantity=5.4e-3%7C%7Cmg&_sort=-date&_include=Observation:subject",
    b"_format=application/fhir+json&_pretty=true&code:not=1%5C,2&subject:identifier=a%7Cb",
)
_HEADERS = (b'W/"12"', b"bytes=0-99", b"return=minimal, handling=strict", b"bytes=-5", b'"x"')
_PATCHES = (
    b'[{"op":"replace","path":"/status","value":"amended"},{"op":"test","path":"/valueQuantity/value","value":5.20}]',
    b'[{"op":"move","from":"/code/text","path":"/code/coding/0/display"},{"op":"add","path":"/category/-","value":{}}]',
)
_BY_PATH = (
    b'{"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"replace"},'
    b'{"name":"path","valueString":"Observation.status"},{"name":"value","valueCode":"amended"}]}]}',
)
_PARTS = (b"_summary=true", b"_elements=code,status&_x=1", b"_summary=text")
_OWN = {
    "query": _QUERIES,
    "form": _QUERIES,
    "headers": _HEADERS,
    "json patch": _PATCHES,
    "path patch": _BY_PATH,
    "subset": _PARTS,
}
SEEDS: Mapping[str, tuple[bytes, ...]] = MappingProxyType({name: _OWN.get(name, _BODIES) for name in READERS})


def reads_or_refuses(name: str, data: bytes) -> bool:
    """Say whether a reader read it; False when it refused it. Anything else it raises is a fault."""
    try:
        READERS[name](data)
    except Problem:
        return False
    return True
