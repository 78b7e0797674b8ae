"""Creating, updating and deleting on a condition: the one resource a search finds for this caller, or none.

The search is an act of his, with its entry: he finds what he may see and nothing else, so a condition tells no more than a search does.
Whoever may see nothing finds nothing, and what he sends is new. Source: FHIR R4 http 3.1.0.7.1, 3.1.0.8.1, 3.1.0.4.3;
docs/decisions/0051; docs/deviations.md. Guarantee: G3, G11.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from espace_sante.actions.frame import Frame
from espace_sante.actions.read_resource import ClearResource
from espace_sante.actions.refusals import NOTHING
from espace_sante.exchange.edge import Call, Caller, read_parameters
from espace_sante.exchange.fhir.finding import Found, find, groups_of, names_of
from espace_sante.exchange.fhir.searching_resources import Search, SearchServer
from espace_sante.formats.fhir.search import Query
from espace_sante.keeper.demand import Unless
from espace_sante.kernel.errors import Kind, Problem
from espace_sante.records.resource_terms import among


@dataclass(frozen=True, slots=True)
class Met:
    """What a condition found: the one resource (None for none), and the reading's entry; an emergency's end, "" for none.

    `unless`: what it was searched among, for the keeper to look at again when something is written because nothing was found.
    """

    one: ClearResource | None
    entry: str
    unless: Unless
    emergency: str = ""


@dataclass(frozen=True, slots=True)
class Conditions:
    """Finds what a condition is about."""

    frame: Frame
    searching: SearchServer

    async def of_header(self, call: Call, caller: Caller, name: str, person: str) -> Met:
        """Return what `If-None-Exist` finds; raises Problem, as `one` does."""
        said = call.header(b"if-none-exist")
        pairs = read_parameters(said.removeprefix(f"{name}?").removeprefix("?").encode("latin-1"))
        return await self.one(caller, name, pairs, person)

    async def one(self, caller: Caller, name: str, pairs: Sequence[tuple[str, str]], person: str = "") -> Met:
        """Return the one resource of a person that fits; `person` is the public id of whom the body is about, "" without a body.

        Raises Problem: condition-missing, condition-several, patient-missing, patient-twice, and those of a search.
        """
        asked = self.searching.read(
            name, list(pairs), strict=True
        )  # a criterion left out would change another resource
        whose = f"id:{person}" if person else asked.person
        if asked.person not in ("", whose):
            raise Problem(Kind.INVALID, "patient-twice")
        _refuse_unless_a_condition(asked)
        if not whose and caller.is_practitioner:
            raise Problem(Kind.INVALID, "patient-missing")
        try:
            found = await find(self.frame, caller.request(whose or "self"), asked.query)
        except Problem as refused:
            if refused.code != NOTHING:
                raise
            return Met(None, refused.entry, Unless(among(()), groups_of(asked.query)))
        return _met(found, asked.query)


def _met(found: Found, query: Query) -> Met:
    names = names_of(found.matched)
    if len(names) > 1:
        raise Problem(Kind.CONFLICT, "condition-several", {"field": names[0][0]}, entry=found.entry)
    unless = Unless(among(found.among), groups_of(query))
    return Met(found.clear[names[0]] if names else None, found.entry, unless, found.emergency)


def _refuse_unless_a_condition(asked: Search) -> None:
    """Refuse a condition that any resource of the type would fit, and what speaks of an answer and not of a resource."""
    query = asked.query
    if query.includes or query.reverse_includes or query.sort or query.page or query.count is not None:
        raise Problem(Kind.INVALID, "search-unsupported", {"field": "_sort"})
    if not query.filters:
        raise Problem(Kind.INVALID, "condition-missing")
