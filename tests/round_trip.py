"""Records sent whole to invented spaces and brought back: what was sent and what comes back, compared member by member.

Equal means: the same members and values, numbers digit for digit, arrays in order, the order of members set apart; each address of the
Bundle mapped to the id that the answer published; `id`, `meta.versionId` and `meta.lastUpdated`, which the server says, set apart.
Shares no code with what it looks at: JSON of the standard library alone.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.needs import SHARED
from tests.served import Client, Reply

SERVER = "http://hl7.org/fhir/"
SYNTHEA, EXAMPLES = SHARED / "data/fhir/synthea-r4", SHARED / "data/fhir/r4-examples"
_OF_THE_SERVER = ("versionId", "lastUpdated")
# The names of the members whose text leads to another resource. Source: FHIR R4 http 3.1.0.11.2.
_LEADING = ("reference", "url")


@dataclass(frozen=True)
class Number:
    """A number as it is written: 5.20 is not 5.2, nor "5.20"."""

    digits: str


@dataclass
class Outcome:
    """What was compared: resources by type, and how many of them by each way; the differences found."""

    bundles: int = 0
    sent: Counter[str] = field(default_factory=Counter)
    read: int = 0
    everything: int = 0
    differences: list[str] = field(default_factory=list)

    def line(self) -> str:
        """Say it in one line."""
        return (
            f"{self.bundles} bundles, {sum(self.sent.values())} resources sent, {self.read} read by id,"
            f" {self.everything} by $everything, {len(self.differences)} differences"
        )


def records() -> list[Path]:
    """Return the records of Synthea that lie beside the project."""
    return sorted(SYNTHEA.glob("*.gz"))


def parsed(data: bytes) -> Any:
    """Read JSON without losing a digit."""
    return json.loads(data, parse_float=Number, parse_int=Number)


def set_apart(resource: dict[str, Any]) -> dict[str, Any]:
    """Return a resource without what the server says itself."""
    plain = {name: value for name, value in resource.items() if name != "id"}
    if "meta" in plain:
        meta = {name: value for name, value in plain.pop("meta").items() if name not in _OF_THE_SERVER}
        plain |= {"meta": meta} if meta else {}
    return plain


def mapped(value: Any, leads: Mapping[str, str]) -> Any:
    """Return what was sent with each address of the Bundle replaced by where it leads now."""
    if isinstance(value, dict):
        return {
            name: _led(one, leads) if name in _LEADING and isinstance(one, str) else mapped(one, leads)
            for name, one in value.items()
        }
    return [mapped(one, leads) for one in value] if isinstance(value, list) else value


def _led(said: str, leads: Mapping[str, str]) -> str:
    """Return where a reference leads; of a version, or of a part, of what is sent new: to the whole."""
    plain = said.partition("/_history/")[0]
    plain = plain if plain.startswith("#") else plain.partition("#")[0]
    return leads.get(plain, said)


def places(sent: dict[str, Any], answer: dict[str, Any]) -> list[str]:
    """Return where each entry of a transaction is now: `Type/id`, in order."""
    found = []
    for asked, told in zip(sent["entry"], answer["entry"], strict=True):
        location = told["response"]["location"]
        name = asked["resource"]["resourceType"]
        found.append(f"{name}/" + location.partition(f"/fhir/{name}/")[2].partition("/_history/")[0])
    return found


def round_trip(software: Client, data: bytes, outcome: Outcome) -> Reply:
    """Send one record in one transaction; when it is taken, bring each resource back by both ways and compare."""
    reply = software.ask("POST", "/fhir", data)
    if reply.status != 200:
        return reply
    sent, answer = parsed(data), json.loads(reply.body)
    now = places(sent, answer)
    leads = {asked["fullUrl"]: place for asked, place in zip(sent["entry"], now, strict=True)}
    # What stands on one server names its neighbours without it.
    leads |= {one.removeprefix(SERVER): place for one, place in leads.items() if one.startswith(SERVER)}
    due = {place: set_apart(mapped(asked["resource"], leads)) for asked, place in zip(sent["entry"], now, strict=True)}
    outcome.bundles += 1
    outcome.sent.update(place.partition("/")[0] for place in now)
    person = next(place for place in now if place.startswith("Patient/"))
    for place, expected in due.items():
        one = software.ask("GET", f"/fhir/{place}")
        outcome.read += 1
        _compare(outcome, f"GET {place}", expected, parsed(one.body) if one.status == 200 else one.status)
    whole = {f"{one['resourceType']}/{one['id']}": one for one in everything(software, person)}
    for place in due.keys() | whole.keys():
        outcome.everything += place in whole
        _compare(outcome, f"$everything {place}", due.get(place), whole.get(place))
    return reply


def everything(software: Client, person: str) -> Iterator[dict[str, Any]]:
    """Yield every resource of a person, page after page."""
    path = f"/fhir/{person}/$everything?" + urlencode({"_count": 200})
    while path:
        reply = software.ask("GET", path)
        assert reply.status == 200, reply.body
        bundle = parsed(reply.body)
        yield from (entry["resource"] for entry in bundle.get("entry", []))
        following = [one["url"] for one in bundle["link"] if one["relation"] == "next"]
        path = "/fhir/" + following[0].partition("/fhir/")[2] if following else ""


def _compare(outcome: Outcome, what: str, expected: Any, found: Any) -> None:
    found = set_apart(found) if isinstance(found, dict) else found
    if expected != found:
        outcome.differences.append(f"{what}: {_first_difference(expected, found)}")


def _first_difference(one: Any, other: Any, at: str = "") -> str:
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return next((_first_difference(one[n], other[n], f"{at}.{n}") for n in one if one[n] != other[n]), at)
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return next((_first_difference(a, b, f"{at}[{i}]") for i, (a, b) in pairs if a != b), at)
    return f"{at}: {str(one)[:80]} sent, {str(other)[:80]} given"


def unpacked(path: Path) -> bytes:
    """Return one record as it is to be sent."""
    return gzip.decompress(path.read_bytes())
