"""What a search of one person's journal, choices or origins asks for: whose, which, and which page; read as every search is.

Nothing is joined and the order is ours: asking otherwise is refused, never ignored. Source: FHIR R4 search 3.1.1; docs/specs/api.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

import orjson

from espace_sante.actions.frame import Frame
from espace_sante.exchange.edge import Call, Caller, Callers, media_type_is, read_parameters
from espace_sante.exchange.fhir import emergency
from espace_sante.exchange.fhir.person import Numbers
from espace_sante.exchange.fhir.search import JSON, PAGE, person_named
from espace_sante.exchange.fhir.searching_resources import is_lenient
from espace_sante.formats.fhir.bundle import Entry, page_of_bytes
from espace_sante.formats.fhir.search import Query, matches, parse
from espace_sante.formats.fhir.search.parse import sayable
from espace_sante.kernel.errors import Kind, Problem

FHIR_JSON = b"application/fhir+json"
_FORMS = frozenset({"application/x-www-form-urlencoded"})
_PERSON = frozenset({"patient", "patient.identifier", "patient:identifier", "patient:Patient"})
_NOT_SAID_AGAIN = frozenset({"page", "_count", "_format", "_pretty"})
Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One page asked for: whose ("" not said), what is wanted, how many at most, from which place ("" the first).

    `said` is what the address of another page says again; `named` the public id asked for, or that of who asks.
    """

    person: str
    query: Query
    count: int
    place: str
    said: tuple[tuple[str, str], ...]
    named: str = ""

    @property
    def narrowed(self) -> bool:
        """Say whether some of what there is may not be wanted."""
        return bool(self.query.filters)

    def wants(self, resource: Mapping[str, Any]) -> bool:
        """Say whether a resource is what is looked for."""
        return matches(resource, self.query)

    def link(self, base: str, place: str) -> str:
        """Return the address of a page: it carries the person's public id, never a national number."""
        whose = [("patient", self.named)] if self.named else []
        pairs = [*whose, *self.said, ("_count", str(self.count))]
        return f"{base}/{self.query.resource_type}?{urlencode([*pairs, *([('page', place)] if place else [])])}"


@dataclass(frozen=True, slots=True)
class Viewing:
    """Reads searches of what is not kept as a resource."""

    frame: Frame
    callers: Callers
    numbers: Numbers

    async def asked(self, call: Call, name: str) -> tuple[Caller, Asked]:
        """Return who asks and for which page: `GET`, or `POST` to `_search`. Raises Problem."""
        caller = await self.callers.of(call)
        pairs = await self.pairs(call)
        asked = self.read(name, pairs, strict=not is_lenient(call))
        if not (caller.who.person or caller.is_practitioner or asked.person.startswith("id:")):
            self.callers.forget(caller.session)  # her space may have opened since her session was looked up
            caller = await self.callers.of(call)
        own = caller.who.person
        if not asked.person and (caller.is_practitioner or not own):
            raise Problem(Kind.INVALID, "patient-missing")
        named = asked.person.removeprefix("id:") if asked.person.startswith("id:") else own
        return caller, replace(asked, person=asked.person or f"id:{own}", named=named)

    def read(self, name: str, pairs: Sequence[tuple[str, str]], *, strict: bool) -> Asked:
        """Read a search. Raises Problem: patient-twice, not-acceptable, search-unsupported, and those of `parse`."""
        if any(word == "_format" and value not in JSON for word, value in pairs):
            raise Problem(Kind.INVALID, "not-acceptable")
        naming = [pair for pair in pairs if pair[0] in _PERSON]
        persons = {person_named(word.removesuffix(":Patient"), value, self.numbers) for word, value in naming}
        if len(persons) > 1:
            raise Problem(Kind.INVALID, "patient-twice")
        places = [value for word, value in pairs if word == "page"]
        if len(places) > 1:
            raise Problem(Kind.INVALID, "search-invalid", {"field": "page"})
        rest = [pair for pair in pairs if pair not in naming and pair[0] != "page"]
        query = parse(name, rest, strict=strict, now=self.frame.now(), base=self.numbers.base)
        for given, word in (
            (query.includes, "_include"),
            (query.reverse_includes, "_revinclude"),
            (query.sort, "_sort"),
        ):
            if given:
                raise Problem(Kind.INVALID, "search-unsupported", {"field": word})
        count = min(PAGE if query.count is None else query.count, self.frame.settings.page_size)
        said = tuple(one for one in rest if one[0] not in _NOT_SAID_AGAIN and sayable(one[0]) not in query.ignored)
        return Asked(persons.pop() if persons else "", query, count, places[0] if places else "", said)

    async def pairs(self, call: Call) -> Pairs:
        """Return the parameters of a request, those of its body included. Raises Problem."""
        return call.parameters() + (await self._posted(call) if call.method == "POST" else [])

    async def _posted(self, call: Call) -> Pairs:
        media_type_is(call, _FORMS)
        most = self.frame.settings.form_bytes
        return read_parameters(await call.body(most, Problem(Kind.TOO_LARGE, "body-too-large", {"maximum": most})))


def page_cut(asked: Asked, base: str, resources: Sequence[dict[str, Any]], *, until: str = "") -> bytes:
    """Return the page asked for of what is wanted among all there is; `until`: the end of the emergency access that shows it."""
    first = number(asked.place)
    wanted = [one for one in resources if asked.wants(one)]
    given = wanted[first : first + asked.count]
    after = first + len(given)
    return page_of_bytes(
        len(wanted),
        asked.link(base, asked.place),
        asked.link(base, str(after)) if given and after < len(wanted) else "",
        [Entry(f"{base}/{one['resourceType']}/{one['id']}", orjson.dumps(one), "match") for one in given],
        labels=emergency.labels(until),
        told=[said for said in [emergency.told(until)] if said is not None],
    )


def number(place: str) -> int:
    """Return the number a place stands for, 0 for none. Raises Problem(search-invalid)."""
    if not place:
        return 0
    if not (place.isascii() and place.isdecimal() and len(place) <= 9):
        raise Problem(Kind.INVALID, "search-invalid", {"field": "page"})
    return int(place)
