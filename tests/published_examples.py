"""HL7's examples of R4 as transactions about one invented person each: those that belong in a record, and why the others do not.

An example **belongs** when its type is one of those kept in a record, and it is about a person, or says nobody. It is sent with all that
it names among the examples, and with the Patient it is about; one that names nobody is said to be about an invented one. What is of a
type that is not kept (a form, a value set, a message, a plan for research) is of no person's record, and is not sent. An organization, a
professional, a place or a medicine that it names and that is not published is invented beside it; anything else missing is left missing.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from espace_sante.records.resource import numbers, subject_element
from tests.round_trip import EXAMPLES

SERVER = "http://hl7.org/fhir"
MOST = 200
Resource = dict[str, Any]
# What is invented of those that an example names and that are not published: as little as R4 lets stand.
_INVENTED: dict[str, Resource] = {
    "Organization": {"name": "Essai"},
    "Practitioner": {"active": True},
    "PractitionerRole": {"active": True},
    "Location": {"status": "active"},
    "Medication": {"status": "active"},
}


@dataclass(frozen=True)
class Example:
    """One example, and the transaction it is sent in, digit for digit; or, in one sentence, why it is not sent."""

    type: str
    id: str
    transaction: bytes = b""
    reason: str = ""


@cache
def every_example() -> Mapping[str, bytes]:
    """Return the bytes of each example, by `Type/id`."""
    found = {}
    for file in sorted(EXAMPLES.glob("*.ndjson.gz")):
        for line in gzip.decompress(file.read_bytes()).splitlines():
            said = json.loads(line)
            found[f"{said['resourceType']}/{said['id']}"] = line
    return found


def as_transactions() -> Iterator[Example]:
    """Yield each example as it is to be sent."""
    for place in every_example():
        name, _, identifier = place.partition("/")
        if name in numbers():
            yield _sent(place, name, identifier)
        else:
            reason = "who somebody is" if name in ("Patient", "Person", "RelatedPerson") else "type not of a record"
            yield Example(name, identifier, reason=reason)


def _sent(place: str, name: str, identifier: str) -> Example:
    data = every_example()[place]
    root: Resource = json.loads(data)
    try:
        element = subject_element(name)
    except KeyError:  # a supporting resource is about nobody: it is somebody's because somebody's names it
        element = ""
    patient = "Patient/inventee"
    if element:
        said = root.get(element)
        plain = _plain(said.get("reference", "")) if isinstance(said, dict) else ""
        if plain.startswith("Patient/"):
            patient = plain
        elif said:
            return Example(name, identifier, reason="not about a person")
        else:
            data = data.rstrip().removesuffix(b"}") + b',"%s":{"reference":"%s"}}' % (
                element.encode(),
                patient.encode(),
            )
    resources = {place: data}
    _add_named(root, resources)
    if len(resources) > MOST:
        return Example(name, identifier, reason="names too many others")
    resources.pop(patient, None)
    invented = json.dumps({"resourceType": "Patient", "id": patient.partition("/")[2], "name": [{"family": "Essai"}]})
    entries = [_entry(patient, every_example().get(patient, invented.encode()))]
    entries += [_entry(one, what) for one, what in resources.items()]
    whole = b'{"resourceType":"Bundle","type":"transaction","entry":[' + b",".join(entries) + b"]}"
    return Example(name, identifier, whole)


def _add_named(resource: Resource, resources: dict[str, bytes]) -> None:
    """Add what a resource names among the examples of types kept, and what that names."""
    for reference in _references(resource):
        place = _plain(reference)
        name = place.partition("/")[0]
        if place in resources or len(resources) > MOST:
            continue
        if name in _INVENTED and place not in every_example() and place.count("/") == 1:
            resources[place] = json.dumps({"resourceType": name, **_INVENTED[name]}).encode()
        elif place in every_example() and (name in numbers() or name == "Patient"):
            resources[place] = every_example()[place]
            if name != "Patient":
                _add_named(json.loads(resources[place]), resources)


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, one in value.items():
            if name == "reference" and isinstance(one, str):
                yield one
            else:
                yield from _references(one)
    elif isinstance(value, list):
        for one in value:
            yield from _references(one)


def _plain(reference: str) -> str:
    return reference.removeprefix(f"{SERVER}/").partition("/_history/")[0].partition("#")[0]


def _entry(place: str, resource: bytes) -> bytes:
    asked = json.dumps({"method": "POST", "url": place.partition("/")[0]}).encode()
    return b'{"fullUrl":"%s/%s","request":%s,"resource":%s}' % (SERVER.encode(), place.encode(), asked, resource)
