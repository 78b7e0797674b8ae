"""The addresses of the exchange interfaces: /fhir for care software, /api for every act of the registry."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Protocol, TypeVar

from starlette.routing import BaseRoute, Mount, Route
from starlette.types import Receive, Scope, Send

from espace_sante.actions.frame import Frame
from espace_sante.exchange.acts_api import ActsApi
from espace_sante.exchange.acts_api import problem_answer as api_problem
from espace_sante.exchange.edge import Callers, Edge
from espace_sante.exchange.fhir.conditional_writing import ConditionalServer
from espace_sante.exchange.fhir.conditions import Conditions
from espace_sante.exchange.fhir.everything import OPERATION as EVERYTHING
from espace_sante.exchange.fhir.everything import EverythingServer
from espace_sante.exchange.fhir.export import OPERATION as EXPORT
from espace_sante.exchange.fhir.export import ExportServer
from espace_sante.exchange.fhir.form import formed
from espace_sante.exchange.fhir.person import Numbers
from espace_sante.exchange.fhir.search import PARAMETERS
from espace_sante.exchange.fhir.searchable import includes_of, reverse_includes, searches_of
from espace_sante.exchange.fhir.searching_resources import SearchServer
from espace_sante.exchange.fhir.server import FhirServer
from espace_sante.exchange.fhir.server import problem_answer as fhir_problem
from espace_sante.exchange.fhir.views import SERVED as VIEWS
from espace_sante.exchange.fhir.views import ViewServer
from espace_sante.exchange.openapi import Address, description
from espace_sante.exchange.smart import routes as smart
from espace_sante.formats.fhir.capability import INTERACTIONS, Served, capability
from espace_sante.formats.oauth.discovery import security_statement
from espace_sante.formats.oauth.places import Places
from espace_sante.kernel.settings import Settings
from espace_sante.records.resource import numbers as numbers_of_types
from espace_sante.records.resource import subject_element

Account = TypeVar("Account")

_SERVED = (
    Served(
        "DocumentReference",
        ("read", "create", "search-type"),
        PARAMETERS,
        "Dépôt simple : contenu dans attachment.data, ou envoyé d'avance et nommé par attachment.url (Binary/{id})."
        " Lot de documents : POST d'un Bundle transaction à l'adresse de base."
        " Recherche : une personne, nommée ; les autres paramètres sont refusés.",
    ),
    Served(
        "Patient",
        (),
        (),
        "Qui est la personne n'est pas donné par cette version.",
        operations=(dict(EVERYTHING), dict(EXPORT)),
    ),
    Served(
        "Binary",
        ("read", "create"),
        (),
        "Le document lui-même, entier ou par parties (Range), ou un Binary avec Accept: application/fhir+json."
        " Création : le document d'avance, jusqu'à document_bytes ; seul son expéditeur peut le déposer, dans la journée.",
    ),
)


def _whose(name: str) -> str:
    element = subject_element(name)
    if element:
        return f"La personne est nommée par {element} : Patient/<id>."
    return "Ne nomme personne : vient dans une transaction, avec ce qui la nomme, et se voit avec."


_RESOURCES = tuple(
    Served(
        name,
        ("read", "vread", "update", "patch", "delete", "history-instance", "create", "search-type"),
        searches_of(name),
        f"{_whose(name)} Une nouvelle version dit laquelle elle suit (If-Match) ; seul"
        " qui l'a écrite, ou son établissement, la change. Étiquettes R, V ou MASQUE_PS : cachée aux autres professionnels."
        " Recherche : une personne, nommée par patient (ou Patient/{id}/{type}) ; ce qui n'est pas connu est refusé, ou laissé de côté"
        " avec Prefer: handling=lenient.",
        versioned=True,
        includes=includes_of(name),
        reverse_includes=reverse_includes(),
    )
    for name in numbers_of_types()
)
_LIMITS = (
    "resource_bytes",
    "document_bytes",
    "inline_bytes",
    "xml_bytes",
    "xml_depth",
    "archive_files",
    "archive_bytes",
    "archive_ratio",
    "image_pixels",
    "bundle_entries",
    "bundle_bytes",
    "form_bytes",
    "url_bytes",
    "title_characters",
    "page_size",
    "uploads_per_minute",
    "software_uploads_per_second",
)


class Provider(Protocol[Account]):
    """The development identity provider, as far as /api/jeton needs it; fulfilled in adapters."""

    def find(self, word: str, /) -> Account:
        """Return the account a word leads to; raises Problem."""
        ...

    def assertion(self, account: Account, /) -> str:
        """Return a signed assertion for it."""
        ...


def routes(frame: Frame, provider: Provider[Account] | None) -> list[BaseRoute]:
    """Return the routes of /fhir and /api; without a provider, /api/jeton refuses."""
    settings = frame.settings
    numbers = Numbers.of(settings)
    callers = Callers(frame)
    statement = _statement(settings, numbers.base, frame.now())
    searching = SearchServer(frame, callers, numbers)
    resources = ConditionalServer(frame, callers, numbers.base, Conditions(frame, searching))
    everything = EverythingServer(frame, callers, numbers)
    views = ViewServer.of(frame, callers, numbers)
    export = ExportServer(frame, callers, numbers)
    fhir = FhirServer(frame, callers, numbers, statement, resources, searching, everything, views, export)
    assertion_of = None if provider is None else lambda word: _signed(provider, word)
    api = ActsApi(frame, callers, assertion_of, described(settings))
    edge = Edge(formed(fhir.dispatch), fhir_problem, settings.url_bytes)
    crossing = smart.crossing_of(frame)
    return [
        *smart.routes(frame, crossing),
        # A transaction goes to the base itself, without a final slash.
        Route("/fhir", endpoint=crossing(_AtBase(edge, "/fhir"))),
        Mount("/fhir", app=crossing(edge)),
        Mount("/api", app=Edge(api.dispatch, api_problem, settings.url_bytes)),
    ]


@dataclass(frozen=True, slots=True)
class _AtBase:
    """An edge asked at its own base: what follows the mount is empty."""

    edge: Edge
    base: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self.edge({**scope, "root_path": self.base}, receive, send)


def _signed(provider: Provider[Account], word: str) -> str:
    return provider.assertion(provider.find(word))


def described(settings: Settings) -> bytes:
    """Return the OpenAPI description of what `routes` serves with these settings."""
    types = (*_SERVED, *VIEWS, *_RESOURCES)
    return description(
        Address(
            settings.address,
            version("espace-sante"),
            _limits(settings),
            types,
            INTERACTIONS,
            settings.development_provider,
        )
    )


def _statement(settings: Settings, base: str, now: datetime) -> bytes:
    return capability(
        base,
        version("espace-sante"),
        now.astimezone(UTC).isoformat(timespec="seconds"),
        (*_SERVED, *VIEWS, *_RESOURCES),
        _limits(settings),
        security_statement(Places(settings.address)),
    )


def _limits(settings: Settings) -> dict[str, int]:
    units = {each.name: str(each.metadata["unit"]) for each in fields(Settings)}
    return {f"{name} ({units[name]})": int(getattr(settings, name)) for name in _LIMITS}
