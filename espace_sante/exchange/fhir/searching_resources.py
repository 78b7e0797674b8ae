"""The search of resources other than documents: whose they are, what is wanted of them, and the page that answers.

`GET /fhir/{type}?patient=…`, `POST /fhir/{type}/_search`, `GET /fhir/Patient/{id}/{type}`. One person at a time. A page is one act:
unknown, not granted and closed are answered like an unknown person, and what is hidden changes no byte.
Source: FHIR R4 search 3.1.1, http 3.1.0.1.2 and 3.1.0.15; docs/specs/api.md; docs/decisions/0051. Guarantee: G3, G5, G11.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from espace_sante.actions.frame import Frame
from espace_sante.exchange.edge import Answer, Call, Caller, Callers, entry_header, media_type_is, read_parameters
from espace_sante.exchange.fhir import emergency
from espace_sante.exchange.fhir.finding import Found, aside, entry_of, find, names_of, types_beside
from espace_sante.exchange.fhir.person import Numbers
from espace_sante.exchange.fhir.search import JSON, PAGE, person_named
from espace_sante.formats import codes
from espace_sante.formats.fhir.bundle import Entry, page_of_bytes
from espace_sante.formats.fhir.outcome import information
from espace_sante.formats.fhir.search import Page, Query, included, ordered, page, parameter_of, parse
from espace_sante.formats.fhir.search.parse import sayable
from espace_sante.formats.fhir.search.query import Total
from espace_sante.formats.fhir.subset import Subset, subset_asked
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.records.resource import numbers as numbers_of_types

FHIR_JSON = b"application/fhir+json"
_FORMS = frozenset({"application/x-www-form-urlencoded"})
# What one page gives besides its results.
MOST_INCLUDED = 1000
# Said again by the address of each page in its own words, or about the answer alone.
_NOT_SAID_AGAIN = frozenset({"page", "_count", "_format", "_pretty"})
_OF_THE_PART = frozenset({"_summary", "_elements"})
Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Search:
    """A search read: whose resources ("self", or a reference), what is wanted, what of it the address of a page says again.

    `part`: how much of each resource is given; of a count, none is.
    """

    person: str
    query: Query
    count: int
    said: tuple[tuple[str, str], ...]
    part: Subset


@dataclass(frozen=True, slots=True)
class SearchServer:
    """Answers searches of the types that are kept."""

    frame: Frame
    callers: Callers
    numbers: Numbers

    async def get(self, call: Call, name: str, person: str = "") -> Answer:
        """Search one type; `person` is the id of the compartment named by the address, "" for none."""
        caller = await self.callers.of(call)
        own = [("patient", person)] if person else []
        return await self._page(call, caller, name, own + call.parameters())

    async def post(self, call: Call, name: str) -> Answer:
        """Search with parameters in the body, besides those of the address."""
        caller = await self.callers.of(call)
        media_type_is(call, _FORMS)
        most = self.frame.settings.form_bytes
        body = await call.body(most, Problem(Kind.TOO_LARGE, "body-too-large", {"maximum": most}))
        return await self._page(call, caller, name, call.parameters() + read_parameters(body))

    async def _page(self, call: Call, caller: Caller, name: str, pairs: Pairs) -> Answer:
        asked = self.read(name, pairs, strict=not is_lenient(call))
        if not asked.person and caller.is_practitioner:
            raise Problem(Kind.INVALID, "patient-missing")
        found = await find(self.frame, caller.request(asked.person or "self"), asked.query)
        headers = entry_header(found.entry) + emergency.header(found.emergency)
        body = await aside(len(found.clear), self._answered, asked, found)
        return Answer(200, FHIR_JSON, body, headers)

    def read(self, name: str, pairs: Pairs, *, strict: bool) -> Search:
        """Read a search of one type. Raises Problem: resource-type-refused, patient-twice, and those of `parse`."""
        if name not in numbers_of_types():
            raise Problem(Kind.NOT_FOUND, "resource-type-refused", {"field": name[:40]})
        for word, value in pairs:
            if word == "_format" and value not in JSON:
                raise Problem(Kind.INVALID, "not-acceptable")
        naming = [(word, value) for word, value in pairs if _names_a_person(word, name)]
        persons = {person_named(word.removesuffix(":Patient"), value, self.numbers) for word, value in naming}
        if len(persons) > 1:
            raise Problem(Kind.INVALID, "patient-twice")
        rest = [pair for pair in pairs if pair not in naming]
        asked = [pair for pair in rest if pair[0] not in _OF_THE_PART]
        query = parse(name, asked, strict=strict, now=self.frame.now(), base=self.numbers.base)
        part = subset_asked(rest, (name, *types_beside(query)))
        most = self.frame.settings.page_size
        count = min(PAGE if query.count is None else query.count, most)
        said = tuple(one for one in rest if one[0] not in _NOT_SAID_AGAIN and sayable(one[0]) not in query.ignored)
        return Search(persons.pop() if persons else "", query, count, said, part)

    def _answered(self, asked: Search, found: Found) -> bytes:
        rows = page(ordered(found.matched, asked.query.sort), asked.count, asked.query.page)
        return self._bundle(asked, found, rows)

    def _bundle(self, asked: Search, found: Found, rows: Page) -> bytes:
        query = asked.query
        besides = included(rows.rows, found.beside, query, most=MOST_INCLUDED + 1)
        both = ((rows.rows, "match"), (besides[:MOST_INCLUDED], "include"))
        entries = [one for several, mode in both for one in self._entries(found, several, mode, asked.part)]
        told = [one for one in (emergency.told(found.emergency), _left_out(query, len(besides))) if one is not None]
        person = asked.person.removeprefix("id:") if asked.person.startswith("id:") else ""
        if found.clear:
            person = next(iter(found.clear))[1][:32]
        return page_of_bytes(
            None if query.total is Total.NONE else rows.total,
            self._link(asked, person, query.page),
            self._link(asked, person, rows.following) if rows.following and not asked.part.counts else "",
            entries,
            labels=emergency.labels(found.emergency),
            told=told,
        )

    def _entries(self, found: Found, resources: Sequence[Any], mode: str, part: Subset) -> Iterator[Entry]:
        for name in () if part.counts else names_of(resources):
            yield entry_of(self.numbers.base, found.clear[name], found.emergency, mode, part)

    def _link(self, asked: Search, person: str, place: str) -> str:
        """Return the address of a page: it carries the person's public id, never a national number."""
        named = [("patient", person)] if person else []
        pairs = [*named, *asked.said, ("_count", str(asked.count)), *([("page", place)] if place else [])]
        return f"{self.numbers.base}/{asked.query.resource_type}?{urlencode(pairs)}"


def is_lenient(call: Call) -> bool:
    """Say whether a caller asks that unknown parameters be left out (`Prefer: handling=lenient`); else they are refused."""
    preferences = (
        part.strip().replace(" ", "").lower() for part in call.header(b"prefer").replace(";", ",").split(",")
    )
    return "handling=lenient" in preferences


def _names_a_person(word: str, name: str) -> bool:
    """Say whether a parameter says whose resources are searched: `patient` for every type, `subject` where R4 has it."""
    plain = word.removesuffix(":Patient").removesuffix(":identifier").removesuffix(".identifier")
    return plain == "patient" or (plain == "subject" and parameter_of(name, plain) is not None)


def _left_out(query: Query, besides: int) -> dict[str, Any] | None:
    """Return what a search says of what it did not do, in French; None when it did all."""
    said = []
    if query.ignored:
        said.append(f"Critères laissés de côté, parce qu'ils n'existent pas ici : {', '.join(query.ignored)}.")
    if besides > MOST_INCLUDED:
        said.append(f"Seules {MOST_INCLUDED} des ressources liées sont jointes à cette page.")
    return information({"system": codes.REFUSAL, "code": "search-unknown"}, " ".join(said)) if said else None
